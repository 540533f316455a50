"""Credentials and presentations secured as vc-jose-cose says, with a key that is given.

https://www.w3.org/TR/vc-jose-cose/ sections 3.1 Securing with JOSE, 3.2 Securing with SD-JWT and 4 Key discovery; COSE
(section 3.3) is not done. A key is given as JSON: a JWK, a verification method, or a controlled identifier document
(https://www.w3.org/TR/cid-1.0/ section 2.2).

- `secure` refuses what is no sound document, what names another issuer or holder than the key's controller, and members
  at the top of it that no context known here defines: receivers would ignore what they do not understand
- `verify` judges the securing: media type, header, signature, structure, and the form of what a presentation envelops

What is in an envelope has keys of its own, so it is for another call. Status and trust are for the verifier's rooms.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.ports import NewSecret
from app.vc import did, enveloped, jose, keys, pinned_contexts, sd_jwt
from app.vc.enveloped import ENVELOPED_CREDENTIAL, Opened
from app.vc.json_pointer import child
from app.vc.keys import PrivateKey, PublicKey
from app.vc.multiformats import base64url_encode
from app.vc.outcome import Finding, Outcome, Unsound, unsound
from app.vc.problem_types import CRYPTOGRAPHIC_SECURITY_ERROR, INVALID_VERIFICATION_METHOD, PARSING_ERROR
from app.vc.shape import check_shape
from app.vc.shape_kinds import items, texts


@dataclass(frozen=True, slots=True)
class Form:
    """What is secured (`kind`: vc or vp), how (`securing`: jwt or sd-jwt), and for what the key must be."""

    kind: str
    securing: str

    @property
    def typ(self) -> str:
        """The media type without `application/`, as the header's `typ`."""
        return f"{self.kind}+{self.securing}"

    @property
    def purpose(self) -> str:
        """The verification relationship (CID 1.0 section 2.3)."""
        return "assertionMethod" if self.kind == "vc" else "authentication"


FORMS = {
    "credential_jose": Form("vc", "jwt"),
    "credential_sdjwt": Form("vc", "sd-jwt"),
    "presentation_jose": Form("vp", "jwt"),
    "presentation_sdjwt": Form("vp", "sd-jwt"),
}
"""By the names that the W3C's test suite gives them."""

_TIMES = ("expired", "not_yet_valid")  # codes of findings that another moment would not bring
_STEP = re.compile(r"\[(\d{1,9})\]|(?:^|\.)([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found. `document`: what was secured, {} when it cannot be read. `notes`: told, but not decisive."""

    document: dict[str, Any]
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...] = ()


def outcome_of(findings: Collection[Finding]) -> Outcome:
    """Return invalid when anything is, unknown when anything could not be checked, and else valid."""
    outcomes = {finding.outcome for finding in findings}
    return next((each for each in (Outcome.INVALID, Outcome.UNKNOWN) if each in outcomes), Outcome.VALID)


def pointer_of(path: str) -> str:
    """Return the JSON Pointer of a path such as `credentialSubject.phones[0]`. Raises Unsound `malformed_path`."""
    steps = list(_STEP.finditer(path))
    if "".join(step[0] for step in steps) != path or not steps:
        raise unsound("malformed_path", f"{path[:120]!r} is no path like credentialSubject.phones[0].")
    return child("", *(step[1] or step[2] for step in steps))


def secure(
    document: dict[str, Any], form: Form, key: Mapping[str, Any], pointers: Collection[str], *, new_salt: NewSecret
) -> str:
    """Return the document as JWT or SD-JWT; with an SD-JWT the holder can leave out what `pointers` name.

    `key`: a JWK or verification method with its private half. Raises Unsound for the first thing that is wrong.
    """
    for finding in _faults(document, form):
        raise Unsound(finding)
    private, kid, controller = _private_key(key)
    named = _somebody(document, form)
    for finding in _foreign_key(controller, named):
        raise Unsound(finding)
    claims = {} if controller is not None or named is None else {"iss": named}
    if form.securing == "jwt":
        return enveloped.secure(document, private, kid=kid, claims=claims)
    enveloped.refuse_claims(document, claims)
    alg = next(alg for alg, key_type in jose.ALGORITHMS.items() if key_type == private.key_type)
    header = {**sd_jwt.header(alg, typ=form.typ, kid=kid), "cty": form.kind}
    return sd_jwt.issue({**document, **claims}, pointers, private, header, new_salt=new_salt)


def _faults(document: dict[str, Any], form: Form) -> Iterator[Finding]:
    yield from _structure(document, form)
    yield from _malformed_envelopes(document)
    terms = set(_terms(document))
    for name in document:
        if name not in terms:
            message = f"No context that is known here defines `{name[:80]}`, so receivers would not understand it."
            yield Finding("undefined_term", message, child("", name), problem_type=PARSING_ERROR)


def _structure(document: dict[str, Any], form: Form) -> Iterator[Finding]:
    if form.kind == "vc":
        yield from check_shape(document)
        return
    yield from enveloped.check_presentation(document)
    for entry, pointer in items(document.get("verifiableCredential", []), "/verifiableCredential"):
        if isinstance(entry, dict) and not enveloped.is_envelope(entry) and "proof" not in entry:
            message = f"A presented credential must be secured: an {ENVELOPED_CREDENTIAL}, or one with proofs."
            yield Finding("unsecured_credential", message, pointer, problem_type=CRYPTOGRAPHIC_SECURITY_ERROR)


def _malformed_envelopes(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield which envelopes are none. What is in them is the holder's to know: others can be of forms not read here."""
    for entry, pointer in items(document.get("verifiableCredential", []), "/verifiableCredential"):
        if isinstance(entry, dict) and enveloped.is_envelope(entry):
            try:
                enveloped.contents(entry, ENVELOPED_CREDENTIAL, "vc", pointer)
            except Unsound as problem:
                if problem.finding.outcome == Outcome.INVALID:
                    yield problem.finding


def _terms(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names that the document's contexts define for its top, by themselves and for its types."""
    yield "@context"
    known = pinned_contexts.issuing().documents
    for url, _ in items(document.get("@context"), "/@context"):
        context = known.get(url, {}).get("@context") if isinstance(url, str) else url
        for part in context if isinstance(context, list) else [context]:
            if isinstance(part, dict):
                yield from (term for term in part if not term.startswith("@"))
                for name in texts(document.get("type")):
                    scoped = part[name].get("@context") if isinstance(part.get(name), dict) else None
                    yield from scoped if isinstance(scoped, dict) else ()


def _somebody(document: Mapping[str, Any], form: Form) -> str | None:
    """Return the id of the issuer, or holder, None when there is none."""
    value = document.get("issuer" if form.kind == "vc" else "holder")
    name = value.get("id") if isinstance(value, dict) else value
    return name if isinstance(name, str) else None


def _foreign_key(controller: str | None, named: str | None) -> Iterator[Finding]:
    if controller is not None and named is not None and controller != named:
        message = f"The key is controlled by {controller[:200]}, and not by {named[:200]}, who is named."
        yield Finding("issuer_mismatch", message, problem_type=CRYPTOGRAPHIC_SECURITY_ERROR)


def _private_key(key: Mapping[str, Any]) -> tuple[PrivateKey, str, str | None]:
    """Return the key, its name, and who controls it; a JWK is named by its `kid` or thumbprint, and by nobody."""
    if "kty" in key:
        private = keys.private_from_jwk(key)
        kid = key.get("kid")
        return private, kid if isinstance(kid, str) and kid else thumbprint(private.public), None
    secret, name, controller = key.get("secretKeyJwk"), key.get("id"), key.get("controller")
    if not isinstance(name, str) or not isinstance(controller, str):
        raise _no_key("A key to sign with is a JWK with `d`, or a verification method with id and controller.")
    if isinstance(secret, dict):
        return keys.private_from_jwk(secret), name, controller
    if isinstance(key.get("secretKeyMultibase"), str):
        return keys.private_from_multikey(key["secretKeyMultibase"]), name, controller
    raise _no_key("The verification method does not have its private half: secretKeyJwk or secretKeyMultibase.")


def thumbprint(key: PublicKey) -> str:
    """Return the JWK SHA-256 thumbprint (RFC 7638 section 3)."""
    text = json.dumps(key.jwk(), sort_keys=True, separators=(",", ":"))
    return base64url_encode(hashlib.sha256(text.encode()).digest())


def verify(text: str, form: Form, key: Mapping[str, Any], *, now: datetime, in_time: bool) -> Verified:
    """Judge a JWT or SD-JWT that must be of this form. Never raises. `now`: aware.

    `in_time`: whether `exp`, `nbf` and `iat` decide. `notes` has what is told only: times otherwise, and credentials in
    envelopes of forms that are not read.
    """
    if ("~" in text) != (form.securing == "sd-jwt"):
        message = f"This is not of the form application/{form.typ}."
        return Verified({}, (Finding("unexpected_form", message, problem_type=PARSING_ERROR),))
    opened, credentials = _opened(text, form)
    if not opened.document:
        return Verified({}, opened.findings)
    inner = [replace(finding, pointer=each.pointer) for each in credentials for finding in each.findings]
    signed = tuple(_signature(opened, form, key, now))
    notes = [finding for finding in signed if finding.code in _TIMES and not in_time]
    notes += [finding for finding in inner if finding.outcome == Outcome.UNKNOWN]
    findings = (*opened.findings, *_header(opened, form), *_structure(opened.document, form), *inner, *signed)
    return Verified(opened.document, tuple(each for each in dict.fromkeys(findings) if each not in notes), tuple(notes))


def _opened(text: str, form: Form) -> tuple[Opened, tuple[Opened, ...]]:
    if form.kind == "vc":
        return enveloped.open_credential(text), ()
    presentation = enveloped.open_presentation(text)
    return presentation.opened, presentation.credentials


def _as_jws(opened: Opened) -> jose.Jws:
    """Return what was signed; of an SD-JWT, with what it discloses put in."""
    whole = opened.sd_jwt
    if whole is not None:
        return jose.Jws(whole.jws.header, whole.claims, whole.jws.signing_input, whole.jws.signature)
    if opened.jws is None:
        raise ValueError("a document that was opened from a text has something that secures it")
    return opened.jws


def _header(opened: Opened, form: Form) -> Iterator[Finding]:
    """Section 3.1.1: `typ` should be there and says what this is; then what the type asks for."""
    jws = _as_jws(opened)
    typ = jws.header.get("typ", form.typ)
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != form.typ:
        yield Finding("unexpected_typ", f"The typ is {str(typ)[:40]!r}, not {form.typ}.", problem_type=PARSING_ERROR)
    yield from jose.check_jose_cose(jws, form.kind)
    if "kid" not in jws.header:
        yield from jose.check_kid(jws, form.kind)


def _signature(opened: Opened, form: Form, key: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    kid = _as_jws(opened).header.get("kid")
    try:
        public, controller = _public_key(key, kid, form.purpose, now)
    except Unsound as problem:
        yield problem.finding
        return
    yield from enveloped.verify(opened, public, now=now)
    yield from _foreign_key(controller, _somebody(opened.document, form))


def _public_key(key: Mapping[str, Any], kid: object, purpose: str, now: datetime) -> tuple[PublicKey, str | None]:
    """Return the key and who controls it; of a controlled identifier document, the one that `kid` names."""
    if "kty" in key:
        return keys.from_jwk({name: value for name, value in key.items() if name != "d"}), None
    if "verificationMethod" in key and isinstance(kid, str):
        method = kid if ":" in kid else f"{key.get('id')}#{kid.removeprefix('#')}"
        return did.verification_key(dict(key), method, purpose=purpose, at=now), str(key.get("id"))
    name, controller = key.get("id"), key.get("controller")
    if not isinstance(name, str) or not isinstance(controller, str):
        raise _no_key(
            "A key is a JWK, a verification method, or a controlled identifier document that `kid` leads into."
        )
    document = {"id": controller, "verificationMethod": [dict(key)], purpose: [name]}
    return did.verification_key(document, name, purpose=purpose, at=now), controller


def _no_key(message: str) -> Unsound:
    return unsound("malformed_verification_method", message, problem_type=INVALID_VERIFICATION_METHOD)
