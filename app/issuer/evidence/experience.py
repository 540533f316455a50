"""Practice: recorded by the provider, verified by somebody else than the learner."""

from datetime import date
from typing import Any

from pydantic import Field

from app.errors import BadInput, Conflict
from app.issuer import names
from app.issuer.evidence.record import Kind, Known, find_item, known_of, next_version
from app.issuer.evidence.rows import Day, Flag, Refusal, SentRow, Short, Text, also
from app.ports import Principal, Services
from app.store import assessment, audit
from app.store.tables import ExperienceRecord

PROVIDER = "provider"  # who vouches for a row that is verified and names nobody


class SentExperience(SentRow):
    """A period of practice; without `to` it goes on."""

    since: Day = Field(validation_alias=also("from", "since"))
    until: Day | None = Field(None, validation_alias=also("to", "until"))
    role: Text | None = None
    organisation: Text | None = None
    verified: Flag = False
    verified_by: Short | None = None
    verified_on: Day | None = None


def _members(sent: SentExperience) -> dict[str, Any]:
    verified = sent.verified or sent.verified_by is not None
    return {
        "since": sent.since,
        "until": sent.until,
        "role": sent.role,
        "organisation": sent.organisation,
        "verified_by": (sent.verified_by or PROVIDER) if verified else None,
        "verified_on": sent.verified_on if verified else None,
    }


def _identity(sent: SentExperience) -> list[str]:
    return [] if sent.record_id else [sent.learner, sent.since.isoformat(), sent.role or "", sent.organisation or ""]


def _refusal(known: Known, sent: SentExperience, stored: ExperienceRecord | None) -> Refusal | None:
    del stored
    if sent.until is not None and sent.until < sent.since:
        return Refusal("BAD_DATE", f"to {sent.until} lies before from {sent.since}.")
    if sent.since > known.today or (sent.verified_on is not None and sent.verified_on > known.today):
        return Refusal("DATE_IN_FUTURE", "It begins, or was verified, in the future.")
    if sent.verified_by == sent.learner:
        return Refusal("SELF_VERIFIED", "The learner verified this practice; somebody else must.")
    return None


EXPERIENCE = Kind(
    name="experience",
    table=ExperienceRecord,
    model=SentExperience,
    members=_members,
    identity=_identity,
    refusal=_refusal,
    kept=("verified_by", "verified_on"),
)


def verify(services: Services, principal: Principal, item_id: str, by: str, on: date | None) -> ExperienceRecord:
    """Somebody vouches for the practice. Raises NotFound, BadInput; Conflict for the learner herself."""
    verifier = names.text(by, "/verified_by", most=200)
    with services.database.writing(principal.tenant_id) as session:
        row = find_item(session, ExperienceRecord, item_id)
        known = known_of(services, session, principal)
        learner = assessment.learner_by_id(session, row.learner_id)
        day = on or known.now.date()
        if day > known.today:
            raise BadInput(f"verified_on {day} lies in the future.", pointer="/verified_on")
        if verifier == learner.code:
            message = "The learner cannot verify her own practice."
            raise Conflict(message, pointer="/verified_by", remedy="Somebody else must.", reason="SELF_VERIFIED")
        if row.withdrawn_at is not None:
            raise Conflict("This practice was withdrawn.", reason="WITHDRAWN")
        if (row.verified_by, row.verified_on) == (verifier, day):
            return row
        members = {name: getattr(row, name) for name in ("since", "until", "role", "organisation")}
        members |= {"verified_by": verifier, "verified_on": day}
        verified = next_version(known, ExperienceRecord, row.record_key, row.record_id, row.learner_id, row, members)
        audit.record(
            session, at=known.now, actor=principal.key_id, action="experience verified", subject=row.item_id,
            by=verifier,
        )  # fmt: skip
    return verified
