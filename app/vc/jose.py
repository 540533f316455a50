"""Credentials as JSON Web Tokens: written in the Open Badges profile, read in that of VCDM 1.1 and vc-jose-cose too.

JWS compact serialization RFC 7515 (https://www.rfc-editor.org/rfc/rfc7515), algorithms RFC 7518 and RFC 8037, good
practice RFC 8725. Three profiles:

- Open Badges 3.0 section 8.2 (https://www.imsglobal.org/spec/ob/v3p0/#jwt-proof): `typ` is JWT; the payload is the
  credential with the claims iss, jti, nbf, sub and exp beside its members
- VCDM 1.1 section 6.3.1 (https://www.w3.org/TR/vc-data-model/#json-web-token): the credential is the claim `vc`, from
  which members may be left out that a registered claim tells; nbf and exp decide over its dates, so the narrower counts
- vc-jose-cose (https://www.w3.org/TR/vc-jose-cose/#securing-with-jose): `typ` is vc+jwt; the payload is the credential;
  nbf and exp bound the signature, so the narrower time counts

Nothing is taken from the header but alg, typ, kid and jwk; no URL in it is ever followed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.errors import BadInput
from app.vc import strict_json, timestamps
from app.vc.json_pointer import child
from app.vc.keys import PublicKey
from app.vc.multiformats import base64url_decode, base64url_encode
from app.vc.outcome import Finding, Unsound, unknown, unsound
from app.vc.problem_types import (
    CRYPTOGRAPHIC_SECURITY_ERROR,
    INVALID_VERIFICATION_METHOD_URL,
    MALFORMED_VALUE_ERROR,
    PARSING_ERROR,
)

ALGORITHMS = {"EdDSA": "Ed25519", "ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "RS256": "RSA"}
MAX_LENGTH = 1_048_576  # as much as the verifier takes of any document
CLAIMS = (
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "cnf",
)  # RFC 7519 section 4.1 and RFC 7800; not the credential's

_CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
_BADGE_TYPES = ("", "jwt")
_JOSE_COSE_TYPES = ("vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt")  # the later two are from drafts and still in use
_ABSOLUTE_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


@dataclass(frozen=True, slots=True)
class Jws:
    """A compact JWS, taken apart. Nothing in it is verified. `signing_input`: what `signature` is over."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signing_input: bytes
    signature: bytes


def signing_input(header: Mapping[str, Any], payload: Mapping[str, Any]) -> bytes:
    """Return the bytes to sign (RFC 7515 section 5.1). Raises Unsound `malformed_text` for what is not Unicode."""
    return b".".join(base64url_encode(_json(part)).encode() for part in (header, payload))


def _json(value: Mapping[str, Any]) -> bytes:
    try:
        written = strict_json.dumps(value)
        if b"null" not in written:  # which NaN would become
            return written
    except TypeError:  # an integer of more than 64 bits, or half a surrogate pair
        pass
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except ValueError as error:
        raise unsound("malformed_text", f"This cannot be written as JSON: {error}"[:200]) from None


def compact(signing_input: bytes, signature: bytes) -> str:
    """Return the compact serialization."""
    return f"{signing_input.decode()}.{base64url_encode(signature)}"


def decode(token: str) -> Jws:
    """Take a compact JWS apart and refuse what must not be read on.

    Raises Unsound: `malformed_jwt`, `forbidden_alg`, `critical_header`, or with outcome unknown `unsupported_alg`.
    """
    if len(token) > MAX_LENGTH:
        raise _malformed(f"The JWT has {len(token)} characters; at most {MAX_LENGTH} are read.")
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise _malformed(f"A JWT has three parts with dots between; this has {len(parts)}.")
    try:
        header_bytes, payload_bytes, signature = (base64url_decode(part) for part in parts)
    except Unsound as problem:
        raise _malformed(problem.finding.message) from None
    header = _object(header_bytes, "header")
    _check_header(header)
    signed, _, _ = token.rpartition(".")
    return Jws(header, _object(payload_bytes, "payload"), signed.encode(), signature)


def _object(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = strict_json.loads(data)
    except BadInput as problem:
        raise _malformed(f"The JWT's {name} cannot be read: {problem.detail}") from None
    if not isinstance(value, dict):
        raise _malformed(f"The JWT's {name} is not a JSON object.")
    return value


def _check_header(header: dict[str, Any]) -> None:
    alg = header.get("alg")
    if not isinstance(alg, str):
        raise _malformed("The JWT's header does not name its algorithm.", "/alg")
    if "crit" in header:
        message = "The JWT's header marks extensions as critical; none is understood here (RFC 7515 section 4.1.11)."
        raise unsound("critical_header", message, "/crit", problem_type=CRYPTOGRAPHIC_SECURITY_ERROR)
    if alg.lower() == "none" or alg.upper().startswith("HS"):
        message = f"The algorithm {alg[:20]!r} proves nothing about who signed."
        raise unsound("forbidden_alg", message, "/alg", problem_type=CRYPTOGRAPHIC_SECURITY_ERROR)
    if alg not in ALGORITHMS:
        message = f"The algorithm {alg[:40]!r} is not supported; {', '.join(ALGORITHMS)} are."
        raise unknown("unsupported_alg", message, "/alg")


def verify(jws: Jws, key: PublicKey) -> tuple[Finding, ...]:
    """Verify the signature; no findings mean that it holds. The key's type must be the algorithm's."""
    alg = jws.header.get("alg")
    if ALGORITHMS.get(str(alg)) != key.key_type:
        message = f"The algorithm {str(alg)[:40]} does not go with a key of type {key.key_type}."
        return (Finding("key_type_does_not_fit", message, problem_type=CRYPTOGRAPHIC_SECURITY_ERROR),)
    if not key.verify(jws.signature, jws.signing_input):
        message = "The signature does not fit: the token was changed after signing, or another key signed it."
        return (Finding("bad_signature", message, problem_type=CRYPTOGRAPHIC_SECURITY_ERROR),)
    return ()


def badge_header(alg: str, *, kid: str | None = None, jwk: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the header of an Open Badge: alg, typ, and either `kid` or `jwk` (section 8.2.1.1: nothing else)."""
    if alg not in ALGORITHMS or (kid is None) == (jwk is None):
        raise ValueError("a badge's header has a known alg, and either kid or jwk")
    return {"alg": alg, "typ": "JWT", **({"kid": kid} if kid is not None else {"jwk": dict(jwk or {})})}


def badge_claims(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of an Open Badge (section 8.2.1.2): the credential and the registered claims that it gives.

    A credential without subject id, or without end, gives no `sub`, or `exp`.
    """
    claims = {name: value for name, (_, value) in _told(credential).items()}
    for name in ("nbf", "exp"):
        moment = timestamps.read(claims[name])
        claims[name] = int(moment.timestamp()) if moment is not None else None
    return {**{name: value for name, value in claims.items() if value is not None}, **credential}


def wrapped_claims(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload that has the credential as claim `vc`, beside the registered claims that it gives.

    VCDM 1.1 section 6.3.1; wallets look for it in what is called `jwt_vc_json` (OpenID4VCI 1.0 appendix A.1.1).
    """
    registered = {name: value for name, value in badge_claims(credential).items() if name in CLAIMS}
    return {**registered, "vc": dict(credential)}


def _told(credential: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Return by claim which member of the credential tells the same, and its value or None."""
    start, end = _period_members(credential)
    return {
        "iss": ("issuer", _id_of(credential.get("issuer"))),
        "jti": ("id", credential.get("id")),
        "sub": ("credentialSubject/id", _id_of(credential.get("credentialSubject"))),
        "nbf": (start, credential.get(start)),
        "exp": (end, credential.get(end)),
    }


def _period_members(credential: Mapping[str, Any]) -> tuple[str, str]:
    contexts = credential.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    return ("validFrom", "validUntil") if first == _CREDENTIALS_V2 else ("issuanceDate", "expirationDate")


def _id_of(value: Any) -> Any:
    """Return the id of an issuer or subject: the text itself, or the `id` of an object, alone in a list or not."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    return value.get("id") if isinstance(value, dict) else value if isinstance(value, str) else None


def credential_of(jws: Jws) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return the credential in a JWT and what is wrong with the claims around it.

    What a claim tells and the credential leaves out is filled in, so that rules need to look at the credential only.
    Pointers lead into the payload.
    """
    inner = jws.payload.get("vc")
    if isinstance(inner, dict):
        credential = dict(inner)
    else:
        credential = {name: value for name, value in jws.payload.items() if name not in CLAIMS}
    findings = list(_odd_profile(jws))
    narrows = _type_of(jws) in _JOSE_COSE_TYPES or isinstance(inner, dict)
    for claim, (member, value) in _told(credential).items():
        if claim in jws.payload:
            read = _read_time if claim in {"nbf", "exp"} else _read_name
            findings += read(credential, claim, jws.payload[claim], member, value, narrows=narrows)
    return credential, tuple(findings)


def _type_of(jws: Jws) -> str:
    typ = jws.header.get("typ", "")
    return typ.lower().removeprefix("application/") if isinstance(typ, str) else "?"


def _odd_profile(jws: Jws) -> Iterator[Finding]:
    if _type_of(jws) not in (*_BADGE_TYPES, *_JOSE_COSE_TYPES):
        message = f"The JWT's typ is {str(jws.header.get('typ'))[:40]!r}, so it is not meant as a credential."
        yield Finding("unexpected_typ", message, problem_type=PARSING_ERROR)
    if _type_of(jws) in _JOSE_COSE_TYPES:
        yield from check_jose_cose(jws, "vc")
    elif "vc" in jws.payload and ("@context" in jws.payload or not isinstance(jws.payload["vc"], dict)):
        message = "The JWT holds a claim `vc` and a credential beside it, or one that is no object."
        yield Finding("ambiguous_credential", message, "/vc", problem_type=PARSING_ERROR)


def check_jose_cose(jws: Jws, kind: str) -> Iterator[Finding]:
    """Yield what vc-jose-cose has against a JWT of its own media type (sections 3.1.1 to 3.1.3 and 4.1).

    `kind`: vc or vp. The content is of that kind; there is no claim `vc` or `vp`; `kid` is as `check_kid` says.
    """
    for claim, name in (("vc", "credential"), ("vp", "presentation")):
        if claim in jws.payload:
            message = f"The payload of {kind}+jwt is the document itself; it must not have a claim `{claim}`."
            yield Finding(f"ambiguous_{name}", message, f"/{claim}", problem_type=PARSING_ERROR)
    content = jws.header.get("cty", kind)
    if not isinstance(content, str) or content.lower().removeprefix("application/") not in (kind, f"{kind}+ld+json"):
        message = f"The JWT's cty is {str(content)[:40]!r}, but what it holds is application/{kind}."
        yield Finding("unexpected_cty", message, "/cty", problem_type=PARSING_ERROR)
    if "kid" in jws.header:
        yield from check_kid(jws, kind)


def check_kid(jws: Jws, kind: str) -> Iterator[Finding]:
    """Yield `kid_is_no_url` (vc-jose-cose section 4.1): without `iss`, `kid` must lead to the key by itself."""
    names_somebody = jws.payload.get("issuer" if kind == "vc" else "holder") is not None
    kid = jws.header.get("kid")
    if names_somebody and "iss" not in jws.payload and not (isinstance(kid, str) and _ABSOLUTE_URL.fullmatch(kid)):
        message = "Without the claim `iss`, the header's `kid` must be the URL of the verification method."
        yield Finding("kid_is_no_url", message, "/kid", problem_type=INVALID_VERIFICATION_METHOD_URL)


def _read_name(
    credential: dict[str, Any], claim: str, told: Any, member: str, value: Any, *, narrows: bool
) -> Iterator[Finding]:
    """Compare iss, jti or sub with the credential, or fill it in; `narrows` does not matter for names."""
    del narrows
    if not isinstance(told, str):
        yield _fault("malformed_claim", f"The claim `{claim}` is not a text.", claim)
    elif value is None:
        _fill_in(credential, member, told)
    elif told != value:
        message = f"The claim `{claim}` is {told[:120]!r}, but the credential's {member} is {str(value)[:120]!r}."
        yield _fault("contradicting_claim", message, claim)


def _fill_in(credential: dict[str, Any], member: str, told: str) -> None:
    name, _, inner = member.partition("/")
    if not inner and not isinstance(credential.get(name), dict):
        credential[name] = told
    elif isinstance(credential.get(name), dict):  # an issuer or subject without id
        credential[name] = {"id": told, **credential[name]}


def _read_time(
    credential: dict[str, Any], claim: str, told: Any, member: str, value: Any, *, narrows: bool
) -> Iterator[Finding]:
    """Compare nbf or exp with the credential's period, or fill it in."""
    moment = numeric_date(told)
    stated = timestamps.read(value)
    if moment is None:
        yield _fault("malformed_claim", f"The claim `{claim}` is no number of seconds that is a date.", claim)
    elif value is None:
        credential[member] = timestamps.write(moment)
    elif stated is None or abs((moment - stated).total_seconds()) < 1:  # a malformed date is told of elsewhere
        return
    elif not narrows:
        message = f"The claim `{claim}` is {timestamps.write(moment)}, but the credential's {member} is {value}."
        yield _fault("contradicting_claim", message, claim)
    elif (moment > stated) == (claim == "nbf"):
        credential[member] = timestamps.write(moment)


def numeric_date(value: Any) -> datetime | None:
    """RFC 7519 section 2: seconds since 1970, a fraction allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _fault(code: str, message: str, claim: str) -> Finding:
    return Finding(code, message, child("", claim), problem_type=MALFORMED_VALUE_ERROR)


def _malformed(message: str, pointer: str = "") -> Unsound:
    return unsound("malformed_jwt", message, pointer, problem_type=PARSING_ERROR)
