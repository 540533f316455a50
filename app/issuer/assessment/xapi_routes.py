"""/xapi: where clients of the Experience API post statements. No Learning Record Store: statements are not read back.

https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Communication.md (1.0.3), and IEEE 9274.1.1 (2.0): the version
header, Basic authentication, ids of what was stored. Statements that tell no result are answered alike: that is
no mistake of the client.
"""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer

from app.competency.sources import formats, xapi
from app.errors import BadInput, Forbidden, Unauthenticated
from app.issuer.assessment.sources import Told
from app.issuer.assessment.statements import take_statements
from app.ports import Principal
from app.web.context import Body, MediaType, ServicesOf, parse_json, takes

router = APIRouter(prefix="/xapi", tags=["xapi"])
SCOPE = "results:write"
VERSIONS = ("1.0.3", "2.0.0")
VERSION = "X-Experience-API-Version"
_KNOWN = re.compile(r"1\.0(?:\.[0-9]{1,3})?|2\.0(?:\.[0-9]{1,3})?")
_basic = HTTPBasic(auto_error=False, description="An API key as password (any user name), or as user name alone.")
_bearer = HTTPBearer(auto_error=False, description="An API key with results:write.")


def writer(
    services: ServicesOf,
    basic: Annotated[HTTPBasicCredentials | None, Depends(_basic)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """The principal: clients of xAPI have a pair of key and secret, and the secret is an API key of ours."""
    key = bearer.credentials if bearer else ((basic.password or basic.username) if basic else None)
    known = services.principals.find(key) if key else None
    if known is None:
        remedy = "Use Basic authentication with an API key as password, or `Authorization: Bearer <key>`."
        raise Unauthenticated("This needs an API key that is in force.", remedy=remedy)
    if SCOPE not in known.scopes:
        raise Forbidden(f"This key lacks the scope {SCOPE}.", remedy=f"Use a key that has {SCOPE}.", scope=SCOPE)
    return known


def version(told: Annotated[str | None, Header(alias=VERSION)] = None) -> str:
    """The newest version of the client's line; raises BadInput for none or another one (Communication 3.3)."""
    if told is None or not _KNOWN.fullmatch(told):
        raise BadInput(
            f"The header {VERSION} is missing or names a version that is not spoken here.",
            pointer=VERSION,
            remedy=f"Send {VERSION}: 1.0.3 or 2.0.0.",
        )
    return next(each for each in VERSIONS if each[0] == told[0])


Writer = Annotated[Principal, Depends(writer)]
Version = Annotated[str, Depends(version)]


@router.get("/about")
def get_about(told: Annotated[str | None, Header(alias=VERSION)] = None) -> JSONResponse:
    """The versions that are spoken; needs no key. A client of one line hears of that line: older ones know no other."""
    line = told[:2] if told is not None and _KNOWN.fullmatch(told) else ""
    spoken = [each for each in VERSIONS if each.startswith(line)]
    return JSONResponse({"version": spoken}, headers={VERSION: spoken[-1]})


@router.post("/statements", openapi_extra=takes("application/json"))
def post_statements(
    services: ServicesOf, principal: Writer, spoken: Version, body: Body, media_type: MediaType
) -> JSONResponse:
    """One statement or a list; answers their ids. A wrong one refuses all (400), a contradicting one too (409)."""
    sent = parse_json(body, media_type)
    listed = sent if isinstance(sent, list) else [sent]
    statements = [each | {"id": services.new_id()} if _lacks_id(each) else each for each in listed]
    take_statements(services, principal, statements, Told(formats.XAPI), strict=True)
    return JSONResponse([xapi.statement_id(each) for each in statements], headers={VERSION: spoken})


@router.put("/statements", status_code=204, openapi_extra=takes("application/json"))
def put_statement(
    services: ServicesOf,
    principal: Writer,
    spoken: Version,
    body: Body,
    media_type: MediaType,
    statement_id: Annotated[str, Query(alias="statementId", max_length=36)],
) -> Response:
    """One statement under its id."""
    sent = parse_json(body, media_type)
    statement = sent | {"id": statement_id} if _lacks_id(sent) else sent
    if not isinstance(statement, dict) or xapi.statement_id(statement) != statement_id.lower():
        raise BadInput("statementId is not the id of the statement.", pointer="statementId")
    take_statements(services, principal, [statement], Told(formats.XAPI), strict=True)
    return Response(status_code=204, headers={VERSION: spoken})


def _lacks_id(statement: Any) -> bool:
    return isinstance(statement, dict) and "id" not in statement
