"""Which competencies a badge shows, at which level of which scale, and what they are aligned to. Pure.

Open Badges 3.0, classes Result, ResultDescription, RubricCriterionLevel and Alignment
(https://www.imsglobal.org/spec/ob/v3p0/). A result is a competency's when it has a level or an alignment; else it is
a grade. What several results share (scale, alignments) is told with the first of them, so that a small document does
not make a large report.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from app.verifier.foreign import MAX_COMPETENCY_TEXT, MAX_SHOWN, by_id, members, number, objects, text

MAX_ALIGNMENTS = 10  # ours: of one competency; an honest one has two or three
MAX_LEVELS = 12  # ours: of one scale; known scales have four to eight
MAX_NAME = 200  # characters of a level's name on its scale
ALIGNMENT = ("targetName", "targetCode", "targetFramework", "targetUrl", "targetType")


def results(
    subject: Mapping[str, Any], achievement: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return (competencies, grades): what each result of the subject says, in the words of its description."""
    descriptions = by_id(objects(achievement.get("resultDescription")))
    competencies: list[dict[str, Any]] = []
    grades: list[dict[str, Any]] = []
    told: set[str] = set()
    for result in objects(subject.get("result"))[:MAX_SHOWN]:
        name = text(result.get("resultDescription")) or ""
        description = descriptions.get(name, {})
        if is_competency(result, description):
            competencies.append(competency(result, description, is_told=name in told))
            told.add(name)
        else:
            grades.append(grade(result, description))
    return competencies, grades


def is_competency(result: Mapping[str, Any], description: Mapping[str, Any]) -> bool:
    """Tell whether a result has a level or an alignment; "not reached" is a level too, and a grade is none."""
    return "achievedLevel" in result or bool(objects(result.get("alignment")) or objects(description.get("alignment")))


def competency(result: Mapping[str, Any], description: Mapping[str, Any], *, is_told: bool) -> dict[str, Any]:
    """Tell one competency: name, code, the level that was reached and the one that was asked for, its alignments.

    `is_told`: whether another result has told what this description says at length.
    """
    levels = objects(description.get("rubricCriterionLevel"))[:MAX_SHOWN]
    named = by_id(levels)
    shared = [] if is_told else objects(description.get("alignment"))
    aligned = [*objects(result.get("alignment")), *shared][:MAX_ALIGNMENTS]
    alignments = [alignment(one) for one in aligned]
    reached = named.get(text(result.get("achievedLevel")) or "")
    required = named.get(text(description.get("requiredLevel")) or "", {})
    return {
        "name": text(description.get("name"), MAX_COMPETENCY_TEXT) or first_name(alignments),
        "code": next((one["targetCode"] for one in alignments if one["targetCode"]), None),
        "level": None if reached is None else level(reached, levels, is_told=is_told),
        "required_level": text(required.get("name"), MAX_NAME),
        **members(result, ("value", "status"), MAX_NAME),
        "alignments": alignments,
    }


def level(reached: Mapping[str, Any], levels: list[dict[str, Any]], *, is_told: bool) -> dict[str, Any]:
    """Tell a level: its name and code, what it means, and where it stands on its scale, lowest first.

    `reached`: one of `levels`, by its id.
    """
    scale = ranked(levels)
    return {
        "name": text(reached.get("name"), MAX_NAME),
        "code": text(reached.get("level"), MAX_NAME),
        "description": text(reached.get("description"), MAX_COMPETENCY_TEXT),
        "points": number(reached.get("points")),
        "position": [one.get("id") for one in scale].index(reached["id"]) + 1,
        "of": len(scale),
        "scale": [] if is_told else [text(one.get("name"), MAX_NAME) for one in scale[:MAX_LEVELS]],
    }


def ranked(levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return levels by their points, lowest first; in the order of the list where one has none."""
    heights = [points(one) for one in levels]
    if None in heights:
        return levels
    return [one for _, one in sorted(zip(heights, levels, strict=True), key=itemgetter(0))]


def points(one: Mapping[str, Any]) -> float | None:
    """Return a level's points as number; None when it has none."""
    if "points" not in one:
        return None
    told = number(one.get("points"))
    if told is None:
        return None
    try:
        found = float(told)
    except ValueError:
        return None
    return found if abs(found) != float("inf") and found == found else None  # noqa: PLR0124 - NaN


def grade(result: Mapping[str, Any], description: Mapping[str, Any]) -> dict[str, Any]:
    """Tell a result that is no competency: what it is of, the value, and the values that are possible."""
    return {
        "name": text(description.get("name"), MAX_COMPETENCY_TEXT),
        "type": text(description.get("resultType"), MAX_NAME),
        "value": text(result.get("value"), MAX_NAME) or number(result.get("value")),
        "status": text(result.get("status"), MAX_NAME),
        "required": text(description.get("requiredValue"), MAX_NAME),
        "least": text(description.get("valueMin"), MAX_NAME),
        "most": text(description.get("valueMax"), MAX_NAME),
    }


def alignment(one: Mapping[str, Any]) -> dict[str, str | None]:
    """Tell what something is aligned to, under the specification's own names."""
    return members(one, ALIGNMENT, MAX_COMPETENCY_TEXT)


def first_name(alignments: list[dict[str, str | None]]) -> str | None:
    """Return the name of the first alignment, for a result whose description has none."""
    return alignments[0]["targetName"] if alignments else None


def alignments_of(achievement: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """Return what the achievement as a whole is aligned to."""
    return [alignment(one) for one in objects(achievement.get("alignment"))[:MAX_SHOWN]]
