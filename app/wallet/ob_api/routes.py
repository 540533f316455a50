"""/ims/ob/v3p0: the learner's badges and profile, for the hosts and displays that she lets at them."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from app.wallet.oauth import scopes
from app.wallet.oauth.tokens import learner_of
from app.wallet.ob_api import description, held, profile, upsert
from app.wallet.ob_api.status_info import SCHEMA, StatusInfoRoute, status_info
from app.wallet.sessions import SignedIn
from app.web.context import Body, MediaType, ServicesOf, takes
from app.web.limits import open_to_anyone

FAILURE: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "Imsx_StatusInfo.", "content": {"application/json": {"schema": SCHEMA}}}
}
router = APIRouter(
    prefix=description.PATH,
    tags=["Open Badges 3.0 API"],
    route_class=StatusInfoRoute,
    dependencies=[Depends(open_to_anyone)],
    responses=FAILURE,
)
PRIVATE = {"Cache-Control": "no-store"}
DESCRIPTION_LASTS_S = 3600
INT32_MOST = 2**31 - 1
METHODS = {"/discovery": ("GET",), "/credentials": ("GET", "POST"), "/profile": ("GET", "PUT")}
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
Authorization = Annotated[str | None, Header(include_in_schema=False)]


def allowed(scope: str) -> Any:
    """A dependency: the learner whose access token came, which must have this scope."""

    def learner(services: ServicesOf, authorization: Authorization = None) -> SignedIn:
        return learner_of(services, authorization, scope)

    return Depends(learner)


def _json(body: Any, headers: dict[str, str]) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), 200, headers, "application/json")


@router.get("/discovery")
def get_service_description(
    services: ServicesOf, if_none_match: Annotated[str | None, Header(max_length=1000)] = None
) -> Response:
    """The Service Description Document, for anyone."""
    body = description.service_description(services.settings)
    etag = f'"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={DESCRIPTION_LASTS_S}"}
    if if_none_match and etag in [each.strip().removeprefix("W/") for each in if_none_match.split(",")]:
        return Response(status_code=304, headers=headers)
    return _json(body, headers)


@router.get("/credentials")
def get_credentials(
    services: ServicesOf,
    who: Annotated[SignedIn, allowed(scopes.READ)],
    limit: Annotated[int | None, Query(ge=1, le=INT32_MOST)] = None,
    offset: Annotated[int, Query(ge=0, le=INT32_MOST)] = 0,
    since: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """The learner's badges, the oldest first; at most 100 at once."""
    url = f"{services.settings.public_url}{description.PATH}/credentials"
    page = held.page_of(services, who, held.Window(offset, limit, since), url)
    return _json(page.body, PRIVATE | {"X-Total-Count": str(page.total), "Link": page.links})


@router.post(
    "/credentials",
    status_code=201,
    responses={200: {"description": "Replaced."}, 304: {"description": "A newer one is here."}},
    openapi_extra=takes("application/json", upsert.TEXT),
)
def post_credential(
    services: ServicesOf, who: Annotated[SignedIn, allowed(scopes.UPSERT)], body: Body, kind: MediaType
) -> Response:
    """Add a badge to the learner's, or replace the one with the same issuer and id. Its own bytes are the answer."""
    outcome = upsert.upsert(services, who, body, kind)
    if outcome == upsert.KEPT:
        return Response(status_code=304, headers=PRIVATE)
    media_type = upsert.TEXT if kind == upsert.TEXT else "application/json"
    return Response(body, 201 if outcome == upsert.CREATED else 200, PRIVATE, media_type)


@router.get("/profile")
def get_profile(services: ServicesOf, who: Annotated[SignedIn, allowed(scopes.READ_PROFILE)]) -> Response:
    """Who the learner is."""
    return _json(profile.get(services, who), PRIVATE)


@router.put("/profile", openapi_extra=takes("application/json"))
def put_profile(
    services: ServicesOf, who: Annotated[SignedIn, allowed(scopes.UPDATE_PROFILE)], body: Body, kind: MediaType
) -> Response:
    """Replace the learner's profile as a whole."""
    return _json(profile.put(services, who, body, kind), PRIVATE)


@router.api_route("/{path:path}", methods=EVERY_METHOD, include_in_schema=False)
def refuse(request: Request, path: str) -> Response:
    """What there is not, in the words of this API."""
    methods = METHODS.get(f"/{path}")
    if methods is None:
        return status_info(404, "not_found", "There is nothing here.")
    told = f"{request.method} is not answered here."
    return status_info(405, "not_allowed", told, {"Allow": ", ".join(methods)})
