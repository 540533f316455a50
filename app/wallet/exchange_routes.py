"""/exchanges/{code}: VC-API exchanges, and the addresses that lead wallets to them.

Wallets are programs on phones and in other sites' web pages: every answer may be read from anywhere (CORS).
"""

from fastapi import APIRouter, Depends, Response

from app.errors import BadInput
from app.wallet import exchanges
from app.web.context import Body, MediaType, ServicesOf, parse_json, takes
from app.web.from_anywhere import asked_first, to_anyone
from app.web.limits import open_to_anyone

router = APIRouter(tags=["wallet"])
OPEN = [Depends(open_to_anyone)]
JSON = "application/json"


@router.get("/interactions/{code}", dependencies=OPEN)
def get_interaction(services: ServicesOf, code: str) -> Response:
    """How a wallet can take what is offered: `interaction:` links and QR codes with `?iuv=1` lead here."""
    return to_anyone(exchanges.protocols(services, code))


@router.options("/exchanges/{code}", include_in_schema=False)
@router.options("/exchanges/{code}/dcc", include_in_schema=False)
def ask_first(code: str) -> Response:
    """What a browser asks before another site's page may POST (CORS)."""
    del code
    return asked_first()


@router.post("/exchanges/{code}", dependencies=OPEN, openapi_extra=takes(JSON))
def post_exchange(services: ServicesOf, code: str, body: Body, kind: MediaType) -> Response:
    """Begin with an empty object (or nothing): a request for your DID. Answer it: the credential, in a presentation."""
    sent = parse_json(body, kind) if body.strip() else {}
    if not isinstance(sent, dict):
        raise BadInput("The body must be a JSON object.", remedy="Begin with {}.")
    if "verifiablePresentation" not in sent:
        return to_anyone(exchanges.begin(services, code))
    credential = exchanges.finish(services, code, sent["verifiablePresentation"])
    return to_anyone(exchanges.as_presentation(credential))


@router.post("/exchanges/{code}/dcc", dependencies=OPEN, openapi_extra=takes(JSON))
def post_legacy_request(services: ServicesOf, code: str, body: Body, kind: MediaType) -> Response:
    """The older request of the same wallets: the bare presentation, signed for the link's challenge; the bare badge."""
    return to_anyone(exchanges.finish(services, code, parse_json(body, kind), domain=False))
