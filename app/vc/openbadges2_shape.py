"""The structural rules of Open Badges 2.0: an Assertion, its BadgeClass, and the Profile of its issuer.

https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html (each table names its class)

What the tables require and what says nothing about the award (a picture, an e-mail address of the issuer) is not asked
for: many issuers leave it out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.vc import openbadges2
from app.vc.json_pointer import child
from app.vc.outcome import Finding
from app.vc.problem_types import RANGE_ERROR
from app.vc.shape_kinds import (
    Kind,
    Shape,
    any_number,
    boolean,
    found,
    iri,
    missing,
    name_of,
    objects,
    one_or_more,
    text,
    texts,
    wrong_kind,
)

MAX_FINDINGS = 50  # as many as vc.shape tells


def date(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect a date of any of the versions."""
    if openbadges2.moment(value) is None:
        message = f"{name_of(pointer)} must be a date and time, such as 2026-01-31T12:00:00Z."
        yield found("malformed_date", message, pointer)


def reference(kind: Kind) -> Kind:
    """Expect an object of this kind, or the URL of one."""

    def check(value: Any, pointer: str) -> Iterator[Finding]:
        yield from (kind if isinstance(value, dict) else iri)(value, pointer)

    return check


def anything(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect an object, whatever is in it."""
    if not isinstance(value, dict):
        yield wrong_kind(value, pointer, "an object")


RECIPIENT = Shape(
    None, ("type", "identity"), {"type": one_or_more(text), "identity": text, "hashed": boolean, "salt": text}
)
ASSERTION = Shape(
    None,
    ("recipient", "badge", "issuedOn"),
    {
        "id": iri,
        "type": one_or_more(text),
        "recipient": RECIPIENT,
        "badge": reference(anything),
        "issuedOn": date,
        "expires": date,
        "evidence": any_number(reference(anything)),
        "narrative": text,
    },
)
BADGE_CLASS = Shape(
    None,
    ("name", "description", "criteria", "issuer"),
    {"id": iri, "name": text, "description": text, "criteria": reference(anything), "issuer": reference(anything)},
)
PROFILE = Shape(None, ("id", "name"), {"id": iri, "name": text})


def check_assertion(assertion: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what is wrong with an assertion itself."""
    return tuple(_assertion(told(assertion)))[:MAX_FINDINGS]


def check_badge_class(badge: Mapping[str, Any], pointer: str) -> tuple[Finding, ...]:
    """Return what is wrong with the badge class; pointers lead into the assertion, as if it stood there."""
    return tuple(BADGE_CLASS(told(badge), pointer))[:MAX_FINDINGS]


def check_profile(profile: Mapping[str, Any], pointer: str) -> tuple[Finding, ...]:
    """Return what is wrong with the issuer's profile."""
    return tuple(PROFILE(told(profile), pointer))[:MAX_FINDINGS]


def told(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that say something, also of the objects in it: in JSON-LD null says nothing."""
    return {
        name: told(value) if isinstance(value, dict) else value for name, value in document.items() if value is not None
    }


def context_and_type(assertion: dict[str, Any]) -> Iterator[Finding]:
    """Expect the context of a version, and the type Assertion; 1.0 has neither."""
    contexts = assertion.get("@context")
    is_inline = any(objects(contexts))
    if contexts is not None and not is_inline and not any(map(openbadges2.CONTEXTS.fullmatch, texts(contexts))):
        yield found("wrong_context", "The context must be https://w3id.org/openbadges/v2.", "/@context")
    if (contexts is not None or "type" in assertion) and "Assertion" not in texts(assertion.get("type")):
        yield found("missing_type", "The badge must have the type Assertion.", "/type")


def _assertion(assertion: dict[str, Any]) -> Iterator[Finding]:
    yield from context_and_type(assertion)
    yield from ASSERTION(assertion, "")
    if "id" not in assertion and "uid" not in assertion:
        yield from missing(assertion, ("id",), "")
    if "verify" not in assertion:
        yield from missing(assertion, ("verification",), "")
    for name in ("verification", "verify"):
        if name in assertion:
            yield from anything(assertion[name], child("", name))
    for recipient in objects(assertion.get("recipient")):
        identity = recipient.get("identity")
        if recipient.get("hashed") is True and isinstance(identity, str) and "$" not in identity:
            message = "A hashed identity is written as algorithm, dollar sign and hash, as in sha256$0a1b."
            yield found("malformed_value", message, child("", "recipient", "identity"))
    begins = openbadges2.moment(assertion.get("issuedOn"))
    ends = openbadges2.moment(assertion.get("expires"), is_end=True)
    if begins and ends and ends < begins:
        yield found("period_reversed", "expires is before issuedOn.", "/expires", RANGE_ERROR)
