"""Whether the key that made a proof is its owner's: Controlled Identifiers 1.0 section 3.3, steps 8 to 11. Pure.

https://www.w3.org/TR/cid-1.0/#retrieve-verification-method ; VCDM 2.0 sections 4.7 (issuer) and 4.13 (holder). The
owner is the issuer of a credential, and the holder of a presentation.

1. a key that stands in a controlled identifier document belongs to that document's id: it must be the owner's id
2. a key that came alone (JWT header, URL fragment, bare JWK, and a did:key or did:jwk that is not the owner's id, since
   such a name is nothing but a key) belongs to the owner when the owner's own document lists it for the purpose; when
   there is no such document, nobody can tell: unknown, for anyone can send a key along
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.ports import Fetched
from app.vc import did, keys
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Outcome, Unsound
from app.verifier.evidence import EvidenceSet
from app.verifier.examine import Examined
from app.verifier.resolution import MAX_JWK_SET, fetched_object

MAX_METHODS = 64  # ours: keys looked at in one issuer's document


@dataclass(frozen=True, slots=True)
class Role:
    """As what somebody signs. `word`: for a person. `mismatch`, `unconfirmed`: codes. `purposes`: any of them."""

    word: str
    mismatch: str
    unconfirmed: str
    purposes: tuple[str, ...]

    @property
    def pointer(self) -> str:
        """Where the document names the owner."""
        return child("", self.word)


ISSUER = Role("issuer", "issuer_mismatch", "issuer_unconfirmed", ("assertionMethod",))
HOLDER = Role("holder", "holder_mismatch", "holder_unconfirmed", ("authentication", "assertionMethod"))


def binding_finding(
    examined: Examined, owner: str, evidence: EvidenceSet, now: datetime, role: Role = ISSUER
) -> Finding | None:
    """Tell why the key of a proof that holds is not known to be the owner's; None when it is."""
    if not owner:
        return Finding("no_issuer", f"The document does not name its {role.word} by an id.", role.pointer)
    if examined.controller == owner:
        return None
    if examined.controller is not None and not did.is_bare_key(examined.controller):
        message = f"It was signed by {examined.controller[:200]}, and not by its {role.word} {owner[:200]}."
        return Finding(role.mismatch, message, role.pointer)
    return bare_key_finding(examined.key, owner, evidence, now, role)


def bare_key_finding(
    key: keys.PublicKey | None, owner: str, evidence: EvidenceSet, now: datetime, role: Role
) -> Finding | None:
    """Tell why a key that came alone is not known to be the owner's; None when the owner's own document lists it."""
    try:
        document = owner_document(owner, evidence)
    except Unsound as problem:
        document, why = None, problem.finding.message
    else:
        why = f"The {role.word}'s id leads to no document about keys."
    if document is None or not is_about_keys(document):
        message = f"The signature's key came with the document; nothing says that it is the {role.word}'s. {why}"
        return Finding(role.unconfirmed, message, role.pointer, Outcome.UNKNOWN)
    listed = listed_keys(document, now, role.purposes)
    if key is not None and any(key.multikey() == one.multikey() for one in listed):
        return None
    return Finding(role.mismatch, f"The key of the signature is none of those of {owner[:200]}.", role.pointer)


def owner_document(owner: str, evidence: EvidenceSet) -> dict[str, Any] | None:
    """Return what the owner's id leads to; None when nothing could be fetched. Raises Unsound."""
    url = did.document_url(owner)
    if url is None:
        return did.self_described(owner)
    had = evidence.get(url)
    return fetched_object(had) if isinstance(had, Fetched) else None


def is_about_keys(document: dict[str, Any]) -> bool:
    """Whether a document claims to say which keys its owner has."""
    return not {"verificationMethod", "assertionMethod", "authentication", "keys", "kty"}.isdisjoint(document)


def listed_keys(document: dict[str, Any], now: datetime, purposes: tuple[str, ...]) -> Iterator[keys.PublicKey]:
    """Return the keys that a document lists for one of the purposes; those of a JWK or a JWK set are for any."""
    jwks = [document] if "kty" in document else document.get("keys", [])
    for jwk in jwks[:MAX_JWK_SET] if isinstance(jwks, list) else ():
        try:
            if isinstance(jwk, dict):
                yield keys.from_jwk(jwk)
        except Unsound:
            continue
    for purpose in purposes:
        methods = document.get(purpose, [])
        for method in methods[:MAX_METHODS] if isinstance(methods, list) else ():
            name = method.get("id") if isinstance(method, dict) else method
            try:
                yield did.verification_key(document, str(name), purpose=purpose, at=now)
            except Unsound:
                continue
