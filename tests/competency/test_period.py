"""Periods are added to dates as people add them, and hold through their last day."""

from datetime import date

import pytest

from app.competency.period import Period
from app.errors import BadInput


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("P36M", "2023-05-10", "2026-05-10"),
        ("P3Y", "2023-05-10", "2026-05-10"),
        ("P1M", "2025-01-31", "2025-02-28"),
        ("P1M", "2024-01-31", "2024-02-29"),
        ("P12M", "2024-02-29", "2025-02-28"),
        ("P1Y1M1D", "2024-12-31", "2026-02-01"),
        ("P30D", "2026-02-01", "2026-03-03"),
        ("P0D", "2026-02-01", "2026-02-01"),
        ("P9999Y", "2026-02-01", "9999-12-31"),
        ("P99999D", "9999-12-30", "9999-12-31"),
    ],
)
def test_after(text, start, end):
    assert Period.of(text).after(date.fromisoformat(start)) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("text", "end", "start"),
    [
        ("P6M", "2029-08-15", "2029-02-15"),
        ("P1M", "2025-03-31", "2025-02-28"),
        ("P90D", "2029-08-15", "2029-05-17"),
        ("P9999Y", "2026-02-01", "0001-01-01"),
        ("P99999D", "0001-01-02", "0001-01-01"),
    ],
)
def test_before(text, end, start):
    assert Period.of(text).before(date.fromisoformat(end)) == date.fromisoformat(start)


def test_the_last_day_is_covered_and_the_next_is_not():
    start, period = date(2023, 5, 10), Period.of("P36M")
    assert period.covers(start, date(2026, 5, 10))
    assert not period.covers(start, date(2026, 5, 11))


@pytest.mark.parametrize(
    "text", ["", "P", "36M", "PT1H", "P1W", "P-1M", "P1D1M", "P1.5M", "P1M\n", "P99999Y", "P\u0661M"]
)
def test_other_forms_are_refused(text):
    with pytest.raises(BadInput):
        Period.of(text)
