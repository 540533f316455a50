"""Results of OneRoster 1.2's gradebook service, as JSON.

https://www.imsglobal.org/spec/oneroster/v1p2: `results[]` with line item and student; `learningObjectiveSet` of source
`case` names CASE items with a score each, and then these are the results and the total is not one. OneRoster has no
maximum beside a learning objective: its score is in the points of the section. `exempt` and `tobedeleted` count no
more. Line items in the same file (`lineItems[]`) tell the maximum of totals.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.competency.result_record import FINAL, PROVISIONAL, VOIDED, Refused
from app.competency.sources.members import at, day, listed, moment, not_an_object, objects, score, text
from app.competency.sources.reading import Read, Reading

STATUS_OF = {
    "fully graded": FINAL,
    "partially graded": PROVISIONAL,
    "submitted": PROVISIONAL,
    "not submitted": PROVISIONAL,
    "exempt": VOIDED,
}
CASE = "case"


def read(document: Any) -> Iterator[Read]:
    """Read `{"results": [...]}`, `{"result": {...}}` or a list. Raises BadInput, TooLarge."""
    one = at(document, "result")
    found = [one] if isinstance(one, dict) else objects(document, "results")
    line_items = {text(item, "sourcedId"): item for item in listed(document, "lineItems") if isinstance(item, dict)}
    for number, item in enumerate(found, start=1):
        if isinstance(item, dict):
            yield from _readings(number, item, line_items)
        else:
            yield not_an_object(number)


def _readings(number: int, item: dict[str, Any], line_items: dict[str, Any]) -> Iterator[Read]:
    told, deleted = text(item, "scoreStatus"), text(item, "status") == "tobedeleted"
    if told not in STATUS_OF and not deleted:
        message = f'scoreStatus "{told[:40]}" is not one of {", ".join(STATUS_OF)}.'
        yield Refused(number, "BAD_STATUS", message, None)
        return
    line_item = text(item, "lineItem", "sourcedId")
    total = Reading(
        number=number,
        record_id=text(item, "sourcedId"),
        person=text(item, "student", "sourcedId"),
        items=tuple(name for name in (line_item, text(item, "lineItem", "href")) if name),
        score=score(item, "score"),
        max=score(line_items.get(line_item), "resultValueMax"),
        performed_on=text(item, "scoreDate")[:10],
        status=VOIDED if deleted else STATUS_OF[told],
        stated_at=moment(item.get("dateLastModified")),
        by_section=True,
    )
    if total.status == VOIDED:  # of whatever sections it was: all of them count no more
        yield replace(total, score=None, every_section=True, performed_on=total.performed_on or day(total.stated_at))
        return
    objectives = list(_objectives(item))
    yield from (_of_objective(total, objective) for objective in objectives)
    if not objectives:
        yield total


def _objectives(item: dict[str, Any]) -> Iterator[Any]:
    for found in listed(item, "learningObjectiveSet"):
        if text(found, "source") == CASE:
            yield from listed(found, "learningObjectiveResults")


def _of_objective(total: Reading, objective: Any) -> Read:
    if not isinstance(objective, dict) or not text(objective, "learningObjectiveId"):
        return not_an_object(total.number)
    return replace(
        total,
        competency=text(objective, "learningObjectiveId"),
        score=score(objective, "score"),
        max=None,
        section_scale=True,
    )
