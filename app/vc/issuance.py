"""From a credential that was built to one that is sealed: prepare, seal, check; the key is used once, at the end.

Data Integrity 1.0 section 4.2 Add Proof (https://www.w3.org/TR/vc-data-integrity/#add-proof); Open Badges 3.0,
JSON Web Token proof format (https://www.imsglobal.org/spec/ob/v3p0/#jwt-proof).

1. prepare: the shape is sound; the key fits; JSON-LD in safe mode, so that nothing undefined is ever issued (a VC-JWT
   too: it is read as JSON-LD by others); the bytes to sign are computed once and kept
2. seal: one signature over those bytes, once
3. self_check: what came out says what was prepared, and verifies with the public key
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import BadInput, Fault
from app.ports import NewSecret, Signer
from app.vc import (
    ecdsa_sd,
    jose,
    jsonld,
    pinned_contexts,
    proof,
    sd_jwt,
    sd_jwt_badge,
    status_entry,
    strict_json,
    timestamps,
    walk,
)
from app.vc.cryptosuite import SUITES, rdfc
from app.vc.keys import PrivateKey, PublicKey
from app.vc.outcome import Finding, Unsound
from app.vc.rdf import Quad
from app.vc.shape import check_shape

# OB 3.0 (#web-resource and its API) names this type; VCDM 2.0 registers application/vc for the same bytes.
DATA_INTEGRITY_MEDIA_TYPE = "application/vc+ld+json"
JWT_MEDIA_TYPE = "application/vc+jwt"  # vc-jose-cose registers it; OB 3.0 takes text/plain too
_CHANGED = Finding("changed_document", "What was sealed says something else than what was prepared.")


@dataclass(frozen=True, slots=True)
class DataIntegrity:
    """Secure with an embedded proof. `created`: an aware datetime; whole seconds are kept."""

    cryptosuite: str
    verification_method: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Jwt:
    """Secure as compact JWS. Verifiers find the key either by `kid` (a URL), or in the header, as `jwk`.

    `is_wrapped`: the credential is the claim `vc` (jose.wrapped_claims); otherwise the payload, as OB 3.0 has it.
    """

    alg: str
    kid: str | None = None
    jwk: dict[str, str] | None = None
    is_wrapped: bool = False


@dataclass(frozen=True, slots=True)
class SelectiveDisclosure:
    """Secure with a base proof of ecdsa-sd-2023, for the holder to derive others from. See ecdsa_sd.draft_base_proof.

    `mandatory_pointers`: what the holder cannot withhold. `hmac_key`, `proof_key`: made for this credential only.
    """

    verification_method: str
    created: datetime
    mandatory_pointers: tuple[str, ...]
    hmac_key: bytes
    proof_key: PrivateKey


@dataclass(frozen=True, slots=True)
class SdJwt:
    """Secure as SD-JWT, for the holder to show parts of: see sd_jwt_badge.

    `kid`: URL of the verification method. `binding`: what is said of the holder's key, the type and the status.
    `new_salt`: as for disclosures.conceal.
    """

    alg: str
    kid: str
    binding: sd_jwt_badge.Binding
    new_salt: NewSecret


Securing = DataIntegrity | Jwt | SelectiveDisclosure | SdJwt


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored, served and given to the learner, byte for byte. `document` is the credential in it.

    `sha256`: hex, of `content`. `document` has the proof when it is embedded. `signed`: the bytes that were signed,
    when they are the hashes of `document` and its proof and need not be computed once more.
    """

    content: bytes
    media_type: str
    document: dict[str, Any]
    sha256: str
    signed: bytes | None = None


class Draft:
    """A credential that is checked and ready to be sealed, once. Made by `prepare`."""

    __slots__ = ("_finish", "_unsigned", "key_type")

    def __init__(self, key_type: str, unsigned: bytes, finish: Callable[[bytes], Sealed]) -> None:
        """`unsigned`: the bytes to sign. `finish`: makes the sealed credential of their signature."""
        self.key_type = key_type
        self._unsigned = [unsigned]
        self._finish = finish

    def seal(self, signer: Signer) -> Sealed:
        """See the function `seal`."""
        if signer.key_type != self.key_type:
            raise ValueError(f"the draft was prepared for a key of {self.key_type}, not {signer.key_type}")
        try:
            unsigned = self._unsigned.pop()  # atomic: of two threads only one gets it
        except IndexError:
            raise ValueError("this draft is sealed already; a draft is sealed once") from None
        return self._finish(signer.sign(unsigned))


class CanonicalFormsDifferError(Exception):
    """The compiled walk and the general path do not give the same canonical form: a bug, and nothing may be signed."""


def prepare(document: dict[str, Any], securing: Securing, key_type: str, *, is_compared: bool = False) -> Draft:
    """Check an unsecured credential and compute what is to be signed.

    `key_type`: one of keys.KEY_TYPES. The document must not be changed until the draft is sealed. `is_compared`: to
    canonicalize in both ways; raises CanonicalFormsDifferError when they differ.
    Raises BadInput, with the faults found, when the credential is not sound or the key does not fit the securing.
    """
    _refuse_unsound_shape(document)
    try:
        if is_compared and jsonld.canonicalize(document) != jsonld.canonicalize_generally(document):
            raise CanonicalFormsDifferError
        if isinstance(securing, DataIntegrity):
            return _prepare_data_integrity(document, securing, key_type, is_compared=is_compared)
        if isinstance(securing, SdJwt):
            return _prepare_sd_jwt(document, securing, key_type)
        if isinstance(securing, SelectiveDisclosure):
            return _prepare_selective_disclosure(document, securing, key_type)
        return _prepare_jwt(document, securing, key_type)
    except Unsound as problem:
        raise _refusal((problem.finding,)) from None


def check(document: dict[str, Any]) -> list[Quad]:
    """Return what a credential says, in RDF.

    Raises BadInput for what must not be issued, however it is secured: its shape, or undefined terms.
    """
    _refuse_unsound_shape(document)
    try:
        return jsonld.to_quads(document)
    except Unsound as problem:
        raise _refusal((problem.finding,)) from None


def _refuse_unsound_shape(document: dict[str, Any]) -> None:
    findings = (*check_shape(document), *status_entry.check_entries(document))
    if findings:
        raise _refusal(findings)


def seal(draft: Draft, signer: Signer) -> Sealed:
    """Sign the draft: the only use of the key.

    Raises ValueError, before the key is used, when the draft is sealed already or the key is of another type: mistakes
    of ours; and what the signer raises (Unavailable). After a failed signature the draft is used up too.
    """
    return draft.seal(signer)


def self_check(sealed: Sealed, public_key: PublicKey, now: datetime) -> tuple[Finding, ...]:
    """Verify the very bytes that were just made; no findings when they are right.

    Catches a key store that signs with another key than it says, a document that was changed between the steps, and
    bytes that say something else than what was prepared. When the walk learnt something with this document, or it is
    one of those that are compared, the bytes are read as a verifier would, and the canonical form is computed anew with
    states of verifiers; else they have to be those that the document is written as: see docs/decisions/0010.
    """
    if sealed.media_type == JWT_MEDIA_TYPE:
        return _check_jwt(sealed, public_key)
    if sealed.media_type in sd_jwt_badge.MEDIA_TYPES:
        return sd_jwt_badge.check(sealed.content.decode("ascii"), sealed.document, public_key, now)
    if sealed.signed is None:
        document = strict_json.loads(sealed.content)
        is_changed = document != sealed.document
    else:
        document = sealed.document
        is_changed = strict_json.dumps(document) != sealed.content
    if is_changed:
        return (_CHANGED,)
    (made,) = document["proof"]
    if made["cryptosuite"] == ecdsa_sd.CRYPTOSUITE:  # a base proof is verified by what is derived from it
        document = ecdsa_sd.derive(document, made, ("",))
        (made,) = document["proof"]
    findings = proof.verify_proof(document, made, public_key, now=now, signed=sealed.signed)
    if findings and sealed.signed is None:
        walk.forget(pinned_contexts.issuing())  # it may have been learnt wrong
    return findings


def _prepare_data_integrity(
    document: dict[str, Any], securing: DataIntegrity, key_type: str, *, is_compared: bool
) -> Draft:
    suite = SUITES.get(securing.cryptosuite)
    if suite is None or not suite.is_made or key_type not in suite.key_types:
        raise _misfit(f"The cryptosuite {securing.cryptosuite} cannot be used with a key of {key_type}.")
    options = proof.proof_options(
        securing.cryptosuite, securing.verification_method, timestamps.write(securing.created)
    )
    if suite.transform is not rdfc:  # which reads the document as JSON-LD, in safe mode, itself
        jsonld.refuse_lossy(document)
    lessons = walk.lessons(pinned_contexts.issuing())
    unsigned = proof.verify_data(document, options, key_type)
    is_routine = walk.lessons(pinned_contexts.issuing()) == lessons and not is_compared
    text = strict_json.dumps(document)

    def finish(signature: bytes) -> Sealed:
        secured = proof.attach(document, options, signature)
        return _sealed_with_proof(text, secured, unsigned if is_routine else None)

    return Draft(key_type, unsigned, finish)


def _prepare_selective_disclosure(document: dict[str, Any], securing: SelectiveDisclosure, key_type: str) -> Draft:
    if key_type not in SUITES[ecdsa_sd.CRYPTOSUITE].key_types:
        raise _misfit(f"The cryptosuite {ecdsa_sd.CRYPTOSUITE} cannot be used with a key of {key_type}.")
    options = proof.proof_options(
        ecdsa_sd.CRYPTOSUITE, securing.verification_method, timestamps.write(securing.created)
    )
    draft = ecdsa_sd.draft_base_proof(
        document,
        options,
        key_type,
        mandatory_pointers=securing.mandatory_pointers,
        hmac_key=securing.hmac_key,
        proof_key=securing.proof_key,
    )
    text = strict_json.dumps(document)

    def finish(signature: bytes) -> Sealed:
        return _sealed_with_proof(text, proof.attach(document, options, draft.proof_value(signature)))

    return Draft(key_type, draft.to_sign, finish)


def _prepare_jwt(document: dict[str, Any], securing: Jwt, key_type: str) -> Draft:
    if jose.ALGORITHMS.get(securing.alg) != key_type:
        raise _misfit(f"The JWS algorithm {securing.alg} cannot be used with a key of {key_type}.")
    if (securing.kid is None) == (securing.jwk is None):
        raise _misfit("Either kid or jwk has to say where verifiers find the key of this JWT, not both.")
    jsonld.refuse_lossy(document)
    header = jose.badge_header(securing.alg, kid=securing.kid, jwk=securing.jwk)
    claims = jose.wrapped_claims(document) if securing.is_wrapped else jose.badge_claims(document)
    unsigned = jose.signing_input(header, claims)

    def finish(signature: bytes) -> Sealed:
        return _sealed(jose.compact(unsigned, signature).encode("ascii"), JWT_MEDIA_TYPE, document)

    return Draft(key_type, unsigned, finish)


def _prepare_sd_jwt(document: dict[str, Any], securing: SdJwt, key_type: str) -> Draft:
    if jose.ALGORITHMS.get(securing.alg) != key_type:
        raise _misfit(f"The JWS algorithm {securing.alg} cannot be used with a key of {key_type}.")
    jsonld.refuse_lossy(document)
    claims = sd_jwt_badge.claims(document, securing.binding)
    header = sd_jwt.header(securing.alg, typ=securing.binding.typ, kid=securing.kid)
    drafted = sd_jwt.draft(claims, sd_jwt_badge.pointers(claims), header, new_salt=securing.new_salt)

    def finish(signature: bytes) -> Sealed:
        return _sealed(drafted.finish(signature).encode("ascii"), f"application/{securing.binding.typ}", claims)

    return Draft(key_type, drafted.unsigned, finish)


def _sealed_with_proof(text: bytes, secured: dict[str, Any], signed: bytes | None = None) -> Sealed:
    """Seal a credential that was written as JSON when it was prepared: now there is a proof at its end."""
    content = text[:-1] + b',"proof":' + strict_json.dumps(secured["proof"]) + b"}"
    return _sealed(content, DATA_INTEGRITY_MEDIA_TYPE, secured, signed)


def _sealed(content: bytes, media_type: str, document: dict[str, Any], signed: bytes | None = None) -> Sealed:
    return Sealed(content, media_type, document, hashlib.sha256(content).hexdigest(), signed)


def _check_jwt(sealed: Sealed, public_key: PublicKey) -> tuple[Finding, ...]:
    jws = jose.decode(sealed.content.decode("ascii"))
    document, findings = jose.credential_of(jws)
    if document != sealed.document:
        findings += (_CHANGED,)
    return jose.verify(jws, public_key) + findings


def _refusal(findings: tuple[Finding, ...]) -> BadInput:
    return BadInput(
        f"This credential cannot be issued: {findings[0].message}",
        pointer=findings[0].pointer,
        remedy="Correct the value that stands there: in the framework, the achievement, the profile or the request.",
        faults=tuple(Fault(finding.pointer, finding.message) for finding in findings),
    )


def _misfit(detail: str) -> BadInput:
    return BadInput(detail, remedy="Choose a cryptosuite or algorithm that fits the signing key.")
