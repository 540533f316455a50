import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest

from app.vc import shape
from app.vc.outcome import Finding, Outcome
from app.verifier.case import Case, Policy
from app.verifier.checks import (
    CHECKS,
    ENDORSEMENT_CHECKS,
    RECIPIENT_CHECKS,
    SD_JWT_CHECKS,
    end_findings,
    start_findings,
)
from app.verifier.evidence import EvidenceSet
from app.verifier.judge import judge_case
from app.verifier.judgement import worst
from app.verifier.presented import PRESENTATION_CHECKS
from app.verifier.reading import Document
from app.verifier.secured import Secured
from tests.verifier.badges import NOW, stamp

ROOT = Path(__file__).parents[2]
DOCUMENTATION = (ROOT / "docs" / "verification.md").read_text(encoding="utf-8")
MAKERS = {"Finding", "unsound", "unknown", "_unverified", "_fault", "_dropped", "_hidden"}


def codes_in(folder):
    """Every code that is the first argument of something that makes a finding."""
    for path in sorted((ROOT / "app" / folder).glob("*.py")):
        if path.name in ("issuance.py", "sd_jwt_badge.py"):
            continue  # their findings never reach a report
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield first.value


def codes_of_refusals():
    """Every `code` with which something is refused before it is judged; None for a refusal without one."""
    kinds = {"BadInput", "TooLarge", "Unsupported", "_refuse"}
    for name in ("verifier/intake.py", "verifier/reading.py", "vc/strict_json.py"):
        for node in ast.walk(ast.parse((ROOT / "app" / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                given = [one.value for one in node.keywords if one.arg == "code"] or node.args[1:2] or [None]
                yield from (
                    getattr(one, "value", None) for one in given if not isinstance(one, ast.Attribute | ast.Name)
                )


def test_every_refusal_has_a_code_and_each_code_its_line():
    documented = set(re.findall(r"^\| `(\w+)` \|", DOCUMENTATION, re.MULTILINE))
    used = {*codes_of_refusals(), "open_badges_2"}
    assert "duplicate_member" in used
    assert used - documented == set()


def test_every_check_has_its_heading():
    headings = re.findall(r"^### (\w+)$", DOCUMENTATION, re.MULTILINE)
    of_credentials, of_presentations = (
        CHECKS + RECIPIENT_CHECKS + SD_JWT_CHECKS + ENDORSEMENT_CHECKS,
        PRESENTATION_CHECKS,
    )
    assert headings == list(dict.fromkeys(check_id for check_id, _ in of_credentials + of_presentations))
    assert all(check.__name__ == check_id for check_id, check in of_credentials + of_presentations)


def test_every_code_of_a_finding_has_its_line():
    documented = set(re.findall(r"^\| `(\w+)` \|", DOCUMENTATION, re.MULTILINE))
    used = {*codes_in("verifier"), *codes_in("vc"), *shape.CODES, "key_expired", "key_revoked"}
    assert "revoked" in used
    assert used - documented == set()


def test_worst():
    def of(*outcomes):
        return worst(tuple(Finding("code", "", outcome=outcome) for outcome in outcomes))

    assert of() is Outcome.VALID
    assert of(Outcome.UNKNOWN) is Outcome.UNKNOWN
    assert of(Outcome.UNKNOWN, Outcome.INVALID) is Outcome.INVALID


def case(**credential):
    return Case(Document(Secured("data_integrity", credential)), EvidenceSet(), Policy(), NOW, judge_case)


def codes(findings):
    return [(finding.code, finding.pointer) for finding in findings]


def test_validity_begins_with_tolerance_and_ends_without():
    second = timedelta(seconds=1)
    skew = timedelta(minutes=5)
    assert start_findings(case()) == end_findings(case()) == []
    assert start_findings(case(validFrom=stamp(NOW + skew))) == []
    assert codes(start_findings(case(validFrom=stamp(NOW + skew + second)))) == [("not_yet_valid", "/validFrom")]
    assert end_findings(case(validUntil=stamp(NOW))) == []
    assert codes(end_findings(case(validUntil=stamp(NOW - second)))) == [("expired", "/validUntil")]


def test_dates_of_the_older_data_model_are_read():
    assert codes(start_findings(case(issuanceDate="2027-01-01T00:00:00Z"))) == [("not_yet_valid", "/issuanceDate")]
    assert codes(end_findings(case(expirationDate="2026-01-01T00:00:00+02:00"))) == [("expired", "/expirationDate")]
    both = case(validUntil="2026-01-01T00:00:00Z", expirationDate="2030-01-01T00:00:00Z")
    assert codes(end_findings(both)) == [("expired", "/validUntil")]


@pytest.mark.parametrize(
    "value", [None, 5, "", "2026-01-01", "2026-01-01T00:00:00", "soon", [], {}, "9999-99-99T00:00:00Z"]
)
def test_date_that_cannot_be_read_is_unknown(value):
    (finding,) = end_findings(case(validUntil=value))
    assert (finding.code, finding.outcome) == ("unreadable_date", Outcome.UNKNOWN)
    (finding,) = start_findings(case(validFrom=value))
    assert (finding.code, finding.outcome) == ("unreadable_date", Outcome.UNKNOWN)
