"""An import of part of a framework over what is known of it: an update by identifier.

Formats such as CASE, CSV and Moodle's know competencies, and neither courses nor rules. What they say counts; what they
have no words for (other languages, levels, rules, courses) stays as it was; what they no longer have is retired and
not deleted, because awards and rules may name it.
"""

from dataclasses import dataclass
from typing import Any

from app.competency.identifiers import name_based

Thing = dict[str, Any]
_LISTS = ("areas", "competencies", "roles")
_TEXTS = ("name", "statement", "description", "summary", "text", "title", "descriptor")


def carry_over(known: Thing | None, fresh: Thing, *, retired_on: str, tells: tuple[str, ...] = ()) -> Thing:
    """Return the framework document that `fresh` makes of `known`; both are documents of framework.schema.json.

    `retired_on`: an ISO date, for what `fresh` no longer has. `tells`: which of roles, performance_criteria and
    alignments the format of `fresh` has words for. Things are the same by their uuid.
    """
    if known is None:
        return fresh
    kinds = _kinds(fresh)
    merged = known | {name: value for name, value in fresh.items() if name not in (*_LISTS, "levels", "framework")}
    update = _Update(retired_on, tells, frozenset(kinds))
    merged["framework"] = update.merged(known["framework"], fresh["framework"])
    languages = [*known["framework"]["languages"], *fresh["framework"]["languages"]]
    merged["framework"]["languages"] = list(dict.fromkeys(languages))
    merged["levels"] = known["levels"] or fresh.get("levels", [])
    for name in _LISTS:
        if name in fresh or (name in known and name in ("areas", "competencies", *tells)):
            before = [each for each in known.get(name, []) if kinds.get(each["uuid"], name) == name]
            merged[name] = update.merged_list(before, fresh.get(name, []), "uuid")
    return merged


def criterion_uuid(competency: Thing, criterion: Thing) -> str:
    """Return the UUID of a criterion: its own, or the one that its names make."""
    return str(criterion.get("uuid") or name_based(competency["uuid"], criterion["id"]))


def _kinds(document: Thing) -> dict[str, str]:
    """Return the list in which each thing stands, by its uuid."""
    kinds = {thing["uuid"]: name for name in _LISTS for thing in document.get(name, [])}
    criteria = {
        criterion_uuid(competency, each): "performance_criteria"
        for competency in document.get("competencies", [])
        for each in competency.get("performance_criteria", [])
    }
    return kinds | criteria


@dataclass(frozen=True, slots=True)
class _Update:
    retired_on: str
    tells: tuple[str, ...]
    present: frozenset[str]  # by uuid: what the newer one has, wherever it stands

    def merged_list(self, before: list[Thing], now: list[Thing], key: str) -> list[Thing]:
        was = {each[key]: each for each in before}
        is_now = {each[key] for each in now}
        present = [self.merged(was[each[key]], each) if each[key] in was else each for each in now]
        gone = [{"retired": self.retired_on} | each for each in before if each[key] not in is_now]
        return [*present, *gone]

    def merged(self, was: Thing, now: Thing) -> Thing:
        merged = was | now
        for member in ("retired", "area", "parent"):  # where it stands, and whether, is for the newer one to say
            if member not in now:
                merged.pop(member, None)
        for name in _TEXTS:
            if name in was and name in now:
                merged[name] = was[name] | now[name]
        if "level_descriptors" in now:
            before = was.get("level_descriptors", {})
            told = {level: before.get(level, {}) | texts for level, texts in now["level_descriptors"].items()}
            merged["level_descriptors"] = before | told
        if "performance_criteria" in was and "performance_criteria" in self.tells:
            now_told = now.get("performance_criteria", [])
            told_before = [
                each
                for each in was["performance_criteria"]
                if criterion_uuid(was, each) not in self.present or each["id"] in {one["id"] for one in now_told}
            ]
            merged["performance_criteria"] = self.merged_list(told_before, now_told, "id")
        if "alignments" in was and "alignments" in self.tells:
            merged["alignments"] = _alignments(was["alignments"], now.get("alignments", []))
        return merged


def _alignments(was: list[Thing], now: list[Thing]) -> list[Thing]:
    """Return those that stand now; of one that is known already, with what was known of it."""
    known = {each.get("uri"): each for each in was if "uri" in each}
    kept = [each for each in was if "uri" not in each]  # codes without an address, which other formats cannot carry
    return [*(known.get(each.get("uri"), each) for each in now), *kept]
