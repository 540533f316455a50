"""What the `jws` of an Ed25519Signature2018 proof holds: a signature in the form of a JWS without its payload.

https://w3c-ccg.github.io/lds-ed25519-2018/ ; RFC 7515 appendix F (detached content) and RFC 7797 (`b64`: the payload is
signed as it is). Badges of 2022 and 2023 have it, those of the JFF Plugfests among them; it is read, and not made.

1. the text is header..signature, and the header says EdDSA, `b64` false, and that this is critical, and nothing else
2. what is signed is the header, a full stop, hash(configuration), hash(document)
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import BadInput
from app.vc import jsonld, strict_json
from app.vc.keys import ED25519_SIGNATURE_SIZE, PublicKey
from app.vc.multiformats import base64url_decode
from app.vc.outcome import Unsound, unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import PROOF_VERIFICATION_ERROR

HEADER = {"alg": "EdDSA", "b64": False, "crit": ["b64"]}


@dataclass(frozen=True, slots=True)
class DetachedJws:
    """A cryptosuite.ProofValue. `header`: as it was signed, base64url."""

    header: bytes
    signature: bytes

    def holds(
        self, unsecured: Mapping[str, Any], configuration_hash: bytes, key: PublicKey, contexts: Contexts
    ) -> bool:
        """Tell whether it holds for the document without proofs. Raises Unsound."""
        document = jsonld.canonicalize(unsecured, hash_name="sha256", contexts=contexts).encode()
        signed = self.header + b"." + configuration_hash + hashlib.sha256(document).digest()
        return key.verify(self.signature, signed)


def read(value: bytes) -> DetachedJws:
    """Read the text of a `jws`. Raises Unsound `malformed_proof`."""
    header, payload, signature = [*value.split(b"."), b"?", b"?"][:3]
    try:
        told = strict_json.loads(base64url_decode(header.decode("ascii")), max_depth=2)
        made = base64url_decode(signature.decode("ascii"))
    except (Unsound, BadInput, UnicodeDecodeError):
        raise _malformed("is not a header, two full stops and a signature, in base64url") from None
    if payload or value.count(b".") != 2 or len(made) != ED25519_SIGNATURE_SIZE:  # noqa: PLR2004 - header..signature
        raise _malformed("is not a header, two full stops and a signature of Ed25519")
    if told != HEADER or told["b64"] is not False:
        raise _malformed("has another header than one of EdDSA with `b64` false")
    return DetachedJws(header, made)


def _malformed(why: str) -> Unsound:
    return unsound("malformed_proof", f"The proof's `jws` {why}.", problem_type=PROOF_VERIFICATION_ERROR)
