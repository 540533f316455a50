"""The competency map and the courses of frameworks: for the API by code, for anyone by the version's random id."""

from collections.abc import Iterator
from typing import Any

from app.competency.annex_words import course_lines
from app.competency.competency_map import competency_map
from app.competency.framework import Framework
from app.competency.wording import Wording
from app.errors import NotFound
from app.issuer.catalogue import read
from app.issuer.catalogue.published import PUBLIC, framework_of
from app.ports import Principal, Services
from app.store import catalogue


def map_of(services: Services, principal: Principal, code: str, version: str | None) -> dict[str, Any]:
    """The competency map of a version of the caller's tenant, or of a draft. Raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        found = read.version_of(session, code, version)
    return competency_map(Framework.of(found.document))


def course(services: Services, version_id: str, code: str, language: str) -> dict[str, Any]:
    """A course of a published version, as in the file, with its European elements in words and what belongs to it.

    {"framework": {"id", "version", "title"}, "course", "elements": [sentence], "assessments", "learning_resources":
    as in the file, "roles": [{"id", "name", "competencies": [id]}] that need what it teaches, "achievements":
    [{"code", "title", "url"}]}. Raises NotFound.
    """
    row, framework = framework_of(services, version_id)
    found = framework.courses.get(code)
    if found is None:
        raise NotFound(f"There is no course {code[:100]} in {framework.id} {framework.version}.")
    with services.database.everywhere(why=PUBLIC) as session:
        achievements = catalogue.achievements_of(session, row.id)
    own = {each.code: each for each in achievements if framework.awards[each.code].get("course") == code}
    title = framework.document["framework"]["title"]
    return {
        "framework": {"id": framework.id, "version": framework.version, "title": title},
        "course": found,
        "elements": list(course_lines(found, Wording(framework, language))),
        "assessments": [
            {name: each.get(name) for name in ("id", "title", "kind")}
            for each in framework.assessments.values()
            if each.get("course") == code or each["id"] in found.get("assessments", [])
        ],
        "learning_resources": [
            each for each in framework.learning_resources.values() if code in each.get("courses", [])
        ],
        "roles": list(_roles(framework, found)),
        "achievements": [
            {"code": each.code, "title": each.title, "url": f"{services.settings.public_url}/achievements/{each.id}"}
            for each in own.values()
        ],
    }


def _roles(framework: Framework, found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each role that needs a competency up to the level to which the course teaches it."""
    rank = framework.rules.rank
    taught: dict[str, int] = {}
    for outcome in found["learning_outcomes"]:
        taught[outcome["competency"]] = max(rank(outcome["level"]), taught.get(outcome["competency"], 0))
    for role in framework.roles.values():
        profile = role.get("profile", {})
        needs = [*profile.get("mandatory", []), *profile.get("elective", [])]
        served = [each["competency"] for each in needs if rank(each["min_level"]) <= taught.get(each["competency"], 0)]
        if served:
            yield {"id": role["id"], "name": role["name"], "competencies": served}
