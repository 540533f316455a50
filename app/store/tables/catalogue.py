"""Frameworks as published, and where each achievement and assessment code stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class FrameworkVersion(Scoped, Table):
    """A framework document as published: immutable, named by number and content hash."""

    __tablename__ = "framework_version"
    __table_args__ = (UniqueConstraint("tenant_id", "code", "version"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(500))
    version: Mapped[str] = mapped_column(String(500))
    content_hash: Mapped[str] = mapped_column(String(80))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    document: Mapped[str] = mapped_column(Text, deferred=True)  # JSON text, as validated; large, so loaded on request
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_newest: Mapped[bool]


class FrameworkDraft(Scoped, Table):
    """A framework document as imported and not published: one of a code, replaced by the next."""

    __tablename__ = "framework_draft"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(500))
    version: Mapped[str] = mapped_column(String(500))
    content_hash: Mapped[str] = mapped_column(String(80))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    document: Mapped[str] = mapped_column(Text, deferred=True)  # JSON text, as validated
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Achievement(Scoped, Table):
    """A micro-credential or certification of one framework version. Its id is public and random."""

    __tablename__ = "achievement"
    __table_args__ = (UniqueConstraint("framework_version_id", "code"), Index("ix_achievement_tenant_id", "tenant_id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    framework_version_id: Mapped[str] = mapped_column(String(36), ForeignKey("framework_version.id"))
    code: Mapped[str] = mapped_column(String(500), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[str] = mapped_column(String(500))
    rule_hash: Mapped[str] = mapped_column(String(80))
    title: Mapped[dict[str, Any]] = mapped_column(JSON)


class Assessment(Scoped, Table):
    """An assessment of one framework version."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("framework_version_id", "code"), Index("ix_assessment_tenant_id", "tenant_id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    framework_version_id: Mapped[str] = mapped_column(String(36), ForeignKey("framework_version.id"))
    code: Mapped[str] = mapped_column(String(500), index=True)
    kind: Mapped[str] = mapped_column(String(40))
