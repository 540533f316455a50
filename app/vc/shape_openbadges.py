"""The structural rules of Open Badges 3.0: its classes (openbadge_classes.py), and what no table of classes can say.

https://www.imsglobal.org/spec/ob/v3p0/ (data model; each rule names its class)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from app.vc import pinned_contexts
from app.vc.json_pointer import child
from app.vc.openbadge_classes import CLASSES, ENDORSEMENT_TYPE
from app.vc.outcome import Finding, Outcome
from app.vc.shape_kinds import found, items, missing, objects, texts, told
from app.vc.shape_vcdm import is_v1

BADGE_TYPES = ("OpenBadgeCredential", "AchievementCredential")  # two names of one class

_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.[0-9]\.[0-9])*\.json")
_HASH = re.compile(r"(md5|sha256)\$[0-9a-fA-F]+")  # IdentityHash: its two algorithms

Place = tuple[dict[str, Any], str]
Held = TypeVar("Held")


def is_badge(document: dict[str, Any]) -> bool:
    """Tell whether the document calls itself an OpenBadgeCredential, by either name."""
    return any(name in BADGE_TYPES for name in texts(document.get("type")))


def is_endorsement(document: dict[str, Any]) -> bool:
    """Tell whether the document calls itself an EndorsementCredential."""
    return ENDORSEMENT_TYPE in texts(document.get("type"))


def check(document: dict[str, Any]) -> Iterator[Finding]:
    """Check a badge or an endorsement.

    Before Open Badges 3.0 was finished, badges took these names from vocabularies of their own (those of the JFF
    Plugfests, say). Where such a one is not known, nobody can tell which rules they ought to keep.
    """
    if _is_of_another_vocabulary(document):
        message = "It calls itself a badge in a vocabulary that is not known, and not in that of Open Badges 3.0."
        yield replace(found("wrong_context", message, "/@context"), outcome=Outcome.UNKNOWN)
        return
    for rule in RULES:
        yield from rule(document)


def _is_of_another_vocabulary(document: dict[str, Any]) -> bool:
    named = texts(document.get("@context"))
    known = pinned_contexts.verifying().documents
    return not any(map(_CONTEXT.fullmatch, named)) and any(name not in known for name in named)


def context(document: dict[str, Any]) -> Iterator[Finding]:
    """AchievementCredential: the second context is that of Open Badges 3.0, in one of its versions."""
    value = document.get("@context")
    second = value[1] if isinstance(value, list) and len(value) > 1 else None
    if not isinstance(second, str) or not _CONTEXT.fullmatch(second):
        message = "The second context must be one of Open Badges 3.0, such as "
        yield found(
            "wrong_context", f"{message}https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json.", "/@context/1"
        )


def classes(document: dict[str, Any]) -> Iterator[Finding]:
    """Every object has the members of its class; `validFrom`, optional in VCDM, has to be there."""
    if not is_v1(document):
        yield from missing(document, ("validFrom",), "")
    if is_badge(document):
        yield from CLASSES["OpenBadgeCredential"](document, "")
    if is_endorsement(document):
        yield from CLASSES[ENDORSEMENT_TYPE](document, "")


def one_subject(document: dict[str, Any]) -> Iterator[Finding]:
    """AchievementCredential: a badge is about one subject."""
    value = document.get("credentialSubject")
    if isinstance(value, list) and len(value) > 1:
        yield found("malformed_value", "A badge has one credentialSubject, not several.", "/credentialSubject")


def subject_identity(document: dict[str, Any]) -> Iterator[Finding]:
    """AchievementSubject: it has an `id` or an `identifier`, or nobody knows whose badge it is.

    We issue none such. A badge of others is as genuine without, and some well-known issuers make them: it is told.
    """
    message = "The credentialSubject has neither an id nor an identifier, so nothing says whose badge it is."
    for subject, pointer in _subjects(document):
        if subject and is_badge(document) and "id" not in subject and not subject.get("identifier"):
            yield from told((found("no_subject_identity", message, pointer),))


def identity_hash(document: dict[str, Any]) -> Iterator[Finding]:
    """IdentityHash: the hash of a hashed identity is written algorithm$hex, with md5 or sha256."""
    for subject, pointer in _subjects(document):
        for identity, place in _objects_at(subject, "identifier", pointer):
            value = identity.get("identityHash")
            if identity.get("hashed") is True and isinstance(value, str) and not _HASH.fullmatch(value):
                message = "identityHash must be the algorithm, a dollar sign and the hash in hex, as in sha256$0a1b."
                yield found("malformed_value", message, child(place, "identityHash"))


def criteria(document: dict[str, Any]) -> Iterator[Finding]:
    """Criteria: an `id` or a `narrative`; with neither they say nothing (1EdTech's validator refuses it too)."""
    for achievement, pointer in _achievements(document):
        value = achievement.get("criteria")
        if isinstance(value, dict) and "id" not in value and "narrative" not in value:
            yield found("no_criteria", "The criteria have neither an id nor a narrative.", child(pointer, "criteria"))


def required_levels(document: dict[str, Any]) -> Iterator[Finding]:
    """ResultDescription: the required level is one of the result description's own rubric levels."""
    for achievement, pointer in _achievements(document):
        for description, place in _objects_at(achievement, "resultDescription", pointer):
            level = description.get("requiredLevel")
            if isinstance(level, str) and level not in _level_ids(description):
                message = "requiredLevel is not the id of one of the levels of this result description."
                yield found("dangling_result", message, child(place, "requiredLevel"))


def results(document: dict[str, Any]) -> Iterator[Finding]:
    """Result: results point at a description of this achievement and at one of its levels."""
    for subject, pointer in _subjects(document):
        achievement = subject.get("achievement")
        if not isinstance(achievement, dict):
            continue  # that is told already
        descriptions = {str(one.get("id")): one for one in objects(achievement.get("resultDescription"))}
        levels = {name: _level_ids(one) for name, one in descriptions.items()}  # once, for results may be many
        all_levels = frozenset().union(*levels.values())
        for result, place in _objects_at(subject, "result", pointer):
            own_levels = _named(result.get("resultDescription"), levels)
            yield from _result(result, place, descriptions, all_levels if own_levels is None else own_levels)


def _result(
    result: dict[str, Any], pointer: str, descriptions: dict[str, dict[str, Any]], levels: frozenset[str]
) -> Iterator[Finding]:
    about, level = result.get("resultDescription"), result.get("achievedLevel")
    description = _named(about, descriptions)
    if isinstance(about, str) and description is None:
        message = "resultDescription is not the id of a result description of this achievement."
        yield found("dangling_result", message, child(pointer, "resultDescription"))
        return
    if isinstance(level, str) and level not in levels:
        message = "achievedLevel is not the id of one of the levels that this achievement describes."
        yield found("dangling_result", message, child(pointer, "achievedLevel"))
    if description and description.get("resultType") == "Status" and "status" not in result:
        yield found("missing_member", "A result of the type Status has no status, which it must have.", pointer)


def _named(name: Any, known: Mapping[str, Held]) -> Held | None:
    return known.get(name) if isinstance(name, str) else None


def _level_ids(description: dict[str, Any]) -> frozenset[str]:
    levels = description.get("rubricCriterionLevel")
    ids = [level.get("id") for level in (levels if isinstance(levels, list) else (levels,)) if isinstance(level, dict)]
    return frozenset([name for name in ids if isinstance(name, str)])


def _subjects(document: dict[str, Any]) -> Iterator[Place]:
    return _objects_at(document, "credentialSubject", "")


def _achievements(document: dict[str, Any]) -> Iterator[Place]:
    for subject, pointer in _subjects(document):
        yield from _objects_at(subject, "achievement", pointer)


def _objects_at(holder: dict[str, Any], name: str, pointer: str) -> Iterator[Place]:
    for item, place in items(holder.get(name), child(pointer, name)):
        if isinstance(item, dict):
            yield item, place


RULES = (
    context,
    classes,
    one_subject,
    subject_identity,
    identity_hash,
    criteria,
    required_levels,
    results,
)
