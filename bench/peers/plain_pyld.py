"""Data Integrity as one writes it with pyld alone: normalize, hash, sign. No other check is made."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from pyld import jsonld

from bench import material

VERSION = f"pyld {version('pyld')}"
KEY = ed25519.Ed25519PrivateKey.from_private_bytes(material.SEED)
PUBLIC = KEY.public_key()
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58btc


def operation(kind: str, securing: str, documents: list[str]) -> Callable[[str], str]:
    """See bench.peers."""
    if securing != "data-integrity":
        raise ValueError("pyld makes no JWT")
    del documents
    known = material.contexts()

    def load(url: str, _: Any) -> dict[str, Any]:
        # "static" lets pyld keep the contexts that it has read: it is measured at its best.
        return {"contextUrl": None, "documentUrl": url, "document": known[url], "tag": "static"}

    jsonld.set_document_loader(load)
    return _issue if kind == "issue" else _verify


def _issue(text: str) -> str:
    document = json.loads(text)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": material.METHOD,
        "proofPurpose": "assertionMethod",
    }
    proof["proofValue"] = "z" + _encode(KEY.sign(_hashes(document, proof)))
    return json.dumps(document | {"proof": proof}, ensure_ascii=False, separators=(",", ":"))


def _verify(text: str) -> str:
    document = json.loads(text)
    (proof,) = document.pop("proof")
    signature = _decode(proof.pop("proofValue")[1:])
    PUBLIC.verify(signature, _hashes(document, proof))
    return ""


def _hashes(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    options = {"@context": document["@context"], **proof}
    return b"".join(hashlib.sha256(_canonical(one).encode()).digest() for one in (options, document))


def _canonical(document: dict[str, Any]) -> str:
    canonical: str = jsonld.normalize(document, {"algorithm": "URDNA2015", "format": "application/n-quads"})
    return canonical


def _encode(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _decode(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes(64, "big")
