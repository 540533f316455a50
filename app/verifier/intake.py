"""Bytes to a credential and the form in which it is secured. Nothing is checked here, and nothing is fetched.

Read are, told by their first bytes and not by the media type that somebody claims for them:

1. a JSON object that is a credential (Data Integrity, https://www.w3.org/TR/vc-data-integrity/)
2. a compact JWS as text or as JSON string (VC-JWT, Open Badges 3.0 section 8.2 and https://www.w3.org/TR/vc-jose-cose/)
3. either of them in a wrapper: `{"credential": ...}`, `{"verifiableCredential": ...}`, `{"jwt": ...}` (VC-API)
4. EnvelopedVerifiableCredential (https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials)
5. 1 or 2 baked into a PNG or SVG picture (Open Badges 3.0, https://www.imsglobal.org/spec/ob/v3p0/)

READERS is tried in order. What no reader takes is refused with a sentence that says what it looks like.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.errors import BadInput, TooLarge, Unsupported
from app.vc import jose, png, strict_json, svg
from app.vc.baked import Baked
from app.vc.outcome import Unsound
from app.verifier.secured import Secured

ACCEPTED = (
    "Send an Open Badges 3.0 credential as JSON, or as VC-JWT (the text of a compact JWS), "
    'alone, as {"credential": ...}, or baked into a PNG or SVG picture.'
)
WRAPPERS = ("credential", "verifiableCredential", "jwt")
ENVELOPE = re.compile(r"data:application/(?:vc(?:\+ld\+json)?\+jwt|jwt)(?:;[^,]{0,80})?,", re.ASCII)
COMPACT_JWS = re.compile(r"[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*", re.ASCII)
JWE_DOTS = 4  # RFC 7516 section 7.1: five parts

# First bytes -> what it looks like. PDF comes to be read one day: then it becomes a reader.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody sent to be verified. `sha256`: of the bytes as they came, lower-case hex."""

    secured: Secured
    sha256: str

    @property
    def credential(self) -> dict[str, Any]:
        """The credential; {} when the JWT around it could not be read."""
        return self.secured.credential


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of input: whether these bytes look like it, and how it is read."""

    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Secured]


def intake(data: bytes, media_type: str | None, *, max_bytes: int) -> Submission:
    """Read what was sent. Raises TooLarge, Unsupported, or BadInput for text that cannot be read."""
    if len(data) > max_bytes:
        raise TooLarge(
            f"The document has {len(data)} bytes; at most {max_bytes} are read.", remedy="Send the credential alone."
        )
    return Submission(read_secured(data, media_type), hashlib.sha256(data).hexdigest())


def read_document(document: dict[str, Any] | str) -> Submission:
    """Take a JSON value that is parsed already, whatever object it is. Raises BadInput for a text that is no token."""
    text = document if isinstance(document, str) else json.dumps(document)
    secured = _from_text(document) if isinstance(document, str) else Secured("data_integrity", document)
    return Submission(secured, hashlib.sha256(text.encode()).hexdigest())


def read_secured(data: bytes, media_type: str | None) -> Secured:
    """Read a secured credential; the caller bounds its size. Raises Unsupported or BadInput."""
    claimed = (media_type or "").partition(";")[0].strip().lower()
    for reader in READERS:
        if reader.recognises(data):
            return reader.read(data)
    if claimed.endswith("json"):
        return _read_json(data)  # which says why it is none
    raise Unsupported("This is neither JSON nor a JWT.", remedy=ACCEPTED)


def _looks_binary(data: bytes) -> bool:
    return any(data.startswith(signature) for signature, _ in SIGNATURES)


def _refuse_binary(data: bytes) -> Secured:
    what = next(name for signature, name in SIGNATURES if data.startswith(signature))
    raise Unsupported(f"This looks like {what}, which is not read yet.", remedy=ACCEPTED)


def _looks_like_png(data: bytes) -> bool:
    return data.startswith(png.SIGNATURE)


def _read_png(data: bytes) -> Secured:
    return _from_picture(data, png.unbake)


def _read_svg(data: bytes) -> Secured:
    return _from_picture(data, svg.unbake)


def _from_picture(data: bytes, unbake: Callable[[bytes], Baked]) -> Secured:
    try:
        baked = unbake(data)
    except Unsound as problem:
        kind = Unsupported if problem.finding.code in {"no_baked_credential", "unsupported_svg"} else BadInput
        raise kind(problem.finding.message, remedy=ACCEPTED) from None
    if baked.version != "3.0":
        raise Unsupported("This picture holds an Open Badges 2.0 badge, which is not read yet.", remedy=ACCEPTED)
    return _from_value(strict_json.loads(baked.text) if baked.text.lstrip()[:1] == "{" else baked.text, wrapped=True)


def _looks_like_markup(data: bytes) -> bool:
    return _stripped(data)[:1] == b"<"


def _refuse_markup(data: bytes) -> Secured:
    del data
    raise Unsupported("This looks like a web page or another XML document, which is not read.", remedy=ACCEPTED)


def _looks_like_json(data: bytes) -> bool:
    return _stripped(data)[:1] in (b"{", b"[", b'"')


def _read_json(data: bytes) -> Secured:
    return _from_value(strict_json.loads(data), wrapped=False)


def _looks_like_jws(data: bytes) -> bool:
    return b"." in data or b"~" in data


def _read_text(data: bytes) -> Secured:
    try:
        return _from_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unsupported("This is neither JSON nor a JWT.", remedy=ACCEPTED) from None


def _stripped(data: bytes) -> bytes:
    return data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()


READERS: tuple[Reader, ...] = (
    Reader(_looks_binary, _refuse_binary),
    Reader(_looks_like_png, _read_png),
    Reader(svg.looks_like_svg, _read_svg),
    Reader(_looks_like_markup, _refuse_markup),
    Reader(_looks_like_json, _read_json),
    Reader(_looks_like_jws, _read_text),
)


def _from_value(value: Any, *, wrapped: bool) -> Secured:
    if isinstance(value, str):
        return _from_text(value)
    if not isinstance(value, dict):
        raise Unsupported("This JSON is no object, so it is no credential.", remedy=ACCEPTED)
    if not wrapped and "@context" not in value:
        for name in WRAPPERS:
            if name in value:
                return _from_value(value[name], wrapped=True)
    return _from_object(value)


def _from_object(document: dict[str, Any]) -> Secured:
    types = _types(document)
    _refuse_other_documents(document, types)
    if "EnvelopedVerifiableCredential" in types:
        return _from_envelope(document)
    return Secured("data_integrity", document)


def _refuse_other_documents(document: dict[str, Any], types: frozenset[str]) -> None:
    what = ""
    if types & {"VerifiablePresentation", "EnvelopedVerifiablePresentation"}:
        what = "a presentation, which is not read yet; send the credential inside it"
    elif _is_open_badges_2(document, types):
        what = "an Open Badges 2.0 document, which is not read yet"
    elif "@context" not in document and "VerifiableCredential" not in types:
        what = "JSON, but no credential: it has neither `@context` nor the type VerifiableCredential"
    if what:
        raise Unsupported(f"This is {what}.", remedy=ACCEPTED)


def _is_open_badges_2(document: dict[str, Any], types: frozenset[str]) -> bool:
    contexts = document.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    return "https://w3id.org/openbadges/v2" in listed or bool(types & {"Assertion", "BadgeClass"})


def _types(document: dict[str, Any]) -> frozenset[str]:
    types = document.get("type", [])
    return frozenset(name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str))


def _from_envelope(document: dict[str, Any]) -> Secured:
    url = document.get("id")
    match = ENVELOPE.match(url) if isinstance(url, str) else None
    if url is None or match is None:
        raise Unsupported(
            "The envelope's `id` is not a `data:application/vc+jwt,` URL; other envelopes are not read yet.",
            pointer="/id",
            remedy=ACCEPTED,
        )
    return _from_text(url[match.end() :])


def _from_text(text: str) -> Secured:
    token = text.strip()
    if "~" in token:
        raise Unsupported("This looks like an SD-JWT, which is not read yet.", remedy=ACCEPTED)
    if token.count(".") == JWE_DOTS:
        raise Unsupported("This looks like an encrypted JWT; only signed ones are read.", remedy=ACCEPTED)
    if not COMPACT_JWS.fullmatch(token):
        raise BadInput("This text is no compact JWS: three parts of base64url with dots between.", remedy=ACCEPTED)
    try:
        jws = jose.decode(token)
        credential, findings = jose.credential_of(jws)
    except Unsound as problem:
        return Secured("vc_jwt", {}, findings=(problem.finding,))
    _refuse_other_documents(credential, _types(credential))
    return Secured("vc_jwt", credential, jws, findings)
