"""openbadgeslib (PyPI), by its functions that take a document as it is."""

import json
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Signer, OB3Verifier, add_data_integrity_proof

from bench import material

VERSION = f"openbadgeslib {version('openbadgeslib')}"
KEY = ed25519.Ed25519PrivateKey.from_private_bytes(material.SEED)
PRIVATE_PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)


def operation(kind: str, securing: str, documents: list[str]) -> Callable[[str], str]:
    """See bench.peers."""
    del documents
    if securing == "jwt":
        return _jwt_issuer() if kind == "issue" else _jwt_verifier()
    return _issue if kind == "issue" else _verifier()


def _issue(text: str) -> str:
    secured = add_data_integrity_proof(json.loads(text), PRIVATE_PEM, material.METHOD)
    return json.dumps(secured, ensure_ascii=False, separators=(",", ":"))


def _verifier() -> Callable[[str], str]:
    verifier = OB3LdpVerifier.for_issuer_did(material.ISSUER)
    status_list = material.read()["status_list"].encode()

    def check(text: str) -> str:
        # The library checks the proof of lists that are JWTs only; this one is read without.
        has_status = '"credentialStatus"' in text
        verifier.verify(text, check_status=has_status, download=lambda _: status_list, verify_status_list=False)
        return ""

    return check


def _jwt_issuer() -> Callable[[str], str]:
    signer = OB3Signer(PRIVATE_PEM, "EdDSA")
    return lambda text: signer.sign_payload(_claims(json.loads(text)))


def _claims(document: dict[str, Any]) -> dict[str, Any]:
    """The registered claims of an Open Badge beside its members."""
    claims = {"iss": document["issuer"]["id"], "jti": document["id"], "sub": document["credentialSubject"]["id"]}
    ends = {"exp": _seconds(document["validUntil"])} if "validUntil" in document else {}
    return {**document, **claims, "nbf": _seconds(document["validFrom"]), **ends}


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _jwt_verifier() -> Callable[[str], str]:
    verifier = OB3Verifier(KEY.public_key(), issuer_did=material.ISSUER)

    def check(text: str) -> str:
        verifier.verify(text)
        return ""

    return check
