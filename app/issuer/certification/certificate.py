"""The certificate itself: an award with a licence number, sealed as an Open Badges 3.0 credential."""

from datetime import date, datetime
from typing import Any

import structlog

from app.competency.certification import Outcome
from app.errors import Problem
from app.issuer.award.shown import status_of
from app.issuer.certification.assess import RENEWAL, Assessed
from app.issuer.certification.history import History
from app.issuer.credential import issue
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.seal import Work, reserve, seal, settle_status
from app.ports import Principal, Services
from app.store import catalogue, mail
from app.store import certification as store
from app.store.session import AlreadyThere, TenantSession
from app.store.tables import Application, Award, Rendition

# Crockford's base 32 (https://www.crockford.com/base32.html): no letter that is taken for a digit
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_PLACES = 8  # 40 bits: neither the next number nor how many there are can be guessed

log = structlog.get_logger()


def give(
    services: Services, session: TenantSession, assessed: Assessed, valid_until: date | None, now: datetime
) -> Award:
    """In the caller's transaction: the award of a grant or renewal. It replaces the one before, whose bytes stay."""
    application, row = assessed.application, assessed.achievement.row
    before = current(session, application.id)
    if application.licence_number is None:
        application.licence_number = _licence_number(services, row.code, now)
    if before is not None:
        before.replaced_at = now
        session.flush()
    award = Award(
        id=services.new_id(),
        learner_id=assessed.learner.id,
        achievement_id=row.id,
        achievement_code=row.code,
        rule_version=row.rule_version,
        rule_hash=row.rule_hash,
        evaluation=_frozen(session, assessed, before),
        awarded_at=now.replace(microsecond=0),
        valid_until=valid_until,
        subject_id=before.subject_id if before else f"urn:uuid:{services.new_id()}",
        salt=services.new_secret(),
        application_id=application.id,
        licence_number=application.licence_number,
        evidence=assessed.frozen_evidence,
    )
    session.add(award)
    session.flush()
    issue.tell_of_award(services, session, award, now)
    return award


def current(session: TenantSession, application_id: str) -> Award | None:
    """The certificate of an application that no renewal has replaced."""
    return next((row for row in store.awards_of(session, application_id) if row.replaced_at is None), None)


def _licence_number(services: Services, code: str, now: datetime) -> str:
    places = "".join(ALPHABET[services.random_below(len(ALPHABET))] for _ in range(RANDOM_PLACES))
    return f"{code}-{now.year}-{places}"


def _frozen(session: TenantSession, assessed: Assessed, before: Award | None) -> dict[str, Any]:
    """The evaluation as kept with the award. A renewal by its own tree keeps the levels and parts that were shown."""
    frozen = assessed.to_json()
    if assessed.basis == RENEWAL and before is not None:
        return frozen | {name: before.evaluation.get(name) for name in ("levels", "parts")}
    ids = {each.code: each.id for each in catalogue.achievements_of(session, assessed.achievement.version.id)}
    return frozen | {"parts": [ids[code] for code in assessed.parts() if code in ids]}


def reserve_credential(
    services: Services, session: TenantSession, principal: Principal, assessed: Assessed, award: Award, now: datetime
) -> tuple[Work, Rendition]:
    """In the caller's transaction: what sealing needs. Raises Unavailable without a key, AlreadyThere to begin anew."""
    work = issue.work_of(services, session, principal, DEFAULT, assessed.learner, assessed.achievement)
    return work, reserve(services, session, work, award, now, now)


def seal_credential(services: Services, work: Work, award: Award, row: Rendition) -> None:
    """Seal after the decision is stored. The decision stands when that fails: the sweep seals it later."""
    try:
        seal(services, work, award, row)
    except (Problem, AlreadyThere) as error:
        log.warning("a certificate waits to be sealed", award=award.id, error=type(error).__name__)


def settle(
    session: TenantSession, application: Application, history: History, now: datetime, reason: str | None
) -> None:
    """Make all certificates of an application say what was decided last: in force, suspended or withdrawn."""
    state = history.decided
    for award in store.awards_of(session, application.id):
        before = status_of(award, now)
        award.suspended_at = (award.suspended_at or now) if state is Outcome.SUSPENDED else None
        award.revoked_at = (award.revoked_at or now) if state is Outcome.WITHDRAWN else None
        award.revocation_reason = reason[:1000] if reason and state is Outcome.WITHDRAWN else None
        settle_status(session, award, in_force=state is Outcome.GRANTED)
        if award.replaced_at is None and status_of(award, now) != before:
            _tell(session, award, now, reason)
    session.flush()


def _tell(session: TenantSession, award: Award, now: datetime, reason: str | None) -> None:
    """The learner learns that her certificate counts no longer, or again, and why."""
    status = status_of(award, now)
    kind = status if status in ("suspended", "revoked") else "reinstated"
    about = f"{award.id} {now.isoformat()}"
    details = {"reason": reason} if reason else None
    mail.queue(session, kind, about, learner_id=award.learner_id, award_id=award.id, at=now, details=details)
