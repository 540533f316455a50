"""SD-JWT: a signed JWT of which the holder shows what he wants; and SD-JWT VC, the credential made of it.

RFC 9901 (https://www.rfc-editor.org/rfc/rfc9901), compact serialization `<JWT>~<disclosure>~...~` with, after the last
tilde, the Key Binding JWT if there is one; draft-ietf-oauth-sd-jwt-vc
(https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/), whose `typ` is dc+sd-jwt and was vc+sd-jwt. The latter
is also what https://www.w3.org/TR/vc-jose-cose/#securing-with-sd-jwt calls a credential of the W3C's data model.

- the issuer: `issue`
- the holder: `present` chooses disclosures, `bind` signs them for one verifier
- the verifier: `decode` (section 7.1 steps 1 and 3 to 5), `verify` (steps 2 and 6), `verify_binding` (section 7.3
  step 5), `check_vc` (section 2.2 of the draft)

Nothing is taken from headers but alg, typ and kid; the issuer's key is an argument.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.ports import NewSecret, Signer
from app.vc import disclosures, jose, keys
from app.vc.jose import ALGORITHMS, Jws
from app.vc.jwt_claims import check_receiver, check_times
from app.vc.keys import PublicKey
from app.vc.outcome import Finding, Unsound, unknown, unsound
from app.vc.problem_types import CRYPTOGRAPHIC_SECURITY_ERROR, MALFORMED_VALUE_ERROR, PARSING_ERROR

VC_TYPE = "dc+sd-jwt"
VC_TYPES = (VC_TYPE, "vc+sd-jwt")
KEY_BINDING_TYPE = "kb+jwt"
MAX_LENGTH = jose.MAX_LENGTH
MAX_BINDING_AGE = timedelta(minutes=10)  # ours: a presentation is made for a request that was answered at once

# What a verifier needs in order to judge must not be for the holder to leave out: RFC 9901 section 9.7, and for
# credentials section 2.2.2.2 of the draft (vct#integrity: section 6).
ALWAYS_VISIBLE = ("iss", "aud", "exp", "nbf", "cnf")
ALWAYS_VISIBLE_IN_VC = (*ALWAYS_VISIBLE, "vct", "vct#integrity", "status")
# vc-jose-cose section 3.2.1 names two "not limited to"; without the others no credential can be judged either.
ALWAYS_VISIBLE_IN_W3C = ("@context", "type", "issuer", "credentialStatus", "credentialSchema", "validUntil")


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An SD-JWT taken apart. Nothing in it is verified.

    `jws`: what the issuer signed. `claims`: its payload with what is disclosed put in, without digests. `places`: JSON
    Pointer into `claims` -> the encoded disclosure of the value there. `encoded`: the disclosures in their order.
    `presented`: the text up to the last tilde, which a Key Binding JWT covers. `key_binding`: that JWT, if any.
    """

    jws: Jws
    claims: dict[str, Any]
    places: dict[str, str]
    encoded: tuple[str, ...]
    presented: str
    key_binding: Jws | None

    @property
    def sd_hash(self) -> str:
        """The digest that a Key Binding JWT must name (section 4.3.1)."""
        return disclosures.digest(self.presented, disclosures.hash_name_of(self.jws.payload))


def header(alg: str, *, typ: str = VC_TYPE, kid: str | None = None) -> dict[str, Any]:
    """Return a header for `issue`."""
    return {"alg": alg, "typ": typ, **({"kid": kid} if kid is not None else {})}


def issue(
    claims: dict[str, Any],
    pointers: Collection[str],
    signer: Signer,
    header: Mapping[str, Any],
    *,
    new_salt: NewSecret,
    decoys: int = 0,
    hash_name: str = disclosures.DEFAULT_HASH,
) -> str:
    """Sign the claims so that the holder can leave out those that `pointers` (JSON Pointers) name.

    A pointer may lead into what another one conceals. The holder's public key goes into the claims:
    `"cnf": {"jwk": {...}}` (RFC 7800). `new_salt` and `decoys`: as for disclosures.conceal. Raises what `draft` raises.
    """
    if ALGORITHMS.get(str(header.get("alg"))) != signer.key_type:
        raise ValueError("the header's alg is not that of the signer's key")
    drafted = draft(claims, pointers, header, new_salt=new_salt, decoys=decoys, hash_name=hash_name)
    return drafted.finish(signer.sign(drafted.unsigned))


@dataclass(frozen=True, slots=True)
class Drafted:
    """An SD-JWT that only wants its signature over `unsigned`."""

    unsigned: bytes
    encoded: tuple[str, ...]

    def finish(self, signature: bytes) -> str:
        """Return the SD-JWT with every disclosure."""
        return _joined(jose.compact(self.unsigned, signature), iter(self.encoded))


def draft(
    claims: dict[str, Any],
    pointers: Collection[str],
    header: Mapping[str, Any],
    *,
    new_salt: NewSecret,
    decoys: int = 0,
    hash_name: str = disclosures.DEFAULT_HASH,
) -> Drafted:
    """Prepare an SD-JWT to be signed; parameters as for `issue`.

    Raises Unsound: what conceal and decode raise, `undisclosable_claim` for what a verifier needs, and for a credential
    what `check_vc` finds.
    """
    for finding in _findings_before_issue(claims, pointers, header):
        raise Unsound(finding)
    concealed = disclosures.conceal(claims, pointers, new_salt=new_salt, hash_name=hash_name, decoys=decoys)
    unsigned = jose.signing_input(header, concealed.payload)
    drafted = Drafted(unsigned, tuple(disclosure.encoded for disclosure in concealed.disclosures))
    decode(drafted.finish(b""))  # what is too large or too deep to be read again is refused before it is signed
    return drafted


def _findings_before_issue(
    claims: dict[str, Any], pointers: Collection[str], header: Mapping[str, Any]
) -> Iterator[Finding]:
    if header.get("typ") in VC_TYPES:
        yield from _vc_claims(claims)
        yield from _concealed_essentials(pointers, ALWAYS_VISIBLE_IN_VC)
    if "@context" in claims:
        yield from _concealed_essentials(pointers, ALWAYS_VISIBLE_IN_W3C)
    yield from _concealed_essentials(pointers, ALWAYS_VISIBLE)


def _joined(token: str, encoded: Iterator[str]) -> str:
    return "~".join([token, *encoded, ""])


def decode(text: str) -> SdJwt:
    """Take an SD-JWT apart, put in what is disclosed, and refuse what is ambiguous.

    Raises Unsound: `malformed_sd_jwt`, what jose.decode raises for its JWTs, and what disclosures.reveal raises.
    """
    if len(text) > MAX_LENGTH:
        raise _malformed(f"The SD-JWT has {len(text)} characters; at most {MAX_LENGTH} are read.")
    if text.count("~") > disclosures.MAX_DISCLOSURES + 1:
        raise unknown("sd_jwt_budget", f"There are more than {disclosures.MAX_DISCLOSURES} disclosures.")
    token, *encoded = text.split("~")
    if not encoded:
        raise _malformed("An SD-JWT has a tilde after its JWT and after each disclosure; this has none.")
    binding = encoded.pop()
    jws = jose.decode(token)
    revealed = disclosures.reveal(jws.payload, encoded)
    presented = text.removesuffix(binding)
    return SdJwt(
        jws, revealed.claims, revealed.places, tuple(encoded), presented, jose.decode(binding) if binding else None
    )


def present(text: str, pointers: Collection[str]) -> str:
    """Return the SD-JWT with those disclosures only that the JSON Pointers name, and those that they stand in.

    Pointers lead into the claims that `text` discloses; a Key Binding JWT of another presentation is left out. Raises
    Unsound `undisclosable_claim` for a pointer to something else, and what `decode` raises.
    """
    sd_jwt = decode(text)
    chosen: set[str] = set()
    for pointer in pointers:
        if pointer not in sd_jwt.places:
            raise unsound("undisclosable_claim", f"No disclosure is of the claim at {pointer[:120]!r}.", pointer)
        chosen.update(encoded for place, encoded in sd_jwt.places.items() if f"{pointer}/".startswith(f"{place}/"))
    return _joined(text.partition("~")[0], (encoded for encoded in sd_jwt.encoded if encoded in chosen))


def bind(text: str, signer: Signer, *, audience: str, nonce: str, now: datetime) -> str:
    """Return the SD-JWT with a Key Binding JWT for this verifier and occasion (section 4.3).

    `signer`: the key that `cnf` of the SD-JWT tells. `now`: aware. Raises what `decode` raises.
    """
    sd_jwt = decode(text)
    alg = next(alg for alg, key_type in ALGORITHMS.items() if key_type == signer.key_type)
    payload = {"iat": int(now.timestamp()), "aud": audience, "nonce": nonce, "sd_hash": sd_jwt.sd_hash}
    unsigned = jose.signing_input({"alg": alg, "typ": KEY_BINDING_TYPE}, payload)
    return sd_jwt.presented + jose.compact(unsigned, signer.sign(unsigned))


def verify(sd_jwt: SdJwt, key: PublicKey, *, now: datetime) -> tuple[Finding, ...]:
    """Verify the issuer's signature and the times; no findings mean that both hold. `now`: aware.

    That the key is the issuer's is for the caller to know. Key binding is not looked at: see `verify_binding`.
    """
    return (
        *jose.verify(sd_jwt.jws, key),
        *check_times(sd_jwt.claims, now),
        *_concealed_essentials(sd_jwt.places, ALWAYS_VISIBLE),
    )


def verify_binding(
    sd_jwt: SdJwt,
    *,
    audience: str | None,
    nonce: str | None,
    now: datetime,
    max_age: timedelta = MAX_BINDING_AGE,
) -> tuple[Finding, ...]:
    """Verify that the holder himself made this presentation, for this verifier and occasion, just now.

    Counts only beside `verify`, which says that the issuer wrote the holder's key. `audience`, `nonce`: None asks for
    nothing in particular. Pointers lead into the payload of the Key Binding JWT.
    """
    binding = sd_jwt.key_binding
    if binding is None:
        message = "The SD-JWT came without Key Binding JWT, so anybody may have sent it."
        return (Finding("no_key_binding", message, problem_type=CRYPTOGRAPHIC_SECURITY_ERROR),)
    try:
        key = holder_key(sd_jwt)
    except Unsound as problem:
        return (problem.finding,)
    return (
        *jose.verify(binding, key),
        *_binding_form(sd_jwt, binding, now - max_age),
        *check_times(binding.payload, now),
        *check_receiver(binding.payload, audience, nonce),
    )


def holder_key(sd_jwt: SdJwt) -> PublicKey:
    """Return the key in `cnf` (RFC 7800 section 3.2).

    Raises Unsound `malformed_public_key`, or with outcome unknown `unsupported_confirmation` when there is no `jwk`.
    """
    cnf = sd_jwt.claims.get("cnf")
    jwk = cnf.get("jwk") if isinstance(cnf, dict) else None
    if not isinstance(jwk, dict):
        message = "The SD-JWT does not hold the holder's key as `jwk` in its claim `cnf`; other ways are not read."
        raise unknown("unsupported_confirmation", message, "/cnf")
    return keys.from_jwk(jwk)


def _binding_form(sd_jwt: SdJwt, binding: Jws, oldest: datetime) -> Iterator[Finding]:
    if binding.header.get("typ") != KEY_BINDING_TYPE:
        message = f"The Key Binding JWT must have the typ {KEY_BINDING_TYPE}."
        yield Finding("malformed_key_binding", message, problem_type=PARSING_ERROR)
    for claim in ("iat", "aud", "nonce", "sd_hash"):
        if claim not in binding.payload:
            message = f"The Key Binding JWT has no `{claim}`, which it must have."
            yield Finding("malformed_key_binding", message, problem_type=PARSING_ERROR)
    if binding.payload.get("sd_hash") != sd_jwt.sd_hash:
        message = "The Key Binding JWT was made for other disclosures, or for another SD-JWT."
        yield Finding("wrong_sd_hash", message, "/sd_hash", problem_type=CRYPTOGRAPHIC_SECURITY_ERROR)
    made = jose.numeric_date(binding.payload.get("iat"))
    if made is None and "iat" in binding.payload:
        yield Finding("malformed_key_binding", "The Key Binding JWT's `iat` is no number of seconds.", "/iat")
    elif made is not None and made < oldest:
        yield Finding("key_binding_too_old", "The Key Binding JWT was made too long ago.", "/iat")


def check_vc(sd_jwt: SdJwt) -> tuple[Finding, ...]:
    """Return what keeps this SD-JWT from being a credential, an SD-JWT VC or one of the W3C's data model.

    Codes: `unexpected_typ`, `missing_member`, `malformed_claim`, `undisclosable_claim`.
    """
    return (
        *_vc_type(sd_jwt.jws.header),
        *_vc_claims(sd_jwt.claims),
        *_concealed_essentials(sd_jwt.places, ALWAYS_VISIBLE_IN_VC),
    )


def is_w3c_credential(sd_jwt: SdJwt) -> bool:
    """Tell whether the claims are a credential of the W3C's data model: vc+sd-jwt with contexts and without `vct`."""
    typ = str(sd_jwt.jws.header.get("typ")).lower().removeprefix("application/")
    return typ == "vc+sd-jwt" and "vct" not in sd_jwt.claims and "@context" in sd_jwt.claims


def _vc_type(header: Mapping[str, Any]) -> Iterator[Finding]:
    if str(header.get("typ")).lower().removeprefix("application/") not in VC_TYPES:
        message = f"The SD-JWT's typ is {str(header.get('typ'))[:40]!r}, not {VC_TYPE}, so it is no credential."
        yield Finding("unexpected_typ", message, problem_type=PARSING_ERROR)


_KINDS = {"iss": str, "sub": str, "vct": str, "vct#integrity": str, "cnf": dict, "status": dict}


def _vc_claims(claims: Mapping[str, Any]) -> Iterator[Finding]:
    if "vct" not in claims and "@context" not in claims:
        message = "An SD-JWT VC must say in `vct` what type of credential it is."
        yield Finding("missing_member", message, "/vct", problem_type=MALFORMED_VALUE_ERROR)
    for claim, kind in _KINDS.items():
        if claim in claims and (not isinstance(claims[claim], kind) or not claims[claim]):
            message = f"The claim `{claim}` is not {'a text' if kind is str else 'an object'}, or it is empty."
            yield Finding("malformed_claim", message, f"/{claim}", problem_type=MALFORMED_VALUE_ERROR)


def _concealed_essentials(pointers: Collection[str], essential: tuple[str, ...]) -> Iterator[Finding]:
    for pointer in pointers:
        if pointer.removeprefix("/").partition("/")[0] in essential:
            message = "This claim is for the verifier to judge by, so a holder must not be able to leave it out."
            yield Finding("undisclosable_claim", message, pointer, problem_type=PARSING_ERROR)


def _malformed(message: str) -> Unsound:
    return unsound("malformed_sd_jwt", message, problem_type=PARSING_ERROR)
