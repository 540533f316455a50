"""DID resolution and DID URL dereferencing, as far as they need no network.

https://www.w3.org/TR/did-resolution/ sections 4 (DID resolution) and 5 (DID URL dereferencing); the syntax is that of
DID Core section 3.1 (https://www.w3.org/TR/did-1.0/#did-syntax):

1. the input is a DID, or a DID URL: a DID with a path, a query or a fragment after it
2. its method is one that we support
3. did:key and did:jwk describe themselves; for did:web the caller fetches, and `checked_document` reads
4. a fragment names one verification method or service of the document
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.vc import did_key_document, timestamps
from app.vc.did import MAX_NAME_LENGTH, did_web_document_url, self_described
from app.vc.did_key_document import KeyOptions
from app.vc.outcome import Unsound
from app.vc.unresolved import Unresolved

METHODS = ("key", "jwk", "web")
# DID Core section 3.2.1 and DID Resolution section 3: parameters whose values are ASCII; `accept` is an option.
ASCII_PARAMETERS = ("service", "serviceType", "relativeRef", "versionId", "versionTime", "hl", "accept")

_ID_CHARACTER = r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})"
_DID = re.compile(rf"did:([a-z0-9]+):(?:{_ID_CHARACTER}*:)*{_ID_CHARACTER}+")
_PATH_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"  # RFC 3986 section 3.3 pchar
_AFTER_DID = re.compile(
    rf"(?P<path>(?:/{_PATH_CHARACTER}*)*)(?:\?(?P<query>(?:{_PATH_CHARACTER}|[/?])*))?"
    rf"(?:#(?P<fragment>(?:{_PATH_CHARACTER}|[/?])*))?"
)
_RELATIVE_REFERENCE = re.compile(rf"(?:{_PATH_CHARACTER}|/)*")
_DELIMITER = re.compile("[/?#]")
_WHOLE_SECONDS_IN_UTC = 20  # characters of 2025-10-07T14:30:00Z
_NODES_IN = (
    "verificationMethod",
    *did_key_document.RELATIONSHIPS,
    "keyAgreement",
    "service",
)


@dataclass(frozen=True, slots=True)
class DidUrl:
    """A DID URL taken apart; for a DID alone `path` is empty and `query` and `fragment` are None."""

    did: str
    method: str
    path: str = ""
    query: str | None = None
    fragment: str | None = None


def is_did_url(text: str) -> bool:
    """Tell whether this is (meant as) a DID URL that is not a DID alone."""
    return _DELIMITER.search(text) is not None


def parse(text: str) -> DidUrl:
    """Take a DID or DID URL apart.

    Raises Unresolved: INVALID_DID, INVALID_DID_URL, METHOD_NOT_SUPPORTED.
    """
    delimiter = _DELIMITER.search(text)
    did, rest = (text[: delimiter.start()], text[delimiter.start() :]) if delimiter else (text, "")
    syntax = _DID.fullmatch(did) if len(did) <= MAX_NAME_LENGTH else None
    if syntax is None:
        raise Unresolved("INVALID_DID", f"{did[:80]!r} is not written as DIDs are: did:method:name.")
    after = _AFTER_DID.fullmatch(rest) if len(rest) <= MAX_NAME_LENGTH else None
    if after is None:
        raise Unresolved("INVALID_DID_URL", "The part after the DID holds a character that no URL has there.")
    if syntax[1] not in METHODS:
        raise Unresolved("METHOD_NOT_SUPPORTED", f"did:{syntax[1][:40]} is not supported; {_methods()} are.")
    return DidUrl(did, syntax[1], after["path"], after["query"], after["fragment"])


def _methods() -> str:
    return ", ".join(f"did:{method}" for method in METHODS)


def check_parameters(parameters: Mapping[str, str], method: str) -> None:
    """Refuse DID parameters and resolution options that break their syntax, or that this DID method does not have.

    DID Resolution section 3. Raises Unresolved INVALID_OPTIONS or FEATURE_NOT_SUPPORTED.
    """
    for name in ASCII_PARAMETERS:
        if not parameters.get(name, "").isascii():
            raise Unresolved("INVALID_OPTIONS", f"The value of `{name}` must be ASCII.")
    if not _RELATIVE_REFERENCE.fullmatch(parameters.get("relativeRef", "")):
        raise Unresolved("INVALID_OPTIONS", "`relativeRef` must be percent-encoded (RFC 3986 section 2.1).")
    moment = parameters.get("versionTime")
    if moment is not None and (len(moment) != _WHOLE_SECONDS_IN_UTC or timestamps.read(moment) is None):
        raise Unresolved("INVALID_OPTIONS", "`versionTime` must be like 2025-10-07T14:30:00Z: in UTC, whole seconds.")
    if "versionId" in parameters or (moment is not None and method == "web"):
        raise Unresolved("FEATURE_NOT_SUPPORTED", f"A did:{method} document has no versions to choose from.")


def key_options(parameters: Mapping[str, str]) -> KeyOptions:
    """Read the options of did:key section 3.1.1 from their texts. Raises Unresolved INVALID_OPTIONS."""
    return KeyOptions(
        parameters.get("publicKeyFormat", "Multikey"),
        _truth(parameters, "enableExperimentalPublicKeyTypes"),
        _truth(parameters, "enableEncryptionKeyDerivation"),
    )


def _truth(parameters: Mapping[str, str], name: str) -> bool:
    value = parameters.get(name, "false")
    if value not in ("true", "false"):
        raise Unresolved("INVALID_OPTIONS", f"`{name}` must be true or false.")
    return value == "true"


def document_by_name(url: DidUrl, options: KeyOptions) -> dict[str, Any] | None:
    """Return the document of a did:key or did:jwk; None for did:web, whose document must be fetched.

    Raises Unresolved: what `did_key_document.create` raises, or INVALID_DID.
    """
    if url.method == "key":
        return did_key_document.create(url.did, options)
    try:
        return self_described(url.did)
    except Unsound as problem:
        raise Unresolved("INVALID_DID", problem.finding.message) from None


def document_place(did: str) -> str:
    """Return the URL of the document of a did:web. Raises Unresolved INVALID_DID."""
    try:
        return did_web_document_url(did)
    except Unsound as problem:
        raise Unresolved("INVALID_DID", problem.finding.message) from None


def checked_document(value: Any, did: str) -> dict[str, Any]:
    """Return what was fetched for a did:web if it is that DID's document; Unresolved INVALID_DID_DOCUMENT if not."""
    if not isinstance(value, dict) or value.get("id") != did:
        raise Unresolved("INVALID_DID_DOCUMENT", f"What {did[:200]} leads to is not its document: the id is another.")
    return value


def dereference(document: dict[str, Any], url: DidUrl) -> dict[str, Any]:
    """Return what a DID URL names: the document, or the one node of it that the fragment names.

    DID Resolution section 5.3; a node brings the document's `@context`. Raises Unresolved: NOT_FOUND, or
    FEATURE_NOT_SUPPORTED for paths and queries, which none of our methods gives a meaning.
    """
    if url.path or url.query is not None:
        raise Unresolved("FEATURE_NOT_SUPPORTED", "DID URLs with a path or a query are not dereferenced.")
    if url.fragment is None:
        return document
    for node in _nodes(document):
        if node.get("id") in (f"{url.did}#{url.fragment}", f"#{url.fragment}"):
            return {"@context": document["@context"], **node} if "@context" in document else node
    raise Unresolved("NOT_FOUND", f"The document holds nothing with the fragment {url.fragment[:200]!r}.")


def _nodes(document: dict[str, Any]) -> list[dict[str, Any]]:
    listed = (document.get(name) for name in _NODES_IN)
    return [node for nodes in listed if isinstance(nodes, list) for node in nodes if isinstance(node, dict)]
