"""What an award has come to for a learner: what the rules say, and what the officers of a scheme decided.

ISO/IEC 17024 wants the decision on certification taken by the certification body, by persons who were not involved in
training or examining the candidate. So where an award has a `process`, the engine ends at `ready_for_decision`; a named
officer decides, and the engine says `blocked` when the officer was involved, or when what was decided was not met on
the day of the decision: nothing is granted on stale evidence.

    met, pending, not_met, blocked    what the rules say; evidence that has expired is not_met
    ready_for_decision                the rules are met, and an officer decides
    granted, expired                  granted, and within or after its validity
    refused, suspended, withdrawn     what an officer decided last; a refusal stands until the evidence is judged again
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.competency.evaluate import Evaluation, Evaluator
from app.competency.evidence import (
    DECISIONS,
    GRANT,
    REFUSE,
    REINSTATE,
    RENEW,
    SUSPEND,
    WITHDRAW,
    Decision,
    Evidence,
)
from app.competency.framework import Framework
from app.competency.nodes import Node, Status
from app.competency.rules import period

CONFLICT = "CONFLICT_OF_INTEREST"


class Outcome(StrEnum):
    """See the head of this file."""

    MET = "met"
    PENDING = "pending"
    NOT_MET = "not_met"
    BLOCKED = "blocked"
    READY_FOR_DECISION = "ready_for_decision"
    GRANTED = "granted"
    EXPIRED = "expired"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """`evaluation`: as of the day asked about, or of the decision that stands. `block`: the reason code of a block."""

    outcome: Outcome
    evaluation: Evaluation
    valid_until: date | None = None
    block: str | None = None


_OF_STATUS = {
    Status.MET: Outcome.MET,
    Status.PENDING: Outcome.PENDING,
    Status.NOT_MET: Outcome.NOT_MET,
    Status.EXPIRED: Outcome.NOT_MET,
    Status.BLOCKED: Outcome.BLOCKED,
}
_AFTER = {
    REFUSE: Outcome.REFUSED,
    SUSPEND: Outcome.SUSPENDED,
    REINSTATE: Outcome.GRANTED,
    WITHDRAW: Outcome.WITHDRAWN,
}


def standing(evaluator: Evaluator, award_id: str, as_of: date) -> Standing:
    """Tell what an award has come to as of a day; raises NotFound for an award that the framework does not have."""
    made = sorted(
        (item for item in evaluator.evidence.decisions if item.award == award_id and item.decided_on <= as_of),
        key=lambda item: (item.decided_on, item.number, DECISIONS.index(item.decision)),
    )
    now = by_rules(evaluator, award_id, as_of)
    for item in made:
        now = _after(now, item, evaluator, as_of)
    if now.outcome is Outcome.GRANTED and now.valid_until is not None and now.valid_until < as_of:
        return Standing(Outcome.EXPIRED, evaluator.evaluate(award_id, as_of), now.valid_until)
    return now


def by_rules(evaluator: Evaluator, award_id: str, as_of: date) -> Standing:
    """Tell what the rules say, whatever was decided."""
    evaluation = evaluator.evaluate(award_id, as_of)
    outcome = _OF_STATUS[evaluation.status]
    if outcome is Outcome.MET and "process" in evaluator.framework.awards[award_id]:
        outcome = Outcome.READY_FOR_DECISION
    blocks = [node.reason for node in evaluation.nodes() if node.status is Status.BLOCKED and not _parts(node)]
    return Standing(outcome, evaluation, block=blocks[0] if blocks else None)


def _parts(node: Node) -> bool:
    return any(child.status is Status.BLOCKED for child in node.children)


def _after(now: Standing, decision: Decision, evaluator: Evaluator, as_of: date) -> Standing:
    """Tell what stands after one more decision; a grant that should not have been made changes only the block."""
    if decision.decision in (GRANT, RENEW):
        if decision.checked:
            evaluation = evaluator.evaluate(decision.award, decision.decided_on)
            return Standing(Outcome.GRANTED, evaluation, decision.valid_until)
        if conflicts(evaluator.framework, decision, evaluator.evidence):
            return replace(now, outcome=Outcome.BLOCKED, block=CONFLICT)
        on_that_day = by_rules(evaluator, decision.award, decision.decided_on)
        if decision.decision == GRANT and on_that_day.outcome is not Outcome.READY_FOR_DECISION:
            return by_rules(evaluator, decision.award, as_of)
        until = validity_after(evaluator.framework, decision, now.valid_until)
        return Standing(Outcome.GRANTED, on_that_day.evaluation, until)
    if decision.decision == REFUSE or now.outcome in (Outcome.GRANTED, Outcome.SUSPENDED):
        return replace(now, outcome=_AFTER[decision.decision])
    return now


def conflicts(framework: Framework, decision: Decision, evidence: Evidence) -> tuple[str, ...]:
    """Return the roles in which the deciding officer acted for the learner before, among those that bar (`process`)."""
    return tuple(dict.fromkeys(role for role, _ in barring_acts(framework, decision, evidence)))


def barring_acts(framework: Framework, decision: Decision, evidence: Evidence) -> tuple[tuple[str, date], ...]:
    """Return (role, day) of each act that bars the officer, in the order of the scheme's roles, then of the days.

    The learner is barred whatever the scheme says: role `learner`, on the day of the decision.
    """
    if decision.officer == evidence.person:
        return (("learner", decision.decided_on),)
    rule = framework.awards[decision.award].get("process", {}).get("decision", {})
    look_back = period(rule.get("look_back"))
    barring = rule.get("not_if_person_acted_as", ())
    acted = {
        (role, day)
        for role, person, day in acts(framework, evidence)
        if role in barring
        and person == decision.officer
        and day <= decision.decided_on
        and (look_back is None or look_back.covers(day, decision.decided_on))
    }
    return tuple(sorted(acted, key=lambda act: (barring.index(act[0]), act[1])))


def acts(framework: Framework, evidence: Evidence) -> Iterator[tuple[str, str, date]]:
    """Yield (role, person, day) of those who judged the learner: assessor, examiner, rpl_signer."""
    for record in evidence.results:
        assessment = framework.rules.assessments.get(record.assessment)
        role = "examiner" if assessment is not None and assessment.kind == "exam" else "assessor"
        if record.assessor:
            yield role, record.assessor, record.performed_on
        if record.signed_off_by and record.signed_off_on:
            yield role, record.signed_off_by, record.signed_off_on
    for claim in evidence.prior_learning:
        if claim.decided_on is not None:
            yield "rpl_signer", claim.assessor, claim.decided_on
    for attestation in evidence.attestations:
        if attestation.signed_by != evidence.person:
            yield "assessor", attestation.signed_by, attestation.signed_on


def validity_after(framework: Framework, decision: Decision, old: date | None) -> date | None:
    """Return the last day of validity, None without end; a renewal that comes in time counts from the old one."""
    award = framework.awards[decision.award]
    limit = period(award.get("validity", {}).get("period"))
    if limit is None:
        return None
    grace = period(award.get("renewal", {}).get("grace_after_expiry"))
    in_time = old is not None and decision.decided_on <= (grace.after(old) if grace else old)
    return limit.after(old if decision.decision == RENEW and old is not None and in_time else decision.decided_on)
