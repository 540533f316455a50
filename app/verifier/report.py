"""What the verifier answers: outcome, checks with their findings, what the badge says, what was fetched and why.

Everything that stands under `issuer`, `credential` and `achievement` is what the document says of itself. It is data
for a page to show and to escape, and only as true as the checks above it. What it does not say is null.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.ports import Fetched
from app.vc import timestamps
from app.vc.outcome import Finding, Outcome
from app.verifier.case import Policy
from app.verifier.evidence import EvidenceSet
from app.verifier.foreign import MAX_COMPETENCY_TEXT, MAX_SHOWN, by_id, first_object, members, objects, text, texts
from app.verifier.intake import Submission
from app.verifier.judgement import Check, Judgement
from app.verifier.meaning import meaning
from app.verifier.meaning_holder import Presenter, presenter_of
from app.verifier.need import Need
from app.verifier.secured import said_by

SUMMARY = {
    Outcome.VALID: "This credential is valid: it is unchanged, its issuer signed it, and it is in force.",
    Outcome.INVALID: "This {what} is not valid: {why}",
    Outcome.UNKNOWN: "It could not be found out whether this {what} is valid: {why}",
}
MAX_INSIDE = 3_000_000  # ours: characters told of all documents inside one; 64 badges of 36 competencies take as many
MAX_POINTER = 1_000  # ours: characters of a pointer; a document may give its members names of any length
CUT = " Its details are left out, since too much is told of the documents before it: send it alone."
PUBLISHED = "This credential is valid: its issuer publishes it as it was sent, and it is in force."  # Open Badges 2.0
PRESENTED = "This presentation is valid: it is unchanged, and so is each credential in it."


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to one verification. `verified_at`: aware, UTC. `needs`: what was asked for, in order.

    `policy`: by which it was judged. `is_replay`: whether saved evidence was judged.
    """

    judgement: Judgement
    submission: Submission
    needs: tuple[Need, ...]
    evidence: EvidenceSet
    verified_at: datetime
    policy: Policy
    is_replay: bool = False

    @property
    def as_of(self) -> datetime | None:
        """The time that was judged, None for `verified_at`."""
        return self.policy.as_of

    @property
    def outcome(self) -> Outcome:
        """Valid, invalid, or unknown."""
        return self.judgement.outcome

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks that were made, in their order."""
        return self.judgement.checks

    @property
    def summary(self) -> str:
        """One plain sentence for a person."""
        return summary(self.judgement)

    @property
    def credentials(self) -> tuple["Report", ...]:
        """A report on each credential of a presentation; () for a credential."""
        return self.parts("credentials")

    @property
    def endorsements(self) -> tuple["Report", ...]:
        """A report on each endorsement that a credential carries."""
        return self.parts("endorsements")

    def parts(self, check_id: str) -> tuple["Report", ...]:
        """Return a report on each document that was judged for a check."""
        return tuple(
            replace(self, judgement=part, submission=Submission(part.document, self.submission.sha256), needs=())
            for part in parts_of(self.judgement, check_id)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON value: the body of `POST /verify`."""
        return judgement_json(self.judgement) | {
            "fetched": [fetched_json(need, self.evidence) for need in self.needs],
            "intake": [{"code": note.code, "message": note.message} for note in self.submission.notes],
            "sha256": self.submission.sha256,
            "verified_at": timestamps.write(self.verified_at),
            "as_of": timestamps.write(self.as_of) if self.as_of else None,
            "evidence_of": timestamps.write(self.evidence.gathered_at) if self.evidence.gathered_at else None,
            "is_replay": self.is_replay,
        }


@dataclass
class Room:
    """How much may still be told of the documents inside one, in characters: a few can say the same a thousandfold."""

    left: int = field(default=MAX_INSIDE)

    def cut(self, told: dict[str, Any]) -> dict[str, Any]:
        """Return what is told of one document; only its verdict when there is no room for more."""
        size = len(json.dumps(told, ensure_ascii=False))
        if size <= self.left:
            self.left -= size
            return told
        self.left = 0
        checks = [check | {"findings": []} for check in told["checks"]]
        short = {"summary": told["summary"] + CUT, "checks": checks, "achievement": None, "meaning": None}
        return told | short


def summary(judgement: Judgement) -> str:
    """Say in one plain sentence what came of judging a document."""
    is_presentation = judgement.document.secured.is_presentation
    if is_presentation and judgement.outcome is Outcome.VALID:
        return PRESENTED
    if judgement.outcome is Outcome.VALID and judgement.document.secured.is_hosted:
        return PUBLISHED
    what = "presentation" if is_presentation else "credential"
    return SUMMARY[judgement.outcome].format(what=what, why=judgement.why)


def parts_of(judgement: Judgement, check_id: str) -> tuple[Judgement, ...]:
    """Return what was judged for a check."""
    return tuple(part for check in judgement.checks if check.id == check_id for part in check.parts)


def judgement_json(judgement: Judgement) -> dict[str, Any]:
    """Return what came of judging the document that was sent, and what it says of itself, as JSON value."""
    return own_json(judgement, None) | inside_json(judgement, Room())


def inside_json(judgement: Judgement, room: Room) -> dict[str, Any]:
    """Return the same of the documents inside it."""
    presents = presenter_of(judgement) if judgement.document.secured.is_presentation else None
    return {
        "credentials": [part_json(part, presents, room) for part in parts_of(judgement, "credentials")],
        "endorsements": [part_json(part, None, room) for part in parts_of(judgement, "endorsements")],
    }


def own_json(judgement: Judgement, presenter: Presenter | None) -> dict[str, Any]:
    """Return what came of a document itself. `presenter`: who presents it, when it stands in a presentation."""
    secured = judgement.document.secured
    document = said_by(secured)
    is_credential = not secured.is_presentation
    return {
        "kind": "credential" if is_credential else "presentation",
        "outcome": judgement.outcome.value,
        "summary": summary(judgement),
        "hosted": secured.is_hosted,
        "checks": [check_json(check) for check in judgement.checks],
        "trust": judgement.trust.to_json(),
        "issuer": issuer_json(document) if is_credential else None,
        "credential": credential_json(document) if is_credential else None,
        "achievement": achievement_json(document) if is_credential else None,
        "meaning": meaning(judgement, presenter) if is_credential else None,
        "holder": None if is_credential else text(secured.owner or None),
    }


def part_json(judgement: Judgement, presenter: Presenter | None, room: Room) -> dict[str, Any]:
    """Return the same of a document that stands in another one; `pointer` leads to it."""
    told = own_json(judgement, presenter) | {"pointer": shown(judgement.document.secured.pointer)}
    return room.cut(told) | inside_json(judgement, room)


def shown(pointer: str) -> str:
    """Return a pointer; of one that is too long as far as it is not, which leads to what holds the place."""
    return pointer if len(pointer) <= MAX_POINTER else pointer[: MAX_POINTER + 1].rpartition("/")[0]


def check_json(check: Check) -> dict[str, Any]:
    """Return one check as JSON value; a skipped one has the outcome null."""
    return {
        "id": check.id,
        "outcome": str(check.outcome) if check.outcome else None,
        "required": check.is_required,
        "message": check.message,
        "url": f"/checks/{check.id}",
        "findings": [finding_json(finding) for finding in check.findings] if check.findings else [],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one finding as JSON value; `problem_type` only where W3C has one."""
    told = {
        "code": finding.code,
        "outcome": finding.outcome.value,
        "message": finding.message,
        "pointer": shown(finding.pointer),
    }
    return told | ({"problem_type": finding.problem_type} if finding.problem_type else {})


def fetched_json(need: Need, evidence: EvidenceSet) -> dict[str, Any]:
    """Tell what was asked for, why, and what came."""
    had = evidence.get(need.url)
    is_ok = isinstance(had, Fetched)
    note = f"{len(had.content)} bytes, {had.media_type}" if isinstance(had, Fetched) else had.reason if had else ""
    return {
        "url": need.url,
        "kind": need.kind,
        "why": need.why,
        "pointer": shown(need.pointer),
        "ok": is_ok,
        "note": note,
    }


def issuer_json(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Tell who the document says issued it."""
    issuer = credential.get("issuer")
    profile = issuer if isinstance(issuer, dict) else {"id": issuer}
    return members(profile, ("id", "name", "url"))


def credential_json(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Tell the credential's own name and dates."""
    return {
        "id": text(credential.get("id")),
        "name": text(credential.get("name")),
        "types": texts(credential.get("type")),
        "validFrom": text(credential.get("validFrom", credential.get("issuanceDate"))),
        "validUntil": text(credential.get("validUntil", credential.get("expirationDate"))),
        "awardedDate": text(credential.get("awardedDate")),
    }


def achievement_json(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what was achieved: name, type, and the competencies with the level reached."""
    subject = first_object(credential.get("credentialSubject"))
    achievement = first_object(subject.get("achievement"))
    return {
        "id": text(achievement.get("id")),
        "name": text(achievement.get("name")),
        "type": text(achievement.get("achievementType")),
        "description": text(achievement.get("description")),
        "competencies": competencies(subject, achievement),
    }


def competencies(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List what each result says: the description's name and the level, value or status that was reached."""
    descriptions = by_id(objects(achievement.get("resultDescription")))
    return [
        competency(result, descriptions.get(text(result.get("resultDescription")) or "", {}))
        for result in objects(subject.get("result"))[:MAX_SHOWN]
    ]


def competency(result: Mapping[str, Any], description: Mapping[str, Any]) -> dict[str, Any]:
    """Tell one result in the words of its result description."""
    levels = by_id(objects(description.get("rubricCriterionLevel")))
    reached = levels.get(text(result.get("achievedLevel")) or "", {})
    level = members(reached, ("name", "description"), MAX_COMPETENCY_TEXT)
    return {
        "name": text(description.get("name"), MAX_COMPETENCY_TEXT),
        "level": level["name"],
        "level_description": level["description"],
        **members(result, ("value", "status"), MAX_COMPETENCY_TEXT),
    }
