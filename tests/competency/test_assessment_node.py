"""Assessments as a whole: totals, sections, sittings, periods."""

from datetime import date

import pytest

from app.competency.evaluate import Evidence, Status, evaluate
from app.competency.framework import Framework

AS_OF = date(2026, 9, 1)
EXAM = {
    "ref": "EX-SCPM", "section_min": "2/3", "mandatory_sections": ["PRJ"], "sections_at_least": 5, "within": "P24M",
}  # fmt: skip
ANA = {"PRJ": 25, "GOV": 22, "CIT": 21, "SEC": 24, "DAT": 23, "INF": 15, "PRO": 10, "SUS": 12}


def judged(document, rule, records, as_of=AS_OF):
    document["micro_credentials"][1]["requirements"] = {"id": "r", "label": {"en": "r"}, "assessment": rule}
    return evaluate(Framework.of(document), "MC-02", Evidence(tuple(records)), as_of=as_of).root


def sitting(result, scores, *, assessment="EX-SCPM", of="30", **more):
    return [result(assessment, section, str(score), of=of, **more) for section, score in scores.items()]


def practice(result, *scores, **more):
    sections = {f"PRJ.{number}": score for number, score in enumerate(scores, start=1)}
    return sitting(result, sections, assessment="C02-P", of="3", **more)


@pytest.mark.parametrize(
    ("scores", "status", "reason", "numbers"),
    [
        (ANA, "met", "MET", {"have": "152", "need": "0", "of": "240"}),
        (ANA | {"PRJ": "19.99"}, "not_met", "SECTION_BELOW_MIN",
         {"have": "19.99", "need": "20", "of": "30", "section": "PRJ"}),
        (ANA | {"CIT": "19"}, "not_met", "SECTIONS_SHORT",
         {"have": "4", "need": "5", "of": "8", "below": "CIT, INF, PRO, SUS"}),
        (dict.fromkeys(["PRJ", "GOV", "CIT", "SEC", "DAT"], 20), "met", "MET",
         {"have": "100", "need": "0", "of": "240"}),
    ],
)  # fmt: skip
def test_the_examination(document, result, scores, status, reason, numbers):
    node = judged(document, EXAM, sitting(result, scores, on="2026-06-10"))
    found = {**node.numbers}
    if "below" in found:
        found["below"] = ", ".join(sorted(found["below"].split(", ")))
    assert (node.status, node.reason, found) == (status, reason, numbers)


def test_the_golden_examinations(document, golden_results):
    for learner in ("p-ana", "p-boris", "p-carmen", "p-dimi", "p-eleni", "p-iosif"):
        assert judged(document, EXAM, golden_results[learner]).status is Status.MET
    assert judged(document, EXAM, golden_results["p-dimi"], date(2026, 5, 10)).reason == "EXAM_MISSING"


def test_an_examination_counts_for_its_period(document, result):
    records = sitting(result, ANA, on="2024-09-01")
    assert judged(document, EXAM, records).status is Status.MET
    node = judged(document, EXAM, records, date(2026, 9, 2))
    assert (node.status, node.reason, node.numbers) == ("expired", "EXAM_TOO_OLD", {"valid_through": "2026-09-01"})


def test_sections_of_several_attempts_combine_while_they_carry_over(document, result):
    first = sitting(result, {"PRJ": 25, "GOV": 22, "CIT": 21}, attempt=1, on="2024-06-10")
    second = sitting(result, {"PRJ": 5, "SEC": 24, "DAT": 23}, attempt=2, on="2026-06-10")
    rule = {name: value for name, value in EXAM.items() if name != "within"}
    node = judged(document, rule, first + second)
    assert (node.status, node.met_on) == ("met", date(2026, 6, 10))
    assert len(node.evidence) == 5
    late = sitting(result, {"PRJ": 5, "SEC": 24, "DAT": 23}, attempt=2, on="2026-06-11")
    node = judged(document, rule, first + late)
    assert (node.reason, node.numbers["have"]) == ("SECTIONS_SHORT", "3")


def test_a_later_bad_attempt_takes_nothing_away(document, result):
    rule = {name: value for name, value in EXAM.items() if name != "within"}
    records = sitting(result, ANA, attempt=1, on="2023-01-10")
    records += sitting(result, dict.fromkeys(ANA, 0), attempt=2, on="2026-06-10")
    node = judged(document, rule, records)
    assert (node.status, node.met_on) == ("met", date(2023, 1, 10))


@pytest.mark.parametrize(
    ("scores", "status"), [((2, 2, 2, 2, 2), "met"), ((3, 3, 3, 0, 0), "not_met"), ((3, 3, 3, 1), "met")]
)
def test_a_total_counts_missing_sections_as_nothing(document, result, scores, status):
    node = judged(document, {"ref": "C02-P", "total_min": "2/3"}, practice(result, *scores))
    assert node.status == status
    assert node.numbers == {"have": str(sum(scores)), "need": "10", "of": "15"}
    if status == "not_met":
        assert node.reason == "TOTAL_BELOW_MIN"


def test_the_best_attempt_is_judged_as_a_whole(document, result):
    records = practice(result, 3, 3, 3, 0, 0, attempt=1, on="2026-03-01")
    records += practice(result, 0, 0, 0, 3, 3, attempt=2, on="2026-04-01")
    rule = {"ref": "C02-P", "total_min": "2/3"}
    node = judged(document, rule, records)
    assert (node.status, node.numbers["have"]) == ("not_met", "9")
    for item in document["assessments"]:
        item["attempts"]["count"] = "best_per_section"
    assert judged(document, rule, records).numbers["have"] == "15"


@pytest.mark.parametrize(("count", "have"), [("best", "12"), ("first", "8"), ("latest", "11")])
def test_which_attempt_is_judged(document, result, count, have):
    for item in document["assessments"]:
        item["attempts"].update(count=count, max=3)
    records = practice(result, 2, 2, 2, 2, 0, attempt=1, on="2026-03-01")
    records += practice(result, 3, 3, 3, 3, 0, attempt=2, on="2026-04-01")
    records += practice(result, 3, 3, 3, 2, 0, attempt=3, on="2026-05-01")
    assert judged(document, {"ref": "C02-P", "total_min": "1"}, records).numbers["have"] == have


def test_a_series_is_judged_by_its_aggregate(document, result):
    rule = {"ref": "C07-L", "total_min": "2/3"}
    scores = ["8", "5", "7", "6", "3"]
    labs = [result("C07-L", "INF.1", s, of="10", attempt=n, on=f"2026-05-0{n}") for n, s in enumerate(scores, start=1)]
    node = judged(document, rule, labs)
    assert (node.status, node.reason, node.numbers["have"]) == ("not_met", "TOTAL_BELOW_MIN", "0")
    labs[4] = result("C07-L", "INF.1", "9", of="10", attempt=5, on="2026-05-05")
    node = judged(document, rule, labs)
    assert (node.status, node.numbers) == ("met", {"have": "8", "need": "20/3", "of": "10"})
    assert len(node.evidence) == 3


def test_provisional_results_are_pending(document, result):
    rule = {"ref": "C02-P", "total_min": "2/3"}
    records = practice(result, 3, 3, 3, 3, 3, status="provisional")
    node = judged(document, rule, records)
    assert (node.status, node.reason, node.next_step.code) == ("pending", "RESULT_PROVISIONAL", "WAIT_FOR_FINAL")
    assert judged(document, rule, practice(result, 1, 1, status="provisional")).reason == "TOTAL_BELOW_MIN"


def test_nothing_taken(document):
    node = judged(document, {"ref": "C02-P", "total_min": "2/3"}, [])
    assert (node.status, node.reason, node.next_step.code) == ("not_met", "ASSESSMENT_MISSING", "TAKE_ASSESSMENT")


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"section_min": "2/3"}, "not_met"),
        ({"section_min": "2/3", "sections": "all"}, "not_met"),
        ({"section_min": "1/3", "sections": "all"}, "met"),
        ({"section_min": "2/3", "sections_at_least": 4}, "met"),
        ({"section_min": "2/3", "mandatory_sections": ["PRJ.1"]}, "met"),
        ({"section_min": "2/3", "mandatory_sections": ["PRJ.5"]}, "not_met"),
        ({"section_min": "2/3", "mandatory_sections": ["PRJ.1"], "sections": "all"}, "not_met"),
        ({"section_min": "2/3", "sections_at_least": 4, "total_min": "3/3"}, "not_met"),
    ],
)
def test_which_sections_must_pass(document, result, rule, status):
    assert judged(document, {"ref": "C02-P"} | rule, practice(result, 2, 2, 2, 2, 1)).status == status
