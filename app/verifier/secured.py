"""A secured credential, and where each of its proofs says that its key is. Pure.

Verification methods are found as Controlled Identifiers 1.0 section 3.3 has it (https://www.w3.org/TR/cid-1.0/), with
these habits of the world beside it:

- Open Badges 3.0 section 8.2: a JWT brings its key in the header (`jwk`), or `kid` is a URL of a JWK or a JWK set;
- a `kid` that is relative is completed by `iss` (https://www.w3.org/TR/vc-jose-cose/#kid);
- 1EdTech's samples name a did:key without its fragment, and `https://issuer#z6Mk...`, where the fragment is the key.

A key that comes without a document that says whose it is (header, fragment, bare JWK) has no controller: it can prove
that nothing was changed, and never by itself who signed.
"""

from dataclasses import dataclass
from typing import Any

from app.vc import did, jose, keys
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Unsound, unsound

MAX_PROOFS = 8  # ours: a badge has one, a proof set a few; each costs a canonicalization
MAX_PROOF_WORK = 10_000  # ours: objects times proofs; 10,000 take about 1.5 s, and a large badge has 200 objects
MAX_STATUS_ENTRIES = 8  # ours: Open Badges 3.0 allows one, VCDM 2.0 several
# Which member of a status entry holds the URL of its list, by the type of the entry.
LIST_URL_IN = {
    "BitstringStatusListEntry": "statusListCredential",
    "StatusList2021Entry": "statusListCredential",
    "1EdTechRevocationList": "id",
}
SIGNED_LISTS = ("BitstringStatusListEntry", "StatusList2021Entry")  # whose lists are credentials with a proof
FRAGMENT_KEY_START = "z6Mk"  # an Ed25519 Multikey, as in 1EdTech's samples


@dataclass(frozen=True, slots=True)
class Secured:
    """A credential and how it is secured; a status list is one like a badge.

    `form`: "data_integrity" or "vc_jwt". `jws`: the JWS of a VC-JWT. `findings`: why its credential could not be read
    from it, or where its claims contradict the credential.
    """

    form: str
    credential: dict[str, Any]
    jws: jose.Jws | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where one proof says that its key is. `pointer`: to the proof, "" in a JWT.

    `method`: URL of the verification method, "" when there is none. `url`: the document to fetch for it, None when the
    method's name holds it. `kind`: of that need. `key`: a key that the document itself brings along.
    """

    pointer: str
    method: str = ""
    url: str | None = None
    kind: str = "controlled_identifier"
    key: keys.PublicKey | None = None


def proofs_of(secured: Secured) -> tuple[tuple[str, Any], ...]:
    """List (pointer, proof) of the embedded proofs, whatever their shape; at most MAX_PROOFS + 1."""
    if secured.form == "vc_jwt" or "proof" not in secured.credential:
        return ()
    proof = secured.credential["proof"]
    if not isinstance(proof, list):
        return (("/proof", proof),)
    return tuple((child("/proof", position), one) for position, one in enumerate(proof[: MAX_PROOFS + 1]))


def proofs_to_examine(secured: Secured) -> int:
    """Tell how many proofs are looked at: each costs as much as the document is large."""
    return max(1, min(MAX_PROOFS, MAX_PROOF_WORK // objects_in(secured.credential)))


def objects_in(value: Any) -> int:
    """Count the objects of a JSON value, itself too; strict_json has bounded how deep it nests."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, dict) + sum(objects_in(one) for one in inner if isinstance(one, dict | list))


def issuer_id(credential: dict[str, Any]) -> str:
    """Return the issuer's id, "" when there is none."""
    issuer = credential.get("issuer")
    name = issuer.get("id") if isinstance(issuer, dict) else issuer
    return name if isinstance(name, str) else ""


def proof_key_place(pointer: str, proof: dict[str, Any]) -> KeyPlace:
    """Tell where a Data Integrity proof says that its key is. Raises Unsound."""
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not method:
        raise unsound(
            "malformed_proof",
            "The proof does not name its verification method as a URL.",
            child(pointer, "verificationMethod"),
        )
    return method_key_place(pointer, method)


def method_key_place(pointer: str, method: str) -> KeyPlace:
    """Tell where the key of a verification method is. Raises Unsound for a DID method or URL that is not supported."""
    if method.startswith("did:key:") and "#" not in method:
        method = f"{method}#{method.removeprefix('did:key:')}"
    url = did.document_url(method)
    return KeyPlace(pointer, method, url, key=fragment_key(method) if url else None)


def fragment_key(method: str) -> keys.PublicKey | None:
    """Return the key that is the fragment of an https verification method, as in 1EdTech's samples."""
    fragment = method.partition("#")[2]
    if not method.startswith("https://") or not fragment.startswith(FRAGMENT_KEY_START):
        return None
    try:
        return keys.from_multikey(fragment)
    except Unsound:
        return None


def jws_key_place(jws: jose.Jws, issuer: str) -> KeyPlace:
    """Tell where a VC-JWT says that its key is. Raises Unsound."""
    kid, jwk = jws.header.get("kid"), jws.header.get("jwk")
    if isinstance(kid, str) and kid and (method := absolute_kid(kid, issuer)):
        place = method_key_place("", method)
        return KeyPlace("", method, place.url, "key" if method.startswith("http") else place.kind, place.key)
    if isinstance(jwk, dict):
        return KeyPlace("", key=keys.from_jwk(jwk))
    document = did.self_described(issuer) if issuer.startswith("did:") else None
    if document is not None:
        return KeyPlace("", first_method(document))
    raise unsound("no_key", "The JWT names no key: neither `kid` nor `jwk` stands in its header.")


def absolute_kid(kid: str, issuer: str) -> str:
    """Complete a `kid` by the issuer: `#key-1` and `key-1` name a method of it. "" when that cannot be done."""
    if ":" in kid:
        return kid
    base = issuer.partition("#")[0]
    return f"{base}#{kid.removeprefix('#')}" if ":" in base else ""


def first_method(document: dict[str, Any]) -> str:
    """Return the id of the first method for assertions of a self-described document."""
    method = document["assertionMethod"][0]
    return str(method["id"] if isinstance(method, dict) else method)


def status_entries(credential: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """List (pointer, entry) of `credentialStatus`, whatever their shape; at most MAX_STATUS_ENTRIES + 1."""
    if "credentialStatus" not in credential:
        return ()
    status = credential["credentialStatus"]
    if not isinstance(status, list):
        return (("/credentialStatus", status),)
    listed = enumerate(status[: MAX_STATUS_ENTRIES + 1])
    return tuple((child("/credentialStatus", position), one) for position, one in listed)


def status_kind(entry: Any) -> str:
    """Return the type of a status entry when it is one that is read, else ""."""
    kind = entry.get("type") if isinstance(entry, dict) else None
    if isinstance(kind, list) and len(kind) == 1:
        (kind,) = kind
    return kind if isinstance(kind, str) and kind in LIST_URL_IN else ""


def status_list_url(entry: Any) -> str | None:
    """Return the URL of the list that a status entry names; None when it names none, or is not read."""
    kind = status_kind(entry)
    url = entry.get(LIST_URL_IN[kind]) if kind else None
    return url if isinstance(url, str) else None
