"""POST /verify/answers/{name}, /verify/exchanges/{name}: where wallets send what app.verifier.ask asked them for.

Wallets are programs on phones and in other sites' web pages: every answer may be read from anywhere (CORS).
"""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.errors import BadInput, TooLarge, Unsupported
from app.ports import Services
from app.verifier import ask
from app.verifier.answer import answer, exchanged
from app.web.context import MediaType, ServicesOf, media_type, parse_json, read_body, read_up_to, services, takes
from app.web.forms import URLENCODED
from app.web.from_anywhere import asked_first, to_anyone
from app.web.limits import open_to_anyone

router = APIRouter(tags=["verifier"])
JSON = "application/json"
ESCAPED = 3  # a character of JSON may become three in a form
MAX_FIELDS = 20  # ours: a wallet sends two or three
PARAMETERS = {"vp_token": {"type": "string"}, "state": {"type": "string"}, "error": {"type": "string"}}
FORM: dict[str, Any] = {URLENCODED: {"schema": {"type": "object", "properties": PARAMETERS}}}


async def answered(request: Request, found: Annotated[Services, Depends(services)]) -> dict[str, str]:
    """The parameters of an answer; raises BadInput, TooLarge, Unsupported."""
    if media_type(request) != URLENCODED:
        raise Unsupported("A wallet's answer is a form.", remedy=f"Send {URLENCODED}.")
    limit = found.settings.verify_max_bytes
    return await run_in_threadpool(parameters, await read_up_to(request, limit * ESCAPED), limit)


def parameters(body: bytes, limit: int) -> dict[str, str]:
    """The fields of a form; megabytes of them take a second. Raises BadInput, TooLarge."""
    try:
        fields = dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=MAX_FIELDS))
    except UnicodeDecodeError as error:
        raise BadInput("The form is not UTF-8.") from error
    except ValueError as error:
        raise TooLarge(f"A form of at most {MAX_FIELDS} fields is taken.") from error
    if len(fields.get("vp_token", "").encode()) > limit:
        raise TooLarge(f"The presentation is larger than {limit} bytes.", pointer="vp_token", remedy="Show less.")
    return fields


@router.post(
    "/verify/answers/{name}",
    dependencies=[Depends(open_to_anyone)],
    openapi_extra={"requestBody": {"required": True, "content": FORM}},
)
def post_answer(services: ServicesOf, name: str, sent: Annotated[dict[str, str], Depends(answered)]) -> Response:
    """For wallets: the response to an OpenID4VP request that the page /verify/ask made (`direct_post`)."""
    answer(services, name, sent)
    return to_anyone({})


async def document(request: Request, found: Annotated[Services, Depends(services)]) -> bytes:
    """A body no larger than a document that is checked; raises TooLarge, Unsupported."""
    return await read_body(request, found.settings.verify_max_bytes)


@router.options("/verify/exchanges/{name}", include_in_schema=False)
def ask_first(name: str) -> Response:
    """What a browser asks before another site's page may POST (CORS)."""
    del name
    return asked_first()


@router.post("/verify/exchanges/{name}", dependencies=[Depends(open_to_anyone)], openapi_extra=takes(JSON))
def post_exchange(
    services: ServicesOf, name: str, body: Annotated[bytes, Depends(document)], kind: MediaType
) -> Response:
    """For wallets of VC-API: begin with an empty object, and be told what to show; answer it, and it is over."""
    sent = parse_json(body, kind) if body.strip() else {}
    if not isinstance(sent, dict):
        raise BadInput("The body must be a JSON object.", remedy="Begin with {}.")
    if "verifiablePresentation" not in sent:
        return to_anyone(ask.presentation_request(services, name))
    exchanged(services, name, sent["verifiablePresentation"])
    return to_anyone({})
