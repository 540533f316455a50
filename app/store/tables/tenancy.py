"""Tenants, their keys, what they did, and answers kept for repeated requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class Tenant(Table):
    """One issuing organisation. `profile`: name, url, email, country_code, country, locality, image, description.

    `offers`: whether its awards are offered to their learners by mail without being asked to.
    """

    __tablename__ = "tenant"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    offers: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKey(Scoped, Table):
    """An API key; in clear it is shown once. `key_hash`: SHA-256 in hex of the whole key."""

    __tablename__ = "api_key"
    __table_args__ = (Index("ix_api_key_tenant_id", "tenant_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SigningKey(Scoped, Table):
    """A signing key's public side. The private one lies under `name` behind the Keys port.

    Retired: it signs no new badge, old ones keep verifying. Revoked (a revoked key is retired too): nothing that it
    ever signed counts any longer. `compromised_since`: from when on somebody else may have signed with it.
    """

    __tablename__ = "signing_key"
    __table_args__ = (Index("ix_signing_key_tenant_id", "tenant_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(500), unique=True)
    key_type: Mapped[str] = mapped_column(String(20))
    public_jwk: Mapped[dict[str, str]] = mapped_column(JSON)
    thumbprint: Mapped[str] = mapped_column(String(64), unique=True)  # no two issuers ever share a key
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    compromised_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revocation_reason: Mapped[str | None] = mapped_column(String(1000))


class AuditEntry(Scoped, Table):
    """One act. `digest` is over this entry and the digest before it, so that a changed history is noticed."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("tenant_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(500))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    detail: Mapped[str] = mapped_column(Text)  # canonical JSON, the very text that was hashed
    digest: Mapped[str] = mapped_column(String(64))


class IdempotentAnswer(Scoped, Table):
    """What was answered to an Idempotency-Key."""

    __tablename__ = "idempotent_answer"
    __table_args__ = (UniqueConstraint("tenant_id", "api_key_id", "idempotency_key"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    api_key_id: Mapped[str] = mapped_column(String(36), ForeignKey("api_key.id"))
    idempotency_key: Mapped[str] = mapped_column(String(255))
    request_digest: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
