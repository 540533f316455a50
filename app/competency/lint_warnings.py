"""What is allowed in a framework and probably not meant: told at import, and nothing is refused for it.

Each check is one small function in an ordered tuple. They run on a document without faults (lint.py).

    EMPTY                no competency at all
    LEVEL_OUT_OF_REACH   a rule or role needs a competency at a level that no assessment of the framework can show
    CREDITS_OUT_OF_REACH a rule asks for more credits than there are (publishing is refused when no other way is left)
    NEVER_MET            an award that nobody can get, whatever the evidence
    SECTION_OF_NOTHING   an exam's section without competency and area: no question can belong to it
    RESOURCE_OF_NOTHING  a learning resource that names neither a competency nor a course
    ANNEX_INCOMPLETE     a micro-credential without an element that the European approach makes mandatory
    RETIRED_IN_USE       a rule or role names a competency that is retired
    MISSING_TRANSLATION  texts that lack a language of the framework
    UNLISTED_LANGUAGE    texts in a language that the framework does not list
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from graphlib import TopologicalSorter
from itertools import islice
from typing import Any

from app.competency.exact import fraction, number_text
from app.competency.lint_rules import award_lists, nodes, trees
from app.competency.notices import Notice, Notices
from app.competency.schema import MAX_FAULTS, child
from app.errors import Fault

RPL = "rpl"
_HOURS = "hours"

Thing = dict[str, Any]


def warnings(document: Thing) -> tuple[Notice, ...]:
    """Return what is probably not meant in a framework that has no faults."""
    notices, reach = Notices(), Reach.of(document)
    for check in CHECKS:
        for code, pointer, detail in check(document, reach):
            notices.add(code, pointer, detail)
    return notices.told()


Found = Iterator[tuple[str, str, str]]


@dataclass(slots=True)
class Reach:
    """How far assessments can lead: for each competency the ranks and kinds of the sections that give evidence."""

    document: Thing
    ranks: dict[str, int]
    pieces: dict[str, list[tuple[int, str]]]
    gates: dict[str, list[Thing]]
    possible_awards: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Thing) -> "Reach":
        """`document` has no faults."""
        levels = sorted(document["levels"], key=lambda level: int(level["order"]))
        ranks = {level["id"]: rank for rank, level in enumerate(levels, start=1)}
        tops = {
            each["id"]: max(ranks[step["level"]] for step in each["steps"]) for each in document.get("mappings", [])
        }
        pieces: dict[str, list[tuple[int, str]]] = {}
        for assessment in document.get("assessments", []):
            for section in assessment["sections"]:
                if "mapping" in section:
                    piece = (tops[section["mapping"]], assessment["kind"])
                    pieces.setdefault(section["competency"], []).append(piece)
        gates = {rule["level"]: rule["all"] for rule in document.get("policy", {}).get("level_rules", [])}
        return cls(document, ranks, pieces, gates)

    def shows(self, competency: str, level: str, *, by_rpl: bool) -> bool:
        """Whether a competency can be shown at a level or above; `by_rpl`: prior learning and agreements count too."""
        above = [each for each, rank in self.ranks.items() if rank >= self.ranks[level]]
        return any(self._gate(competency, each, by_rpl=by_rpl) for each in above)

    def _gate(self, competency: str, level: str, *, by_rpl: bool) -> bool:
        if level not in self.gates:
            return False
        return all(
            bool(by_rpl and {RPL, "recognised"} & set(clause["kinds"])) or self._enough(competency, clause)
            for clause in self.gates[level]
        )

    def _enough(self, competency: str, clause: Thing) -> bool:
        need = self.ranks[clause["at_least"]]
        found = [1 for rank, kind in self.pieces.get(competency, []) if rank >= need and kind in clause["kinds"]]
        return len(found) >= int(clause["evidence"])

    def credits(self, award: str, rule: Thing) -> Fraction:
        """What a credits rule can find at most, without the award itself."""
        awards = {each["id"]: each for each, _ in award_lists(self.document)}
        courses = {each["id"]: each for each in self.document.get("courses", [])}
        agreed: dict[str, Fraction] = {}
        for each in self.document.get("equivalences", []):
            if "counts_as" in each and "credits" in each and rule["system"] != _HOURS:
                worth = fraction(each["credits"])
                agreed[each["counts_as"]] = max(worth, agreed.get(each["counts_as"], worth))
        total = Fraction(0)
        for code in rule.get("from", awards):
            if code == award:
                continue
            annex, course = awards[code].get("annex", {}), courses.get(awards[code].get("course", ""), {})
            system = course.get("credits", {}).get("system", "ECTS")
            own = fraction(annex.get("credits", 0)) if system == rule["system"] else Fraction(0)
            own = fraction(annex.get("workload_hours", 0)) if rule["system"] == _HOURS else own
            total += max(own, agreed.get(code, own))
        return total


def _empty(document: Thing, _reach: Reach) -> Found:
    if not document["competencies"]:
        yield "EMPTY", "/competencies", "The framework has no competency."


def _needs(document: Thing) -> Iterator[tuple[str, str, str, str]]:
    """Yield (owner, competency, level, pointer) of every demand of rules and roles."""
    for position, role in enumerate(document.get("roles", [])):
        for part in ("mandatory", "elective"):
            for number, need in enumerate(role.get("profile", {}).get(part, [])):
                where = child("/roles", position, "profile", part, number)
                yield role["id"], need["competency"], need["min_level"], where
    for award, pointer in award_lists(document):
        for tree, top in trees(award, pointer):
            for node, where in nodes(tree, top):
                if "competency" in node:
                    rule = node["competency"]
                    yield award["id"], rule["ref"], rule["min_level"], child(where, "competency")
                for number, need in enumerate(node.get("competencies", {}).get("list", [])):
                    place = child(where, "competencies", "list", number)
                    yield award["id"], need["competency"], need["min_level"], place


def _levels(document: Thing, reach: Reach) -> Found:
    if not reach.gates:  # nothing is decided by levels yet
        return
    seen: set[tuple[str, str]] = set()
    for owner, competency, level, pointer in _needs(document):
        if (competency, level) in seen or reach.shows(competency, level, by_rpl=False):
            continue
        seen.add((competency, level))
        other = ", only prior learning or an agreement can" if reach.shows(competency, level, by_rpl=True) else ""
        sentence = f"{owner} needs {competency} at {level}, which no assessment can show{other}."
        yield "LEVEL_OUT_OF_REACH", pointer, sentence


def _credits(document: Thing, reach: Reach) -> Found:
    for award, pointer in award_lists(document):
        for tree, top in trees(award, pointer):
            for node, where in nodes(tree, top):
                if "credits" not in node:
                    continue
                most, need = reach.credits(award["id"], node["credits"]), fraction(node["credits"]["min"])
                if most < need:
                    sentence = f"{award['id']} asks for {number_text(need)} credits; there are {number_text(most)}."
                    yield "CREDITS_OUT_OF_REACH", child(where, "credits", "min"), sentence


def _never(document: Thing, reach: Reach) -> Found:
    """Judge each award after those that it builds on."""
    awards = {award["id"]: (award, pointer) for award, pointer in award_lists(document)}
    needs = {
        code: {
            node["credential"]["ref"] for node, _ in nodes(award["requirements"], "") if "credential" in node
        }
        for code, (award, _) in awards.items()
    }  # fmt: skip
    for code in TopologicalSorter(needs).static_order():
        award, pointer = awards[code]
        reach.possible_awards[code] = _possible(award["requirements"], code, reach)
    for code, (_, pointer) in awards.items():
        if not reach.possible_awards[code]:
            yield "NEVER_MET", child(pointer, "requirements"), f"Nobody can ever meet the rules of {code}."


def _possible(node: Thing, award: str, reach: Reach, leaves: "Leaves | None" = None) -> bool:
    """Whether a node can be met, as far as `leaves` (default: LEAVES) can tell. Months and signatures can be had."""
    if "all" in node:
        return all(_possible(each, award, reach, leaves) for each in node["all"])
    if "any" in node:
        return any(_possible(each, award, reach, leaves) for each in node["any"])
    if "at_least" in node:
        needed: int = node["at_least"]["n"]
        return sum(_possible(each, award, reach, leaves) for each in node["at_least"]["of"]) >= needed
    judges = LEAVES if leaves is None else leaves
    return all(judge(node[kind], award, reach) for kind, judge in judges.items() if kind in node)


def _possible_credential(rule: Thing, _award: str, reach: Reach) -> bool:
    agreed = rule.get("or_equivalent", False) and _is_agreed(reach, rule["ref"])
    return agreed or reach.possible_awards.get(rule["ref"], True)


def _is_agreed(reach: Reach, award: str) -> bool:
    return any(each.get("counts_as") == award for each in reach.document.get("equivalences", []))


def _possible_competencies(rule: Thing, _award: str, reach: Reach) -> bool:
    def shown(needs: list[Thing]) -> list[bool]:
        return [reach.shows(need["competency"], need["min_level"], by_rpl=True) for need in needs]

    if "list" in rule:
        return all(shown(rule["list"]))
    role = next(each for each in reach.document.get("roles", []) if each["id"] == rule["profile"])
    profile = role["profile"]
    electives: int = rule.get("elective_at_least", profile.get("elective_at_least", 0))
    return all(shown(profile["mandatory"])) and sum(shown(profile.get("elective", []))) >= electives


Leaves = dict[str, Callable[[Thing, str, Reach], bool]]
LEAVES: Leaves = {
    "competency": lambda rule, _award, reach: reach.shows(rule["ref"], rule["min_level"], by_rpl=True),
    "competencies": _possible_competencies,
    "credential": _possible_credential,
    "credits": lambda rule, award, reach: reach.credits(award, rule) >= fraction(rule["min"]),
}


def impossible_credits(document: Thing) -> list[Fault]:
    """The awards that nobody can get because there are not enough credits: certain, whatever else is added later.

    How far assessments lead is no such thing, because evidence also comes from elsewhere: that is a warning only.
    """
    reach, only = Reach.of(document), {"credits": LEAVES["credits"]}
    never = tuple(
        f"{pointer}/requirements"
        for award, pointer in award_lists(document)
        if not _possible(award["requirements"], award["id"], reach, only)
    )
    found = (Fault(where, sentence) for _, where, sentence in _credits(document, reach) if where.startswith(never))
    return list(islice(found, MAX_FAULTS))


def _sections(document: Thing, _reach: Reach) -> Found:
    for position, assessment in enumerate(document.get("assessments", [])):
        for number, section in enumerate(assessment["sections"]):
            if assessment["kind"] == "exam" and "competency" not in section and "area" not in section:
                sentence = f"{assessment['id']}: section {section['id']} is about no competency or area."
                yield "SECTION_OF_NOTHING", child("/assessments", position, "sections", number), sentence


def _resources(document: Thing, _reach: Reach) -> Found:
    for position, resource in enumerate(document.get("learning_resources", [])):
        if not resource.get("competencies") and not resource.get("courses"):
            sentence = f"{resource['id']} names no competency and no course, so nobody finds it."
            yield "RESOURCE_OF_NOTHING", child("/learning_resources", position), sentence


# Council Recommendation of 16 June 2022, Annex I: (member of the annex, member of the course that stands in for it)
_MANDATORY = (
    ("workload_hours", "workload_hours"),
    ("eqf_level", "eqf"),
    ("assessment_types", None),
    ("participation", "mode"),
    ("quality_assurance", "quality_assurance"),
)


def _annexes(document: Thing, _reach: Reach) -> Found:
    courses = {each["id"]: each for each in document.get("courses", [])}
    for position, award in enumerate(document.get("micro_credentials", [])):
        annex, course = award.get("annex", {}), courses.get(award.get("course", ""), {})
        missing = [name for name, other in _MANDATORY if not (annex.get(name) or (other and course.get(other)))]
        if missing:
            sentence = f"{award['id']} says nothing of {', '.join(missing)}; badges claim no European elements."
            yield "ANNEX_INCOMPLETE", child("/micro_credentials", position), sentence


def _retired(document: Thing, _reach: Reach) -> Found:
    retired = {each["id"]: each["retired"] for each in document["competencies"] if "retired" in each}
    for owner, competency, _, pointer in _needs(document):
        if competency in retired:
            yield "RETIRED_IN_USE", pointer, f"{owner} names {competency}, which is retired from {retired[competency]}."


_TEXTS = ("name", "title", "statement", "description", "descriptor", "summary", "text", "label", "prerequisites")


def _languages(document: Thing, _reach: Reach) -> Found:
    """Language maps are the values of these members, and what stands in level_descriptors."""
    listed = document["framework"]["languages"]
    pending: list[tuple[Any, str]] = [(document, "")]
    while pending:
        value, pointer = pending.pop()
        if isinstance(value, list):
            pending.extend((each, child(pointer, number)) for number, each in reversed(list(enumerate(value))))
            continue
        if not isinstance(value, dict):
            continue
        for name, each in reversed(value.items()):
            where = child(pointer, name)
            inside = pointer.endswith("/level_descriptors")
            if isinstance(each, dict) and (name in _TEXTS or inside):
                for language in listed:
                    if language not in each:
                        yield "MISSING_TRANSLATION", where, f"Texts are missing in {language}."
                for language in sorted(set(each) - set(listed)):
                    yield "UNLISTED_LANGUAGE", where, f"Texts are in {language}, which framework.languages lacks."
            elif name not in ("source", "case"):
                pending.append((each, where))


CHECKS: tuple[Callable[[Thing, Reach], Found], ...] = (
    _empty,
    _levels,
    _credits,
    _never,
    _sections,
    _resources,
    _annexes,
    _retired,
    _languages,
)
