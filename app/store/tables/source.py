"""What people told about sources of results: mappings, who is who there, and the statements that came over xAPI."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class ResultMapping(Scoped, Table):
    """How the files of one assessment or course are read. `subject`: `assessments/C02-T` or `courses/C02`."""

    __tablename__ = "result_mapping"
    __table_args__ = (UniqueConstraint("tenant_id", "subject"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject: Mapped[str] = mapped_column(String(520))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonAlias(Scoped, Table):
    """What a source calls a learner, as a person said when settling a row. `reference`: an id there, or `mailto:`."""

    __tablename__ = "person_alias"
    __table_args__ = (UniqueConstraint("tenant_id", "source_system", "reference"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    source_system: Mapped[str] = mapped_column(String(500))
    reference: Mapped[str] = mapped_column(String(500))
    learner_id: Mapped[str] = mapped_column(String(36), ForeignKey("learner.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class XapiStatement(Scoped, Table):
    """An xAPI statement that was taken: it never changes, and its voiding may come before it."""

    __tablename__ = "xapi_statement"
    __table_args__ = (UniqueConstraint("tenant_id", "statement_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    statement_id: Mapped[str] = mapped_column(String(36))
    sha256: Mapped[str] = mapped_column(String(64))  # of its canonical JSON, without what a store adds
    source_system: Mapped[str | None] = mapped_column(String(500))  # where its result is, when it tells one
    voids: Mapped[str | None] = mapped_column(String(36), index=True)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
