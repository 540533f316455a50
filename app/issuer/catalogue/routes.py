"""/api/v1/frameworks, /achievements, /assessments."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from app.competency.explain import rule_in_words
from app.issuer import idempotency, names
from app.issuer.catalogue import find, mapped, read
from app.issuer.catalogue.formats import CSV, IN, JSON_LD, OUT, YAML, recognise
from app.issuer.catalogue.imports import Wish, import_file, publish_draft
from app.issuer.idempotency import Answer
from app.ports import Principal
from app.store import catalogue
from app.web import negotiation
from app.web.context import Body, IdempotencyKey, MediaType, ServicesOf, caller, takes

router = APIRouter(prefix="/api/v1", tags=["catalogue"])
Reader = Annotated[Principal, caller("read")]
FormIn = Annotated[str | None, Query(description=f"Default: by media type and content. {', '.join(IN)}")]
FormOut = Annotated[str | None, Query(description=f"Default: by Accept. {', '.join(OUT)}")]
ACCEPTED = {"application/json": None, YAML[0]: "yaml", CSV: "csv", JSON_LD: "skos"}


@router.post("/frameworks", status_code=201, openapi_extra=takes(YAML[0], "application/json", CSV))
def post_framework(
    request: Request,
    services: ServicesOf,
    principal: Annotated[Principal, caller("frameworks:write")],
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
    dry_run: Annotated[bool, Query(description="Tell what would change; store nothing.")] = False,
    draft: Annotated[bool, Query(description="Keep it as a draft; publish nothing.")] = False,
    format: FormIn = None,  # noqa: A002 - the parameter's public name
    language: Annotated[str | None, Query(max_length=50, description="Of the texts; moodle does not tell.")] = None,
) -> Response:
    """Publish a framework. 201 when something was created, 200 when nothing had to change.

    YAML, the same as JSON, a CASE 1.0 or 1.1 package, plain CSV, or Moodle's competency CSV. All but the first two are
    an update by identifier: what they have no words for stays, what they no longer have is retired.
    """

    def work() -> Answer:
        wish = Wish(dry_run=dry_run, draft=draft)
        done = import_file(services, principal, recognise(body, media_type, format, language), wish)
        is_new = done.outcome in ("created", "draft") and not dry_run
        return Answer(201 if is_new else 200, json.dumps(done.to_json()).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, None if dry_run else key, digest, work))


@router.get("/frameworks")
def get_frameworks(services: ServicesOf, principal: Reader) -> dict[str, Any]:
    """All published framework versions, the oldest first."""
    with services.database.reading(principal.tenant_id) as session:
        return {"frameworks": [read.summary(row) for row in catalogue.framework_versions(session)]}


@router.get("/framework-drafts")
def get_drafts(services: ServicesOf, principal: Reader) -> dict[str, Any]:
    """What is imported with draft=true and not published: one draft of a framework."""
    with services.database.reading(principal.tenant_id) as session:
        return {
            "drafts": [
                {
                    "framework": row.code,
                    "version": row.version,
                    "title": row.title,
                    "content_hash": row.content_hash,
                    "updated_at": row.updated_at.isoformat(),
                }
                for row in catalogue.drafts(session)
            ]
        }


@router.post("/framework-drafts/{code}/publish", status_code=201)
def post_publish(
    request: Request,
    services: ServicesOf,
    principal: Annotated[Principal, caller("frameworks:write")],
    code: str,
    key: IdempotencyKey,
) -> Response:
    """Publish the draft of a framework as it is. 200 when it was published already."""

    def work() -> Answer:
        done = publish_draft(services, principal, names.known_code(code, "draft"))
        return Answer(201 if done.outcome == "created" else 200, json.dumps(done.to_json()).encode())

    digest = idempotency.digest("POST", str(request.url))
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


@router.get("/frameworks/{code}")
def get_framework(
    services: ServicesOf,
    principal: Reader,
    code: str,
    version: Annotated[str | None, Query(max_length=500, description="Default: the newest. Or: draft.")] = None,
    format: FormOut = None,  # noqa: A002 - the parameter's public name
    language: Annotated[str | None, Query(max_length=50, description="For moodle, which has one language.")] = None,
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """One framework version, whole, by the framework's code or the version's id; in another form by `format`."""
    form = format or ACCEPTED[negotiation.choose(accept, tuple(ACCEPTED)) or "application/json"]
    if form is not None:
        return idempotency.respond(read.export(services, principal, code, version, form, language))
    found = read.show(services, principal, code, version)
    return Response(json.dumps(found, ensure_ascii=False), media_type="application/json")


@router.get("/frameworks/{code}/diff")
def get_diff(
    services: ServicesOf,
    principal: Reader,
    code: str,
    older: Annotated[str | None, Query(alias="from", max_length=500, description="Default: the one before.")] = None,
    newer: Annotated[str | None, Query(alias="to", max_length=500, description="Default: newest. Or: draft.")] = None,
) -> dict[str, Any]:
    """What was added, changed and removed between two versions, and which rules are other ones."""
    return read.compare(services, principal, code, older, newer)


@router.get("/frameworks/{code}/map")
def get_map(
    services: ServicesOf,
    principal: Reader,
    code: str,
    version: Annotated[str | None, Query(max_length=500, description="Default: the newest. Or: draft.")] = None,
) -> dict[str, Any]:
    """The competency map: which competencies and levels each role needs, what teaches and shows them, and the gaps."""
    return mapped.map_of(services, principal, code, version)


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
