"""GET /conformance/did/{did}: DID resolution and DID URL dereferencing over HTTP, as the test suites ask for them.

https://www.w3.org/TR/did-resolution/#bindings-https (section 10.1), and the older answer that the did:key suite still
asks for by `Accept: application/ld+json;profile="https://w3id.org/did-resolution"`. Percent-encode the DID.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response

from app.errors import BadInput
from app.ports import Fetched, Services
from app.vc import did_resolution, strict_json
from app.vc.did_resolution import DidUrl
from app.vc.unresolved import Unresolved
from app.verifier.gather import gather
from app.verifier.need import Need
from app.web import negotiation
from app.web.context import ServicesOf

RESOLUTION = "application/did-resolution"
DEREFERENCING = "application/did-url-dereferencing"
DOCUMENT = "application/did"
# The document or the content alone: of DID 1.1, of DID Core 1.0, and what every client knows.
LINKED_DATA = "application/ld+json"
BARE = (DOCUMENT, "application/did+json", "application/did+ld+json", "application/json", LINKED_DATA)
OLDER_PROFILE = "https://w3id.org/did-resolution"
OLDER = f'{LINKED_DATA};profile="{OLDER_PROFILE}"'
OLDER_CONTEXT = "https://w3id.org/did-resolution/v1"

# Section 10.1: the status of each error; what did:key adds is the client's mistake too.
STATUS = {
    "NOT_FOUND": 404,
    "REPRESENTATION_NOT_SUPPORTED": 406,
    "INVALID_DID_DOCUMENT": 500,
    "METHOD_NOT_SUPPORTED": 501,
    "FEATURE_NOT_SUPPORTED": 501,
}
CLIENTS_MISTAKE = 400

router = APIRouter(tags=["conformance"])


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `form`: the media type of the answer. `of_url`: a DID URL was sent, not a DID alone."""

    text: str
    parameters: Mapping[str, str]
    form: str
    of_url: bool


@router.get(
    "/did/{did:path}",
    response_class=Response,
    responses={status: {"description": "Not resolved; the body says why."} for status in (400, 404, 406, 500, 501)},
)
def get_did(request: Request, did: str, services: ServicesOf) -> Response:
    """Resolve a DID (did:key, did:jwk, did:web), or dereference a DID URL; Accept chooses the form of the answer."""
    asked = _asked(request, did)
    try:
        content = _found(services, asked)
    except Unresolved as why:
        return _failure(asked, why)
    return _success(asked, content)


def _asked(request: Request, did: str) -> Asked:
    text = _as_sent(request, did)
    accept = request.headers.get("accept")
    of_url = did_resolution.is_did_url(text)
    if negotiation.parameter(accept, LINKED_DATA, "profile") == OLDER_PROFILE:
        form = OLDER
    else:
        whole = (DEREFERENCING, RESOLUTION) if of_url else (RESOLUTION, DEREFERENCING)
        form = negotiation.choose(accept, (*whole, *BARE)) or ""
    return Asked(text, request.query_params, form, of_url)


def _as_sent(request: Request, did: str) -> str:
    """The DID without the encoding that the HTTP URL adds; one sent as it is may hold percent signs of its own."""
    sent = request.scope.get("raw_path", b"").decode("latin-1").partition("/conformance/did/")[2]
    return sent if sent.startswith("did:") else unquote(sent) if sent else did


def _found(services: Services, asked: Asked) -> dict[str, Any]:
    if not asked.form:
        raise Unresolved("REPRESENTATION_NOT_SUPPORTED", f"These can be given: {', '.join((RESOLUTION, *BARE))}.")
    if asked.of_url and asked.form == RESOLUTION:
        raise Unresolved("INVALID_DID", f"Only a DID is resolved; ask for {DEREFERENCING} to dereference a DID URL.")
    url = did_resolution.parse(asked.text)
    did_resolution.check_parameters(asked.parameters, url.method)
    document = did_resolution.document_by_name(url, did_resolution.key_options(asked.parameters))
    return did_resolution.dereference(document if document is not None else _fetched(services, url), url)


def _fetched(services: Services, url: DidUrl) -> dict[str, Any]:
    place = did_resolution.document_place(url.did)
    need = Need("controlled_identifier", place, "It is asked for.", "")
    had = gather([need], services, remaining_s=lambda: services.settings.verify_timeout_s)[place]
    if not isinstance(had, Fetched):
        raise Unresolved("NOT_FOUND", had.reason)
    try:
        value = strict_json.loads(had.content)
    except BadInput as problem:
        raise Unresolved("INVALID_DID_DOCUMENT", problem.detail) from None
    return did_resolution.checked_document(value, url.did)


def _success(asked: Asked, content: dict[str, Any]) -> Response:
    if asked.form == OLDER:
        return _older(asked, content, {"contentType": "application/did+ld+json"}, 200)
    if asked.form == RESOLUTION:
        return _json(_resolution(content, {"contentType": DOCUMENT}), RESOLUTION, 200)
    if asked.form == DEREFERENCING:
        return _json(_dereferencing(content, {"contentType": DOCUMENT}), DEREFERENCING, 200)
    return _json(content, asked.form, 200)


def _failure(asked: Asked, why: Unresolved) -> Response:
    status = STATUS.get(why.code, CLIENTS_MISTAKE)
    if asked.form == OLDER:
        return _older(asked, {}, {"error": why.older_name, "message": why.detail}, status)
    if asked.form == DEREFERENCING or (asked.of_url and asked.form != RESOLUTION):
        return _json(_dereferencing(None, {"error": why.error}), DEREFERENCING, status)
    return _json(_resolution(None, {"error": why.error}), RESOLUTION, status)


def _resolution(document: dict[str, Any] | None, metadata: dict[str, Any]) -> dict[str, Any]:
    return {"didDocument": document, "didResolutionMetadata": metadata, "didDocumentMetadata": {}}


def _dereferencing(content: dict[str, Any] | None, metadata: dict[str, Any]) -> dict[str, Any]:
    return {"contentStream": content, "dereferencingMetadata": metadata, "contentMetadata": {}}


def _older(asked: Asked, content: dict[str, Any], metadata: dict[str, str], status: int) -> Response:
    told = "didDereferencingMetadata" if asked.of_url else "didResolutionMetadata"
    body = {"@context": OLDER_CONTEXT, "didDocument": content, told: metadata, "didDocumentMetadata": {}}
    return _json(body, OLDER, status)


def _json(body: dict[str, Any], media_type: str, status: int) -> Response:
    return Response(json.dumps(body), status, media_type=media_type)
