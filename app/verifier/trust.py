"""Whether the issuer is one that the reader trusts: told beside the outcome, never part of it. Pure.

A policy is a value: some registries, each of which can tell what it knows of an issuer (the port TrustRegistry). Who
is in none of them is not trusted, which says nothing against the badge; when one of them could not be read, and no
other recognises the issuer, it is unknown.

1. only an issuer who is proved to have signed is looked for: anybody can write another's name
2. a registry that recognises somebody from date to date is asked for the day on which the badge came into force
3. one that recognises somebody for some competencies is asked for those that the badge names of the same frameworks
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from app.vc import timestamps
from app.vc.recognition import Entry, Scope
from app.vc.shape_kinds import objects
from app.verifier.secured import Secured, said_by

MAX_CLAIMS = 200  # ours: competencies looked at in one badge; an honest one names ten
BEYOND = f"what it names after {MAX_CLAIMS} competencies"  # which nobody looked at, so no scope covers it
MAX_SHOWN = 50  # of them in the report
SHOWN_TEXT = 300  # characters of a foreign name in a sentence


class TrustOutcome(StrEnum):
    """What can be told of the issuer."""

    TRUSTED = "trusted"
    NOT_TRUSTED = "not_trusted"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who recognises. `id`: of who signed the registry, None for a list that is not signed. `source`: where it is."""

    name: str
    source: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a registry says of one issuer."""

    by: Authority
    entry: Entry


class TrustRegistry(Protocol):
    """What can be asked whom somebody recognises."""

    def recognitions(self, issuer: str) -> tuple[Recognition, ...]:
        """All that it says of an issuer, by its id; () for one that it does not know."""


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Whom to ask, in order. `unread`: sentences that tell which registries could not be had, or not be believed."""

    registries: tuple[TrustRegistry, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """What came of it. `why`: a sentence. `covered`, `outside`: competencies of the badge in its scope, and not."""

    outcome: TrustOutcome
    why: str
    recognition: Recognition | None = None
    covered: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON value: the member `trust` of a report."""
        found = self.recognition
        by = {"name": found.by.name, "id": found.by.id, "source": found.by.source} if found else None
        return {"outcome": self.outcome.value, "why": self.why, "by": by, "scope": self._scope()}

    def _scope(self) -> dict[str, Any] | None:
        if self.recognition is None:
            return None
        entry = self.recognition.entry
        return {
            "valid_from": timestamps.write(entry.valid_from) if entry.valid_from else None,
            "valid_until": timestamps.write(entry.valid_until) if entry.valid_until else None,
            "frameworks": [scope.framework[:SHOWN_TEXT] for scope in entry.scope[:MAX_SHOWN]],
            "competencies": list(self.covered[:MAX_SHOWN]),
            "outside": list(self.outside[:MAX_SHOWN]),
        }


NOT_ASKED = Trust(
    TrustOutcome.NOT_ASKED, "Nobody was asked whether this issuer is one to trust; that is for you to judge."
)


def trust_in(secured: Secured, policy: TrustPolicy | None, now: datetime, *, is_bound: bool) -> Trust:
    """Tell whether the issuer of a document is trusted.

    `is_bound`: whether it is proved that the issuer signed. `now`: counts for a document without a beginning.
    """
    if policy is None or not (policy.registries or policy.unread):
        return NOT_ASKED
    if secured.is_presentation:
        return Trust(TrustOutcome.NOT_ASKED, "Each credential of the presentation has an issuer of its own.")
    if not is_bound:
        return Trust(TrustOutcome.UNKNOWN, "It is not shown that the issuer that it names signed it.")
    found = tuple(one for registry in policy.registries for one in registry.recognitions(secured.owner))
    weighed = [weigh(one, said_by(secured), now) for one in found]
    return next((one for one in weighed if one.outcome is TrustOutcome.TRUSTED), None) or untrusted(weighed, policy)


def untrusted(weighed: list[Trust], policy: TrustPolicy) -> Trust:
    """Tell why nobody recognises an issuer for this."""
    if policy.unread:
        return Trust(TrustOutcome.UNKNOWN, f"Not everybody could be asked. {policy.unread[0]}")
    why = "The issuer is in none of the lists that were asked. That says nothing against what it issued."
    return weighed[0] if weighed else Trust(TrustOutcome.NOT_TRUSTED, why)


def weigh(found: Recognition, credential: dict[str, Any], now: datetime) -> Trust:
    """Tell whether a recognition reaches this credential, by its day and its competencies."""
    entry, who = found.entry, found.by.name[:SHOWN_TEXT]
    day = day_of(credential) or now
    if entry.valid_from is not None and day < entry.valid_from:
        why = f"{who} recognises the issuer from {entry.valid_from:%Y-%m-%d}; this was issued before, {day:%Y-%m-%d}."
        return Trust(TrustOutcome.NOT_TRUSTED, why, found)
    if entry.valid_until is not None and day > entry.valid_until:
        why = f"{who} recognised the issuer until {entry.valid_until:%Y-%m-%d}; this was issued after, {day:%Y-%m-%d}."
        return Trust(TrustOutcome.NOT_TRUSTED, why, found)
    covered, outside = reached(entry.scope, credential)
    ended = entry.valid_until is not None and entry.valid_until < now
    then = f" That ended on {entry.valid_until:%Y-%m-%d}, after this was issued by its own date." if ended else ""
    if not entry.scope:
        return Trust(TrustOutcome.TRUSTED, f"{who} recognises the issuer.{then}", found, covered, outside)
    if not covered or outside:
        what = f"not for {', '.join(outside)}"[:SHOWN_TEXT] if outside else "for other competencies than these"
        return Trust(TrustOutcome.NOT_TRUSTED, f"{who} recognises the issuer, but {what}.", found, covered, outside)
    why = f"{who} recognises the issuer for the competencies that this names of its frameworks.{then}"
    return Trust(TrustOutcome.TRUSTED, why, found, covered, outside)


def day_of(credential: dict[str, Any]) -> datetime | None:
    """Return when a credential came into force, by what it says."""
    return timestamps.read(credential.get("validFrom", credential.get("issuanceDate")))


def reached(scope: tuple[Scope, ...], credential: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the competencies of a credential that a scope covers, and those of its frameworks that it does not."""
    covered: dict[str, None] = {}
    outside: dict[str, None] = {}
    claims = claims_of(credential)
    if len(claims) > MAX_CLAIMS:
        outside[BEYOND] = None
    for claim in claims[:MAX_CLAIMS]:
        of_framework = [one for one in scope if is_of(claim, one.framework)]
        if of_framework:
            is_covered = any(not one.competencies or claim.names & set(one.competencies) for one in of_framework)
            (covered if is_covered else outside)[claim.shown] = None
    return tuple(covered), tuple(outside)


@dataclass(frozen=True, slots=True)
class Claim:
    """A competency that a badge names. `names`: its code and its URL; `framework`: as the badge calls it."""

    names: frozenset[str]
    framework: str
    url: str
    shown: str


def claims_of(credential: dict[str, Any]) -> list[Claim]:
    """List the competencies to which a badge's achievements, and what was measured for them, are aligned.

    At most MAX_CLAIMS, and one more where there are more.
    """
    achievements = (
        achievement
        for subject in objects(credential.get("credentialSubject", []))
        for achievement in objects(subject.get("achievement", []))
    )
    found = (claim_of(one) for achievement in achievements for one in alignments(achievement))
    return [claim for claim, _ in zip(found, range(MAX_CLAIMS + 1), strict=False)]


def alignments(achievement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through the alignments of an achievement, of its result descriptions and of their levels."""
    yield from objects(achievement.get("alignment", []))
    for description in objects(achievement.get("resultDescription", [])):
        yield from objects(description.get("alignment", []))
        for level in objects(description.get("rubricCriterionLevel", [])):
            yield from objects(level.get("alignment", []))


def claim_of(alignment: dict[str, Any]) -> Claim:
    """Return what an alignment names."""
    given = [alignment.get(name) for name in ("targetCode", "targetUrl", "targetFramework", "targetName")]
    code, url, framework, name = (one if isinstance(one, str) else "" for one in given)
    return Claim(frozenset({code, url} - {""}), framework, url, (code or name or url)[:SHOWN_TEXT])


def is_of(claim: Claim, framework: str) -> bool:
    """Whether a competency is of a framework: by its name, also with a version behind it, or by its URL."""
    name = claim.framework
    below = (framework, framework.rstrip("/") + "/", framework + "#")
    return (
        name == framework
        or name.startswith(f"{framework} ")
        or claim.url == framework
        or ("://" in framework and claim.url.startswith(below[1:]))
    )
