"""GradeEvents of Caliper 1.1 and 1.2, as JSON-LD that is read as JSON.

https://www.imsglobal.org/spec/caliper/v1p2#gradeevent: `object` is the Attempt (assignee, assignable, count),
`generated` the Score. Events of other types tell no result. Entities are given as objects or by their id.
"""

from collections.abc import Iterator
from typing import Any

from app.competency.result_record import Refused
from app.competency.sources.members import at, day, moment, not_an_object, objects, score, text
from app.competency.sources.reading import Read, Reading


def read(document: Any) -> Iterator[Read]:
    """Read an event, a list of events, or an envelope with them as `data`. Raises BadInput, TooLarge."""
    is_envelope = isinstance(document, dict) and "data" in document
    for number, event in enumerate(objects(document, *(["data"] if is_envelope else [])), start=1):
        yield _reading(number, event) if isinstance(event, dict) else not_an_object(number)


def _reading(number: int, event: dict[str, Any]) -> Read:
    if text(event, "type") != "GradeEvent":
        message = f'"{text(event, "type")[:40]}" is no GradeEvent; only those tell results.'
        return Refused(number, "NOT_A_RESULT", message, None)
    attempt, given = at(event, "object"), at(event, "generated")
    if not isinstance(attempt, dict) or not isinstance(given, dict):
        message = "object and generated must be the Attempt and the Score themselves, not only their ids."
        return Refused(number, "BAD_VALUE", message, None)
    stated_at = moment(at(event, "eventTime"))
    performed = moment(at(attempt, "endedAtTime")) or moment(at(given, "dateCreated")) or stated_at
    return Reading(
        number=number,
        record_id=text(given, "id") or text(event, "id"),
        person=_id(at(attempt, "assignee")),
        items=tuple(filter(None, (_id(at(attempt, "assignable")),))),
        score=score(given, "scoreGiven"),
        max=score(given, "maxScore"),
        performed_on=day(performed),
        attempt=1 if at(attempt, "count") is None else score(attempt, "count"),
        stated_at=stated_at,
    )


def _id(entity: Any) -> str:
    """Return an entity's id, also where only that is given."""
    return text(entity, "id") if isinstance(entity, dict) else text({"id": entity}, "id")
