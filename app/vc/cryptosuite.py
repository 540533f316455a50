"""Cryptosuites: how a document and a proof's options become the bytes that are signed.

A suite is a record: which keys it takes, how it transforms, where its context stands. Adding one is adding a record.

eddsa-rdfc-2022 and eddsa-jcs-2022: https://www.w3.org/TR/vc-di-eddsa/ sections 3.2 and 3.3
ecdsa-rdfc-2019 and ecdsa-jcs-2019: https://www.w3.org/TR/vc-di-ecdsa/ sections 3.2 and 3.3

All four: transform the proof configuration and the unsecured document, hash both, sign hash(configuration) followed by
hash(document). The hash is SHA-256, for P-384 keys SHA-384, inside RDFC-1.0 too (vc-di-ecdsa section 3.2.3).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from app.vc import jsonld
from app.vc.outcome import unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import PROOF_TRANSFORMATION_ERROR

Transform = Callable[[Mapping[str, Any], str, Contexts], bytes]

_HASHES = {"P-384": "sha384"}


@dataclass(frozen=True, slots=True)
class Cryptosuite:
    """One cryptosuite.

    `key_types`: of keys.KEY_TYPES; `transform(value, hash name, contexts)`: canonical bytes, raises Unsound;
    `keeps_context`: whether the proof keeps the `@context` that was signed (the jcs suites); `base`: multibase prefix
    of `proofValue`.
    """

    name: str
    key_types: tuple[str, ...]
    transform: Transform
    keeps_context: bool
    base: str = "z"

    def digest(self, value: Mapping[str, Any], key_type: str, contexts: Contexts) -> bytes:
        """Return the hash of a transformed document or proof configuration. Raises Unsound."""
        hash_name = _HASHES.get(key_type, "sha256")
        return hashlib.new(hash_name, self.transform(value, hash_name, contexts)).digest()


def rdfc(value: Mapping[str, Any], hash_name: str, contexts: Contexts) -> bytes:
    """Transform with RDF Dataset Canonicalization."""
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
    )
}
