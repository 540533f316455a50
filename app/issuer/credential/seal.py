"""Seal a rendition of a decided award: reserve, prepare, seal, check, record (docs/issuance.md).

No step goes back. A crash between the two transactions leaves a `reserved` row whose status index is never used again;
asking again reserves a new one. Two callers at once both sign, and the first to record wins: the other one's rendition
is abandoned, unseen by anybody.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import rfc8785

from app.errors import Conflict, Problem
from app.issuer import selective
from app.issuer.catalogue.find import FoundAchievement
from app.issuer.credential import document, status_lists
from app.issuer.credential.forms import JWT, SD_JWT_FORMS, SD_JWT_VC, SELECTIVE, WRAPPED_JWT, Form
from app.issuer.credential.identity import Identity
from app.issuer.credential.types import type_url
from app.issuer.sign import sign
from app.ports import Services
from app.store import audit, mail, tenancy
from app.store import credential as store
from app.store.session import AlreadyThere, TenantSession
from app.store.tables import Award, Learner, Rendition, Tenant
from app.vc import did, issuance, showing
from app.vc.issuance import Sealed
from app.vc.openbadge_values import StatusEntry
from app.vc.sd_jwt_badge import Binding


@dataclass(frozen=True, slots=True)
class Work:
    """What sealing needs to know of an award, read once. `holder`: the DID of the key that it is bound to, or ""."""

    tenant: Tenant
    signer: Identity
    form: Form
    learner: Learner
    achievement: FoundAchievement
    actor: str
    holder: str = ""

    @property
    def basis(self) -> str:
        """Digest of the data that a credential tells besides the award: equal data need no new credential."""
        learner = self.learner
        told = [learner.email, learner.did, self.tenant.profile, self.achievement.row.id]
        return hashlib.sha256(rfc8785.dumps(told)).hexdigest()


def reserve(
    services: Services, session: TenantSession, work: Work, award: Award, now: datetime, valid_from: datetime
) -> Rendition:
    """In the caller's transaction: a rendition row with a random free status index, and the intent in the audit log.

    Raises AlreadyThere when the key was rotated or revoked since `work` was read, so that the caller begins anew. A
    revocation that comes later finds the reserved row and abandons it, so `seal` records nothing.
    """
    if tenancy.is_retired(session, work.signer.key.id):
        raise AlreadyThere("the key was rotated or revoked a moment ago")
    status_list = status_lists.open_list(services, session, work.signer, now, status_lists.purpose_of(work.achievement))
    row = Rendition(
        id=services.new_id(),
        award_id=award.id,
        form=work.form.name,
        holder=work.holder,
        state="reserved",
        issuer=work.signer.issuer,
        signing_key_id=work.signer.key.id,
        basis=work.basis,
        valid_from=valid_from.replace(microsecond=0),
        created_at=now,
    )
    store.reserve(session, row, status_list, services.random_below)
    audit.record(session, at=now, actor=work.actor, action="will sign", subject=award.id, rendition=row.id)
    return row


def seal(services: Services, work: Work, award: Award, row: Rendition, *, replaces: bool = False) -> Rendition:
    """Sign what was reserved and record it. `replaces`: the older renditions are superseded and revoked with it.

    Returns the rendition that counts, which is another one's when that was quicker. Raises BadInput when a text of the
    achievement or profile cannot be signed, Conflict when the award was revoked meanwhile, AlreadyThere to begin anew.
    """
    try:
        sealed = signed(services, work, award, row)
        return _record(services, work, award, row, sealed, replaces=replaces)
    except AlreadyThere:
        abandon(services, work, row, "another was quicker")
        with services.database.reading(work.tenant.id) as session:
            winner = store.issued_rendition(session, award.id, work.form.name, work.holder)
        if winner is None:  # the sweep took us for dead, or what we told is out of date: the caller begins anew
            raise
        return winner
    except Problem as problem:
        abandon(services, work, row, problem.kind)
        raise


def signed(services: Services, work: Work, award: Award, row: Rendition) -> Sealed:
    """What was reserved, built, signed and checked; nothing is stored. Raises as `seal` does."""
    entry = StatusEntry(row.status_list_url, row.status_index, status_lists.purpose_of(work.achievement))
    unsecured = document.build(
        services.settings,
        tenant=work.tenant,
        issuer=row.issuer,
        learner=work.learner,
        award=award,
        achievement=work.achievement,
        valid_from=row.valid_from,
        status_entry=None if work.form == SD_JWT_VC else entry,
        holder=work.holder,
    )
    if work.form == SELECTIVE:  # a part must not tell the number by which anybody could open the whole
        unsecured["id"] = f"urn:uuid:{row.id}"
    signer = services.keys.signer(work.signer.key.name)
    return sign(services, unsecured, _securing(services, work, row, unsecured), signer, work.signer.public)


def _securing(services: Services, work: Work, row: Rendition, unsecured: dict[str, Any]) -> issuance.Securing:
    method = work.signer.verification_method
    if work.form in SD_JWT_FORMS:
        binding = Binding(did.own_key(work.holder))
        if work.form == SD_JWT_VC:
            url = status_lists.token_list_url(row.status_list_url)
            binding = replace(binding, vct=type_url(services.settings), status_list=url, index=row.status_index)
        algorithm = status_lists.JWT_ALGORITHMS[work.form.key_type]
        return issuance.SdJwt(algorithm, kid=method, binding=binding, new_salt=services.new_secret)
    if work.form == WRAPPED_JWT:
        algorithm = status_lists.JWT_ALGORITHMS[work.form.key_type]
        return issuance.Jwt(algorithm, kid=method, is_wrapped=True)
    if work.form.media_type == JWT:
        return issuance.Jwt(work.form.name, kid=method)
    if work.form == SELECTIVE:
        return selective.securing(services, method, showing.mandatory(unsecured))
    return issuance.DataIntegrity(work.form.name, method, services.clock())


def _record(
    services: Services, work: Work, award: Award, row: Rendition, sealed: Sealed, *, replaces: bool
) -> Rendition:
    now = services.clock()
    with services.database.writing(work.tenant.id) as session:
        return record(session, work, award, row, sealed, now, replaces=replaces)


def record(
    session: TenantSession,
    work: Work,
    award: Award,
    row: Rendition,
    sealed: Sealed,
    now: datetime,
    *,
    replaces: bool = False,
) -> Rendition:
    """In the caller's transaction: what was reserved is sealed. Raises as `seal` does."""
    known = store.renditions_to_record(session, award.id)
    stored = next((each for each in known if each.id == row.id), None)
    if stored is None or stored.revoked_at is not None:
        raise Conflict("The award was revoked while its credential was sealed.")
    issued = [each for each in known if each.state == "issued"]
    if stored.state != "reserved" or _was_overtaken(row, issued, replaces=replaces):
        raise AlreadyThere("the sweep or a re-issue was quicker")
    if replaces:
        supersede(session, award)
        _tell_of_new_one(session, award, row, now)
    store.record_issued(session, row.id, sealed.content, sealed.media_type, sealed.sha256)
    audit.record(
        session,
        at=now,
        actor=work.actor,
        action="signed",
        subject=award.id,
        rendition=row.id,
        form=row.form,
        sha256=sealed.sha256,
    )
    row.content, row.media_type, row.sha256 = sealed.content, sealed.media_type, sealed.sha256
    row.state = "issued"
    return row


def _tell_of_new_one(session: TenantSession, award: Award, row: Rendition, now: datetime) -> None:
    """What the learner took is not valid any more, if she took it; the mail brings the new one."""
    if mail.is_queued(session, "offer", award.id):
        mail.queue(session, "reissued", row.id, learner_id=award.learner_id, award_id=award.id, at=now)


def give_up_lost(session: TenantSession, award: Award, now: datetime, *, is_told: bool) -> None:
    """In the caller's transaction: what wallets lost with a key is not sealed anew; the learner is offered it again.

    `is_told`: she is offered the new one anyway, since other data changed too.
    """
    lost = [row for row in store.renditions(session, award.id) if row.holder and row.state == "revoked"]
    for row in lost:
        row.state = "superseded"
    if lost and not is_told:
        _tell_of_new_one(session, award, lost[0], now)
    session.flush()


def _was_overtaken(row: Rendition, issued: Sequence[Any], *, replaces: bool) -> bool:
    """Whether a re-issue came between: it told the same already, or what this one tells is out of date."""
    if replaces and any((each.form, each.holder, each.basis) == (row.form, row.holder, row.basis) for each in issued):
        return True
    return any(each.created_at > row.created_at and each.basis != row.basis for each in issued)


def supersede(session: TenantSession, award: Award, state: str = "superseded") -> None:
    """Revoke every rendition of the award that was ever sealed, in the caller's transaction."""
    for older in store.renditions(session, award.id):
        if older.sha256 is not None and older.state in ("issued", "abandoned"):
            status_lists.set_bits(session, older.status_list_id, [older.status_index])
            older.state = state
    session.flush()


def settle_status(session: TenantSession, award: Award, *, in_force: bool) -> None:
    """Set or clear the status of every rendition that counts or is being made, in the caller's transaction.

    Those superseded, or revoked with their key, stay as they are.
    """
    for row in store.renditions(session, award.id):
        if row.state in ("issued", "reserved"):
            status_lists.set_bits(session, row.status_list_id, [row.status_index], value=not in_force)
    session.flush()


def abandon(services: Services, work: Work, row: Rendition, why: str) -> None:
    """Leave the reserved rendition; an award without another one is taken back: nothing of it was ever sealed."""
    now = services.clock()
    with services.database.writing(work.tenant.id) as session:
        stored = store.rendition(session, row.id)
        if stored.state == "reserved":
            stored.state = "abandoned"
        session.flush()
        award = store.award(session, row.award_id, lock=True)
        others = [each for each in store.renditions(session, row.award_id) if each.state != "abandoned"]
        by_officer = award is not None and award.application_id is not None  # her decision stands; the sweep seals it
        if award is not None and award.revoked_at is None and not others and not by_officer:
            award.revoked_at, award.revocation_reason = now, "never sealed"
        audit.record(
            session,
            at=now,
            actor=work.actor,
            action="not signed",
            subject=row.award_id,
            rendition=row.id,
            why=why[:300],
        )
