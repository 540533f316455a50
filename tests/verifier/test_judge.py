from app.vc.outcome import Finding, Outcome, unknown
from app.verifier.case import Case, Policy
from app.verifier.checks import CHECKS
from app.verifier.evidence import EvidenceSet
from app.verifier.intake import Submission
from app.verifier.judge import judge, judge_case, make
from app.verifier.judgement import Check, overall
from app.verifier.reading import Document
from app.verifier.secured import Secured
from tests.verifier.badges import NOW

CASE = Case(Document(Secured("data_integrity", {})), EvidenceSet(), Policy(), NOW, judge_case)


def test_overall_is_valid_only_when_every_check_was_made_and_is_valid():
    def of(*outcomes):
        return overall(tuple(Check(str(number), outcome, "") for number, outcome in enumerate(outcomes)))

    valid, invalid, unclear = Outcome.VALID, Outcome.INVALID, Outcome.UNKNOWN
    assert of(valid, valid) is valid
    assert of(valid, None) is unclear
    assert of(None) is unclear
    assert of() is unclear
    assert of(valid, unclear) is unclear
    assert of(unclear, invalid, None, valid) is invalid


def test_failing_check_is_unknown_and_its_failure_is_handed_on():
    failures = []
    check = make("proof", lambda case: 1 / 0, CASE, failures)
    assert (check.outcome, check.findings[0].code) == (Outcome.UNKNOWN, "internal_error")
    make("proof", lambda case: [].append([]) or case.nothing, CASE, failures)
    assert [type(failure) for failure in failures] == [ZeroDivisionError, AttributeError]


def test_finding_on_its_way_up_is_a_result():
    def check(case):
        raise unknown("some_code", "It cannot be told.")

    failures = []
    made = make("proof", check, CASE, failures)
    assert (made.outcome, made.message, failures) == (Outcome.UNKNOWN, "It cannot be told.", [])
    assert made.findings == (Finding("some_code", "It cannot be told.", "", Outcome.UNKNOWN),)


def test_every_check_is_made_in_order_whatever_the_document():
    for document in (
        {},
        {"proof": []},
        {"proof": [{}] * 100},
        {"credentialStatus": [[]]},
        {"issuer": 5, "validFrom": None},
    ):
        judgement = judge(Submission(Document(Secured("data_integrity", document)), ""), EvidenceSet(), Policy(), NOW)
        assert [check.id for check in judgement.checks] == [check_id for check_id, _ in CHECKS]
        assert judgement.failures == ()
        assert judgement.outcome is Outcome.INVALID
