"""Evidence besides results: practice, attestations, claims of prior learning, credentials of others.

Nothing is overwritten: a correction closes a row (`replaced_at`) and adds the next one under the same `item_id`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


def _indexes(table: str) -> tuple[Index, Index]:
    """One current row of each record, by the key that its source gives it; and the records of a learner."""
    current = text("replaced_at IS NULL")
    name = f"one_current_{table}"
    return (
        Index(name, "tenant_id", "record_key", unique=True, sqlite_where=current, postgresql_where=current),
        Index(f"{table}_of_tenant", "tenant_id", "learner_id"),
    )


class EvidenceItem(Scoped):
    """What every kind has: whose it is, what identifies it, and its history.

    `item_id`: public, the same in all versions. `record_key`: digest of the source's own id, or of what identifies it.
    Withdrawn: it counts no more, and it stays to be seen.
    """

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(36), index=True)
    record_key: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[str | None] = mapped_column(String(200))
    learner_id: Mapped[str] = mapped_column(String(36), ForeignKey("learner.id"), index=True)
    recorded_by: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawal_reason: Mapped[str | None] = mapped_column(String(1000))


class ExperienceRecord(EvidenceItem, Table):
    """Practice from one day to another, both included; `until` None while it goes on. Unverified without a name."""

    __tablename__ = "experience"
    __table_args__ = _indexes("experience")

    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    role: Mapped[str | None] = mapped_column(String(300))
    organisation: Mapped[str | None] = mapped_column(String(300))
    verified_by: Mapped[str | None] = mapped_column(String(500))
    verified_on: Mapped[date | None] = mapped_column(Date)


class AttestationRecord(EvidenceItem, Table):
    """A statement of a type that the rules name, signed by one person."""

    __tablename__ = "attestation"
    __table_args__ = _indexes("attestation")

    type: Mapped[str] = mapped_column(String(500))
    signed_by: Mapped[str] = mapped_column(String(500))
    signed_on: Mapped[date] = mapped_column(Date)


class RplClaimRecord(EvidenceItem, Table):
    """A claim of prior learning. Identified without evidence, documented with it, then for assessors to decide."""

    __tablename__ = "rpl_claim"
    __table_args__ = _indexes("rpl_claim")

    competency: Mapped[str] = mapped_column(String(500))
    level: Mapped[str] = mapped_column(String(500))
    evidence: Mapped[str | None] = mapped_column(String(2000))
    evidenced_on: Mapped[date | None] = mapped_column(Date)


class RplDecisionRecord(Scoped, Table):
    """One assessor's decision on a claim (`claim_id`: its item_id). It is never changed."""

    __tablename__ = "rpl_decision"
    __table_args__ = (
        UniqueConstraint("claim_id", "assessor"),
        Index("rpl_decision_of_tenant", "tenant_id", "claim_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    claim_id: Mapped[str] = mapped_column(String(36))
    assessor: Mapped[str] = mapped_column(String(500))
    decision: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(1000))
    decided_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecognitionRecord(EvidenceItem, Table):
    """A credential that the learner holds from elsewhere.

    `basis`: badge (its bytes were judged valid and are kept with the report) or recorded (taken from a register).
    `state`: recognised, review (whose it is must be settled) or refused. `status`: valid, suspended or revoked.
    """

    __tablename__ = "recognition"
    __table_args__ = _indexes("recognition")

    basis: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    issuer: Mapped[str] = mapped_column(String(4000))
    achievement: Mapped[str] = mapped_column(String(4000))
    issued_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(20))
    by_rpl: Mapped[bool]
    holder: Mapped[str | None] = mapped_column(String(40))
    settled_by: Mapped[str | None] = mapped_column(String(500))
    settled_on: Mapped[date | None] = mapped_column(Date)
    settlement: Mapped[str | None] = mapped_column(String(1000))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report: Mapped[Any | None] = mapped_column(JSON, deferred=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
