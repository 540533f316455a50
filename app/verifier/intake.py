"""Bytes to a document and the form in which it is secured. Nothing is checked here, and nothing is fetched.

Read are, told by their first bytes and not by the media type that somebody claims for them:

1. a JSON object that is a credential or presentation
2. a JWT or SD-JWT as text or as JSON string
3. either of them in a wrapper: `{"credential": ...}`, `{"verifiableCredential": ...}`, `{"presentation": ...}`,
   `{"verifiablePresentation": ...}`, `{"jwt": ...}` (VC-API)
4. 1 or 2 baked into a PNG or SVG picture (Open Badges 3.0, https://www.imsglobal.org/spec/ob/v3p0/)

READERS is tried in order; app.verifier.reading knows the forms. What no reader takes is refused with a sentence that
says what it looks like.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.errors import BadInput, TooLarge, Unsupported
from app.vc import png, strict_json, svg
from app.vc.baked import Baked
from app.vc.outcome import Unsound
from app.verifier.reading import ACCEPTED, Document, read_object, read_text, refuse_other_documents
from app.verifier.secured import Secured

WRAPPERS = ("credential", "verifiableCredential", "presentation", "verifiablePresentation", "jwt")

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

    document: Document
    sha256: str

    @property
    def secured(self) -> Secured:
        """The document that was sent: a credential or a presentation."""
        return self.document.secured

    @property
    def credential(self) -> dict[str, Any]:
        """The credential or presentation; {} when the JWT around it could not be read."""
        return self.document.secured.credential

    @property
    def is_presentation(self) -> bool:
        """Whether it is a presentation, and not a credential."""
        return self.document.secured.is_presentation


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of input: whether these bytes look like it, and how it is read."""

    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Document]


def intake(data: bytes, media_type: str | None, *, max_bytes: int) -> Submission:
    """Read what was sent. Raises TooLarge, Unsupported, or BadInput for text that cannot be read."""
    if len(data) > max_bytes:
        raise TooLarge(
            f"The document has {len(data)} bytes; at most {max_bytes} are read.",
            remedy="Send the credential alone.",
            code="document_too_large",
        )
    return Submission(read_bytes(data, media_type), hashlib.sha256(data).hexdigest())


def read_document(document: dict[str, Any] | str) -> Submission:
    """Take a JSON value that is parsed already, whatever object it is. Raises BadInput for a text that is no token."""
    if isinstance(document, str):
        return Submission(read_text(document), hashlib.sha256(document.encode()).hexdigest())
    return Submission(read_object(document), hashlib.sha256(json.dumps(document).encode()).hexdigest())


def read_bytes(data: bytes, media_type: str | None) -> Document:
    """Read a secured document; the caller bounds its size. Raises Unsupported or BadInput."""
    claimed = (media_type or "").partition(";")[0].strip().lower()
    for reader in READERS:
        if reader.recognises(data):
            return reader.read(data)
    if claimed.endswith("json"):
        return _read_json(data)  # which says why it is none
    raise Unsupported("This is neither JSON nor a JWT.", remedy=ACCEPTED, code="unknown_form")


def _looks_binary(data: bytes) -> bool:
    return any(data.startswith(signature) for signature, _ in SIGNATURES)


def _refuse_binary(data: bytes) -> Document:
    what = next(name for signature, name in SIGNATURES if data.startswith(signature))
    raise Unsupported(f"This looks like {what}, which is not read yet.", remedy=ACCEPTED, code="unknown_form")


def _looks_like_png(data: bytes) -> bool:
    return data.startswith(png.SIGNATURE)


def _read_png(data: bytes) -> Document:
    return _from_picture(data, png.unbake)


def _read_svg(data: bytes) -> Document:
    return _from_picture(data, svg.unbake)


def _from_picture(data: bytes, unbake: Callable[[bytes], Baked]) -> Document:
    try:
        baked = unbake(data)
    except Unsound as problem:
        kind = Unsupported if problem.finding.code in {"no_baked_credential", "unsupported_svg"} else BadInput
        raise kind(problem.finding.message, remedy=ACCEPTED, code=problem.finding.code) from None
    if baked.version != "3.0":
        message = "This picture holds an Open Badges 2.0 badge, which is not read yet."
        raise Unsupported(message, remedy=ACCEPTED, code="open_badges_2")
    return _from_value(strict_json.loads(baked.text) if baked.text.lstrip()[:1] == "{" else baked.text, wrapped=True)


def _looks_like_markup(data: bytes) -> bool:
    return _stripped(data)[:1] == b"<"


def _refuse_markup(data: bytes) -> Document:
    del data
    message = "This looks like a web page or another XML document, which is not read."
    raise Unsupported(message, remedy=ACCEPTED, code="unknown_form")


def _looks_like_json(data: bytes) -> bool:
    return _stripped(data)[:1] in (b"{", b"[", b'"')


def _read_json(data: bytes) -> Document:
    return _from_value(strict_json.loads(data), wrapped=False)


def _looks_like_jws(data: bytes) -> bool:
    return b"." in data or b"~" in data


def _read_text(data: bytes) -> Document:
    try:
        return read_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unsupported("This is neither JSON nor a JWT.", remedy=ACCEPTED, code="unknown_form") from None


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


def _from_value(value: Any, *, wrapped: bool) -> Document:
    if isinstance(value, str):
        return read_text(value)
    if not isinstance(value, dict):
        raise Unsupported("This JSON is no object, so it is no credential.", remedy=ACCEPTED, code="no_credential")
    if not wrapped and not {"@context", "type"} & value.keys():
        for name in WRAPPERS:
            if name in value:
                return _from_value(value[name], wrapped=True)
    refuse_other_documents(value)
    return read_object(value)
