"""Learners, their results with history, and what waits for a person to look at it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.ascii_lower import ascii_lower
from app.store.session import Scoped, Table, UtcDateTime


class Learner(Scoped, Table):
    """A person. `id` is random and is what history names; `code` is the provider's own number for her.

    Erased: nothing but `id` is left of her, so that awards and their status indexes still belong to somebody.
    """

    __tablename__ = "learner"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        Index("learner_of_tenant", "tenant_id", "to_recheck"),
        Index("learner_by_email", ascii_lower(literal_column("email"))),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(500))
    name: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(320))
    did: Mapped[str | None] = mapped_column(String(2000))
    language: Mapped[str | None] = mapped_column(String(35))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_recheck: Mapped[bool] = mapped_column(default=False, index=True)  # evidence was taken back since her awards
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class Result(Scoped, Table):
    """One canonical result record (domain: source system and record id are its key). Corrections keep the old row."""

    __tablename__ = "result"
    __table_args__ = (
        Index("result_of_tenant", "tenant_id", "learner_id"),
        Index(
            "one_current_result",
            "tenant_id",
            "source_system",
            "source_record_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    learner_id: Mapped[str] = mapped_column(String(36), ForeignKey("learner.id"), index=True)
    source_system: Mapped[str] = mapped_column(String(500))
    source_record_id: Mapped[str] = mapped_column(String(200))
    assessment: Mapped[str] = mapped_column(String(500))
    section: Mapped[str] = mapped_column(String(500))
    attempt: Mapped[int]
    score: Mapped[str | None] = mapped_column(String(60))
    max: Mapped[str] = mapped_column(String(60))
    performed_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(20))
    assessor: Mapped[str | None] = mapped_column(String(500))
    signed_off_by: Mapped[str | None] = mapped_column(String(500))
    signed_off_on: Mapped[date | None] = mapped_column(Date)
    stated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the source said so
    signed_here: Mapped[bool] = mapped_column(default=False)  # by /api/v1/sign-offs: its source does not know
    import_id: Mapped[str] = mapped_column(String(36), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewItem(Scoped, Table):
    """A row that was not taken, because a person must look at it: unknown learner, other scale, ..."""

    __tablename__ = "review_item"
    __table_args__ = (UniqueConstraint("tenant_id", "record_key"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    record_key: Mapped[str] = mapped_column(String(64))  # digest of source system and record id: one item a record
    reason: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(String(1000))
    raw: Mapped[Any] = mapped_column(JSON)
    import_id: Mapped[str] = mapped_column(String(36), index=True)
    state: Mapped[str] = mapped_column(String(20))  # open, resolved, dismissed
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
