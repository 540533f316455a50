"""/api/v1/recognitions: credentials that learners hold from elsewhere."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.issuer import idempotency
from app.issuer.evidence import recognitions, shown
from app.issuer.evidence.item_routes import Reader, Writer, add_reading, add_recording, add_withdrawing
from app.issuer.evidence.recognitions import RECOGNITIONS
from app.issuer.evidence.record import find_item
from app.issuer.idempotency import Answer
from app.ports import Principal
from app.store.tables import RecognitionRecord
from app.web.context import Body, IdempotencyKey, MediaType, ServicesOf, caller, parse_model, takes

router = APIRouter(prefix="/api/v1", tags=["evidence"])
BADGE_FORMS = ("application/json", "application/vc", "application/vc+jwt", "text/plain", "image/png", "image/svg+xml")
MEMBERS = """Record credentials from a register, without their badges: CSV, or JSON objects with learner, record_id (or
credential_id), issuer, achievement, issued_on, expires_on, status, by_rpl. Each row is told as new, same, correction or
refused."""


class SettlementBody(BaseModel):
    """Whether a badge is the learner's, by whose word, and why."""

    model_config = ConfigDict(extra="forbid", strict=True)
    action: Literal["accept", "refuse"]
    by: str = Field(description="Your id of the person who settles it; never the learner.")
    reason: str = Field(description="Kept with the record.")


@router.post("/recognitions", openapi_extra=takes(*BADGE_FORMS))
def post_badge(
    request: Request,
    services: ServicesOf,
    principal: Writer,
    learner: Annotated[str, Query(max_length=100, description="Your id of the learner who brings it.")],
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
) -> Response:
    """A learner brings a badge of another issuer, in any form that `POST /verify` takes: 201 when it is new.

    It must be valid. When it does not name the learner's DID or e-mail address, its state is `review`.
    """

    def work() -> Answer:
        row, is_new = recognitions.bring(services, principal, learner, body, media_type)
        with services.database.reading(principal.tenant_id) as session:
            told = shown.recognitions(services, session, [row])[0]
        return Answer(201 if is_new else 200, json.dumps(told, ensure_ascii=False).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


add_recording(router, RECOGNITIONS, "/recognitions/records", MEMBERS)
add_reading(router, RECOGNITIONS, "/recognitions", shown.recognitions)
add_withdrawing(router, RECOGNITIONS, "/recognitions", shown.recognitions)


@router.post("/recognitions/{item_id}/settlement", openapi_extra=takes("application/json", model=SettlementBody))
def post_settlement(
    services: ServicesOf,
    principal: Annotated[Principal, caller("evidence:sign")],
    item_id: str,
    body: Body,
    media_type: MediaType,
) -> dict[str, Any]:
    """A person says whether a badge in review is the learner's."""
    sent = parse_model(SettlementBody, body, media_type)
    row = recognitions.settle(services, principal, item_id, action=sent.action, by=sent.by, reason=sent.reason)
    with services.database.reading(principal.tenant_id) as session:
        return shown.recognitions(services, session, [row])[0]


@router.post("/recognitions/{item_id}/check")
def post_check(services: ServicesOf, principal: Writer, item_id: str) -> dict[str, Any]:
    """Judge the badge again: its issuer may have revoked it since."""
    row = recognitions.check(services, principal, item_id)
    with services.database.reading(principal.tenant_id) as session:
        return shown.recognitions(services, session, [row])[0]


@router.get("/recognitions/{item_id}/report")
def get_report(services: ServicesOf, principal: Reader, item_id: str) -> dict[str, Any]:
    """What our verifier last found about the badge; `report` is null for one that was recorded without a badge."""
    with services.database.reading(principal.tenant_id) as session:
        row = find_item(session, RecognitionRecord, item_id)
        return {"id": row.item_id, "checked_at": row.checked_at, "report": row.report}
