"""Every reason why a competency is not there yet, with its numbers and the next step."""

from datetime import date

import pytest

from app.competency.evaluate import Evidence, evaluate
from app.competency.framework import Framework

AS_OF = date(2026, 9, 1)


def judged(framework, level, *records, competency="PRJ.1", as_of=AS_OF):
    """The node of a rule that asks only for one competency, in place of MC-02's."""
    document = {**framework.document}
    rule = {"id": "r", "label": {"en": "r"}, "competency": {"ref": competency, "min_level": level}}
    award = {**framework.awards["MC-02"], "requirements": rule}
    document["micro_credentials"] = [award]
    document.pop("equivalences"), document.pop("certifications")
    return evaluate(Framework.of(document), "MC-02", Evidence(records), as_of=as_of).root


def step(node):
    return node.next_step and (node.next_step.code, *node.next_step.params.values())


def test_nothing_recorded(framework):
    node = judged(framework, "L2")
    assert (node.status, node.reason, node.numbers) == ("not_met", "NO_EVIDENCE", {"need_level": "L2"})
    assert step(node) == ("TAKE_ASSESSMENT", "C02-T", "PRJ.1")
    assert step(judged(framework, "L3")) == ("TAKE_ASSESSMENT", "C02-P", "PRJ.1")


def test_provisional(framework, result):
    node = judged(framework, "L2", result("C02-T", "PRJ.1", "20", status="provisional"))
    assert (node.status, node.reason) == ("pending", "RESULT_PROVISIONAL")
    assert step(node) == ("WAIT_FOR_FINAL", "C02-T", "PRJ.1")
    too_low = judged(framework, "L2", result("C02-T", "PRJ.1", "19", status="provisional"))
    assert (too_low.status, too_low.reason, too_low.numbers["have"]) == ("not_met", "LEVEL_TOO_LOW", "19")
    assert "have_level" not in too_low.numbers


def test_not_signed(framework, result):
    test, practice = result("C02-T", "PRJ.1", "20"), result("C02-P", "PRJ.1", "3", of="3")
    node = judged(framework, "L3", test, practice)
    assert (node.status, node.reason, node.evidence) == ("pending", "NEEDS_SIGN_OFF", (practice.ref,))
    assert step(node) == ("ASK_SIGN_OFF", "C02-P", "PRJ.1")


def test_provisional_and_not_signed(framework, result):
    test = result("C02-T", "PRJ.1", "20", status="provisional")
    node = judged(framework, "L3", test, result("C02-P", "PRJ.1", "3", of="3"))
    assert (node.status, node.reason, len(node.evidence)) == ("pending", "RESULT_PROVISIONAL", 2)


def test_what_a_signature_alone_would_not_mend_is_not_pending(framework, result):
    node = judged(framework, "L3", result("C02-P", "PRJ.1", "3", of="3"))
    assert (node.status, node.reason) == ("not_met", "NEEDS_KNOWLEDGE")
    assert step(node) == ("TAKE_ASSESSMENT", "C02-T", "PRJ.1")
    node = judged(framework, "L3", result("C02-T", "PRJ.1", "20"), result("C02-P", "PRJ.1", "2", of="3"))
    assert (node.reason, node.numbers["have"], node.numbers["need"]) == ("LEVEL_TOO_LOW", "2", "3")


def test_tests_without_practice(framework, result):
    node = judged(framework, "L3", result("C02-T", "PRJ.1", "30"))
    assert (node.status, node.reason) == ("not_met", "NEEDS_PRACTICE")
    assert node.numbers == {"need_level": "L3", "have_level": "L2"}


@pytest.mark.parametrize(
    ("practice", "assessment"),
    [(("1", "as-1"), "C02-T"), (None, "C02-T")],
)
def test_the_nearest_number_is_told(framework, result, signed, practice, assessment):
    records = [result("C02-T", "PRJ.1", "17")]
    if practice:
        records.append(result("C02-P", "PRJ.1", practice[0], of="3", **signed))
    node = judged(framework, "L2", *records)
    assert (node.reason, node.numbers["assessment"]) == ("LEVEL_TOO_LOW", assessment)
    assert (node.numbers["have"], node.numbers["need"], node.numbers["of"]) == ("17", "20", "30")


def test_what_can_still_be_improved_is_told_before_what_is_nearer(framework, result, signed):
    tests = [result("C02-T", "PRJ.1", "19", attempt=number, on=f"2026-03-0{number}") for number in (1, 2, 3)]
    practice = result("C02-P", "PRJ.1", "1", of="3", on="2026-08-31", **signed | {"signed_off_on": AS_OF})
    node = judged(framework, "L2", *tests, practice)
    assert node.numbers["assessment"] == "C02-P"
    assert step(node) == ("RETAKE", "C02-P", "PRJ.1", "2", "2", "2026-09-14")


def test_no_attempts_left(framework, result):
    tests = [result("C02-T", "PRJ.1", "19", attempt=number, on=f"2026-03-0{number}") for number in (1, 2, 3)]
    node = judged(framework, "L2", *tests)
    assert step(node) == ("TAKE_ASSESSMENT", "C02-P", "PRJ.1")
    knowledge = judged(framework, "L3", *tests, result("C02-P", "PRJ.1", "3", of="3"))
    assert (knowledge.reason, step(knowledge)) == ("LEVEL_TOO_LOW", ("NO_ATTEMPTS_LEFT", "C02-T", "PRJ.1"))


def test_what_was_shown_cannot_reach_the_level(framework, result):
    labs = [
        result("C07-L", "INF.1", score, of="10", attempt=number, on=f"2026-05-0{number}")
        for number, score in enumerate(["8", "5", "7", "6", "3"], start=1)
    ]
    node = judged(framework, "L3", *labs, competency="INF.1")
    assert (node.reason, node.numbers) == ("LEVEL_TOO_LOW", {"need_level": "L3"})
    assert step(node) == ("TAKE_ASSESSMENT", "C07-P", "INF.1")
    node = judged(framework, "L2", *labs, competency="INF.1")
    assert node.reason == "LEVEL_TOO_LOW"
    assert (node.numbers["have"], node.numbers["need"], node.numbers["each"], node.numbers["of"]) == (
        "2", "3", "20/3", "10",
    )  # fmt: skip
    assert step(node) == ("TAKE_ASSESSMENT", "C07-T", "INF.1")


def test_expired(framework, result):
    record = result("C08-T", "SEC.2", "24", on="2023-05-10")
    node = judged(framework, "L2", record, competency="SEC.2")
    assert (node.status, node.reason, node.evidence) == ("expired", "EVIDENCE_EXPIRED", (record.ref,))
    assert node.numbers["valid_through"] == "2026-05-10"
    assert step(node) == ("RETAKE", "C08-T", "SEC.2", "2", "3")


def test_old_evidence_that_would_not_do_is_no_evidence(framework, result):
    node = judged(framework, "L2", result("C08-T", "SEC.2", "16", on="2023-05-10"), competency="SEC.2")
    assert (node.status, node.reason) == ("not_met", "NO_EVIDENCE")


def test_more_pieces_or_assessors_are_needed(document, result, signed):
    document["policy"]["level_rules"][2]["all"][0].update(evidence=2, distinct_assessors=2)
    third = next(item for item in document["assessments"] if item["id"] == "C03-P")
    third["sections"].append({"id": "PRJ.1", "max": 3, "competency": "PRJ.1", "mapping": "rubric-3"})
    framework = Framework.of(document)
    records = [result("C02-T", "PRJ.1", "20"), result("C02-P", "PRJ.1", "3", of="3", **signed)]
    node = judged(framework, "L3", *records)
    assert (node.reason, node.numbers["have"], node.numbers["need"]) == ("EVIDENCE_SHORT", "1", "2")
    assert step(node) == ("TAKE_ASSESSMENT", "C03-P", "PRJ.1")
    node = judged(framework, "L3", *records, result("C03-P", "PRJ.1", "3", of="3", **signed))
    assert (node.reason, node.numbers["have"], node.numbers["need"]) == ("ASSESSORS_SHORT", "1", "2")
    other = result("C03-P", "PRJ.1", "3", of="3", assessor="as-2", **signed)
    assert judged(framework, "L3", *records, other).status == "met"


def test_a_higher_level_is_enough(framework, result, signed):
    records = [result("C02-T", "PRJ.1", "20"), result("C02-P", "PRJ.1", "3", of="3", **signed)]
    node = judged(framework, "L2", *records)
    assert (node.status, node.numbers) == ("met", {"need_level": "L2", "have_level": "L3"})
    assert (len(node.evidence), node.met_on) == (1, date(2026, 3, 10))  # the test alone shows L2, and earlier
