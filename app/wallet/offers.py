"""Offers: an award is offered to its learner, who takes it by a link that nobody else can guess.

A link holds 256 random bits and is stored as a hash only. Looking never uses anything up, since mail scanners look; a
wallet gets a pre-authorized code (OpenID4VCI 1.0, section 3.5) that is made when the learner asks for it, is used once,
and can be made anew until a wallet has the credential. Whether an offer stands is worked out when somebody looks: it
ends with the award, and when the learner's e-mail address is another one than it was sent to.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import Conflict, Gone, NotFound
from app.issuer import names
from app.issuer.award.shown import status_of
from app.ports import Services
from app.store import assessment, audit, tenancy
from app.store import credential as awards
from app.store import wallet as store
from app.store.session import TenantSession
from app.store.tables import Award, Learner, Offer, OfferLink, Tenant
from app.texts import N_

OPEN, CLAIMED, WITHDRAWN, OVER = "open", "claimed", "withdrawn", "expired"
EXPIRED, SUSPENDED = "EXPIRED", "SUSPENDED"  # why an offer is Gone, besides CLAIMED and WITHDRAWN
CODE_LASTS = timedelta(minutes=15)  # time to find the phone and open the wallet
OPEN_AFTER_CLAIM = timedelta(hours=1)  # to print the certificate too; then the link in the mail is spent
TX_CODE_DIGITS = 6
MOST_WRONG_TX_CODES = 5  # of a million: then the offer is withdrawn


@dataclass(frozen=True, slots=True)
class Made:
    """A new offer. `token` stands in its link and `tx_code` (None unless asked for) is told apart; shown once."""

    offer: Offer
    token: str
    tx_code: str | None


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer and what it is about. `ended`: None while it stands, else EXPIRED, WITHDRAWN, SUSPENDED or CLAIMED."""

    offer: Offer
    award: Award
    learner: Learner
    tenant: Tenant
    ended: str | None

    @property
    def is_claimed(self) -> bool:
        """Whether a wallet has it; no other wallet gets it by the same offer."""
        return self.offer.state == CLAIMED


def digest(secret: str) -> str:
    """SHA-256 in hex: enough for 256 random bits, where there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def claim_url(services: Services, token: str) -> str:
    """The address of the claim page."""
    return f"{services.settings.public_url}/claim/{token}"


def make(services: Services, session: TenantSession, award: Award, *, actor: str, with_tx_code: bool = False) -> Made:
    """In the caller's transaction: offer the award to its learner; an open offer of it is withdrawn.

    Raises Conflict when the award is not in force.
    """
    now = services.clock()
    status = status_of(award, now)
    if status != "valid" or award.replaced_at is not None:
        raise Conflict(f"This credential is {status if status != 'valid' else 'replaced'}; it is not offered.")
    before = store.open_offer(session, award.id)
    if before is not None:
        store.move(session, before.id, to=WITHDRAWN if before.expires_at > now else OVER)
    learner = assessment.read_learner_by_id(session, award.learner_id)
    if learner.erased_at is not None:
        raise Gone("The learner of this credential was erased.", reason="ERASED")
    tx_code = f"{services.random_below(10**TX_CODE_DIGITS):0{TX_CODE_DIGITS}d}" if with_tx_code else None
    offer = Offer(
        id=services.new_id(),
        award_id=award.id,
        learner_id=learner.id,
        sent_to=learner.email,
        state=OPEN,
        created_at=now,
        expires_at=now + timedelta(days=services.settings.offer_days),
        tx_tries=0,
    )
    offer.tx_code_hash = digest(f"{offer.id}:{tx_code}") if tx_code else None
    session.insert(offer)
    audit.record(session, at=now, actor=actor, action="offered", subject=award.id, offer=offer.id)
    return Made(offer, add_link(services, session, offer), tx_code)


def add_link(services: Services, session: TenantSession, offer: Offer) -> str:
    """In the caller's transaction: one more link to an offer; returns its token, which is stored nowhere."""
    token = services.new_secret()
    now = services.clock()
    session.insert(OfferLink(token_hash=digest(token), offer_id=offer.id, created_at=now, tenant_id=offer.tenant_id))
    return token


def look(services: Services, token: str) -> Offered:
    """The offer that a link leads to, whether it still stands or not; uses nothing up. Raises NotFound."""
    with services.database.everywhere(why="who has the link may look") as session:
        offer = store.offer_by_link(session, digest(token))
        if offer is None:
            raise NotFound(
                N_("There is no such offer."),
                remedy=N_("Check that the whole link was copied, or ask who awarded you the badge for a new one."),
            )
        return offered(session, offer, services.clock())


def refuse_ended(found: Offered) -> None:
    """Raise Gone, with why as `reason`, when the offer does not stand any more."""
    if found.ended is not None:
        raise Gone(
            f"This offer has ended: {found.ended.lower()}.",
            remedy="Ask who awarded it for a new link.",
            reason=found.ended,
        )


def offered(session: TenantSession, offer: Offer, now: datetime) -> Offered:
    """An offer with what it is about, and whether it stands."""
    award = awards.award(session, offer.award_id)
    if award is None:
        raise NotFound("There is no such offer.")
    learner = assessment.learner_by_id(session, offer.learner_id)
    return Offered(offer, award, learner, tenancy.tenant(session, offer.tenant_id), ended(offer, award, learner, now))


def ended(offer: Offer, award: Award, learner: Learner, now: datetime) -> str | None:
    """Why an offer does not stand any more, None while it does."""
    status = status_of(award, now)
    if offer.state == WITHDRAWN or status == "revoked" or offer.sent_to != learner.email:
        return "WITHDRAWN"
    if status == "suspended":
        return SUSPENDED
    if status == "expired" or award.replaced_at is not None:
        return EXPIRED
    if offer.state == CLAIMED and (offer.claimed_at is None or offer.claimed_at + OPEN_AFTER_CLAIM <= now):
        return "CLAIMED"
    return EXPIRED if offer.state == OVER or (offer.state == OPEN and offer.expires_at <= now) else None


def code_for(services: Services, found: Offered) -> str:
    """A fresh pre-authorized code for an open offer; the one before does not count any more. Raises Gone."""
    now = services.clock()
    code = services.new_secret()
    with services.database.writing(found.tenant.id) as session:
        offer = _find(session, found.offer.id)
        if offer.state != OPEN:
            raise Gone(N_("A wallet has it already."), remedy=N_("Ask for a new link."), reason=offer.state.upper())
        offer.code_hash, offer.code_expires_at = digest(code), now + CODE_LASTS
        audit.record(
            session, at=now, actor="learner", action="wallet code shown", subject=offer.award_id, offer=offer.id
        )
    return code


def find_by_code(services: Services, code: str) -> Offered | None:
    """The open offer of a pre-authorized code, None when it is unknown, used, too old, or the offer has ended."""
    with services.database.everywhere(why="who has the code may ask") as session:
        offer = store.offer_by_code(session, digest(code))
        now = services.clock()
        if offer is None or offer.code_expires_at is None or offer.code_expires_at <= now:
            return None
        found = offered(session, offer, now)
    return found if found.ended is None and offer.state == OPEN else None


def is_tx_code(services: Services, found: Offered, tx_code: str) -> bool:
    """Whether this is the offer's transaction code. Wrong ones are counted; after a few the offer is withdrawn."""
    offer = found.offer
    if offer.tx_code_hash is None:
        return True
    if hmac.compare_digest(digest(f"{offer.id}:{tx_code}"), offer.tx_code_hash) and _has_tries(services, found):
        return True
    with services.database.writing(found.tenant.id) as session:
        wrong = store.count_wrong_tx_code(session, offer.id)
        at = services.clock()
        audit.record(
            session, at=at, actor="learner", action="wrong transaction code", subject=offer.award_id, offer=offer.id
        )
        if wrong >= MOST_WRONG_TX_CODES and store.move(session, offer.id, to=WITHDRAWN):
            _audit_withdrawn(session, offer, at, "too many wrong transaction codes")
    return False


def _has_tries(services: Services, found: Offered) -> bool:
    """Whether tries are left now: many may be on their way at once."""
    with services.database.reading(found.tenant.id) as session:
        return _find(session, found.offer.id).tx_tries < MOST_WRONG_TX_CODES


def use_code(services: Services, found: Offered, code: str) -> bool:
    """Use a pre-authorized code up; of two who try at the same instant, one gets True."""
    with services.database.writing(found.tenant.id) as session:
        won = store.use_code(session, digest(code))
        audit.record(
            session,
            at=services.clock(),
            actor="wallet",
            action="wallet code used" if won else "wallet code used again",
            subject=found.offer.award_id,
            offer=found.offer.id,
        )
    return won


def claimed(services: Services, session: TenantSession, offer_id: str) -> bool:
    """In the caller's transaction: a wallet has it. False when the offer was not open any more."""
    now = services.clock()
    offer = _find(session, offer_id)
    if not store.move(session, offer_id, to=CLAIMED):
        return False
    offer.claimed_at, offer.taken_at = now, offer.taken_at or now
    audit.record(session, at=now, actor="wallet", action="claimed", subject=offer.award_id, offer=offer.id)
    return True


def taken(services: Services, found: Offered, how: str) -> None:
    """Note that it was taken without a wallet (`how`: download, backpack), so that nobody is reminded of it."""
    with services.database.writing(found.tenant.id) as session:
        if _find(session, found.offer.id).taken_at is not None:
            return
        at = services.clock()
        store.note_taken(session, found.offer.id, at)
        audit.record(
            session, at=at, actor="learner", action="taken", subject=found.award.id, offer=found.offer.id, how=how
        )


def withdraw(services: Services, session: TenantSession, offer_id: str, *, actor: str) -> Offer:
    """In the caller's transaction: end an offer; doing it again changes nothing. Raises NotFound."""
    offer = _find(session, offer_id)
    if store.move(session, offer.id, to=WITHDRAWN):
        _audit_withdrawn(session, offer, services.clock(), "asked for", actor)
    session.refresh(offer)
    return offer


def _audit_withdrawn(session: TenantSession, offer: Offer, at: datetime, why: str, actor: str = "learner") -> None:
    audit.record(session, at=at, actor=actor, action="offer withdrawn", subject=offer.award_id, offer=offer.id, why=why)


def _find(session: TenantSession, offer_id: str) -> Offer:
    offer = store.offer(session, names.known_uuid(offer_id, "offer"))
    if offer is None:
        raise NotFound(f"There is no offer {offer_id}.")
    return offer
