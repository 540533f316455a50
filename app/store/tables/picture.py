"""Pictures that providers bring for their achievements."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class AchievementPicture(Scoped, Table):
    """The picture of an achievement in all versions of its framework, in place of the one that is drawn. PNG."""

    __tablename__ = "achievement_picture"
    __table_args__ = (UniqueConstraint("tenant_id", "framework_code", "achievement_code"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    framework_code: Mapped[str] = mapped_column(String(500))
    achievement_code: Mapped[str] = mapped_column(String(500))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
