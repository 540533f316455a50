"""Answers kept for an Idempotency-Key."""

from datetime import datetime

from sqlalchemy import delete, select

from app.store.session import TenantSession
from app.store.tables import IdempotentAnswer


def answer(session: TenantSession, api_key_id: str, idempotency_key: str) -> IdempotentAnswer | None:
    """What was answered to this key of this caller."""
    return session.scalars(
        select(IdempotentAnswer).where(
            IdempotentAnswer.api_key_id == api_key_id, IdempotentAnswer.idempotency_key == idempotency_key
        )
    ).one_or_none()


def forget(session: TenantSession, before: datetime) -> None:
    """Drop answers that are older."""
    session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < before))
