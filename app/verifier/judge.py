"""The judge: (submission, evidence, policy, now) -> checks and outcome. Pure, so any verification can be replayed.

1. every check is made, in the order of checks.CHECKS or presented.PRESENTATION_CHECKS; documents inside the one that
   was sent are judged by the same judge, out of the same evidence
2. invalid when a check is invalid; else unknown when a required one is unknown, or was skipped; else valid
3. beside that, whether the issuer is one whom the caller trusts
"""

from collections.abc import Callable
from datetime import datetime

from app.vc.outcome import Finding, Outcome, Unsound
from app.verifier import checks, older_badge, older_checks, presented
from app.verifier.case import Case, Policy
from app.verifier.evidence import EvidenceSet
from app.verifier.intake import Submission
from app.verifier.judgement import Check, Judgement, found, overall
from app.verifier.trust import NOT_ASKED, Trust, trust_in


def judge(submission: Submission, evidence: EvidenceSet, policy: Policy, now: datetime) -> Judgement:
    """Judge a submission by the evidence. `now`: aware; another `now` judges the same evidence at another time."""
    document = submission.document
    if document.secured.assertion is not None:
        document = document._replace(secured=older_badge.completed(document.secured, evidence))
    expected = policy.expected_of(document.secured)
    return judge_case(Case(document, evidence, policy, now, judge_case, expected))


def judge_case(case: Case) -> Judgement:
    """Judge one document, and what is in it."""
    failures: list[Exception] = []
    told = tuple([make(check_id, check, case, failures) for check_id, check in checks_of(case)])
    failures += [failure for check in told for part in check.parts for failure in part.failures]
    return Judgement(case.document, overall(told), told, tuple(failures), trust_of(case, told))


def trust_of(case: Case, told: tuple[Check, ...]) -> Trust:
    """Tell whether the issuer is one whom the caller trusts, beside what the checks came to."""
    if case.policy.trust is None:
        return NOT_ASKED
    is_bound = any(check.id == "issuer_binding" and check.outcome is Outcome.VALID for check in told)
    return trust_in(case.secured, case.policy.trust, case.now, is_bound=is_bound)


def checks_of(case: Case) -> tuple[tuple[str, Callable[[Case], Check]], ...]:
    """Return the checks that are made of a document, by what it is."""
    if case.secured.assertion is not None:
        return older_checks.checks_of(case)
    return presented.checks_of(case) if case.secured.is_presentation else checks.checks_of(case)


def make(check_id: str, check: Callable[[Case], Check], case: Case, failures: list[Exception]) -> Check:
    """Make one check. What it cannot digest is unknown at best: a mistake of ours must never look like `valid`.

    Such a mistake is added to `failures`.
    """
    try:
        return check(case)
    except Unsound as problem:
        return found(check_id, (problem.finding,), "")
    except Exception as failure:  # noqa: BLE001 - told in the report, and logged by the caller
        message = "This check failed by a mistake of ours; it has been noted."
        finding = Finding("internal_error", message, outcome=Outcome.UNKNOWN)
        failures.append(failure)
        return Check(check_id, Outcome.UNKNOWN, message, (finding,))
