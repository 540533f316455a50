"""/api/v1/learners and /api/v1/results."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.competency import results
from app.competency.result_record import Row
from app.competency.sources import formats
from app.errors import NotFound
from app.issuer import idempotency, names
from app.issuer.assessment import learners, mappings, review, sources
from app.issuer.assessment.mappings import Subject
from app.issuer.assessment.results import as_record as result_record
from app.issuer.assessment.results import corrected_within, latest_today, take, to_json
from app.issuer.assessment.review import Settled
from app.issuer.assessment.sources import Told
from app.issuer.assessment.statements import take_statements
from app.issuer.catalogue import find
from app.issuer.idempotency import Answer
from app.ports import Principal, Services
from app.store import assessment as store
from app.vc import strict_json
from app.web.context import (
    Body,
    IdempotencyKey,
    MediaType,
    ServicesOf,
    caller,
    is_json,
    not_taken,
    parse_json,
    parse_model,
    read_body,
    takes,
)

router = APIRouter(prefix="/api/v1", tags=["assessment"])
TAKEN = ("text/csv", "application/json", *formats.OF_MEDIA_TYPE)
CSV = ("text/csv", "application/csv", "text/plain", "application/vnd.ms-excel")
Reader = Annotated[Principal, caller("read")]
CSV_IS_LONGER = 4
LearnerWriter = Annotated[Principal, caller("learners:write")]
ResultWriter = Annotated[Principal, caller("results:write")]
DryRun = Annotated[bool, Query(description="Tell what would change; store nothing.")]
Limit = Annotated[int, Query(ge=1, le=1000)]


def what_is_told(
    media_type: MediaType,
    format: Annotated[str | None, Query(description=f"{', '.join(formats.FORMATS)}.")] = None,  # noqa: A002 - its name
    source_system: Annotated[str, Query(max_length=200, description="Where they come from, e.g. moodle-a.")] = "",
    section: Annotated[str | None, Query(max_length=200, description="Of results that do not say it.")] = None,
    performed_on: Annotated[date | None, Query(description="The day, where the file tells none.")] = None,
    attempt: Annotated[int | None, Query(ge=1, le=1000, description="Which attempt a table is of.")] = None,
) -> Told:
    """What the sender says of all results together."""
    own = formats.CSV if media_type in CSV else formats.JSON
    chosen = sources.format_of(format, media_type) or format or own
    return Told(chosen, None, source_system, section, performed_on, attempt, is_guessed=format is None)


async def rows_body(request: Request, services: ServicesOf, media_type: MediaType) -> bytes:
    """The body; of CSV four times as much as of anything else, since it is read line by line."""
    limit = services.settings.max_body_bytes * (CSV_IS_LONGER if media_type in CSV else 1)
    return await read_body(request, limit, remedy=results.SMALLER)


Rows = Annotated[bytes, Depends(rows_body)]
WhatIsTold = Annotated[Told, Depends(what_is_told)]


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
    assessment: str | None = Field(None, description="With retry: which assessment it is of, when that was unclear.")
    section: str | None = Field(None, description="With retry: which section it is of, when that was unclear.")
    remember: bool = Field(True, description="Whether this source means that learner from now on.")


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
        done = learners.put_roster(services, principal, _roster(body, media_type))
        return Answer(200, json.dumps(done, ensure_ascii=False).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


def _roster(body: bytes, media_type: str) -> list[dict[str, Any]]:
    if media_type in CSV:
        return learners.read_roster(body)
    if not is_json(media_type):
        raise not_taken(media_type, "text/csv or application/json")
    return learners.items_of(parse_json(body, media_type), "learners")


def _taken(
    services: Services, principal: Principal, body: bytes, media_type: str, told: Told, *, dry_run: bool
) -> dict[str, Any]:
    """What came of each row, in whatever format they are."""
    told = sources.recognised(services, principal, told, body)
    assessment = told.subject.assessment if told.subject else None
    if told.format == formats.XAPI:
        return take_statements(services, principal, strict_json.loads(body), told, dry_run=dry_run)
    read = _reader(services, principal, body, media_type, told)
    corrected = corrected_within(read())  # and nothing is stored of a file that cannot be read as a whole
    return take(services, principal, read(), assessment=assessment, dry_run=dry_run, corrected=corrected)


def _reader(
    services: Services, principal: Principal, body: bytes, media_type: str, told: Told
) -> Callable[[], Iterable[Row]]:
    """What gives the rows, as often as it is called: our own CSV row by row, since it may be long."""
    if told.format == formats.CSV:
        return partial(results.bounded_csv, results.decoded(body), today=latest_today(services.clock()))
    if told.format == formats.JSON:
        rows = _json_rows(services, body, media_type, told)
    else:
        rows = sources.rows_of(services, principal, told, body, strict_json.loads)
    return lambda: rows


def _json_rows(services: Services, body: bytes, media_type: str, told: Told) -> list[Row]:
    if media_type and not is_json(media_type):
        raise not_taken(media_type, "text/csv or application/json, or name a format")
    items = learners.items_of(strict_json.loads(body), "results")
    if told.subject is not None and told.subject.assessment is not None:
        items = [{"assessment": told.subject.assessment} | item for item in items]
    return results.read_json(items, today=latest_today(services.clock()))


@router.post("/results", openapi_extra=takes(*TAKEN))
def post_results(
    request: Request,
    services: ServicesOf,
    principal: ResultWriter,
    body: Rows,
    media_type: MediaType,
    key: IdempotencyKey,
    told: WhatIsTold,
    dry_run: DryRun = False,
) -> Response:
    """Results of any assessments: the canonical CSV, a JSON array of the same records, or another `format`."""
    return _answered(request, services, principal, body, media_type, key, told, dry_run=dry_run)


@router.post("/assessments/{assessment_id}/results", openapi_extra=takes(*TAKEN))
def post_assessment_results(
    request: Request,
    services: ServicesOf,
    principal: ResultWriter,
    assessment_id: str,
    body: Rows,
    media_type: MediaType,
    key: IdempotencyKey,
    told: WhatIsTold,
    dry_run: DryRun = False,
) -> Response:
    """Results of one assessment, read with its saved mapping; rows of another one are refused."""
    with services.database.reading(principal.tenant_id) as session:
        code = names.known_code(assessment_id, "assessment")
        if not find.frameworks_of_assessments(services, session, {code})[code]:
            raise NotFound(f"There is no assessment {code}.", remedy="GET /api/v1/assessments lists them.")
    told = replace(told, subject=Subject("assessments", code))
    return _answered(request, services, principal, body, media_type, key, told, dry_run=dry_run)


@router.post("/courses/{course_id}/results", openapi_extra=takes(*TAKEN))
def post_course_results(
    request: Request,
    services: ServicesOf,
    principal: ResultWriter,
    course_id: str,
    body: Rows,
    media_type: MediaType,
    key: IdempotencyKey,
    told: WhatIsTold,
    dry_run: DryRun = False,
) -> Response:
    """Results of several assessments in one file, read with the mapping that is saved for the course."""
    with services.database.reading(principal.tenant_id) as session:
        subject = Subject("courses", course_id)
        mappings.refuse_unknown(mappings.all_frameworks(services, session), subject)
    told = replace(told, subject=subject)
    return _answered(request, services, principal, body, media_type, key, told, dry_run=dry_run)


def _answered(
    request: Request,
    services: Services,
    principal: Principal,
    body: bytes,
    media_type: str,
    key: str | None,
    told: Told,
    *,
    dry_run: bool,
) -> Response:
    def work() -> Answer:
        done = _taken(services, principal, body, media_type, told, dry_run=dry_run)
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
    return review.settle(services, principal, item_id, Settled(**sent.model_dump()))
