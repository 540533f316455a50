"""/api/v1/frameworks, /achievements, /assessments."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.competency.explain import rule_in_words
from app.errors import NotFound
from app.issuer import idempotency, names
from app.issuer.catalogue import find
from app.issuer.catalogue.imports import YAML, import_framework, read_document
from app.issuer.idempotency import Answer
from app.ports import Principal
from app.store import catalogue
from app.store.tables import FrameworkVersion
from app.web.context import Body, IdempotencyKey, MediaType, ServicesOf, caller, takes

router = APIRouter(prefix="/api/v1", tags=["catalogue"])
Reader = Annotated[Principal, caller("read")]


@router.post("/frameworks", status_code=201, openapi_extra=takes(YAML[0], "application/json"))
def post_framework(
    request: Request,
    services: ServicesOf,
    principal: Annotated[Principal, caller("frameworks:write")],
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
    dry_run: Annotated[bool, Query(description="Tell what would change; store nothing.")] = False,
) -> Response:
    """Publish a framework (YAML, or the same as JSON). 201 when created, 200 when nothing had to change."""

    def work() -> Answer:
        done = import_framework(services, principal, read_document(body, media_type), dry_run=dry_run)
        return Answer(201 if done.outcome == "created" else 200, json.dumps(done.to_json()).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, None if dry_run else key, digest, work))


def _summary(row: FrameworkVersion) -> dict[str, Any]:
    return {
        "id": row.id,
        "framework": row.code,
        "version": row.version,
        "title": row.title,
        "content_hash": row.content_hash,
        "published_at": row.published_at.isoformat(),
        "is_newest": row.is_newest,
    }


@router.get("/frameworks")
def get_frameworks(services: ServicesOf, principal: Reader) -> dict[str, Any]:
    """All published framework versions, the oldest first."""
    with services.database.reading(principal.tenant_id) as session:
        return {"frameworks": [_summary(row) for row in catalogue.framework_versions(session)]}


@router.get("/frameworks/{code}")
def get_framework(
    services: ServicesOf,
    principal: Reader,
    code: str,
    version: Annotated[str | None, Query(max_length=50, description="Default: the newest.")] = None,
) -> dict[str, Any]:
    """One framework version, whole."""
    with services.database.reading(principal.tenant_id) as session:
        rows = catalogue.framework_versions(session, names.known_code(code, "framework"))
        wanted = [row for row in rows if (row.is_newest if version is None else row.version == version)]
        if not wanted:
            raise NotFound(f"There is no framework {code}{f' in version {version}' if version else ''}.")
        return _summary(wanted[0]) | {"document": json.loads(wanted[0].document)}


@router.get("/achievements")
def get_achievements(services: ServicesOf, principal: Reader) -> dict[str, Any]:
    """What can be achieved: micro-credentials and certifications of the newest framework versions."""
    with services.database.reading(principal.tenant_id) as session:
        rows = catalogue.achievements(session)
    return {
        "achievements": [
            {
                "id": row.id,
                "code": row.code,
                "kind": row.kind,
                "title": row.title,
                "rule_version": row.rule_version,
                "rule_hash": row.rule_hash,
                "framework": version.code,
                "framework_version": version.version,
                "url": f"{services.settings.public_url}/achievements/{row.id}",
            }
            for row, version in rows
        ]
    }


@router.get("/achievements/{code}")
def get_achievement(services: ServicesOf, principal: Reader, code: str) -> dict[str, Any]:
    """One achievement with its rule, as written and in words."""
    with services.database.reading(principal.tenant_id) as session:
        found = find.achievement(services, session, code)
    return {
        "id": found.row.id,
        "code": code,
        "kind": found.row.kind,
        "title": found.row.title,
        "rule_version": found.row.rule_version,
        "rule_hash": found.row.rule_hash,
        "framework": found.version.code,
        "framework_version": found.version.version,
        "url": f"{services.settings.public_url}/achievements/{found.row.id}",
        "definition": found.framework.awards[code],
        "rule_in_words": rule_in_words(found.framework, code),
    }


@router.get("/assessments")
def get_assessments(services: ServicesOf, principal: Reader) -> dict[str, Any]:
    """The assessments that results can name."""
    with services.database.reading(principal.tenant_id) as session:
        rows = catalogue.assessments(session)
    return {
        "assessments": [
            {"code": row.code, "kind": row.kind, "framework": version.code, "framework_version": version.version}
            for row, version in rows
        ]
    }
