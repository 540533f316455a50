"""The outbox: what is to be told to learners, stored in the transaction of the act that it is about."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from app.store.prepared import scoped
from app.store.session import TenantSession
from app.store.tables import Mail

_PLAIN: dict[str, Any] = {"synchronize_session": False}  # nobody holds these rows in memory: much quicker
_SENT = scoped(
    update(Mail).where(Mail.id == bindparam("mail_id")).values(state="sent", sent_at=bindparam("at"), error=None)
)
AT_ONCE = ("sign_in", "link")  # somebody sits and waits for it: before what a batch has made


def queue(
    session: TenantSession,
    kind: str,
    about: str,
    *,
    learner_id: str,
    at: datetime,
    award_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> str:
    """Put a mail into the outbox in the caller's transaction; returns its id, which follows from kind and `about`.

    Kind and `about` say what it tells, and nothing is told twice: ask `is_queued` first where it may have been.
    """
    key = f"{kind} {about}"
    mail_id = str(uuid.uuid5(uuid.UUID(session.tenant_id), key))
    session.insert_values(
        Mail,
        {
            "id": mail_id,
            "tenant_id": session.tenant_id,
            "kind": kind,
            "key": key,
            "learner_id": learner_id,
            "award_id": award_id,
            "details": dict(details or {}),
            "state": "waiting",
            "created_at": at,
            "due_at": at,
            "tries": 0,
        },
    )
    return mail_id


def is_queued(session: TenantSession, kind: str, about: str) -> bool:
    """Whether it is in the outbox, sent or not."""
    return session.scalars(select(Mail.id).where(Mail.key == f"{kind} {about}")).first() is not None


def was_never_sent(session: TenantSession, kind: str, about: str) -> bool:
    """Whether it is in the outbox and did not go out."""
    unsent = (Mail.key == f"{kind} {about}", Mail.sent_at.is_(None))
    return session.scalars(select(Mail.id).where(*unsent)).first() is not None


def was_told(session: TenantSession, kinds: Sequence[str], award_id: str) -> bool:
    """Whether a mail of one of these kinds about an award went out."""
    sent = (Mail.award_id == award_id, Mail.kind.in_(kinds), Mail.sent_at.is_not(None))
    return session.scalars(select(Mail.id).where(*sent).limit(1)).first() is not None


def tenants_with_due(session: TenantSession, now: datetime) -> list[str]:
    """The tenants that have mails to send, in a session across tenants."""
    return list(session.scalars(select(Mail.tenant_id).where(Mail.state == "waiting", Mail.due_at <= now).distinct()))


def take_due(session: TenantSession, now: datetime, until: datetime, limit: int) -> list[Mail]:
    """Up to `limit` mails to send now, which nobody else takes before `until`; each counts as tried."""
    rows = session.scalars(
        select(Mail)
        .where(Mail.state == "waiting", Mail.due_at <= now)
        .order_by(Mail.kind.not_in(AT_ONCE), Mail.due_at, Mail.id)
        .limit(limit)
        .with_for_update()
    ).all()
    for row in rows:
        row.due_at, row.tries = until, row.tries + 1
    return list(rows)


def note_sent(session: TenantSession, mail_id: str, at: datetime) -> None:
    """Note that a mail went out."""
    session.change(_SENT, mail_id=mail_id, at=at)


def settle(session: TenantSession, mail_id: str, **values: Any) -> None:
    """Note what came of a mail."""
    session.execute(update(Mail).where(Mail.id == mail_id).values(**values).execution_options(**_PLAIN))


def mail(session: TenantSession, mail_id: str) -> Mail | None:
    """The mail of that id."""
    return session.scalars(select(Mail).where(Mail.id == mail_id)).one_or_none()


def mails(
    session: TenantSession,
    *,
    state: str | None = None,
    learner_id: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[Mail]:
    """Mails in the order of their ids, after one."""
    query = select(Mail).where(Mail.id > after).order_by(Mail.id).limit(limit)
    for column, value in ((Mail.state, state), (Mail.learner_id, learner_id)):
        query = query if value is None else query.where(column == value)
    return list(session.scalars(query))


def drop(session: TenantSession, kinds: Sequence[str], award_id: str) -> None:
    """Drop the waiting mails of these kinds about an award: what they would tell is out of date."""
    waiting = (Mail.award_id == award_id, Mail.kind.in_(kinds), Mail.state == "waiting")
    session.execute(update(Mail).where(*waiting).values(state="dropped").execution_options(**_PLAIN))
