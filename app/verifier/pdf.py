"""A PDF to the files attached to it. Nothing is rendered, run or fetched.

ISO 32000-2: embedded files stand in the name tree `EmbeddedFiles` of the catalogue (7.11.4, 7.9.6) and, since PDF/A-3,
in its array `AF` (14.13). What is printed is not looked at: it proves nothing.

pikepdf reads foreign bytes in native code. So its limits are set, once, when this module is loaded: they count for the
whole process.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
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
MAX_ONE_BYTES = 1_048_576  # ours: of one attachment, or one stream of objects, expanded
MAX_TOTAL_BYTES = 4 * MAX_ONE_BYTES  # ours: of all attachments together
MAX_S = 3.0  # ours: objects are read when they are looked at, and each can be made to cost a second
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
    flate_max_memory=MAX_ONE_BYTES,
    png_max_memory=MAX_ONE_BYTES,
    run_length_max_memory=MAX_ONE_BYTES,
    tiff_max_memory=MAX_ONE_BYTES,
    dct_max_memory=MAX_ONE_BYTES,
)


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment. `name`: as the PDF tells it, one line of at most NAME_MOST characters."""

    name: str
    content: bytes


def looks_like_pdf(data: bytes) -> bool:
    """Tell by its beginning whether this is a PDF."""
    return data[:64].lstrip().startswith(SIGNATURE)


def attachments(data: bytes, monotonic: Callable[[], float] = time.monotonic) -> tuple[Attached, ...]:
    """Return the first attachments. Raises Unsupported for an encrypted PDF, BadInput for a broken or costly one."""
    try:
        with Pdf.open(BytesIO(data), attempt_recovery=len(data) <= MENDED_BYTES) as pdf:
            return tuple(_bounded(pdf, partial(_refuse_late, monotonic() + MAX_S, monotonic)))
    except pikepdf.PasswordError:
        message = "This PDF is encrypted; it opens with a password only."
        raise Unsupported(message, remedy=f"Save it without password. {REMEDY}", code="encrypted_pdf") from None
    except BadInput:
        raise
    except Exception as error:  # a native reader of foreign bytes: whatever it trips over, the PDF is not in order
        message = f"This PDF cannot be read: {type(error).__name__}."
        raise BadInput(message, remedy=REMEDY, code="malformed_pdf") from error


def _refuse_late(deadline: float, monotonic: Callable[[], float]) -> None:
    if monotonic() > deadline:
        message = "Looking for attachments in this PDF takes too long."
        raise BadInput(message, remedy=REMEDY, code="pdf_too_complex")


def _bounded(pdf: Pdf, be_in_time: Callable[[], None]) -> Iterator[Attached]:
    left = MAX_TOTAL_BYTES
    seen: set[tuple[int, int]] = set()
    for specification in islice(_specifications(pdf, be_in_time), MAX_ATTACHED):
        stream = _stream(specification)
        if stream is None or stream.objgen in seen:
            continue
        seen.add(stream.objgen)
        content = _content(stream)
        left -= len(content)
        if left < 0:
            return
        yield Attached(_name(specification), content)


def _specifications(pdf: Pdf, be_in_time: Callable[[], None]) -> Iterator[Dictionary]:
    """Yield the file specifications of the catalogue: what is associated with the whole document comes first."""
    yield from _dictionaries(pdf.Root.get(Name.AF), be_in_time)
    names = pdf.Root.get(Name.Names)
    pending = [names.get(Name.EmbeddedFiles)] if isinstance(names, Dictionary) else []
    for _ in range(MAX_NODES):
        if not pending:
            return
        node = pending.pop(0)
        if isinstance(node, Dictionary):
            yield from _dictionaries(node.get(Name.Names), be_in_time)
            pending += list(_dictionaries(node.get(Name.Kids), be_in_time))


def _dictionaries(listed: Any, be_in_time: Callable[[], None]) -> Iterator[Dictionary]:
    if isinstance(listed, Array):
        for position in range(min(len(listed), 4 * MAX_ATTACHED)):  # in a name tree, names stand between
            be_in_time()
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
