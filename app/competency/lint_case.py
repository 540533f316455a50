"""What a framework keeps in CASE's own words (`case`, and `source` of what came from CASE) must be as CASE has it.

A CASE package is put right when it is read; a file that people edit may have anything there.
"""

from collections.abc import Iterator
from typing import Any

from app.competency.case_package import DEFINITIONS
from app.competency.case_words import MEMBERS, REQUIRED, put_right
from app.competency.notices import Notices
from app.competency.schema import child
from app.errors import Fault

_KINDS = (("areas", "CFItem"), ("competencies", "CFItem"), ("roles", "CFItem"))
_THING = ("identifier", "uri", "lastChangeDateTime")


def case_faults(document: dict[str, Any]) -> Iterator[Fault]:
    """Yield what could not be written as CASE again."""
    yield from _source(document["framework"], "CFDocument", "/framework")
    for name, kind in _KINDS:
        for position, thing in enumerate(document.get(name, [])):
            where = child("", name, position)
            yield from _source(thing, kind, where)
            for number, criterion in enumerate(thing.get("performance_criteria", [])):
                yield from _source(criterion, kind, child(where, "performance_criteria", number))
    case = document.get("case", {})
    for position, each in enumerate(case.get("associations", [])):
        yield from _whole("CFAssociation", each, child("/case/associations", position))
    for position, each in enumerate(case.get("rubrics", [])):
        yield from _rubric(each, child("/case/rubrics", position))
    for name, part in case.get("definitions", {}).items():
        where = child("/case/definitions", name)
        if name not in DEFINITIONS or not isinstance(part, list):
            yield Fault(where, f"{name[:60]} is no list that CFDefinitions has.")
            continue
        for position, each in enumerate(part):
            yield from _whole(DEFINITIONS[name], each, child(where, position))


def _source(thing: dict[str, Any], kind: str, pointer: str) -> Iterator[Fault]:
    source = thing.get("source", {})
    if "uri" not in source:  # not from CASE: what was kept is nobody's business but its own reader's
        return
    where = child(pointer, "source", "members")
    members = dict(source.get("members", {}))
    placed = members.pop("isChildOf", None)
    yield from _sound(kind, members, where)
    if placed is not None:
        place = child(where, "isChildOf")
        yield from _sound("CFAssociation", placed, place, _THING)
        if isinstance(placed, dict) and {"originNodeURI", "destinationNodeURI"} & set(placed):
            yield Fault(place, "The ends of isChildOf are where the thing stands; leave them out.")


def _whole(kind: str, value: Any, pointer: str) -> Iterator[Fault]:
    yield from _sound(kind, value, pointer, REQUIRED.get(kind, _THING))


def _rubric(value: dict[str, Any], pointer: str) -> Iterator[Fault]:
    yield from _whole("CFRubric", value, pointer)
    criteria = value.get("CFRubricCriteria", [])
    for number, criterion in enumerate(criteria if isinstance(criteria, list) else []):
        where = child(pointer, "CFRubricCriteria", number)
        yield from _whole("CFRubricCriterion", criterion, where)
        levels = criterion.get("CFRubricCriterionLevels", []) if isinstance(criterion, dict) else []
        for rank, level in enumerate(levels if isinstance(levels, list) else []):
            yield from _whole("CFRubricCriterionLevel", level, child(where, "CFRubricCriterionLevels", rank))


def _sound(kind: str, value: Any, pointer: str, required: tuple[str, ...] = ()) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(pointer, f"A {kind} is an object in CASE.")
        return
    right = put_right(kind, value, pointer, Notices())
    for name in MEMBERS[kind]:
        if name in value and name != "extensions" and (name not in right or value[name] != right[name]):
            yield Fault(child(pointer, name), f"{name} is not as CASE has it in {kind}.")
    for name in set(value) - set(MEMBERS[kind]):
        yield Fault(child(pointer, name), f"{kind} has no {name[:60]}; put it into extensions.")
    for name in required:
        if name not in right:
            yield Fault(pointer, f"{kind} lacks {name}.")
