"""Cryptosuites: how a document and a proof's options become the bytes that are signed.

A suite is a record: which keys it takes, how it transforms, where its context stands. Adding one is adding a record.

eddsa-rdfc-2022 and eddsa-jcs-2022: https://www.w3.org/TR/vc-di-eddsa/ sections 3.2 and 3.3
ecdsa-rdfc-2019 and ecdsa-jcs-2019: https://www.w3.org/TR/vc-di-ecdsa/ sections 3.2 and 3.3

These four: transform the proof configuration and the unsecured document, hash both, sign hash(configuration) and then
hash(document). The hash is SHA-256, for P-384 keys SHA-384, inside RDFC-1.0 too (vc-di-ecdsa section 3.2.3).

Ed25519Signature2020 (https://www.w3.org/TR/vc-di-eddsa/ section 3.4) does the same under a proof type of its own; it is
read, since wallets' presentations have it, and not made. So is Ed25519Signature2018 (app.vc.detached_jws), which has a
`jws` in the place of `proofValue`. ecdsa-sd-2023: app.vc.ecdsa_sd.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import rfc8785

from app.vc import detached_jws, ecdsa_sd_values, jsonld, proof_configuration
from app.vc.keys import PublicKey
from app.vc.outcome import unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import PROOF_TRANSFORMATION_ERROR
from app.vc.rdfc import HASHES

Transform = Callable[[Mapping[str, Any], str, Contexts], bytes]

PROOF_TYPE = "DataIntegrityProof"
_HASHES = {"P-384": "sha384"}


class ProofValue(Protocol):
    """A proofValue that is more than one signature."""

    def holds(
        self, unsecured: Mapping[str, Any], configuration_hash: bytes, key: PublicKey, contexts: Contexts
    ) -> bool:
        """Tell whether it holds for the document without proofs. Raises Unsound."""


@dataclass(frozen=True, slots=True)
class Cryptosuite:
    """One cryptosuite.

    `key_types`: of keys.KEY_TYPES; `transform(value, hash name, contexts)`: canonical bytes, raises Unsound;
    `keeps_context`: whether the proof keeps the `@context` that was signed (the jcs suites); `value_member`: the member
    that holds the signature; `base`: its multibase prefix, "" for a plain text; `proof_type`: PROOF_TYPE, or the name
    of a suite that has a type of its own; `read_value`: reads a value that is more than one signature, raises Unsound;
    None when it is one; `is_made`: whether app.vc.proof.verify_data makes what is to be signed.
    """

    name: str
    key_types: tuple[str, ...]
    transform: Transform
    keeps_context: bool
    base: str = "z"
    value_member: str = "proofValue"
    proof_type: str = PROOF_TYPE
    read_value: Callable[[bytes], ProofValue] | None = None
    is_made: bool = True

    def digest(self, value: Mapping[str, Any], key_type: str, contexts: Contexts) -> bytes:
        """Return the hash of a transformed document or proof configuration. Raises Unsound."""
        hash_name = _HASHES.get(key_type, "sha256")
        return HASHES[hash_name](self.transform(value, hash_name, contexts)).digest()


def rdfc(value: Mapping[str, Any], hash_name: str, contexts: Contexts) -> bytes:
    """Transform with RDF Dataset Canonicalization."""
    if "created" in value:  # of proof configurations there are templates
        return proof_configuration.canonicalize(value, hash_name, contexts).encode()
    return jsonld.canonicalize(value, hash_name=hash_name, contexts=contexts).encode()


def jcs(value: Mapping[str, Any], _hash_name: str, _contexts: Contexts) -> bytes:
    """Transform with the JSON Canonicalization Scheme, RFC 8785."""
    try:
        return rfc8785.dumps(dict(value))
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        message = f"The JSON cannot be canonicalized (RFC 8785): {error}"
        raise unsound("not_canonicalizable", message[:200], problem_type=PROOF_TRANSFORMATION_ERROR) from None


SUITES: Mapping[str, Cryptosuite] = {
    suite.name: suite
    for suite in (
        Cryptosuite("eddsa-rdfc-2022", ("Ed25519",), rdfc, keeps_context=False),
        Cryptosuite("eddsa-jcs-2022", ("Ed25519",), jcs, keeps_context=True),
        Cryptosuite("ecdsa-rdfc-2019", ("P-256", "P-384"), rdfc, keeps_context=False),
        Cryptosuite("ecdsa-jcs-2019", ("P-256", "P-384"), jcs, keeps_context=True),
        Cryptosuite(
            "ecdsa-sd-2023",
            ("P-256", "P-384"),
            rdfc,
            keeps_context=False,
            base="u",
            read_value=ecdsa_sd_values.read_derived,
            is_made=False,
        ),
        Cryptosuite(
            "Ed25519Signature2020",
            ("Ed25519",),
            rdfc,
            keeps_context=False,
            proof_type="Ed25519Signature2020",
            is_made=False,
        ),
        Cryptosuite(
            "Ed25519Signature2018",
            ("Ed25519",),
            rdfc,
            keeps_context=False,
            base="",
            value_member="jws",
            proof_type="Ed25519Signature2018",
            read_value=detached_jws.read,
            is_made=False,
        ),
    )
}
PROOF_TYPES = tuple(dict.fromkeys(suite.proof_type for suite in SUITES.values()))


def suite_of(proof: Mapping[str, Any]) -> Cryptosuite | None:
    """Return the suite of a proof: the `cryptosuite` of a DataIntegrityProof, else the one that its `type` names."""
    kind = proof.get("type")
    name = proof.get("cryptosuite") if kind == PROOF_TYPE else kind
    suite = SUITES.get(name) if isinstance(name, str) else None
    return suite if suite is not None and suite.proof_type == kind else None
