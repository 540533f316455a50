"""What belongs to an e-mail address and to no tenant: signing in, badges from elsewhere, what is shared.

The same address may be a learner of several tenants; whoever reads its mail is one person. So these tables have no
tenant, and every query of them names the address or a random id.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Table, UtcDateTime


class SignInLink(Table):
    """Somebody asked to sign in with this address (folded, see app/mailbox.py).

    Asked for: `token_hash` None, whether anybody knows the address is found out later, so that the answer takes equally
    long. Sent: the token has a hash and an end. Used: once. `goes_on_to`: the path of ours that she came from.
    """

    __tablename__ = "sign_in_link"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), index=True)
    goes_on_to: Mapped[str] = mapped_column(String(2000))
    language: Mapped[str] = mapped_column(String(35))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LearnerSession(Table):
    """A browser that is signed in. `token_hash`: SHA-256 in hex of what the cookie holds."""

    __tablename__ = "learner_session"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(320), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ForeignBadge(Table):
    """A badge from elsewhere that a learner keeps here: the bytes as she brought them, and the last report on them.

    `holder`: by what it is known to be hers (did, email), or None. `credential_id`, `issuer_id`: as it says itself.
    `api_form`: the member of an answer of the Open Badges 3.0 API in which it stands (credential, compactJwsString),
    empty for what that API does not carry, None until the sweep has found out.
    """

    __tablename__ = "foreign_badge"
    __table_args__ = (UniqueConstraint("email", "sha256"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    media_type: Mapped[str] = mapped_column(String(100))
    credential_id: Mapped[str] = mapped_column(String(4000))
    issuer_id: Mapped[str] = mapped_column(String(4000))
    outcome: Mapped[str] = mapped_column(String(20))
    holder: Mapped[str | None] = mapped_column(String(20))
    api_form: Mapped[str | None] = mapped_column(String(20))
    report: Mapped[Any] = mapped_column(JSON)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Share(Table):
    """A page that shows some of a learner's badges to whoever has its address (`/shared/{id}`), until an end.

    Made by herself alone: that is her consent, and `created_at` its moment. `names_her`: whether her name is shown.
    `indexed`: whether search engines may list it.
    """

    __tablename__ = "share"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), index=True)
    title: Mapped[str] = mapped_column(String(300))
    names_her: Mapped[bool]
    indexed: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShareItem(Table):
    """One badge of a share: an award or a badge from elsewhere.

    `content`: a derived credential that shows only what she chose; None when the whole badge is shown.
    """

    __tablename__ = "share_item"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    share_id: Mapped[str] = mapped_column(String(36), ForeignKey("share.id"), index=True)
    number: Mapped[int]
    award_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("award.id"), index=True)
    foreign_badge_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("foreign_badge.id"), index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
