"""/api/v1/applications, /decisions, /appeals: certification of persons."""

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.issuer import idempotency
from app.issuer.certification import appeals, apply, decide, record, shown
from app.issuer.certification.assess import assess
from app.issuer.certification.decide import Sent
from app.issuer.idempotency import Answer
from app.ports import Principal, Services
from app.store import certification as store
from app.web.context import Body, IdempotencyKey, MediaType, ServicesOf, caller, parse_model, takes
from app.web.language import SentenceLanguage

router = APIRouter(prefix="/api/v1", tags=["certification"])
Reader = Annotated[Principal, caller("read")]
Applicant = Annotated[Principal, caller("certification:apply")]
Officer = Annotated[Principal, caller("certification:decide")]
After = Annotated[str, Query(max_length=36, pattern="^[0-9a-f-]*$")]
Limit = Annotated[int, Query(ge=1, le=1000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ApplicationBody(_Body):
    """Who applies for what."""

    learner: str = Field(description="Your id of the learner, e.g. p-ana.")
    achievement: str = Field(description="Code of the certificate, e.g. RC-SCPM.")


class DecisionBody(_Body):
    """What a named officer decides."""

    application: str = Field(description="Id of the application.")
    officer: str = Field(description="Your id of the person who decides; never an assessor of the learner.")
    decision: Literal["grant", "refuse", "suspend", "reinstate", "withdraw", "renew"]
    reason: str | None = Field(None, description="Needed to refuse, suspend and withdraw; told to the learner.")
    evaluation_hash: str | None = Field(
        None,
        max_length=80,
        description="`evaluation.hash` of the application as she saw it; to grant and renew.",
    )


class AppealBody(_Body):
    """An appeal against a decision."""

    decision: str = Field(description="Id of a refusal, suspension or withdrawal.")
    reason: str


class AppealDecisionBody(_Body):
    """What is decided on an appeal, by somebody who did not make the first decision."""

    officer: str
    decision: Literal["uphold", "overturn"]
    reason: str


def _answered(
    services: Services, principal: Principal, request: Request, body: bytes, key: str | None, work: Callable[[], Answer]
) -> Response:
    digest = idempotency.digest("POST", str(request.url), body)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


def _json(value: dict[str, Any], *, is_new: bool) -> Answer:
    return Answer(201 if is_new else 200, json.dumps(value, ensure_ascii=False).encode())


@router.post("/applications", status_code=201, openapi_extra=takes("application/json", model=ApplicationBody))
def post_application(
    request: Request, services: ServicesOf, principal: Applicant, body: Body, media_type: MediaType, key: IdempotencyKey
) -> Response:
    """Apply for a certificate (201), or give the open application (200), judged on what is known today."""
    sent = parse_model(ApplicationBody, body, media_type)

    def work() -> Answer:
        assessed, is_new = apply.apply(services, principal, sent.learner, sent.achievement)
        with services.database.reading(principal.tenant_id) as session:
            return _json(shown.application(services, session, assessed), is_new=is_new)

    return _answered(services, principal, request, body, key, work)


@router.get("/applications")
def get_applications(
    services: ServicesOf,
    principal: Reader,
    learner: Annotated[str | None, Query(max_length=100)] = None,
    achievement: Annotated[str | None, Query(max_length=100)] = None,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """Applications in the order of their ids; `next` is the `after` of the next page."""
    return shown.page_of_applications(
        services, principal, learner=learner, achievement=achievement, after=after, limit=limit
    )


@router.get("/applications/{application_id}")
def get_application(
    services: ServicesOf, principal: Reader, application_id: str, language: SentenceLanguage
) -> dict[str, Any]:
    """One application judged anew: outcome, tree, sentences, evidence, certificate, warnings, history.

    `evaluation.hash` is what an officer sends with the decision; `evaluation.basis` says whether it is about the
    requirements or, of a certificate in force, about its renewal.
    """
    with services.database.reading(principal.tenant_id) as session:
        assessed = assess(services, session, record.find_application(session, application_id))
        return shown.application(services, session, assessed, language)


@router.post("/decisions", status_code=201, openapi_extra=takes("application/json", model=DecisionBody))
def post_decision(
    request: Request, services: ServicesOf, principal: Officer, body: Body, media_type: MediaType, key: IdempotencyKey
) -> Response:
    """Record what a named officer decides (201); the same decision again is answered with 200.

    409 with `reason`: CONFLICT_OF_INTEREST (and the acts), EVALUATION_CHANGED (and the new evaluation), NOT_NOW,
    RENEWAL_TOO_EARLY, or what blocks a grant, such as RPL_SHARE_EXCEEDED (and the count).
    """
    sent = parse_model(DecisionBody, body, media_type)

    def work() -> Answer:
        made = decide.decide(services, principal, Sent(**sent.model_dump()))
        with services.database.reading(principal.tenant_id) as session:
            return _json(shown.decision(services, session, made.act, made.assessed), is_new=made.is_new)

    return _answered(services, principal, request, body, key, work)


@router.post("/appeals", status_code=201, openapi_extra=takes("application/json", model=AppealBody))
def post_appeal(
    request: Request, services: ServicesOf, principal: Applicant, body: Body, media_type: MediaType, key: IdempotencyKey
) -> Response:
    """Appeal against a refusal, suspension or withdrawal, within its window; 409 APPEAL_TOO_LATE after it."""
    sent = parse_model(AppealBody, body, media_type)

    def work() -> Answer:
        found = appeals.file(services, principal, sent.decision, sent.reason)
        return _json(shown.appeal(found), is_new=found.is_new)

    return _answered(services, principal, request, body, key, work)


@router.get("/appeals")
def get_appeals(services: ServicesOf, principal: Reader, after: After = "", limit: Limit = 100) -> dict[str, Any]:
    """Appeals in the order of their ids; `next` is the `after` of the next page."""
    with services.database.reading(principal.tenant_id) as session:
        rows = store.appeals(session, after=after, limit=limit)
    page: dict[str, Any] = {"appeals": [shown.act(row) | {"application": row.application_id} for row in rows]}
    return page | {"next": rows[-1].id} if len(rows) == limit else page


@router.get("/appeals/{appeal_id}")
def get_appeal(services: ServicesOf, principal: Reader, appeal_id: str) -> dict[str, Any]:
    """One appeal, the decision that it is against, and the decision on it."""
    with services.database.reading(principal.tenant_id) as session:
        return shown.appeal(appeals.get(services, session, appeal_id))


@router.post(
    "/appeals/{appeal_id}/decision",
    status_code=201,
    openapi_extra=takes("application/json", model=AppealDecisionBody),
)
def post_appeal_decision(
    request: Request,
    services: ServicesOf,
    principal: Officer,
    appeal_id: str,
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
) -> Response:
    """Uphold or overturn; an overturned decision is undone, and the application judged again on its own rules."""
    sent = parse_model(AppealDecisionBody, body, media_type)

    def work() -> Answer:
        found = appeals.decide(services, principal, appeal_id, sent.officer, sent.decision, sent.reason)
        return _json(shown.appeal(found), is_new=found.is_new)

    return _answered(services, principal, request, body, key, work)
