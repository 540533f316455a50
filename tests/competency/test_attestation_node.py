"""Signed attestations."""

from datetime import date

from app.competency.evidence import Attestation


def signed(by, on="2026-06-01", kind="portfolio-review"):
    return Attestation(kind, by, date.fromisoformat(on))


REVIEW = {"attestation": {"type": "portfolio-review", "signatures": 2}}


def test_a_review_needs_enough_different_people_other_than_the_learner(judged):
    root = judged(REVIEW, signed("as-2"), signed("as-3", "2026-07-01"))
    assert (root.status.value, root.reason, root.met_on) == ("met", "MET", date(2026, 7, 1))
    for others in ([], [signed("as-2", "2026-07-01")], [signed("p-test")], [signed("as-3", kind="code-of-conduct")]):
        root = judged(REVIEW, signed("as-2"), *others)
        assert (root.status.value, root.reason) == ("not_met", "ATTESTATION_MISSING")
        assert root.numbers == {"have": "1", "need": "2"}


def test_a_signature_counts_from_its_day(judged):
    assert judged(REVIEW, signed("as-2"), signed("as-3"), as_of="2026-06-01").reason == "MET"
    assert judged(REVIEW, signed("as-2"), signed("as-3"), as_of="2026-05-31").numbers["have"] == "0"


def test_learners_sign_a_code_of_conduct_themselves(judged):
    rule = {"attestation": {"type": "code-of-conduct", "signatures": 1}}
    assert judged(rule, signed("p-test", kind="code-of-conduct")).reason == "MET"
    assert judged({"attestation": {"type": "code-of-conduct"}}).numbers["need"] == "1"
