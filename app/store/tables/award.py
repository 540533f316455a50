"""Awards that a person should look at again, and awards made many at once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class AwardReview(Scoped, Table):
    """An award whose evidence was corrected or withdrawn since. States: open, kept (a person's word), resolved."""

    __tablename__ = "award_review"
    __table_args__ = (
        Index("ix_award_review_tenant_id", "tenant_id"),
        Index(
            "one_open_award_review",
            "tenant_id",
            "award_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    award_id: Mapped[str] = mapped_column(String(36), ForeignKey("award.id"), index=True)
    reason: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(String(1000))
    tree_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(String(1000))


class Batch(Scoped, Table):
    """Awards of one achievement to many learners. `leased_until`: until then some process works on it.

    `offer`: whether new awards are offered to their learners by mail.
    """

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_tenant_id", "tenant_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    achievement_code: Mapped[str] = mapped_column(String(500))
    form: Mapped[str] = mapped_column(String(40))
    offer: Mapped[bool] = mapped_column(default=True)
    requested_by: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class BatchRow(Scoped, Table):
    """One learner of a batch. `outcome` None while it waits."""

    __tablename__ = "batch_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        Index("batch_row_of_tenant", "tenant_id", "batch_id", "number"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    batch_id: Mapped[str] = mapped_column(String(36), ForeignKey("batch.id"))
    number: Mapped[int]
    learner: Mapped[str] = mapped_column(String(500))
    outcome: Mapped[str | None] = mapped_column(String(20))
    award_id: Mapped[str | None] = mapped_column(String(36))
    message: Mapped[str | None] = mapped_column(String(2000))
    remedy: Mapped[str | None] = mapped_column(String(1000))
