"""Find what a code means: the newest published version of the caller's tenant."""

from dataclasses import dataclass, field
from typing import Any

from app.competency.framework import Framework
from app.errors import Conflict, NotFound
from app.issuer import names
from app.ports import Services
from app.store import catalogue
from app.store.session import EVERYWHERE, TenantSession
from app.store.shelf import Shelf
from app.store.tables import Achievement, FrameworkVersion

LANGUAGES = 8  # in which what badges say of an achievement is kept


@dataclass(frozen=True, slots=True)
class FoundAchievement:
    """An achievement, its framework as published, that framework parsed, and the ids of what it stacks into.

    `told`: what badges say of it, kept as it never changes either.
    """

    row: Achievement
    version: FrameworkVersion
    framework: Framework
    stacks_into: tuple[str, ...] = ()
    told: Shelf[Any] = field(default_factory=lambda: Shelf(LANGUAGES), compare=False, repr=False)


def achievement(services: Services, session: TenantSession, code: str) -> FoundAchievement:
    """The achievement of that code; raises NotFound, or Conflict when two frameworks have one."""
    found = catalogue.newest_of_code(session, names.known_code(code, "achievement"))
    if not found:
        raise NotFound(f"There is no achievement {code}.", remedy="GET /api/v1/achievements lists them.")
    if len(found) > 1:
        owners = ", ".join(row.code for row in found)
        raise Conflict(f"The code {code} stands in several frameworks: {owners}.", remedy="Rename one of them.")
    return achievement_as_awarded(services, session, found[0].id)


def achievement_as_awarded(services: Services, session: TenantSession, achievement_id: str) -> FoundAchievement:
    """The achievement of that id, in the version under which it was awarded; raises NotFound."""
    shelf: Shelf[FoundAchievement] = services.database.achievements
    found = shelf.get(achievement_id, lambda: _read(services, session, achievement_id))
    if session.tenant_id not in (EVERYWHERE, found.row.tenant_id):  # the shelf is everybody's
        raise _unknown(achievement_id)
    return found


def _read(services: Services, session: TenantSession, achievement_id: str) -> FoundAchievement:
    found = catalogue.achievement_anywhere(session, achievement_id)
    if found is None:
        raise _unknown(achievement_id)
    return _whole(services, session, *found)


def _unknown(achievement_id: str) -> NotFound:
    return NotFound(f"There is no achievement {achievement_id}.")


def _whole(services: Services, session: TenantSession, row: Achievement, version: FrameworkVersion) -> FoundAchievement:
    framework = services.database.frameworks.of(version)
    codes = framework.awards[row.code].get("annex", {}).get("stacks_into", [])
    ids = {each.code: each.id for each in catalogue.achievements_of(session, version.id)} if codes else {}
    return FoundAchievement(row, version, framework, tuple(ids[code] for code in codes if code in ids))


def newest_frameworks(services: Services, session: TenantSession) -> list[Framework]:
    """The frameworks in force: the newest published version of each, by code."""
    newest = (version for version in catalogue.framework_versions(session) if version.is_newest)
    return [services.database.frameworks.of(version) for version in sorted(newest, key=lambda one: one.code)]


def frameworks_of_assessments(
    services: Services, session: TenantSession, codes: set[str]
) -> dict[str, list[Framework]]:
    """For each assessment code the frameworks that have it, newest versions only."""
    found: dict[str, list[Framework]] = {code: [] for code in codes}
    for row, version in catalogue.assessments(session):
        if row.code in found:
            found[row.code].append(services.database.frameworks.of(version))
    return found
