"""/conformance: what the W3C test suites call. No authentication, and a key need not be the issuer's.

The suites put their own issuers and keys into what they have signed and verified. All else is the code of the strict
endpoints: app/vc/vc_api.py, app/issuer/vc_api/secure.py, app/verifier/vc_api.py. Answers are the credential itself,
which every suite takes; the member `verifiableCredential` around it is taken off by the clients of some suites only.
"""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response

from app.conformance.did_resolution import router as did_resolution
from app.conformance.harness import Harness
from app.conformance.issue import issue
from app.conformance.profiles import Profile
from app.errors import NotFound
from app.issuer.vc_api import secure
from app.settings import is_loopback
from app.vc import vc_api
from app.verifier.vc_api import verified
from app.web.vc_api import Body, answer

FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host"})  # RFC 7239, and the habit before it


def harness(request: Request) -> Harness:
    """The harness; raises NotFound for a request that did not come in by a loopback address, and in its name.

    A proxy on this machine asks for somebody else, and a web page may give a loopback address a name of its own.
    """
    host, _ = request.scope.get("server") or ("", None)
    is_ours = is_loopback(host) and is_loopback((request.url.hostname or "").strip("[]"))
    if not is_ours or not FORWARDED.isdisjoint(request.headers.keys()):
        raise NotFound("There is nothing here.")
    return cast("Harness", request.app.state.harness)


HarnessOf = Annotated[Harness, Depends(harness)]


def profile(profile: str, found: HarnessOf) -> Profile:
    """The profile in the path; raises NotFound."""
    if profile not in found.profiles:
        raise NotFound(f"There is no profile {profile[:80]!r}.", remedy="GET /conformance lists them.")
    return found.profiles[profile]


ProfileOf = Annotated[Profile, Depends(profile)]
router = APIRouter(prefix="/conformance", tags=["conformance"])
router.include_router(did_resolution, dependencies=[Depends(harness)])


@router.get("")
def get_profiles(request: Request, harness: HarnessOf) -> dict[str, Any]:
    """List the profiles: the issuer's DID, and the addresses of its endpoints."""
    return {"profiles": {name: _shown(one, str(request.base_url)) for name, one in harness.profiles.items()}}


def _shown(one: Profile, base_url: str) -> dict[str, str]:
    place = f"{base_url}conformance/{one.name}"
    shown = {
        "issuer": one.issuer,
        "issue": f"{place}/credentials/issue",
        "verify": f"{place}/credentials/verify",
        "verifyPresentation": f"{place}/presentations/verify",
    }
    if one.can_derive:
        shown["derive"] = f"{place}/credentials/derive"
    if one.has_status:
        shown["status"] = f"{place}/credentials/status"
    return shown


@router.post("/{profile}/credentials/issue")
def post_issue(request: Request, harness: HarnessOf, profile: ProfileOf, body: Body) -> Response:
    """Sign a credential."""
    issued = issue(harness, profile, vc_api.read_issue(body), str(request.base_url))
    return answer(issued, 201)


@router.post("/{profile}/credentials/verify")
def post_verify_credential(harness: HarnessOf, profile: ProfileOf, body: Body) -> Response:
    """Verify a credential of anyone, secured in any way."""
    del profile
    return verified(harness.services, vc_api.read_verify_credential(body), bind_issuer=False)


@router.post("/{profile}/presentations/verify")
def post_verify_presentation(harness: HarnessOf, profile: ProfileOf, body: Body) -> Response:
    """Verify a presentation of anyone."""
    del profile
    return verified(harness.services, vc_api.read_verify_presentation(body), bind_issuer=False)


@router.post("/{profile}/credentials/derive")
def post_derive(profile: ProfileOf, body: Body) -> Response:
    """Derive from a credential with a base proof."""
    if not profile.can_derive:
        raise NotFound(f"Nothing is derived under the profile {profile.name}.")
    return answer(secure.derived(vc_api.read_derive(body)), 201)


@router.post("/{profile}/credentials/status")
def post_status(harness: HarnessOf, profile: ProfileOf, body: Body) -> dict[str, Any]:
    """Revoke or suspend what was issued, or take it back."""
    if not profile.has_status:
        raise NotFound(f"There is no status under the profile {profile.name}.")
    harness.lists.set(vc_api.read_status(body))
    return {}


@router.get("/status-lists/{purpose}")
def get_status_list(request: Request, harness: HarnessOf, purpose: str) -> Response:
    """A status list, as it is now."""
    found = harness.lists.document(f"{request.base_url}conformance/status-lists/{purpose}")
    if found is None:
        raise NotFound("There is no such status list.")
    return Response(found.content, media_type=found.media_type)


@router.post("/status-lists/{purpose}/publish", status_code=204)
def post_publish(harness: HarnessOf, purpose: str) -> Response:
    """Publish a status list; there is nothing to do, since it is signed when it is read."""
    del harness, purpose
    return Response(status_code=204)
