"""Credentials held, equivalences between issuers, and credits."""

from datetime import date

import pytest

from app.competency.evidence import Decision, HeldCredential

OURS = "https://consortium.example.org/issuer"
PROVIDER_B = "https://provider-b.example.org/issuer"
# EQ-1: counts as MC-01 from 2026-02-01 to 2028-01-31
BASICS = "https://provider-b.example.org/achievements/smart-city-basics"


def held(achievement="MC-01", issued="2026-01-10", expires=None, status="valid", issuer=OURS, **more):
    until = date.fromisoformat(expires) if expires else None
    return HeldCredential(
        f"c-{achievement[-5:]}", issuer, achievement, date.fromisoformat(issued), until, status, **more
    )


@pytest.mark.parametrize(
    ("credentials", "as_of", "answer"),
    [
        ([], "2026-09-01", ("not_met", "CREDENTIAL_MISSING")),
        ([held()], "2026-09-01", ("met", "MET")),
        ([held()], "2026-01-10", ("met", "MET")),
        ([held()], "2026-01-09", ("pending", "CREDENTIAL_NOT_YET_ISSUED")),
        ([held("MC-02")], "2026-09-01", ("not_met", "CREDENTIAL_MISSING")),
        ([held(expires="2026-05-20")], "2026-05-20", ("met", "MET")),
        ([held(expires="2026-05-20")], "2026-05-21", ("expired", "CREDENTIAL_EXPIRED")),
        ([held(status="suspended")], "2026-09-01", ("not_met", "CREDENTIAL_SUSPENDED")),
        ([held(status="revoked")], "2026-09-01", ("not_met", "CREDENTIAL_REVOKED")),
        ([held(status="revoked"), held(issued="2026-02-01")], "2026-09-01", ("met", "MET")),
        ([held(status="revoked"), held(status="suspended")], "2026-09-01", ("not_met", "CREDENTIAL_SUSPENDED")),
        ([held(BASICS, issuer=PROVIDER_B)], "2026-09-01", ("met", "MET_BY_EQUIVALENCE")),
        ([held(BASICS, issuer=PROVIDER_B)], "2026-02-01", ("met", "MET_BY_EQUIVALENCE")),
        ([held(BASICS, issuer=PROVIDER_B)], "2026-01-31", ("not_met", "CREDENTIAL_MISSING")),
        ([held(BASICS, issuer=PROVIDER_B)], "2028-01-31", ("met", "MET_BY_EQUIVALENCE")),
        ([held(BASICS, issuer=PROVIDER_B)], "2028-02-01", ("not_met", "CREDENTIAL_MISSING")),
        ([held(BASICS, issuer=OURS)], "2026-09-01", ("not_met", "CREDENTIAL_MISSING")),
        ([held(BASICS, issuer=PROVIDER_B, status="revoked")], "2026-09-01", ("not_met", "CREDENTIAL_REVOKED")),
        ([held(BASICS, issuer=PROVIDER_B), held()], "2026-09-01", ("met", "MET")),
    ],
)
def test_a_credential(judged, credentials, as_of, answer):
    rule = {"credential": {"ref": "MC-01", "or_equivalent": True, "valid": True}}
    root = judged(rule, *credentials, as_of=as_of)
    assert (root.status.value, root.reason) == answer
    assert root.ref == "MC-01"
    assert bool(root.evidence) is (answer[1] != "CREDENTIAL_MISSING")


def test_what_the_rule_does_not_ask_for_is_not_asked(judged):
    assert judged({"credential": {"ref": "MC-01"}}, held(expires="2026-05-20")).reason == "MET"
    assert judged({"credential": {"ref": "MC-01"}}, held(BASICS, issuer=PROVIDER_B)).reason == "CREDENTIAL_MISSING"


def test_an_equivalent_credential_counts_from_the_agreement_on(judged):
    rule = {"credential": {"ref": "MC-01", "or_equivalent": True}}
    assert judged(rule, held(BASICS, issuer=PROVIDER_B)).met_on == date(2026, 2, 1)


def credits_rule(least, **more):
    return {"credits": {"system": "ECTS", "min": least, **more}}


def test_credits_add_up_once_for_each_award(judged):
    both = [held("MC-01"), held("MC-02", "2026-03-01")]  # 2 and 4
    assert judged(credits_rule(6), *both).numbers == {"have": "6", "need": "6", "system": "ECTS"}
    assert judged(credits_rule(6), *both).met_on == date(2026, 3, 1)
    assert judged(credits_rule(6), *both, as_of="2026-02-28").reason == "CREDITS_SHORT"
    assert judged(credits_rule(7), *both).numbers["have"] == "6"
    assert judged(credits_rule(7), *both, held("MC-01", "2026-05-01")).reason == "CREDITS_SHORT"
    assert judged(credits_rule(3, **{"from": ["MC-01"]}), *both).numbers["have"] == "2"


def test_credits_of_expired_credentials_count_by_policy_and_revoked_ones_do_not(judged, document):
    expired, revoked = held("MC-01", expires="2026-02-01"), held("MC-02", status="revoked")
    assert judged(credits_rule(2), expired).reason == "MET"
    assert judged(credits_rule(4), revoked).numbers["have"] == "0"
    assert judged(credits_rule(4), held("MC-02", status="suspended")).numbers["have"] == "0"
    document["policy"]["credits"] = {"count_expired_credentials": False, "count_revoked_credentials": True}
    assert judged(credits_rule(2), expired).numbers["have"] == "0"
    assert judged(credits_rule(4), revoked).reason == "MET"


def test_credits_of_an_equivalent_credential_are_those_of_the_agreement(judged, document):
    document["equivalences"][0]["credits"] = 1.5
    foreign = held(BASICS, issuer=PROVIDER_B)
    assert judged(credits_rule(2), foreign).numbers["have"] == "1.5"
    assert judged(credits_rule(2), foreign, held("MC-01")).numbers["have"] == "2"


def test_credits_by_prior_learning_count_up_to_a_share(judged):
    rule = credits_rule(6, max_rpl_share="1/2")
    items = [held("MC-01"), held("MC-02", by_rpl=True)]
    assert judged(rule, *items).numbers["have"] == "5"  # 2 learned, and of the 4 by prior learning 3 = 6 / 2
    assert judged(rule, *items, held("MC-05")).reason == "MET"


def test_credits_since_the_last_decision(judged):
    rule = credits_rule(4, since="last_decision")
    granted = Decision("MC-02", "off-1", date(2026, 1, 10), "grant")
    assert judged(rule, held("MC-02", "2026-01-10"), granted).numbers["have"] == "0"
    assert judged(rule, held("MC-02", "2026-01-11"), granted).reason == "MET"
    assert judged(rule, held("MC-02", "2026-01-10")).reason == "MET"


def test_hours_are_the_workload(judged):
    rule = {"credits": {"system": "hours", "min": 150}}
    assert judged(rule, held("MC-01"), held("MC-02")).numbers["have"] == "150"
    assert judged({"credits": {"system": "ECVET", "min": 1}}, held("MC-01")).numbers["have"] == "0"
