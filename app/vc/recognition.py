"""Who recognises whom, for what and from when to when: a registry of issuers as one verifiable credential.

W3C Recognized Entities v1.0, working draft of 2 August 2026 (https://www.w3.org/TR/vc-recognized-entities-1.0/): a
RecognizedEntityCredential has RecognizedEntity subjects, each `recognizedTo` perform a RecognizedAction, here `issue`,
between `validFrom` and `validUntil`. The draft leaves to others for which competencies that is; the term
`recognizedFor` is ours, with the words of Open Badges' Alignment for a framework and its codes.

The context stands inline, as that of the European elements does and for the same reason (docs/decisions/0003): no
verifier has a context of a draft, and none should fetch one. Its IRIs are the draft's, and Open Badges'.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.vc import timestamps
from app.vc.shape_kinds import objects, texts

TYPE = "RecognizedEntityCredential"
ACTION = "issue"
MAX_ENTRIES = 1_000  # ours: a consortium has dozens; each costs some objects to canonicalize
_W3C = "https://www.w3.org/ns/credentials/recognized-entities#"
_CREDENTIALS = "https://www.w3.org/2018/credentials#"
_OPEN_BADGES = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_OWN = "urn:uuid:8f0a1d3e-6b7c-4f2a-9a55-2f6f1c0f9d64#"  # made once, at random
_XSD = "http://www.w3.org/2001/XMLSchema#"
_MOMENT = _XSD + "dateTime"
_ENDS = ("validFrom", "validUntil")

# Changing a character changes what registries say that are out there: add a second constant instead.
RECOGNITION_CONTEXT: dict[str, Any] = {
    "@protected": True,
    "RecognizedEntityCredential": _W3C + "RecognizedEntityCredential",
    "RecognizedIssuer": _W3C + "RecognizedIssuer",
    "RecognizedEntity": {
        "@id": _W3C + "RecognizedEntity",
        "@context": {
            "@protected": True,
            "recognizedTo": {"@id": _W3C + "recognizedTo", "@type": "@id"},
            "url": {"@id": _W3C + "url", "@type": "@id"},
        },
    },
    "RecognizedAction": {
        "@id": _W3C + "RecognizedAction",
        "@context": {
            "@protected": True,
            "action": _W3C + "action",
            "recognizedBy": {"@id": _W3C + "recognizedBy", "@type": "@id"},
            "validFrom": {"@id": _CREDENTIALS + "validFrom", "@type": _MOMENT},
            "validUntil": {"@id": _CREDENTIALS + "validUntil", "@type": _MOMENT},
            "recognizedFor": {"@id": _OWN + "recognizedFor", "@type": "@id"},
        },
    },
    "RecognizedScope": {
        "@id": _OWN + "RecognizedScope",
        "@context": {
            "@protected": True,
            "targetFramework": {"@id": _OPEN_BADGES + "targetFramework", "@type": _XSD + "string"},
            "targetCode": {"@id": _OPEN_BADGES + "targetCode", "@type": _XSD + "string"},
        },
    },
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Some competencies. `framework`: its name or URL; `competencies`: codes or URLs, () for the whole framework."""

    framework: str
    competencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One issuer that is recognised. `issuer`: its id. Moments are aware; None: without beginning or end.

    `scope`: for which competencies; () for whatever it issues.
    """

    issuer: str
    name: str | None = None
    url: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    scope: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who recognises. `id`: the DID that signs."""

    id: str
    name: str


def registry_credential(
    registry_id: str, publisher: Publisher, entries: Iterable[Entry], valid_from: datetime, valid_until: datetime
) -> dict[str, Any]:
    """Return the unsigned registry. An issuer with several entries is one subject with several actions."""
    by_issuer: dict[str, list[Entry]] = {}
    for entry in entries:
        by_issuer.setdefault(entry.issuer, []).append(entry)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", copy.deepcopy(RECOGNITION_CONTEXT)],
        "id": registry_id,
        "type": ["VerifiableCredential", TYPE],
        "name": f"Issuers recognised by {publisher.name}",
        "issuer": {"id": publisher.id, "type": "RecognizedIssuer", "name": publisher.name},
        "validFrom": timestamps.write(valid_from),
        "validUntil": timestamps.write(valid_until),
        "credentialSubject": [_subject(listed, publisher) for listed in by_issuer.values()],
    }


def _subject(entries: list[Entry], publisher: Publisher) -> dict[str, Any]:
    name = next((entry.name for entry in entries if entry.name), None)
    url = next((entry.url for entry in entries if entry.url), None)
    subject = {"id": entries[0].issuer, "type": "RecognizedEntity", "name": name, "url": url}
    told = {member: value for member, value in subject.items() if value is not None}
    return told | {"recognizedTo": [_action(entry, publisher) for entry in entries]}


def _action(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    action: dict[str, Any] = {"type": "RecognizedAction", "action": ACTION, "recognizedBy": publisher.id}
    for member, moment in (("validFrom", entry.valid_from), ("validUntil", entry.valid_until)):
        if moment is not None:
            action[member] = timestamps.write(moment)
    if entry.scope:
        action["recognizedFor"] = [_scope(one) for one in entry.scope]
    return action


def _scope(scope: Scope) -> dict[str, Any]:
    codes = {"targetCode": list(scope.competencies)} if scope.competencies else {}
    return {"type": "RecognizedScope", "targetFramework": scope.framework} | codes


def is_registry(document: dict[str, Any]) -> bool:
    """Whether a credential is a registry of recognised issuers."""
    return TYPE in texts(document.get("type", []))


def read_entries(document: dict[str, Any]) -> tuple[Entry, ...]:
    """Return whom a registry recognises to issue, at most MAX_ENTRIES; the caller has verified it.

    An action or a scope that cannot be understood recognises nothing: what is left out of a limit must not widen it.
    """
    found = (
        entry
        for subject in objects(document.get("credentialSubject", []))
        for action in objects(subject.get("recognizedTo", []))
        if (entry := _entry(subject, action)) is not None
    )
    return tuple(entry for entry, _ in zip(found, range(MAX_ENTRIES), strict=False))


def _entry(subject: dict[str, Any], action: dict[str, Any]) -> Entry | None:
    issuer, name, url = subject.get("id"), subject.get("name"), subject.get("url")
    moments = [timestamps.read(action[end]) if end in action else None for end in _ENDS]
    is_read = all((end in action) == (moment is not None) for end, moment in zip(_ENDS, moments, strict=True))
    scope = _scopes(action)
    if not isinstance(issuer, str) or action.get("action") != ACTION or not is_read or scope is None:
        return None
    told = [value if isinstance(value, str) else None for value in (name, url)]
    return Entry(issuer, told[0], told[1], moments[0], moments[1], scope)


def _scopes(action: dict[str, Any]) -> tuple[Scope, ...] | None:
    if "outputValidation" in action:  # a schema that limits what is recognised; schemas are never fetched
        return None
    if "recognizedFor" not in action:
        return ()
    given = list(objects(action["recognizedFor"]))
    scopes = tuple(
        Scope(one["targetFramework"], tuple(texts(one.get("targetCode", []))))
        for one in given
        if isinstance(one.get("targetFramework"), str) and ("targetCode" not in one or texts(one["targetCode"]))
    )
    return scopes if scopes and len(scopes) == len(given) else None
