"""A CASE package becomes a framework document: identifiers, addresses and everything that CASE says are kept.

https://www.imsglobal.org/spec/case/v1p1

    item "Area" at the top                        an area
    item "Role" at the top, with nothing below    a role
    item "Performance Criterion" below an item    a criterion of that competency, when nothing stands below it
    any other item                                a competency, below its parent
    rubrics with one scale                        levels and what each competency means at them (case_rubrics.py)
    association to something outside              an alignment, where it is a relation that alignments have

An item that the framework has already stays what it was, with its id. What CASE has no words for is carried over from
the framework as it is known (carry_over.py), or from the extension that our own packages have (case_writer.py).
"""

from dataclasses import dataclass
from typing import Any

from app.competency import case_package, lint, schema
from app.competency.carry_over import carry_over, criterion_uuid
from app.competency.case_package import Package
from app.competency.case_rubrics import scale_of, slug
from app.competency.case_writer import EXTENSION, RELATIONS, Publication, derived_name, write
from app.competency.identifiers import ID
from app.competency.notices import Imported, Notices

UNDETERMINED = "und"  # BCP 47: nobody has said which language it is
STATUSES = ("Draft", "Adopted", "Deprecated", "Private Draft")
_TELLS = ("roles", "performance_criteria", "alignments")
_AREA, _ROLE, _CRITERION = "Area", "Role", "Performance Criterion"

Thing = dict[str, Any]


def read(value: Any, known: Thing | None = None) -> Imported:
    """Read a CASE 1.0 or 1.1 package (plain JSON values) over `known`, the newest document of the same framework.

    The document is not validated yet. Raises BadInput for what is no package, repeats an identifier, or loops.
    """
    notices = Notices()
    package = case_package.read_package(value, notices)
    own = _own_extension(package)
    if own is not None and write(*own) == value:
        return Imported(own[0], notices.told(), package.counts())
    if own is not None:
        notices.add(
            "CHANGED_ELSEWHERE", "/extensions", "The package was changed since it was written; its parts count."
        )
    before = known or (own[0] if own else None)
    fresh = _Reading(package, before, notices).document()
    day = package.document["lastChangeDateTime"][:10]
    return Imported(carry_over(before, fresh, retired_on=day, tells=_TELLS), notices.told(), package.counts())


def export(document: Thing, publication: Publication) -> Thing:
    """Return the CFPackage of a framework; with our extension only where reading it back needs that."""
    package = write(document, publication)
    case = document.get("case", {})
    plain = package | {"extensions": case.get("extensions", {})}
    if not plain["extensions"]:
        del plain["extensions"]
    return plain if read(plain).document == document else package


def _own_extension(package: Package) -> tuple[Thing, Publication] | None:
    """Take our extension out of the package; None when there is none, or it is not of this framework."""
    own = package.extensions.pop(EXTENSION, None)
    names = ("address", "moment", "creator")
    if not isinstance(own, dict) or not all(isinstance(own.get(name), str) for name in names):
        return None
    document = own.get("document")
    if not isinstance(document, dict) or schema.faults(document) or lint.faults(document):
        return None
    same = document["framework"]["uuid"] == package.identifier
    return (document, Publication(*(own[name] for name in names))) if same else None


@dataclass(slots=True)
class _Ids:
    """Gives each thing the id it had, else its code, else its identifier."""

    had: dict[str, str]
    taken: set[str]

    def of(self, identifier: str, code: str) -> str:
        if identifier in self.had:
            return self.had[identifier]
        wanted = code if ID.fullmatch(code) else slug(code)
        chosen = wanted if wanted and wanted not in self.taken else identifier
        self.taken.add(chosen)
        return chosen


class _Reading:
    """One package being read: where each item has come to stand."""

    def __init__(self, package: Package, known: Thing | None, notices: Notices) -> None:
        self.package, self.known, self.notices = package, known, notices
        self.language = _language(package.document.get("language"), notices) or UNDETERMINED
        self.was = _known_kinds(known)
        had = {uuid: thing_id for uuid, (_, thing_id) in self.was.items()}
        self.ids = _Ids(had, set(had.values()))
        self.kinds: dict[str, str] = {}
        self.things: dict[str, Thing] = {}
        self.scale = scale_of(package.rubrics, (known or {}).get("levels", []), self.language, notices)

    def document(self) -> Thing:
        """Return the framework document."""
        lists: dict[str, list[Thing]] = {"areas": [], "competencies": [], "roles": []}
        pending = [(each, self.package.identifier) for each in reversed(self._below(self.package.identifier))]
        while pending:
            identifier, parent = pending.pop()
            kind = self.kinds[identifier] = self._kind(identifier, parent)
            thing = self.things[identifier] = MAKERS[kind](self, self.package.items[identifier], parent)
            home = lists[kind] if kind in lists else self.things[parent].setdefault("performance_criteria", [])
            home.append(thing)
            pending.extend((each, identifier) for each in reversed(self._below(identifier)))
        if not lists["roles"]:
            del lists["roles"]
        self._align()
        case = {
            "associations": self.package.associations,
            "rubrics": self.package.rubrics,
            "definitions": self.package.definitions,
            "extensions": self.package.extensions,
        }
        case = {name: part for name, part in case.items() if part}
        kept = {"case": case} if case else {}
        levels = self.scale.levels
        return {"format": schema.FORMAT, "framework": self._framework(), "levels": levels, **lists, **kept}

    def _below(self, identifier: str) -> list[str]:
        return self.package.children.get(identifier, [])

    def _kind(self, identifier: str, parent: str) -> str:
        was, wanted = self.was.get(identifier, ("", ""))[0], self.package.items[identifier].get("CFItemType")
        at_top, is_leaf = parent == self.package.identifier, not self._below(identifier)
        if at_top and (was == "areas" or (not was and wanted == _AREA)):
            return "areas"
        if at_top and is_leaf and (was == "roles" or (not was and wanted == _ROLE)):
            return "roles"
        below_competency = self.kinds.get(parent) == "competencies"
        if below_competency and is_leaf and (was == "criteria" or (not was and wanted == _CRITERION)):
            return "criteria"
        return "competencies"

    def _framework(self) -> Thing:
        given = self.package.document
        used = ("identifier", "uri", "title", "description", "creator", "version", "language", "adoptionStatus")
        status = given.get("adoptionStatus")
        kept = {name: value for name, value in given.items() if name not in used}
        if status is not None and status not in STATUSES:
            kept["adoptionStatus"] = status
        texts = {each for thing in self.things.values() for each in thing.get("name") or thing["text"]}
        others = sorted(texts - {self.language})
        return {
            "id": (self.known or {}).get("framework", {}).get("id") or self.package.identifier,
            "uuid": self.package.identifier,
            "version": given.get("version") or given["lastChangeDateTime"][:10],
            **({"status": status} if status in STATUSES else {}),
            "language": self.language,
            "languages": [self.language, *others],
            "title": {self.language: given["title"] or self.package.identifier},
            **({"description": {self.language: given["description"]}} if given.get("description") else {}),
            **({"creator": given["creator"]} if given["creator"] else {}),
            "source": {"uri": given["uri"], "members": kept},
        }

    def _thing(self, item: Thing, used: tuple[str, ...]) -> tuple[Thing, str]:
        """Return the members that all kinds of things have, and the language of the item."""
        language = _language(item.get("language"), self.notices) or self.language
        kept = {name: value for name, value in item.items() if name not in ("identifier", "uri", *used)}
        placed = self.package.placed_by.get(item["identifier"])
        if placed is not None:
            ends = ("originNodeURI", "destinationNodeURI", "associationType")
            kept["isChildOf"] = {name: value for name, value in placed.items() if name not in ends}
        ended = {"retired": item["statusEndDate"]} if "statusEndDate" in item else {}
        code = item.get("humanCodingScheme", "")
        thing = {"id": self.ids.of(item["identifier"], code), "uuid": item["identifier"]}
        return thing | ended | {"source": {"uri": item["uri"], "members": kept}}, language

    def area(self, item: Thing, _parent: str) -> Thing:
        thing, language = self._thing(item, ("fullStatement", "notes", "statusEndDate"))
        notes = {"description": {language: item["notes"]}} if item.get("notes") else {}
        return thing | {"name": {language: _statement(item)}} | notes

    def role(self, item: Thing, _parent: str) -> Thing:
        thing, language = self._thing(item, ("fullStatement", "notes", "statusEndDate"))
        notes = {"summary": {language: item["notes"]}} if item.get("notes") else {}
        return thing | {"name": {language: _statement(item)}} | notes

    def criterion(self, item: Thing, _parent: str) -> Thing:
        thing, language = self._thing(item, ("fullStatement", "statusEndDate"))
        return thing | {"text": {language: _statement(item)}}

    def competency(self, item: Thing, parent: str) -> Thing:
        thing, language = self._thing(item, ("fullStatement", "abbreviatedStatement", "statusEndDate"))
        statement = _statement(item)
        described = self.scale.descriptors.get(item["identifier"], {})
        return {
            **thing,
            **self._place(parent),
            "name": {language: item.get("abbreviatedStatement") or derived_name(statement)},
            "statement": {language: statement},
            "level_descriptors": {level: {language: text} for level, text in described.items()},
        }

    def _place(self, parent: str) -> Thing:
        above = self.things.get(parent)
        if above is None:
            return {}
        if self.kinds[parent] == "areas":
            return {"area": above["id"]}
        area = {"area": above["area"]} if "area" in above else {}
        return area | {"parent": above["id"]}

    def _align(self) -> None:
        """Associations to things outside are alignments, which badges carry."""
        uri = schema.pattern_of("uri")
        for association in self.package.associations:
            thing = self.things.get(association["originNodeURI"]["identifier"].lower())
            target = association["destinationNodeURI"]
            is_inside = target["identifier"].lower() in self.things or target["identifier"] == self.package.identifier
            if thing is None or is_inside or association["associationType"] not in RELATIONS:
                continue
            is_http = target["uri"].startswith(("http://", "https://")) and uri.fullmatch(target["uri"])
            if is_http and self.kinds[thing["uuid"]] in ("competencies", "roles"):
                named = target.get("targetType", "").removeprefix("ext:")
                home = named if named not in ("", "CASE") else target["uri"].split("/")[2]
                alignment = {"framework": home, "uri": target["uri"], "name": target["title"] or target["identifier"]}
                thing.setdefault("alignments", []).append(alignment | {"relation": association["associationType"]})


MAKERS = {
    "areas": _Reading.area,
    "roles": _Reading.role,
    "criteria": _Reading.criterion,
    "competencies": _Reading.competency,
}


def _known_kinds(known: Thing | None) -> dict[str, tuple[str, str]]:
    """Return the kind and id of each thing of a framework, by its uuid."""
    if known is None:
        return {}
    found = {each["uuid"]: (name, each["id"]) for name in ("areas", "roles") for each in known.get(name, [])}
    for competency in known["competencies"]:
        found[competency["uuid"]] = ("competencies", competency["id"])
        for criterion in competency.get("performance_criteria", []):
            found[criterion_uuid(competency, criterion)] = ("criteria", criterion["id"])
    return found


def _statement(item: Thing) -> str:
    return item["fullStatement"] or item.get("abbreviatedStatement") or item.get("humanCodingScheme") or "…"


def _language(given: Any, notices: Notices) -> str | None:
    """Return a language tag as the format has it: en_US and EN mean en-US and en."""
    if not given:
        return None
    first, *rest = str(given).replace("_", "-").split("-")
    tag = "-".join([first.lower(), *rest])
    if schema.pattern_of("language").fullmatch(tag):
        return tag
    notices.add("UNKNOWN_LANGUAGE", "/CFDocument/language", f"{str(given)[:40]!r} is no language tag.")
    return None
