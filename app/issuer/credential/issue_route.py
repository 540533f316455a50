"""POST /api/v1/credentials: award and seal. Requests that come at once are answered together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, ConfigDict, Field

from app.errors import attempt
from app.issuer import idempotency
from app.issuer.credential import forms
from app.issuer.credential.issue import Issued, Order
from app.issuer.credential.routes import ISSUE, PREFIX, TAG, Accept, Issuer, answer
from app.issuer.credential.together import issue_together
from app.issuer.idempotency import Answer, Keyed
from app.ports import Principal, Services
from app.web.context import (
    MAX_IDEMPOTENCY_KEY,
    Body,
    MediaType,
    SentKey,
    ServicesOf,
    bearer,
    media_type,
    parse_model,
    principal_of,
    printable,
    raw_body,
    services,
    takes,
)
from app.web.lane import Lane

QUICK_BYTES = 16_384  # ours: what is sent is a fiftieth of that
TOGETHER = 16  # requests: who writes meanwhile waits for some 15 ms


class IssueBody(BaseModel):
    """What to award to whom."""

    model_config = ConfigDict(extra="forbid", strict=True)
    achievement: str = Field(description="Code of the achievement, e.g. MC-02.")
    learner: str = Field(description="Your id of the learner, e.g. p-ana.")
    offer: bool = Field(True, description="false: do not offer a new award to her by mail.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it was sent. `accept`: the header. `url`: with the query."""

    credentials: HTTPAuthorizationCredentials | None
    body: bytes
    media_type: str
    accept: str | None
    key: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that was understood. `kind`: the media type of the answer."""

    order: Order
    kind: str
    keyed: Keyed | None


class IssueRoute(APIRoute):
    """Does what the framework would do for `post_credential`, at a fraction of the cost.

    Requests that come while others of the same API key are answered are answered together (app.web.lane), and whose
    it is, is asked there. What is large is left to the framework, which reads no body before it knows who sends it.
    """

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Return what answers a request."""
        by_framework = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if not is_quick(request):
                return await by_framework(request)
            credentials = await bearer(request)
            body = await raw_body(request, await services(request))
            key = request.headers.get("idempotency-key")
            together: Lane[Sent, Answer] = request.app.state.issuing
            sent = _sent(request, credentials, body, key)
            return idempotency.respond(await together.do(sent, credentials.credentials if credentials else None))

        return handle


def is_quick(request: Request) -> bool:
    """Tell whether a request is as small as such requests are, and nothing in it is for the framework to refuse."""
    length = request.headers.get("content-length", "")
    is_small = length.isdecimal() and len(length) <= len(str(QUICK_BYTES)) and int(length) <= QUICK_BYTES
    return is_small and len(request.headers.get("idempotency-key", "")) <= MAX_IDEMPOTENCY_KEY


def _sent(request: Request, credentials: HTTPAuthorizationCredentials | None, body: bytes, key: str | None) -> Sent:
    accept = request.headers.get("accept")
    return Sent(credentials, body, media_type(request), accept, key, str(request.url))


def lane(found: Services) -> Lane[Sent, Answer]:
    """What answers requests together, those of one API key in each turn."""
    return Lane(partial(_answers, found), most=TOGETHER, threads=found.settings.threads)


def _answers(found: Services, sent: Sequence[Sent]) -> list[Answer | Exception]:
    """The answers to requests under the same API key, in their order. Raises Unauthenticated, Forbidden."""
    return _answers_to(found, principal_of(found, sent[0].credentials, ISSUE), sent)


def _answers_to(found: Services, caller: Principal, sent: Sequence[Sent]) -> list[Answer | Exception]:
    read = [attempt(_wanted, each) for each in sent]
    wanted = [each for each in read if isinstance(each, Wanted)]

    def work(numbers: Sequence[int]) -> list[Answer | Exception]:
        outcomes = issue_together(found, caller, [wanted[number].order for number in numbers])
        return [_told(found, wanted[number], each) for number, each in zip(numbers, outcomes, strict=True)]

    told = iter(idempotency.once_each(found, caller, [each.keyed for each in wanted], work))
    return [each if isinstance(each, Exception) else next(told) for each in read]


def _wanted(sent: Sent) -> Wanted:
    """Raises BadInput, Unsupported, NotAcceptable."""
    key = printable(sent.key)
    form, kind = forms.asked_for(sent.accept)
    body = parse_model(IssueBody, sent.body, sent.media_type)
    order = Order(body.achievement, body.learner, form, body.offer)
    if key is None:
        return Wanted(order, kind, None)
    digest = idempotency.digest("POST", sent.url, sent.media_type, f"{form.name} {kind}", sent.body)
    return Wanted(order, kind, Keyed(key, digest))


def _told(found: Services, wanted: Wanted, outcome: Issued | Exception) -> Answer | Exception:
    if isinstance(outcome, Exception):
        return outcome
    return attempt(answer, found, outcome, wanted.kind, 201 if outcome.is_new else 200)


router = APIRouter(prefix=PREFIX, tags=[TAG], route_class=IssueRoute)


@router.post("", status_code=201, openapi_extra=takes("application/json", model=IssueBody))
def post_credential(
    request: Request,
    services: ServicesOf,
    principal: Issuer,
    body: Body,
    media_type: MediaType,  # noqa: ARG001 - for the OpenAPI document
    accept: Accept = None,  # noqa: ARG001
    key: SentKey = None,  # looked at where both ways have met
) -> Response:
    """Award an achievement if its rules are met (201), or give what was awarded before (200).

    Accept chooses the form: application/json (an envelope), application/vc (the signed document),
    application/vc+jwt (the JWT; `;alg=RS256` for another algorithm than ES256). Refused with 409 and the explanation
    when the rules are not met.
    """
    (outcome,) = _answers_to(services, principal, [_sent(request, None, body, key)])
    if isinstance(outcome, Exception):
        raise outcome
    return idempotency.respond(outcome)
