"""Results to levels: scores, attempts, signatures, age, and the rules of the levels."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency.attainment import IF_AGELESS, IF_DECIDED, IF_FINAL, IF_SIGNED, Attainment
from app.competency.evaluate import Evidence, attained_levels
from app.competency.framework import Framework
from app.competency.result_record import ResultRecord

AS_OF = date(2026, 9, 1)


def level(framework, competency, *records, as_of=AS_OF, view=None):
    attainment = Attainment.of(framework.rules, Evidence(tuple(records)), as_of)
    rank = attainment.rank(competency) if view is None else attainment.rank(competency, view)
    return framework.rules.level(rank)


@pytest.mark.parametrize(
    ("score", "reached"),
    [("0", None), ("14.99", None), ("15", "L1"), ("19.99", "L1"), ("20", "L2"), ("30", "L2")],
)
def test_two_thirds_is_exact(framework, result, score, reached):
    assert level(framework, "PRJ.1", result("C02-T", "PRJ.1", score)) == reached


@pytest.mark.parametrize(
    ("test", "practice", "signature", "reached"),
    [
        ("20", "3", True, "L3"),
        ("19", "3", True, "L2"),
        ("30", None, False, "L2"),
        (None, "3", True, "L2"),
        ("20", "2", True, "L2"),
        ("20", "3", False, "L2"),
        ("10", "3", False, None),
        ("10", "1", True, "L1"),
    ],
)
def test_professional_needs_signed_practice_and_knowledge(
    framework, result, signed, test, practice, signature, reached
):
    records = []
    if test:
        records.append(result("C02-T", "PRJ.1", test))
    if practice:
        records.append(result("C02-P", "PRJ.1", practice, of="3", **(signed if signature else {})))
    assert level(framework, "PRJ.1", *records) == reached


def test_what_if_it_were_signed_or_final(framework, result):
    records = [
        result("C02-T", "PRJ.1", "20", status="provisional"),
        result("C02-P", "PRJ.1", "3", of="3"),
    ]
    assert level(framework, "PRJ.1", *records) is None
    assert level(framework, "PRJ.1", *records, view=IF_FINAL) == "L2"
    assert level(framework, "PRJ.1", *records, view=IF_SIGNED) == "L2"
    assert level(framework, "PRJ.1", *records, view=IF_DECIDED) == "L3"


def test_a_signature_without_a_day_is_none(framework, result):
    practice = result("C02-P", "PRJ.1", "3", of="3", signed_off_by="as-1")
    assert level(framework, "PRJ.1", result("C02-T", "PRJ.1", "20"), practice) == "L2"


@pytest.mark.parametrize(
    ("by", "on", "counts"),
    [
        ("as-1", "2026-03-10", True),
        ("as-2", "2026-09-01", True),
        ("as-2", "2026-09-02", False),
        ("p-test", "2026-03-10", False),
    ],
)
def test_a_signature_counts_from_its_day_and_not_by_the_learner(framework, result, by, on, counts):
    practice = result("C02-P", "PRJ.1", "3", of="3", signed_off_by=by, signed_off_on=date.fromisoformat(on))
    records = [result("C02-T", "PRJ.1", "20"), practice]
    assert level(framework, "PRJ.1", *records) == ("L3" if counts else "L2")


def test_a_scheme_may_want_another_signature_than_the_assessor(document, result):
    document["policy"]["sign_off"]["by_other_than"] = ["learner", "assessor"]
    strict = Framework.of(document)
    for signer, reached in (("as-1", None), ("as-2", "L2")):
        practice = result("C02-P", "PRJ.1", "3", of="3", signed_off_by=signer, signed_off_on=AS_OF)
        assert level(strict, "PRJ.1", practice) == reached


def test_evidence_holds_through_its_last_day(framework, result):
    record = result("C08-T", "SEC.2", "24", on="2023-05-10")  # SEC.2: 36 months
    assert level(framework, "SEC.2", record, as_of=date(2026, 5, 10)) == "L2"
    assert level(framework, "SEC.2", record, as_of=date(2026, 5, 11)) is None
    assert level(framework, "SEC.2", record, as_of=date(2026, 5, 11), view=IF_AGELESS) == "L2"
    assert level(framework, "SEC.2", record, as_of=date(2023, 5, 9)) is None
    default = result("C01-T", "GOV.1", "24", on="2021-09-01")  # the default is 60 months
    assert level(framework, "GOV.1", default, as_of=AS_OF) == "L2"
    assert level(framework, "GOV.1", default, as_of=date(2026, 9, 2)) is None


def test_of_the_best_an_old_one_does_not_hide_a_recent_one(framework, result):
    records = [
        result("C08-T", "SEC.2", "30", attempt=1, on="2020-01-01"),
        result("C08-T", "SEC.2", "20", attempt=2, on="2026-01-01"),
    ]
    assert level(framework, "SEC.2", *records) == "L2"


@pytest.mark.parametrize(
    ("count", "scores", "reached"),
    [
        ("best", ["10", "20", "15"], "L2"),
        ("best_per_section", ["10", "20", "15"], "L2"),
        ("latest", ["10", "20", "15"], "L1"),
        ("first", ["10", "20", "15"], None),
        ("all", ["10", "20", "15"], "L2"),
    ],
)
def test_which_attempt_counts(document, result, count, scores, reached):
    test = next(item for item in document["assessments"] if item["id"] == "C02-T")
    test["attempts"]["count"] = count
    records = [
        result("C02-T", "PRJ.1", score, attempt=number, on=f"2026-03-0{number}")
        for number, score in enumerate(scores, start=1)
    ]
    assert level(Framework.of(document), "PRJ.1", *records) == reached


def test_the_first_attempt_stands_even_when_it_is_not_decided(document, result):
    test = next(item for item in document["assessments"] if item["id"] == "C02-T")
    test["attempts"]["count"] = "first"
    records = [
        result("C02-T", "PRJ.1", "10", attempt=1, on="2026-03-01", status="provisional"),
        result("C02-T", "PRJ.1", "20", attempt=2, on="2026-03-05"),
    ]
    assert level(Framework.of(document), "PRJ.1", *records) is None


@pytest.mark.parametrize(
    ("aggregation", "scores", "reached"),
    [
        ({"method": "average"}, ["10", "30"], "L2"),
        ({"method": "average"}, ["10", "29.99"], "L1"),
        ({"method": "weighted_average", "weights": ["1", "2", "3"]}, ["30", "15"], "L2"),
        ({"method": "weighted_average", "weights": ["1", "2", "3"]}, ["15", "30", "16"], "L2"),
        ({"method": "decaying_average", "weight_latest": "1/2"}, ["10", "30"], "L2"),
        ({"method": "decaying_average", "weight_latest": "49/100"}, ["10", "30"], "L1"),
        ({"method": "latest"}, ["30", "10"], None),
        ({"method": "highest"}, ["30", "10"], "L2"),
        ({"method": "n_times", "n": 2, "threshold": "2/3"}, ["30", "10", "20"], "L2"),
        ({"method": "n_times", "n": 2, "threshold": "2/3"}, ["30", "10", "19"], None),
    ],
)
def test_several_results_become_one_value(document, result, aggregation, scores, reached):
    test = next(item for item in document["assessments"] if item["id"] == "C02-T")
    test["attempts"]["count"], test["aggregation"] = "all", aggregation
    records = [
        result("C02-T", "PRJ.1", score, attempt=number, on=f"2026-03-0{number}")
        for number, score in enumerate(scores, start=1)
    ]
    assert level(Framework.of(document), "PRJ.1", *records) == reached


def test_the_weekly_series_need_three_results(framework, result):
    records = [result("C06-E", "DAT.3", "80", of="100", attempt=n, on=f"2026-03-0{n}") for n in (1, 2)]
    assert level(framework, "DAT.3", *records) is None
    records.append(result("C06-E", "DAT.3", "65", of="100", attempt=3, on="2026-03-03"))
    assert level(framework, "DAT.3", *records) == "L2"  # 65 * 65/100 + 80 * 35/100 = 70.25
    records[2] = result("C06-E", "DAT.3", "64", of="100", attempt=3, on="2026-03-03")
    assert level(framework, "DAT.3", *records) == "L1"  # 69.6


def expert_framework(document):
    """A framework where practice in C02-P and C03-P can show L4 in PRJ.1."""
    document["mappings"][1]["steps"].append({"from": "4", "level": "L4"})
    for item in document["assessments"]:
        for section in item["sections"]:
            if section.get("mapping") == "rubric-3":
                section["max"] = 4
    third = next(item for item in document["assessments"] if item["id"] == "C03-P")
    third["sections"].append({"id": "PRJ.1", "max": 4, "competency": "PRJ.1", "mapping": "rubric-3"})
    return Framework.of(document)


@pytest.mark.parametrize(
    ("second", "assessor", "reached"), [("4", "as-2", "L4"), ("4", "as-1", "L3"), ("3", "as-2", "L3"), (None, "", "L3")]
)
def test_expert_needs_two_practices_by_two_assessors(document, result, signed, second, assessor, reached):
    framework = expert_framework(document)
    records = [result("C02-T", "PRJ.1", "20"), result("C02-P", "PRJ.1", "4", of="4", **signed)]
    if second:
        records.append(result("C03-P", "PRJ.1", second, of="4", assessor=assessor, **signed))
    assert level(framework, "PRJ.1", *records) == reached


def test_a_missing_assessor_is_not_another_assessor(document, result, signed):
    framework = expert_framework(document)
    records = [
        result("C02-T", "PRJ.1", "20"),
        result("C02-P", "PRJ.1", "4", of="4", **signed),
        result("C03-P", "PRJ.1", "4", of="4", assessor=None, **signed),
    ]
    assert level(framework, "PRJ.1", *records) == "L3"


def test_examinations_show_no_competency_of_their_own(framework, result):
    assert level(framework, "PRJ.1", result("EX-SCPM", "PRJ", "30")) is None


def test_levels_of_all_competencies(framework, golden_results):
    levels = attained_levels(framework, Evidence(golden_results["p-lena"]), as_of=AS_OF)
    assert set(levels) == set(framework.competencies)
    assert {name: reached for name, reached in levels.items() if reached} == {f"PRJ.{n}": "L2" for n in range(1, 6)}


scores = st.integers(0, 300).map(lambda tenth: f"{tenth // 10}.{tenth % 10}")


@given(st.lists(scores, min_size=1, max_size=2), st.integers(0, 400), st.data())
def test_a_better_result_never_lowers_a_level_under_highest(framework, shown, day, data):
    def record(score, attempt, on):
        return ResultRecord("s", f"r{attempt}", "p", "C02-T", "PRJ.1", attempt, score, "30", date.fromordinal(on))

    start = date(2026, 1, 1).toordinal()
    records = [record(score, number, start + 7 * number) for number, score in enumerate(shown, start=1)]
    best = max(float(score) for score in shown)
    better = data.draw(scores.filter(lambda score: float(score) >= best))
    as_of = date(2027, 1, 1)
    attainment = Attainment.of(framework.rules, Evidence(tuple(records)), as_of)
    more = Attainment.of(framework.rules, Evidence((*records, record(better, 3, start - 200 + day))), as_of)
    assert more.rank("PRJ.1") >= attainment.rank("PRJ.1")
