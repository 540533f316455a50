"""Named queries about frameworks and what stands in them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import undefer

from app.store.prepared import scoped
from app.store.session import TenantSession
from app.store.tables import Achievement, Assessment, FrameworkDraft, FrameworkVersion

_NEWEST = scoped(
    select(Achievement.id, FrameworkVersion.code)
    .join(FrameworkVersion, FrameworkVersion.id == Achievement.framework_version_id)
    .where(FrameworkVersion.is_newest, Achievement.code == bindparam("code"))
    .order_by(FrameworkVersion.code)
)


def framework_versions(session: TenantSession, code: str | None = None) -> list[FrameworkVersion]:
    """Published versions, newest last."""
    query = select(FrameworkVersion).order_by(
        FrameworkVersion.published_at, FrameworkVersion.is_newest, FrameworkVersion.id
    )
    return list(session.scalars(query if code is None else query.where(FrameworkVersion.code == code)))


def framework_version(session: TenantSession, version_id: str) -> FrameworkVersion | None:
    """The framework version of that id."""
    query = select(FrameworkVersion).where(FrameworkVersion.id == version_id)
    return session.scalars(query.options(undefer(FrameworkVersion.document))).one_or_none()


def newest_documents(session: TenantSession) -> list[FrameworkVersion]:
    """The newest version of every framework, with its document."""
    query = select(FrameworkVersion).where(FrameworkVersion.is_newest).order_by(FrameworkVersion.published_at)
    return list(session.scalars(query.options(undefer(FrameworkVersion.document))))


def drafts(session: TenantSession) -> list[FrameworkDraft]:
    """What is imported and not published, by code."""
    return list(session.scalars(select(FrameworkDraft).order_by(FrameworkDraft.code)))


def draft(session: TenantSession, code: str) -> FrameworkDraft | None:
    """The draft of that framework, with its document."""
    query = select(FrameworkDraft).where(FrameworkDraft.code == code)
    return session.scalars(query.options(undefer(FrameworkDraft.document))).one_or_none()


def drop_draft(session: TenantSession, code: str) -> None:
    """Forget the draft of that framework, if there is one."""
    found = draft(session, code)
    if found is not None:
        session.delete(found)
        session.flush()


def publish(session: TenantSession, version: FrameworkVersion, items: list[Achievement | Assessment]) -> None:
    """Add a version as the newest of its code."""
    session.execute(
        update(FrameworkVersion)
        .where(FrameworkVersion.code == version.code, FrameworkVersion.tenant_id == session.tenant_id)
        .values(is_newest=False)
    )
    session.add(version)
    session.flush()
    session.add_all(items)


def newest_of_code(session: TenantSession, code: str) -> Sequence[Any]:
    """(id, code of the framework) of the achievements that have that code in the newest version of a framework."""
    return session.rows(_NEWEST, code=code)


def achievements(session: TenantSession) -> list[tuple[Achievement, FrameworkVersion]]:
    """Achievements of the newest versions."""
    query = (
        select(Achievement, FrameworkVersion)
        .join(FrameworkVersion, FrameworkVersion.id == Achievement.framework_version_id)
        .where(FrameworkVersion.is_newest)
        .order_by(FrameworkVersion.code, Achievement.code)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def assessments(session: TenantSession) -> list[tuple[Assessment, FrameworkVersion]]:
    """Assessments of the newest versions."""
    query = (
        select(Assessment, FrameworkVersion)
        .join(FrameworkVersion, FrameworkVersion.id == Assessment.framework_version_id)
        .where(FrameworkVersion.is_newest)
        .order_by(FrameworkVersion.code, Assessment.code)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def achievement_anywhere(session: TenantSession, achievement_id: str) -> tuple[Achievement, FrameworkVersion] | None:
    """An achievement by its public id, of any version."""
    row: Any = session.execute(
        select(Achievement, FrameworkVersion)
        .join(FrameworkVersion, FrameworkVersion.id == Achievement.framework_version_id)
        .where(Achievement.id == achievement_id)
        .options(undefer(FrameworkVersion.document))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def achievements_ever(session: TenantSession) -> list[tuple[Achievement, FrameworkVersion]]:
    """The achievements of all published versions, newest versions last; documents are loaded when they are used."""
    query = (
        select(Achievement, FrameworkVersion)
        .join(FrameworkVersion, FrameworkVersion.id == Achievement.framework_version_id)
        .order_by(FrameworkVersion.published_at, FrameworkVersion.is_newest, FrameworkVersion.id, Achievement.code)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def first_achievement_among(session: TenantSession, ids: Collection[str]) -> str | None:
    """One of these ids that is an achievement's, or None."""
    return session.scalars(select(Achievement.id).where(Achievement.id.in_(ids)).limit(1)).first()


def achievements_of(session: TenantSession, version_id: str) -> list[Achievement]:
    """The achievements of one framework version."""
    return list(
        session.scalars(
            select(Achievement).where(Achievement.framework_version_id == version_id).order_by(Achievement.code)
        )
    )


def rules_ever(session: TenantSession, framework_code: str) -> dict[tuple[str, str], str]:
    """Rule hashes by (achievement code, rule version), of all published versions of a framework."""
    query = (
        select(Achievement.code, Achievement.rule_version, Achievement.rule_hash)
        .join(FrameworkVersion, FrameworkVersion.id == Achievement.framework_version_id)
        .where(FrameworkVersion.code == framework_code)
    )
    return {(code, version): rule_hash for code, version, rule_hash in session.execute(query)}
