"""POST /verify: a credential or presentation in, a report out. Answers 200 whenever it judged: invalid is an answer."""

from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from app.errors import BadInput, Unsupported
from app.ports import Services
from app.verifier.answer_routes import router as answers
from app.verifier.case import Policy
from app.verifier.check_routes import router as checks
from app.verifier.freshness import read_as_of
from app.verifier.gather import Tell, unheard
from app.verifier.options import Options, options_beside, read_options
from app.verifier.receipt import signed_receipt, signer_of
from app.verifier.report import Report
from app.verifier.report_shape import ReportShape
from app.verifier.trust_sources import CallersTrust
from app.verifier.verify import verify, verify_at_once
from app.web import upload
from app.web.context import ServicesOf, media_type, read_up_to, services
from app.web.limits import count, open_to_anyone

QUICK_BYTES = 16_384  # ours: a large badge has a third of that
PARTS = ("file", "credential", "text", "url")
CONTENT = {
    "application/json": {
        "schema": {},
        "example": {"credential": {"@context": ["..."]}, "recipient": "ana@example.org"},
    },
    "application/vc+jwt": {"schema": {"type": "string"}},
    "application/vp+jwt": {"schema": {"type": "string"}},
    "application/dc+sd-jwt": {"schema": {"type": "string"}},
    "text/plain": {"schema": {"type": "string"}},
    "image/png": {"schema": {"type": "string", "format": "binary"}},
    "image/svg+xml": {"schema": {"type": "string", "format": "binary"}},
    "image/jpeg": {"schema": {"type": "string", "format": "binary"}},
    "image/webp": {"schema": {"type": "string", "format": "binary"}},
    "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {
                "file": {"type": "string", "format": "binary"},
                "url": {"type": "string", "format": "uri"},
                "recipient": {"type": "string"},
                "trust": {"type": "string"},
            },
        }
    },
}


async def submitted(request: Request, found: Annotated[Services, Depends(services)]) -> tuple[bytes, str]:
    """(content, media type) of the document to verify, from a plain body or a form."""
    limit = found.settings.verify_max_file_bytes
    kind = media_type(request)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Unsupported("A compressed body is not taken.", remedy="Send it without Content-Encoding.")
    request.state.fields = {}
    if kind == upload.MULTIPART:
        return await upload.document_and_fields(request, limit, PARTS, request.state.fields)
    body = await read_up_to(request, limit)
    if not upload.is_form(body, PARTS):
        return body, kind
    most = found.settings.verify_max_bytes
    return await run_in_threadpool(upload.field, body, PARTS, request.state.fields, most) or (body, kind)


Submitted = Annotated[tuple[bytes, str], Depends(submitted)]


Recipient = Annotated[str | None, Query(description="Whom it must be about; better sent in the body, out of logs.")]
TrustAsked = Annotated[str | None, Query(description="Issuers that you accept: ids with commas between, or JSON.")]


AsOf = Annotated[str | None, Query(description="Judge at another time: a date (its last second) or date and time.")]
WithReceipt = Annotated[bool, Query(description="Add a signed receipt, when this verifier has a key for that.")]


class VerifyRoute(APIRoute):
    """Does what the framework would do for `post_verify`, where there is no query, at a fraction of the cost.

    To read five parameters and what they depend on costs the framework more than the judging of a small badge.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; whatever is raised, the application turns into an answer."""
        if scope["query_string"] or scope["method"] != "POST":
            await super().handle(scope, receive, send)
            return
        request = Request(scope, receive)
        await open_to_anyone(request)
        found = await services(request)
        document = await submitted(request, found)
        answer = await run_in_threadpool(post_verify, request, found, document)
        await answer(scope, receive, send)


router = APIRouter(tags=["verifier"], route_class=VerifyRoute)


@router.post(
    "/verify",
    dependencies=[Depends(open_to_anyone)],
    responses={200: {"model": ReportShape}},
    openapi_extra={"requestBody": {"required": True, "content": CONTENT}},
)
def post_verify(
    request: Request,
    services: ServicesOf,
    document: Submitted,
    as_of: AsOf = None,
    receipt: WithReceipt = False,
    recipient: Recipient = None,
    trust: TrustAsked = None,
) -> Response:
    """Check a credential or presentation: JSON, alone or wrapped, a JWT or SD-JWT as text, a picture, or a form."""
    query = {"recipient": recipient, "trust": trust}  # what stands in the form or around the document goes before it
    asked = read_options(query | request.state.fields | options_beside(document[0]))
    signer = signer_of(services) if receipt else None
    policy = Policy(recipient=asked.recipient, as_of=None if as_of is None else read_as_of(as_of))
    report = judged(trusting(services, asked), document, policy)
    told = report.to_json() | ({"receipt": signed_receipt(report, signer, services)} if signer else {})
    return answered(told)


def answered(report: dict[str, Any]) -> Response:
    """The report, written at once: the framework would look at every value of it first."""
    return Response(orjson.dumps(report), media_type="application/json")


def answer_at_once(request: Request, content: bytes) -> Response | None:
    """The answer where nothing is asked for beside the document, and nothing has to be waited for; None elsewhere."""
    found: Services = request.app.state.services
    kind = media_type(request)
    is_whole = kind != upload.MULTIPART and "content-encoding" not in request.headers
    if not is_whole or len(content) > found.settings.verify_max_file_bytes or not is_plain(content):
        return None
    count(request)
    report = verify_at_once(content, kind, found)
    return None if report is None else answered(report.to_json())


def is_plain(content: bytes) -> bool:
    """Tell whether this is small, JSON or a token, and nothing is asked for beside it: quickly judged as a rule."""
    return len(content) <= QUICK_BYTES and content.startswith((b"{", b"ey")) and not options_beside(content)


def trusting(services: Services, asked: Options) -> Services:
    """The services, with whom the caller wants asked about issuers instead of whom the operator chose."""
    if asked.trust is None:
        return services
    return replace(services, trust_choice=CallersTrust(asked.trust, services))


def judged(
    services: Services, document: tuple[bytes, str], policy: Policy | None = None, tell: Tell = unheard
) -> Report:
    """The report on what was sent; raises BadInput when it is nothing to check."""
    content, kind = document
    if not content.strip():
        raise BadInput("There is nothing to check.", remedy="Send a credential, or choose a file.")
    return verify(content, kind, services, policy=policy, tell=tell)


router.include_router(checks)  # after the route that is asked for most: routes are tried in this order
router.include_router(answers)
