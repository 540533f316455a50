"""Award and seal: read, decide, reserve, then seal.py does the rest."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.competency import evidence_json
from app.competency.evaluate import valid_until
from app.errors import Conflict, Forbidden, Gone, NotFound, Unavailable
from app.issuer import names
from app.issuer.assessment import learners
from app.issuer.award import decide
from app.issuer.award.decide import Decided
from app.issuer.award.shown import status_of
from app.issuer.catalogue import find
from app.issuer.catalogue.find import FoundAchievement
from app.issuer.credential import identity
from app.issuer.credential.forms import DEFAULT, UNBOUND, Form
from app.issuer.credential.seal import Work, give_up_lost, reserve, seal, supersede
from app.ports import Principal, Services
from app.store import assessment, audit, mail, tenancy
from app.store import credential as store
from app.store.session import AlreadyThere, TenantSession
from app.store.tables import Award, Learner, Rendition

SIGNING = "who signs"  # of a session, by type of key: several awards ask for it

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Issued:
    """An award and one sealed rendition of it. `is_new`: the award was made now."""

    award: Award
    rendition: Rendition
    learner: Learner
    achievement: FoundAchievement
    is_new: bool


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: codes of the achievement and of the learner, and whether a new award is offered by mail."""

    achievement: str
    learner: str
    form: Form
    offer: bool = True


@dataclass(frozen=True, slots=True)
class Ready:
    """All that a new award needs. `is_next`: it follows one that has expired."""

    decided: Decided
    work: Work
    is_offered: bool
    is_next: bool

    def issued(self, award: Award, rendition: Rendition) -> Issued:
        """What came of it."""
        return Issued(award, rendition, self.work.learner, self.work.achievement, is_new=True)


def issue(services: Services, principal: Principal, order: Order) -> Issued:
    """Award the achievement to the learner if its rules are met, and seal it in that form.

    There is one live award per learner, achievement and rule version: asking again gives the same bytes. A new one is
    offered to the learner by mail, unless the order or the settings say otherwise. Raises RulesNotMet with the
    explanation, NotFound, Conflict (ambiguous code), Unavailable (a key cannot be opened).
    """
    return services.database.settle(lambda: _issue(services, principal, order))


def _issue(services: Services, principal: Principal, order: Order) -> Issued:
    now = services.clock()
    with services.database.reading(principal.tenant_id) as session:
        found = look(services, session, principal, order, now)
    if isinstance(found, Issued):
        return found
    if isinstance(found, Award):
        return another_form(services, principal, found.id, order.form)
    with services.database.writing(principal.tenant_id) as session:
        award, row = make(services, session, principal, found, now)
    return found.issued(award, seal(services, found.work, award, row))


def look(
    services: Services, session: TenantSession, principal: Principal, order: Order, now: datetime
) -> Issued | Award | Ready:
    """What there is: the badge itself; the award, which was never sealed in that form; or all that a new one needs.

    Raises RulesNotMet, NotFound, Conflict, Unavailable.
    """
    achievement = find.achievement(services, session, order.achievement)
    learner = learners.read(session, order.learner)
    award = store.live_award(session, learner.id, *_rule(achievement))
    is_over = award is not None and status_of(award, now) == "expired"
    if award is not None and not is_over:
        sealed = store.issued_rendition(session, award.id, order.form.name)
        return award if sealed is None else Issued(award, sealed, learner, achievement, is_new=False)
    decided = decide.judge(services, session, learner, achievement, now.date())
    decide.refuse_unless_met(decided)
    work = work_of(services, session, principal, order.form, learner, achievement)
    return Ready(decided, work, is_offered=order.offer, is_next=is_over)


def make(
    services: Services, session: TenantSession, principal: Principal, ready: Ready, now: datetime
) -> tuple[Award, Rendition]:
    """In the caller's transaction: the award, its mail, and the rendition that is to be sealed.

    Raises AlreadyThere, to begin anew.
    """
    if ready.is_next:
        _give_way(session, ready.work.learner, _rule(ready.work.achievement), now)
    award = _award(services, session, principal, ready.decided, now)
    if ready.is_offered:
        tell_of_award(services, session, award, now)
    return award, reserve(services, session, ready.work, award, now, now)


def _rule(achievement: FoundAchievement) -> tuple[str, str, str]:
    return achievement.row.code, achievement.row.rule_version, achievement.row.rule_hash


def _give_way(session: TenantSession, learner: Learner, rule: tuple[str, str, str], now: datetime) -> None:
    """Let an award that has expired make room for the next; raises AlreadyThere when another request made that."""
    expired = store.live_award(session, learner.id, *rule)
    if expired is None:
        return
    if status_of(expired, now) == "valid":
        raise AlreadyThere("another request made the award a moment ago")
    expired.replaced_at = now
    session.flush()


def work_of(
    services: Services,
    session: TenantSession,
    principal: Principal,
    form: Form,
    learner: Learner,
    achievement: FoundAchievement,
) -> Work:
    """What sealing an award of that achievement needs; raises Unavailable without a key of the form's type."""
    kept = (SIGNING, form.key_type)
    if kept not in session.info:
        tenant = tenancy.own_tenant(session)
        session.info[kept] = tenant, identity.active(services, session, tenant, form.key_type)
    tenant, signer = session.info[kept]
    if signer is None:
        raise Unavailable(f"This tenant has no {form.key_type} key to sign {form.name} with.")
    return Work(tenant, signer, form, learner, achievement, principal.key_id)


def _award(services: Services, session: TenantSession, principal: Principal, decided: Decided, now: datetime) -> Award:
    row = decided.achievement.row
    award = Award(
        id=services.new_id(),
        learner_id=decided.learner.id,
        achievement_id=row.id,
        achievement_code=row.code,
        rule_version=row.rule_version,
        rule_hash=row.rule_hash,
        evaluation=frozen(decided),
        awarded_at=now.replace(microsecond=0),
        valid_until=valid_until(decided.achievement.framework, row.code, now.date()),
        subject_id=f"urn:uuid:{services.new_id()}",
        salt=services.new_secret(),
        evidence=evidence_json.to_json(decided.evidence),
    )
    session.insert(award)
    audit_award(session, principal, award, now)
    return award


def tell_of_award(services: Services, session: TenantSession, award: Award, now: datetime) -> None:
    """In the caller's transaction: a mail will offer it to the learner once it is sealed, if the settings say so."""
    if services.settings.offers:
        mail.queue(session, "offer", award.id, learner_id=award.learner_id, award_id=award.id, at=now)


def audit_award(session: TenantSession, principal: Principal, award: Award, now: datetime) -> None:
    """Tell the audit log of an award, and the digest of what is frozen with it, so that a change is noticed."""
    audit.record(
        session,
        at=now,
        actor=principal.key_id,
        action="awarded",
        subject=award.id,
        achievement=award.achievement_code,
        rule_version=award.rule_version,
        rule_hash=award.rule_hash,
        frozen=evidence_json.frozen_digest(award.evaluation, award.evidence),
    )


def frozen(decided: Decided) -> dict[str, Any]:
    """The evaluation as it is kept with the award: enough to explain it years later."""
    evaluation = decided.evaluation
    return {
        "status": evaluation.status,
        "as_of": evaluation.as_of.isoformat(),
        "framework": decided.achievement.version.code,
        "framework_version": decided.achievement.version.version,
        "framework_hash": decided.achievement.version.content_hash,
        "levels": evaluation.levels,
        "tree": evaluation.root.to_json(),
    }


def find_award(session: TenantSession, award_id: str, *, lock: bool = False) -> Award:
    """The award of that id; raises NotFound. `lock` as in the store."""
    award = store.award(session, names.known_uuid(award_id, "credential"), lock=lock)
    if award is None:
        raise NotFound(f"There is no credential {award_id}.")
    return award


def rendition_of(services: Services, principal: Principal, award_id: str, form: Form) -> Issued:
    """The award's rendition in that form, sealed now if it was not yet; of a revoked award only what exists.

    One that was revoked with its key is given as it is, until `issue` or `reissue` is asked for a new one.
    Raises NotFound, Conflict, and Forbidden when sealing is needed and the caller may only read.
    """
    with services.database.reading(principal.tenant_id) as session:
        award = find_award(session, award_id)
        sealed = store.newest_sealed(session, award.id, form.name)
        if sealed is not None:
            learner = _not_erased(assessment.learner_by_id(session, award.learner_id))
            achievement = find.achievement_as_awarded(services, session, award.achievement_id)
            return Issued(award, sealed, learner, achievement, is_new=False)
    if "credentials:issue" not in principal.scopes:
        raise Forbidden(
            "It was never sealed in this form, and this key may not seal.",
            remedy="Use a key that has credentials:issue.",
        )
    return services.database.settle(lambda: another_form(services, principal, award_id, form))


def _not_erased(learner: Learner) -> Learner:
    """The learner; raises Gone when nothing is left of her."""
    if learner.erased_at is not None:
        raise Gone("The learner of this credential was erased, and with her what was sealed.", reason="ERASED")
    return learner


def _to_seal(
    services: Services, principal: Principal, award_id: str, form: Form
) -> tuple[Award, Work, list[Rendition]]:
    """What sealing an award once more needs, and its renditions that are issued or were revoked with their key.

    Raises NotFound, Conflict.
    """
    with services.database.reading(principal.tenant_id) as session:
        award = find_award(session, award_id)
        if award.revoked_at is not None:
            raise Conflict("This credential is revoked; nothing more of it is sealed.", remedy="Award it again.")
        if award.suspended_at is not None:
            raise Conflict("This certificate is suspended; nothing more of it is sealed.", remedy="Reinstate it first.")
        learner = _not_erased(assessment.learner_by_id(session, award.learner_id))
        achievement = find.achievement_as_awarded(services, session, award.achievement_id)
        sealed = [row for row in store.renditions(session, award.id) if row.state in ("issued", "revoked")]
        return award, work_of(services, session, principal, form, learner, achievement), sealed


def another_form(services: Services, principal: Principal, award_id: str, form: Form, holder: str = "") -> Issued:
    """Seal one more form of a live award, with the validFrom of its other forms: they are one credential.

    `holder`: DID of the key that it is bound to. Raises NotFound, Conflict, and AlreadyThere to begin anew.
    """
    now = services.clock()
    award, work, sealed = _to_seal(services, principal, award_id, form)
    issued = [row.valid_from for row in sealed if row.state == "issued"]
    valid_from = max(issued) if issued else _newer_than(sealed, now)
    work = replace(work, holder=holder)
    with services.database.writing(principal.tenant_id) as session:
        row = reserve(services, session, work, award, now, valid_from)
    return Issued(award, seal(services, work, award, row), work.learner, work.achievement, is_new=False)


def _newer_than(sealed: list[Rendition], now: datetime) -> datetime:
    """A validFrom that wins over all that was sealed before (OB 3.0, section 5.2.3 equality)."""
    return max([now, *(row.valid_from + timedelta(seconds=1) for row in sealed)])


def reissue(services: Services, principal: Principal, award_id: str) -> Issued:
    """Seal the award anew with the learner's corrected data: same id, newer validFrom, older renditions revoked.

    Every form that was issued is sealed anew, but those bound to a wallet's key, which that wallet must fetch. When
    nothing changed that the credential tells, what there is stays, and only forms that were revoked with their key are
    sealed anew; for what a wallet lost so, the learner is told to fetch it again.
    """
    return services.database.settle(lambda: _reissue(services, principal, award_id))


def _reissue(services: Services, principal: Principal, award_id: str) -> Issued:
    now = services.clock()
    award, work, before = _to_seal(services, principal, award_id, DEFAULT)
    own = [row for row in before if not row.holder]
    issued = [row for row in own if row.state == "issued"]
    forms = {row.form for row in own} - {DEFAULT.name}
    standing = next((row for row in issued if row.form == DEFAULT.name and row.basis == work.basis), None)
    if standing is not None:
        forms -= {row.form for row in issued}
        sealed = standing
    else:
        with services.database.writing(principal.tenant_id) as session:
            row = reserve(services, session, work, award, now, _newer_than(before, now))
        sealed = seal(services, work, award, row, replaces=True)
    for form in sorted(forms):
        another_form(services, principal, award.id, UNBOUND[form])
    if len(own) < len(before):
        with services.database.writing(principal.tenant_id) as session:
            give_up_lost(session, award, now, is_told=standing is None)
    return Issued(award, sealed, work.learner, work.achievement, is_new=False)


def revoke(services: Services, principal: Principal, award_id: str, reason: str) -> Award:
    """Revoke the award with all its renditions; doing it again changes nothing."""
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        award = find_award(session, award_id, lock=True)
        if award.application_id is not None:
            raise Conflict(
                "This is a certificate: an officer withdraws it.",
                remedy="POST /api/v1/decisions with the decision withdraw: docs/certification.md.",
                reason="NEEDS_DECISION",
            )
        if award.revoked_at is None:
            award.revoked_at, award.revocation_reason = now, names.text(reason, "/reason", most=1000)
            supersede(session, award, "revoked")
            assessment.learner_by_id(session, award.learner_id).to_recheck = True  # other awards may rest on it
            mail.queue(session, "revoked", award.id, learner_id=award.learner_id, award_id=award.id, at=now)
            audit.record(session, at=now, actor=principal.key_id, action="revoked", subject=award.id)
    return award


def resume(services: Services, older_than: timedelta = timedelta(minutes=1)) -> int:
    """Finish what a crash interrupted: awards that were decided but have nothing sealed. Returns how many were sealed.

    What is younger than `older_than` may be another process's work in hand.
    """
    before = services.clock() - older_than
    with services.database.everywhere(why="the sweep serves all tenants", writes=True) as session:
        store.abandon_reserved(session, before)
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        unsealed = store.unsealed_awards(session, before)
    finished = 0
    for award in unsealed:
        principal = Principal(award.tenant_id, "", "resumed after a crash", frozenset({"credentials:issue"}))
        try:
            rendition_of(services, principal, award.id, DEFAULT)
            finished += 1
        except Exception as error:  # noqa: BLE001 - one award that cannot be sealed must not stop the others
            log.warning("an award could not be finished", award=award.id, error=type(error).__name__)
    return finished
