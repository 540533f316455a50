"""/api/v1/batches: many awards at once."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.errors import BadInput
from app.issuer import idempotency
from app.issuer.credential import batches
from app.issuer.credential.forms import DEFAULT, FORMS
from app.issuer.idempotency import Answer
from app.ports import Principal
from app.store import award as store
from app.web.context import Body, IdempotencyKey, MediaType, ServicesOf, caller, parse_model, takes

router = APIRouter(prefix="/api/v1/batches", tags=["credential"])
Reader = Annotated[Principal, caller("read")]
Issuer = Annotated[Principal, caller("credentials:issue")]


class BatchBody(BaseModel):
    """What to award to whom: `learners`, or everybody who is eligible."""

    model_config = ConfigDict(extra="forbid", strict=True)
    achievement: str = Field(description="Code of the achievement, e.g. MC-02.")
    learners: list[str] | None = Field(None, description="Your ids of the learners.")
    eligible: bool = Field(default=False, description="Everybody who meets the rules, instead of `learners`.")
    form: str = Field(DEFAULT.name, description="In which form credentials are sealed.")
    offer: bool = Field(True, description="false: do not offer the new awards to the learners by mail.")


@router.post("", status_code=202, openapi_extra=takes("application/json", model=BatchBody))
def post_batch(
    request: Request,
    services: ServicesOf,
    principal: Issuer,
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
) -> Response:
    """Award to many learners: 202 at once, then GET tells the progress. Nobody gets a second credential."""
    sent = parse_model(BatchBody, body, media_type)
    if (sent.learners is None) is not sent.eligible:
        raise BadInput("Name `learners`, or say `eligible`: true; not both.", pointer="/learners")
    if sent.form not in FORMS:
        raise BadInput(f"There is no form {sent.form[:60]!r}.", pointer="/form", remedy=f"One of {', '.join(FORMS)}.")

    def work() -> Answer:
        batch = batches.create(services, principal, sent.achievement, sent.learners, FORMS[sent.form], offer=sent.offer)
        with services.database.reading(principal.tenant_id) as session:
            told = batches.to_json(session, batch)
        location = {"Location": f"{services.settings.public_url}/api/v1/batches/{batch.id}"}
        return Answer(202, json.dumps(told).encode(), headers=location)

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    answer = idempotency.once(services, principal, key, digest, work)
    request.app.state.work.set()
    return idempotency.respond(answer)


@router.get("")
def get_batches(
    services: ServicesOf,
    principal: Reader,
    after: Annotated[str, Query(max_length=36, pattern="^[0-9a-f-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Batches in the order of their ids; `next` is the `after` of the next page."""
    with services.database.reading(principal.tenant_id) as session:
        rows = store.batches(session, after=after, limit=limit)
        page: dict[str, Any] = {"batches": [batches.to_json(session, row) for row in rows]}
    return page | {"next": rows[-1].id} if len(rows) == limit else page


@router.get("/{batch_id}")
def get_batch(services: ServicesOf, principal: Reader, batch_id: str) -> dict[str, Any]:
    """One batch with its progress: how many rows have come to which outcome."""
    with services.database.reading(principal.tenant_id) as session:
        return batches.to_json(session, batches.find_batch(session, batch_id))


@router.get("/{batch_id}/rows")
def get_rows(
    services: ServicesOf,
    principal: Reader,
    batch_id: str,
    outcome: Annotated[str | None, Query(pattern="^(waiting|issued|already|not_met|refused|failed)$")] = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """The rows of a batch, each with its outcome and remedy; `next` is the `after` of the next page."""
    with services.database.reading(principal.tenant_id) as session:
        batch = batches.find_batch(session, batch_id)
        rows = store.batch_rows(session, batch.id, outcome=outcome, after=after, limit=limit)
    page: dict[str, Any] = {"rows": [batches.row_json(row) for row in rows]}
    return page | {"next": rows[-1].number} if len(rows) == limit else page


@router.post("/{batch_id}/run-again", status_code=202)
def post_run_again(request: Request, services: ServicesOf, principal: Issuer, batch_id: str) -> dict[str, Any]:
    """Try the rows again that were not issued."""
    batch = batches.run_again(services, principal, batch_id)
    request.app.state.work.set()
    with services.database.reading(principal.tenant_id) as session:
        return batches.to_json(session, batch)
