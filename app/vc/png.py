"""A credential in a PNG: baked into it and taken out of it, without decoding or changing the picture.

PNG, third edition (https://www.w3.org/TR/png-3/): section 5 for chunks, 11.3.3 for the text chunks. Open Badges 3.0
(https://www.imsglobal.org/spec/ob/v3p0/#png-baking): one iTXt chunk with the keyword `openbadgecredential`, not
compressed.

1. the picture is cut into chunks; each must be whole and its CRC must fit
2. baking leaves out an older chunk of this keyword and puts the new one before IEND; all others stay, byte for byte
3. unbaking reads the one chunk of this keyword; else the one of Open Badges 2.0 (`openbadges` in iTXt or tEXt)
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.vc import inflate
from app.vc.baked import MAX_TEXT_BYTES, Baked, only_one, portable, refuse_large
from app.vc.outcome import Unsound, unsound

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
OLDER_KEYWORD = b"openbadges"  # Open Badges 2.0 and before
MAX_CHUNKS = 10_000  # ours: a picture of 16 MB in chunks of 8 KB, as most programs write them, has 2,000

_KIND = re.compile(rb"[A-Za-z]{4}")
_AROUND = 12  # bytes of a chunk beside its data: length, type and CRC
_HEADER_BYTES = 13  # IHDR, section 11.2.1


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk. `raw`: all of its bytes as they stand in the file."""

    kind: bytes
    data: bytes
    raw: bytes

    @property
    def keyword(self) -> bytes:
        """The keyword of a text chunk, b"" of any other."""
        return self.data.partition(b"\0")[0] if self.kind in {b"iTXt", b"tEXt"} else b""


def bake(image: bytes, credential: str) -> bytes:
    """Return the picture with the credential in it, in place of one that was there.

    `credential`: a compact JWS, or the text of a JSON object. Raises Unsound `malformed_png`, `picture_too_large` or
    `not_bakeable`.
    """
    *before, end = chunks(image)
    kept = [chunk.raw for chunk in before if not (chunk.kind == b"iTXt" and chunk.keyword == KEYWORD)]
    # after the keyword: not compressed, method 0, no language, no translated keyword (section 11.3.3.4)
    text = KEYWORD + b"\0\0\0\0\0" + portable(credential).encode()
    return b"".join([SIGNATURE, *kept, chunk_of(b"iTXt", text), end.raw])


def unbake(image: bytes) -> Baked:
    """Return the credential in the picture.

    Raises Unsound `no_baked_credential`, `ambiguous_picture`, `malformed_png` or `picture_too_large`.
    """
    versions = {KEYWORD: "3.0", OLDER_KEYWORD: "2.0"}
    found = []
    for chunk in chunks(image):
        if chunk.kind == b"iTXt" and chunk.keyword in versions:
            found.append(Baked(versions[chunk.keyword], _international_text(chunk)))
        elif chunk.kind == b"tEXt" and chunk.keyword == OLDER_KEYWORD:
            found.append(Baked("2.0", chunk.data.partition(b"\0")[2].decode("latin-1")))
    return only_one(found)


def chunk_of(kind: bytes, data: bytes) -> bytes:
    """Write one chunk (section 5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks(image: bytes) -> list[Chunk]:
    """Cut a PNG into its chunks, IHDR first and IEND last. Raises Unsound `malformed_png` or `picture_too_large`."""
    refuse_large(image)
    if not image.startswith(SIGNATURE):
        raise _malformed("it does not begin as a PNG does")
    found = list(_cut(image))
    if found[0].kind != b"IHDR" or len(found[0].data) != _HEADER_BYTES:
        raise _malformed("it does not begin with a header chunk")
    return found


def _cut(image: bytes) -> Iterator[Chunk]:
    place = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        chunk = _chunk_at(image, place)
        place += len(chunk.raw)
        yield chunk
        if chunk.kind == b"IEND":
            if chunk.data or place != len(image):
                raise _malformed("something follows its end")
            return
    raise unsound("picture_too_large", f"The PNG has more than {MAX_CHUNKS} chunks.")


def _chunk_at(image: bytes, place: int) -> Chunk:
    if place + _AROUND > len(image):
        raise _malformed("it is cut off")
    (length,) = struct.unpack_from(">I", image, place)
    raw = image[place : place + length + _AROUND]
    if len(raw) < length + _AROUND:
        raise _malformed(f"the chunk at byte {place} is longer than the file")
    kind, data = raw[4:8], raw[8:-4]
    if not _KIND.fullmatch(kind):
        raise _malformed(f"the chunk at byte {place} has no name")
    if raw[-4:] != struct.pack(">I", zlib.crc32(raw[4:-4])):
        raise _malformed(f"the checksum of the chunk at byte {place} is wrong")
    return Chunk(kind, data, raw)


def _international_text(chunk: Chunk) -> str:
    """Read the text of an iTXt chunk (section 11.3.3.4): keyword, flag, method, language, translated keyword, text."""
    _, _, rest = chunk.data.partition(b"\0")
    flags, parts = rest[:2], rest[2:].split(b"\0", 2)
    if len(parts) != 3 or flags not in {b"\0\0", b"\1\0"}:  # noqa: PLR2004 - language, translated keyword, text
        raise _malformed("the chunk with the credential is not well formed")
    text = _expanded(parts[2]) if flags[0] else parts[2]
    if len(text) > MAX_TEXT_BYTES:
        raise unsound("picture_too_large", f"The credential in the PNG has more than {MAX_TEXT_BYTES} bytes.")
    if b"\0" in text:
        raise _malformed("the text of the credential holds a NUL")
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise _malformed("the text of the credential is not UTF-8") from None


def _expanded(data: bytes) -> bytes:
    """Expand a text that is compressed though Open Badges 3.0 says that it must not be."""
    try:
        return inflate.inflate(data, inflate.ZLIB, MAX_TEXT_BYTES)
    except inflate.TooMuchError:
        message = f"The credential in the PNG expands to more than {MAX_TEXT_BYTES} bytes."
        raise unsound("picture_too_large", message) from None
    except inflate.BrokenError as error:
        raise _malformed(f"the compressed text cannot be read: {error}") from None


def _malformed(why: str) -> Unsound:
    return unsound("malformed_png", f"This PNG cannot be read: {why}.")
