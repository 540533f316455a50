"""Outcome results of Canvas LMS, as its API gives them.

https://canvas.instructure.com/doc/api/outcome_results.html: `outcome_results[]` with links, and `linked.outcomes[]`,
whose `vendor_guid` names the competency and `points_possible` the scale. Results are of one outcome each. The login or
SIS id of a person stands in `linked.users[]` when the caller may see it; else all there is is Canvas's own number.
"""

from collections.abc import Iterator
from typing import Any

from app.competency.result_record import FINAL, PROVISIONAL
from app.competency.sources.members import at, day, moment, not_an_object, objects, score, text
from app.competency.sources.reading import Read, Reading


def read(document: Any) -> Iterator[Read]:
    """Read `{"outcome_results": [...], "linked": {...}}`. Raises BadInput, TooLarge."""
    outcomes, users = (_by_id(at(document, "linked", name)) for name in ("outcomes", "users"))
    for number, item in enumerate(objects(document, "outcome_results"), start=1):
        if not isinstance(item, dict):
            yield not_an_object(number)
            continue
        outcome = outcomes.get(text(item, "links", "learning_outcome"))
        yield _reading(number, item, outcome, users.get(text(item, "links", "user")))


def _by_id(items: Any) -> dict[str, Any]:
    return {text(item, "id"): item for item in items if isinstance(item, dict)} if isinstance(items, list) else {}


def _reading(number: int, item: dict[str, Any], outcome: Any, user: Any) -> Read:
    assessed = moment(item.get("submitted_or_assessed_at"))
    given = score(item, "score")
    named = (text(item, "links", "alignment"), text(outcome, "vendor_guid"), text(item, "links", "learning_outcome"))
    return Reading(
        number=number,
        record_id=text(item, "id"),
        person=text(user, "sis_user_id") or text(user, "login_id") or text(item, "links", "user"),
        items=tuple(filter(None, named)),
        score=given,
        max=score(outcome, "points_possible"),
        performed_on=day(assessed),
        status=PROVISIONAL if given is None or item.get("hidden") is True else FINAL,
        stated_at=assessed,
        competency=text(outcome, "vendor_guid"),
    )
