"""Calendar periods: ISO 8601 durations of years, months and days, as in xsd:duration without a time part.

https://www.w3.org/TR/xmlschema11-2/#duration and its appendix E: months are added first and the day is kept, or moved
back to the last day of a shorter month; then days are added. Periods have no length of their own: P1M after 31 January
is 28 or 29 February, so that "valid for 36 months" means what people mean by it.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache

from app.errors import BadInput

_FORM = re.compile(r"P(?=[0-9])(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,5})D)?")
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months and days, both zero or more."""

    months: int
    days: int

    @classmethod
    def of(cls, text: str) -> "Period":
        """Read e.g. "P36M" or "P1Y6M10D"; raises BadInput when it is not of that form."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise BadInput(f"{text[:60]!r} is not a period.", remedy="Write it like P36M, P2Y or P30D.")
        years, months, days = (int(part or 0) for part in match.groups())
        return cls(years * _MONTHS + months, days)

    @lru_cache(4096)  # noqa: B019 - periods are values, a framework has a few, and results share their days
    def after(self, day: date) -> date:
        """Return the date that lies this period after `day`; the calendar's last day when it would lie beyond."""
        year, month = divmod(day.year * _MONTHS + day.month - 1 + self.months, _MONTHS)
        if year > MAXYEAR:
            return date.max
        last = calendar.monthrange(year, month + 1)[1]
        moved = date(year, month + 1, min(day.day, last))
        return date.max if (date.max - moved).days < self.days else moved + timedelta(days=self.days)

    def before(self, day: date) -> date:
        """Return the date that lies this period before `day`; the calendar's first day when it would lie before it."""
        year, month = divmod(day.year * _MONTHS + day.month - 1 - self.months, _MONTHS)
        if year < MINYEAR:
            return date.min
        moved = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
        return date.min if (moved - date.min).days < self.days else moved - timedelta(days=self.days)

    def covers(self, start: date, day: date) -> bool:
        """Return whether something that began on `start` is still valid on `day`: through the last day, included."""
        return day <= self.after(start)
