"""Named queries about offers and the links that lead to them."""

from datetime import date, datetime

from sqlalchemy import bindparam, exists, literal, select, update

from app.store.prepared import scoped
from app.store.session import TenantSession
from app.store.tables import Award, Learner, Mail, Offer, OfferLink

_OPEN_OFFER = scoped(select(Offer).where(Offer.award_id == bindparam("award_id"), Offer.state == "open"))


def offer(session: TenantSession, offer_id: str) -> Offer | None:
    """The offer of that id."""
    return session.scalars(select(Offer).where(Offer.id == offer_id)).one_or_none()


def offer_by_link(session: TenantSession, token_hash: str) -> Offer | None:
    """The offer that a link leads to."""
    return session.scalars(
        select(Offer).join(OfferLink, OfferLink.offer_id == Offer.id).where(OfferLink.token_hash == token_hash)
    ).one_or_none()


def offer_by_code(session: TenantSession, code_hash: str) -> Offer | None:
    """The offer of a pre-authorized code that was not used yet."""
    return session.scalars(select(Offer).where(Offer.code_hash == code_hash)).one_or_none()


def open_offer(session: TenantSession, award_id: str) -> Offer | None:
    """The one open offer of an award, to read only; it may have expired."""
    return next(iter(session.rows(_OPEN_OFFER, award_id=award_id)), None)


def offers(
    session: TenantSession,
    *,
    award_id: str | None = None,
    learner_id: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[tuple[Offer, Award, Learner]]:
    """Offers in the order of their ids, after one, each with what it offers to whom."""
    query = (
        select(Offer, Award, Learner)
        .join(Award, Award.id == Offer.award_id)
        .join(Learner, Learner.id == Offer.learner_id)
        .where(Offer.id > after)
        .order_by(Offer.id)
        .limit(limit)
    )
    for column, value in ((Offer.award_id, award_id), (Offer.learner_id, learner_id)):
        query = query if value is None else query.where(column == value)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def move(session: TenantSession, offer_id: str, *, to: str) -> bool:
    """Take an open offer to another state and its code with it; False when somebody was quicker."""
    done = session.execute(
        update(Offer).where(Offer.id == offer_id, Offer.state == "open").values(state=to, code_hash=None)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def use_code(session: TenantSession, code_hash: str) -> bool:
    """Use a pre-authorized code up; of two who try at the same instant, one gets True."""
    done = session.execute(update(Offer).where(Offer.code_hash == code_hash).values(code_hash=None))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def count_wrong_tx_code(session: TenantSession, offer_id: str) -> int:
    """Count one more wrong transaction code, and return how many there were."""
    session.execute(update(Offer).where(Offer.id == offer_id).values(tx_tries=Offer.tx_tries + 1))
    return session.scalars(select(Offer.tx_tries).where(Offer.id == offer_id)).one()


def note_taken(session: TenantSession, offer_id: str, at: datetime) -> None:
    """Note that it was taken, in whatever way, unless that was noted before."""
    session.execute(update(Offer).where(Offer.id == offer_id, Offer.taken_at.is_(None)).values(taken_at=at))


def was_taken(session: TenantSession, award_id: str) -> bool:
    """Whether an award was taken by any of its offers, in whatever way."""
    taken = (Offer.award_id == award_id, Offer.taken_at.is_not(None))
    return session.scalars(select(Offer.id).where(*taken).limit(1)).first() is not None


def offers_not_taken(session: TenantSession, made_before: datetime, now: datetime, *, limit: int) -> list[Offer]:
    """Offers that stand since long and were not taken, and of which nobody was reminded; across tenants."""
    reminded = exists().where(Mail.tenant_id == Offer.tenant_id, Mail.key == literal("reminder ") + Offer.id)
    waiting = (
        Offer.state == "open",
        Offer.taken_at.is_(None),
        Offer.created_at <= made_before,
        Offer.expires_at > now,
    )
    return list(session.scalars(select(Offer).where(*waiting, ~reminded).order_by(Offer.created_at).limit(limit)))


def awards_that_end(session: TenantSession, notice: str, after: date, until: date, *, limit: int) -> list[Award]:
    """Awards in force whose last day is after one day and not after another, and of which this notice was not queued.

    In a session across tenants.
    """
    told = exists().where(
        Mail.tenant_id == Award.tenant_id, Mail.key == literal("expiring ") + Award.id + literal(f" {notice}")
    )
    in_force = (
        Award.valid_until > after,
        Award.valid_until <= until,
        Award.revoked_at.is_(None),
        Award.replaced_at.is_(None),
        Award.suspended_at.is_(None),
    )
    return list(session.scalars(select(Award).where(*in_force, ~told).order_by(Award.valid_until).limit(limit)))
