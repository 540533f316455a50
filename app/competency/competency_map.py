"""The competency map of a framework: what each role needs, what teaches and shows it, and where nothing does.

In the words of the framework file: a role *needs* a competency at a level (its profile), a course *teaches* it by its
learning outcomes, an assessment's section *shows* it through its mapping, a learning resource helps to learn it. A
level covers the levels below it. Whether a level can be shown at all is decided as for the warning LEVEL_OUT_OF_REACH:
by the policy's level rules, without prior learning; a framework without level rules is taken at its mappings' word.

The map is linear in the framework: what is said of a competency stands once, and roles name the competency.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app.competency.framework import Framework
from app.competency.lint_warnings import Reach

Thing = dict[str, Any]
NOT_TAUGHT, NOT_SHOWN, NO_RESOURCE = "NOT_TAUGHT", "NOT_SHOWN", "NO_RESOURCE"
_PARTS = ("mandatory", "elective")


def competency_map(framework: Framework) -> Thing:
    """Return the map as plain JSON values; names are language maps as in the file, references are ids.

    {"framework": {"id", "version", "title", "language", "languages", "content_hash"},
     "levels": [{"id", "order", "name", "taught", "shown", "with_learning_resources"}], "areas": [{"id", "name"}],
     "competencies": [{"id", "name", "area" (id or None), "retired" (bool),
       "courses": [{"id", "level", "learning_outcomes": [id]}], "assessments": [{"id", "section", "kind", "level"}],
       "learning_resources": [{"id", "level"}],
       "highest": {"taught", "shown", "learning_resources"} (level ids or None), "roles": [id]}],
     "roles": [{"id", "name", "eqf", "elective_at_least", "certifications": [id], "exams": [id],
       "needs": [{"competency", "level", "need": mandatory or elective, "gaps": [code]}],
       "coverage": {"mandatory" and "elective": {"needed", "taught", "shown", "with_learning_resources"}}}],
     "courses", "learning_resources": as in the file, "assessments": [{"id", "title", "kind", "course", "role"}],
     "gaps": [{"role", "competency", "level", "need", "code", "highest"}],
     "not_needed": [id of a competency that no role needs]}

    At a level: of how many competencies it is taught, shown, and helped with. Codes of gaps: NOT_TAUGHT, NOT_SHOWN, and
    NO_RESOURCE, which is told only where the framework lists learning resources. A gap's `highest`: the level that is
    reached instead, None when none is.
    """
    links = _Links.of(framework)
    certifications, exams = _by_role(framework.awards), _by_role(framework.assessments)
    roles = [
        _role(role, links) | {"certifications": certifications.get(code, []), "exams": exams.get(code, [])}
        for code, role in framework.roles.items()
    ]
    needed_by = _needed_by(roles)
    competencies = [_competency(each, links, needed_by) for each in framework.competencies.values()]
    return {
        "framework": _about(framework),
        "levels": [_level(each, framework, links) for each in framework.levels],
        "areas": [{"id": each["id"], "name": each["name"]} for each in framework.areas.values()],
        "competencies": competencies,
        "roles": roles,
        "courses": list(framework.courses.values()),
        "learning_resources": list(framework.learning_resources.values()),
        "assessments": [_assessment(each) for each in framework.assessments.values()],
        "gaps": [gap for role in roles for gap in _gaps(role, links)],
        "not_needed": [each["id"] for each in competencies if not each["roles"] and not each["retired"]],
    }


@dataclass(frozen=True, slots=True)
class _Links:
    """What teaches, shows and helps with each competency, by its id; and the highest level of each, as level ids."""

    courses: dict[str, list[Thing]]
    assessments: dict[str, list[Thing]]
    learning_resources: dict[str, list[Thing]]
    highest: dict[str, dict[str, str | None]]
    rank: Callable[[str], int]
    asks_for_resources: bool

    @classmethod
    def of(cls, framework: Framework) -> "_Links":
        rank = framework.rules.rank
        courses, resources = _taught(framework), _helped(framework)
        assessments, showable = _shown(framework), _showable(framework)

        def top(entries: list[Thing]) -> str | None:
            return max((each["level"] for each in entries), key=rank, default=None)

        highest = {
            each: {
                "taught": top(courses.get(each, [])),
                "shown": showable(each, top(assessments.get(each, []))),
                "learning_resources": top(resources.get(each, [])),
            }
            for each in framework.competencies
        }
        return cls(courses, assessments, resources, highest, rank, bool(framework.learning_resources))

    def reaches(self, competency: str, way: str, level: str) -> bool:
        """Whether this way (a key of `highest`) leads to the level."""
        top = self.highest[competency][way]
        return top is not None and self.rank(top) >= self.rank(level)


def _taught(framework: Framework) -> dict[str, list[Thing]]:
    found: dict[str, dict[str, Thing]] = {}
    for course in framework.courses.values():
        for outcome in course["learning_outcomes"]:
            entries = found.setdefault(outcome["competency"], {})
            entry = entries.setdefault(
                course["id"], {"id": course["id"], "level": outcome["level"], "learning_outcomes": []}
            )
            entry["level"] = max(entry["level"], outcome["level"], key=framework.rules.rank)
            entry["learning_outcomes"].append(outcome["id"])
    return {competency: list(entries.values()) for competency, entries in found.items()}


def _helped(framework: Framework) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {}
    for resource in framework.learning_resources.values():
        for each in resource.get("competencies", []):
            found.setdefault(each["competency"], []).append({"id": resource["id"], "level": each["level"]})
    return found


def _shown(framework: Framework) -> dict[str, list[Thing]]:
    """What each section can show at most: the highest step of its mapping."""
    found: dict[str, list[Thing]] = {}
    for assessment in framework.assessments.values():
        for section in assessment["sections"]:
            if "mapping" in section:
                steps = framework.mappings[section["mapping"]]["steps"]
                top = max((step["level"] for step in steps), key=framework.rules.rank)
                entry = {"id": assessment["id"], "section": section["id"], "kind": assessment["kind"], "level": top}
                found.setdefault(section["competency"], []).append(entry)
    return found


def _showable(framework: Framework) -> Callable[[str, str | None], str | None]:
    """Return a function (competency, the highest level of any section) -> the highest level that can be shown."""
    reach = Reach.of(framework.document)
    falling = [each["id"] for each in reversed(framework.levels)]

    def showable(competency: str, top: str | None) -> str | None:
        if not reach.gates or top is None:
            return top
        return next((level for level in falling if reach.shows(competency, level, by_rpl=False)), None)

    return showable


def _about(framework: Framework) -> Thing:
    about = framework.document["framework"]
    told = {name: about[name] for name in ("id", "version", "title", "languages")}
    return told | {"language": framework.language, "content_hash": framework.content_hash}


def _competency(item: Thing, links: _Links, needed_by: dict[str, list[str]]) -> Thing:
    return {
        "id": item["id"],
        "name": item["name"],
        "area": item.get("area"),
        "retired": "retired" in item,
        "courses": links.courses.get(item["id"], []),
        "assessments": links.assessments.get(item["id"], []),
        "learning_resources": links.learning_resources.get(item["id"], []),
        "highest": links.highest[item["id"]],
        "roles": needed_by.get(item["id"], []),
    }


def _assessment(item: Thing) -> Thing:
    return {name: item.get(name) for name in ("id", "title", "kind", "course", "role")}


def _by_role(things: dict[str, Thing]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, each in things.items():
        if "role" in each:
            found.setdefault(each["role"], []).append(code)
    return found


def _needed_by(roles: list[Thing]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for role in roles:
        for need in role["needs"]:
            found.setdefault(need["competency"], []).append(role["id"])
    return found


def _level(level: Thing, framework: Framework, links: _Links) -> Thing:
    def reached(way: str) -> int:
        return sum(links.reaches(each, way, level["id"]) for each in framework.competencies)

    return {name: level[name] for name in ("id", "order", "name")} | _counts(reached)


def _role(role: Thing, links: _Links) -> Thing:
    profile = role.get("profile", {})
    needs = [
        {"competency": each["competency"], "level": each["min_level"], "need": part}
        | {"gaps": list(_missing(each["competency"], each["min_level"], links))}
        for part in _PARTS
        for each in profile.get(part, [])
    ]
    return {
        "id": role["id"],
        "name": role["name"],
        "eqf": role.get("eqf"),
        "elective_at_least": profile.get("elective_at_least", 0),
        "needs": needs,
        "coverage": {part: _coverage([each for each in needs if each["need"] == part], links) for part in _PARTS},
    }


def _missing(competency: str, level: str, links: _Links) -> Iterator[str]:
    if not links.reaches(competency, "taught", level):
        yield NOT_TAUGHT
    if not links.reaches(competency, "shown", level):
        yield NOT_SHOWN
    if links.asks_for_resources and not links.reaches(competency, "learning_resources", level):
        yield NO_RESOURCE


def _coverage(needs: list[Thing], links: _Links) -> Thing:
    def reached(way: str) -> int:
        return sum(links.reaches(each["competency"], way, each["level"]) for each in needs)

    return {"needed": len(needs)} | _counts(reached)


def _counts(reached: Callable[[str], int]) -> Thing:
    ways = {"taught": "taught", "shown": "shown", "with_learning_resources": "learning_resources"}
    return {name: reached(way) for name, way in ways.items()}


_WAYS = {NOT_TAUGHT: "taught", NOT_SHOWN: "shown", NO_RESOURCE: "learning_resources"}


def _gaps(role: Thing, links: _Links) -> Iterator[Thing]:
    for need in role["needs"]:
        for code in need["gaps"]:
            told = {"role": role["id"], "competency": need["competency"], "level": need["level"], "need": need["need"]}
            yield told | {"code": code, "highest": links.highest[need["competency"]][_WAYS[code]]}
