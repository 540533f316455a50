"""What is kept for some minutes only, whoever it belongs to."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Table, UtcDateTime


class BriefText(Table):
    """A text under a name that nobody can guess; of the name the hash (SHA-256, hexadecimal)."""

    __tablename__ = "brief_text"

    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
