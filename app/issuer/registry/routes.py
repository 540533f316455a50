"""/api/v1/registry (whom the tenant recognises) and /issuers/{slug}/registry (the same, signed, for everybody)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from app.errors import NotFound
from app.issuer.registry import registry, signing
from app.issuer.registry.entries import RegistryBody
from app.ports import Principal
from app.web import caching
from app.web.context import Body, MediaType, ServicesOf, caller, parse_model, takes
from app.web.limits import open_to_anyone

router = APIRouter(tags=["registry"])
Reader = Annotated[Principal, caller("read")]
Writer = Annotated[Principal, caller("registry:write")]
IfMatch = Annotated[str | None, Header(description="The ETag of the list that you have read; 412 if it was changed.")]
DryRun = Annotated[bool, Query(description="Tell what would change; store nothing.")]


@router.get("/api/v1/registry")
def get_registry(services: ServicesOf, principal: Reader, response: Response) -> dict[str, Any]:
    """The issuers that the tenant recognises, for what, from when to when. Its ETag guards a change (`If-Match`)."""
    kept, revision = registry.get(services, principal)
    response.headers["ETag"] = registry.etag(revision)
    return kept


@router.put("/api/v1/registry", openapi_extra=takes("application/json", model=RegistryBody))
def put_registry(
    services: ServicesOf,
    principal: Writer,
    body: Body,
    media_type: MediaType,
    response: Response,
    if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> dict[str, Any]:
    """Replace the list of issuers that the tenant recognises. The same list again changes nothing."""
    sent = parse_model(RegistryBody, body, media_type)
    told = registry.put(services, principal, sent, if_match=if_match, dry_run=dry_run)
    response.headers["ETag"] = registry.etag(told.revision)
    return told.to_json()


@router.get("/issuers/{slug}/registry", dependencies=[Depends(open_to_anyone)])
def get_signed_registry(request: Request, services: ServicesOf, slug: str) -> Response:
    """The issuers that this one recognises, as a verifiable credential that it signed (RecognizedEntityCredential)."""
    served = signing.serve(services, slug)
    if served is None:
        raise NotFound(f"{slug[:63]} has no registry of issuers.")
    return caching.answer(request, served.content, signing.MEDIA_TYPE, etag=served.etag, max_age_s=signing.MAX_AGE_S)
