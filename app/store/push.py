"""Named queries about badges that learners send to other hosts: by e-mail address and random id."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.store.session import TenantSession
from app.store.tables import Push, PushItem

_PLAIN = {"synchronize_session": False}


def pushes(session: TenantSession, email: str) -> list[Push]:
    """All of somebody, the newest first."""
    return list(session.scalars(select(Push).where(Push.email == email).order_by(Push.made_at.desc(), Push.id)))


def push_count(session: TenantSession, email: str) -> int:
    """How many somebody has."""
    return session.scalar(select(func.count()).select_from(Push).where(Push.email == email)) or 0


def push(session: TenantSession, email: str, push_id: str, *, lock: bool = False) -> Push | None:
    """One of them; with `lock`, nobody else changes it until the transaction ends."""
    query = select(Push).where(Push.email == email, Push.id == push_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def items(session: TenantSession, push_id: str) -> list[PushItem]:
    """What it sends, in order."""
    return list(session.scalars(select(PushItem).where(PushItem.push_id == push_id).order_by(PushItem.number)))


def claim(session: TenantSession, push_id: str, state_hash: str, now: datetime, asked_after: datetime) -> bool:
    """Use the way back up: from now on it is being sent. Of two who try at the same instant, one gets True."""
    asked = (Push.id == push_id, Push.stage == "asked", Push.state_hash == state_hash, Push.changed_at > asked_after)
    values = {"stage": "sending", "state_hash": None, "locked": None, "changed_at": now}
    done = session.execute(update(Push).where(*asked).values(**values).execution_options(**_PLAIN))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def note_outcome(session: TenantSession, item_id: str, outcome: str, told: str | None) -> None:
    """What became of one badge."""
    values = {"outcome": outcome, "told": told}
    session.execute(update(PushItem).where(PushItem.id == item_id).values(**values).execution_options(**_PLAIN))


def remove(session: TenantSession, push_id: str) -> None:
    """Delete it with what it sends."""
    session.execute(delete(PushItem).where(PushItem.push_id == push_id).execution_options(**_PLAIN))
    session.execute(delete(Push).where(Push.id == push_id).execution_options(**_PLAIN))


def forget_before(session: TenantSession, before: datetime) -> int:
    """Delete what was made before that moment; returns how many."""
    old = select(Push.id).where(Push.made_at < before)
    session.execute(delete(PushItem).where(PushItem.push_id.in_(old)).execution_options(**_PLAIN))
    done = session.execute(delete(Push).where(Push.made_at < before).execution_options(**_PLAIN))
    return int(done.rowcount)  # type: ignore[attr-defined]
