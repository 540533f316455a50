"""Months of practice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency.evidence import Decision, Experience
from app.competency.experience_node import months


def practice(since, until=None, verified=True):
    return Experience(date.fromisoformat(since), date.fromisoformat(until) if until else None, verified)


@pytest.mark.parametrize(
    ("periods", "as_of", "count"),
    [
        ([practice("2025-09-01")], "2026-09-01", 12),
        ([practice("2025-09-02")], "2026-09-01", 11),
        ([practice("2025-09-01", "2026-08-31")], "2026-09-01", 12),
        ([practice("2025-09-01", "2026-08-30")], "2026-09-01", 11),
        ([practice("2025-09-01", "2027-08-31")], "2026-09-01", 12),
        ([practice("2026-09-01")], "2026-09-01", 0),
        ([practice("2026-10-01")], "2026-09-01", 0),
        ([practice("2024-01-31", "2024-02-27")], "2026-09-01", 0),
        ([practice("2024-01-31", "2024-02-28")], "2026-09-01", 1),
        ([practice("2025-01-01", "2025-06-30"), practice("2025-03-01", "2025-08-31")], "2026-09-01", 8),
        ([practice("2025-01-01", "2025-03-31"), practice("2025-04-01", "2025-06-30")], "2026-09-01", 6),
        ([practice("2025-01-01", "2025-01-15"), practice("2025-03-01", "2025-03-16")], "2026-09-01", 1),
        ([practice("2025-01-01", "2025-01-15"), practice("2025-03-01", "2025-03-15")], "2026-09-01", 0),
        ([], "2026-09-01", 0),
    ],
)
def test_months_of_practice(periods, as_of, count):
    assert months(tuple(periods), date.fromisoformat(as_of)) == count
    assert months(tuple(periods[::-1]), date.fromisoformat(as_of)) == count


DAYS = st.dates(date(2000, 1, 1), date(2026, 9, 1))


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=4), DAYS, st.integers(0, 400))
def test_months_never_shrink(spans, as_of, later):
    periods = tuple(Experience(since, until, verified=True) for since, until in spans)
    assert 0 <= months(periods, as_of) <= months(periods, as_of + timedelta(days=later))
    assert months(periods, as_of) <= months((*periods, Experience(date(2001, 1, 1), None, verified=True)), as_of)


def test_verified_practice(judged):
    rule = {"experience": {"months": 12, "verified": True}}
    root = judged(rule, practice("2025-06-01"))
    assert (root.status.value, root.reason, root.numbers) == ("met", "MET", {"have": "15", "need": "12"})
    assert root.met_on == date(2026, 6, 1)
    root = judged(rule, practice("2025-06-01", verified=False))
    assert (root.status.value, root.reason, root.numbers["have"]) == ("pending", "EXPERIENCE_UNVERIFIED", "0")
    root = judged(rule, practice("2026-06-01"), practice("2025-12-01", verified=False))
    assert (root.status.value, root.reason, root.numbers["have"]) == ("not_met", "EXPERIENCE_SHORT", "3")
    assert judged({"experience": {"months": 12}}, practice("2025-06-01", verified=False)).reason == "MET"


def test_practice_since_the_last_decision(judged):
    rule = {"experience": {"months": 6, "since": "last_decision"}}
    granted = Decision("MC-02", "off-1", date(2026, 3, 1), "grant")
    assert judged(rule, practice("2024-01-01"), granted).numbers["have"] == "5"
    assert judged(rule, practice("2024-01-01"), granted, as_of="2026-09-02").reason == "MET"
    other = Decision("MC-01", "off-1", date(2026, 3, 1), "grant")
    assert judged(rule, practice("2024-01-01"), other).reason == "MET"
