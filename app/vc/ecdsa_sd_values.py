"""What the proofValue of an ecdsa-sd-2023 proof holds, and what must be true for it to hold.

https://www.w3.org/TR/vc-di-ecdsa/ sections 3.5.2 serializeBaseProofValue, 3.5.3 parseBaseProofValue, 3.5.7
serializeDerivedProofValue, 3.5.8 parseDerivedProofValue, 3.5.9 createVerifyData, 3.6.7 Verify Derived Proof.

Both kinds are a CBOR array of five items after three bytes that tell the kind. The specification says that the public
key has 36 bytes; its vectors and everybody's code have 35: two for the multicodec, 33 for the compressed point. A base
signature has the size that the issuer's key makes: 64 bytes with P-256, 96 with P-384.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.vc import cbor, jsonld, keys, rdfc
from app.vc.multiformats import base64url_encode, multibase_encode
from app.vc.outcome import Unsound, unknown, unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import PROOF_VERIFICATION_ERROR

BASE_HEADER = b"\xd9\x5d\x00"
DERIVED_HEADER = b"\xd9\x5d\x01"
SIGNATURE_SIZE = 64  # bytes, of P-256
BASE_SIGNATURE_SIZES = (64, 96)  # of P-256 and P-384; which one it must be is known with the key
PUBLIC_KEY_SIZE = 35
HMAC_KEY_SIZE = 32  # section 3.6.2: as long as the digest of SHA-256
LABEL_SIZE = 32  # an HMAC with SHA-256
MAX_SIGNATURES = 10_000  # ours: 100 times a large badge, two thirds of a second to verify

_CANONICAL_PREFIX = "_:c14n"


@dataclass(frozen=True, slots=True)
class BaseProof:
    """What an issuer gives to a holder. `public_key`: Multikey bytes of the key that made `signatures`."""

    base_signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]

    def encode(self) -> bytes:
        """Return the bytes of the proofValue."""
        components = (
            self.base_signature,
            self.public_key,
            self.hmac_key,
            self.signatures,
            self.mandatory_pointers,
        )
        return BASE_HEADER + cbor.encode(components)


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """What a holder shows. `labels`: number of a canonical blank node label -> the HMAC that was signed instead of it.

    `mandatory_indexes`: which of the shown N-Quads, in their order, the base signature covers; ascending.
    """

    base_signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    labels: Mapping[int, bytes]
    mandatory_indexes: tuple[int, ...]

    def encode(self) -> bytes:
        """Return the bytes of the proofValue."""
        components = (
            self.base_signature,
            self.public_key,
            self.signatures,
            dict(self.labels),
            self.mandatory_indexes,
        )
        return DERIVED_HEADER + cbor.encode(components)

    def holds(
        self, unsecured: Mapping[str, Any], configuration_hash: bytes, key: keys.PublicKey, contexts: Contexts
    ) -> bool:
        """Tell whether the issuer's `key` signed this document, or one that shows more.

        The base signature is looked at before the others, so only what an issuer signed costs as much as they do.
        Raises Unsound as app.vc.jsonld.to_quads, and when the document cannot be canonicalized.
        """
        nquads = self.nquads(unsecured, contexts)
        if nquads is None or any(index >= len(nquads) for index in self.mandatory_indexes):
            return False
        mandatory, others = self.split(nquads)
        if len(others) != len(self.signatures):
            return False
        if not key.verify(self.base_signature, data_to_sign(configuration_hash, self.public_key, mandatory)):
            return False
        proof_key = keys.from_multikey(multibase_encode("z", self.public_key))
        return all(
            proof_key.verify(signature, nquad.encode())
            for signature, nquad in zip(self.signatures, others, strict=True)
        )

    def nquads(self, unsecured: Mapping[str, Any], contexts: Contexts) -> list[str] | None:
        """Return the document's N-Quads with the labels that were signed; None when `labels` are for another one."""
        quads = jsonld.to_quads(unsecured, contexts=contexts)
        canonical = rdfc.canonical_labels(quads)
        signed = {f"{_CANONICAL_PREFIX}{number}": label_of(digest) for number, digest in self.labels.items()}
        if set(canonical.values()) != signed.keys():
            return None
        return rdfc.relabelled(quads, {blank: signed[label] for blank, label in canonical.items()})

    def split(self, nquads: list[str]) -> tuple[list[str], list[str]]:
        """Return the mandatory N-Quads, and the others."""
        indexes = set(self.mandatory_indexes)
        mandatory = [nquad for index, nquad in enumerate(nquads) if index in indexes]
        return mandatory, [nquad for index, nquad in enumerate(nquads) if index not in indexes]


def label_of(digest: bytes) -> str:
    """Return the blank node label that an HMAC becomes (section 3.4.4)."""
    return f"_:u{base64url_encode(digest)}"


def number_of(canonical_label: str) -> int:
    """Return the number in a canonical blank node label (section 3.5.5)."""
    return int(canonical_label.removeprefix(_CANONICAL_PREFIX))


def mandatory_hash(mandatory: Iterable[str]) -> bytes:
    """Hash the mandatory N-Quads (section 3.4.17)."""
    return hashlib.sha256("".join(mandatory).encode()).digest()


def data_to_sign(configuration_hash: bytes, public_key: bytes, mandatory: Iterable[str]) -> bytes:
    """Return what the base signature is made over (section 3.5.1 serializeSignData)."""
    return configuration_hash + public_key + mandatory_hash(mandatory)


def refuse_excess(signatures: int) -> None:
    """Raise Unsound `signature_budget`, outcome unknown, for more signatures than are made or verified."""
    if signatures > MAX_SIGNATURES:
        message = f"The proof has {signatures} signatures; at most {MAX_SIGNATURES} are looked at."
        raise unknown("signature_budget", message, problem_type=PROOF_VERIFICATION_ERROR)


def read_base(value: bytes) -> BaseProof:
    """Read a base proof's value. Raises Unsound: `malformed_proof` or `signature_budget`."""
    base_signature, public_key, hmac_key, signatures, pointers = _components(value, BASE_HEADER)
    _require_bytes(hmac_key, (HMAC_KEY_SIZE,), "HMAC key")
    _require_keys_and_signatures(base_signature, public_key, signatures)
    if not (isinstance(pointers, list) and all(isinstance(pointer, str) for pointer in pointers)):
        raise _malformed("The mandatory pointers of the proofValue are not an array of texts.")
    return BaseProof(base_signature, public_key, hmac_key, tuple(signatures), tuple(pointers))


def read_derived(value: bytes) -> DerivedProof:
    """Read a derived proof's value. Raises Unsound: `base_proof` for one, `malformed_proof`, `signature_budget`.

    Two blank nodes with one label are refused: with them one node that was signed could be shown as two.
    """
    if value.startswith(BASE_HEADER):
        message = "This is a base proof, which is for the holder only; what is shown to others is derived from it."
        raise unsound("base_proof", message, problem_type=PROOF_VERIFICATION_ERROR)
    base_signature, public_key, signatures, labels, indexes = _components(value, DERIVED_HEADER)
    _require_keys_and_signatures(base_signature, public_key, signatures)
    if not (isinstance(labels, dict) and all(isinstance(number, int) for number in labels)):
        raise _malformed("The label map of the proofValue is not a map of numbers.")
    for digest in labels.values():
        _require_bytes(digest, (LABEL_SIZE,), "blank node label")
    if len(set(labels.values())) != len(labels):
        raise _malformed("The proofValue gives one label to two blank nodes.")
    if not (isinstance(indexes, list) and all(isinstance(index, int) for index in indexes)):
        raise _malformed("The mandatory indexes of the proofValue are not an array of numbers.")
    if any(index >= after for index, after in pairwise(indexes)):
        raise _malformed("The mandatory indexes of the proofValue do not ascend.")
    return DerivedProof(base_signature, public_key, tuple(signatures), labels, tuple(indexes))


def _components(value: bytes, header: bytes) -> list[Any]:
    if not value.startswith(header):
        raise _malformed(f"The proofValue does not begin with the bytes {header.hex()} of its kind.")
    try:
        components = cbor.decode(value[len(header) :])
    except Unsound as problem:
        raise _malformed(problem.finding.message) from None
    if not isinstance(components, list) or len(components) != 5:  # noqa: PLR2004 - sections 3.5.3 and 3.5.8 say five
        raise _malformed("The proofValue is not an array of five items.")
    return components


def _require_keys_and_signatures(base_signature: Any, public_key: Any, signatures: Any) -> None:
    _require_bytes(base_signature, BASE_SIGNATURE_SIZES, "base signature")
    _require_bytes(public_key, (PUBLIC_KEY_SIZE,), "public key")
    if not isinstance(signatures, list):
        raise _malformed("The signatures of the proofValue are not an array.")
    refuse_excess(len(signatures))
    for signature in signatures:
        _require_bytes(signature, (SIGNATURE_SIZE,), "signature")
    try:
        key_type = keys.from_multikey(multibase_encode("z", public_key)).key_type
    except Unsound as problem:
        raise _malformed(problem.finding.message) from None
    if key_type != "P-256":
        raise _malformed(f"The public key in the proofValue is one of {key_type}, not P-256.")


def _require_bytes(value: Any, sizes: tuple[int, ...], name: str) -> None:
    if not isinstance(value, bytes) or len(value) not in sizes:
        wanted = " or ".join(map(str, sizes))
        raise _malformed(f"The {name} in the proofValue is not a byte string of {wanted} bytes.")


def _malformed(message: str) -> Unsound:
    return unsound("malformed_proof", message, problem_type=PROOF_VERIFICATION_ERROR)
