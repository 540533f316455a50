"""Every document of the corpus again, asked about its recipient and its issuer: neither makes a verdict better."""

import pytest

from app.errors import Problem
from app.verifier.case import Policy
from app.verifier.registry import listed
from app.verifier.trust import TrustPolicy
from app.verifier.verify import verify
from tests.corpus.cases import CASES
from tests.corpus.kit import CorpusWeb
from tests.corpus.openbadges2 import EMAIL
from tests.verifier.badges import UNIVERSITY, made, services

TRUSTING = TrustPolicy((listed([UNIVERSITY], "List", "list.json"),))
WORSE = {"valid": {"valid", "invalid", "unknown"}, "unknown": {"invalid", "unknown"}, "invalid": {"invalid"}}
READ = [case for case in CASES if case.outcome in WORSE]


def judged(case, **asked):
    return verify(case.data, None, services(CorpusWeb(case.web), verify_max_bytes=4_194_304), policy=Policy(**asked))


def trusts(report):
    yield report.judgement.trust
    for part in (*report.credentials, *report.endorsements):
        yield from trusts(part)


def all_checks(report):
    yield from report.checks
    for part in (*report.credentials, *report.endorsements):
        yield from all_checks(part)


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_trust_is_beside_the_outcome(case):
    report = judged(case, trust=TRUSTING)
    assert report.outcome == case.outcome
    for part in (report, *report.credentials, *report.endorsements):
        binding = next((one for one in part.checks if one.id == "issuer_binding"), None)
        if part.judgement.trust.outcome in ("trusted", "not_trusted"):
            assert binding is not None
            assert binding.outcome == "valid"
    assert {one.outcome.value for one in trusts(report)} <= {"trusted", "not_trusted", "unknown", "not_asked"}


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_recipient_makes_no_document_better(case):
    report = judged(case, recipient="nobody@city.example")
    assert report.outcome.value in WORSE[case.outcome]
    assert all(finding.code != "internal_error" for check in all_checks(report) for finding in check.findings)
    assert all(check.outcome != "valid" for check in all_checks(report) if check.id == "recipient")


def test_what_is_no_document_is_refused_whatever_is_asked():
    refused = [case for case in CASES if case.outcome not in WORSE]
    assert refused
    for case in refused:
        with pytest.raises(Problem):
            judged(case, trust=TRUSTING, recipient="nobody@city.example")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("valid.json", EMAIL),
        ("valid.json", EMAIL.upper()),
        ("valid_recipient_in_plain.json", EMAIL),
        ("valid_recipient_is_a_url.json", "https://ana.example"),
    ],
)
def test_recipients_of_older_badges(name, given):
    case = next(one for one in CASES if one.name == f"ob2_hosted_{name}")
    report = judged(case, recipient=given)
    assert (report.outcome, made(report, "recipient").outcome) == ("valid", "valid")
