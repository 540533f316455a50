"""Credentials that a learner holds from elsewhere, and which count by the equivalences of a framework.

A badge is judged by our own verifier and must be valid. Whose it is must be clear: it names the learner's DID, or her
e-mail address (hashed); else a person settles it. Credentials can also be recorded from a register, without a badge.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import rfc8785
from pydantic import Field

from app.competency.evidence import REVOKED, SUSPENDED, VALID
from app.errors import BadInput, Conflict, NotVerified, Unavailable
from app.issuer import names
from app.issuer.assessment import learners
from app.issuer.evidence.holder import holder, subject_of
from app.issuer.evidence.record import Kind, Known, find_item, known_of, next_version
from app.issuer.evidence.rows import Day, Flag, Link, Refusal, SentRow, Short, also
from app.ports import Judged, Principal, Services
from app.store import assessment, audit, catalogue
from app.store import evidence as store
from app.store.session import TenantSession
from app.store.tables import Learner, RecognitionRecord
from app.vc import timestamps

BADGE, RECORDED = "badge", "recorded"
RECOGNISED, REVIEW, REFUSED = "recognised", "review", "refused"
MAX_ID = 2000  # characters of an issuer's or achievement's id
STATUS_CODES = {"revoked": REVOKED, "suspended": SUSPENDED}


class SentCredential(SentRow):
    """A credential as a register has it. `achievement`: an award of a framework, or a foreign achievement's URI."""

    record_id: Short | None = Field(None, validation_alias=also("record_id", "credential_id"))
    issuer: Link
    achievement: Link
    issued_on: Day
    expires_on: Day | None = None
    status: Literal["valid", "suspended", "revoked"] = "valid"
    by_rpl: Flag = False


def _members(sent: SentCredential) -> dict[str, Any]:
    return {
        "basis": RECORDED,
        "state": RECOGNISED,
        "issuer": sent.issuer,
        "achievement": sent.achievement,
        "issued_on": sent.issued_on,
        "expires_on": sent.expires_on,
        "status": sent.status,
        "by_rpl": sent.by_rpl,
    }


def _refusal(known: Known, sent: SentCredential, stored: RecognitionRecord | None) -> Refusal | None:
    del stored
    if sent.expires_on is not None and sent.expires_on < sent.issued_on:
        return Refusal("BAD_DATE", f"expires_on {sent.expires_on} lies before issued_on {sent.issued_on}.")
    is_award = any(sent.achievement in framework.awards for framework in known.frameworks)
    if not is_award and ":" not in sent.achievement:
        return Refusal("UNKNOWN_ACHIEVEMENT", f"{sent.achievement} is neither an award of a framework nor a URI.")
    return None


RECOGNITIONS = Kind(
    name="recognitions",
    table=RecognitionRecord,
    model=SentCredential,
    members=_members,
    identity=lambda sent: (
        [sent.issuer] if sent.record_id else [sent.learner, sent.issuer, sent.achievement, sent.issued_on.isoformat()]
    ),
    refusal=_refusal,
)


@dataclass(frozen=True, slots=True)
class Badge:
    """What counts of a badge that is valid."""

    id: str
    issuer: str
    achievement: str
    issued_on: date
    expires_on: date | None


def bring(
    services: Services, principal: Principal, learner_code: str, content: bytes, media_type: str
) -> tuple[RecognitionRecord, bool]:
    """Take a badge that a learner brings; returns what is stored of it and whether that is new.

    Raises NotFound for an unknown learner, BadInput for what is no badge, NotVerified for one that is not valid, and
    Unavailable when that could not be found out; Conflict when it is somebody else's or one of ours.
    """
    with services.database.reading(principal.tenant_id) as session:
        learners.find(session, learner_code)
    judged = services.judge.judge(content, media_type)  # outside of any transaction: it asks foreign servers
    badge = read_badge(judged)
    with services.database.writing(principal.tenant_id) as session:
        learner = learners.find(session, learner_code)
        _refuse_own(services, session, badge)
        return _store(services, principal, session, learner, badge, judged, content)


def read_badge(judged: Judged) -> Badge:
    """What a valid badge says; raises NotVerified, Unavailable, BadInput."""
    if judged.is_presentation:
        raise BadInput("This is a presentation.", remedy="Send the credential in it alone.")
    if judged.outcome == "unknown":
        raise Unavailable(judged.summary, remedy="Try again later; until then it does not count.", report=judged.report)
    if judged.outcome != "valid":
        raise NotVerified(judged.summary, remedy="Only a valid credential can be recognised.", report=judged.report)
    credential = judged.credential
    issuer, achievement = credential.get("issuer"), subject_of(credential).get("achievement")
    issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
    achievement_id = achievement.get("id") if isinstance(achievement, dict) else None
    issued_at = timestamps.read(credential.get("awardedDate")) or timestamps.read(credential.get("validFrom"))
    until = timestamps.read(credential.get("validUntil"))
    if not isinstance(achievement_id, str) or not isinstance(issuer_id, str) or issued_at is None:
        raise BadInput("This credential does not say which achievement it is of, by whom, and since when.")
    if max(len(issuer_id), len(achievement_id)) > MAX_ID:
        raise BadInput(f"The id of the issuer or of the achievement has more than {MAX_ID} characters.")
    own_id = credential.get("id")
    return Badge(
        own_id if isinstance(own_id, str) else judged.report["sha256"],
        issuer_id,
        achievement_id,
        issued_at.date(),
        until.date() if until else None,
    )


def _refuse_own(services: Services, session: TenantSession, badge: Badge) -> None:
    prefix = f"{services.settings.public_url}/achievements/"
    public_id = badge.achievement.removeprefix(prefix)
    if public_id != badge.achievement and catalogue.first_achievement_among(session, [public_id]):
        raise Conflict("This credential is one of yours: it counts already.", reason="OWN_CREDENTIAL")


def _store(
    services: Services,
    principal: Principal,
    session: TenantSession,
    learner: Learner,
    badge: Badge,
    judged: Judged,
    content: bytes,
) -> tuple[RecognitionRecord, bool]:
    known = known_of(services, session, principal)
    key = hashlib.sha256(rfc8785.dumps([BADGE, badge.issuer, badge.id])).hexdigest()
    stored = store.current(session, RecognitionRecord, [key]).get(key)
    if stored is not None and stored.learner_id != learner.id:
        raise Conflict("Another learner has brought this credential.", reason="OTHER_LEARNER")
    if stored is not None and stored.withdrawn_at is None and stored.content == content and stored.status == VALID:
        return stored, False
    matched = holder(judged.credential, did=learner.did, email=learner.email)
    members = {
        "basis": BADGE,
        "state": RECOGNISED if matched else REVIEW,
        "issuer": badge.issuer,
        "achievement": badge.achievement,
        "issued_on": badge.issued_on,
        "expires_on": badge.expires_on,
        "status": VALID,
        "by_rpl": False,
        "holder": matched,
        "checked_at": known.now,
        "report": judged.report,
        "content": content,
    }
    row = next_version(known, RecognitionRecord, key, None, learner.id, stored, members)
    if stored is not None:
        learner.to_recheck = True
    audit.record(
        session, at=known.now, actor=principal.key_id, action="credential brought", subject=row.item_id,
        state=row.state, sha256=judged.report["sha256"],
    )  # fmt: skip
    return row, stored is None


def settle(
    services: Services, principal: Principal, item_id: str, *, action: str, by: str, reason: str
) -> RecognitionRecord:
    """A person says whether a badge that waits for review is the learner's. Raises NotFound, BadInput, Conflict."""
    who, why = names.text(by, "/by", most=200), names.text(reason, "/reason", most=1000)
    with services.database.writing(principal.tenant_id) as session:
        row = find_item(session, RecognitionRecord, item_id)
        if row.state != REVIEW or row.withdrawn_at is not None:
            raise Conflict("This credential does not wait for review.", reason="NOT_IN_REVIEW")
        if who == assessment.learner_by_id(session, row.learner_id).code:
            message = "The learner cannot settle whose badge it is; somebody else must."
            raise Conflict(message, pointer="/by", reason="SELF_SETTLED")
        now = services.clock()
        row.state = RECOGNISED if action == "accept" else REFUSED
        row.settled_by, row.settled_on, row.settlement = who, now.date(), why
        audit.record(
            session, at=now, actor=principal.key_id, action="recognition settled", subject=row.item_id, by=who,
            state=row.state,
        )  # fmt: skip
    return row


def check(services: Services, principal: Principal, item_id: str) -> RecognitionRecord:
    """Judge a badge again: its issuer may have revoked it since.

    Raises NotFound, Conflict for one without badge, and Unavailable when it could not be found out.
    """
    with services.database.reading(principal.tenant_id) as session:
        row = find_item(session, RecognitionRecord, item_id)
        content = row.content
    if content is None:
        raise Conflict("This credential was recorded without a badge, so it cannot be checked.", reason="NO_BADGE")
    judged = services.judge.judge(content, "")
    if judged.outcome == "unknown":
        raise Unavailable(judged.summary, remedy="Try again later; what was found before stands.", report=judged.report)
    with services.database.writing(principal.tenant_id) as session:
        row = find_item(session, RecognitionRecord, item_id)
        now = services.clock()
        row.checked_at, row.report = now, judged.report
        status = _status(judged)
        if status != row.status:
            row.status = status
            assessment.learner_by_id(session, row.learner_id).to_recheck = True
            audit.record(
                session, at=now, actor=principal.key_id, action="recognition checked", subject=row.item_id,
                status=status,
            )  # fmt: skip
    return row


def _status(judged: Judged) -> str:
    """What is left of it: one that has only expired keeps its status, for its last day is known."""
    told = next((status for code, status in STATUS_CODES.items() if code in judged.codes), None)
    return told or (VALID if judged.outcome == "valid" or judged.codes <= {"expired"} else REVOKED)
