"""Scores of LTI Advantage's Assignment and Grade Services 2.0.

https://www.imsglobal.org/spec/lti-ags/v2p0#score-publish-service. Only `FullyGraded` decides; `timestamp` orders the
scores of one person and line item. A score does not name its line item: an export may carry it beside (`lineItem`),
else the request says which section it is. Ids of persons are the platform's own.
"""

from collections.abc import Iterator
from typing import Any

from app.competency.result_record import FINAL, PROVISIONAL, Refused
from app.competency.sources.members import at, day, moment, not_an_object, objects, score, text
from app.competency.sources.reading import Read, Reading

GRADED = "FullyGraded"
PROGRESS = (GRADED, "Pending", "PendingManual", "Failed", "NotReady")


def read(document: Any) -> Iterator[Read]:
    """Read one score or a list of them. Raises BadInput, TooLarge."""
    for number, item in enumerate(objects(document), start=1):
        yield _reading(number, item) if isinstance(item, dict) else not_an_object(number)


def _reading(number: int, item: dict[str, Any]) -> Read:
    stated_at = moment(item.get("timestamp"))
    if stated_at is None:
        return Refused(number, "BAD_DATE", "timestamp is missing or not ISO 8601; AGS needs it.", None)
    progress = text(item, "gradingProgress")
    if progress not in PROGRESS:
        message = f'gradingProgress "{progress[:40]}" is not one of {", ".join(PROGRESS)}.'
        return Refused(number, "BAD_STATUS", message, None)
    line_item = item.get("lineItem")
    named = (text({"id": line_item}, "id"), *(text(line_item, name) for name in ("resourceId", "id", "label")))
    items = tuple(name for name in named if name)
    given = score(item, "scoreGiven")
    user = text(item, "userId")
    return Reading(
        number=number,
        record_id=f"{_line_item_id(line_item)}:{user}" if items and user else "",
        person=user,
        items=items,
        score=given if progress == GRADED else None,  # a score that is pending is open, never zero
        max=score(item, "scoreMaximum"),
        performed_on=day(moment(at(item, "submission", "submittedAt")) or stated_at),
        status=FINAL if progress == GRADED and given is not None else PROVISIONAL,
        stated_at=stated_at,
    )


def _line_item_id(line_item: Any) -> str:
    return text({"id": line_item}, "id") or text(line_item, "id") or text(line_item, "resourceId")
