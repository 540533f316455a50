"""Readings to rows: the canonical record, or why not. Scales are compared, never converted."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from app.competency.result_fields import MAX_TEXT, read_fields
from app.competency.result_record import Accepted, Refusal, Refused, Row
from app.competency.sources.places import Place, Places
from app.competency.sources.reading import BY_EMAIL, BY_NAME, Read, Reading, SourceMapping


def to_rows(readings: Iterable[Read], places: Places, mapping: SourceMapping, *, today: date) -> Iterator[Row]:
    """Return a row for each reading, for several sections several; `today` as in results.read_csv.

    A reading whose place is not clear keeps its own names, so that it waits for a person as UNKNOWN_SECTION or
    UNKNOWN_ASSESSMENT.
    """
    for reading in readings:
        if isinstance(reading, Refused):
            yield reading
            continue
        for place in places.find(reading) or [_unclear(reading, places)]:
            yield _row(reading, place, mapping, today)


def _unclear(reading: Reading, places: Places) -> Place:
    named = reading.competency or next(iter(reading.items), "")
    return Place(places.assessment or next(iter(reading.items), ""), named)


def _row(reading: Reading, place: Place, mapping: SourceMapping, today: date) -> Row:
    performed_on = reading.performed_on or (mapping.performed_on.isoformat() if mapping.performed_on else "")
    if reading.score is None and not performed_on:
        return Refused(reading.number, "NO_RESULT_YET", "There is no score yet; nothing was to be taken.", None)
    most = _max(reading, place)
    if most is None and place.max is None:
        message = f'Neither the framework nor a mapping names "{place.section[:100]}"; save a mapping that does.'
        return Refused(reading.number, "UNKNOWN_SECTION", message, None)
    person = _person(reading.person, mapping)
    raw: dict[str, Any] = {
        "source_system": reading.source_system or mapping.source_system,
        "source_record_id": _record_id(reading, place, person),
        "learner": person,
        "assessment": place.assessment,
        "section": place.section,
        "attempt": reading.attempt,
        "score": reading.score,
        "max": place.max if most is None else most,
        "performed_on": performed_on,
        "status": reading.status,
        "assessor": reading.assessor,
    }
    outcome = read_fields(raw, today=today)
    if isinstance(outcome, Refusal):
        return Refused(reading.number, outcome.reason_code, outcome.message, None)
    if reading.stated_at is not None and reading.stated_at.date() > today:
        message = f"The source says so on {reading.stated_at.date()}, which lies in the future; set its clock right."
        return Refused(reading.number, "DATE_IN_FUTURE", message, None)
    record = replace(outcome, stated_at=reading.stated_at)
    if most is None:
        message = (
            f"The source does not tell the highest score of {place.section}: if it is {place.max}, retry this row; "
            "for the next files say `max` in the mapping."
        )
        return Refused(reading.number, "SCALE_UNKNOWN", message, None, record)
    return Accepted(reading.number, record)


def _max(reading: Reading, place: Place) -> Any:
    """Return the source's own scale; the section's only where no score can be on another one."""
    if reading.max is not None:
        return reading.max
    if place.told_max is not None:
        return place.told_max
    return (place.max or "1") if reading.score in (None, "", "-") or reading.section_scale else None


def _person(person: str, mapping: SourceMapping) -> str:
    if person.startswith((BY_EMAIL, BY_NAME)) or not mapping.person_prefix:
        return person
    return person.removeprefix(mapping.person_prefix)


def _record_id(reading: Reading, place: Place, person: str) -> str:
    """Return the source's id, with the section where one id has several; made where there is none or it is too long."""
    if reading.record_id:
        whole = f"{reading.record_id}/{place.section}" if reading.by_section else reading.record_id
        return whole if len(whole) <= MAX_TEXT else _digest(whole)
    return _digest(place.assessment, place.section, person, str(reading.attempt))


def _digest(*parts: str) -> str:
    return "sha256-" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()
