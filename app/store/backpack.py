"""Named queries about signing in, badges from elsewhere and shares: by e-mail address or random id, in any tenant."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import undefer

from app.store.session import TenantSession
from app.store.tables import ForeignBadge, LearnerSession, PushItem, Share, ShareItem, SignInLink, Tenant

_PLAIN = {"synchronize_session": False}
ASKED_AT_ONCE = 500  # requests to sign in that one round of the sweep answers


def asked_links(session: TenantSession, email: str | None = None) -> list[SignInLink]:
    """Requests to sign in that are not answered yet, the oldest first; of one address or of all."""
    query = select(SignInLink).where(SignInLink.expires_at.is_(None)).order_by(SignInLink.asked_at, SignInLink.id)
    if email is not None:
        query = query.where(SignInLink.email == email)
    return list(session.scalars(query.limit(ASKED_AT_ONCE).with_for_update(skip_locked=True)))


def links_answered_since(session: TenantSession, email: str, since: datetime) -> int:
    """How many requests of this address were answered with a mail since then."""
    answered = (SignInLink.email == email, SignInLink.expires_at.is_not(None), SignInLink.asked_at >= since)
    return session.scalar(select(func.count()).select_from(SignInLink).where(*answered)) or 0


def sign_in_link(session: TenantSession, token_hash: str) -> SignInLink | None:
    """The link with this token."""
    return session.scalars(select(SignInLink).where(SignInLink.token_hash == token_hash)).one_or_none()


def sign_in_link_by_id(session: TenantSession, link_id: str, *, lock: bool = False) -> SignInLink | None:
    """The link of that id; with `lock`, nobody else changes it until the transaction ends."""
    query = select(SignInLink).where(SignInLink.id == link_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def use_link(session: TenantSession, link_id: str, now: datetime) -> bool:
    """Mark a link as used; False when somebody else was quicker."""
    unused = (SignInLink.id == link_id, SignInLink.used_at.is_(None))
    done = session.execute(update(SignInLink).where(*unused).values(used_at=now).execution_options(**_PLAIN))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def learner_session(session: TenantSession, token_hash: str, now: datetime) -> LearnerSession | None:
    """The session with this token, unless it has ended."""
    lasting = (LearnerSession.token_hash == token_hash, LearnerSession.expires_at > now)
    return session.scalars(select(LearnerSession).where(*lasting)).one_or_none()


def end_session(session: TenantSession, token_hash: str) -> None:
    """Sign one browser out."""
    session.execute(delete(LearnerSession).where(LearnerSession.token_hash == token_hash))


def end_sessions_of(session: TenantSession, email: str) -> None:
    """Sign every browser of this address out, and let no link to it work any more."""
    session.execute(delete(LearnerSession).where(LearnerSession.email == email))
    session.execute(delete(SignInLink).where(SignInLink.email == email))


def forget_ended(session: TenantSession, now: datetime, links_before: datetime) -> None:
    """Delete sessions that have ended and links that were asked for before that moment."""
    session.execute(delete(LearnerSession).where(LearnerSession.expires_at <= now))
    session.execute(delete(SignInLink).where(SignInLink.asked_at < links_before))


def tenants_by_id(session: TenantSession, ids: set[str]) -> dict[str, Tenant]:
    """These tenants."""
    return {row.id: row for row in session.scalars(select(Tenant).where(Tenant.id.in_(ids)))}


def foreign_badge_by_digest(session: TenantSession, email: str, sha256: str) -> ForeignBadge | None:
    """The badge from elsewhere with these bytes."""
    query = select(ForeignBadge).where(ForeignBadge.email == email, ForeignBadge.sha256 == sha256)
    return session.scalars(query).one_or_none()


def foreign_badge_count(session: TenantSession, email: str) -> int:
    """How many somebody keeps."""
    return session.scalar(select(func.count()).select_from(ForeignBadge).where(ForeignBadge.email == email)) or 0


def foreign_badges(session: TenantSession, email: str) -> list[ForeignBadge]:
    """All that somebody keeps, the newest first, without their bytes."""
    query = select(ForeignBadge).where(ForeignBadge.email == email)
    return list(session.scalars(query.order_by(ForeignBadge.added_at.desc(), ForeignBadge.id)))


def foreign_badge(session: TenantSession, email: str, badge_id: str) -> ForeignBadge | None:
    """One of them, with its bytes."""
    query = select(ForeignBadge).where(ForeignBadge.email == email, ForeignBadge.id == badge_id)
    return session.scalars(query.options(undefer(ForeignBadge.content))).one_or_none()


def foreign_badges_without_form(session: TenantSession, limit: int) -> list[ForeignBadge]:
    """Some whose form in the Open Badges 3.0 API is not known yet, with their bytes."""
    query = select(ForeignBadge).where(ForeignBadge.api_form.is_(None)).order_by(ForeignBadge.id).limit(limit)
    return list(session.scalars(query.options(undefer(ForeignBadge.content)).with_for_update(skip_locked=True)))


def remove_foreign_badge(session: TenantSession, row: ForeignBadge) -> None:
    """Delete it, also from what is shared; what was sent elsewhere is told without it."""
    session.execute(delete(ShareItem).where(ShareItem.foreign_badge_id == row.id).execution_options(**_PLAIN))
    sent = update(PushItem).where(PushItem.foreign_badge_id == row.id).values(foreign_badge_id=None)
    session.execute(sent.execution_options(**_PLAIN))
    session.delete(row)
    session.flush()


def shares(session: TenantSession, email: str) -> list[Share]:
    """All that somebody shared, the newest first; ended ones too."""
    query = select(Share).where(Share.email == email).order_by(Share.created_at.desc(), Share.id)
    return list(session.scalars(query))


def share(session: TenantSession, share_id: str) -> Share | None:
    """The share of that id."""
    return session.scalars(select(Share).where(Share.id == share_id)).one_or_none()


def share_items(session: TenantSession, share_id: str) -> list[ShareItem]:
    """What it shows, in order."""
    return list(session.scalars(select(ShareItem).where(ShareItem.share_id == share_id).order_by(ShareItem.number)))


def remove_share(session: TenantSession, share_id: str) -> None:
    """Delete it with what it shows."""
    session.execute(delete(ShareItem).where(ShareItem.share_id == share_id).execution_options(**_PLAIN))
    session.execute(delete(Share).where(Share.id == share_id).execution_options(**_PLAIN))


def sessions_of(session: TenantSession, email: str) -> list[LearnerSession]:
    """The browsers that are signed in, the newest first."""
    query = select(LearnerSession).where(LearnerSession.email == email)
    return list(session.scalars(query.order_by(LearnerSession.created_at.desc(), LearnerSession.id)))
