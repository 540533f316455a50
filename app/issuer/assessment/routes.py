"""/api/v1/learners and /api/v1/results."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.competency import results
from app.competency.result_record import Row
from app.errors import NotFound, Unsupported
from app.issuer import idempotency, names
from app.issuer.assessment import learners, review
from app.issuer.assessment.results import as_record as result_record
from app.issuer.assessment.results import latest_today, take, to_json
from app.issuer.catalogue import find
from app.issuer.idempotency import Answer
from app.ports import Principal, Services
from app.store import assessment as store
from app.web.context import (
    Body,
    IdempotencyKey,
    MediaType,
    ServicesOf,
    caller,
    is_json,
    parse_json,
    parse_model,
    takes,
)

router = APIRouter(prefix="/api/v1", tags=["assessment"])
CSV = ("text/csv", "application/csv", "text/plain", "application/vnd.ms-excel")
Reader = Annotated[Principal, caller("read")]
LearnerWriter = Annotated[Principal, caller("learners:write")]
ResultWriter = Annotated[Principal, caller("results:write")]
DryRun = Annotated[bool, Query(description="Tell what would change; store nothing.")]
Limit = Annotated[int, Query(ge=1, le=1000)]


class LearnerBody(BaseModel):
    """A learner; the id stands in the path."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(description="Full name, as on a certificate.")
    email: str = Field(description="Where badges are offered; in the badge only its salted hash.")
    did: str | None = Field(None, description="The learner's own DID, if she has one.")
    language: str | None = Field(None, description="BCP 47 tag of the language she reads best.")


class Settlement(BaseModel):
    """How to settle a row of the review list."""

    model_config = ConfigDict(extra="forbid", strict=True)
    action: Literal["retry", "dismiss"]
    learner: str | None = Field(None, description="With retry: whose result it is, when the row named nobody known.")


@router.put("/learners/{learner_id}", openapi_extra=takes("application/json", model=LearnerBody))
def put_learner(
    services: ServicesOf, principal: LearnerWriter, learner_id: str, body: Body, media_type: MediaType
) -> Response:
    """Add a learner (201) or correct her (200)."""
    sent = parse_model(LearnerBody, body, media_type)
    row, outcome = learners.put(services, principal, learners.check(learner_id, sent.model_dump()))
    content = json.dumps(learners.to_json(row) | {"outcome": outcome}, ensure_ascii=False)
    return Response(content, 201 if outcome == "new" else 200, media_type="application/json")


@router.get("/learners/{learner_id}")
def get_learner(services: ServicesOf, principal: Reader, learner_id: str) -> dict[str, Any]:
    """One learner."""
    return learners.to_json(learners.get(services, principal, learner_id))


@router.get("/learners")
def get_learners(
    services: ServicesOf, principal: Reader, after: Annotated[str, Query(max_length=100)] = "", limit: Limit = 100
) -> dict[str, Any]:
    """Learners in the order of their ids; `next` is the `after` of the next page."""
    if after:
        names.code(after, "after")
    with services.database.reading(principal.tenant_id) as session:
        rows = store.learners(session, after=after, limit=limit)
    page: dict[str, Any] = {"learners": [learners.to_json(row) for row in rows]}
    return page | {"next": rows[-1].code} if len(rows) == limit else page


@router.post("/learners", openapi_extra=takes("text/csv", "application/json"))
def post_roster(
    request: Request,
    services: ServicesOf,
    principal: LearnerWriter,
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
) -> Response:
    """A roster: CSV with the columns id, name, email and perhaps did, language, or a JSON array of the same."""

    def work() -> Answer:
        rows = (
            learners.read_roster(body)
            if media_type in CSV
            else learners.items_of(parse_json(body, media_type), "learners")
        )
        done = learners.put_roster(services, principal, rows)
        return Answer(200, json.dumps(done, ensure_ascii=False).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


def _rows(services: Services, body: bytes, media_type: str, assessment: str | None) -> list[Row]:
    today = latest_today(services.clock())
    if media_type in CSV:
        return results.read_csv(body, today=today)
    if not is_json(media_type):
        raise Unsupported(f"{media_type} is not taken here.", remedy="Send text/csv or application/json.")
    items = learners.items_of(parse_json(body, media_type), "results")
    if assessment is not None:
        items = [{"assessment": assessment} | item for item in items]
    return results.read_json(items, today=today)


@router.post("/results", openapi_extra=takes("text/csv", "application/json"))
def post_results(
    request: Request,
    services: ServicesOf,
    principal: ResultWriter,
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
    dry_run: DryRun = False,
) -> Response:
    """Results of any assessments: the canonical CSV, or a JSON array of the same records."""

    def work() -> Answer:
        rows = _rows(services, body, media_type, None)
        return Answer(200, json.dumps(take(services, principal, rows, dry_run=dry_run)).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, None if dry_run else key, digest, work))


@router.post("/assessments/{assessment_id}/results", openapi_extra=takes("text/csv", "application/json"))
def post_assessment_results(
    request: Request,
    services: ServicesOf,
    principal: ResultWriter,
    assessment_id: str,
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
    dry_run: DryRun = False,
) -> Response:
    """Results of one assessment; rows of another one are refused."""
    with services.database.reading(principal.tenant_id) as session:
        code = names.known_code(assessment_id, "assessment")
        if not find.frameworks_of_assessments(services, session, {code})[code]:
            raise NotFound(f"There is no assessment {code}.", remedy="GET /api/v1/assessments lists them.")

    def work() -> Answer:
        rows = _rows(services, body, media_type, assessment_id)
        done = take(services, principal, rows, assessment=assessment_id, dry_run=dry_run)
        return Answer(200, json.dumps(done).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, None if dry_run else key, digest, work))


@router.get("/learners/{learner_id}/results")
def get_results(services: ServicesOf, principal: Reader, learner_id: str) -> dict[str, Any]:
    """A learner's results with their history: `replaced_at` tells which were corrected."""
    learner = learners.get(services, principal, learner_id)
    with services.database.reading(principal.tenant_id) as session:
        rows = store.history_of(session, learner.id)
    return {
        "results": [
            to_json(result_record(row, learner.code))
            | {"replaced_at": row.replaced_at.isoformat() if row.replaced_at else None}
            for row in rows
        ]
    }


@router.get("/results/review")
def get_review(services: ServicesOf, principal: Reader, limit: Limit = 200) -> dict[str, Any]:
    """Rows that wait for a person, the oldest first."""
    with services.database.reading(principal.tenant_id) as session:
        items = store.review_items(session, limit=limit)
        waiting = store.open_review_count(session)
    return {"open": waiting, "items": [review.to_json(item) for item in items]}


@router.post("/results/review/{item_id}", openapi_extra=takes("application/json", model=Settlement))
def post_settlement(
    services: ServicesOf, principal: ResultWriter, item_id: str, body: Body, media_type: MediaType
) -> dict[str, Any]:
    """Settle one row: `retry` it, perhaps for a named learner, or `dismiss` it."""
    sent = parse_model(Settlement, body, media_type)
    return review.settle(services, principal, item_id, sent.action, sent.learner)
