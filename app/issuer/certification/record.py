"""Add an act to an application's history; the audit log has its digest, so that a changed act is noticed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rfc8785

from app.competency import evidence_json
from app.errors import NotFound
from app.issuer import names
from app.ports import Principal, Services
from app.store import audit
from app.store import certification as store
from app.store.session import TenantSession
from app.store.tables import Application, AuditEntry, Award, CertificationAct

ACTION = "certification"  # in the audit log


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, and what it rests on; members as in the table."""

    kind: str
    person: str
    reason: str | None = None
    about: str | None = None
    evaluation: dict[str, Any] | None = None
    evidence: dict[str, Any] | None = None
    award_id: str | None = None
    valid_until: date | None = None
    deadline: date | None = None


def find_application(session: TenantSession, application_id: str) -> Application:
    """The application of that id; raises NotFound."""
    found = store.application(session, names.known_uuid(application_id, "application"))
    if found is None:
        raise NotFound(f"There is no application {application_id}.")
    return found


def add(
    services: Services, session: TenantSession, principal: Principal, application: Application, act: Act
) -> CertificationAct:
    """Add the act in the caller's transaction. Raises AlreadyThere when somebody else's act was quicker."""
    now = services.clock()
    row = CertificationAct(
        id=services.new_id(),
        application_id=application.id,
        number=len(store.acts(session, application.id)) + 1,
        kind=act.kind,
        person=act.person,
        reason=act.reason,
        about=act.about,
        evaluation_hash=act.evaluation["hash"] if act.evaluation else None,
        evaluation=act.evaluation,
        evidence=act.evidence,
        award_id=act.award_id,
        valid_until=act.valid_until,
        deadline=act.deadline,
        at=now,
        recorded_by=principal.key_id,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        at=now,
        actor=principal.key_id,
        action=ACTION,
        subject=application.id,
        act=row.id,
        kind=row.kind,
        digest=digest(row),
    )
    return row


def is_as_awarded(entries: Sequence[AuditEntry], award: Award) -> bool | None:
    """Whether what is kept with the award is what the audit log says; None for awards made before it was told."""
    told = [json.loads(entry.detail).get("frozen") for entry in entries if entry.action == "awarded"]
    return told[0] == evidence_json.frozen_digest(award.evaluation, award.evidence) if told and told[0] else None


def digest(row: CertificationAct) -> str:
    """SHA-256 over everything that the act says, in hex."""
    told: list[Any] = [row.id, row.application_id, row.number, row.kind, row.person, row.reason, row.about]
    told += [
        row.evaluation_hash,
        row.award_id,
        _iso(row.valid_until),
        _iso(row.deadline),
        _iso(row.at),
        row.recorded_by,
    ]
    return hashlib.sha256(rfc8785.dumps([*told, row.evaluation, row.evidence])).hexdigest()


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


def is_intact(session: TenantSession, application_id: str) -> bool:
    """Whether every act is what the audit log says that was done, none is missing and none was put in."""
    entries = audit.entries(session, subject=application_id, limit=10_000)
    logged = [json.loads(entry.detail) for entry in entries if entry.action == ACTION]
    stored = store.acts(session, application_id, with_evidence=True)
    return [(one["act"], one["digest"]) for one in logged] == [(row.id, digest(row)) for row in stored]
