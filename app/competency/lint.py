"""What a schema cannot say about a framework: references, duplicates, order, and results that could never count.

Each check is one small generator in an ordered tuple, yielding faults, or references that are then looked up in one
place. They run only on a document of the form of framework.schema.json, so they may trust its shape. A fault names the
place as JSON Pointer (RFC 6901) and, by the id of the thing it belongs to, in words. Rule trees: lint_rules.py.
"""

import difflib
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any

from app.competency.lint_case import case_faults
from app.competency.lint_rules import Known, Reference, award_lists, required_levels, rule_findings, share_fault
from app.competency.schema import MAX_COUNTED, MAX_FAULTS, Faults, child
from app.errors import Fault

Findings = Iterator[Fault | Reference]
_LISTS_WITH_IDS = (
    "levels", "areas", "competencies", "roles", "courses", "learning_resources", "mappings", "assessments",
    "micro_credentials", "certifications", "equivalences",
)  # fmt: skip
_LISTS_INSIDE = {"competencies": "performance_criteria", "courses": "learning_outcomes", "assessments": "sections"}
# Of one result there is nothing to average: these methods need every attempt.
_METHODS_OVER_ALL = ("average", "weighted_average", "decaying_average", "n_times")
_METHOD_MEMBERS = {
    "weighted_average": ("weights",),
    "decaying_average": ("weight_latest",),
    "n_times": ("n", "threshold"),
}  # fmt: skip


def faults(document: dict[str, Any]) -> Faults:
    """Return what is wrong; nothing when the framework is sound."""
    known = Known.of(document)
    findings = (finding for check in CHECKS for finding in check(document, known))
    wrong = (each for each in findings if isinstance(each, Fault) or known.find(each.kind, each.name) is None)
    counted = list(islice(wrong, MAX_COUNTED))
    return Faults(tuple(_in_words(each, known) for each in counted[:MAX_FAULTS]), len(counted))


def _in_words(finding: Fault | Reference, known: Known) -> Fault:
    return finding if isinstance(finding, Fault) else _unknown_reference(finding, known)


def _unknown_reference(reference: Reference, known: Known) -> Fault:
    near = difflib.get_close_matches(reference.name, known.things[reference.kind], n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "."
    what = f'{reference.owner} names {reference.kind} "{reference.name}"'
    return Fault(reference.pointer, f"{what}, which the framework does not have{hint}")


def _items(document: dict[str, Any], name: str) -> Iterator[tuple[dict[str, Any], str]]:
    for position, item in enumerate(document.get(name, [])):
        yield item, child("", name, position)


def _repeated_ids(document: dict[str, Any], _known: Known) -> Findings:
    seen: dict[tuple[str, str], str] = {}
    for name in _LISTS_WITH_IDS:
        # an award's id is its code in every interface, so micro-credentials and certifications share one space
        space = "awards" if name in ("micro_credentials", "certifications") else name
        for item, pointer in _items(document, name):
            yield from _repeated((space, item["id"]), pointer, seen)
            inside = _LISTS_INSIDE.get(name, "")
            for position, part in enumerate(item.get(inside, [])):
                yield from _repeated((f"{pointer}/{inside}", part["id"]), child(pointer, inside, position), seen)


def _repeated(key: tuple[str, str], pointer: str, seen: dict[tuple[str, str], str]) -> Iterator[Fault]:
    if key in seen:
        yield Fault(child(pointer, "id"), f'{key[1]}: the id "{key[1]}" stands a second time (first at {seen[key]}).')
    seen.setdefault(key, pointer)


def _repeated_uuids(document: dict[str, Any], _known: Known) -> Findings:
    seen = {document["framework"]["uuid"]: "/framework"}
    for name in _LISTS_WITH_IDS:
        for item, pointer in _items(document, name):
            parts = item.get("performance_criteria", [])
            inside = [(part, child(pointer, "performance_criteria", number)) for number, part in enumerate(parts)]
            for thing, where in ((item, pointer), *inside):
                first = seen.setdefault(thing.get("uuid", where), where)
                if first != where:
                    yield Fault(
                        child(where, "uuid"), f"{thing['id']} has the same uuid as {first}; each needs its own."
                    )


def _levels(document: dict[str, Any], _known: Known) -> Findings:
    seen: dict[int, str] = {}
    for level, pointer in _items(document, "levels"):
        first = seen.setdefault(level["order"], level["id"])
        if first != level["id"]:
            yield Fault(child(pointer, "order"), f"{level['id']} has the same order as {first}; one must be higher.")


def _competencies(document: dict[str, Any], _known: Known) -> Findings:
    for item, pointer in _items(document, "competencies"):
        for member, kind in (("area", "area"), ("parent", "competency")):
            if member in item:
                yield Reference(item["id"], kind, item[member], child(pointer, member))
        for level in item["level_descriptors"]:
            yield Reference(item["id"], "level", level, child(pointer, "level_descriptors", level))


def _parents(document: dict[str, Any], _known: Known) -> Findings:
    """A competency that is its own ancestor has no place in the tree."""
    parents = {item["id"]: (item.get("parent"), pointer) for item, pointer in _items(document, "competencies")}
    sound: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at in parents and at not in path and at not in sound:
            path[at] = None
            at = parents[at][0]
        if at is not None and at in path:
            yield Fault(child(parents[at][1], "parent"), f"{at} stands below itself; cut the loop.")
        sound.update(path)


def _roles(document: dict[str, Any], _known: Known) -> Findings:
    for role, pointer in _items(document, "roles"):
        if "profile" not in role:  # an imported role, whose levels nobody has said yet
            continue
        profile, where = role["profile"], child(pointer, "profile")
        electives = profile.get("elective", [])
        yield from required_levels(profile["mandatory"], child(where, "mandatory"), role["id"])
        yield from required_levels(electives, child(where, "elective"), role["id"])
        if profile.get("elective_at_least", 0) > len(electives):
            sentence = f"{role['id']} asks for {profile['elective_at_least']} electives of {len(electives)}."
            yield Fault(child(where, "elective_at_least"), sentence)


def _courses(document: dict[str, Any], _known: Known) -> Findings:
    for course, pointer in _items(document, "courses"):
        for position, outcome in enumerate(course["learning_outcomes"]):
            where = child(pointer, "learning_outcomes", position)
            yield Reference(course["id"], "competency", outcome["competency"], child(where, "competency"))
            yield Reference(course["id"], "level", outcome["level"], child(where, "level"))
        for position, name in enumerate(course.get("assessments", [])):
            yield Reference(course["id"], "assessment", name, child(pointer, "assessments", position))


def _learning_resources(document: dict[str, Any], _known: Known) -> Findings:
    for item, pointer in _items(document, "learning_resources"):
        seen: dict[str, str] = {}
        for position, taught in enumerate(item.get("competencies", [])):
            where = child(pointer, "competencies", position)
            yield Reference(item["id"], "competency", taught["competency"], child(where, "competency"))
            yield Reference(item["id"], "level", taught["level"], child(where, "level"))
            if seen.setdefault(taught["competency"], where) != where:
                yield Fault(where, f"{item['id']} names {taught['competency']} a second time; keep the higher level.")
        for position, name in enumerate(item.get("courses", [])):
            yield Reference(item["id"], "course", name, child(pointer, "courses", position))


def _mappings(document: dict[str, Any], known: Known) -> Findings:
    for mapping, pointer in _items(document, "mappings"):
        before: tuple[Fraction, int] | None = None
        for position, step in enumerate(mapping["steps"]):
            where = child(pointer, "steps", position)
            yield Reference(mapping["id"], "level", step["level"], child(where, "level"))
            level = known.find("level", step["level"])
            this = (Fraction(step["from"]), level["order"] if level else 0)
            if level and before and not (before[0] < this[0] and before[1] < this[1]):
                yield Fault(where, f"{mapping['id']}: the steps must rise, both in score and in level.")
            if mapping["of"] == "share of maximum":
                yield from share_fault(step["from"], child(where, "from"), mapping["id"])
            before = this if level else before


def _assessments(document: dict[str, Any], known: Known) -> Findings:
    for item, pointer in _items(document, "assessments"):
        for kind in ("course", "role"):
            if kind in item:
                yield Reference(item["id"], kind, item[kind], child(pointer, kind))
        yield from _aggregation(item, child(pointer, "aggregation"))
        for position, section in enumerate(item["sections"]):
            yield from _section(item["id"], section, child(pointer, "sections", position), known)


def _aggregation(item: dict[str, Any], pointer: str) -> Iterator[Fault]:
    attempts, aggregation = item["attempts"], item["aggregation"]
    method, most = aggregation["method"], attempts.get("max")
    if method in _METHODS_OVER_ALL and attempts["count"] != "all":
        yield Fault(pointer, f'{item["id"]}: {method} needs attempts.count "all"; else there is one result only.')
    for name in _METHOD_MEMBERS.get(method, ()):
        if name not in aggregation:
            yield Fault(pointer, f'{item["id"]}: {method} needs "{name}".')
    for name in ("n", "min_results"):
        if most is not None and aggregation.get(name, 0) > most:
            yield Fault(child(pointer, name), f"{item['id']} asks for {aggregation[name]} results of {most} attempts.")
    if "weight_latest" in aggregation:
        yield from share_fault(aggregation["weight_latest"], child(pointer, "weight_latest"), item["id"])
    weights = aggregation.get("weights")
    if weights is not None and (len(weights) != most or not all(Fraction(weight) for weight in weights)):
        yield Fault(child(pointer, "weights"), f"{item['id']} needs one weight above 0 for each of attempts.max.")


def _section(owner: str, section: dict[str, Any], pointer: str, known: Known) -> Findings:
    for kind in ("competency", "area", "mapping"):
        if kind in section:
            yield Reference(owner, kind, section[kind], child(pointer, kind))
    if ("competency" in section) != ("mapping" in section):
        yield Fault(pointer, f"{owner}: section {section['id']} needs competency and mapping together, or neither.")
    if Fraction(section["max"]) <= 0:
        yield Fault(child(pointer, "max"), f"{owner}: section {section['id']} needs a maximum above 0.")
    mapping = known.find("mapping", section.get("mapping", ""))
    if mapping and mapping["of"] == "points":
        for step in mapping["steps"]:
            if Fraction(step["from"]) > Fraction(section["max"]):
                points = f"{step['from']} of {section['max']} points"
                yield Fault(
                    pointer, f"{owner}: section {section['id']} gives {step['level']} from {points}: out of reach."
                )


def _policy(document: dict[str, Any], known: Known) -> Findings:
    awards = any(award_lists(document))
    rules = document.get("policy", {}).get("level_rules", [])
    seen: set[str] = set()
    for position, rule in enumerate(rules):
        where = child("/policy/level_rules", position)
        yield Reference("policy", "level", rule["level"], child(where, "level"))
        if rule["level"] in seen:
            yield Fault(child(where, "level"), f"policy has a second rule for level {rule['level']}; keep one.")
        seen.add(rule["level"])
        for number, clause in enumerate(rule["all"]):
            yield Reference("policy", "level", clause["at_least"], child(where, "all", number, "at_least"))
    missing = [level for level in known.things["level"] if level not in seen]
    if awards and missing:
        names = ", ".join(missing)
        yield Fault("/policy", f"policy needs a level rule for {names}: awards are decided by these rules.")


def _awards(document: dict[str, Any], _known: Known) -> Findings:
    for award, pointer in award_lists(document):
        for kind in ("course", "role"):
            if kind in award:
                yield Reference(award["id"], kind, award[kind], child(pointer, kind))
        annex = award.get("annex", {})
        for position, name in enumerate(annex.get("stacks_into", [])):
            yield Reference(award["id"], "award", name, child(pointer, "annex", "stacks_into", position))
        # written as a path: courses.C01.learning_outcomes
        course = annex.get("learning_outcomes", "").removeprefix("courses.").removesuffix(".learning_outcomes")
        if course:
            yield Reference(award["id"], "course", course, child(pointer, "annex", "learning_outcomes"))


def _equivalences(document: dict[str, Any], _known: Known) -> Findings:
    for item, pointer in _items(document, "equivalences"):
        if ("counts_as" in item) == ("grants" in item):
            yield Fault(pointer, f"{item['id']} needs exactly one of counts_as and grants.")
        if "counts_as" in item:
            yield Reference(item["id"], "award", item["counts_as"], child(pointer, "counts_as"))
        for position, grant in enumerate(item.get("grants", [])):
            where = child(pointer, "grants", position)
            yield Reference(item["id"], "competency", grant["competency"], child(where, "competency"))
            yield Reference(item["id"], "level", grant["level"], child(where, "level"))
        yield from _dates(item, pointer)


def _dates(item: dict[str, Any], pointer: str) -> Iterator[Fault]:
    days: list[date] = []
    for name in ("agreed_on", "valid_until"):
        try:
            days.append(date.fromisoformat(item.get(name, item["agreed_on"])))
        except ValueError:
            yield Fault(child(pointer, name), f'{item["id"]}: there is no day "{item.get(name)}" in the calendar.')
    if days != sorted(days):
        yield Fault(child(pointer, "valid_until"), f"{item['id']} ends before it was agreed.")


def _case(document: dict[str, Any], _known: Known) -> Findings:
    yield from case_faults(document)


CHECKS: tuple[Callable[[dict[str, Any], Known], Findings], ...] = (
    _repeated_ids,
    _repeated_uuids,
    _levels,
    _competencies,
    _parents,
    _roles,
    _courses,
    _learning_resources,
    _mappings,
    _assessments,
    _policy,
    _awards,
    _equivalences,
    rule_findings,
    _case,
)
