"""What wallets ask: metadata, offers, tokens, nonces, credentials, notifications (OpenID4VCI 1.0).

Wallets are programs on phones and in other sites' web pages: every answer may be read from anywhere (CORS), and none
of them is decided by cookies.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response

from app.errors import NotFound
from app.ports import Principal
from app.wallet.oid4vci import deliver, links, metadata, tokens
from app.wallet.oid4vci.configurations import DEFAULT_FORMAT
from app.wallet.oid4vci.refused import Refused, tell
from app.web.context import Body, ServicesOf, caller, takes
from app.web.from_anywhere import FROM_ANYWHERE, NO_STORE, asked_first, to_anyone
from app.web.limits import open_to_anyone

router = APIRouter(tags=["wallet"])
OPEN = [Depends(open_to_anyone)]
METADATA_LAST_S = 300
Authorization = Annotated[str | None, Header()]
Issuer = Annotated[Principal, caller("credentials:issue")]
Format = Annotated[str, Query(alias="format", max_length=40)]
ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error", "error_description"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
REFUSED: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "By the names of OpenID4VCI 1.0: sections 6.3, 8.3.1 and 11.3.",
        "content": {"application/json": {"schema": ERROR}},
    }
}
FORM = "application/x-www-form-urlencoded"


def _answer(work: Callable[[], Any]) -> Response:
    """What the work returns, as JSON; the error that it raises, as the specification has it."""
    try:
        body = work()
    except Refused as refused:
        tell("OpenID4VCI", refused.code)
        challenge = {} if refused.status == 400 else {"WWW-Authenticate": f'Bearer error="{refused.code}"'}  # noqa: PLR2004
        return to_anyone(refused.to_json(), refused.status, NO_STORE | challenge)
    return to_anyone(body)


def _public(body: dict[str, Any]) -> Response:
    return to_anyone(body, headers={"Cache-Control": f"public, max-age={METADATA_LAST_S}", "Vary": "Accept-Language"})


@router.get("/.well-known/openid-credential-issuer/issuers/{slug}", dependencies=OPEN)
@router.get("/issuers/{slug}/.well-known/openid-credential-issuer", dependencies=OPEN)
def get_credential_issuer(
    services: ServicesOf, slug: str, accept_language: Annotated[str | None, Header(max_length=1000)] = None
) -> Response:
    """Credential Issuer Metadata; the first address is the specification's, the second one of older wallets."""
    return _public(metadata.credential_issuer(services, slug, accept_language))


@router.get("/.well-known/openid-credential-issuer", include_in_schema=False)
def get_no_credential_issuer(services: ServicesOf) -> Response:
    """Where the issuers are, for who looks at the bare host."""
    raise NotFound(
        "The service itself is no credential issuer: each of its tenants is one.",
        remedy=f"GET {services.settings.public_url}/.well-known/openid-credential-issuer/issuers/SLUG; "
        "a credential offer names it as credential_issuer.",
    )


@router.get("/.well-known/oauth-authorization-server/issuers/{slug}", dependencies=OPEN)
@router.get("/issuers/{slug}/.well-known/oauth-authorization-server", dependencies=OPEN)
@router.get("/.well-known/openid-configuration/issuers/{slug}", dependencies=OPEN)
@router.get("/issuers/{slug}/.well-known/openid-configuration", dependencies=OPEN)
def get_authorization_server(services: ServicesOf, slug: str) -> Response:
    """Authorization Server Metadata (RFC 8414), at all addresses where wallets look."""
    return _public(metadata.authorization_server(services.settings, metadata.tenant_of(services, slug)))


@router.get("/offers/{code}", dependencies=OPEN)
def get_offer(services: ServicesOf, code: str, chosen: Format = DEFAULT_FORMAT) -> Response:
    """A credential offer, for the wallet that reads the QR code; `format`: one of the credential formats."""
    meant = chosen.replace(" ", "+")  # some wallets decode the link twice, which makes a blank of a plus
    return to_anyone(links.credential_offer(services, code, meant))


@router.post("/api/v1/offers/{offer_id}/credential-offer")
def post_credential_offer(
    services: ServicesOf, principal: Issuer, offer_id: str, chosen: Format = DEFAULT_FORMAT
) -> dict[str, Any]:
    """An offer as link and value for a wallet, with a fresh code: for a QR code on a page or at a desk of your own.

    The code before does not count any more. Show it to nobody but the learner.
    """
    return links.shown_by_provider(services, principal, offer_id, chosen)


@router.options(f"{metadata.PATH}/{{endpoint}}", include_in_schema=False)
def ask_first(endpoint: str) -> Response:
    """What a browser asks before another site's page may POST (CORS)."""
    del endpoint
    return asked_first()


@router.post(f"{metadata.PATH}/token", dependencies=OPEN, responses=REFUSED, openapi_extra=takes(FORM))
def post_token(services: ServicesOf, body: Body) -> Response:
    """An access token for a pre-authorized code, and for its transaction code where there is one."""
    return _answer(lambda: tokens.give(services, tokens.parameters(body)))


@router.post(f"{metadata.PATH}/nonce", dependencies=OPEN)
def post_nonce(services: ServicesOf) -> Response:
    """A nonce for a key proof."""
    return _answer(lambda: {"c_nonce": tokens.new_nonce(services)})


@router.post(
    f"{metadata.PATH}/credential", dependencies=OPEN, responses=REFUSED, openapi_extra=takes("application/json")
)
def post_credential_request(services: ServicesOf, body: Body, authorization: Authorization = None) -> Response:
    """The credential, bound to the key or keys that the request proves. Authorization: Bearer and the access token."""
    return _answer(lambda: deliver.deliver(services, deliver.bearer(services, authorization), body))


@router.post(
    f"{metadata.PATH}/notification",
    status_code=204,
    dependencies=OPEN,
    responses=REFUSED,
    openapi_extra=takes("application/json"),
)
def post_notification(services: ServicesOf, body: Body, authorization: Authorization = None) -> Response:
    """What became of the credential: accepted, failed or deleted."""

    def work() -> None:
        deliver.notify(services, deliver.bearer(services, authorization), body)

    answer = _answer(work)
    return answer if answer.status_code != 200 else Response(status_code=204, headers=FROM_ANYWHERE)  # noqa: PLR2004
