"""A framework document becomes a CASE 1.1 package that has no error against the official schema.

https://www.imsglobal.org/spec/case/v1p1 (information model, CFPackage)

Areas, competencies, criteria and roles are items; what a competency means at each level is a rubric; alignments and the
competencies of a role are associations. What came from CASE goes back with its identifiers, addresses and members.
CASE has no words for rules, courses and other languages: where reading the package back would not give the framework
again, its whole document stands beside the parts, as the extension `attesta:framework`.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

from app.competency.carry_over import criterion_uuid
from app.competency.case_rubrics import criteria, rising, rubric
from app.competency.identifiers import name_based
from app.competency.schema import MAX_SHOWN

EXTENSION = "attesta:framework"
RELATIONS = ("isRelatedTo", "exactMatchOf", "isPartOf")  # the associations that are alignments
_NAME_LENGTH = 120  # of a statement's beginning, where nobody gave a short one
_TYPES = ("Area", "Competency", "Performance Criterion", "Role")

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """Where and when a framework is published: `address` is the base of its CASE API, `moment` an RFC 3339 time.

    `creator`: who stands for it when the framework does not say.
    """

    address: str
    moment: str
    creator: str


def derived_name(statement: str) -> str:
    """Return the short name that a statement has by itself: the beginning of its first line."""
    first = next((line.strip() for line in statement.splitlines() if line.strip()), statement)
    return first if len(first) <= _NAME_LENGTH else first[: _NAME_LENGTH - 1].rstrip() + "…"


def write(document: Thing, publication: Publication) -> Thing:
    """Return the CFPackage of a validated framework document, as plain JSON values."""
    return _Writing(document, publication).package()


@dataclass(slots=True)
class _Writing:
    document: Thing
    publication: Publication
    items: list[Thing] = field(default_factory=list)
    associations: list[Thing] = field(default_factory=list)
    links: dict[str, Thing] = field(default_factory=dict)
    below: dict[str, int] = field(default_factory=dict)
    used_types: set[str] = field(default_factory=set)
    aligned: dict[str, set[tuple[str, str, str]]] = field(default_factory=dict)

    @property
    def about(self) -> Thing:
        """The framework's own part."""
        return dict(self.document["framework"])

    @property
    def language(self) -> str:
        """The language in which CASE tells the framework."""
        return str(self.about.get("language", "en"))

    def package(self) -> Thing:
        """Return the package."""
        case = self.document.get("case", {})
        head = self._head()
        self.links[self.about["uuid"]] = _link(head["title"], head)
        self._items()
        self._relations()
        self.associations += [each for each in case.get("associations", []) if not self._is_past(each)]
        package: Thing = {"CFDocument": head, "CFItems": self.items, "CFAssociations": self.associations}
        definitions = self._definitions(case.get("definitions", {}))
        rubrics = [*self._rubrics(case.get("rubrics", [])), *self._new_rubrics(case.get("rubrics", []))]
        package |= {"CFDefinitions": definitions} if definitions else {}
        package |= {"CFRubrics": rubrics} if rubrics else {}
        ours = {"document": self.document, **asdict(self.publication)}
        return package | {"extensions": {**case.get("extensions", {}), EXTENSION: ours}}

    def _uri(self, kind: str, identifier: str) -> str:
        return f"{self.publication.address}/{kind}/{identifier}"

    def _text(self, texts: dict[str, str], language: str) -> str:
        return texts.get(language) or texts.get(self.language) or next(texts[each] for each in sorted(texts))

    def _head(self) -> Thing:
        about, identifier = self.about, self.about["uuid"]
        source = _from_case(about)
        told = about.get("description", {}).get(self.language) or self.document.get("notice")
        head = {
            "identifier": identifier,
            "uri": source.get("uri") or self._uri("CFDocuments", identifier),
            "creator": about.get("creator") or self.publication.creator,
            "title": self._text(about["title"], self.language),
            "lastChangeDateTime": self.publication.moment,
            "version": about["version"],
            **({"description": told} if told else {}),
            **({"language": self.language} if self.language != "und" else {}),
            **({"adoptionStatus": about["status"]} if "status" in about else {}),
        }
        ours = {"caseVersion": "1.1", "frameworkType": "Competency Framework"}
        return head | (source.get("members", {}) if source else ours)

    def _items(self) -> None:
        for area in self.document["areas"]:
            self._item(area, "Area", area["name"], None, {"notes": area.get("description")})
        above = {("areas", each["id"]): each["uuid"] for each in self.document["areas"]}
        above |= {("competencies", each["id"]): each["uuid"] for each in self.document["competencies"]}
        for each in self.document["competencies"]:
            parent = ("competencies", each["parent"]) if "parent" in each else ("areas", each.get("area", ""))
            name = self._text(each["name"], self.language)
            has_name = name != derived_name(self._text(each["statement"], self.language))
            short = {"abbreviatedStatement": each["name"] if has_name else None}
            self._item(each, "Competency", each["statement"], above.get(parent), short)
            for criterion in each.get("performance_criteria", []):
                whole = criterion | {"uuid": criterion_uuid(each, criterion)}
                self._item(whole, "Performance Criterion", criterion["text"], each["uuid"], {})
        for role in self.document.get("roles", []):
            self._item(role, "Role", role["name"], None, {"notes": role.get("summary")})
        self._place_all()

    def _item(self, thing: Thing, kind: str, texts: Thing, parent: str | None, further: Thing) -> None:
        source = _from_case(thing)
        members = {name: value for name, value in source.get("members", {}).items() if name != "isChildOf"}
        language = members.get("language", self.language)
        item = {
            "identifier": thing["uuid"],
            "uri": source.get("uri") or self._uri("CFItems", thing["uuid"]),
            "fullStatement": self._text(texts, language),
            **{name: self._text(value, language) for name, value in further.items() if value},
            **({"statusEndDate": thing["retired"]} if "retired" in thing else {}),
        }
        if not source:
            item |= {"humanCodingScheme": thing["id"], "CFItemType": kind, "CFItemTypeURI": self._type_link(kind)}
            item |= {"language": self.language} if self.language != "und" else {}
            self.used_types.add(kind)
        self.items.append({"lastChangeDateTime": self.publication.moment} | item | members)
        self.links[thing["uuid"]] = _link(members.get("abbreviatedStatement") or item["fullStatement"], item)
        self._child(thing, parent or self.about["uuid"], source.get("members", {}).get("isChildOf"))

    def _child(self, thing: Thing, parent: str, placed: Thing | None) -> None:
        self.below[parent] = self.below.get(parent, 0) + 1
        if placed is None:
            identifier = name_based(thing["uuid"], "isChildOf")
            placed = self._association(identifier) | {"sequenceNumber": self.below[parent]}
        self.associations.append(placed | {"associationType": "isChildOf", "ends": (thing["uuid"], parent)})

    def _place_all(self) -> None:
        """Name both ends, now that every item is known."""
        for association in self.associations:
            origin, target = association.pop("ends")
            association["originNodeURI"] = self.links[origin] | {"targetType": "CASE"}
            association["destinationNodeURI"] = self.links[target] | {"targetType": "CASE"}

    def _association(self, identifier: str) -> Thing:
        uri = self._uri("CFAssociations", identifier)
        return {"identifier": identifier, "uri": uri, "lastChangeDateTime": self.publication.moment}

    def _relations(self) -> None:
        """Alignments, and the competencies that roles need."""
        known = {_key(each) for each in self.document.get("case", {}).get("associations", [])}
        ids = {each["id"]: each["uuid"] for each in self.document["competencies"]}
        for thing in (*self.document["competencies"], *self.document.get("roles", [])):
            keys = self.aligned.setdefault(thing["uuid"], set())
            for alignment in thing.get("alignments", []):
                keys.add((alignment["relation"], thing["uuid"], alignment.get("uri", "")))
                if (alignment["relation"], thing["uuid"], alignment.get("uri")) not in known:
                    self.associations.append(self._alignment(thing["uuid"], alignment))
            for part in ("mandatory", "elective"):
                for need in thing.get("profile", {}).get(part, []):
                    self.associations.append(self._need(thing["uuid"], ids[need["competency"]], need, part))

    def _alignment(self, origin: str, alignment: Thing) -> Thing:
        uri = alignment_address(alignment, self.publication.address)
        association = self._association(name_based(origin, alignment["relation"], uri))
        home = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in alignment["framework"])
        return association | {
            "associationType": alignment["relation"],
            "originNodeURI": self.links[origin] | {"targetType": "CASE"},
            "destinationNodeURI": {
                "title": alignment["name"],
                "identifier": alignment.get("code") or uri.rstrip("/").rsplit("/", 1)[-1],
                "uri": uri,
                "targetType": f"ext:{home[:MAX_SHOWN]}",
            },
        }

    def _need(self, role: str, competency: str, need: Thing, part: str) -> Thing:
        return self._association(name_based(role, "needs", competency)) | {
            "associationType": "isRelatedTo",
            "originNodeURI": self.links[role] | {"targetType": "CASE"},
            "destinationNodeURI": self.links[competency] | {"targetType": "CASE"},
            "extensions": {"attesta:need": {"min_level": need["min_level"], "part": part}},
        }

    def _is_past(self, association: Thing) -> bool:
        """Whether this was an alignment that its competency or role no longer has."""
        relation, uuid, uri = key = _key(association)
        inside = association["destinationNodeURI"]["identifier"].lower() in self.links
        if inside or relation not in RELATIONS or not uri.startswith(("http://", "https://")):
            return False
        return uuid in self.aligned and key not in self.aligned[uuid]

    def _type_link(self, kind: str) -> Thing:
        identifier = name_based(self.about["uuid"], "CFItemType", kind)
        return {"title": kind, "identifier": identifier, "uri": self._uri("CFItemTypes", identifier)}

    def _definitions(self, given: Thing) -> Thing:
        described = [
            {
                **self._type_link(kind),
                "description": kind,
                "hierarchyCode": str(number),
                "lastChangeDateTime": self.publication.moment,
            }
            for number, kind in enumerate(_TYPES, start=1)
            if kind in self.used_types
        ]
        types = [*given.get("CFItemTypes", []), *described]
        return given | ({"CFItemTypes": types} if types else {})

    def _rubrics(self, given: list[Thing]) -> Iterator[Thing]:
        """Yield the rubrics that came from CASE, with what the competencies mean at the levels now."""
        meant = {each["uuid"]: each for each in self.document["competencies"]}
        levels = sorted(self.document["levels"], key=lambda level: int(level["order"]))
        for each in given:
            copied = each | {"CFRubricCriteria": [dict(one) for one in each.get("CFRubricCriteria", [])]}
            for criterion in criteria([copied]):
                competency = meant.get(criterion["CFItemURI"]["identifier"])
                ranked = rising(criterion)
                if competency is None or len(ranked) != len(levels) or not competency["level_descriptors"]:
                    continue
                now = {
                    level["identifier"]: self._text(texts, self.language)
                    for level, ours in zip(ranked, levels, strict=True)
                    if (texts := competency["level_descriptors"].get(ours["id"]))
                }
                criterion["CFRubricCriterionLevels"] = [
                    one | ({"description": now[one["identifier"]]} if one["identifier"] in now else {})
                    for one in criterion["CFRubricCriterionLevels"]
                ]
            yield copied if "CFRubricCriteria" in each else each

    def _new_rubrics(self, given: list[Thing]) -> Iterator[Thing]:
        covered = {criterion["CFItemURI"]["identifier"] for criterion in criteria(given)}
        levels = sorted(self.document["levels"], key=lambda level: int(level["order"]))
        for each in self.document["competencies"]:
            if each["uuid"] in covered or not each["level_descriptors"]:
                continue
            texts = {level: self._text(text, self.language) for level, text in each["level_descriptors"].items()}
            name = self._text(each["name"], self.language)
            about = self.links[each["uuid"]] | {"name": name, "title": f"{each['id']} {name}: levels"}
            about["statement"] = self._text(each["statement"], self.language)
            yield rubric(about, levels, texts, self.publication.address, self.publication.moment)


def _from_case(thing: Thing) -> Thing:
    """Return the source of a thing that came from CASE, and nothing for others: only CASE's have an address."""
    source: Thing = thing.get("source", {})
    return source if "uri" in source else {}


def alignment_address(alignment: Thing, address: str) -> str:
    """Return what an alignment leads to: its own address, or the page of this service for a code that has none."""
    if "uri" in alignment:
        return str(alignment["uri"])
    parts = (alignment["framework"], alignment.get("version", "-"), alignment.get("code") or alignment["name"])
    home = address.removesuffix("/ims/case/v1p1")
    return f"{home}/codes/{'/'.join(quote(part, safe='') for part in parts)}"


def _key(association: Thing) -> tuple[str, str, str]:
    origin = association["originNodeURI"]["identifier"].lower()
    return association["associationType"], origin, association["destinationNodeURI"]["uri"]


def _link(title: str, item: Thing) -> Thing:
    return {"title": title, "identifier": item["identifier"], "uri": item["uri"]}
