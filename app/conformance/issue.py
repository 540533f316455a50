"""Issuing in the harness: whatever is well formed is signed by the profile's key."""

from typing import Any

from app.conformance.harness import Harness
from app.conformance.profiles import JWT, Profile
from app.errors import BadInput
from app.issuer.vc_api import secure
from app.vc import enveloped, issuance, vc_api
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
    credential_id = request.credential_id or request.credential.get("id")
    if not isinstance(credential_id, str):
        raise BadInput("A credential with a status needs an `id`, by which its status is changed.", pointer="/id")
    asked = request.credential.get("credentialStatus", {})
    several = isinstance(asked, list)
    entries = [harness.lists.entry(base_url, _purpose(one), credential_id) for one in (asked if several else [asked])]
    return {**request.credential, "credentialStatus": entries if several else entries[0]}


def _purpose(asked: Any) -> str:
    purpose = asked.get("statusPurpose", vc_api.STATUS_PURPOSES[0]) if isinstance(asked, dict) else None
    if purpose not in vc_api.STATUS_PURPOSES:
        raise BadInput(
            f"A status here is for one of {', '.join(vc_api.STATUS_PURPOSES)}.",
            pointer="/credential/credentialStatus",
        )
    return str(purpose)


def _jwt(profile: Profile, document: dict[str, Any]) -> str:
    issuance.check(document)
    return enveloped.secure(document, profile.signer, kid=profile.verification_method)
