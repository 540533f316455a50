"""Which results are attempts that count, and why others are not."""

from datetime import date

import pytest

from app.competency.attempts import sort_out
from app.errors import BadInput

AS_OF = date(2026, 9, 1)


def sorted_out(framework, *records, as_of=AS_OF):
    attempts = sort_out(framework.rules, records, as_of)
    counting = {key: [record.score for record in group] for key, group in attempts.counting.items()}
    return counting, [(item.ref.partition(":")[2], item.reason) for item in attempts.left_out]


def test_attempts_are_in_the_order_of_their_days(framework, result):
    records = [
        result("C02-T", "PRJ.1", "12", attempt=2, on="2026-03-12"),
        result("C02-T", "PRJ.1", "11", attempt=1, on="2026-03-10"),
        result("C02-T", "PRJ.2", "13"),
    ]
    assert sorted_out(framework, *records) == ({("C02-T", "PRJ.1"): ["11", "12"], ("C02-T", "PRJ.2"): ["13"]}, [])


def test_what_came_later_was_voided_or_has_no_score_is_no_attempt(framework, result):
    records = [
        result("C02-T", "PRJ.1", "10", on="2026-09-02"),
        result("C02-T", "PRJ.1", "11", status="voided"),
        result("C02-T", "PRJ.1", None),
        result("C02-T", "PRJ.1", "12", attempt=2, on="2026-09-01", status="provisional"),
    ]
    assert sorted_out(framework, *records) == ({("C02-T", "PRJ.1"): ["12"]}, [])


def test_a_voided_attempt_is_still_a_used_number(framework, result):
    attempts = sort_out(framework.rules, [result("C02-T", "PRJ.1", "11", attempt=2, status="voided")], AS_OF)
    assert attempts.last == {("C02-T", "PRJ.1"): (2, date(2026, 3, 10))}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"section": "GOV.1"}, "UNKNOWN_SECTION"),
        ({"of": "100"}, "SCALE_MISMATCH"),
        ({"attempt": 4}, "ATTEMPT_OVER_LIMIT"),
    ],
)
def test_what_does_not_fit_the_framework_is_left_out_with_its_reason(framework, result, change, reason):
    record = result(**{"assessment": "C02-T", "section": "PRJ.1", "score": "20"} | change)
    assert sorted_out(framework, record) == ({}, [(record.source_record_id, reason)])


def test_results_of_another_framework_are_no_matter(framework, result):
    assert sorted_out(framework, result("C99-T", "PRJ.1", "20")) == ({}, [])


def test_an_attempt_too_soon_after_one_that_counts_is_left_out(framework, result):
    # C02-P allows two attempts, 14 days apart
    records = [
        result("C02-P", "PRJ.1", "1", of="3", attempt=1, on="2026-03-01"),
        result("C02-P", "PRJ.1", "3", of="3", attempt=2, on="2026-03-14"),
    ]
    assert sorted_out(framework, *records) == (
        {("C02-P", "PRJ.1"): ["1"]},
        [(records[1].source_record_id, "ATTEMPT_TOO_SOON")],
    )
    records[1] = result("C02-P", "PRJ.1", "3", of="3", attempt=2, on="2026-03-15")
    assert sorted_out(framework, *records) == ({("C02-P", "PRJ.1"): ["1", "3"]}, [])


def test_the_wait_is_counted_from_the_last_attempt_that_counts(framework, result):
    days = ["2026-03-01", "2026-03-01", "2026-03-02"]  # one day must lie between attempts of C02-T
    records = [
        result("C02-T", "PRJ.1", str(10 + number), attempt=number, on=day) for number, day in enumerate(days, start=1)
    ]
    counting, left_out = sorted_out(framework, *records)
    assert counting == {("C02-T", "PRJ.1"): ["11", "13"]}
    assert [reason for _, reason in left_out] == ["ATTEMPT_TOO_SOON"]


@pytest.mark.parametrize(
    ("second", "kept"),
    [
        ({"score": "20", "on": "2026-03-11"}, "20"),
        ({"score": "10", "on": "2026-03-09"}, "15"),
        ({"score": "20"}, "15"),
        ({"score": "10"}, "10"),
        ({"score": "20", "on": "2026-03-11", "status": "provisional"}, "15"),
    ],
)
def test_of_two_records_of_one_attempt_a_doubtful_one_never_helps(framework, result, second, kept):
    records = [result("C02-T", "PRJ.1", "15"), result("C02-T", "PRJ.1", **second)]
    for order in (records, records[::-1]):
        counting, left_out = sorted_out(framework, *order)
        assert counting == {("C02-T", "PRJ.1"): [kept]}
        assert [reason for _, reason in left_out] == ["REPEATED_ATTEMPT"]


def test_results_of_two_learners_are_refused(framework, result):
    with pytest.raises(BadInput, match="more than one learner"):
        sorted_out(framework, result("C02-T", "PRJ.1", "1"), result("C02-T", "PRJ.1", "1", learner="p-other"))
