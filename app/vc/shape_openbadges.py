"""The structural rules of Open Badges 3.0: its classes (openbadge_classes.py), and what no table of classes can say.

https://www.imsglobal.org/spec/ob/v3p0/ (data model; each rule names its class)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.vc import pinned_contexts
from app.vc.json_pointer import child
from app.vc.openbadge_classes import CLASSES, ENDORSEMENT_TYPE
from app.vc.outcome import Finding, Outcome
from app.vc.remembered import Remembered
from app.vc.shape_kinds import found, has_text, missing, objects, texts, told
from app.vc.shape_vcdm import is_v1

BADGE_TYPES = ("OpenBadgeCredential", "AchievementCredential")  # two names of one class
_BADGES = frozenset(BADGE_TYPES)

CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.[0-9]\.[0-9])*\.json")
_HASH = re.compile(r"(md5|sha256)\$[0-9a-fA-F]+")  # IdentityHash: its two algorithms

Place = tuple[dict[str, Any], str]


def is_badge(document: dict[str, Any]) -> bool:
    """Tell whether the document calls itself an OpenBadgeCredential, by either name."""
    return not _BADGES.isdisjoint(texts(document.get("type")))


def is_endorsement(document: dict[str, Any]) -> bool:
    """Tell whether the document calls itself an EndorsementCredential."""
    return has_text(document.get("type"), ENDORSEMENT_TYPE)


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
    return not any(map(CONTEXT.fullmatch, named)) and any(name not in known for name in named)


def context(document: dict[str, Any]) -> Iterator[Finding]:
    """AchievementCredential: the second context is that of Open Badges 3.0, in one of its versions."""
    value = document.get("@context")
    second = value[1] if isinstance(value, list) and len(value) > 1 else None
    if not isinstance(second, str) or not CONTEXT.fullmatch(second):
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


def subjects(document: dict[str, Any]) -> Iterator[Finding]:
    """Go through the rules of AchievementSubject and of what it holds."""
    for subject, pointer in _objects_at(document, "credentialSubject", ""):
        if "id" not in subject and not subject.get("identifier") and subject and is_badge(document):
            yield from _nobody(pointer)
        if "identifier" in subject:
            yield from identity_hashes(subject, pointer)
        for achievement, place in _objects_at(subject, "achievement", pointer):
            described = DESCRIBED(achievement)
            if not described.is_sound:
                yield from _unsound(achievement, place)
            if achievement is subject["achievement"]:
                for result, its_place in _objects_at(subject, "result", pointer):
                    yield from result_findings(result, its_place, described)


def _nobody(pointer: str) -> Iterator[Finding]:
    """AchievementSubject: it has an `id` or an `identifier`, or nobody knows whose badge it is.

    We issue none such. A badge of others is as genuine without, and some well-known issuers make them: it is told.
    """
    message = "The credentialSubject has neither an id nor an identifier, so nothing says whose badge it is."
    return told((found("no_subject_identity", message, pointer),))


def identity_hashes(subject: dict[str, Any], pointer: str) -> Iterator[Finding]:
    """IdentityHash: the hash of a hashed identity is written algorithm$hex, with md5 or sha256."""
    for identity, place in _objects_at(subject, "identifier", pointer):
        value = identity.get("identityHash")
        if identity.get("hashed") is True and isinstance(value, str) and not _HASH.fullmatch(value):
            message = "identityHash must be the algorithm, a dollar sign and the hash in hex, as in sha256$0a1b."
            yield found("malformed_value", message, child(place, "identityHash"))


def _unsound(achievement: dict[str, Any], pointer: str) -> Iterator[Finding]:
    """Criteria: an `id` or a `narrative`; with neither they say nothing (1EdTech's validator refuses it too).

    ResultDescription: the required level is one of the result description's own rubric levels.
    """
    value = achievement.get("criteria")
    if isinstance(value, dict) and "id" not in value and "narrative" not in value:
        yield found("no_criteria", "The criteria have neither an id nor a narrative.", child(pointer, "criteria"))
    for description, place in _objects_at(achievement, "resultDescription", pointer):
        level = description.get("requiredLevel")
        if isinstance(level, str) and level not in _level_ids(description):
            message = "requiredLevel is not the id of one of the levels of this result description."
            yield found("dangling_result", message, child(place, "requiredLevel"))


@dataclass(frozen=True, slots=True)
class Described:
    """What the results of an achievement may point at.

    `levels`: ids of the levels, by the ids of the result descriptions; `all_levels`: of all; `statuses`: ids of result
    descriptions whose results have a status. `is_sound`: whether nothing is wrong with the achievement itself.
    """

    is_sound: bool
    levels: Mapping[str, frozenset[str]]
    all_levels: frozenset[str]
    statuses: frozenset[str]


def _described(achievement: dict[str, Any]) -> Described:
    by_id = {str(one.get("id")): one for one in objects(achievement.get("resultDescription"))}
    levels = {name: _level_ids(one) for name, one in by_id.items()}
    statuses = frozenset(name for name, one in by_id.items() if one.get("resultType") == "Status")
    is_sound = CLASSES["Achievement"].fits(achievement) and not any(_unsound(achievement, ""))
    return Described(is_sound, levels, frozenset().union(*levels.values()), statuses)


DESCRIBED = Remembered(_described)


def result_findings(result: dict[str, Any], pointer: str, described: Described) -> Iterator[Finding]:
    """Result: it points at a description of this achievement and at one of its levels."""
    about, level = result.get("resultDescription"), result.get("achievedLevel")
    levels = described.levels.get(about) if isinstance(about, str) else described.all_levels
    if levels is None:
        message = "resultDescription is not the id of a result description of this achievement."
        yield found("dangling_result", message, child(pointer, "resultDescription"))
        return
    if isinstance(level, str) and level not in levels:
        message = "achievedLevel is not the id of one of the levels that this achievement describes."
        yield found("dangling_result", message, child(pointer, "achievedLevel"))
    if isinstance(about, str) and about in described.statuses and "status" not in result:
        yield found("missing_member", "A result of the type Status has no status, which it must have.", pointer)


def _level_ids(description: dict[str, Any]) -> frozenset[str]:
    levels = description.get("rubricCriterionLevel")
    ids = [level.get("id") for level in (levels if isinstance(levels, list) else (levels,)) if isinstance(level, dict)]
    return frozenset([name for name in ids if isinstance(name, str)])


def _objects_at(holder: dict[str, Any], name: str, pointer: str) -> Iterator[Place]:
    """Go through the objects of a member, one or an array, with the pointer to each. `name`: without ~ and /."""
    value = holder.get(name)
    if isinstance(value, dict):
        yield value, f"{pointer}/{name}"
    elif isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, dict):
                yield item, f"{pointer}/{name}/{position}"


RULES = (
    context,
    classes,
    one_subject,
    subjects,
)
