"""The document that a did:key stands for, in every public key format of that method.

https://w3c-ccg.github.io/did-key-spec/#document-creation-algorithm (section 3.1), with the options of its callers:

1. take the name apart; the version is 1 where none is written, and the value is base58btc multibase
2. decode the key; its length fits its multicodec, and it is a point of its curve
3. make the signature method in the format that was asked for; it serves every relationship but key agreement
4. where it was asked for, derive the X25519 key of an Ed25519 key (section 3.1.6), for key agreement

The verifier does not come here: `app.vc.did.self_described` gives it the one form it needs.
"""

from dataclasses import dataclass
from typing import Any

from app.vc.keys import PublicKey, from_multikey
from app.vc.multiformats import (
    base58btc_encode,
    base64url_encode,
    multibase_decode,
    multibase_encode,
    varint_decode,
    varint_encode,
)
from app.vc.outcome import Unsound
from app.vc.unresolved import Unresolved

RELATIONSHIPS = ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation")
DID_CONTEXT = "https://www.w3.org/ns/did/v1"

# did:key section 3.1.2 step 3: bytes of a public key by multicodec. RSA keys have no one length.
_KEY_LENGTHS = {0xED: 32, 0x1200: 33, 0x1201: 49, 0x1202: 67}
_RSA = 0x1205
_X25519 = 0xEC

# did:key section 3.1.7, with the context that defines each type today.
_CONTEXT_OF = {
    "Multikey": "https://w3id.org/security/multikey/v1",
    "JsonWebKey": "https://w3id.org/security/jwk/v1",
    "JsonWebKey2020": "https://w3id.org/security/suites/jws-2020/v1",
    "Ed25519VerificationKey2020": "https://w3id.org/security/suites/ed25519-2020/v1",
    "Ed25519VerificationKey2018": "https://w3id.org/security/suites/ed25519-2018/v1",
    "X25519KeyAgreementKey2020": "https://w3id.org/security/suites/x25519-2020/v1",
}
_SIGNATURE_FORMATS = ("Multikey", "JsonWebKey", "JsonWebKey2020", "Ed25519VerificationKey2020")
_EXPERIMENTAL_FORMATS = ("Ed25519VerificationKey2018",)
_ENCRYPTION_FORMAT = {
    "Multikey": "Multikey",
    "JsonWebKey": "JsonWebKey",
    "JsonWebKey2020": "JsonWebKey2020",
    "Ed25519VerificationKey2020": "X25519KeyAgreementKey2020",
}
_CURVE25519_PRIME = 2**255 - 19  # RFC 7748 section 4.1


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """What a caller may ask of a did:key document (section 3.1.1), with the defaults that the method recommends.

    `public_key_format`: the type of the verification methods. `experimental_types`: allow formats outside the method's
    own list. `derive_encryption_key`: add the X25519 key of an Ed25519 key.
    """

    public_key_format: str = "Multikey"
    experimental_types: bool = False
    derive_encryption_key: bool = False


def create(did: str, options: KeyOptions) -> dict[str, Any]:
    """Return the document of a did:key.

    Raises Unresolved: INVALID_DID, INVALID_PUBLIC_KEY, INVALID_PUBLIC_KEY_LENGTH, INVALID_PUBLIC_KEY_TYPE or
    UNSUPPORTED_PUBLIC_KEY_TYPE.
    """
    multikey = _multibase_value(did)
    key = _public_key(multikey)
    _refuse_unfit_format(key, options)
    method = _method(did, options.public_key_format, multikey, key.jwk())
    document = {
        "@context": [DID_CONTEXT, _CONTEXT_OF[options.public_key_format]],
        "id": did,
        "verificationMethod": [method],
        **{relationship: [method["id"]] for relationship in RELATIONSHIPS},
    }
    return _with_encryption_key(document, key, options) if options.derive_encryption_key else document


def _multibase_value(did: str) -> str:
    """Take the name apart (section 3.1.1 steps 2 and 3). Only version 1 of the format is defined."""
    scheme, method, *version, value = did.split(":")
    if (scheme, method) != ("did", "key") or version not in ([], ["1"]):
        raise Unresolved("INVALID_DID", f"A did:key is written did:key:z…, not {did[:80]!r}.")
    if not value.startswith("z"):
        raise Unresolved("INVALID_DID", "The key of a did:key is written in base58btc multibase, which starts with z.")
    return value


def _public_key(multikey: str) -> PublicKey:
    try:
        decoded = multibase_decode(multikey, "z")
    except Unsound as problem:
        raise Unresolved("INVALID_DID", problem.finding.message) from None
    try:
        code, key_bytes = varint_decode(decoded)
        _refuse_other_length(code, len(key_bytes))
        return from_multikey(multikey)
    except Unsound as problem:
        raise Unresolved("INVALID_PUBLIC_KEY", problem.finding.message) from None


def _refuse_other_length(code: int, length: int) -> None:
    if code == _RSA:
        return
    if code not in _KEY_LENGTHS:
        raise Unresolved("UNSUPPORTED_PUBLIC_KEY_TYPE", f"Keys of the multicodec 0x{code:x} are not supported.")
    if length != _KEY_LENGTHS[code]:
        raise Unresolved(
            "INVALID_PUBLIC_KEY_LENGTH",
            f"A key of the multicodec 0x{code:x} has {_KEY_LENGTHS[code]} bytes, and this one {length}.",
        )


def _refuse_unfit_format(key: PublicKey, options: KeyOptions) -> None:
    """Section 3.1.2 steps 7 and 8; a format of one curve is not for keys of another."""
    asked = options.public_key_format
    if asked not in _CONTEXT_OF:
        raise Unresolved("UNSUPPORTED_PUBLIC_KEY_TYPE", f"The public key format {asked[:80]!r} is not known.")
    allowed = _SIGNATURE_FORMATS + (_EXPERIMENTAL_FORMATS if options.experimental_types else ())
    if asked not in allowed or (asked.startswith("Ed25519") and key.key_type != "Ed25519"):
        raise Unresolved(
            "INVALID_PUBLIC_KEY_TYPE", f"A signature key of type {key.key_type} is not written as {asked} here."
        )


def _method(did: str, kind: str, multikey: str, jwk: dict[str, str]) -> dict[str, Any]:
    method: dict[str, Any] = {"id": f"{did}#{multikey}", "type": kind, "controller": did}
    if kind.startswith("JsonWebKey"):
        return {**method, "publicKeyJwk": jwk}
    if kind in _EXPERIMENTAL_FORMATS:
        _, key_bytes = varint_decode(multibase_decode(multikey, "z"))
        return {**method, "publicKeyBase58": base58btc_encode(key_bytes)}
    return {**method, "publicKeyMultibase": multikey}


def _with_encryption_key(document: dict[str, Any], key: PublicKey, options: KeyOptions) -> dict[str, Any]:
    if key.key_type != "Ed25519":
        raise Unresolved("UNSUPPORTED_PUBLIC_KEY_TYPE", "An encryption key is derived from Ed25519 keys only.")
    kind = _ENCRYPTION_FORMAT.get(options.public_key_format)
    if kind is None:
        raise Unresolved("INVALID_PUBLIC_KEY_TYPE", f"An encryption key is not written as {options.public_key_format}.")
    _, ed25519 = varint_decode(multibase_decode(key.multikey(), "z"))
    x25519 = montgomery(ed25519)
    multikey = multibase_encode("z", varint_encode(_X25519) + x25519)
    method = _method(document["id"], kind, multikey, {"kty": "OKP", "crv": "X25519", "x": base64url_encode(x25519)})
    contexts = document["@context"]
    return {
        **document,
        "@context": contexts if _CONTEXT_OF[kind] in contexts else [*contexts, _CONTEXT_OF[kind]],
        "verificationMethod": [*document["verificationMethod"], method],
        "keyAgreement": [method["id"]],
    }


def montgomery(ed25519: bytes) -> bytes:
    """Return the X25519 public key that belongs to an Ed25519 one: u = (1 + y) / (1 - y), RFC 7748 section 4.1.

    `ed25519`: 32 bytes; the sign of x, in the highest bit, does not matter. Both are little-endian.
    """
    y = int.from_bytes(ed25519, "little") & ((1 << 255) - 1)
    u = (1 + y) * pow(1 - y, _CURVE25519_PRIME - 2, _CURVE25519_PRIME) % _CURVE25519_PRIME
    return u.to_bytes(32, "little")
