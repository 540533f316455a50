"""Certification of persons: an application, and everything that was ever done about it, in order."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class Application(Scoped, Table):
    """A learner's application for a certificate, under the rule version valid on that day (`achievement_id`).

    Closed when a later application takes its place. `licence_number`: given with the first grant and kept in renewals.
    `retained_until`: last day on which its records are kept although its learner is erased (app/wallet/retention.py).
    """

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_tenant_id", "tenant_id"),
        Index(
            "one_open_application",
            "tenant_id",
            "learner_id",
            "achievement_code",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    learner_id: Mapped[str] = mapped_column(String(36), ForeignKey("learner.id"), index=True)
    achievement_id: Mapped[str] = mapped_column(String(36), ForeignKey("achievement.id"))
    achievement_code: Mapped[str] = mapped_column(String(500))
    licence_number: Mapped[str | None] = mapped_column(String(600), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retained_until: Mapped[date | None] = mapped_column(Date, index=True)


class CertificationAct(Scoped, Table):
    """One act: application, decision, appeal, or decision on an appeal. Rows are added, never changed.

    `number`: from 1 in each application, so that of two officers at once one is first. `person`: the officer; of an
    application and an appeal, who handed it in. `about`: the act that an appeal is against, or the appeal decided.
    `evaluation`, `evidence`: what the act rests on, frozen, with the hash that an officer must have seen.
    """

    __tablename__ = "certification_act"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        Index("ix_certification_act_tenant_id", "tenant_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(String(36), ForeignKey("application.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str | None] = mapped_column(String(2000))
    about: Mapped[str | None] = mapped_column(String(36))
    evaluation_hash: Mapped[str | None] = mapped_column(String(80))
    evaluation: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    award_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("award.id"))
    valid_until: Mapped[date | None] = mapped_column(Date)
    deadline: Mapped[date | None] = mapped_column(Date)  # last day of an appeal against it
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(500))
