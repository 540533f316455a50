"""Named queries about what is kept for some minutes only."""

from datetime import datetime

from sqlalchemy import Integer, String, cast, delete, select, update

from app.store.session import TenantSession
from app.store.tables import BriefText


def text(session: TenantSession, name_hash: str, now: datetime) -> str | None:
    """What is kept under that name, None when its time is over."""
    kept = select(BriefText.text).where(BriefText.name_hash == name_hash, BriefText.expires_at > now)
    return session.scalars(kept).one_or_none()


def take(session: TenantSession, name_hash: str, now: datetime) -> str | None:
    """The same, which is kept no longer; of several who try at the same instant one gets it."""
    found = text(session, name_hash, now)
    gone = session.execute(delete(BriefText).where(BriefText.name_hash == name_hash))
    return found if gone.rowcount else None  # type: ignore[attr-defined]


def count(session: TenantSession, name_hash: str, now: datetime) -> int | None:
    """Add one to the number that is kept under that name, in one statement; None when its time is over."""
    more = cast(cast(BriefText.text, Integer) + 1, String)
    kept = update(BriefText).where(BriefText.name_hash == name_hash, BriefText.expires_at > now)
    done = session.execute(kept.values(text=more).returning(BriefText.text)).scalar_one_or_none()
    return None if done is None else int(done)


def forget_expired(session: TenantSession, now: datetime) -> int:
    """Forget what has expired; returns how many."""
    done = session.execute(delete(BriefText).where(BriefText.expires_at <= now))
    return int(done.rowcount)  # type: ignore[attr-defined]
