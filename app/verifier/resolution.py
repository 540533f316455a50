"""From where a proof says that its key is, to the key: out of what was fetched. Pure.

1. a name that describes itself (did:key, did:jwk) holds it
2. a controlled identifier document lists it for the purpose (Controlled Identifiers 1.0 section 3.3)
3. a JWK, or the one in a JWK set that the name means
4. the metadata of an SD-JWT VC's issuer, which holds a JWK set or names one
   (https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/, section "JWT VC Issuer Metadata")
"""

from datetime import UTC, datetime
from typing import Any

from app.errors import BadInput
from app.ports import Fetched
from app.vc import did, keys, strict_json
from app.vc.keys import REMEMBERED_KEYS
from app.vc.outcome import Unsound, unknown, unsound
from app.vc.remembered import remembering
from app.verifier.evidence import EvidenceSet, NotFetched
from app.verifier.secured import MAX_KNOWN_METHOD, KeyPlace

MAX_JWK_SET = 64  # ours: keys looked at in one JWK set
ANY_TIME = datetime.min.replace(tzinfo=UTC)


def resolve(
    place: KeyPlace, issuer: str, evidence: EvidenceSet, now: datetime, purpose: str
) -> tuple[keys.PublicKey, str | None]:
    """Return the key of a proof, and the id of the document that holds it; None when it came alone.

    `issuer`: whose metadata must say so. `purpose`: what the document must list the key for. Raises Unsound.
    """
    if place.url is None:
        if place.key is not None:
            return place.key, None
        return self_described_key(place.method, purpose)
    had = evidence.get(place.url)
    if not isinstance(had, Fetched):
        if place.key is not None:
            return place.key, None
        raise key_unavailable(place, had)
    document = fetched_object(had)
    if place.kind == "issuer_metadata":
        return from_metadata(document, place, issuer, evidence), issuer
    if place.key is not None and "verificationMethod" not in document:
        return place.key, None  # a profile, say: it tells nothing about keys
    bare = bare_key(document, place.method)
    return (bare, None) if bare else from_document(document, place.method, now, purpose)


@remembering(REMEMBERED_KEYS, MAX_KNOWN_METHOD)
def self_described_key(method: str, purpose: str) -> tuple[keys.PublicKey, str]:
    """Return the same of a name that describes itself, which never changes: its key has no end. Raises Unsound."""
    return from_document(did.self_described(method) or {}, method, ANY_TIME, purpose)


def from_document(document: dict[str, Any], method: str, now: datetime, purpose: str) -> tuple[keys.PublicKey, str]:
    """Return the key of a method of a controlled identifier document, and the document's id. Raises Unsound.

    A DID alone means the one key that its document lists for the purpose.
    """
    named = method if "#" in method else did.only_method(document, method, purpose) or method
    return did.verification_key(document, named, purpose=purpose, at=now), str(document["id"])


def from_metadata(metadata: dict[str, Any], place: KeyPlace, issuer: str, evidence: EvidenceSet) -> keys.PublicKey:
    """Return the key that an issuer's metadata tells; `place.method` is its `kid`, "" for the only one."""
    if metadata.get("issuer") != issuer:
        message = f"The metadata that {issuer[:200]} leads to is that of another issuer."
        raise unsound("wrong_issuer_metadata", message)
    key_set = metadata.get("jwks")
    url = key_set_url(metadata)
    if url is not None:
        had = evidence.get(url)
        if not isinstance(had, Fetched):
            raise key_unavailable(KeyPlace(place.pointer, place.method, url), had)
        key_set = fetched_object(had)
    key = bare_key(key_set, place.method) if isinstance(key_set, dict) else None
    if key is None:
        raise unknown("key_unreadable", f"The metadata of {issuer[:200]} holds no key set.")
    return key


def key_set_url(metadata: dict[str, Any]) -> str | None:
    """Return where an issuer's metadata says that its key set is; None when it holds the set, or names none."""
    url = metadata.get("jwks_uri")
    return url if isinstance(url, str) and url.startswith("https://") and "jwks" not in metadata else None


def key_unavailable(place: KeyPlace, had: NotFetched | None) -> Unsound:
    """Say that the key could not be had."""
    why = had.reason if had else "It was not asked for."
    name = place.method or place.url or ""
    return unknown("key_unavailable", f"The key {name[:200]} could not be had. {why}", place.pointer)


def fetched_object(had: Fetched) -> dict[str, Any]:
    """Return a fetched JSON object; raises Unsound (unknown): a server's mistake does not make a badge wrong."""
    try:
        document = strict_json.loads(had.content)
    except BadInput as problem:
        raise unknown("key_unreadable", f"{had.url[:200]} cannot be read. {problem.detail}") from None
    if not isinstance(document, dict):
        raise unknown("key_unreadable", f"{had.url[:200]} is JSON, but no object.")
    return document


def bare_key(document: dict[str, Any], method: str) -> keys.PublicKey | None:
    """Return the key of a JWK, or of the one in a JWK set that `method` names; None when it is neither."""
    if "kty" in document:
        return keys.from_jwk(document)
    if not isinstance(document.get("keys"), list):
        return None
    names = {method, method.partition("#")[2]} - {""}
    listed = [jwk for jwk in document["keys"][:MAX_JWK_SET] if isinstance(jwk, dict)]
    named = [jwk for jwk in listed if isinstance(jwk.get("kid"), str) and jwk["kid"] in names]
    if len(named or listed) != 1:
        raise unsound("no_key", f"The key set does not hold one key that is named {method[:200]}.")
    return keys.from_jwk((named or listed)[0])
