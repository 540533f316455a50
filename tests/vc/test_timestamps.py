from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from app.vc import timestamps


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (date(2025, 12, 20), "2025-12-20T00:00:00Z"),
        (datetime(2025, 12, 20, 23, 59, 59, 999999, tzinfo=UTC), "2025-12-20T23:59:59Z"),
        (datetime(2025, 12, 20, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2025-12-19T23:00:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
    ],
)
def test_moments_are_written_as_whole_seconds_of_utc(moment, text):
    assert timestamps.write(moment) == text
    assert timestamps.read(text) <= datetime(9999, 12, 31, tzinfo=UTC)


def test_writing_a_moment_without_time_zone_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="time zone"):
        timestamps.write(datetime(2025, 12, 20))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-12-20T23:59:59Z", datetime(2025, 12, 20, 23, 59, 59, tzinfo=UTC)),
        ("2025-12-20T23:59:59.1234567+02:00", datetime(2025, 12, 20, 21, 59, 59, 123456, tzinfo=UTC)),
        ("2025-12-20T24:00:00.00Z", datetime(2025, 12, 21, tzinfo=UTC)),
        ("2024-02-29T00:00:00-14:00", datetime(2024, 2, 29, 14, tzinfo=UTC)),
    ],
)
def test_every_lexical_form_is_read(text, moment):
    assert timestamps.read(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2025-12-20T23:59:59",
        "2025-12-20",
        "2025-12-20T23:59Z",
        "2025-12-20 23:59:59Z",
        "2025-12-20t23:59:59z",
        "2025-12-20T23:59:60Z",
        "2025-02-29T00:00:00Z",
        "2025-12-20T24:00:01Z",
        "2025-12-20T24:00:00.1Z",
        "2025-12-20T00:00:00+14:01",
        "2025-12-20T00:00:00+15:00",
        "20251220T000000Z",
        "2025-12-20T00:00:00Z ",
        "٢٠٢٥-12-20T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T24:00:00Z",
        "",
        None,
        20251220,
    ],
)
def test_anything_else_is_no_timestamp(text):
    assert timestamps.read(text) is None
