"""The judge: (submission, evidence, policy, now) -> checks and outcome. Pure, so any verification can be replayed.

1. every check is made, in the order of checks.CHECKS
2. invalid when a check is invalid; else unknown when one is unknown, or was skipped; else valid
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.vc.outcome import Finding, Outcome, Unsound
from app.verifier.checks import CHECKS, Case, Policy, found
from app.verifier.evidence import EvidenceSet
from app.verifier.intake import Submission
from app.verifier.report import Check


@dataclass(frozen=True, slots=True)
class Judgement:
    """`failures`: exceptions that checks raised by mistake of ours; whoever called the judge logs them."""

    outcome: Outcome
    checks: tuple[Check, ...]
    failures: tuple[Exception, ...] = ()


def judge(submission: Submission, evidence: EvidenceSet, policy: Policy, now: datetime) -> Judgement:
    """Judge a submission by the evidence. `now`: aware; another `now` judges the same evidence at another time."""
    case = Case(submission, evidence, policy, now)
    made = [make(check_id, check, case) for check_id, check in CHECKS if check_id not in left_out(policy)]
    checks = tuple(check for check, _ in made)
    return Judgement(overall(checks), checks, tuple(failure for _, failure in made if failure is not None))


def left_out(policy: Policy) -> tuple[str, ...]:
    """Return the ids of the checks that the caller does not want."""
    return () if policy.bind_issuer else ("issuer_binding",)


def make(check_id: str, check: Callable[[Case], Check], case: Case) -> tuple[Check, Exception | None]:
    """Make one check. What it cannot digest is unknown at best: a mistake of ours must never look like `valid`."""
    try:
        return check(case), None
    except Unsound as problem:
        return found(check_id, (problem.finding,), ""), None
    except Exception as failure:  # noqa: BLE001 - told in the report, and logged by the caller
        message = "This check failed by a mistake of ours; it has been noted."
        finding = Finding("internal_error", message, outcome=Outcome.UNKNOWN)
        return Check(check_id, Outcome.UNKNOWN, message, (finding,)), failure


def overall(checks: tuple[Check, ...]) -> Outcome:
    """Combine the outcomes: valid only when each check was made and is valid."""
    outcomes = {check.outcome for check in checks}
    if Outcome.INVALID in outcomes:
        return Outcome.INVALID
    return Outcome.VALID if outcomes == {Outcome.VALID} else Outcome.UNKNOWN
