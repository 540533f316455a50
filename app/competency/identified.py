"""Identifiers for those who write a framework by hand: a UUID for each thing that was given none.

CASE and Open Badges name things by UUID; whoever writes a framework names them by code. What stands in the newest
version of the framework keeps its UUID from there. Anything else gets the one that the CSV reader would make from the
same codes, so that the same file means the same things always and everywhere.
"""

from typing import Any

from app.competency.framework import Framework, validate
from app.competency.identifiers import name_based

_KINDS = {
    "areas": "area",
    "competencies": "competency",
    "roles": "role",
    "courses": "course",
    "micro_credentials": "micro_credential",
    "certifications": "certification",
}


def written(document: Any) -> Framework:
    """Return the framework of a document that somebody wrote, which stands alone. Raises BadInput."""
    whole = identified(document)
    validate(whole)
    return Framework.of(whole)


def lacks_identifiers(document: Any) -> bool:
    """Return whether a thing that needs a UUID has none; of what is no framework it is False."""
    return any("uuid" not in thing for thing in (_head(document), *_things(document)))


def identified(document: Any, known: dict[str, Any] | None = None) -> Any:
    """Return the document with a UUID for each thing that lacks one; what is no framework comes back as it is.

    `document`: plain values, not validated yet. `known`: the newest version of the same framework, validated.
    """
    if not lacks_identifiers(document):
        return document
    head = _head(document)
    own = str(head.get("uuid") or (known or {}).get("framework", {}).get("uuid") or name_based("framework", head["id"]))
    had = {(name, each["id"]): each["uuid"] for name in _KINDS for each in (known or {}).get(name, ())}

    def whole(name: str, thing: Any) -> Any:
        if not _is_named(thing) or "uuid" in thing:
            return thing
        uuid = had.get((name, thing["id"])) or name_based(own, _KINDS[name], thing["id"])
        return {"id": thing["id"], "uuid": uuid, **thing}

    lists = {name: [whole(name, each) for each in document[name]] for name in _listed(document)}
    return document | {"framework": {"id": head["id"], "uuid": own, **head}} | lists


def _head(document: Any) -> dict[str, Any]:
    """Return what a document says of itself, if that has an id; else something that lacks nothing."""
    head: Any = document.get("framework") if isinstance(document, dict) else None
    return head if _is_named(head) else {"uuid": ""}


def _listed(document: Any) -> list[str]:
    return [name for name in _KINDS if isinstance(document.get(name), list)]


def _things(document: Any) -> list[dict[str, Any]]:
    """Return the named things of a document that has a head."""
    if not isinstance(document, dict) or not _is_named(document.get("framework")):
        return []
    return [each for name in _listed(document) for each in document[name] if _is_named(each)]


def _is_named(thing: Any) -> bool:
    return isinstance(thing, dict) and isinstance(thing.get("id"), str)
