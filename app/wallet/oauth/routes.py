"""What programs ask of the authorization server: who it is, to be registered, tokens. People are asked in app/pages."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response

from app.wallet.oauth import clients, grants, scopes, tokens
from app.wallet.oid4vci.refused import Refused, tell
from app.wallet.oid4vci.routes import FORM
from app.wallet.oid4vci.tokens import parameters
from app.web.context import Body, ServicesOf, takes
from app.web.from_anywhere import NO_STORE
from app.web.limits import open_to_anyone

router = APIRouter(tags=["OAuth 2.0"], dependencies=[Depends(open_to_anyone)])
REGISTER, TOKEN, REVOKE = "/oauth/register", "/oauth/token", "/oauth/revoke"
Authorization = Annotated[str | None, Header()]
ERROR = {
    "type": "object",
    "required": ["error", "error_description"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
REFUSED: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "By the names of RFC 6749 section 5.2 and RFC 7591 section 3.2.2.",
        "content": {"application/json": {"schema": ERROR}},
    }
}


def _json(body: Any, status: int, headers: Mapping[str, str] = NO_STORE) -> Response:
    return Response(json.dumps(body, separators=(",", ":")), status, dict(headers), "application/json")


def _answer(work: Callable[[], Any], status: int = 200) -> Response:
    try:
        body = work()
    except Refused as refused:
        tell("OAuth", refused.code)
        if refused.code == "invalid_client":
            return _json(refused.to_json(), 401, NO_STORE | {"WWW-Authenticate": 'Basic realm="attesta"'})
        return _json(refused.to_json(), 400)
    return _json(body, status)


@router.get("/.well-known/oauth-authorization-server")
def get_authorization_server(services: ServicesOf) -> Response:
    """Authorization Server Metadata (RFC 8414 section 2) of the Open Badges 3.0 API."""
    base = services.settings.public_url
    told = {
        "issuer": base,
        "authorization_endpoint": f"{base}{grants.PATH}",
        "token_endpoint": f"{base}{TOKEN}",
        "registration_endpoint": f"{base}{REGISTER}",
        "revocation_endpoint": f"{base}{REVOKE}",
        "scopes_supported": list(scopes.WORDS),
        "response_types_supported": list(clients.RESPONSE_TYPES),
        "response_modes_supported": ["query"],
        "grant_types_supported": list(clients.GRANT_TYPES),
        "token_endpoint_auth_methods_supported": [clients.BASIC],
        "revocation_endpoint_auth_methods_supported": [clients.BASIC],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    return _json(told, 200, {"Cache-Control": "public, max-age=300"})


@router.post(REGISTER, status_code=201, responses=REFUSED, openapi_extra=takes("application/json"))
def post_client(services: ServicesOf, body: Body) -> Response:
    """Register a client (RFC 7591): its metadata as JSON, every URL https and on one host."""
    return _answer(lambda: clients.register(services, body), 201)


@router.post(TOKEN, responses=REFUSED, openapi_extra=takes(FORM))
def post_token(services: ServicesOf, body: Body, authorization: Authorization = None) -> Response:
    """Tokens for a code, or for a refresh token. Authorization: Basic and the client's id and secret."""
    return _answer(lambda: tokens.give(services, clients.authenticate(services, authorization), parameters(body)))


@router.post(REVOKE, responses=REFUSED, openapi_extra=takes(FORM))
def post_revocation(services: ServicesOf, body: Body, authorization: Authorization = None) -> Response:
    """Give a token back (RFC 7009). Authorization: Basic and the client's id and secret."""

    def work() -> dict[str, Any]:
        tokens.revoke(services, clients.authenticate(services, authorization), parameters(body))
        return {}

    return _answer(work)
