"""Issuing in the harness: whatever is well formed is signed by the profile's key."""

from typing import Any

from app.conformance.harness import Harness
from app.conformance.profiles import JWT, Profile
from app.errors import BadInput
from app.issuer.vc_api import secure
from app.vc import enveloped, vc_api
from app.vc.outcome import Unsound
from app.vc.vc_api import IssueRequest


def issue(harness: Harness, profile: Profile, request: IssueRequest, base_url: str) -> dict[str, Any]:
    """The secured credential: with one proof, or in an envelope. Raises BadInput."""
    document = with_status(harness, request, base_url) if profile.has_status else request.credential
    if profile.cryptosuite == JWT:
        return enveloped.envelope(_jwt(profile, document))
    made = secure.sealed(
        harness.services,
        document,
        profile.signer,
        cryptosuite=profile.cryptosuite,
        verification_method=profile.verification_method,
        mandatory_pointers=request.mandatory_pointers or (),
    )
    return vc_api.with_single_proof(made.document)


def with_status(harness: Harness, request: IssueRequest, base_url: str) -> dict[str, Any]:
    """The credential with an entry for each purpose that its `credentialStatus` asks for, or for revocation."""
    named = request.credential_id or request.credential.get("id")
    credential_id = named if isinstance(named, str) else harness.services.new_id()
    entries = [
        harness.lists.entry(base_url, purpose, credential_id) for purpose in vc_api.status_purposes(request.credential)
    ]
    return vc_api.with_status(request.credential, entries)


def _jwt(profile: Profile, document: dict[str, Any]) -> str:
    secure.statements(document)
    try:
        return enveloped.secure(document, profile.signer, kid=profile.verification_method)
    except Unsound as problem:
        raise BadInput(problem.finding.message, pointer=f"/credential{problem.finding.pointer}") from None
