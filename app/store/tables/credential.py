"""Awards (what is decided), renditions (what is signed) and status lists (what is still true)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class Award(Scoped, Table):
    """One decided award of an achievement to a learner, with the frozen evaluation and evidence that it rests on.

    Live: neither revoked nor replaced by a newer one after it expired. A certificate has an application, a licence
    number, and may be suspended.
    """

    __tablename__ = "award"
    __table_args__ = (
        Index("award_of_tenant", "tenant_id", "learner_id"),
        Index("award_that_ends", "valid_until"),
        Index(
            "one_live_award",
            "tenant_id",
            "learner_id",
            "achievement_code",
            "rule_version",
            "rule_hash",
            unique=True,
            sqlite_where=text("revoked_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL AND replaced_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    learner_id: Mapped[str] = mapped_column(String(36), ForeignKey("learner.id"), index=True)
    achievement_id: Mapped[str] = mapped_column(String(36), ForeignKey("achievement.id"))
    achievement_code: Mapped[str] = mapped_column(String(500))
    rule_version: Mapped[str] = mapped_column(String(500))
    rule_hash: Mapped[str] = mapped_column(String(80))
    evaluation: Mapped[dict[str, Any]] = mapped_column(JSON)
    awarded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[date | None] = mapped_column(Date)
    subject_id: Mapped[str] = mapped_column(String(60))  # urn:uuid: for a subject without a DID
    salt: Mapped[str] = mapped_column(String(60))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revocation_reason: Mapped[str | None] = mapped_column(String(1000))
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    application_id: Mapped[str | None] = mapped_column(String(36), index=True)
    licence_number: Mapped[str | None] = mapped_column(String(600))
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)


class StatusList(Scoped, Table):
    """A status list of one issuer DID. `signed_revision` < `revision` means that it must be signed anew.

    `url` is what its badges name, also after the service moved. It is signed in three forms: as Bitstring Status List
    (document and JWT), and as Token Status List for SD-JWT VCs.
    """

    __tablename__ = "status_list"
    __table_args__ = (Index("ix_status_list_tenant_id", "tenant_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    url: Mapped[str] = mapped_column(String(4000))
    issuer: Mapped[str] = mapped_column(String(4000))
    signing_key_id: Mapped[str] = mapped_column(String(36), ForeignKey("signing_key.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    entries: Mapped[int]
    allotted: Mapped[int]
    bits: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_revision: Mapped[int]
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_document: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_jwt: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_token: Mapped[bytes | None] = mapped_column(LargeBinary)


class Rendition(Scoped, Table):
    """One sealed form of an award: the exact bytes that were signed, and its own status index.

    `holder`: the DID of the key that a wallet has proved, to which it is bound; "" for what the award itself says.
    States: reserved (an index is taken, nothing signed), issued, superseded (re-issued), revoked (with its award, or
    with the key that signed it), abandoned (a crash or a race left it behind; its index is never used again).
    """

    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("status_list_id", "status_index"),
        Index("rendition_of_tenant", "tenant_id", "award_id"),
        Index("rendition_of_key", "tenant_id", "signing_key_id", "state"),
        Index(
            "one_issued_rendition",
            "award_id",
            "form",
            "holder",
            unique=True,
            sqlite_where=text("state = 'issued'"),
            postgresql_where=text("state = 'issued'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    award_id: Mapped[str] = mapped_column(String(36), ForeignKey("award.id"), index=True)
    form: Mapped[str] = mapped_column(String(40))  # eddsa-rdfc-2022, vc+jwt ES256, ...
    holder: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    state: Mapped[str] = mapped_column(String(20), index=True)
    issuer: Mapped[str] = mapped_column(String(4000))
    signing_key_id: Mapped[str] = mapped_column(String(36), ForeignKey("signing_key.id"))
    status_list_id: Mapped[str] = mapped_column(String(36), ForeignKey("status_list.id"))
    status_list_url: Mapped[str] = mapped_column(String(4000))
    status_index: Mapped[int]
    basis: Mapped[str] = mapped_column(String(64))  # digest of the learner's and the issuer's data that it tells
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    media_type: Mapped[str | None] = mapped_column(String(60))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)


class VcApiCredential(Scoped, Table):
    """What another program had signed over VC-API: no award stands behind it. Its status index is of the same lists.

    States: reserved, issued, suspended, revoked, abandoned, as with renditions. `credential_id`: under which its status
    is changed. `purpose`: revocation or suspension.
    """

    __tablename__ = "vc_api_credential"
    __table_args__ = (
        UniqueConstraint("status_list_id", "status_index"),
        Index("vc_api_credential_of_key", "tenant_id", "signing_key_id", "state"),
        Index(
            "one_vc_api_credential",
            "tenant_id",
            "credential_id",
            unique=True,
            sqlite_where=text("state <> 'abandoned'"),
            postgresql_where=text("state <> 'abandoned'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    credential_id: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20), index=True)
    issuer: Mapped[str] = mapped_column(String(4000))
    cryptosuite: Mapped[str] = mapped_column(String(40))
    signing_key_id: Mapped[str] = mapped_column(String(36), ForeignKey("signing_key.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    status_list_id: Mapped[str] = mapped_column(String(36), ForeignKey("status_list.id"))
    status_list_url: Mapped[str] = mapped_column(String(4000))
    status_index: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str | None] = mapped_column(String(64))
