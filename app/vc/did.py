"""Names that lead to keys: did:key, did:jwk, did:web, and controlled identifier documents.

did:key https://w3c-ccg.github.io/did-key-spec/ , did:jwk https://github.com/quartzjer/did-jwk/blob/main/spec.md ,
did:web https://w3c-ccg.github.io/did-method-web/ (section 2.5.2 Read), Controlled Identifiers 1.0
https://www.w3.org/TR/cid-1.0/ section 3.3 Retrieve Verification Method, which `verification_key` follows:

1. the verification method is a URL; without its fragment it names the document
2. the document's id is that name
3. the method is found in the document by its id, and is well formed
4. the method's controller is the document
5. the method has neither expired nor been revoked (section 2.2: no proof counts any more, however early it was made).
   This comes before 6, because a document that revokes a method often lists it for nothing any more
6. the document lists the method for the purpose, and the method carries one key
"""

import ipaddress
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from app.errors import BadInput
from app.vc import strict_json, timestamps
from app.vc.json_pointer import child
from app.vc.keys import REMEMBERED_KEYS, PublicKey, from_base58, from_jwk, from_multikey
from app.vc.multiformats import base64url_decode, base64url_encode
from app.vc.outcome import Unsound, unknown, unsound
from app.vc.problem_types import (
    INVALID_CONTROLLED_IDENTIFIER_DOCUMENT,
    INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID,
    INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD,
    INVALID_VERIFICATION_METHOD,
    INVALID_VERIFICATION_METHOD_URL,
)

PURPOSES = ("assertionMethod", "authentication")  # what our documents list every method for
MAX_NAME_LENGTH = 4096  # ours: a did:jwk of RSA 8192 has 1,500 characters

_FORM_CONTEXTS = {"Multikey": "https://w3id.org/security/multikey/v1", "JsonWebKey": "https://w3id.org/security/jwk/v1"}
_MULTIBASE_TYPES = ("Multikey", "Ed25519VerificationKey2020")
_BASE58_TYPE = "Ed25519VerificationKey2018"  # of documents from before Multikey
_JWK_TYPES = ("JsonWebKey", "JsonWebKey2020", _BASE58_TYPE, "EcdsaSecp256r1VerificationKey2019")
_READ_TYPES = (*_MULTIBASE_TYPES, *_JWK_TYPES)

# RFC 1123 section 2.1 host names. A last label of digits, or 0x..., is an IPv4 address to some resolvers.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)*(?!(?:\d+|0[xX][0-9A-Fa-f]*)\Z){_LABEL}")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
# DID Core section 3.1: the characters of one part of a method-specific id.
_PATH_SEGMENT = re.compile(r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+")
_HTTPS_PLACE = re.compile(r"https://(?P<host>[^/?#@\s]+)(?P<path>/[^?#]*)?")
_ABSOLUTE_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


@dataclass(frozen=True, slots=True)
class Method:
    """One verification method to publish. `fragment`: its id after the `#`; `form`: `Multikey` or `JsonWebKey`.

    `expires`, `revoked`: xsd:dateTimeStamp texts. `purposes`: the verification relationships that list it.
    """

    fragment: str
    key: PublicKey
    form: str = "Multikey"
    expires: str | None = None
    revoked: str | None = None
    purposes: tuple[str, ...] = PURPOSES


def did_key(key: PublicKey) -> str:
    """Return the did:key of a public key (did:key section 3.1)."""
    return f"did:key:{key.multikey()}"


def did_jwk(key: PublicKey) -> str:
    """Return the did:jwk of a public key (did:jwk, Creation)."""
    return "did:jwk:" + base64url_encode(json.dumps(key.jwk(), separators=(",", ":")).encode())


def did_web(url: str) -> str:
    """Return the did:web whose document is at `url` + /did.json, or at /.well-known/did.json for a bare host.

    Raises Unsound `malformed_did`: not https, an IP address, or a query, fragment or user in the URL.
    """
    parts = _HTTPS_PLACE.fullmatch(url)
    if parts is None:
        raise unsound("malformed_did", f"A did:web is made of an https URL with host and path only, not of {url!r}.")
    path = (parts["path"] or "").strip("/")
    did = ":".join(["did:web", parts["host"].lower().replace(":", "%3A"), *(path.split("/") if path else [])])
    did_web_document_url(did)
    return did


def did_web_document_url(did: str) -> str:
    """Return where the document of a did:web is. Raises Unsound `malformed_did`."""
    host, *path = did.removeprefix("did:web:").split(":")
    if not did.startswith("did:web:") or len(did) > MAX_NAME_LENGTH:
        raise unsound("malformed_did", f"This is no did:web: {did[:80]!r}.")
    name, _, port = unquote(host).partition(":")
    if not _is_public_name(name) or (port and not _PORT.fullmatch(port)) or ("%3a" in host.lower() and not port):
        raise unsound("malformed_did", f"A did:web names a host by its domain name, not by {unquote(host)[:80]!r}.")
    if any(not _PATH_SEGMENT.fullmatch(segment) or _leaves_its_place(segment) for segment in path):
        raise unsound("malformed_did", f"The path of this did:web is malformed: {did[:80]!r}.")
    origin = f"https://{name.lower()}{':' + port if port else ''}"
    return f"{origin}/{'/'.join(path)}/did.json" if path else f"{origin}/.well-known/did.json"


def _is_public_name(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _HOST.fullmatch(name) is not None
    return False


def _leaves_its_place(segment: str) -> bool:
    decoded = unquote(segment)
    return decoded in {".", ".."} or "/" in decoded or "\\" in decoded


def document_url(name: str) -> str | None:
    """Return the URL to fetch for an issuer or verification method; None when the name describes itself.

    Raises Unsound: `malformed_did`, `malformed_verification_method`, or with outcome unknown `unsupported_did_method`.
    """
    controller = name.partition("#")[0]
    if is_bare_key(controller):
        return None
    if controller.startswith("did:web:"):
        return did_web_document_url(controller)
    if controller.startswith("did:"):
        method = controller.split(":")[1]
        raise unknown(
            "unsupported_did_method", f"The DID method {method[:40]!r} is not supported; did:key, did:jwk, did:web are."
        )
    if not controller.startswith("https://") or not _ABSOLUTE_URL.fullmatch(controller):
        raise unsound(
            "malformed_verification_method",
            f"{name[:80]!r} is neither a DID nor an https URL, so no key can be found for it.",
            problem_type=INVALID_VERIFICATION_METHOD_URL,
        )
    return controller


def controlled_identifier_document(did: str, methods: Sequence[Method]) -> dict[str, Any]:
    """Return the document that lists `methods`, each for its purposes (CID 1.0 section 2)."""
    contexts = [_FORM_CONTEXTS[form] for form in sorted({method.form for method in methods}, reverse=True)]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", *contexts],
        "id": did,
        "verificationMethod": [_method(did, method) for method in methods],
        **{
            purpose: [f"{did}#{method.fragment}" for method in methods if purpose in method.purposes]
            for purpose in PURPOSES
        },
    }


def _method(did: str, method: Method) -> dict[str, Any]:
    is_jwk = method.form == "JsonWebKey"
    key = {"publicKeyJwk": method.key.jwk()} if is_jwk else {"publicKeyMultibase": method.key.multikey()}
    ends = {"expires": method.expires, "revoked": method.revoked}
    return {
        "id": f"{did}#{method.fragment}",
        "type": method.form,
        "controller": did,
        **key,
        **{name: moment for name, moment in ends.items() if moment is not None},
    }


def is_bare_key(name: str) -> bool:
    """Whether a name, or the method in it, is nothing but a key: did:key and did:jwk."""
    return name.startswith(("did:key:", "did:jwk:"))


def self_described(did: str) -> dict[str, Any] | None:
    """Return the document that a did:key or did:jwk describes by its name alone; None for other names.

    A fragment is ignored. The document is shared: it must not be changed. Raises Unsound `malformed_did` or
    `malformed_public_key`.
    """
    name = did.partition("#")[0]
    return _bare_key_document(name) if is_bare_key(name) else None


@lru_cache(REMEMBERED_KEYS)
def _bare_key_document(name: str) -> dict[str, Any]:
    if name.startswith("did:jwk:"):
        return controlled_identifier_document(name, [Method("0", _jwk_in_name(name), "JsonWebKey")])
    multikey = name.removeprefix("did:key:")
    return controlled_identifier_document(name, [Method(multikey, from_multikey(multikey))])


def own_key(did: str) -> PublicKey:
    """Return the key that a did:key or did:jwk is.

    Raises Unsound `malformed_did`, `malformed_public_key`, or with outcome unknown `unsupported_did_method`.
    """
    if did.startswith("did:key:"):
        return from_multikey(did.removeprefix("did:key:"))
    if did.startswith("did:jwk:"):
        return _jwk_in_name(did)
    raise unknown("unsupported_did_method", f"{did[:80]!r} is no DID that is itself a key: did:key and did:jwk are.")


def _jwk_in_name(name: str) -> PublicKey:
    if len(name) > MAX_NAME_LENGTH:
        raise unsound("malformed_did", f"A did:jwk of {len(name)} characters is not read; {MAX_NAME_LENGTH} may be.")
    try:
        jwk = strict_json.loads(base64url_decode(name.removeprefix("did:jwk:")), max_depth=4)
    except (BadInput, Unsound) as problem:
        raise unsound("malformed_did", f"The did:jwk does not hold a JWK: {problem}") from None
    if not isinstance(jwk, dict):
        raise unsound("malformed_did", "The did:jwk does not hold a JWK but another JSON value.")
    return from_jwk(jwk)


def verification_key(
    document: dict[str, Any], verification_method: str, *, purpose: str = "assertionMethod", at: datetime
) -> PublicKey:
    """Return the key of a verification method from its controlled identifier document.

    `at`: the aware moment at which the key must be in force. Raises Unsound with the problem type of CID 1.0
    section 3.5, or `key_expired` / `key_revoked`; pointers lead into `document`.
    """
    controller = verification_method.partition("#")[0]
    if not _ABSOLUTE_URL.fullmatch(verification_method):
        raise unsound(
            "malformed_verification_method",
            f"The verification method {verification_method[:80]!r} is not a URL.",
            problem_type=INVALID_VERIFICATION_METHOD_URL,
        )
    if document.get("id") != controller:
        raise unsound(
            "wrong_controlled_identifier_document",
            f"The document that {controller[:80]} leads to has another id: {str(document.get('id'))[:80]!r}.",
            "/id",
            problem_type=INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID,
        )
    method, pointer = _find_method(document, verification_method)
    if method.get("controller") != controller:
        raise _bad_method(
            "The verification method's controller is not the document's id.", child(pointer, "controller")
        )
    _refuse_out_of_force(method, pointer, at)
    _refuse_other_purpose(document, verification_method, purpose)
    return _key_of(method, pointer)


def method_in(document: dict[str, Any], verification_method: str) -> dict[str, Any]:
    """Return the verification method of that name as the document has it, whatever its state. Raises Unsound."""
    return _find_method(document, verification_method)[0]


def only_method(document: dict[str, Any], controller: str, purpose: str) -> str | None:
    """Return the id of the one method that a controller's document lists for a purpose; None for none or several.

    None too for a document of another id: it would name the method itself, and so whose key it is.
    """
    listed = _listed(document, purpose)
    if document.get("id") != controller or len(listed) != 1:
        return None
    named = listed[0].get("id") if isinstance(listed[0], dict) else listed[0]
    if not isinstance(named, str):
        return None
    return f"{document.get('id')}{named}" if named.startswith("#") else named


def _find_method(document: dict[str, Any], wanted: str) -> tuple[dict[str, Any], str]:
    """Find the method by its id among `verificationMethod` and those that a relationship embeds."""
    found = [
        (method, child("", name, position))
        for name in ("verificationMethod", *PURPOSES)
        for position, method in enumerate(_listed(document, name))
        if isinstance(method, dict) and _names(document, method.get("id"), wanted)
    ]
    if not found:
        raise _bad_method(f"The document does not hold the verification method {wanted[:80]}.", "/verificationMethod")
    if len(found) > 1:
        raise _bad_method(f"The document holds {wanted[:80]} more than once.", found[1][1])
    return found[0]


def _listed(document: dict[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    if isinstance(value, str | dict):
        return [value]
    if not isinstance(value, list):
        raise unsound(
            "malformed_controlled_identifier_document",
            f"`{name}` is not a list.",
            child("", name),
            problem_type=INVALID_CONTROLLED_IDENTIFIER_DOCUMENT,
        )
    return value


def _names(document: dict[str, Any], reference: object, wanted: str) -> bool:
    # DID Core section 3.2.2 lets a document write its own URLs as bare fragments.
    if isinstance(reference, str) and reference.startswith("#"):
        reference = f"{document.get('id')}{reference}"
    return reference == wanted


def _refuse_other_purpose(document: dict[str, Any], wanted: str, purpose: str) -> None:
    for listed in _listed(document, purpose):
        if _names(document, listed.get("id") if isinstance(listed, dict) else listed, wanted):
            return
    raise unsound(
        "wrong_verification_relationship",
        f"The document does not list {wanted[:80]} under `{purpose}`.",
        child("", purpose),
        problem_type=INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD,
    )


def _refuse_out_of_force(method: dict[str, Any], pointer: str, at: datetime) -> None:
    ends = (("revoked", "key_revoked", "was revoked"), ("expires", "key_expired", "expired"))
    for name, code, words in ends:
        if name not in method:
            continue
        moment = timestamps.read(method[name])
        if moment is None:
            raise _bad_method(f"The verification method's `{name}` is no date and time.", child(pointer, name))
        if at >= moment:
            raise unsound(
                code,
                f"The verification method {words} on {method[name]}.",
                child(pointer, name),
                problem_type=INVALID_VERIFICATION_METHOD,
            )


def _key_of(method: dict[str, Any], pointer: str) -> PublicKey:
    multikey, jwk, kind = method.get("publicKeyMultibase"), method.get("publicKeyJwk"), method.get("type")
    if multikey is not None and jwk is not None:
        raise _bad_method("The verification method carries its key twice (CID 1.0 section 2.2.1).", pointer)
    if isinstance(multikey, str) and kind in _MULTIBASE_TYPES:
        return from_multikey(multikey)
    if isinstance(jwk, dict) and kind in _JWK_TYPES:
        return from_jwk(jwk)
    if isinstance(method.get("publicKeyBase58"), str) and kind == _BASE58_TYPE:
        return from_base58(method["publicKeyBase58"])
    message = (
        f"The verification method of type {str(kind)[:40]!r} carries no key that is supported: "
        "Multikey with publicKeyMultibase and JsonWebKey with publicKeyJwk are."
    )
    if isinstance(kind, str) and kind not in _READ_TYPES:
        raise unknown("unsupported_key_type", message, pointer, problem_type=INVALID_VERIFICATION_METHOD)
    raise _bad_method(message, pointer)


def _bad_method(message: str, pointer: str) -> Unsound:
    return unsound("malformed_verification_method", message, pointer, problem_type=INVALID_VERIFICATION_METHOD)
