"""Moodle's web service `gradereport_user_get_grade_items`, as JSON.

https://docs.moodle.org/dev/Web_service_API_functions: `usergrades[]`, one a learner of a course, with `gradeitems[]`.
An item's `idnumber` is what a framework matches; a grade of null is open and not zero; a hidden grade, or one that
waits for being computed anew, is provisional. Course and category totals are no results.
"""

from collections.abc import Iterator
from typing import Any

from app.competency.result_record import FINAL, PROVISIONAL
from app.competency.sources.members import at, bounded, day, moment, not_an_object, objects, score, text
from app.competency.sources.reading import Read, Reading

TOTALS = ("course", "category")


def read(document: Any) -> Iterator[Read]:
    """Read the answer of the web service; `number` counts grade items from 1. Raises BadInput, TooLarge."""
    number = 0
    for grades in objects(document, "usergrades"):
        items = at(grades, "gradeitems")
        if not isinstance(items, list):
            number += 1
            yield not_an_object(number)
            continue
        for item in bounded(items):
            number += 1
            if not isinstance(item, dict):
                yield not_an_object(number)
            elif item.get("itemtype") not in TOTALS:
                yield _reading(number, grades, item)


def _reading(number: int, grades: dict[str, Any], item: dict[str, Any]) -> Read:
    graded = moment(item.get("gradedategraded"))
    performed = moment(item.get("gradedatesubmitted")) or graded
    is_open = any(item.get(name) is True for name in ("gradeishidden", "gradehiddenbydate", "gradeneedsupdate"))
    user = text(grades, "userid")
    least = score(item, "grademin")
    return Reading(
        number=number,
        record_id=f"{text(item, 'id')}:{user}" if text(item, "id") and user else "",
        person=text(grades, "useridnumber") or user,
        items=tuple(name for name in (text(item, "idnumber"), text(item, "itemname")) if name),
        score=score(item, "graderaw"),
        # A scale that does not begin at zero is another scale; its top alone would hide that.
        max=score(item, "grademax") if least in (None, 0, "0") else f"{least} to {text(item, 'grademax')}",
        performed_on=day(performed),
        status=PROVISIONAL if is_open or item.get("graderaw") is None else FINAL,
        stated_at=graded,
    )
