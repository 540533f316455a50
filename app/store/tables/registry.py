"""Which issuers a tenant, such as a consortium, recognises."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class IssuerRegistry(Scoped, Table):
    """The one registry of a tenant, and its signed form. `entries`: as app.vc.recognition.Entry in JSON.

    `signed_revision` < `revision` means that it must be signed anew. `signed_by`: id of the key that signed it.
    """

    __tablename__ = "issuer_registry"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    revision: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_revision: Mapped[int]
    signed_by: Mapped[str | None] = mapped_column(String(36))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_document: Mapped[bytes | None] = mapped_column(LargeBinary)
