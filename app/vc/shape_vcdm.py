"""The structural rules of the W3C Verifiable Credentials Data Model, 2.0 and (for reading) 1.1.

https://www.w3.org/TR/vc-data-model-2.0/ sections 4 and 5
https://www.w3.org/TR/2022/REC-vc-data-model-20220303/ sections 4 and 5

Whether every term is defined by a context is the business of jsonld.py.
"""

from collections.abc import Iterator
from typing import Any

from app.vc import related_resources, timestamps
from app.vc.json_pointer import child
from app.vc.outcome import Finding
from app.vc.problem_types import RANGE_ERROR
from app.vc.shape_kinds import (
    Kind,
    Shape,
    date_time_stamp,
    found,
    iri,
    is_iri,
    items,
    matching,
    missing,
    one_or_more,
    text,
    texts,
    word,
    wrong_kind,
)

CONTEXT_V2 = "https://www.w3.org/ns/credentials/v2"
CONTEXT_V1 = "https://www.w3.org/2018/credentials/v1"


def is_v1(document: dict[str, Any]) -> bool:
    """Tell whether the document is of version 1.1: its first context says so (section 4.1 of 1.1)."""
    return bool(_first_context(document) == CONTEXT_V1)


def _first_context(document: dict[str, Any]) -> Any:
    context = document.get("@context")
    return context[0] if isinstance(context, list) and context else context


def context(document: dict[str, Any]) -> Iterator[Finding]:
    """2.0 section 4.3: an ordered set whose first item is the URL of the base context; then URLs and objects."""
    value = document.get("@context")
    if not isinstance(value, list) or not value:
        yield wrong_kind(value, "/@context", "an array of contexts")
        return
    if value[0] not in (CONTEXT_V2, CONTEXT_V1):
        yield found("wrong_context", f"The first context must be {CONTEXT_V2}.", "/@context/0")
    for position, item in enumerate(value[1:], 1):
        if not is_iri(item) and not isinstance(item, dict):
            yield found("wrong_context", "A context must be a URL or an object.", f"/@context/{position}")


def identifier(document: dict[str, Any]) -> Iterator[Finding]:
    """2.0 section 4.4: at most one `id`, and that is a URL."""
    if "id" in document:
        yield from iri(document["id"], "/id")


_TYPES = one_or_more(text)


def types(document: dict[str, Any]) -> Iterator[Finding]:
    """2.0 section 4.5: `type` names VerifiableCredential, and whatever else in words."""
    if "type" not in document:
        yield from missing(document, ("type",), "")
        return
    yield from _TYPES(document["type"], "/type")
    if "VerifiableCredential" not in texts(document["type"]):
        yield found("missing_type", "The document must have the type VerifiableCredential.", "/type")


# Section 11.1: a well-formed Language-Tag of BCP 47, as far as RDF 1.1 literals have it.
_LANGUAGE_TAG = matching(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", "a language tag such as en or pt-BR")
_LANGUAGE_VALUE = Shape(
    type_name=None,
    required=("@value",),
    members={"@value": text, "@language": _LANGUAGE_TAG, "@direction": word("ltr", "rtl")},
    closed=True,
)


def language_text(value: Any, pointer: str) -> Iterator[Finding]:
    """2.0 section 11.1: a string, a language value object, or an array of such objects."""
    if not isinstance(value, str):
        yield from one_or_more(_LANGUAGE_VALUE)(value, pointer)


def names(document: dict[str, Any]) -> Iterator[Finding]:
    """2.0 section 4.6: `name` and `description` of the credential and of its issuer."""
    issuer = document.get("issuer")
    for holder, pointer in ((document, ""), (issuer, "/issuer")):
        if isinstance(holder, dict):
            for name in ("name", "description"):
                if name in holder:
                    yield from language_text(holder[name], child(pointer, name))


def issuer(document: dict[str, Any]) -> Iterator[Finding]:
    """2.0 section 4.7: `issuer` is a URL, or an object whose `id` is one."""
    if "issuer" not in document:
        yield from missing(document, ("issuer",), "")
        return
    value = document["issuer"]
    if isinstance(value, dict):
        yield from missing(value, ("id",), "/issuer")
        if "id" in value:
            yield from iri(value["id"], "/issuer/id")
    elif isinstance(value, str):
        yield from iri(value, "/issuer")
    else:
        yield wrong_kind(value, "/issuer", "a URL or an object with an id")


def subject(document: dict[str, Any]) -> Iterator[Finding]:
    """2.0 section 4.8: one or more subjects, each an object that says something; their `id` is a URL."""
    if "credentialSubject" not in document:
        yield from missing(document, ("credentialSubject",), "")
        return
    value = document["credentialSubject"]
    if value == []:
        yield found("empty_subject", "The credentialSubject says nothing.", "/credentialSubject")
    for item, pointer in items(value, "/credentialSubject"):
        if not isinstance(item, dict):
            yield wrong_kind(item, pointer, "an object")
        elif not item:
            yield found("empty_subject", "The credentialSubject says nothing.", pointer)
        elif "id" in item:
            yield from iri(item["id"], child(pointer, "id"))


def validity_period(document: dict[str, Any]) -> Iterator[Finding]:
    """2.0 section 4.9 (1.1 sections 4.6 and 4.8): dates with offset, and the end not before the beginning."""
    first, last = ("issuanceDate", "expirationDate") if is_v1(document) else ("validFrom", "validUntil")
    if is_v1(document):
        yield from missing(document, ("issuanceDate",), "")
    for name in dict.fromkeys((first, last, "validFrom", "validUntil")):
        if name in document:
            yield from date_time_stamp(document[name], f"/{name}")
    begins, ends = timestamps.read(document.get(first)), timestamps.read(document.get(last))
    if begins and ends and ends < begins:
        yield found("period_reversed", f"{last} is before {first}.", f"/{last}", RANGE_ERROR)


def _typed(*required: str) -> Shape:
    return Shape(None, ("type", *required), {"id": iri, "type": _TYPES})


# Sections 4.10 Status, 4.11 Data Schemas, 4.12 Securing, 5.4 Refreshing, 5.5 Terms of Use, 5.6 Evidence and 5.10
# Reserved Extension Points of 2.0.
TYPED_MEMBERS: dict[str, Kind] = {
    "credentialStatus": one_or_more(_typed()),
    "credentialSchema": one_or_more(_typed("id")),
    "refreshService": one_or_more(_typed()),
    "termsOfUse": one_or_more(_typed()),
    "evidence": one_or_more(_typed()),
    "proof": one_or_more(_typed()),
    "confidenceMethod": one_or_more(_typed()),
    "renderMethod": one_or_more(_typed()),
}
# Sections 4.9 Status and 5.4 Refreshing of 1.1: there the id has to be.
_TYPED_IN_V1: dict[str, Kind] = {name: one_or_more(_typed("id")) for name in ("credentialStatus", "refreshService")}


def typed_members(document: dict[str, Any]) -> Iterator[Finding]:
    """Members that hold one or more objects, each with a `type`; an `id` is a URL."""
    kinds = {**TYPED_MEMBERS, **_TYPED_IN_V1} if is_v1(document) else TYPED_MEMBERS
    for name, kind in kinds.items():
        if name in document:
            yield from kind(document[name], f"/{name}")


RULES = (
    context,
    identifier,
    types,
    names,
    issuer,
    subject,
    validity_period,
    typed_members,
    related_resources.check,
)
