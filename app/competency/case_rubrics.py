"""CASE rubrics and our levels: a rubric criterion is a competency, its levels are what the competency means at each.

https://www.imsglobal.org/spec/case/v1p1 (CFRubric, CFRubricCriterion, CFRubricCriterionLevel)

Rubrics become levels where all their criteria for items have one scale: the same qualities in the same order. Other
rubrics are kept as they are and give no levels.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.competency.identifiers import ID, name_based
from app.competency.notices import Notices

Levels = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels as framework.schema.json has them, and what each item is at each: item -> level id -> text."""

    levels: Levels
    descriptors: dict[str, dict[str, str]]


def criteria(rubrics: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the criteria of all rubrics that are about an item."""
    for rubric in rubrics:
        for criterion in rubric.get("CFRubricCriteria", []):
            if criterion.get("CFItemURI") and criterion.get("CFRubricCriterionLevels"):
                yield criterion


def rising(criterion: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the levels of a criterion, the lowest first: by score, else by position, else as they stand."""
    levels: list[dict[str, Any]] = criterion["CFRubricCriterionLevels"]
    for name in ("score", "position"):
        if len({level.get(name) for level in levels}) == len(levels) and all(name in level for level in levels):
            return sorted(levels, key=lambda level: float(level[name]))
    return levels


def scale_of(rubrics: list[dict[str, Any]], known: Levels, language: str, notices: Notices) -> Scale:
    """Return the one scale of the rubrics; `known`: the framework's levels so far, which keep their ids."""
    found = list(criteria(rubrics))
    qualities = {tuple(level.get("quality", "") for level in rising(criterion)) for criterion in found}
    if not found:
        return Scale([], {})
    names = next(iter(qualities))
    items = [criterion["CFItemURI"]["identifier"] for criterion in found]
    if len(qualities) > 1 or "" in names or len(set(names)) != len(names) or len(set(items)) != len(items):
        notices.add(
            "RUBRICS_DIFFER", "/CFRubrics", "The rubrics have no common scale: kept, but no levels come of them."
        )
        return Scale([], {})
    levels = _known_levels(names, known, language) or _new_levels(names, language)
    descriptors = {
        criterion["CFItemURI"]["identifier"]: {
            level["id"]: each["description"]
            for level, each in zip(levels, rising(criterion), strict=True)
            if each.get("description")
        }
        for criterion in found
    }
    return Scale(levels, descriptors)


def _known_levels(names: tuple[str, ...], known: Levels, language: str) -> Levels:
    """Return the levels that are meant, when these are the framework's by id or by name."""
    ranked = sorted(known, key=lambda level: level["order"])
    if len(ranked) != len(names):
        return []
    same = all(name in (level["id"], level["name"].get(language)) for name, level in zip(names, ranked, strict=True))
    return ranked if same else []


def _new_levels(names: tuple[str, ...], language: str) -> Levels:
    ids = names if all(ID.fullmatch(name) for name in names) else [f"L{rank}" for rank in range(1, len(names) + 1)]
    return [
        {"id": level_id, "order": rank, "name": {language: name}, "descriptor": {language: name}}
        for rank, (level_id, name) in enumerate(zip(ids, names, strict=True), start=1)
    ]


def rubric(
    competency: dict[str, Any], levels: Levels, texts: dict[str, str], address: str, moment: str
) -> dict[str, Any]:
    """Return a rubric of one competency. `texts`: level id -> text; `address`: where CASE objects have their URIs.

    `competency`: {"identifier", "uri", "name", "statement", "title"}.
    """
    home = competency["identifier"]
    criterion_id = name_based(home, "CFRubricCriterion")

    def thing(kind: str, identifier: str) -> dict[str, Any]:
        uri = f"{address}/{kind}/{identifier}"
        return {"identifier": identifier, "uri": uri, "lastChangeDateTime": moment}

    rubric_id = name_based(home, "CFRubric")
    described = [
        thing("CFRubricCriterionLevels", name_based(home, "CFRubricCriterionLevel", level["id"]))
        | {"description": texts[level["id"]], "quality": level["id"], "score": rank, "position": rank}
        | {"rubricCriterionId": criterion_id}
        for rank, level in enumerate(levels, start=1)
        if level["id"] in texts
    ]
    link = {"title": competency["name"], "identifier": home, "uri": competency["uri"]}
    criterion = thing("CFRubricCriteria", criterion_id) | {
        "category": competency["name"],
        "description": competency["statement"],
        "CFItemURI": link,
        "weight": 1,
        "position": 1,
        "rubricId": rubric_id,
        "CFRubricCriterionLevels": described,
    }
    return thing("CFRubrics", rubric_id) | {"title": competency["title"], "CFRubricCriteria": [criterion]}


def slug(text: str) -> str:
    """Return an id made of a text, or nothing when none of its letters can stand in one."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text.strip()).strip("-._")[:100]
    return plain if ID.fullmatch(plain) else ""
