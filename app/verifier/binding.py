"""Whether the key that made a proof is the issuer's: Controlled Identifiers 1.0 section 3.3, steps 8 to 11. Pure.

https://www.w3.org/TR/cid-1.0/#retrieve-verification-method ; VCDM 2.0 section 4.7 (issuer).

1. a key that stands in a controlled identifier document belongs to that document's id: it must be the issuer's id
2. a key that came alone (JWT header, URL fragment, bare JWK) belongs to the issuer when the issuer's own document lists
   it for assertions; when there is no such document, nobody can tell: unknown, for anyone can send a key along
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.ports import Fetched
from app.vc import did, keys
from app.vc.outcome import Finding, Outcome, Unsound
from app.verifier.evidence import EvidenceSet
from app.verifier.examine import MAX_JWK_SET, Examined, fetched_object

MAX_METHODS = 64  # ours: keys looked at in one issuer's document


def binding_finding(examined: Examined, issuer: str, evidence: EvidenceSet, now: datetime) -> Finding | None:
    """Tell why the key of a proof that holds is not known to be the issuer's; None when it is."""
    if not issuer:
        return Finding("no_issuer", "The credential does not name its issuer by an id.", "/issuer")
    if examined.controller == issuer:
        return None
    if examined.controller is not None:
        message = f"It was signed by {examined.controller[:200]}, and not by its issuer {issuer[:200]}."
        return Finding("issuer_mismatch", message, "/issuer")
    return bare_key_finding(examined.key, issuer, evidence, now)


def bare_key_finding(key: keys.PublicKey | None, issuer: str, evidence: EvidenceSet, now: datetime) -> Finding | None:
    """Tell why a key that came alone is not known to be the issuer's; None when the issuer's own document lists it."""
    try:
        document = issuer_document(issuer, evidence)
    except Unsound as problem:
        document, why = None, problem.finding.message
    else:
        why = "The issuer's id leads to no document about keys."
    if document is None or not is_about_keys(document):
        message = f"The signature's key came with the document; nothing says that it is the issuer's. {why}"
        return Finding("issuer_unconfirmed", message, "/issuer", Outcome.UNKNOWN)
    if key is not None and any(key.multikey() == listed.multikey() for listed in listed_keys(document, now)):
        return None
    return Finding("issuer_mismatch", f"The key of the signature is none of those of {issuer[:200]}.", "/issuer")


def issuer_document(issuer: str, evidence: EvidenceSet) -> dict[str, Any] | None:
    """Return what the issuer's id leads to; None when nothing could be fetched. Raises Unsound."""
    url = did.document_url(issuer)
    if url is None:
        return did.self_described(issuer)
    had = evidence.get(url)
    return fetched_object(had) if isinstance(had, Fetched) else None


def is_about_keys(document: dict[str, Any]) -> bool:
    """Whether a document claims to say which keys its owner has."""
    return not {"verificationMethod", "assertionMethod", "keys", "kty"}.isdisjoint(document)


def listed_keys(document: dict[str, Any], now: datetime) -> Iterator[keys.PublicKey]:
    """Return the keys that a document lists for assertions; those of a JWK or a JWK set are for signatures anyway."""
    jwks = [document] if "kty" in document else document.get("keys", [])
    for jwk in jwks[:MAX_JWK_SET] if isinstance(jwks, list) else ():
        try:
            if isinstance(jwk, dict):
                yield keys.from_jwk(jwk)
        except Unsound:
            continue
    methods = document.get("assertionMethod", [])
    for method in methods[:MAX_METHODS] if isinstance(methods, list) else ():
        name = method.get("id") if isinstance(method, dict) else method
        try:
            yield did.verification_key(document, str(name), at=now)
        except Unsound:
            continue
