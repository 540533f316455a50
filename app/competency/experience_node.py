"""Whether there is enough practice.

It is counted in whole calendar months of the days that are over: a period's last day counts, the day of the
evaluation itself does not yet. Periods that overlap count once; part-time practice counts like full-time practice.
Days left over from several periods add up, thirty-one of them to a month.
"""

from datetime import date, timedelta
from typing import Any

from app.competency.evidence import Experience
from app.competency.nodes import Context, Node, Status, Step, Verdict
from app.competency.period import Period

Periods = tuple[Experience, ...]

_DAYS = 31  # no month is longer, so that days left over never make more than they are
_MONTHS = 12
_DAY = timedelta(days=1)


def experience_node(node: dict[str, Any], context: Context) -> Node:
    """Judge a node of the kind `experience`."""
    rule = node["experience"]
    since = context.last_decision if "since" in rule else None
    told = context.evidence.experience
    counted = tuple(item for item in told if item.verified or not rule.get("verified", False))
    verdict = _verdict(told, counted, rule["months"], context.as_of, since)
    return verdict.node(node, "experience")


def _verdict(told: Periods, counted: Periods, need: int, as_of: date, since: date | None) -> Verdict:
    have = months(counted, as_of, since)
    numbers = {"have": str(have), "need": str(need)}
    if have >= need:
        return Verdict(Status.MET, "MET", numbers, met_on=_enough_on(counted, need, as_of, since))
    if months(told, as_of, since) >= need:
        return Verdict(Status.PENDING, "EXPERIENCE_UNVERIFIED", numbers, next_step=Step("ASK_VERIFICATION"))
    return Verdict(Status.NOT_MET, "EXPERIENCE_SHORT", numbers)


def months(periods: Periods, as_of: date, since: date | None = None) -> int:
    """Return the whole months of practice in these periods before `as_of`, of those after `since` when it is given."""
    whole = days = 0
    for start, end in _merged(periods, as_of, since):
        full = _months_between(start, end)
        whole += full
        days += (end - Period(full, 0).after(start)).days
    return whole + days // _DAYS


def _merged(periods: Periods, as_of: date, since: date | None) -> list[tuple[date, date]]:
    """Return the periods as [start, end) without overlaps, in order."""
    merged: list[tuple[date, date]] = []
    for item in sorted(periods, key=lambda item: item.since):
        start = item.since if since is None else max(item.since, since + _DAY)
        end = as_of if item.until is None or item.until >= as_of else item.until + _DAY
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _months_between(start: date, end: date) -> int:
    count = (end.year - start.year) * _MONTHS + end.month - start.month
    return count if Period(count, 0).after(start) <= end else count - 1


def _enough_on(counted: Periods, need: int, as_of: date, since: date | None) -> date:
    """Return the first day on which there was enough: a search, since the count only grows."""
    low, high = min(item.since for item in counted).toordinal(), as_of.toordinal()
    while low < high:
        middle = (low + high) // 2
        if months(counted, date.fromordinal(middle), since) >= need:
            high = middle
        else:
            low = middle + 1
    return date.fromordinal(low)
