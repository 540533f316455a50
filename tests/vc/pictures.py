"""Small pictures to bake into, and the hostile ones: where they lie, and what each must be refused as."""

import zlib
from pathlib import Path

from app.vc.png import SIGNATURE, chunk_of

HOSTILE = Path(__file__).parents[1] / "fixtures" / "hostile"
HEADER = chunk_of(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))  # one grey pixel
PIXEL = chunk_of(b"IDAT", zlib.compress(b"\0\x80"))
END = chunk_of(b"IEND", b"")
PNG = SIGNATURE + HEADER + PIXEL + END
SVG = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Badge</title><path d="M0 0h1v1z"/></svg>\n'
)
NAMESPACES = b'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'

# name of the file, which tells the trick -> code of the finding
HOSTILE_PNG = {
    "baked-bomb.png": "picture_too_large",
    "baked-twice.png": "ambiguous_picture",
    "baked-chunk-longer-than-the-file.png": "malformed_png",
    "baked-checksum-wrong.png": "malformed_png",
    "baked-nul-in-the-text.png": "malformed_png",
    "baked-cut-off.png": "malformed_png",
    "baked-behind-the-end.png": "malformed_png",
    "baked-not-utf-8.png": "malformed_png",
}
HOSTILE_SVG = {
    "svg-xxe-file.svg": "unsupported_svg",
    "svg-xxe-network.svg": "unsupported_svg",
    "svg-billion-laughs.svg": "unsupported_svg",
    "svg-parameter-entity.svg": "unsupported_svg",
    "svg-entity-of-an-external-dtd.svg": "unsupported_svg",
    "svg-two-credentials.svg": "ambiguous_picture",
    "svg-jws-and-json.svg": "ambiguous_picture",
    "svg-nul.svg": "malformed_svg",
    "svg-deep-nesting.svg": "malformed_svg",
    "svg-latin-1-declared.svg": "unsupported_svg",
    "svg-comment-in-the-credential.svg": "malformed_svg",
}


def with_text(kind: bytes, data: bytes) -> bytes:
    """The PNG with one more chunk."""
    return SIGNATURE + HEADER + PIXEL + chunk_of(kind, data) + END


def itxt(text: bytes, keyword: bytes = b"openbadgecredential", flags: bytes = b"\0\0") -> bytes:
    """Data of an iTXt chunk."""
    return keyword + b"\0" + flags + b"\0\0" + text


def svg_with(inside: bytes, before: bytes = b"") -> bytes:
    return before + b"<svg " + NAMESPACES + b">" + inside + b'<path d="M0 0h1v1z"/></svg>'
