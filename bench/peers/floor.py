"""What nobody can do without: one JSON parse, SHA-256 of the canonical form, Ed25519. No peer, but the end of the road.

By the fastest libraries that we know, those that Attesta uses too. Issuing includes one verification of the signature,
because checking what was just signed does. A JWT has no canonical form.
"""

import hashlib
from collections.abc import Callable

import orjson

from app.vc import jsonld
from bench.peers.attesta import KEY, PUBLIC

VERSION = "orjson, hashlib, libsodium"


def operation(kind: str, securing: str, documents: list[str]) -> Callable[[str], str]:
    """See bench.peers: it does the work of these documents, and knows nothing about them."""
    data = documents[0].rpartition(".")[0].encode()
    if securing == "data-integrity":
        document = {name: value for name, value in orjson.loads(documents[0]).items() if name != "proof"}
        data = jsonld.canonicalize(document).encode()
    signature = KEY.sign(_signed(data, securing))

    def work(text: str) -> str:
        if securing == "data-integrity" or kind == "issue":
            orjson.loads(text)
        to_sign = _signed(data, securing)
        PUBLIC.verify(KEY.sign(to_sign) if kind == "issue" else signature, to_sign)
        return ""

    return work


def _signed(data: bytes, securing: str) -> bytes:
    return hashlib.sha256(data).digest() * 2 if securing == "data-integrity" else data
