"""All that a tenant's database says about a learner, as JSON values: for her page of results, and for her export."""

import hashlib
from datetime import date, datetime
from typing import Any

from app.issuer.assessment import learners, results
from app.issuer.award.evidence import PRIOR
from app.issuer.certification import shown as certification
from app.issuer.evidence import shown as evidence
from app.ports import Services
from app.store import assessment, audit, source
from app.store import certification as certifications
from app.store import evidence as store
from app.store.session import TenantSession
from app.store.tables import (
    AttestationRecord,
    Award,
    ExperienceRecord,
    Learner,
    RecognitionRecord,
    Result,
    RplClaimRecord,
)
from app.wallet.named import Named

ALL = 10_000  # rows of one kind about one person: more than there can be
AWARD = ("achievement_code", "rule_version", "rule_hash", "licence_number", "evaluation", "evidence", "subject_id")


def anchor(reference: str) -> str:
    """The name of the place on the page of results where that piece of evidence stands."""
    return f"e-{hashlib.sha256(reference.encode()).hexdigest()[:16]}"


def plain(value: Any) -> Any:
    """Dates as text."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def result(row: Result) -> dict[str, Any]:
    """One result; `replaced_at` when it was corrected later."""
    record = results.as_record(row, "")
    told = {name: value for name, value in results.to_json(record).items() if name not in ("learner", "stated_at")}
    return told | {"reference": record.ref, "anchor": anchor(record.ref), "replaced_at": plain(row.replaced_at)}


def counting(
    services: Services, session: TenantSession, learner: Learner, language: str
) -> dict[str, list[dict[str, Any]]]:
    """What counts today, for the page: with names of things (Said) beside their codes, and anchors of evidence."""
    ids, named = [learner.id], Named.of(services, session, language)
    return {
        "results": [
            result(row)
            | {"title": named.assessment(row.assessment), "part": named.section(row.assessment, row.section)}
            for row in reversed(assessment.results_of(session, learner.id))
        ],
        "experience": evidence.experience(services, session, store.counting(session, ExperienceRecord, ids)),
        "attestations": evidence.attestations(services, session, store.counting(session, AttestationRecord, ids)),
        "claims": [
            claim
            | {
                "anchors": [anchor(f"{PRIOR}{claim['record_id'] or claim['id']}")],
                "of": named.competency(claim["competency"]),
                "at": named.level(claim["competency"], claim["level"]),
            }
            for claim in evidence.claims(services, session, store.counting(session, RplClaimRecord, ids))
        ],
        "recognitions": [
            held | {"anchor": anchor(f"credential:{held['record_id'] or held['id']}")}
            for held in evidence.recognitions(services, session, store.counting(session, RecognitionRecord, ids))
        ],
    }


def everything(services: Services, session: TenantSession, learner: Learner, awards: list[Award]) -> dict[str, Any]:
    """All of it with its history, for the export. `awards`: all of hers, with their evidence loaded."""
    applications = certifications.applications(session, learner_id=learner.id, limit=ALL)

    def page(table: Any) -> Any:
        return store.page(session, table, learner_id=learner.id, limit=ALL)

    return {
        "learner": learners.to_json(learner) | {"added_at": plain(learner.created_at)},
        "known_elsewhere_as": [
            {"source_system": row.source_system, "reference": row.reference}
            for row in source.aliases_of(session, learner.id)
        ],
        "results": [result(row) for row in assessment.history_of(session, learner.id)],
        "experience": evidence.experience(services, session, page(ExperienceRecord)),
        "attestations": evidence.attestations(services, session, page(AttestationRecord)),
        "claims_of_prior_learning": evidence.claims(services, session, page(RplClaimRecord)),
        "credentials_from_elsewhere": evidence.recognitions(services, session, page(RecognitionRecord)),
        "awards": [_award(row) for row in awards],
        "applications": [
            certification.application_in_short(row)
            | {"history": [certification.act(each) for each in certifications.acts(session, row.id)]}
            for row in applications
        ],
        "audit_log": [
            {"at": plain(entry.at), "actor": entry.actor, "action": entry.action, "about": entry.subject}
            for subject in (learner.id, *(row.id for row in awards))
            for entry in audit.entries(session, subject=subject, limit=ALL)
        ],
    }


def _award(row: Award) -> dict[str, Any]:
    return {
        "id": row.id,
        "awarded_at": plain(row.awarded_at),
        "valid_until": plain(row.valid_until),
        "replaced_at": plain(row.replaced_at),
        "revoked_at": plain(row.revoked_at),
        "suspended_at": plain(row.suspended_at),
        **{name: getattr(row, name) for name in AWARD},
    }
