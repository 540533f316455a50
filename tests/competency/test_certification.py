"""What an award has come to: rules, decisions, conflicts of interest, validity."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.competency.certification import barring_acts, standing
from app.competency.evaluate import Evaluator
from app.competency.evidence import Decision

SCHEME = "RC-SCPM"


def decided(decision="grant", on="2026-08-15", officer="off-1"):
    return Decision(SCHEME, officer, date.fromisoformat(on), decision)


@pytest.fixture
def ana(framework, golden_people):
    def judge(*decisions, as_of="2026-09-01", **changes):
        evidence = replace(golden_people["p-ana"], decisions=decisions, **changes)
        return standing(Evaluator(framework, evidence), SCHEME, date.fromisoformat(as_of))

    return judge


def test_without_a_decision_it_is_ready_for_one(ana):
    assert ana().outcome == "ready_for_decision"
    assert ana(decided(), as_of="2026-08-14").outcome == "ready_for_decision"


def test_a_grant_is_valid_for_its_period(ana):
    assert (ana(decided()).outcome, ana(decided()).valid_until) == ("granted", date(2029, 8, 15))
    assert ana(decided(), as_of="2029-08-15").outcome == "granted"
    assert ana(decided(), as_of="2029-08-16").outcome == "expired"


def test_a_grant_outlives_the_evidence_that_it_was_made_on(ana):
    later = ana(decided(), as_of="2029-04-01")  # MC-08 ended on 2029-03-20
    assert (later.outcome, later.evaluation.as_of) == ("granted", date(2026, 8, 15))


def test_a_grant_before_the_rules_were_met_does_not_count(ana):
    early = ana(decided(on="2026-03-01"), as_of="2026-03-02")
    assert (early.outcome, early.valid_until) == ("not_met", None)
    assert ana(decided(on="2026-03-01")).outcome == "ready_for_decision"


def test_who_assessed_the_learner_does_not_decide(ana):
    found = ana(decided(officer="as-1"))
    assert (found.outcome, found.block) == ("blocked", "CONFLICT_OF_INTEREST")


def test_nobody_decides_about_herself(ana):
    found = ana(decided(officer="p-ana"))
    assert (found.outcome, found.block) == ("blocked", "CONFLICT_OF_INTEREST")


def test_long_ago_does_not_matter(ana, golden_people):
    evidence = golden_people["p-ana"]
    last = max(record.signed_off_on or record.performed_on for record in evidence.results if record.assessor == "as-1")
    last_day = date(last.year + 2, last.month, last.day)
    for day, block in ((last_day, "CONFLICT_OF_INTEREST"), (last_day + timedelta(days=1), None)):
        assert ana(decided(officer="as-1", on=day.isoformat()), as_of="2029-01-01").block == block


def test_who_signed_prior_learning_or_a_portfolio_does_not_decide(framework, golden_people):
    for officer, block in (("as-2", "CONFLICT_OF_INTEREST"), ("off-1", None)):
        evidence = replace(golden_people["p-eleni"], decisions=(decided(officer=officer),))
        assert standing(Evaluator(framework, evidence), SCHEME, date(2026, 9, 1)).block == block


@pytest.mark.parametrize(
    ("decisions", "outcome"),
    [
        (["refuse"], "refused"),
        (["refuse", "grant"], "granted"),
        (["grant", "suspend"], "suspended"),
        (["grant", "suspend", "reinstate"], "granted"),
        (["grant", "withdraw"], "withdrawn"),
        (["grant", "withdraw", "reinstate"], "withdrawn"),
        (["suspend"], "ready_for_decision"),
    ],
)
def test_decisions_follow_each_other(ana, decisions, outcome):
    made = [decided(each, on=f"2026-08-{day}") for day, each in enumerate(decisions, start=15)]
    assert ana(*made).outcome == outcome
    assert ana(*made[::-1]).outcome == outcome


def test_a_renewal_in_time_counts_from_the_old_end(ana):
    found = ana(decided(), decided("renew", on="2029-07-01"), as_of="2029-07-02")
    assert (found.outcome, found.valid_until) == ("granted", date(2032, 8, 15))
    late = ana(decided(), decided("renew", on="2030-01-01"), as_of="2030-01-02")
    assert late.valid_until == date(2033, 1, 1)


def test_micro_credentials_need_no_officer(framework, golden_people):
    assert standing(Evaluator(framework, golden_people["p-ana"]), "MC-02", date(2026, 9, 1)).outcome == "met"


def test_expired_evidence_is_not_met(framework, golden_people):
    found = standing(Evaluator(framework, golden_people["p-dimi"]), "MC-08", date(2026, 9, 1))
    assert (found.outcome, found.evaluation.status) == ("not_met", "expired")


def test_too_much_prior_learning_blocks(framework, golden_people, document):
    evidence = replace(golden_people["p-eleni"])
    second = replace(evidence.prior_learning[-1], assessor="as-3")
    evidence = replace(evidence, prior_learning=(*evidence.prior_learning, second))
    assert standing(Evaluator(framework, evidence), SCHEME, date(2026, 9, 1)).outcome == "ready_for_decision"
    document["certifications"][0]["requirements"]["all"][1]["competencies"]["rpl_max_share"] = "1/10"
    strict = type(framework).of(document)
    found = standing(Evaluator(strict, evidence), SCHEME, date(2026, 9, 1))
    assert (found.outcome, found.block) == ("blocked", "RPL_SHARE_EXCEEDED")


def test_decisions_of_one_day_stand_in_their_order(ana):
    made = [decided(), decided("suspend"), decided("reinstate"), decided("suspend")]
    numbered = [replace(one, number=number) for number, one in enumerate(made, start=1)]
    assert ana(*numbered).outcome == "suspended"
    assert ana(*numbered[:3]).outcome == "granted"


def test_a_checked_grant_stands_whatever_becomes_known_later(ana):
    made = replace(decided(officer="as-1"), checked=True, valid_until=date(2030, 1, 1))
    found = ana(made, credentials=())
    assert (found.outcome, found.valid_until, found.block) == ("granted", date(2030, 1, 1), None)


def test_the_acts_that_bar_an_officer_are_told_with_their_days(framework, golden_people):
    found = barring_acts(framework, decided(officer="as-1"), golden_people["p-ana"])
    assert found
    assert {role for role, _ in found} <= {"assessor", "examiner", "rpl_signer"}
    assert barring_acts(framework, decided(officer="off-1"), golden_people["p-ana"]) == ()


def test_a_renewal_is_judged_by_its_own_tree(framework, golden_people):
    evaluator = Evaluator(framework, golden_people["p-ana"])
    assert evaluator.evaluate(SCHEME, date(2026, 9, 1), renewal=True).root.id == "SCPM.renew"
    assert evaluator.evaluate("MC-02", date(2026, 9, 1), renewal=True).root.id == "MC-02"
