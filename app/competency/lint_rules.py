"""Checks of the rule trees of awards: references, counts that nobody can meet, shares above one, cycles of awards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import Any

from app.competency.schema import child
from app.errors import Fault


@dataclass(frozen=True, slots=True)
class Reference:
    """`owner` (an id) names the thing `name` of this `kind` at `pointer`."""

    owner: str
    kind: str
    name: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Known:
    """The things that a framework defines: kind -> id -> the thing's own part of the document."""

    things: dict[str, dict[str, dict[str, Any]]]

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Known":
        """`document` has the form of framework.schema.json. Of two things with one id the last counts."""
        lists = {
            "level": ("levels",), "area": ("areas",), "competency": ("competencies",), "role": ("roles",),
            "course": ("courses",), "mapping": ("mappings",), "assessment": ("assessments",),
            "award": ("micro_credentials", "certifications"),
        }  # fmt: skip
        return cls({
            kind: {item["id"]: item for name in names for item in document.get(name, [])}
            for kind, names in lists.items()
        })  # fmt: skip

    def find(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return the thing's part of the document, None when there is none of that id."""
        return self.things[kind].get(name)


NodeCheck = Callable[[dict[str, Any], str, str, Known], Iterator[Fault | Reference]]
"""(the value of the node's kind, its pointer, the award's id, what is known)"""


def award_lists(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every award with its pointer."""
    for name in ("micro_credentials", "certifications"):
        for position, award in enumerate(document.get(name, [])):
            yield award, child("", name, position)


def nodes(node: dict[str, Any], pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the node and all below it, with pointers, from top to bottom."""
    yield node, pointer
    for kind in ("all", "any"):
        for position, member in enumerate(node.get(kind, [])):
            yield from nodes(member, child(pointer, kind, position))
    for position, member in enumerate(node.get("at_least", {}).get("of", [])):
        yield from nodes(member, child(pointer, "at_least", "of", position))


def trees(award: dict[str, Any], pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the rule trees of an award: its requirements, and those of its renewal."""
    yield award["requirements"], child(pointer, "requirements")
    if "renewal" in award:
        yield award["renewal"]["requirements"], child(pointer, "renewal", "requirements")


def rule_findings(document: dict[str, Any], known: Known) -> Iterator[Fault | Reference]:
    """Yield what is wrong in the rule trees, and the references that they make."""
    for award, pointer in award_lists(document):
        seen: dict[str, str] = {}
        for tree, top in trees(award, pointer):
            for node, where in nodes(tree, top):
                yield from _repeated_id(node["id"], where, award["id"], seen)
                for kind, check in NODE_CHECKS.items():
                    if kind in node:
                        yield from check(node[kind], child(where, kind), award["id"], known)
    yield from _cycles(document, known)


def _repeated_id(node_id: str, pointer: str, owner: str, seen: dict[str, str]) -> Iterator[Fault]:
    if node_id in seen:
        yield Fault(
            child(pointer, "id"),
            f'{owner}: the rule id "{node_id}" stands a second time (first at {seen[node_id]}); rename it.',
        )
    seen.setdefault(node_id, pointer)


def _at_least(value: dict[str, Any], pointer: str, owner: str, _known: Known) -> Iterator[Fault | Reference]:
    if value["n"] > len(value["of"]):
        yield Fault(
            child(pointer, "n"),
            f"{owner} asks for at least {value['n']} of {len(value['of'])} rules, which nobody can meet.",
        )


def _competency(value: dict[str, Any], pointer: str, owner: str, _known: Known) -> Iterator[Fault | Reference]:
    yield Reference(owner, "competency", value["ref"], child(pointer, "ref"))
    yield Reference(owner, "level", value["min_level"], child(pointer, "min_level"))


def _competencies(value: dict[str, Any], pointer: str, owner: str, known: Known) -> Iterator[Fault | Reference]:
    if ("list" in value) == ("profile" in value):
        yield Fault(pointer, f"{owner}: competencies need exactly one of list and profile.")
        return
    if "rpl_max_share" in value:
        yield from share_fault(value["rpl_max_share"], child(pointer, "rpl_max_share"), owner)
    if "list" in value:
        yield from required_levels(value["list"], child(pointer, "list"), owner)
        for member in ("mandatory", "elective_at_least"):
            if member in value:
                yield Fault(child(pointer, member), f"{owner}: {member} belongs to a profile, not to a list.")
        return
    yield Reference(owner, "role", value["profile"], child(pointer, "profile"))
    role = known.find("role", value["profile"])
    if role and "profile" not in role:
        yield Fault(child(pointer, "profile"), f"{owner} asks for the profile of {role['id']}, which has none.")
        return
    electives = len(role["profile"].get("elective", [])) if role else 0
    if role and value.get("elective_at_least", 0) > electives:
        yield Fault(
            child(pointer, "elective_at_least"),
            f"{owner} asks for {value['elective_at_least']} electives, but the role {role['id']} has {electives}.",
        )


def required_levels(items: list[dict[str, Any]], pointer: str, owner: str) -> Iterator[Fault | Reference]:
    """Yield the references of {competency, min_level} items; the same competency twice is a fault."""
    seen: set[str] = set()
    for position, item in enumerate(items):
        where = child(pointer, position)
        yield Reference(owner, "competency", item["competency"], child(where, "competency"))
        yield Reference(owner, "level", item["min_level"], child(where, "min_level"))
        if item["competency"] in seen:
            yield Fault(child(where, "competency"), f'{owner} names competency "{item["competency"]}" a second time.')
        seen.add(item["competency"])


def _credential(value: dict[str, Any], pointer: str, owner: str, _known: Known) -> Iterator[Fault | Reference]:
    yield Reference(owner, "award", value["ref"], child(pointer, "ref"))


def _credits(value: dict[str, Any], pointer: str, owner: str, _known: Known) -> Iterator[Fault | Reference]:
    for position, name in enumerate(value.get("from", [])):
        yield Reference(owner, "award", name, child(pointer, "from", position))
    if "max_rpl_share" in value:
        yield from share_fault(value["max_rpl_share"], child(pointer, "max_rpl_share"), owner)


def _assessment(value: dict[str, Any], pointer: str, owner: str, known: Known) -> Iterator[Fault | Reference]:
    yield Reference(owner, "assessment", value["ref"], child(pointer, "ref"))
    for name in ("section_min", "total_min"):
        if name in value:
            yield from share_fault(value[name], child(pointer, name), owner)
    if "section_min" not in value and "total_min" not in value:
        yield Fault(
            pointer, f"{owner}: the assessment needs total_min or section_min, so that passing means something."
        )
    if "section_min" not in value:
        for name in ("sections", "mandatory_sections", "sections_at_least"):
            if name in value:
                yield Fault(child(pointer, name), f"{owner}: {name} needs section_min: what a section must reach.")
    if "sections" in value and "sections_at_least" in value:
        yield Fault(pointer, f"{owner}: sections and sections_at_least contradict each other; keep one.")
    assessment = known.find("assessment", value["ref"])
    if assessment is not None:
        yield from _sections(value, pointer, owner, [section["id"] for section in assessment["sections"]])


def _sections(value: dict[str, Any], pointer: str, owner: str, ids: list[str]) -> Iterator[Fault]:
    for position, name in enumerate(value.get("mandatory_sections", [])):
        if name not in ids:
            yield Fault(
                child(pointer, "mandatory_sections", position),
                f'{owner} names section "{name}", which the assessment {value["ref"]} does not have.',
            )
    if value.get("sections_at_least", 0) > len(ids):
        yield Fault(
            child(pointer, "sections_at_least"),
            f"{owner} asks for {value['sections_at_least']} sections, but {value['ref']} has {len(ids)}.",
        )


def share_fault(text: str, pointer: str, owner: str) -> Iterator[Fault]:
    """Check that a share lies between 0 and 1; "2" where "2/3" was meant would be a rule that nobody can meet."""
    if Fraction(text) > 1:
        yield Fault(pointer, f'{owner}: a share of "{text}" is more than the whole; write it like 2/3.')


def _cycles(document: dict[str, Any], known: Known) -> Iterator[Fault]:
    """Awards that need each other's credential can never be had."""
    needs: dict[str, dict[str, str]] = {}
    for award, pointer in award_lists(document):
        refs = needs.setdefault(award["id"], {})
        for node, where in nodes(award["requirements"], child(pointer, "requirements")):
            if "credential" in node and known.find("award", node["credential"]["ref"]) is not None:
                refs.setdefault(node["credential"]["ref"], child(where, "credential", "ref"))
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1][::-1]  # each needs the next
        path = " needs ".join(cycle)
        yield Fault(needs[cycle[0]][cycle[1]], f"{path}: awards that need each other can never be reached.")


NODE_CHECKS: dict[str, NodeCheck] = {
    "at_least": _at_least,
    "competency": _competency,
    "competencies": _competencies,
    "credential": _credential,
    "credits": _credits,
    "assessment": _assessment,
}
