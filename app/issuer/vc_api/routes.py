"""VC-API, issuing: POST /credentials/issue, /credentials/status, /credentials/derive. All need the scope vc-api."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from app.issuer import idempotency
from app.issuer.idempotency import Answer
from app.issuer.vc_api import secure
from app.issuer.vc_api.issue import issue
from app.issuer.vc_api.status import set_status
from app.ports import Principal
from app.vc import vc_api
from app.web.context import IdempotencyKey, ServicesOf, caller
from app.web.vc_api import Body, Content, answer, takes

router = APIRouter(prefix="/credentials", tags=["vc-api"])
Caller = Annotated[Principal, caller("vc-api")]


@router.post("/issue", status_code=201, openapi_extra=takes("credential"))
def post_issue(
    request: Request, services: ServicesOf, principal: Caller, body: Body, content: Content, key: IdempotencyKey
) -> Response:
    """Sign a credential in the tenant's name and record it; it gets a status. Achievements are awarded, not sent here.

    Its issuer is the tenant's. `options.cryptosuite` chooses how it is secured (eddsa-rdfc-2022), `mandatoryPointers`
    what the holder of an ecdsa-sd-2023 credential cannot withhold.
    """
    sent = vc_api.read_issue(body)

    def work() -> Answer:
        return Answer(201, b'{"verifiableCredential":' + issue(services, principal, sent) + b"}")

    digest = idempotency.digest("POST", str(request.url), content)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


@router.post("/status", openapi_extra=takes("credentialId", "credentialStatus"))
def post_status(services: ServicesOf, principal: Caller, body: Body) -> dict[str, Any]:
    """Revoke or suspend a credential that was issued here, or end its suspension."""
    set_status(services, principal, vc_api.read_status(body))
    return {}


@router.post("/derive", status_code=201, openapi_extra=takes("verifiableCredential"))
def post_derive(principal: Caller, body: Body) -> Response:
    """Derive from an ecdsa-sd-2023 credential what `options.selectivePointers` select."""
    del principal
    return answer(vc_api.secured(secure.derived(vc_api.read_derive(body))), 201)
