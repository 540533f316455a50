"""xsd:dateTimeStamp, the form of every date and time in a credential, read and written.

https://www.w3.org/TR/xmlschema11-2/#dateTimeStamp, as VCDM 2.0 section 4.9 asks for it
(https://www.w3.org/TR/vc-data-model-2.0/#validity-period); Open Badges 3.0 DateTimeZ is the same.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

MAX_LENGTH = 80  # of a text that may be one: with forty digits of a fraction it has 66
REMEMBERED = 1_024  # ours: a verification reads each of its moments several times

# The lexical space of dateTimeStamp for the years that Python's calendar has; 24:00:00 is the next day's first second.
_DATE_TIME_STAMP = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<fraction>[0-9]{1,40}))?"
    r"(?P<offset>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
)


def write(moment: date) -> str:
    """Return the moment in UTC with whole seconds (the fraction is cut off); a date alone means its first second.

    `moment`: an aware datetime, or a date. Raises ValueError for a datetime without time zone: our own mistake.
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    if moment.tzinfo is None:
        raise ValueError("a timestamp needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read(text: object) -> datetime | None:
    """Return the aware moment in UTC (fractions cut to microseconds), or None when `text` is no dateTimeStamp.

    A moment outside the years 1 to 9999 gives None too.
    """
    return _read(text) if isinstance(text, str) and len(text) <= MAX_LENGTH else None


@lru_cache(REMEMBERED)
def _read(text: str) -> datetime | None:
    match = _DATE_TIME_STAMP.fullmatch(text)
    if match is None:
        return None
    ends_the_day = match["time"] == "24:00:00" and not (match["fraction"] or "").strip("0")
    clock = "00:00:00" if ends_the_day else match["time"]
    microseconds = (match["fraction"] or "").ljust(6, "0")[:6]
    try:
        moment = datetime.fromisoformat(f"{match['date']}T{clock}.{microseconds}{match['offset']}")
        return moment.astimezone(UTC) + timedelta(days=ends_the_day)
    except (ValueError, OverflowError):
        return None
