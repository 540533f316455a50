"""The routes that every kind of evidence has: record, list, show with its history, withdraw."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.errors import NotFound
from app.issuer import idempotency, names
from app.issuer.assessment import learners
from app.issuer.evidence.record import Kind, record, withdraw
from app.issuer.evidence.rows import Sent, SentRow, read_csv, read_json
from app.issuer.evidence.shown import Shown
from app.issuer.idempotency import Answer
from app.ports import Principal
from app.store import evidence as store
from app.store.evidence import Item
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
    takes,
)

CSV = ("text/csv", "application/csv", "text/plain", "application/vnd.ms-excel")
Reader = Annotated[Principal, caller("read")]
Writer = Annotated[Principal, caller("evidence:write")]
DryRun = Annotated[bool, Query(description="Tell what would change; store nothing.")]
Learner = Annotated[str | None, Query(max_length=100, description="Of this learner only.")]
After = Annotated[str, Query(max_length=36, pattern="^[0-9a-f-]*$", description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000)]


class WithdrawalBody(BaseModel):
    """Why a record counts no more."""

    model_config = ConfigDict(extra="forbid", strict=True)
    reason: str = Field(description="Kept with the record.")


def read_rows(model: type[SentRow], member: str, body: bytes, media_type: str) -> list[dict[str, Any]]:
    """The rows of a body, CSV or JSON; raises BadInput, TooLarge, Unsupported."""
    if media_type in CSV:
        return read_csv(body, model)
    if not is_json(media_type):
        raise not_taken(media_type, "text/csv or application/json")
    return read_json(parse_json(body, media_type), member)


def add_recording(router: APIRouter, kind: Kind[Item, Sent], path: str, told: str) -> None:
    """POST: record rows of the kind. `told`: its members, for the description."""

    @router.post(path, openapi_extra=takes("text/csv", "application/json"), description=told)
    def post_rows(
        request: Request,
        services: ServicesOf,
        principal: Writer,
        body: Body,
        media_type: MediaType,
        key: IdempotencyKey,
        dry_run: DryRun = False,
    ) -> Response:
        def work() -> Answer:
            rows = read_rows(kind.model, kind.name, body, media_type)
            done = record(services, principal, kind, rows, dry_run=dry_run)
            return Answer(200, json.dumps(done, ensure_ascii=False).encode())

        digest = idempotency.digest("POST", str(request.url), media_type, body)
        return idempotency.respond(idempotency.once(services, principal, None if dry_run else key, digest, work))


def add_reading(router: APIRouter, kind: Kind[Item, Sent], path: str, shown: Shown[Item]) -> None:
    """GET: list the kind, and show one record with its history."""

    @router.get(path, description="In the order of their ids, withdrawn ones too; `next` is the `after` of the next.")
    def get_rows(
        services: ServicesOf, principal: Reader, learner: Learner = None, after: After = "", limit: Limit = 100
    ) -> dict[str, Any]:
        learner_id = learners.get(services, principal, learner).id if learner else None
        with services.database.reading(principal.tenant_id) as session:
            rows = store.page(session, kind.table, learner_id=learner_id, after=after, limit=limit)
            page: dict[str, Any] = {kind.name: shown(services, session, rows)}
        return page | {"next": rows[-1].item_id} if len(rows) == limit else page

    @router.get(f"{path}/{{item_id}}", description="One record, with what it said before it was corrected.")
    def get_row(services: ServicesOf, principal: Reader, item_id: str) -> dict[str, Any]:
        with services.database.reading(principal.tenant_id) as session:
            rows = store.history(session, kind.table, names.known_uuid(item_id, "record"))
            if not rows:
                raise NotFound(f"There is no record {item_id}.")
            told = shown(services, session, rows)
        return told[-1] | {"history": told[:-1]}


def add_withdrawing(router: APIRouter, kind: Kind[Item, Sent], path: str, shown: Shown[Item]) -> None:
    """POST withdraw: the record counts no more."""

    @router.post(
        f"{path}/{{item_id}}/withdraw",
        openapi_extra=takes("application/json", model=WithdrawalBody),
        description="It counts no more, and stays to be seen; awards that rest on it are put up for review.",
    )
    def post_withdrawal(
        services: ServicesOf, principal: Writer, item_id: str, body: Body, media_type: MediaType
    ) -> dict[str, Any]:
        sent = parse_model(WithdrawalBody, body, media_type)
        row = withdraw(services, principal, kind.table, item_id, sent.reason)
        with services.database.reading(principal.tenant_id) as session:
            return shown(services, session, [row])[0]
