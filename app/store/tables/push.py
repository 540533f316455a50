"""Badges that a learner sends to another host of badges, and what came of it.

A learner is her e-mail address here, as in backpack.py: these tables have no tenant.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Table, UtcDateTime


class Push(Table):
    """One sending of some badges to a host. `host`: its endpoints, as its service description told them.

    `stage`: found (she is told whereto), asked (her browser is at the host; `state_hash`, SHA-256 in hex, waits),
    sending, done, refused (`why`: the words of it; `told`: the host's own).
    `locked`: how we are registered there, which opens only with her session.
    """

    __tablename__ = "push"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), index=True)
    host: Mapped[Any] = mapped_column(JSON)
    stage: Mapped[str] = mapped_column(String(20))
    locked: Mapped[bytes | None] = mapped_column(LargeBinary)
    state_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    why: Mapped[str | None] = mapped_column(String(300))
    told: Mapped[str | None] = mapped_column(String(300))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PushItem(Table):
    """One badge of a push: an award or a badge from elsewhere. `title`: what it was called when she chose it.

    `outcome`: added, replaced, kept (the host has a newer one), refused (`told`: the host's words), not_sent; None
    while it is not known.
    """

    __tablename__ = "push_item"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    push_id: Mapped[str] = mapped_column(String(36), ForeignKey("push.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    award_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("award.id"), index=True)
    foreign_badge_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("foreign_badge.id"), index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))
    told: Mapped[str | None] = mapped_column(String(300))
