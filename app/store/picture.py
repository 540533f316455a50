"""Named queries about pictures of achievements."""

from sqlalchemy import select

from app.store.session import TenantSession
from app.store.tables import AchievementPicture


def find(
    session: TenantSession, tenant_id: str, framework_code: str, achievement_code: str
) -> AchievementPicture | None:
    """The picture that this tenant brought for that achievement."""
    return session.scalars(
        select(AchievementPicture).where(
            AchievementPicture.tenant_id == tenant_id,
            AchievementPicture.framework_code == framework_code,
            AchievementPicture.achievement_code == achievement_code,
        )
    ).one_or_none()


def add(session: TenantSession, row: AchievementPicture) -> None:
    """Keep a picture for the first time."""
    session.add(row)
    session.flush()


def drop(session: TenantSession, row: AchievementPicture) -> None:
    """Forget it."""
    session.delete(row)
    session.flush()
