"""Offers of awards to their learners, the links that lead to them, and the mails that wait to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class Offer(Scoped, Table):
    """An award offered to its learner, who takes it by herself. Nothing secret is kept but as SHA-256 in hex.

    States: open, claimed (a wallet has it), withdrawn (by the provider, by a newer offer, by too many wrong transaction
    codes), expired (and there is a newer one; until then it is open, and `expires_at` tells). That the award is revoked
    or suspended stands with the award. `sent_to`: the learner's e-mail address then.
    """

    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_of_tenant", "tenant_id", "award_id"),
        Index(
            "one_open_offer",
            "award_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    award_id: Mapped[str] = mapped_column(String(36), ForeignKey("award.id"))
    learner_id: Mapped[str] = mapped_column(String(36), ForeignKey("learner.id"), index=True)
    sent_to: Mapped[str] = mapped_column(String(320))
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # first taken in any way, by download too
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the pre-authorized code, while unused
    code_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tx_code_hash: Mapped[str | None] = mapped_column(String(64))
    tx_tries: Mapped[int] = mapped_column(default=0)  # wrong transaction codes so far


class OfferLink(Scoped, Table):
    """One claim link of an offer: the mail has one, the reminder another, and what is asked for again a third."""

    __tablename__ = "offer_link"
    __table_args__ = (Index("ix_offer_link_tenant_id", "tenant_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    offer_id: Mapped[str] = mapped_column(String(36), ForeignKey("offer.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mail(Scoped, Table):
    """A mail that is written when it is sent, so that it keeps no address, no link and no text. `id` names it for good.

    States: waiting (perhaps tried before), sent, failed (given up), dropped (there was nothing to tell any more).
    `key`: what it is about, so that nothing is told twice. `details`: what its kind needs, never a secret.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        Index("mail_of_tenant", "tenant_id", "state", "id"),
        Index("mail_that_is_due", "state", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    learner_id: Mapped[str] = mapped_column(String(36), ForeignKey("learner.id"), index=True)
    award_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("award.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(300))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
