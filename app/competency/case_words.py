"""The objects of a CASE 1.1 package: which members they have, and how those that are not right are put right.

https://www.imsglobal.org/spec/case/v1p1 (information model, section 3 "CFPackage and its parts"). Packages of the
world break it in many small ways, so each value is read as what it plainly means and the difference is noted:

    null                                   absent
    a number where text stands, and so on  the other type
    a time without zone                    UTC
    a member that CASE does not have here  kept in `extensions`, where CASE has room for it
    a link to the package itself           left out: a package holds these parts already
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.competency.identifiers import UUID
from app.competency.notices import Notices
from app.competency.schema import child

EPOCH = "1970-01-01T00:00:00Z"  # when nobody said when a thing changed
EXTENSION = re.compile(r"ext:[A-Za-z0-9._-]+")
ASSOCIATION_TYPES = (
    "isChildOf", "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy", "exemplar",
    "hasSkillLevel", "isTranslationOf",
)  # fmt: skip
_LEFT_OUT = ("CFDocumentURI", "CFPackageURI", "CFItemAssociationURI")

_THING = {"identifier": "uuid", "uri": "text", "lastChangeDateTime": "moment", "extensions": "extensions"}
_TITLED = _THING | {"title": "text", "description": "text"}
MEMBERS: dict[str, dict[str, str]] = {
    "CFDocument": _TITLED | {
        "frameworkType": "text", "caseVersion": "version", "creator": "text", "officialSourceURL": "text",
        "publisher": "text", "subject": "texts", "subjectURI": "links", "language": "text", "version": "text",
        "adoptionStatus": "text", "statusStartDate": "day", "statusEndDate": "day", "licenseURI": "link",
        "notes": "text",
    },
    "CFItem": _THING | {
        "fullStatement": "text", "alternativeLabel": "text", "CFItemType": "text", "humanCodingScheme": "text",
        "listEnumeration": "text", "abbreviatedStatement": "text", "conceptKeywords": "texts",
        "conceptKeywordsURI": "link", "notes": "text", "subject": "texts", "subjectURI": "links", "language": "text",
        "educationLevel": "texts", "CFItemTypeURI": "link", "licenseURI": "link", "statusStartDate": "day",
        "statusEndDate": "day",
    },
    "CFAssociation": _THING | {
        "associationType": "association", "sequenceNumber": "whole", "originNodeURI": "node",
        "destinationNodeURI": "node", "CFAssociationGroupingURI": "link", "notes": "text",
    },
    "CFRubric": _TITLED | {"CFRubricCriteria": "objects"},
    "CFRubricCriterion": _THING | {
        "category": "text", "description": "text", "CFItemURI": "link", "weight": "number", "position": "whole",
        "rubricId": "uuid", "CFRubricCriterionLevels": "objects",
    },
    "CFRubricCriterionLevel": _THING | {
        "description": "text", "quality": "text", "score": "number", "feedback": "text", "position": "whole",
        "rubricCriterionId": "uuid", "extensions": "objects",
    },
    "CFConcept": _TITLED | {"keywords": "text", "hierarchyCode": "text"},
    "CFSubject": _TITLED | {"hierarchyCode": "text"},
    "CFLicense": _TITLED | {"licenseText": "text"},
    "CFItemType": _TITLED | {"hierarchyCode": "text", "typeCode": "text"},
    "CFAssociationGrouping": _TITLED,
}  # fmt: skip
REQUIRED = {
    "CFDocument": ("identifier", "uri", "creator", "title", "lastChangeDateTime"),
    "CFItem": ("identifier", "fullStatement", "uri", "lastChangeDateTime"),
    "CFAssociation": (
        "identifier", "associationType", "uri", "originNodeURI", "destinationNodeURI", "lastChangeDateTime",
    ),
    "CFConcept": ("identifier", "uri", "title", "hierarchyCode", "lastChangeDateTime"),
    "CFSubject": ("identifier", "uri", "title", "hierarchyCode", "lastChangeDateTime"),
    "CFLicense": ("identifier", "uri", "title", "licenseText", "lastChangeDateTime"),
    "CFItemType": ("identifier", "uri", "title", "description", "hierarchyCode", "lastChangeDateTime"),
    "CFAssociationGrouping": ("identifier", "uri", "title", "lastChangeDateTime"),
}  # fmt: skip


def put_right(kind: str, given: dict[str, Any], pointer: str, notices: Notices) -> dict[str, Any]:
    """Return the object with members as CASE 1.1 has them; what cannot be put right is kept in `extensions`."""
    known = MEMBERS[kind]
    right: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            notices.add("NULL_MEMBER", child(pointer, name), f"{kind}.{name} is null; read as absent.")
        elif name in known:
            read = READERS[known[name]](value)
            if read is None:
                notices.add("WRONG_VALUE", child(pointer, name), f"{kind}.{name} is not right; kept as extension.")
                kept[name] = value
                continue
            if read != value or type(read) is not type(value):
                notices.add("OTHER_FORM", child(pointer, name), f"{kind}.{name} has another form; read as meant.")
            right[name] = read
        elif name in _LEFT_OUT:
            notices.add("NOT_IN_A_PACKAGE", child(pointer, name), f"{kind}.{name} does not belong into a package.")
        else:
            notices.add("UNKNOWN_MEMBER", child(pointer, name), f"{kind}.{name} is not of CASE; kept as extension.")
            kept[name] = value
    if kept:
        right["extensions"] = _extended(kind, right.get("extensions"), kept)
    return right


def completed(kind: str, right: dict[str, Any], moment: str, pointer: str, notices: Notices) -> dict[str, Any]:
    """Return the object with the members that CASE requires and nobody gave."""
    fillers = {"lastChangeDateTime": moment, "uri": f"urn:uuid:{right.get('identifier', '')}"}
    for name in REQUIRED.get(kind, _THING):
        if name not in right and name != "extensions":
            notices.add("MISSING_MEMBER", pointer, f"{kind} lacks {name}; filled in.")
            right[name] = fillers.get(name) or right.get("title", "")
    return right


def _extended(kind: str, extensions: Any, kept: dict[str, Any]) -> Any:
    if MEMBERS[kind]["extensions"] == "objects":  # the levels of a rubric criterion have a list of them
        return [*(extensions or []), kept]
    return (extensions or {}) | kept


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _texts(value: Any) -> list[str] | None:
    values = value if isinstance(value, list) else [value]
    texts = [text for each in values if each is not None and (text := _text(each)) is not None]
    return texts if len(texts) == sum(each is not None for each in values) else None


def _uuid(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and UUID.fullmatch(value.lower()) else None


def _moment(value: Any) -> str | None:
    """A time as RFC 3339 has it, with a zone."""
    if not isinstance(value, str) or len(value) > 40:  # noqa: PLR2004 - RFC 3339 with nanoseconds has 35
        return None
    for candidate in (value, f"{value}Z", f"{value}T00:00:00Z"):
        try:
            parsed = datetime.fromisoformat(candidate)
        except ValueError:
            continue
        if parsed.tzinfo is not None and candidate[10:11] == "T" and re.search(r"(Z|[+-]\d\d:\d\d)$", candidate):
            return candidate
    return None


def _day(value: Any) -> str | None:
    try:
        return datetime.fromisoformat(value[:10]).date().isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def _number(value: Any) -> int | float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    plain = isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", value.strip())
    return (float(value) if "." in value else int(value)) if plain else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _link(value: Any) -> dict[str, str] | None:
    read = _node(value)
    if read is None or _uuid(read["identifier"]) is None:
        return None
    return {name: read[name].lower() if name == "identifier" else read[name] for name in ("title", "identifier", "uri")}


def _links(value: Any) -> list[dict[str, str]] | None:
    read = [_link(each) for each in (value if isinstance(value, list) else [value])]
    return [each for each in read if each] if all(read) else None


def _node(value: Any) -> dict[str, str] | None:
    """A link to anything; whoever gives a bare address means that."""
    if isinstance(value, str):
        value = {"title": value, "identifier": value.rstrip("/").rsplit("/", 1)[-1], "uri": value}
    if not isinstance(value, dict):
        return None
    parts = {name: _text(value.get(name)) for name in ("title", "identifier", "uri")}
    if parts["identifier"] is None and parts["uri"] is None:
        return None
    identifier = parts["identifier"] or str(parts["uri"]).rstrip("/").rsplit("/", 1)[-1]
    node = {"title": parts["title"] or identifier, "identifier": identifier, "uri": parts["uri"] or identifier}
    target = value.get("targetType")
    fits = isinstance(target, str) and (target == "CASE" or EXTENSION.fullmatch(target))
    return node | ({"targetType": str(target)} if fits else {})


def _association(value: Any) -> str | None:
    """One of CASE's types, however its letters are; any other word becomes an extension of it."""
    if not isinstance(value, str) or not value:
        return None
    known = {each.lower(): each for each in ASSOCIATION_TYPES}
    plain = value.strip().lower().replace(" ", "")
    if plain in known:
        return known[plain]
    return value if EXTENSION.fullmatch(value) else f"ext:{re.sub(r'[^A-Za-z0-9._-]', '_', value)[:100]}"


def _objects(value: Any) -> list[Any] | None:
    return value if isinstance(value, list) and all(isinstance(each, dict) for each in value) else None


READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "texts": _texts,
    "uuid": _uuid,
    "moment": _moment,
    "day": _day,
    "number": _number,
    "whole": _whole,
    "link": _link,
    "links": _links,
    "node": _node,
    "association": _association,
    "objects": _objects,
    "extensions": lambda value: value if isinstance(value, dict) else None,
    "version": lambda value: "1.1" if value in ("1.0", "1.1", 1.0, 1.1) else None,
}
