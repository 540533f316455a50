"""openvc-core (PyPI), by its one verification pipeline and its proof suites.

It reads `proof` only as an object, not as an array of one, and VC-JWTs only with a `vc` claim, like its own.
"""

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from openvc import Ed25519SigningKey, VerificationPolicy, verify_credential
from openvc.cache import CachingDidResolver, cached_resolve
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.vc_jwt import VcJwtProofSuite
from openvc.resolvers import default_status_list_resolver
from openvc.verify import default_resolver

from bench import material

VERSION = f"openvc-core {version('openvc-core')}"
KEY = Ed25519SigningKey(ed25519.Ed25519PrivateKey.from_private_bytes(material.SEED), material.METHOD)
POLICY = VerificationPolicy()


def operation(kind: str, securing: str, documents: list[str]) -> Callable[[str], str]:
    """See bench.peers."""
    del documents
    if kind == "verify":
        return _verifier(securing)
    return _jwt_issue if securing == "jwt" else _issuer()


def _issuer() -> Callable[[str], str]:
    suite, contexts = DataIntegrityProofSuite(), material.contexts()

    def issue(text: str) -> str:
        secured = suite.add_proof(
            json.loads(text), signing_key=KEY, verification_method=material.METHOD, extra_contexts=contexts
        )
        return json.dumps(secured, ensure_ascii=False, separators=(",", ":"))

    return issue


def _jwt_issue(text: str) -> str:
    return VcJwtProofSuite().sign(json.loads(text), signing_key=KEY)


def _verifier(securing: str) -> Callable[[str], str]:
    contexts = material.contexts()
    status_list = json.dumps(_with_one_proof(json.loads(material.read()["status_list"])))
    resolver = CachingDidResolver(default_resolver())
    lists = cached_resolve(default_status_list_resolver(resolver=resolver, fetch=lambda _: status_list))

    def check(text: str) -> str:
        verify_credential(
            text if securing == "jwt" else _with_one_proof(json.loads(text)),
            policy=POLICY,
            resolver=resolver,
            resolve_status_list=lists,
            extra_contexts=contexts,
        )
        return ""

    return check


def _with_one_proof(document: dict[str, Any]) -> dict[str, Any]:
    (document["proof"],) = document["proof"]
    return document
