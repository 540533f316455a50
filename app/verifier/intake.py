"""Bytes to a document and the form in which it is secured, or to the address of one. Nothing is checked or fetched.

Read are, told by their first bytes and not by the media type that somebody claims for them:

1. a JSON object that is a credential or presentation, or an Open Badges 2.0 assertion
2. a JWT or SD-JWT as text or as JSON string
3. either of them in a wrapper that people send around: `{"credential": ...}`, `{"verifiableCredential": ...}` (VC-API),
   `{"credentials": [...]}` (OpenID4VCI), an array of one, a JSON text in a JSON string, a `data:` URL
4. 1 or 2 baked into a PNG or SVG picture (Open Badges 3.0, https://www.imsglobal.org/spec/ob/v3p0/)
5. any of these attached to a PDF
6. the address of any of these: as text, as `{"url": ...}`, or baked into a picture (Open Badges 2.0)
7. 2 or 6 as QR code in a PNG, JPEG or WebP picture

READERS is tried in order; app.verifier.reading knows the forms, app.verifier.wrappers the wrappers, and
app.verifier.receive follows addresses. What no reader takes is refused with a sentence that says what it looks like.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from app.errors import BadInput, TooLarge, Unsupported
from app.settings import FILE_TIMES
from app.vc import png, strict_json, svg
from app.vc.baked import Baked
from app.vc.outcome import Unsound
from app.verifier import pdf, qr
from app.verifier.link import Link
from app.verifier.reading import ACCEPTED, Document, Note, read_object, read_text
from app.verifier.secured import Secured
from app.verifier.wrappers import WHOLE, read_data_url, read_value, read_words

# First bytes -> what it looks like.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
)
PARSED_TIMES = 2  # ours: every object of an SVG, and of some PDFs, costs memory
BY_CODE = "The QR code in the picture says that the document is there."
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"{\0", b"\0{", b'"\0', b'\0"', b"[\0", b"\0[")


class Submission(NamedTuple):
    """What somebody sent to be verified. `sha256`: of the bytes as they came, lower-case hex.

    `notes`: on how the document was found in what was sent.
    """

    document: Document
    sha256: str
    notes: tuple[Note, ...] = ()

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
    read: Callable[[bytes], Document | Link]


def intake(data: bytes, media_type: str | None, *, max_bytes: int) -> Submission | Link:
    """Read what was sent. Raises TooLarge, Unsupported, or BadInput for text that cannot be read.

    `max_bytes`: of a document; a picture or PDF around it may have some times as many.
    """
    if len(data) > max_bytes:
        refuse_too_large(data, max_bytes * times_as_large(data))
    found = read_bytes(data, media_type)
    return found if isinstance(found, Link) else submission_of(found, data)


def refuse_too_large(data: bytes, most: int) -> None:
    """Raise TooLarge for more bytes than are read."""
    if len(data) > most:
        message = f"The document has {len(data)} bytes; at most {most} are read."
        raise TooLarge(message, remedy="Send the credential alone.", code="document_too_large")


def submission_of(document: Document, data: bytes) -> Submission:
    """Return a document with the digest of the bytes that it was read from."""
    return Submission(document, hashlib.sha256(data).hexdigest(), document.notes)


def read_document(document: dict[str, Any] | str) -> Submission:
    """Take a JSON value that is parsed already, whatever object it is, as credential or presentation of the W3C.

    Raises BadInput for a text that is no token of such a one.
    """
    if isinstance(document, str):
        read = read_text(document)
        if read.secured.assertion is not None:
            message = "This is a badge of Open Badges 2.0, and no verifiable credential."
            raise Unsupported(message, remedy=ACCEPTED, code="no_credential")
        return submission_of(read, document.encode())
    return submission_of(read_object(document), json.dumps(document).encode())


def read_bytes(data: bytes, media_type: str | None) -> Document | Link:
    """Read a secured document, or the address of one; the caller bounds the size. Raises Unsupported or BadInput."""
    for reader in READERS:
        if reader.recognises(data):
            return reader.read(data)
    claimed = (media_type or "").partition(";")[0].strip().lower()
    if claimed.endswith("json"):
        return _read_json(data)  # which says why it is none
    raise Unsupported("This is neither JSON nor a JWT.", remedy=ACCEPTED, code="unknown_form")


def read_plain(data: bytes) -> Document | Link:
    """Read JSON or a text and nothing else: no file around a document is opened. Raises Unsupported or BadInput."""
    return _read_json(data) if _looks_like_json(data) else _read_text(data)


def _looks_binary(data: bytes) -> bool:
    return any(data.startswith(signature) for signature, _ in SIGNATURES)


def _refuse_binary(data: bytes) -> Document:
    what = next(name for signature, name in SIGNATURES if data.startswith(signature))
    raise Unsupported(f"This looks like {what}, which is not read yet.", remedy=ACCEPTED, code="unknown_form")


def _looks_like_utf_16(data: bytes) -> bool:
    return data.startswith(UTF_16)


def _refuse_utf_16(data: bytes) -> Document:
    del data
    message = "This text is encoded as UTF-16; credentials are read as UTF-8."
    raise Unsupported(message, remedy="Save the file as UTF-8.", code="not_utf_8")


def _looks_like_png(data: bytes) -> bool:
    return data.startswith(png.SIGNATURE)


def _read_png(data: bytes) -> Document | Link:
    try:
        return _read_baked_png(data)
    except Unsupported as problem:
        if problem.members["code"] != "no_baked_credential":
            raise
        return _read_codes(data, problem)


def _read_baked_png(data: bytes) -> Document | Link:
    return _from_picture(data, png.unbake)


def _read_svg(data: bytes) -> Document | Link:
    return _from_picture(data, svg.unbake)


def _from_picture(data: bytes, unbake: Callable[[bytes], Baked]) -> Document | Link:
    try:
        baked = unbake(data)
    except Unsound as problem:
        kind = Unsupported if problem.finding.code in {"no_baked_credential", "unsupported_svg"} else BadInput
        raise kind(problem.finding.message, remedy=ACCEPTED, code=problem.finding.code) from None
    return read_words(baked.text, WHOLE, is_baked=True)


def _read_photograph(data: bytes) -> Document | Link:
    message = "This picture holds no QR code that can be read."
    return _read_codes(data, Unsupported(message, remedy=ACCEPTED, code="no_qr_code"))


def _read_codes(data: bytes, otherwise: Unsupported) -> Document | Link:
    """Read what a QR code of the picture says. Raises `otherwise` when it has none."""
    for text in qr.texts(data):
        try:
            found = read_words(text, WHOLE)
        except BadInput as problem:
            otherwise = _of_code(problem)
            continue
        return replace(found, why=BY_CODE) if isinstance(found, Link) else found
    raise otherwise


def _of_code(problem: BadInput) -> Unsupported:
    if problem.members.get("code") == "for_a_wallet":
        return Unsupported(f"The QR code: {problem.detail}", remedy=problem.remedy, code="for_a_wallet")
    message = "The QR code in this picture says something, but neither a credential nor the address of one."
    return Unsupported(message, remedy=ACCEPTED, code="no_credential")


def _read_pdf(data: bytes) -> Document:
    """Take the first credential out of a PDF. Raises Unsupported for one that carries none."""
    attached = pdf.attachments(data)
    read = [(each.name, document) for each in attached for document in _read_attached(each.content)]
    if not read:
        what = f"{len(attached)} attachments, and none of them is one" if attached else "no attachments"
        raise Unsupported(f"This PDF carries no credential: it has {what}.", remedy=pdf.REMEDY, code="no_attachment")
    name, document = read[0]
    told = f"The credential was attached to the PDF as {name!r}. Only it was checked, not what is printed."
    notes = [Note("attached_to_pdf", told)]
    if len(read) > 1:
        others = f"The PDF carries {len(read)} credentials; the first was checked. Send the others alone."
        notes.append(Note("several_attached", others))
    return document._replace(notes=tuple(notes))


def _read_attached(data: bytes) -> tuple[Document, ...]:
    """Return the document in an attachment; () when it holds none, or only an address."""
    reader = next((each for each in ATTACHED if each.recognises(data)), None)
    try:
        found = None if reader is None else reader.read(data)
    except BadInput:
        return ()
    return (found,) if isinstance(found, Document) else ()


def times_as_large(data: bytes) -> int:
    """Return how many times as large as a document this may be: a file around one is cheap to read, or less so."""
    if _looks_like_png(data) or qr.looks_like_photograph(data):
        return FILE_TIMES
    return PARSED_TIMES if pdf.looks_like_pdf(data) or svg.looks_like_svg(data) else 1


def _looks_like_markup(data: bytes) -> bool:
    return _stripped(data)[:1] == b"<"


def _refuse_markup(data: bytes) -> Document:
    del data
    message = "This looks like a web page or another XML document, which is not read."
    raise Unsupported(message, remedy=ACCEPTED, code="unknown_form")


def _looks_like_json(data: bytes) -> bool:
    return _stripped(data)[:1] in (b"{", b"[", b'"')


def _is_plainly_json(data: bytes) -> bool:
    """Tell of what nearly everybody sends, before it is compared with every other kind: an object in UTF-8."""
    return data[:1] == b"{" and data[1:2] != b"\0"


def _read_json(data: bytes) -> Document | Link:
    return read_value(strict_json.loads(data))


def _looks_like_data_url(data: bytes) -> bool:
    return _stripped(data)[:5].lower() == b"data:"


def _read_data_url(data: bytes) -> Document | Link:
    content = read_data_url(_decoded(data))
    if _looks_like_data_url(content):
        raise Unsupported("This `data:` URL holds another one.", remedy=ACCEPTED, code="unknown_form")
    return read_bytes(content, None)


def _looks_like_text(data: bytes) -> bool:
    return any(sign in data for sign in (b".", b"~", b":"))


def _read_text(data: bytes) -> Document | Link:
    return read_words(_decoded(data), WHOLE)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unsupported("This is neither JSON nor a JWT.", remedy=ACCEPTED, code="unknown_form") from None


def _stripped(data: bytes) -> bytes:
    return data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()


READERS: tuple[Reader, ...] = (
    Reader(_is_plainly_json, _read_json),
    Reader(_looks_binary, _refuse_binary),
    Reader(qr.looks_like_photograph, _read_photograph),
    Reader(_looks_like_utf_16, _refuse_utf_16),
    Reader(_looks_like_png, _read_png),
    Reader(pdf.looks_like_pdf, _read_pdf),
    Reader(svg.looks_like_svg, _read_svg),
    Reader(_looks_like_markup, _refuse_markup),
    Reader(_looks_like_json, _read_json),
    Reader(_looks_like_data_url, _read_data_url),
    Reader(_looks_like_text, _read_text),
)
ATTACHED: tuple[Reader, ...] = (
    Reader(_looks_like_png, _read_baked_png),
    Reader(svg.looks_like_svg, _read_svg),
    Reader(_looks_like_json, _read_json),
    Reader(_looks_like_text, _read_text),
)
