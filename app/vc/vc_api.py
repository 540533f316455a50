"""The Verifiable Credential API as values: request bodies in, answers out; no web and no store.

https://w3c-ccg.github.io/vc-api/ sections 3.2.1 Issue Credential, 3.2.2 Update Status, 3.3.1 Verify Credential, 3.3.2
Verify Presentation and 3.4.1 Derive Credential. What a body gets wrong is BadInput with a pointer into the body;
options that are not known are passed over, as the examples of the specification have many.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.errors import BadInput
from app.vc.json_pointer import child
from app.vc.outcome import Finding
from app.vc.selection import MAX_POINTERS
from app.vc.shape_kinds import items, texts
from app.vc.shape_vcdm import is_v1

DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
STATUS_V1 = "https://www.w3.org/ns/credentials/status/v1"
STATUS_TYPE = "BitstringStatusListEntry"
STATUS_PURPOSES = ("revocation", "suspension")
MAX_TEXT = 2000  # characters of an id, a domain, a challenge; ours
NOT_VERIFIED = "/problems/not-verified"  # the type of a problem to which no W3C specification gives one


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """What to issue. `mandatory_pointers`: of a selectively disclosable proof, None when there is none."""

    credential: dict[str, Any]
    credential_id: str | None
    cryptosuite: str | None
    mandatory_pointers: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """What to verify: an object, or the text of a JWT. What the proof must carry is None when nothing is asked for.

    `is_presentation`: whether it was sent as presentation; of a text only the verifier sees which of the two it is.
    """

    document: dict[str, Any] | str
    is_presentation: bool
    domain: str | None = None
    challenge: str | None = None
    proof_purpose: str | None = None


@dataclass(frozen=True, slots=True)
class DeriveRequest:
    """What to derive, from a credential with a base proof."""

    credential: dict[str, Any]
    selective_pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """Which bit to set. `value`: True revokes or suspends."""

    credential_id: str
    purpose: str
    value: bool
    list_url: str | None
    index: int | None


def read_issue(body: Any) -> IssueRequest:
    """Read `{"credential": ..., "options": {credentialId, mandatoryPointers, cryptosuite}}`."""
    credential, options = _object(body, "credential"), _options(body)
    if "proof" in credential:
        raise _bad("The credential has a proof already.", "/credential/proof", "Send it without `proof`.")
    return IssueRequest(
        credential,
        _text_or_none(options, "credentialId", "/options"),
        _text_or_none(options, "cryptosuite", "/options"),
        _pointers(options, "mandatoryPointers"),
    )


def read_verify_credential(body: Any) -> VerifyRequest:
    """Read `{"verifiableCredential": ..., "options": {domain, challenge, expectedProofPurpose}}`."""
    return _read_verify(body, "verifiableCredential")


def read_verify_presentation(body: Any) -> VerifyRequest:
    """Read `{"verifiablePresentation": ..., "options": {domain, challenge, expectedProofPurpose}}`."""
    return _read_verify(body, "verifiablePresentation")


def _read_verify(body: Any, name: str) -> VerifyRequest:
    options, document = _options(body), _whole(body).get(name)
    if not isinstance(document, str):
        document = _object(body, name)
        _check_type(document, name)
    return VerifyRequest(
        document,
        name == "verifiablePresentation",
        _text_or_none(options, "domain", "/options"),
        _text_or_none(options, "challenge", "/options"),
        _text_or_none(options, "expectedProofPurpose", "/options"),
    )


def _check_type(document: dict[str, Any], name: str) -> None:
    """A credential and a presentation have an endpoint each, in envelopes and without."""
    wanted = name[0].upper() + name[1:]
    if {wanted, f"Enveloped{wanted}"}.isdisjoint(texts(document.get("type"))):
        raise _bad(f"`type` does not name {wanted}.", child("", name, "type"))


def status_purposes(credential: dict[str, Any]) -> list[str]:
    """Return for which purposes a credential asks to be given a status: by its own `credentialStatus`, or revocation.

    Raises BadInput for other purposes, and for an entry that names its list: those are given, not sent.
    """
    asked, pointer = credential.get("credentialStatus", {}), "/credential/credentialStatus"
    purposes = [_purpose(one, place) for one, place in items(asked, pointer)]
    if not purposes or len(set(purposes)) < len(purposes):
        raise _bad("A status is asked for by one entry for each purpose.", pointer)
    return purposes


def _purpose(entry: Any, pointer: str) -> str:
    if not isinstance(entry, dict) or entry.get("type", STATUS_TYPE) != STATUS_TYPE:
        raise _bad(f"A status entry here is of the type {STATUS_TYPE}.", pointer)
    if "statusListCredential" in entry:
        remedy = "Send no `credentialStatus`, or one with `statusPurpose` alone."
        raise _bad(
            "The entry names its list, and lists are chosen here.", child(pointer, "statusListCredential"), remedy
        )
    return _purpose_of(entry, pointer)


def _purpose_of(entry: dict[str, Any], pointer: str) -> str:
    purpose = entry.get("statusPurpose", STATUS_PURPOSES[0])
    if purpose not in STATUS_PURPOSES:
        raise _bad(f"The purpose is one of {', '.join(STATUS_PURPOSES)}.", child(pointer, "statusPurpose"))
    return str(purpose)


def read_derive(body: Any) -> DeriveRequest:
    """Read `{"verifiableCredential": ..., "options": {"selectivePointers": [...]}}`."""
    credential = _object(body, "verifiableCredential")
    return DeriveRequest(credential, _pointers(_options(body), "selectivePointers") or ())


def read_status(body: Any) -> StatusRequest:
    """Read `{"credentialId": ..., "credentialStatus": {...}, "status": true}`; `status` left out means true."""
    credential_id = _text_or_none(_whole(body), "credentialId", "")
    if credential_id is None:
        raise _bad("`credentialId` is missing.", "/credentialId")
    entry = _object(body, "credentialStatus")
    if entry.get("type") != STATUS_TYPE:
        raise _bad(f"The only type here is {STATUS_TYPE}.", "/credentialStatus/type")
    value = body.get("status", True)
    if not isinstance(value, bool):
        raise _bad("`status` is true or false.", "/status")
    url = _text_or_none(entry, "statusListCredential", "/credentialStatus")
    return StatusRequest(credential_id, _purpose_of(entry, "/credentialStatus"), value, url, _index(entry))


def _index(entry: dict[str, Any]) -> int | None:
    index = entry.get("statusListIndex")
    if index is None:
        return None
    if not isinstance(index, str) or not index.isascii() or not index.isdigit() or len(index) > 12:  # noqa: PLR2004
        raise _bad("`statusListIndex` is a whole number as text.", "/credentialStatus/statusListIndex")
    return int(index)


def base_proof_of(credential: dict[str, Any], cryptosuite: str) -> dict[str, Any]:
    """Return the one proof of that cryptosuite; raises BadInput when there is none, or more."""
    proofs = credential.get("proof")
    listed = proofs if isinstance(proofs, list) else [proofs]
    fitting = [one for one in listed if isinstance(one, dict) and one.get("cryptosuite") == cryptosuite]
    if len(fitting) != 1:
        message = f"Nothing can be derived: the credential needs one proof of {cryptosuite}."
        raise _bad(message, "/verifiableCredential/proof")
    return fitting[0]


def with_proof_terms(credential: dict[str, Any]) -> dict[str, Any]:
    """Return the credential with the context that defines proofs; VCDM 1.1 has none (vc-data-integrity 2.4.1)."""
    return _with_context(credential, DATA_INTEGRITY_V2, "https://w3id.org/security/data-integrity/v1")


def with_status(credential: dict[str, Any], entries: list[dict[str, str]]) -> dict[str, Any]:
    """Return the credential with these status entries, one as object; VCDM 1.1 needs a context for them."""
    told = {**credential, "credentialStatus": entries if len(entries) > 1 else entries[0]}
    return _with_context(told, STATUS_V1)


def _with_context(credential: dict[str, Any], context: str, *or_else: str) -> dict[str, Any]:
    """Return a credential of VCDM 1.1 with one context more, unless it has it, or one that does as well."""
    contexts = credential.get("@context")
    if not isinstance(contexts, list) or not is_v1(credential) or not {context, *or_else}.isdisjoint(texts(contexts)):
        return credential
    return {**credential, "@context": [*contexts, context]}


def with_single_proof(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with its one proof as object: what this API's clients expect; a proof set stays an array."""
    proofs = document.get("proof")
    return {**document, "proof": proofs[0]} if isinstance(proofs, list) and len(proofs) == 1 else document


def secured(credential: dict[str, Any]) -> dict[str, Any]:
    """Return the answer that holds a secured credential (sections 3.2.1 and 3.4.1)."""
    return {"verifiableCredential": credential}


def problem_details(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return `problemDetails` (section 3.3.1): findings as RFC 9457 objects."""
    return [
        {
            "type": finding.problem_type or NOT_VERIFIED,
            "title": finding.code.replace("_", " ").capitalize(),
            "detail": finding.message,
            "code": finding.code,
            "pointer": finding.pointer,
        }
        for finding in findings
    ]


def _whole(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise _bad("The body is not a JSON object.", "")
    return body


def _object(body: Any, name: str) -> dict[str, Any]:
    value = _whole(body).get(name)
    if not isinstance(value, dict):
        problem = "is not an object" if name in body else "is missing"
        raise _bad(f"`{name}` {problem}.", child("", name))
    return value


def _options(body: Any) -> dict[str, Any]:
    return _object(body, "options") if "options" in _whole(body) else {}


def _text_or_none(members: dict[str, Any], name: str, pointer: str) -> str | None:
    value = members.get(name)
    if value is None or (isinstance(value, str) and 0 < len(value) <= MAX_TEXT):
        return value
    raise _bad(f"`{name}` is not a text of 1 to {MAX_TEXT} characters.", child(pointer, name))


def _pointers(options: dict[str, Any], name: str) -> tuple[str, ...] | None:
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MAX_POINTERS or not all(isinstance(one, str) for one in value):
        raise _bad(f"`{name}` is not an array of at most {MAX_POINTERS} JSON Pointers.", child("/options", name))
    return tuple(value)


def _bad(detail: str, pointer: str, remedy: str | None = None) -> BadInput:
    return BadInput(detail, pointer=pointer, remedy=remedy)
