"""The Service Description Document: this API as OpenAPI 3.0, a profile of the specification's own (section 6.1.2).

https://www.imsglobal.org/spec/ob/v3p0/#service-description-document. The shapes of the documents are those of the
specification, and stand here by the URLs of their JSON schemas.
"""

from typing import Any

from app import __version__
from app.settings import Settings
from app.wallet.oauth import grants, routes, scopes

PATH = "/ims/ob/v3p0"
SCHEMAS = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_{}_schema.json"
SECURITY = "OAuth2ACG"
JSON, TEXT = "application/json", "text/plain"
CREDENTIALS_OF: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "format": "int32", "minimum": 1},
    "offset": {"type": "integer", "format": "int32", "minimum": 0},
    "since": {"type": "string", "format": "date-time"},
}
ERRORS = {"400": "Not right.", "401": "No access token.", "403": "Not this scope.", "405": "Not this method."}


def service_description(settings: Settings) -> dict[str, Any]:
    """The document, for this service."""
    base = settings.public_url
    return {
        "openapi": "3.0.1",
        "info": {
            "title": "Attesta: Open Badges 3.0",
            "version": __version__,
            "termsOfService": settings.terms_url or f"{base}/",
            "x-imssf-privacyPolicyUrl": settings.privacy_url or f"{base}/",
            "x-imssf-image": f"{base}/static/attesta.svg",
        },
        "servers": [{"url": f"{base}{PATH}"}],
        "paths": {
            "/discovery": {"get": _operation("getServiceDescription", None, None)},
            "/credentials": {
                "get": _operation("getCredentials", scopes.READ, "getopenbadgecredentialsresponse")
                | {"parameters": [_parameter(name, schema) for name, schema in CREDENTIALS_OF.items()]},
                "post": _operation("upsertCredential", scopes.UPSERT, "achievementcredential", takes_jws=True),
            },
            "/profile": {
                "get": _operation("getProfile", scopes.READ_PROFILE, "profile"),
                "put": _operation("putProfile", scopes.UPDATE_PROFILE, "profile", takes=True),
            },
        },
        "components": {"securitySchemes": {SECURITY: _security(base)}},
    }


def _security(base: str) -> dict[str, Any]:
    flow = {
        "authorizationUrl": f"{base}{grants.PATH}",
        "tokenUrl": f"{base}{routes.TOKEN}",
        "refreshUrl": f"{base}{routes.TOKEN}",
        "scopes": scopes.DESCRIPTIONS,
    }
    return {
        "type": "oauth2",
        "description": "OAuth 2.0 authorization code with PKCE; RFC 8414 metadata, RFC 7009 revocation.",
        "x-imssf-registrationUrl": f"{base}{routes.REGISTER}",
        "x-imssf-revocationUrl": f"{base}{routes.REVOKE}",
        "flows": {"authorizationCode": flow},
    }


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _operation(
    name: str, scope: str | None, schema: str | None, *, takes: bool = False, takes_jws: bool = False
) -> dict[str, Any]:
    """One operation; `schema`: of the body of its answer, and of the request when it takes one."""
    body: dict[str, Any] = {JSON: {"schema": {"$ref": SCHEMAS.format(schema)} if schema else {"type": "object"}}}
    if takes_jws:
        body[TEXT] = {"schema": {"type": "string", "description": "A compact JWS."}}
    failure = {JSON: {"schema": {"$ref": SCHEMAS.format("imsx_statusinfo")}}}
    answers: dict[str, Any] = {"200": {"description": "Done.", "content": body}}
    if takes_jws:
        answers |= {"201": {"description": "Added.", "content": body}, "304": {"description": "A newer one is here."}}
    if scope is not None:
        answers |= {status: {"description": told, "content": failure} for status, told in ERRORS.items()}
    told = {"operationId": name, "responses": answers | {"default": {"description": "Not done.", "content": failure}}}
    asked = {"requestBody": {"required": True, "content": body}} if takes or takes_jws else {}
    return told | asked | ({"security": [{SECURITY: [scope]}]} if scope else {})
