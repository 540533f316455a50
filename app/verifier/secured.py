"""A secured credential, and where each of its proofs says that its key is. Pure.

Verification methods are found as Controlled Identifiers 1.0 section 3.3 has it (https://www.w3.org/TR/cid-1.0/), with
these habits of the world beside it:

- Open Badges 3.0 section 8.2: a JWT brings its key in the header (`jwk`), or `kid` is a URL of a JWK or a JWK set;
- a `kid` that is relative is completed by `iss` (https://www.w3.org/TR/vc-jose-cose/#kid);
- 1EdTech's samples name a did:key without its fragment, and `https://issuer#z6Mk...`, where the fragment is the key;
  others name their DID alone, when its document has one key only (app.verifier.resolution);
- the https issuer of an SD-JWT VC publishes its keys as JWT VC Issuer Metadata
  (https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/, section "JWT VC Issuer Metadata").

A key that comes without a document that says whose it is (header, fragment, bare JWK) has no controller: it can prove
that nothing was changed, and never by itself who signed.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from app.vc import did, enveloped, jose, keys, strict_json
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Unsound, unknown, unsound
from app.vc.remembered import found_once, remembering
from app.vc.sd_jwt import SdJwt
from app.verifier.foreign import first_object
from app.verifier.work import cost_of

MAX_PROOFS = 8  # ours: a badge has one, a proof set a few; each costs a canonicalization
MAX_STATUS_ENTRIES = 8  # ours: Open Badges 3.0 allows one, VCDM 2.0 several
# Which member of a status entry holds the URL of its list, by the type of the entry.
LIST_URL_IN = {
    "BitstringStatusListEntry": "statusListCredential",
    "StatusList2021Entry": "statusListCredential",
    "1EdTechRevocationList": "id",
}
STATUS_CLAIM = "status_list"  # in the claim `status` of an SD-JWT VC: a Token Status List
SIGNED_LISTS = ("BitstringStatusListEntry", "StatusList2021Entry")  # whose lists are credentials with a proof
FRAGMENT_KEY_STARTS = ("z6Mk", "zDna", "z82L")  # Multikeys of Ed25519, P-256, P-384, as in 1EdTech's samples
KNOWN_PLACES, MAX_KNOWN_METHOD = 256, 400  # ours: names of keys that are remembered, and characters of one
METADATA_PATH = "/.well-known/jwt-vc-issuer"  # goes between the host and the path of the issuer's URL
BADGE_MEMBERS = ("credentialSubject", "evidence", "awardedDate")  # what an SD-JWT VC may have of a badge
HTTPS_ISSUER = re.compile(r"(?P<origin>https://[^/?#@\s]+)(?P<path>/[^?#\s]*)?")


@dataclass(slots=True)
class Kept:
    """What was found out of a status list that is kept between verifications: the same bytes say the same.

    `held`: by the pointer of a proof, the key with which its signature was seen to hold. `unpacked`: the `encodedList`,
    and the bits in it.
    """

    held: dict[str, keys.PublicKey] = field(default_factory=dict)
    unpacked: tuple[str, bytes] | None = None


@dataclass(frozen=True)  # no slots: what is found once needs a place
class Secured:
    """A credential or presentation and how it is secured; a status list is one like a badge.

    `form`: "data_integrity", "vc_jwt", "sd_jwt" (of the W3C's data model), "sd_jwt_vc" (of claims) or
    "status_list_token". `jws`: the signed JWT of all but the first; None when it could not be read. `sd_jwt`: the
    SD-JWT around it. `findings`: why the credential could not be read, or where the claims contradict it. `pointer`:
    where it stands in the document that was sent, "" for that itself. `assertion`: the one of Open Badges 2.0 that was
    sent, with the form "open_badges_2"; `credential` then says the same in the words of 3.0. `kept`: of a
    status list that is kept between verifications.
    """

    form: str
    credential: dict[str, Any]
    jws: jose.Jws | None = None
    findings: tuple[Finding, ...] = ()
    sd_jwt: SdJwt | None = None
    pointer: str = ""
    is_presentation: bool = False
    assertion: dict[str, Any] | None = None
    kept: Kept | None = field(default=None, compare=False, repr=False)

    @property
    def is_readable(self) -> bool:
        """Whether there is a credential: a JWT, or an envelope, may be beyond reading."""
        return self.form == "data_integrity" or self.jws is not None or self.assertion is not None

    @property
    def is_hosted(self) -> bool:
        """Whether nothing is signed, and a host vouches for it: Open Badges 2.0."""
        return self.assertion is not None and self.jws is None

    @found_once
    def proofs(self) -> tuple[tuple[str, Any], ...]:
        """The embedded proofs with their pointers, whatever their shape; at most MAX_PROOFS + 1."""
        if self.form != "data_integrity" or "proof" not in self.credential:
            return ()
        proof = self.credential["proof"]
        if not isinstance(proof, list):
            return (("/proof", proof),)
        return tuple((f"/proof/{position}", one) for position, one in enumerate(proof[: MAX_PROOFS + 1]))

    @found_once
    def cost(self) -> int:
        """What canonicalizing the credential costs, in objects."""
        return cost_of(self.credential)

    @found_once
    def may_be_endorsed(self) -> bool:
        """Whether any object of the credential may carry an endorsement, whose member is a word of it then."""
        try:
            return b"endorsement" in strict_json.dumps(self.credential)
        except (ValueError, TypeError):  # it holds a number that no other language reads
            return True

    @found_once
    def owner(self) -> str:
        """The id of who should have signed: a presentation's holder, a credential's issuer; "" when none is named."""
        if self.is_presentation:
            return enveloped.holder_of(self.credential) or ""
        return issuer_id(self.credential)


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
    return method_key_place(method, pointer)


@remembering(KNOWN_PLACES, MAX_KNOWN_METHOD)
def method_key_place(method: str, pointer: str) -> KeyPlace:
    """Tell where the key of a verification method is. Raises Unsound for a DID method or URL that is not supported."""
    if did.is_bare_key(method) and "#" not in method:
        method = f"{method}#{method.removeprefix('did:key:') if method.startswith('did:key:') else '0'}"
    url = did.document_url(method)
    return KeyPlace(pointer, method, url, key=fragment_key(method) if url else None)


def fragment_key(method: str) -> keys.PublicKey | None:
    """Return the key that is the fragment of an https verification method, as in 1EdTech's samples."""
    fragment = method.partition("#")[2]
    if not method.startswith("https://") or not fragment.startswith(FRAGMENT_KEY_STARTS):
        return None
    try:
        return keys.from_multikey(fragment)
    except Unsound:
        return None


def jws_key_place(jws: jose.Jws, issuer: str) -> KeyPlace:
    """Tell where a VC-JWT says that its key is. Raises Unsound."""
    kid, jwk = jws.header.get("kid"), jws.header.get("jwk")
    if isinstance(kid, str) and kid and (method := absolute_kid(kid, issuer)):
        place = method_key_place(method, "")
        return replace(place, kind="key") if method.startswith("http") else place
    if isinstance(jwk, dict):
        return KeyPlace("", key=keys.from_jwk(jwk))
    document = did.self_described(issuer) if issuer.startswith("did:") else None
    if document is not None:
        return KeyPlace("", first_method(document))
    raise unsound("no_key", "The JWT names no key: neither `kid` nor `jwk` stands in its header.")


def key_place(secured: Secured) -> KeyPlace:
    """Tell where the key of a JWT of any form is. Raises Unsound."""
    if secured.jws is None:
        raise ValueError("there is no JWT to find the key of")
    return (jws_key_place if secured.form == "vc_jwt" else issuer_key_place)(secured.jws, secured.owner)


def issuer_key_place(jws: jose.Jws, issuer: str) -> KeyPlace:
    """Tell where the key of an SD-JWT VC or of a status list token is. Raises Unsound.

    A `kid` that is a DID URL or an https URL names it; else an https issuer publishes metadata; else as for a VC-JWT.
    """
    kid = jws.header.get("kid")
    named = isinstance(kid, str) and kid.startswith(("did:", "https://"))
    parts = HTTPS_ISSUER.fullmatch(issuer)
    if parts is not None and not named:
        url = f"{parts['origin']}{METADATA_PATH}{(parts['path'] or '').rstrip('/')}"
        return KeyPlace("", str(kid) if isinstance(kid, str) else "", url, "issuer_metadata")
    if "x5c" in jws.header and not {"kid", "jwk"} & jws.header.keys():
        message = "The key is told by a certificate (`x5c`); certificates are not read."
        raise unknown("unsupported_key_reference", message)
    return jws_key_place(jws, issuer)


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


def said_by(secured: Secured) -> dict[str, Any]:
    """Return what a credential says of itself, for a report and for the scope of trust.

    An SD-JWT VC is judged by its claims alone; members of a badge beside them (app.vc.sd_jwt_badge) are signed too, and
    tell what it means. The issuer's name is shown when it is that of the one who is judged, `iss`.
    """
    if secured.form != "sd_jwt_vc" or secured.sd_jwt is None:
        return secured.credential
    claims = secured.sd_jwt.claims
    beside = {name: claims[name] for name in BADGE_MEMBERS if name in claims}
    profile_of = first_object(claims.get("issuer"))
    if profile_of.get("id") == claims.get("iss"):
        beside["issuer"] = profile_of
    return secured.credential | beside


def status_entries(secured: Secured) -> tuple[tuple[str, Any], ...]:
    """List (pointer, entry) of what says where the status is told, whatever its shape; at most MAX_STATUS_ENTRIES + 1.

    In an SD-JWT VC that is its claim `status` (https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/ 6.1),
    whose every member is a mechanism of its own.
    """
    name = "status" if secured.form == "sd_jwt_vc" else "credentialStatus"
    holder = secured.sd_jwt.claims if secured.form == "sd_jwt_vc" and secured.sd_jwt else secured.credential
    if name not in holder:
        return ()
    status = holder[name]
    if name == "status" and isinstance(status, dict) and STATUS_CLAIM in status:
        others = [(child("", name, other), {other: value}) for other, value in status.items() if other != STATUS_CLAIM]
        return ((child("", name), {STATUS_CLAIM: status[STATUS_CLAIM]}), *others[:MAX_STATUS_ENTRIES])
    if not isinstance(status, list):
        return ((f"/{name}", status),)
    return tuple((f"/{name}/{position}", one) for position, one in enumerate(status[: MAX_STATUS_ENTRIES + 1]))


def status_kind(entry: Any) -> str:
    """Return the type of a status entry when it is one that is read, else ""; a claim `status` has it as a member."""
    if isinstance(entry, dict) and STATUS_CLAIM in entry and "type" not in entry:
        return STATUS_CLAIM
    kind = entry.get("type") if isinstance(entry, dict) else None
    if isinstance(kind, list) and len(kind) == 1:
        (kind,) = kind
    return kind if isinstance(kind, str) and kind in LIST_URL_IN else ""


def status_list_url(entry: Any) -> str | None:
    """Return the URL of the list that a status entry names; None when it names none, or is not read."""
    kind = status_kind(entry)
    holder = entry[STATUS_CLAIM] if kind == STATUS_CLAIM else entry
    url = holder.get(LIST_URL_IN.get(kind, "uri")) if kind and isinstance(holder, dict) else None
    return url if isinstance(url, str) else None
