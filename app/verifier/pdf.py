"""A PDF to the files attached to it. Nothing is rendered, run or fetched.

ISO 32000-2: embedded files stand in the name tree `EmbeddedFiles` of the catalogue (7.11.4, 7.9.6) and, since PDF/A-3,
in its array `AF` (14.13). What is printed is not looked at: it proves nothing.

pikepdf reads foreign bytes in native code. So its limits are set, once, when this module is loaded: they count for the
whole process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, settings

from app.errors import BadInput, Unsupported

SIGNATURE = b"%PDF-"
MAX_ATTACHED = 32  # ours: attachments that are looked at
MAX_NODES = 256  # ours: nodes of the name tree that are looked at
MENDED_BYTES = 262_144  # ours: a broken PDF is mended up to this size, which takes half a second at most
MAX_TOTAL_BYTES = 4_194_304  # ours: of all attachments together, expanded
NAME_MOST = 80  # characters of an attachment's name that are told
REMEDY = (
    "Send the PDF as you were given it, not printed anew; or the credential itself. A QR code printed on it can be "
    "sent as a photograph."
)

settings.set_qpdf_limits(
    doc_max_warnings=100,
    parser_max_nesting=64,
    parser_max_container_size=100_000,
    parser_max_container_size_damaged=5_000,
    max_stream_filters=3,
    flate_max_memory=MAX_TOTAL_BYTES,
    png_max_memory=MAX_TOTAL_BYTES,
    run_length_max_memory=MAX_TOTAL_BYTES,
    tiff_max_memory=MAX_TOTAL_BYTES,
    dct_max_memory=MAX_TOTAL_BYTES,
)


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment. `name`: as the PDF tells it, one line of at most NAME_MOST characters."""

    name: str
    content: bytes


def looks_like_pdf(data: bytes) -> bool:
    """Tell by its beginning whether this is a PDF."""
    return data[:64].lstrip().startswith(SIGNATURE)


def attachments(data: bytes) -> tuple[Attached, ...]:
    """Return the first attachments. Raises Unsupported for an encrypted PDF, BadInput for a broken one."""
    try:
        with Pdf.open(BytesIO(data), attempt_recovery=len(data) <= MENDED_BYTES) as pdf:
            return tuple(_bounded(pdf))
    except pikepdf.PasswordError:
        message = "This PDF is encrypted; it opens with a password only."
        raise Unsupported(message, remedy=f"Save it without password. {REMEDY}", code="encrypted_pdf") from None
    except Exception as error:  # a native reader of foreign bytes: whatever it trips over, the PDF is not in order
        message = f"This PDF cannot be read: {type(error).__name__}."
        raise BadInput(message, remedy=REMEDY, code="malformed_pdf") from error


def _bounded(pdf: Pdf) -> Iterator[Attached]:
    left = MAX_TOTAL_BYTES
    seen: set[tuple[int, int]] = set()
    for specification in islice(_specifications(pdf), MAX_ATTACHED):
        stream = _stream(specification)
        if stream is None or stream.objgen in seen:
            continue
        seen.add(stream.objgen)
        content = _content(stream)
        left -= len(content)
        if left < 0:
            return
        yield Attached(_name(specification), content)


def _specifications(pdf: Pdf) -> Iterator[Dictionary]:
    """Yield the file specifications of the catalogue: what is associated with the whole document comes first."""
    yield from _dictionaries(pdf.Root.get(Name.AF))
    names = pdf.Root.get(Name.Names)
    pending = [names.get(Name.EmbeddedFiles)] if isinstance(names, Dictionary) else []
    for _ in range(MAX_NODES):
        if not pending:
            return
        node = pending.pop(0)
        if isinstance(node, Dictionary):
            yield from _dictionaries(node.get(Name.Names))
            pending += list(_dictionaries(node.get(Name.Kids)))


def _dictionaries(listed: Any) -> Iterator[Dictionary]:
    if isinstance(listed, Array):
        for position in range(min(len(listed), 4 * MAX_ATTACHED)):  # in a name tree, names stand between
            member = listed[position]
            if isinstance(member, Dictionary):
                yield member


def _stream(specification: Dictionary) -> Stream | None:
    files = specification.get(Name.EF)
    found = files.get(Name.F, files.get(Name.UF)) if isinstance(files, Dictionary) else None
    return found if isinstance(found, Stream) else None


def _content(stream: Stream) -> bytes:
    """Return what it holds; nothing where it is compressed wrongly, or to more than is read."""
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return b""


def _name(specification: Dictionary) -> str:
    for key in (Name.UF, Name.F):
        if isinstance(specification.get(key), pikepdf.String):
            return " ".join(str(specification[key]).split())[:NAME_MOST]
    return ""
