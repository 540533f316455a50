"""/api/v1/experience, /attestations, /rpl-claims, /sign-offs."""

import json
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.issuer import idempotency
from app.issuer.evidence import experience, rpl, shown, sign_offs
from app.issuer.evidence.attestations import ATTESTATIONS
from app.issuer.evidence.experience import EXPERIENCE
from app.issuer.evidence.item_routes import (
    After,
    Learner,
    Limit,
    Reader,
    add_reading,
    add_recording,
    add_withdrawing,
)
from app.issuer.evidence.rows import Day
from app.issuer.evidence.rpl import RPL_CLAIMS
from app.issuer.idempotency import Answer
from app.ports import Principal
from app.web.context import Body, IdempotencyKey, MediaType, ServicesOf, caller, parse_model, takes

router = APIRouter(prefix="/api/v1", tags=["evidence"])
Signer = Annotated[Principal, caller("evidence:sign")]


class VerificationBody(BaseModel):
    """Who vouches for practice."""

    model_config = ConfigDict(extra="forbid", strict=True)
    verified_by: str = Field(description="Your id of a person; never the learner.")
    verified_on: Day | None = Field(None, description="Default today.")


class RplDecisionBody(BaseModel):
    """What one assessor decides about a claim of prior learning."""

    model_config = ConfigDict(extra="forbid", strict=True)
    assessor: str = Field(description="Your id of a person; never the learner, and another one each time.")
    decision: Literal["accepted", "rejected"]
    reason: str | None = Field(None, description="Needed to reject; the learner is shown it.")
    decided_on: Day | None = Field(None, description="Default today.")


class SignOffBody(BaseModel):
    """Who signs which results."""

    model_config = ConfigDict(extra="forbid", strict=True)
    signed_by: str = Field(description="Your id of a person; never the learner.")
    signed_on: Day | None = Field(None, description="Default today.")
    results: list[str] = Field(description="Ids of results, as GET /api/v1/sign-offs gives them.")


EXPERIENCE_MEMBERS = """Record practice: CSV, or JSON objects with learner, from, to (none while it goes on), role,
organisation, verified_by, verified_on, record_id. Each row is told as new, same, correction or refused."""
ATTESTATION_MEMBERS = """Record attestations: CSV, or JSON objects with learner, type, signed_by, signed_on, record_id;
a row for each signature. Each row is told as new, same, correction or refused."""
CLAIM_MEMBERS = """Record claims of prior learning: CSV, or JSON objects with learner, competency, level, evidence,
evidence_date, record_id, and perhaps a decision made elsewhere (assessor, decision, decided_on, reason). Each row is
told as new, same, correction or refused."""

add_recording(router, EXPERIENCE, "/experience", EXPERIENCE_MEMBERS)
add_reading(router, EXPERIENCE, "/experience", shown.experience)
add_withdrawing(router, EXPERIENCE, "/experience", shown.experience)
add_recording(router, ATTESTATIONS, "/attestations", ATTESTATION_MEMBERS)
add_reading(router, ATTESTATIONS, "/attestations", shown.attestations)
add_withdrawing(router, ATTESTATIONS, "/attestations", shown.attestations)
add_recording(router, RPL_CLAIMS, "/rpl-claims", CLAIM_MEMBERS)
add_reading(router, RPL_CLAIMS, "/rpl-claims", shown.claims)
add_withdrawing(router, RPL_CLAIMS, "/rpl-claims", shown.claims)


@router.post("/experience/{item_id}/verify", openapi_extra=takes("application/json", model=VerificationBody))
def post_verification(
    services: ServicesOf, principal: Signer, item_id: str, body: Body, media_type: MediaType
) -> dict[str, Any]:
    """Somebody other than the learner vouches for practice."""
    sent = parse_model(VerificationBody, body, media_type)
    row = experience.verify(services, principal, item_id, sent.verified_by, sent.verified_on)
    with services.database.reading(principal.tenant_id) as session:
        return shown.experience(services, session, [row])[0]


@router.post(
    "/rpl-claims/{item_id}/decisions",
    status_code=201,
    openapi_extra=takes("application/json", model=RplDecisionBody),
)
def post_rpl_decision(
    request: Request,
    services: ServicesOf,
    principal: Signer,
    item_id: str,
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
) -> Response:
    """An assessor accepts or rejects a claim of prior learning; returns the claim with all decisions."""
    sent = parse_model(RplDecisionBody, body, media_type)

    def work() -> Answer:
        made = rpl.Decided(sent.assessor, sent.decision, sent.decided_on, sent.reason)
        row = rpl.decide(services, principal, item_id, made)
        with services.database.reading(principal.tenant_id) as session:
            told = shown.claims(services, session, [row])[0]
        return Answer(201, json.dumps(told, ensure_ascii=False).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


@router.get("/sign-offs")
def get_sign_offs(
    services: ServicesOf,
    principal: Reader,
    learner: Learner = None,
    assessor: Annotated[str | None, Query(max_length=200, description="Assessed by this person only.")] = None,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """Final results that need a signature and have none; `next` is the `after` of the next page."""
    rows = sign_offs.waiting(services, principal, learner=learner, assessor=assessor, after=after, limit=limit)
    page: dict[str, Any] = {"results": rows}
    return page | {"next": rows[-1]["id"]} if len(rows) == limit else page


@router.post("/sign-offs", openapi_extra=takes("application/json", model=SignOffBody))
def post_sign_offs(services: ServicesOf, principal: Signer, body: Body, media_type: MediaType) -> dict[str, Any]:
    """Sign results, one or many: each that is signed becomes a correction with its history; the others tell why not."""
    sent = parse_model(SignOffBody, body, media_type)
    on: date | None = sent.signed_on
    return {"rows": sign_offs.sign(services, principal, sent.results, by=sent.signed_by, on=on)}
