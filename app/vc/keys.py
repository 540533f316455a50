"""Public and private keys, and their two written forms: Multikey and JSON Web Key.

Controlled Identifiers 1.0 sections 2.2.2 Multikey and 2.2.3 JsonWebKey (https://www.w3.org/TR/cid-1.0/#Multikey);
RFC 7518 section 6 and RFC 8037 section 2 for the members of a JWK; did:key section 3.1.3 for RSA as Multikey.
Signatures: Ed25519 as RFC 8032, by libsodium (docs/decisions/0020); ECDSA as raw r || s, made deterministically (RFC
6979), with SHA-256 on P-256, SHA-384 on P-384 and SHA-512 on P-521; RSA as RSASSA-PKCS1-v1_5 with SHA-256.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from nacl import bindings as sodium
from nacl.exceptions import BadSignatureError

from app.vc.multiformats import (
    base64url_decode,
    base64url_encode,
    multibase_decode,
    multibase_encode,
    varint_decode,
    varint_encode,
)
from app.vc.outcome import Unsound, unsound
from app.vc.problem_types import INVALID_VERIFICATION_METHOD

AnyPublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey
AnyPrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

KEY_TYPES = ("Ed25519", "P-256", "P-384", "P-521", "RSA")
ED25519_SIGNATURE_SIZE = 64  # RFC 8032 section 5.1.6
# NIST SP 800-186 section 3.2.1.3, n: how many secrets of P-256 there are, and one.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
REMEMBERED_KEYS = 256  # ours: public keys that were read lately; reading one of P-256 costs as much as a signature
MIN_RSA_BITS = 2048  # RFC 7518 section 3.3
MAX_RSA_BITS = 8192  # ours: verifying time grows with the square
MAX_RSA_EXPONENT_BITS = 32  # ours: everyone uses 65537; a huge exponent is a way to keep a verifier busy

# https://github.com/multiformats/multicodec/blob/master/table.csv
_PUBLIC_CODES = {"Ed25519": 0xED, "P-256": 0x1200, "P-384": 0x1201, "P-521": 0x1202, "RSA": 0x1205}
_PRIVATE_CODES = {"Ed25519": 0x1300, "P-256": 0x1306, "P-384": 0x1307, "P-521": 0x1308}
_PUBLIC_TYPES = {code: key_type for key_type, code in _PUBLIC_CODES.items()}
_PRIVATE_TYPES = {code: key_type for key_type, code in _PRIVATE_CODES.items()}


_PUBLIC_MEMBERS = ("kty", "crv", "x", "y", "n", "e")


@dataclass(frozen=True, slots=True)
class _Curve:
    """What differs between the NIST curves. `size`: bytes of one coordinate, and of r and of s."""

    curve: ec.EllipticCurve
    size: int
    hash: hashes.HashAlgorithm


_CURVES = {
    "P-256": _Curve(ec.SECP256R1(), 32, hashes.SHA256()),
    "P-384": _Curve(ec.SECP384R1(), 48, hashes.SHA384()),
    "P-521": _Curve(ec.SECP521R1(), 66, hashes.SHA512()),
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key. `key_type` is one of KEY_TYPES and fits `key`. `raw`: for libsodium, b"" but for Ed25519."""

    key_type: str
    key: AnyPublicKey
    raw: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Have the raw form ready: to ask for it costs as much as a tenth of a signature."""
        raw = self.key.public_bytes_raw() if isinstance(self.key, ed25519.Ed25519PublicKey) else b""
        object.__setattr__(self, "raw", raw)

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Tell whether `signature` over `data` was made by this key, with the key type's natural hash."""
        try:
            self._verify(signature, data)
        except (InvalidSignature, BadSignatureError):
            return False
        return True

    def _verify(self, signature: bytes, data: bytes) -> None:
        if self.raw:
            if len(signature) != ED25519_SIGNATURE_SIZE:
                raise InvalidSignature
            sodium.crypto_sign_open(signature + data, self.raw)
        elif isinstance(self.key, rsa.RSAPublicKey):
            self.key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            curve, key = _CURVES[self.key_type], cast("ec.EllipticCurvePublicKey", self.key)
            if len(signature) != 2 * curve.size:
                raise InvalidSignature
            r, s = (int.from_bytes(half, "big") for half in (signature[: curve.size], signature[curve.size :]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(curve.hash))

    def multikey(self) -> str:
        """Return `publicKeyMultibase` of a Multikey: `z`, base58btc of the multicodec and the key."""
        return multibase_encode("z", varint_encode(_PUBLIC_CODES[self.key_type]) + self._key_bytes())

    def _key_bytes(self) -> bytes:
        if self.raw:
            return self.raw
        if isinstance(self.key, rsa.RSAPublicKey):
            return self.key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
        return self.key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)

    def jwk(self) -> dict[str, str]:
        """Return the public JWK: only the members that RFC 7638 hashes, so no `kid`, `alg` or `use`."""
        if self.raw:
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(self.raw)}
        if isinstance(self.key, rsa.RSAPublicKey):
            numbers = self.key.public_numbers()
            return {"kty": "RSA", "n": _number_text(numbers.n), "e": _number_text(numbers.e)}
        point, size = cast("ec.EllipticCurvePublicKey", self.key).public_numbers(), _CURVES[self.key_type].size
        return {
            "kty": "EC",
            "crv": self.key_type,
            "x": base64url_encode(point.x.to_bytes(size, "big")),
            "y": base64url_encode(point.y.to_bytes(size, "big")),
        }


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key in memory; a ports.Signer. `key_type` is one of KEY_TYPES and fits `key`.

    `secret`: as libsodium takes it, the seed and the public half; b"" but for Ed25519.
    """

    key_type: str
    key: AnyPrivateKey = field(repr=False)
    secret: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Have the secret ready, as PublicKey does."""
        secret = b""
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            secret = self.key.private_bytes_raw() + self.key.public_key().public_bytes_raw()
        object.__setattr__(self, "secret", secret)

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.key_type, self.key.public_key())

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public half as JWK."""
        return self.public.jwk()

    def sign(self, data: bytes) -> bytes:
        """Sign `data` with the key type's natural hash; raw form, and the same bytes each time."""
        if self.secret:
            return sodium.crypto_sign(data, self.secret)[:ED25519_SIGNATURE_SIZE]
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        curve, key = _CURVES[self.key_type], cast("ec.EllipticCurvePrivateKey", self.key)
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(curve.hash, deterministic_signing=True)))
        return r.to_bytes(curve.size, "big") + s.to_bytes(curve.size, "big")


def signature_size(key_type: str) -> int | None:
    """Return how many bytes a raw signature of this key type has; None for RSA, where it is the key's own size."""
    if key_type in _CURVES:
        return 2 * _CURVES[key_type].size
    return ED25519_SIGNATURE_SIZE if key_type == "Ed25519" else None


@lru_cache(REMEMBERED_KEYS)
def from_multikey(multikey: str) -> PublicKey:
    """Read `publicKeyMultibase` of a Multikey, or the part after `did:key:`. Raises Unsound `malformed_public_key`."""
    try:
        code, key_bytes = varint_decode(multibase_decode(multikey, "z"))
    except Unsound as problem:
        raise _malformed(problem.finding.message) from None
    if code not in _PUBLIC_TYPES:
        raise _malformed(f"The multicodec 0x{code:x} is none of {', '.join(KEY_TYPES)}.")
    key = PublicKey(_PUBLIC_TYPES[code], _read_key_bytes(_PUBLIC_TYPES[code], key_bytes))
    if key.multikey() != multikey:
        raise _malformed("The Multikey is not in its one canonical form.")
    return key


def _read_key_bytes(key_type: str, key_bytes: bytes) -> AnyPublicKey:
    try:
        if key_type == "Ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(key_bytes)
        if key_type == "RSA":
            return _read_rsa_der(key_bytes)
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[key_type].curve, key_bytes)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _malformed(f"The Multikey holds no {key_type} key: {error}.") from None


def _read_rsa_der(key_bytes: bytes) -> rsa.RSAPublicKey:
    # The public loader wants SubjectPublicKeyInfo or, under the same name, the bare PKCS#1 form that did:key uses.
    key = serialization.load_der_public_key(key_bytes)
    if not isinstance(key, rsa.RSAPublicKey):
        raise _malformed("The Multikey holds another kind of key than RSA.")
    numbers = key.public_numbers()
    return _bounded_rsa(numbers.n, numbers.e)


def from_base58(text: str) -> PublicKey:
    """Read `publicKeyBase58` of an Ed25519VerificationKey2018. Raises Unsound `malformed_public_key`."""
    try:
        return PublicKey("Ed25519", _read_key_bytes("Ed25519", multibase_decode(f"z{text}", "z")))
    except Unsound as problem:
        raise _malformed(problem.finding.message) from None


def from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """Read a public JWK. Raises Unsound `malformed_public_key`; also for one that shows private members."""
    if "d" in jwk:
        raise _malformed("The JWK shows its private key (`d`), so anyone can sign with it.")
    if jwk.get("use", "sig") != "sig":
        raise _malformed("The JWK is not for signatures: its `use` is not `sig`.")
    members = {name: jwk[name] for name in _PUBLIC_MEMBERS if name in jwk}
    if all(isinstance(value, str) for value in members.values()):
        return _read_jwk_once(tuple(members.items()))
    return _read_jwk(members)


@lru_cache(REMEMBERED_KEYS)
def _read_jwk_once(members: tuple[tuple[str, str], ...]) -> PublicKey:
    return _read_jwk(dict(members))


def _read_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    kind = (jwk.get("kty"), jwk.get("crv"))
    try:
        if kind == ("OKP", "Ed25519"):
            return PublicKey("Ed25519", ed25519.Ed25519PublicKey.from_public_bytes(_member_bytes(jwk, "x", 32)))
        if kind in [("EC", curve) for curve in _CURVES]:  # a list: a foreign kty may be unhashable
            return PublicKey(str(jwk["crv"]), _read_point(jwk))
        if jwk.get("kty") == "RSA":
            return PublicKey("RSA", _bounded_rsa(_member_number(jwk, "n"), _member_number(jwk, "e")))
    except ValueError as error:
        raise _malformed(f"The JWK holds no key: {error}.") from None
    raise _malformed(f"The JWK's kty and crv are {kind}; only {', '.join(KEY_TYPES)} are supported.")


def _read_point(jwk: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    curve = _CURVES[jwk["crv"]]
    x, y = (int.from_bytes(_member_bytes(jwk, name, curve.size), "big") for name in "xy")
    return ec.EllipticCurvePublicNumbers(x, y, curve.curve).public_key()


def _bounded_rsa(n: int, e: int) -> rsa.RSAPublicKey:
    if not MIN_RSA_BITS <= n.bit_length() <= MAX_RSA_BITS:
        raise _malformed(f"The RSA key has {n.bit_length()} bits, not {MIN_RSA_BITS} to {MAX_RSA_BITS}.")
    if e.bit_length() > MAX_RSA_EXPONENT_BITS:
        raise _malformed(f"The RSA key's exponent has more than {MAX_RSA_EXPONENT_BITS} bits.")
    return rsa.RSAPublicNumbers(e, n).public_key()


def from_pem(text: str) -> PublicKey:
    """Read a public key in PEM, as Open Badges 2.0 has it (`publicKeyPem`). Raises Unsound `malformed_public_key`."""
    try:
        key = serialization.load_pem_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise _malformed("The PEM text holds no public key that is supported.") from None
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return PublicKey("RSA", _bounded_rsa(numbers.n, numbers.e))
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey("Ed25519", key)
    curves = {curve.curve.name: name for name, curve in _CURVES.items()}
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in curves:
        return PublicKey(curves[key.curve.name], key)
    raise _malformed(f"The PEM text holds another key than one of {', '.join(KEY_TYPES)}.")


def private_from_jwk(jwk: Mapping[str, Any]) -> PrivateKey:
    """Read a private JWK of any key type but RSA. Raises Unsound `malformed_public_key`."""
    public = from_jwk({name: value for name, value in jwk.items() if name != "d"})
    if public.key_type == "RSA":
        raise _malformed("RSA private keys are not read from JWK.")
    size = 32 if public.key_type == "Ed25519" else _CURVES[public.key_type].size
    private = _private_from_bytes(public.key_type, _member_bytes(jwk, "d", size))
    if private.public_jwk != public.jwk():
        raise _malformed("The JWK's private and public halves do not belong together.")
    return private


def private_from_multikey(multikey: str) -> PrivateKey:
    """Read `secretKeyMultibase` of a Multikey (known answers use this). Raises Unsound `malformed_public_key`."""
    code, key_bytes = varint_decode(multibase_decode(multikey, "z"))
    if code not in _PRIVATE_TYPES:
        raise _malformed(f"The multicodec 0x{code:x} is no private key of {', '.join(_PRIVATE_CODES)}.")
    return _private_from_bytes(_PRIVATE_TYPES[code], key_bytes)


def private_p256(number: int) -> PrivateKey:
    """Return the P-256 key whose secret is that number, from 1 to P256_ORDER - 1 (FIPS 186-5 section A.2)."""
    return PrivateKey("P-256", ec.derive_private_key(number, ec.SECP256R1()))


def _private_from_bytes(key_type: str, key_bytes: bytes) -> PrivateKey:
    try:
        if key_type == "Ed25519":
            return PrivateKey(key_type, ed25519.Ed25519PrivateKey.from_private_bytes(key_bytes))
        return PrivateKey(key_type, ec.derive_private_key(int.from_bytes(key_bytes, "big"), _CURVES[key_type].curve))
    except ValueError:  # says nothing that is for others to read
        raise _malformed(f"This is no private key of {key_type}.") from None


def _member_bytes(jwk: Mapping[str, Any], name: str, size: int) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str):
        raise _malformed(f"The JWK's `{name}` is not a text.")
    data = _decoded(name, value)
    if len(data) != size:
        raise _malformed(f"The JWK's `{name}` has {len(data)} bytes, not {size}.")
    return data


def _member_number(jwk: Mapping[str, Any], name: str) -> int:
    value = jwk.get(name)
    if not isinstance(value, str) or len(value) > MAX_RSA_BITS:
        raise _malformed(f"The JWK's `{name}` is not a text of reasonable length.")
    return int.from_bytes(_decoded(name, value), "big")


def _decoded(name: str, value: str) -> bytes:
    try:
        return base64url_decode(value)
    except Unsound as problem:
        raise _malformed(f"The JWK's `{name}`: {problem.finding.message}") from None


def _number_text(number: int) -> str:
    return base64url_encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _malformed(message: str) -> Unsound:
    return unsound("malformed_public_key", message, problem_type=INVALID_VERIFICATION_METHOD)
