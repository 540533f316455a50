"""What a published framework shows to anyone, as plain values for pages and JSON."""

from typing import Any
from urllib.parse import quote

from app.competency.explain import rule_in_words
from app.competency.framework import Framework
from app.errors import NotFound
from app.ports import Services
from app.store import catalogue, tenancy
from app.store.tables import FrameworkVersion

PUBLIC = "published frameworks are public by their random id"


def frameworks(services: Services, language: str) -> list[dict[str, str]]:
    """The newest versions, for the start page."""
    with services.database.everywhere(why=PUBLIC) as session:
        rows = [row for row in catalogue.framework_versions(session) if row.is_newest]
    return [
        {"id": row.id, "code": row.code, "version": row.version, "title": _title(row, language)} for row in rows[:20]
    ]


def _title(row: FrameworkVersion, language: str) -> str:
    return row.title.get(language) or next(iter(row.title.values()))


def framework_of(services: Services, version_id: str) -> tuple[FrameworkVersion, Framework]:
    """A published version and the same parsed. Raises NotFound."""
    with services.database.everywhere(why=PUBLIC) as session:
        row = catalogue.framework_version(session, version_id)
    if row is None:
        raise NotFound(f"There is no framework {version_id}.")
    return row, services.database.frameworks.of(row)


def framework(services: Services, version_id: str, language: str) -> dict[str, Any]:
    """A framework: its areas with their competencies, and what can be achieved. Raises NotFound."""
    row, parsed = framework_of(services, version_id)
    with services.database.everywhere(why=PUBLIC) as session:
        achievements = catalogue.achievements_of(session, version_id)
    areas = [
        {
            "id": area["id"],
            "name": parsed.text(area["name"], language)[0],
            "competencies": [
                {
                    "id": each["id"],
                    "name": parsed.text(each["name"], language)[0],
                    "url": f"/frameworks/{version_id}/competencies/{quote(each['id'], safe='')}",
                }
                for each in parsed.competencies.values()
                if each["area"] == area["id"]
            ],
        }
        for area in parsed.areas.values()
    ]
    return {
        "title": _title(row, language),
        "code": row.code,
        "version": row.version,
        "content_hash": row.content_hash,
        "notice": parsed.document.get("notice"),
        "areas": areas,
        "achievements": [
            {
                "code": each.code,
                "title": parsed.text(each.title, language)[0],
                "url": f"/achievements/{each.id}",
            }
            for each in achievements
        ],
    }


def competency(services: Services, version_id: str, code: str, language: str) -> dict[str, Any]:
    """A competency with its levels and what it is related to elsewhere. Raises NotFound."""
    row, parsed = framework_of(services, version_id)
    found = parsed.competencies.get(code)
    if found is None:
        raise NotFound(f"There is no competency {code[:100]} in {row.code} {row.version}.")
    levels = [
        {
            "id": level["id"],
            "name": parsed.text(level["name"], language)[0],
            "description": parsed.text(found["level_descriptors"].get(level["id"], level["descriptor"]), language)[0],
        }
        for level in parsed.levels
    ]
    return {
        "id": code,
        "name": parsed.text(found["name"], language)[0],
        "statement": parsed.text(found["statement"], language)[0],
        "framework": f"{_title(row, language)} {row.version}",
        "framework_url": f"/frameworks/{version_id}",
        "levels": levels,
        "criteria": [parsed.text(each["text"], language)[0] for each in found.get("performance_criteria", [])],
        "alignments": [
            {name: each.get(name) or "" for name in ("framework", "version", "uri", "code", "name")}
            for each in found.get("alignments", [])
        ],
    }


def achievement(services: Services, achievement_id: str, language: str) -> dict[str, Any]:
    """An achievement with its rule in words. Raises NotFound."""
    with services.database.everywhere(why=PUBLIC) as session:
        found = catalogue.achievement_anywhere(session, achievement_id)
        tenant = None if found is None else tenancy.tenant(session, found[0].tenant_id)
    if found is None or tenant is None:
        raise NotFound(f"There is no achievement {achievement_id}.")
    row, version = found
    parsed = services.database.frameworks.of(version)
    return {
        "id": f"{services.settings.public_url}/achievements/{row.id}",
        "code": row.code,
        "title": parsed.text(row.title, language)[0],
        "rule_version": row.rule_version,
        "rule_hash": row.rule_hash,
        "issuer": tenant.profile["name"],
        "framework": f"{_title(version, language)} {version.version}",
        "framework_url": f"/frameworks/{version.id}",
        "narrative": rule_in_words(parsed, row.code, language),
        "definition": parsed.awards[row.code],
    }
