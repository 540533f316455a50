"""Which competencies of a role some badges show, at which levels, and which are missing. Pure.

1. only badges that were judged valid count; of the others it is told why they do not
2. a badge that is sent more than once counts once
3. badges of different subjects are not taken for one person's: each subject is matched alone, unless the caller named
   a recipient, and then only badges that are about that recipient count
4. each competency of the role is met when a badge shows it at the level that the role asks for, or above; levels are
   those of the framework, by id or name. A level that the framework does not have tells nothing: `level_unknown`

Whether an issuer may say such things is trust: each badge carries its issuer, and what is known of it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.competency.framework import Framework
from app.errors import BadInput
from app.verifier.match_index import Index, folded

NOT_ACHIEVED = frozenset({"Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"})  # OB 3.0 statuses
MAX_SHOWN_BY = 20  # badges told for one competency
MET, LEVEL_TOO_LOW, LEVEL_UNKNOWN, MISSING = "met", "level_too_low", "level_unknown", "missing"
STATUSES = (MET, LEVEL_TOO_LOW, LEVEL_UNKNOWN, MISSING)  # best first


@dataclass(frozen=True, slots=True)
class Shown:
    """One competency of the framework that a badge shows. `rank`: of the level in the framework, 0 for not known."""

    badge: str
    competency: str
    by: str
    rank: int
    level: str | None


@dataclass(frozen=True, slots=True)
class Badge:
    """One judged credential. `name`: how the caller finds it again; `report`: as in report.py."""

    name: str
    report: Mapping[str, Any]

    @property
    def subject(self) -> str | None:
        """The id of whom it is about."""
        found: str | None = self.report["meaning"]["holder"]["id"]
        return found

    @property
    def said(self) -> str:
        """What makes it this badge and no other, whatever form it was sent in: issuer, dates, achievement, subject."""
        said = [self.report["issuer"], self.report["credential"], self.report["achievement"], self.subject]
        return json.dumps(said, sort_keys=True)

    def why_not(self, *, is_recipient_asked: bool) -> str | None:
        """Tell why it does not count; None when it does."""
        if self.report["outcome"] != "valid":
            return str(self.report["summary"])
        if is_recipient_asked:
            checks = {check["id"]: check for check in self.report["checks"]}
            found = checks.get("recipient")
            if found is None or found["outcome"] != "valid":
                return found["message"] if found else "Nothing shows that it is about this recipient."
        return None


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a framework. `mandatory`, `elective`: (competency, level) ids; of the latter `elective_at_least`."""

    framework: Framework
    id: str
    mandatory: tuple[tuple[str, str], ...]
    elective: tuple[tuple[str, str], ...]
    elective_at_least: int

    @classmethod
    def of(cls, framework: Framework, role_id: str) -> "Role":
        """Return the role. Raises BadInput when the framework has none of that id, or it asks for nothing."""
        if role_id not in framework.roles:
            known = ", ".join(list(framework.roles)[:20]) or "none"
            raise BadInput(
                f"The framework {framework.id} has no role {role_id[:200]!r}.",
                pointer="/role",
                remedy=f"Its roles: {known}.",
            )
        profile = framework.roles[role_id].get("profile", {})
        asked = [[(one["competency"], one["min_level"]) for one in profile.get(kind, [])] for kind in KINDS]
        if not any(asked):
            raise BadInput(
                f"The role {role_id} asks for no competencies.", pointer="/role", remedy="Name another role."
            )
        return cls(framework, role_id, tuple(asked[0]), tuple(asked[1]), profile.get("elective_at_least", 0))


KINDS = ("mandatory", "elective")


def match(role: Role, badges: tuple[Badge, ...], *, is_recipient_asked: bool, language: str = "en") -> dict[str, Any]:
    """Match judged badges against a role: the body of `POST /verify/match`. `language`: of the framework's texts."""
    index = Index.of(role.framework)
    why_not = reasons(badges, is_recipient_asked=is_recipient_asked)
    counting = tuple(badge for badge in badges if why_not[badge.name] is None)
    groups = [counting] if is_recipient_asked else by_subject(counting)
    shown = {badge.name: list(shown_by(badge, index, role.framework)) for badge in counting}
    persons = [person(role, group, shown, language) for group in groups if group]
    told = role.framework.roles[role.id]
    return {
        "framework": framework_json(role.framework, language),
        "role": {"id": role.id, "name": role.framework.text(told["name"], language)[0]},
        "outcome": "met" if any(one["outcome"] == "met" for one in persons) else "not_met",
        "same_person": same_person(groups, is_recipient_asked=is_recipient_asked),
        "persons": persons,
        "badges": [badge_json(one, shown, index, why_not[one.name]) for one in badges],
    }


def reasons(badges: tuple[Badge, ...], *, is_recipient_asked: bool) -> dict[str, str | None]:
    """Tell by the badge's name why it does not count, None when it does; of those sent twice the first counts."""
    told: dict[str, str | None] = {}
    first: dict[str, str] = {}
    for badge in badges:
        why_not = badge.why_not(is_recipient_asked=is_recipient_asked)
        if why_not is None and first.setdefault(badge.said, badge.name) != badge.name:
            why_not = f"It was sent before: it is the same badge as {first[badge.said]}."
        told[badge.name] = why_not
    return told


def by_subject(badges: tuple[Badge, ...]) -> list[tuple[Badge, ...]]:
    """Group badges by whom they are about, in their order; one that does not say it stands alone."""
    groups: dict[str, list[Badge]] = {}
    for position, badge in enumerate(badges):
        groups.setdefault(badge.subject or f" {position}", []).append(badge)
    return [tuple(group) for group in groups.values()]


def same_person(groups: list[tuple[Badge, ...]], *, is_recipient_asked: bool) -> str:
    """Tell whether the badges are of one person: `recipient`, `one`, `different`, `unknown`, or `none` counts."""
    counting = [group for group in groups if group]
    if not counting:
        return "none"
    if is_recipient_asked:
        return "recipient"
    if len(counting) == 1:
        return "one"
    by_key = [group[0].subject or "" for group in counting]
    return "different" if all(name.startswith("did:") for name in by_key) else "unknown"


def person(role: Role, group: tuple[Badge, ...], shown: Mapping[str, list[Shown]], language: str) -> dict[str, Any]:
    """Match the badges of one person."""
    found = [one for badge in group for one in shown[badge.name]]
    mandatory = [line(role.framework, asked, found, language) for asked in role.mandatory]
    elective = [line(role.framework, asked, found, language) for asked in role.elective]
    met = sum(one["status"] == MET for one in elective)
    missing = [one["competency"] for one in mandatory if one["status"] != MET]
    is_met = not missing and met >= role.elective_at_least
    return {
        "subject": group[0].subject,
        "badges": [badge.name for badge in group],
        "outcome": "met" if is_met else "not_met",
        "mandatory": mandatory,
        "missing": missing,
        "electives": {"at_least": role.elective_at_least, "met": met, "competencies": elective},
    }


def line(framework: Framework, asked: tuple[str, str], found: list[Shown], language: str) -> dict[str, Any]:
    """Tell one competency of the role: what is asked for, what is shown, by which badges."""
    competency, level = asked
    needed = framework.rules.rank(level)
    showing = sorted((one for one in found if one.competency == competency), key=lambda one: -one.rank)
    statuses = {MET if one.rank >= needed else LEVEL_TOO_LOW if one.rank else LEVEL_UNKNOWN for one in showing}
    return {
        "competency": competency,
        "name": framework.text(framework.competencies[competency]["name"], language)[0],
        "min_level": level_json(framework, needed, language),
        "status": next((status for status in STATUSES if status in statuses), MISSING),
        "shown_by": [
            {
                "badge": one.badge,
                "level": level_json(framework, one.rank, language) if one.rank else None,
                "level_as_told": one.level,
                "is_enough": one.rank >= needed,
                "by": one.by,
            }
            for one in showing[:MAX_SHOWN_BY]
        ],
    }


def shown_by(badge: Badge, index: Index, framework: Framework) -> Iterator[Shown]:
    """Yield which competencies of the framework a badge shows; each result once, then what has no result."""
    meaning = badge.report["meaning"]
    told: set[str] = set()
    for one in meaning["competencies"]:
        if one["status"] in NOT_ACHIEVED:
            continue
        meant = {found.competency: found for each in one["alignments"] if (found := index.meant(each))}
        for found in meant.values():
            told.add(found.competency)
            level = one["level"] or {"name": None, "code": None}
            yield Shown(badge.name, found.competency, found.by, rank(framework, level), level["name"] or level["code"])
    for each in meaning["alignments"]:
        aligned = index.meant(each)
        if aligned is not None and aligned.competency not in told:
            told.add(aligned.competency)
            yield Shown(badge.name, aligned.competency, aligned.by, 0, None)


def rank(framework: Framework, level: Mapping[str, str | None]) -> int:
    """Return the rank of a level in the framework, by its id or by its name in any language; 0 when it has none."""
    names = {folded(name) for name in (level["code"], level["name"]) if name}
    for position, one in enumerate(framework.levels, 1):
        if names & {folded(name) for name in (one["id"], *one["name"].values())}:
            return position
    return 0


def badge_json(badge: Badge, shown: Mapping[str, list[Shown]], index: Index, why_not: str | None) -> dict[str, Any]:
    """Tell one badge: whether it counts, or why not; who issued it; what it shows of the framework."""
    report, meaning = badge.report, badge.report["meaning"]
    related = {found for each in meaning["alignments"] for found in index.related_to(each)}
    counted = [one.competency for one in shown.get(badge.name, [])]
    return {
        "badge": badge.name,
        "outcome": report["outcome"],
        "counts": why_not is None,
        "why_not": why_not,
        "name": meaning["name"],
        "kind": meaning["kind"],
        "issuer": report["issuer"],
        "subject": badge.subject,
        "trust": report["trust"],
        "competencies": list(dict.fromkeys(counted)),
        "related": sorted(related - set(counted)) if why_not is None else [],
    }


def framework_json(framework: Framework, language: str) -> dict[str, str]:
    """Tell which framework it was."""
    title = framework.text(framework.document["framework"]["title"], language)[0]
    told = {"id": framework.id, "version": framework.version, "title": title}
    return told | {"content_hash": framework.content_hash}


def level_json(framework: Framework, rank_of_level: int, language: str) -> dict[str, str]:
    """Tell a level of the framework."""
    level = framework.levels[rank_of_level - 1]
    return {"id": level["id"], "name": framework.text(level["name"], language)[0]}
