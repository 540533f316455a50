"""What the API shows of a record of evidence."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from app.issuer.catalogue import find
from app.issuer.evidence.rpl import phase
from app.ports import Services
from app.store import assessment
from app.store import evidence as store
from app.store.evidence import Item
from app.store.session import TenantSession
from app.store.tables import (
    AttestationRecord,
    EvidenceItem,
    ExperienceRecord,
    RecognitionRecord,
    RplClaimRecord,
    RplDecisionRecord,
)

Shown = Callable[[Services, TenantSession, Sequence[Item]], list[dict[str, Any]]]
SIGNATURES = 2  # of assessors, when no framework has the competency any more


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _members(row: EvidenceItem, learner: str, names: Sequence[str]) -> dict[str, Any]:
    whole = {"id": row.item_id, "record_id": row.record_id, "learner": learner}
    whole |= {name: _plain(getattr(row, name)) for name in names}
    return whole | {
        "created_at": _plain(row.created_at),
        "replaced_at": _plain(row.replaced_at),
        "withdrawn_at": _plain(row.withdrawn_at),
        "withdrawal_reason": row.withdrawal_reason,
    }


def _simple(*names: str) -> Callable[[Services, TenantSession, Sequence[Any]], list[dict[str, Any]]]:
    def shown(services: Services, session: TenantSession, rows: Sequence[Any]) -> list[dict[str, Any]]:
        del services
        people = assessment.learners_by_id(session, (row.learner_id for row in rows))
        return [_members(row, people[row.learner_id].code, names) for row in rows]

    return shown


experience: Shown[ExperienceRecord] = _simple("since", "until", "role", "organisation", "verified_by", "verified_on")
attestations: Shown[AttestationRecord] = _simple("type", "signed_by", "signed_on")
_claims = _simple("competency", "level", "evidence", "evidenced_on")
_recognitions = _simple(
    "basis", "state", "issuer", "achievement", "issued_on", "expires_on", "status", "by_rpl", "holder", "settled_by",
    "settled_on", "settlement", "checked_at",
)  # fmt: skip


def claims(services: Services, session: TenantSession, rows: Sequence[RplClaimRecord]) -> list[dict[str, Any]]:
    """Claims with their phase and the decisions on them."""
    made = store.rpl_decisions(session, (row.item_id for row in rows))
    signatures = {
        competency: framework.rules.rpl.signatures
        for framework in find.newest_frameworks(services, session)
        for competency in framework.competencies
    }
    return [
        told
        | {
            "phase": phase(row, made.get(row.item_id, []), signatures.get(row.competency, SIGNATURES)),
            "decisions": [decision(one) for one in made.get(row.item_id, ())],
        }
        for told, row in zip(_claims(services, session, rows), rows, strict=True)
    ]


def decision(made: RplDecisionRecord) -> dict[str, Any]:
    """One assessor's decision, with its reason."""
    names = ("assessor", "decision", "reason", "decided_on", "created_at")
    return {name: _plain(getattr(made, name)) for name in names}


def recognitions(services: Services, session: TenantSession, rows: Sequence[RecognitionRecord]) -> list[dict[str, Any]]:
    """Credentials from elsewhere, with the agreements in force today by which they count."""
    today = services.clock().date()
    agreed = [
        (framework.id, agreement)
        for framework in find.newest_frameworks(services, session)
        for agreement in framework.rules.equivalences
        if agreement.is_in_force(today)
    ]
    return [
        told
        | {
            "equivalences": [
                {"framework": framework, "id": agreement.id, "counts_as": agreement.counts_as}
                for framework, agreement in agreed
                if (agreement.issuer, agreement.achievement) == (row.issuer, row.achievement)
            ]
        }
        for told, row in zip(_recognitions(services, session, rows), rows, strict=True)
    ]
