"""Programs that a learner lets at her badges over OAuth 2.0, and the profile that they keep of her.

A learner is her e-mail address here, as in backpack.py: these tables have no tenant. Secrets stand as SHA-256 in hex.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Table, UtcDateTime


class OAuthClient(Table):
    """A program that registered itself (RFC 7591). `registered`: its metadata, as it was answered."""

    __tablename__ = "oauth_client"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    registered: Mapped[Any] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OAuthGrant(Table):
    """What a learner allowed a client, with the one code that it got for that. Ended: none of its tokens counts."""

    __tablename__ = "oauth_grant"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36), ForeignKey("oauth_client.id"), index=True)
    email: Mapped[str] = mapped_column(String(320), index=True)
    scope: Mapped[str] = mapped_column(String(1000))
    redirect_uri: Mapped[str] = mapped_column(String(2000))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_challenge: Mapped[str] = mapped_column(String(43))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OAuthToken(Table):
    """A token of a grant. `kind`: access or refresh; a refresh token that was used stays, so that its thief is seen."""

    __tablename__ = "oauth_token"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grant_id: Mapped[str] = mapped_column(String(36), ForeignKey("oauth_grant.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(String(1000))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LearnerProfile(Table):
    """The profile that a client has put for her (Open Badges 3.0, putProfile)."""

    __tablename__ = "learner_profile"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    document: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
