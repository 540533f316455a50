"""Recognition of prior learning: identification, documentation, assessment (Council Recommendation 2012/C 398/01).

A claim is identified with a competency and a level, documented with evidence, and decided by assessors: enough
different ones, never the learner. One rejection, which needs a reason, ends it. Once somebody has decided, what the
claim says stays as it was judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import Field

from app.competency.evidence import ACCEPTED, REJECTED, RPL_DECISIONS
from app.competency.framework import Framework
from app.errors import BadInput, Conflict
from app.issuer import names
from app.issuer.evidence.record import Kind, Known, find_item, known_of
from app.issuer.evidence.rows import Day, Link, Long, Refusal, SentRow, Short, also
from app.ports import Principal, Services
from app.store import assessment, audit
from app.store import evidence as store
from app.store.tables import RplClaimRecord, RplDecisionRecord


class SentClaim(SentRow):
    """A claim, and perhaps one assessor's decision on it (as in rpl.csv, which has a row for each)."""

    record_id: Short | None = Field(None, validation_alias=also("record_id", "claim_id"))
    competency: Short
    level: Short
    evidence: Link | None = None
    evidenced_on: Day | None = Field(None, validation_alias=also("evidence_date", "evidenced_on"))
    assessor: Short | None = Field(None, validation_alias=also("assessor", "assessor_id"))
    decision: Literal["accepted", "rejected"] | None = None
    decided_on: Day | None = None
    reason: Long | None = None


def _members(sent: SentClaim) -> dict[str, Any]:
    return {
        "competency": sent.competency,
        "level": sent.level,
        "evidence": sent.evidence,
        "evidenced_on": sent.evidenced_on,
    }


def _refusal(known: Known, sent: SentClaim, stored: RplClaimRecord | None) -> Refusal | None:
    refusal = _unknown(known.frameworks, sent) or _bad_day(known.today, sent)
    made = store.rpl_decisions(known.session, [stored.item_id]).get(stored.item_id, []) if stored else []
    if refusal is None and stored is not None and made and _changes(sent, stored):
        return Refusal("DECIDED_ALREADY", "Assessors have decided on this claim, so it cannot change; make a new one.")
    if refusal is None and sent.decision is not None:
        return _decision_refusal(sent, made)
    return refusal


def _changes(sent: SentClaim, stored: RplClaimRecord) -> bool:
    return any(getattr(stored, name) != value for name, value in _members(sent).items())


def _unknown(frameworks: Sequence[Framework], sent: SentClaim) -> Refusal | None:
    homes = [framework for framework in frameworks if sent.competency in framework.competencies]
    if not homes:
        return Refusal("UNKNOWN_COMPETENCY", f"There is no competency {sent.competency}.")
    if len(homes) > 1:
        return Refusal("AMBIGUOUS_COMPETENCY", f"Several frameworks have a competency {sent.competency}.")
    levels = homes[0].rules.levels
    if sent.level not in levels:
        return Refusal("UNKNOWN_LEVEL", f"There is no level {sent.level}; there are {', '.join(levels)}.")
    return None


def _bad_day(today: date, sent: SentClaim) -> Refusal | None:
    for name, day in (("evidence_date", sent.evidenced_on), ("decided_on", sent.decided_on)):
        if day is not None and day > today:
            return Refusal("DATE_IN_FUTURE", f"{name} {day} lies in the future.")
    return None


def _decision_refusal(sent: SentClaim, made: list[RplDecisionRecord]) -> Refusal | None:
    if sent.assessor is None or sent.decided_on is None:
        return Refusal("MISSING_VALUE", "A decision needs its assessor and decided_on.")
    if sent.evidenced_on is None:
        return Refusal("NOT_DOCUMENTED", "A claim needs evidence_date before it is decided.")
    own = next((row for row in made if row.assessor == sent.assessor), None)
    if own is not None and (own.decision, own.decided_on) == (sent.decision, sent.decided_on):
        return None  # told before
    return objection(made, sent.learner, sent.assessor, sent.decision or "", sent.reason, is_import=True)


def objection(
    made: list[RplDecisionRecord],
    learner: str,
    assessor: str,
    decision: str,
    reason: str | None,
    *,
    is_import: bool = False,
) -> Refusal | None:
    """Why this assessor cannot decide so on a claim of this learner, on which others have `made` decisions.

    `is_import`: a decision made elsewhere, whose reason may not have been written down.
    """
    if assessor == learner:
        return Refusal("SELF_ASSESSED", "The learner cannot decide on her own claim; an assessor must.")
    if any(row.assessor == assessor for row in made):
        return Refusal("SAME_ASSESSOR", f"{assessor} has decided on this claim already; another assessor must.")
    if any(row.decision == REJECTED for row in made):
        return Refusal("CLAIM_REJECTED", "This claim was rejected; the learner may make a new one.")
    if decision == REJECTED and not reason and not is_import:
        return Refusal("MISSING_REASON", "A rejection needs a reason: the learner is shown it.")
    return None


def _decide_row(known: Known, row: RplClaimRecord, sent: SentClaim) -> bool:
    if sent.decision is None or sent.assessor is None or sent.decided_on is None:
        return False
    made = store.rpl_decisions(known.session, [row.item_id]).get(row.item_id, [])
    if any(each.assessor == sent.assessor for each in made):
        return False
    _add(known, row, sent.assessor, sent.decision, sent.decided_on, sent.reason)
    return True


def _add(known: Known, row: RplClaimRecord, assessor: str, decision: str, on: date, reason: str | None) -> None:
    known.session.add(
        RplDecisionRecord(
            id=known.new_id(),
            claim_id=row.item_id,
            assessor=assessor,
            decision=decision,
            reason=reason,
            decided_on=on,
            recorded_by=known.principal.key_id,
            created_at=known.now,
        )
    )
    known.session.flush()
    if decision == REJECTED:
        assessment.learner_by_id(known.session, row.learner_id).to_recheck = True


RPL_CLAIMS = Kind(
    name="rpl-claims",
    table=RplClaimRecord,
    model=SentClaim,
    members=_members,
    identity=lambda sent: [sent.competency] if sent.record_id else [sent.learner, sent.competency, sent.level],
    refusal=_refusal,
    after=_decide_row,
)


@dataclass(frozen=True, slots=True)
class Decided:
    """What one assessor decided, and when; None is today."""

    assessor: str
    decision: str
    on: date | None = None
    reason: str | None = None


def decide(services: Services, principal: Principal, claim_id: str, told: Decided) -> RplClaimRecord:
    """An assessor accepts or rejects a claim.

    Raises NotFound, BadInput, and Conflict with the member `reason` (a code of docs/problems.md) for an assessor who
    may not, or a claim that cannot be decided.
    """
    who, decision = names.text(told.assessor, "/assessor", most=200), told.decision
    why = names.text(told.reason, "/reason", most=1000) if told.reason else None
    if decision not in RPL_DECISIONS:
        raise BadInput(f"decision must be one of {', '.join(RPL_DECISIONS)}.", pointer="/decision")
    with services.database.writing(principal.tenant_id) as session:
        row = find_item(session, RplClaimRecord, claim_id)
        known = known_of(services, session, principal)
        day = _day_of_decision(known, row, told.on)
        made = store.rpl_decisions(session, [row.item_id]).get(row.item_id, [])
        refusal = objection(made, assessment.learner_by_id(session, row.learner_id).code, who, decision, why)
        if refusal is not None:
            kind = BadInput if refusal.reason == "MISSING_REASON" else Conflict
            raise kind(refusal.message, reason=refusal.reason)
        _add(known, row, who, decision, day, why)
        audit.record(
            session, at=known.now, actor=principal.key_id, action="prior learning decided", subject=row.item_id,
            by=who, decision=decision,
        )  # fmt: skip
    return row


def _day_of_decision(known: Known, row: RplClaimRecord, on: date | None) -> date:
    """The day, today for none; raises BadInput, and Conflict for a claim that cannot be decided yet or any more."""
    if row.withdrawn_at is not None:
        raise Conflict("This claim was withdrawn.", reason="WITHDRAWN")
    if row.evidence is None or row.evidenced_on is None:
        message = "This claim is not documented yet: it has no evidence, or no evidence_date."
        raise Conflict(message, remedy="Send the claim again with both.", reason="NOT_DOCUMENTED")
    day = on or known.now.date()
    if day > known.today:
        raise BadInput(f"decided_on {day} lies in the future.", pointer="/decided_on")
    return day


def phase(row: RplClaimRecord, made: Sequence[RplDecisionRecord], signatures: int) -> str:
    """Where a claim stands; `signatures`: how many assessors must accept it."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if any(each.decision == REJECTED for each in made):
        return REJECTED
    if len({each.assessor for each in made if each.decision == ACCEPTED}) >= signatures:
        return ACCEPTED
    if made:
        return "assessment"
    return "identification" if row.evidenced_on is None else "documentation"
