"""Prior learning and recognised credentials as evidence of competencies."""

from datetime import date

import pytest

from app.competency.evidence import HeldCredential, RplDecision

GOV1 = {"competency": {"ref": "GOV.1", "min_level": "L2"}}
PRJ3 = {"competency": {"ref": "PRJ.3", "min_level": "L3"}}


def claim(
    competency="GOV.1", level="L2", *, by="as-2", on="2026-05-20", name=None, decision="accepted", of="2025-11-01"
):
    decided_on = date.fromisoformat(on) if on else None
    return RplDecision(name or f"c-{competency}", competency, level, date.fromisoformat(of), by, decision, decided_on)


@pytest.mark.parametrize(
    ("others", "answer"),
    [
        ([claim(by="as-3")], ("met", "MET")),
        ([], ("pending", "RPL_NEEDS_SIGNATURE")),
        ([claim(by="as-2", on="2026-06-20")], ("pending", "RPL_NEEDS_SIGNATURE")),
        ([claim(by="p-test")], ("pending", "RPL_NEEDS_SIGNATURE")),
        ([claim(by="as-3", on="2026-09-02")], ("pending", "RPL_NEEDS_SIGNATURE")),
        ([claim(by="as-3", on=None, decision=None)], ("pending", "RPL_NEEDS_SIGNATURE")),
        ([claim(by="as-3", decision="rejected")], ("not_met", "NO_EVIDENCE")),
        ([claim(by="as-3", level="L1")], ("not_met", "LEVEL_TOO_LOW")),
        ([claim(by="as-3", name="another")], ("pending", "RPL_NEEDS_SIGNATURE")),
    ],
)
def test_prior_learning_needs_two_assessors(judged, others, answer):
    root = judged(GOV1, claim(), *others)
    assert (root.status.value, root.reason) == answer
    if answer[1] == "RPL_NEEDS_SIGNATURE":
        assert root.numbers["have"] == "1"
        assert root.numbers["need"] == "2"
        assert root.next_step.code == "ASK_RPL_SIGNATURE"


def test_prior_learning_counts_from_the_last_signature_and_ages_from_its_evidence(judged):
    both = [claim(), claim(by="as-3", on="2026-06-20")]
    assert judged(GOV1, *both).met_on == date(2026, 6, 20)
    assert judged(GOV1, *both, as_of="2030-11-01").reason == "MET"
    expired = judged(GOV1, *both, as_of="2030-11-02")
    assert (expired.status.value, expired.reason) == ("expired", "EVIDENCE_EXPIRED")


def test_prior_learning_is_signed_practice_and_knowledge(judged):
    both = [claim("PRJ.3", "L3"), claim("PRJ.3", "L3", by="as-3")]
    assert judged(PRJ3, *both).reason == "MET"
    assert judged(PRJ3, *both).evidence == ("rpl:c-PRJ.3",)


def profile(**more):
    listed = [{"competency": f"GOV.{n}", "min_level": "L2"} for n in (1, 2, 3, 4)]
    return {"competencies": {"list": listed, **more}}


def shown(names):
    return [claim(f"GOV.{n}", by=by) for n in names for by in ("as-2", "as-3")]


@pytest.fixture
def tests_of(result):
    """Make knowledge results for competencies GOV.n."""
    return lambda *names: [result("C01-T" if n != 4 else "C03-T", f"GOV.{n}", "24") for n in names]


def test_prior_learning_stands_for_a_share_and_blocks_beyond_it(judged, tests_of):
    assert judged(profile(), *shown([3, 4]), results=tests_of(1, 2)).reason == "MET"
    over = judged(profile(), *shown([2, 3, 4]), results=tests_of(1))
    assert (over.status.value, over.reason) == ("blocked", "RPL_SHARE_EXCEEDED")
    assert over.numbers == {"have": "3", "most": "2", "of": "4"}
    assert judged(profile(rpl_max_share="3/4"), *shown([2, 3, 4]), results=tests_of(1)).reason == "MET"


def test_what_is_shown_otherwise_does_not_use_up_the_share(judged, tests_of):
    assert judged(profile(), *shown([2, 3, 4]), results=tests_of(1, 2)).reason == "MET"


def equivalent(achievement="smart-city-basics", issuer="provider-b", issued="2026-01-15", **more):
    base = f"https://{issuer}.example.org"
    uri = f"{base}/achievements/{achievement}"
    return HeldCredential("f-1", f"{base}/issuer", uri, date.fromisoformat(issued), **more)


def test_an_equivalent_credential_shows_the_competencies_of_the_award(judged):
    root = judged(GOV1, equivalent())
    assert (root.reason, root.evidence, root.met_on) == ("MET", ("credential:f-1",), date(2026, 2, 1))
    assert judged(GOV1, equivalent(), as_of="2026-01-31").reason == "NO_EVIDENCE"
    assert judged(GOV1, equivalent(), as_of="2028-02-01").reason == "NO_EVIDENCE"
    assert judged(GOV1, equivalent(status="suspended")).reason == "NO_EVIDENCE"
    assert judged(GOV1, equivalent(expires_on=date(2026, 8, 31))).reason == "NO_EVIDENCE"
    assert judged(GOV1, equivalent(issuer="provider-c")).reason == "NO_EVIDENCE"


def test_an_equivalent_credential_does_not_replace_assessed_practice(judged):
    root = judged(PRJ3, equivalent("urban-project-management"))
    assert (root.status.value, root.reason) == ("not_met", "NEEDS_PRACTICE")


def test_an_equivalence_may_grant_a_single_competency(judged):
    rule = {"competency": {"ref": "SEC.2", "min_level": "L2"}}
    assert judged(rule, equivalent("gdpr-for-cities", "provider-c")).reason == "MET"
