"""A CASE package as values: its parts put right, its tree found.

https://www.imsglobal.org/spec/case/v1p1 (information model, CFPackage)

1. the parts: CFDocument, CFItems, CFAssociations, CFRubrics, CFDefinitions (1.0 and 1.1 alike, see case_words.py)
2. identifiers: kept; only what is no UUID gets one made from it, always the same
3. the tree: an item stands below the destination of its first isChildOf; a loop is refused
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.competency import schema
from app.competency.case_words import EPOCH, completed, put_right
from app.competency.identifiers import UUID, name_based
from app.competency.notices import Notices
from app.competency.schema import MAX_FAULTS, MAX_SHOWN, child
from app.errors import BadInput, Fault

DEFINITIONS = {
    "CFConcepts": "CFConcept",
    "CFSubjects": "CFSubject",
    "CFLicenses": "CFLicense",
    "CFItemTypes": "CFItemType",
    "CFAssociationGroupings": "CFAssociationGrouping",
}
_PARTS = ("CFDocument", "CFItems", "CFAssociations", "CFRubrics", "CFDefinitions", "extensions")


@dataclass(frozen=True, slots=True)
class Package:
    """The parts in CASE's own words. `items`: by identifier. `children`: identifiers by parent, in their order.

    `placed_by`: the isChildOf association that puts an item where it stands, by the item's identifier; `associations`:
    all others. The root of the tree is the document's identifier.
    """

    document: dict[str, Any]
    items: dict[str, dict[str, Any]]
    associations: list[dict[str, Any]]
    rubrics: list[dict[str, Any]]
    definitions: dict[str, list[dict[str, Any]]]
    extensions: dict[str, Any]
    placed_by: dict[str, dict[str, Any]] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """The identifier of the document."""
        return str(self.document["identifier"])

    def counts(self) -> dict[str, int]:
        """How much there is of each part."""
        placed = len(self.placed_by)
        return {
            "items": len(self.items),
            "associations": len(self.associations) + placed,
            "rubrics": len(self.rubrics),
        }


def looks_like(value: Any) -> bool:
    """Whether this is meant to be a CASE package."""
    return isinstance(value, dict) and "CFDocument" in value


def read_package(value: Any, notices: Notices) -> Package:
    """Read a package from plain JSON values. Raises BadInput for what has no identity, twice the same, or loops."""
    schema.plain_values(value)
    if not isinstance(value.get("CFDocument"), dict):
        raise BadInput("A CASE package has a CFDocument.", pointer="/CFDocument", remedy="Send a whole CFPackage.")
    document = _whole("CFDocument", value["CFDocument"], "/CFDocument", EPOCH, notices)
    moment = document["lastChangeDateTime"]
    renamed: dict[str, str] = {}
    items = _items(value, moment, notices, renamed)
    unknown = {name: part for name, part in value.items() if name not in _PARTS and part is not None}
    if unknown:
        notices.add("UNKNOWN_MEMBER", "", f"CFPackage has {', '.join(sorted(unknown))[:200]}; kept as extension.")
    extensions = value.get("extensions")
    package = Package(
        document=document,
        items=items,
        associations=list(_parts(value, "CFAssociations", "CFAssociation", moment, notices)),
        rubrics=list(_rubrics(value, moment, notices)),
        definitions=_definitions(value, moment, notices),
        extensions=(extensions if isinstance(extensions, dict) else {}) | unknown,
    )
    _place(package, renamed, notices)
    return package


def _objects(value: dict[str, Any], name: str, pointer: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    part = value.get(name) or []
    if not isinstance(part, list):
        raise BadInput(f"{name} is a list in CASE.", pointer=child(pointer, name))
    for position, each in enumerate(part):
        where = child(pointer, name, position)
        if not isinstance(each, dict):
            raise BadInput(f"{name} holds objects.", pointer=where)
        yield each, where


def _whole(kind: str, given: dict[str, Any], pointer: str, moment: str, notices: Notices) -> dict[str, Any]:
    """Put one object right; it has an identifier afterwards. Raises BadInput when nothing identifies it."""
    right = put_right(kind, given, pointer, notices)
    if "identifier" not in right:
        right = {"identifier": _identity(kind, given, pointer, notices)} | right
    return completed(kind, right, moment, pointer, notices)


def _identity(kind: str, given: dict[str, Any], pointer: str, notices: Notices) -> str:
    """Find the UUID in the address, or make one of what stands there instead."""
    names = [each for each in (given.get("identifier"), given.get("uri")) if isinstance(each, str) and each]
    if not names:
        raise BadInput(
            f"This {kind} has neither identifier nor uri.", pointer=pointer, remedy="Give it the UUID it has at home."
        )
    tail = names[-1].rstrip("/").rsplit("/", 1)[-1].lower()
    if "identifier" not in given and UUID.fullmatch(tail):
        notices.add("MISSING_MEMBER", pointer, f"{kind} lacks identifier; taken from its uri.")
        return tail
    notices.add("NOT_A_UUID", pointer, f"The identifier of this {kind} is no UUID; one is made from it.")
    return name_based(names[0])


def _items(value: dict[str, Any], moment: str, notices: Notices, renamed: dict[str, str]) -> dict[str, dict[str, Any]]:
    items: dict[str, dict[str, Any]] = {}
    faults = []
    for given, pointer in _objects(value, "CFItems"):
        item = _whole("CFItem", given, pointer, moment, notices)
        if item["identifier"] in items:
            faults.append(Fault(pointer, f"The identifier {item['identifier']} stands a second time."))
        items[item["identifier"]] = item
        for name in (given.get("identifier"), given.get("uri")):
            if isinstance(name, str):
                renamed[name] = item["identifier"]
    if faults:
        raise BadInput(
            f"{len(faults)} items have the identifier of another. {faults[0].detail}",
            pointer=faults[0].pointer,
            remedy="Keep one of each; nothing was stored.",
            faults=tuple(faults[:MAX_FAULTS]),
        )
    return items


def _parts(
    value: dict[str, Any], name: str, kind: str, moment: str, notices: Notices, pointer: str = ""
) -> Iterator[dict[str, Any]]:
    for given, where in _objects(value, name, pointer):
        yield _whole(kind, given, where, moment, notices)


def _rubrics(value: dict[str, Any], moment: str, notices: Notices) -> Iterator[dict[str, Any]]:
    for given, pointer in _objects(value, "CFRubrics"):
        rubric = _whole("CFRubric", given, pointer, moment, notices)
        criteria = []
        for each, where in _objects(given, "CFRubricCriteria", pointer):
            criterion = _whole("CFRubricCriterion", each, where, moment, notices)
            levels = "CFRubricCriterionLevels"
            if levels in criterion:
                criterion[levels] = list(_parts(each, levels, "CFRubricCriterionLevel", moment, notices, where))
            criteria.append(criterion)
        if "CFRubricCriteria" in rubric:
            rubric["CFRubricCriteria"] = criteria
        yield rubric


def _definitions(value: dict[str, Any], moment: str, notices: Notices) -> dict[str, list[dict[str, Any]]]:
    given = value.get("CFDefinitions") or {}
    if not isinstance(given, dict):
        raise BadInput("CFDefinitions is an object in CASE.", pointer="/CFDefinitions")
    read = {
        name: list(_parts(given, name, kind, moment, notices, "/CFDefinitions")) for name, kind in DEFINITIONS.items()
    }
    return {name: part for name, part in read.items() if part}


def _place(package: Package, renamed: dict[str, str], notices: Notices) -> None:
    """Take the associations that make the tree out of the others, and build it."""
    known = renamed | {identifier: identifier for identifier in package.items}
    root = package.identifier
    roots = {root, package.document["uri"]}
    others = []
    parents: dict[str, str] = {}
    for position, association in enumerate(package.associations):
        if not (association["originNodeURI"] and association["destinationNodeURI"]):
            notices.add("NO_END", child("", "CFAssociations", position), "An association lacks an end; left out.")
            continue
        origin = _end(association, "originNodeURI", known)
        target = _end(association, "destinationNodeURI", known)
        at_root = {association["destinationNodeURI"].get(name) for name in ("identifier", "uri")} & roots
        parent = root if at_root else target
        is_child = association["associationType"] == "isChildOf"
        if not is_child or origin is None or parent is None or origin in parents:
            if is_child:
                notices.add("OTHER_PLACE", child("", "CFAssociations", position), "A second or unknown place; kept.")
            others.append(association)
            continue
        parents[origin] = parent
        package.placed_by[origin] = association
    package.associations[:] = others
    _refuse_loops(package, parents)
    order = {identifier: position for position, identifier in enumerate(package.items)}
    for identifier in package.items:
        if identifier not in parents:
            notices.add("NO_PLACE", "/CFItems", "An item has no parent in the package; it is put at the top.")
        package.children.setdefault(parents.get(identifier, root), []).append(identifier)
    for siblings in package.children.values():
        siblings.sort(key=lambda each: (package.placed_by.get(each, {}).get("sequenceNumber", 0), order[each]))


def _end(association: dict[str, Any], name: str, known: dict[str, str]) -> str | None:
    node = association[name]
    by_identifier = known.get(str(node.get("identifier"))) or known.get(str(node.get("identifier")).lower())
    return by_identifier or known.get(str(node.get("uri")))


def _refuse_loops(package: Package, parents: dict[str, str]) -> None:
    sound = {package.identifier}
    for start in parents:
        path: dict[str, None] = {}
        at = start
        while at in parents and at not in sound and at not in path:
            path[at] = None
            at = parents[at]
        if at in path:
            text = package.items[at]["fullStatement"][:MAX_SHOWN]
            raise BadInput(
                f'The item {at} ("{text}") stands below itself by isChildOf.',
                pointer="/CFAssociations",
                remedy="Remove one association of the loop; nothing was stored.",
                identifier=at,
            )
        sound.update(path)
