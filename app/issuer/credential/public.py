"""What anyone may read: status lists, issuers' DID documents and keys, credentials by their random id."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from app.errors import NotFound
from app.issuer import names
from app.issuer.credential import forms, identity, status_lists, types
from app.ports import Fetched, Services
from app.settings import BADGE_TYPE_PATH
from app.store import credential as store
from app.web import caching, negotiation
from app.web.context import ServicesOf
from app.web.limits import open_to_anyone

router = APIRouter(tags=["public"])
BY_ID = "whoever was given the random id may read the credential"
MAX_AGE_S = int(status_lists.TTL.total_seconds())
DID_JSON = "application/did+json"
# A revoked key is to be noticed as soon as a revoked badge.
KEY_HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={MAX_AGE_S}"}


@router.get("/status-lists/{list_id}", dependencies=[Depends(open_to_anyone)])
def get_status_list(
    request: Request, services: ServicesOf, list_id: str, accept: Annotated[str | None, Header()] = None
) -> Response:
    """A Bitstring Status List credential; as VC-JWT with `Accept: application/vc+jwt`."""
    offered = (*forms.JSON_LD_KINDS, forms.JSON, forms.JWT)
    kind = negotiation.choose(accept, offered) or forms.JSON_LD
    known_id = names.known_uuid(list_id, "status list")
    served = status_lists.serve(services, known_id, as_jwt=kind == forms.JWT, may_lag=True)
    if served is None:
        raise NotFound(f"There is no status list {list_id}.")
    media_type = served.media_type if served.media_type == forms.JWT else kind
    return caching.answer(request, served.content, media_type, etag=served.etag, max_age_s=MAX_AGE_S, vary="Accept")


@router.get("/status-lists/{list_id}/token", dependencies=[Depends(open_to_anyone)])
def get_token_status_list(request: Request, services: ServicesOf, list_id: str) -> Response:
    """A Token Status List (application/statuslist+jwt): the same bits, for SD-JWT VCs."""
    served = status_lists.serve_token(services, names.known_uuid(list_id, "status list"), may_lag=True)
    if served is None:
        raise NotFound(f"There is no status list {list_id}.")
    return caching.answer(
        request, served.content, served.media_type, etag=served.etag, max_age_s=MAX_AGE_S, vary="Accept"
    )


@router.get(BADGE_TYPE_PATH)
def get_credential_type(services: ServicesOf) -> Response:
    """The Type Metadata of our SD-JWT VCs, at the URL that their `vct` is."""
    return Response(json.dumps(types.type_metadata(services.settings)), 200, KEY_HEADERS, "application/json")


@router.get("/issuers/{slug}/did.json")
def get_did_document(services: ServicesOf, slug: str) -> Response:
    """The issuer's did:web document."""
    document = did_document(services, slug)
    if document is None:
        raise NotFound(
            f"There is no issuer {slug[:63]} with a did:web.", remedy="did:web needs a public https address."
        )
    return Response(json.dumps(document), 200, KEY_HEADERS, DID_JSON)


def did_document(services: Services, slug: str) -> dict[str, Any] | None:
    """The did:web document of a tenant, or None where there is none."""
    found = identity.tenant_and_keys(services, slug)
    if found is None or not identity.is_public(services.settings.public_url):
        return None
    return identity.did_document(services.settings, *found)


@router.get("/issuers/{slug}/jwks.json")
def get_jwks(services: ServicesOf, slug: str) -> Response:
    """The issuer's public keys as JWK set."""
    found = identity.tenant_and_keys(services, slug)
    if found is None:
        raise NotFound(f"There is no issuer {slug[:63]}.")
    return Response(json.dumps(identity.jwks(found[1])), 200, KEY_HEADERS, "application/jwk-set+json")


def credential_content(services: Services, credential_id: str, form_name: str) -> tuple[bytes, str]:
    """(bytes as sealed, media type) of the form that counts; a revoked one too, so that its status can be seen."""
    with services.database.everywhere(why=BY_ID) as session:
        row = store.newest_sealed(session, names.known_uuid(credential_id, "credential"), form_name)
    if row is None or row.content is None or row.media_type is None:
        raise NotFound(f"There is no credential {credential_id} in this form.")
    return row.content, row.media_type


def local_document(services: Services, url: str) -> Fetched | None:
    """What we ourselves serve at this URL: the LocalDocuments port, without the detour over the network."""
    base = services.settings.public_url + "/"
    if not url.startswith(base):
        return None
    match url.removeprefix(base).split("/"):
        case ["status-lists", list_id] if names.UUID.fullmatch(list_id):
            served = status_lists.serve(services, list_id)
            return None if served is None else Fetched(url, served.media_type, served.content)
        case ["status-lists", list_id, "token"] if names.UUID.fullmatch(list_id):
            served = status_lists.serve_token(services, list_id)
            return None if served is None else Fetched(url, served.media_type, served.content)
        case ["issuers", slug, "did.json"]:
            document = did_document(services, slug)
            return None if document is None else Fetched(url, DID_JSON, json.dumps(document).encode())
        case ["credentials", rest] if names.UUID.fullmatch(credential_id := rest.partition("?")[0].partition("#")[0]):
            content, media_type = credential_content(services, credential_id, forms.DEFAULT.name)
            return Fetched(url, media_type, content)
    return None
