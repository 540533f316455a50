"""POST /api/v1/credentials: award and seal."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, ConfigDict, Field

from app.issuer import idempotency
from app.issuer.credential import forms
from app.issuer.credential.issue import issue
from app.issuer.credential.routes import ISSUE, PREFIX, TAG, Accept, Issuer, answer
from app.issuer.idempotency import Answer
from app.ports import Services
from app.web.context import (
    MAX_IDEMPOTENCY_KEY,
    Body,
    IdempotencyKey,
    MediaType,
    ServicesOf,
    bearer,
    idempotency_key,
    media_type,
    parse_model,
    principal_of,
    raw_body,
    services,
    takes,
)

QUICK_BYTES = 16_384  # ours: what is sent is a fiftieth of that


class IssueBody(BaseModel):
    """What to award to whom."""

    model_config = ConfigDict(extra="forbid", strict=True)
    achievement: str = Field(description="Code of the achievement, e.g. MC-02.")
    learner: str = Field(description="Your id of the learner, e.g. p-ana.")
    offer: bool = Field(True, description="false: do not offer a new award to her by mail.")


class IssueRoute(APIRoute):
    """Does what the framework would do for `post_credential`, at a fraction of the cost.

    Whose the API key is, is asked in the thread that does the work: to hand a request to a thread twice costs as much
    as ten queries. What is large is left to the framework, which reads no body before it knows who sends it.
    """

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Return what answers a request."""
        by_framework = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if not is_quick(request):
                return await by_framework(request)
            found = await services(request)
            credentials = await bearer(request)
            body = await raw_body(request, found)
            key = await idempotency_key(request.headers.get("idempotency-key"))
            return await run_in_threadpool(_post, request, found, credentials, body, key)

        return handle


def is_quick(request: Request) -> bool:
    """Tell whether a request is as small as such requests are, and nothing in it is for the framework to refuse."""
    length = request.headers.get("content-length", "")
    is_small = length.isdecimal() and len(length) <= len(str(QUICK_BYTES)) and int(length) <= QUICK_BYTES
    return is_small and len(request.headers.get("idempotency-key", "")) <= MAX_IDEMPOTENCY_KEY


def _post(
    request: Request,
    found: Services,
    credentials: HTTPAuthorizationCredentials | None,
    body: bytes,
    key: str | None,
) -> Response:
    principal = principal_of(found, credentials, ISSUE)
    accept = request.headers.get("accept")
    return post_credential(request, found, principal, body, media_type(request), key, accept)


router = APIRouter(prefix=PREFIX, tags=[TAG], route_class=IssueRoute)


@router.post("", status_code=201, openapi_extra=takes("application/json", model=IssueBody))
def post_credential(
    request: Request,
    services: ServicesOf,
    principal: Issuer,
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
    accept: Accept = None,
) -> Response:
    """Award an achievement if its rules are met (201), or give what was awarded before (200).

    Accept chooses the form: application/json (an envelope), application/vc (the signed document),
    application/vc+jwt (the JWT; `;alg=RS256` for another algorithm than ES256). Refused with 409 and the explanation
    when the rules are not met.
    """
    form, kind = forms.asked_for(accept)
    sent = parse_model(IssueBody, body, media_type)

    def work() -> Answer:
        issued = issue(services, principal, sent.achievement, sent.learner, form, offer=sent.offer)
        return answer(services, issued, kind, 201 if issued.is_new else 200)

    if key is None:
        return idempotency.respond(work())
    digest = idempotency.digest("POST", str(request.url), media_type, f"{form.name} {kind}", body)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))
