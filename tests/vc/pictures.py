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
    "baked_bomb.png": "picture_too_large",
    "baked_twice.png": "ambiguous_picture",
    "baked_chunk_longer_than_the_file.png": "malformed_png",
    "baked_checksum_wrong.png": "malformed_png",
    "baked_nul_in_the_text.png": "malformed_png",
    "baked_cut_off.png": "malformed_png",
    "baked_behind_the_end.png": "malformed_png",
    "baked_not_utf_8.png": "malformed_png",
}
HOSTILE_SVG = {
    "svg_xxe_file.svg": "unsupported_svg",
    "svg_xxe_network.svg": "unsupported_svg",
    "svg_billion_laughs.svg": "unsupported_svg",
    "svg_parameter_entity.svg": "unsupported_svg",
    "svg_entity_of_an_external_dtd.svg": "unsupported_svg",
    "svg_two_credentials.svg": "ambiguous_picture",
    "svg_jws_and_json.svg": "ambiguous_picture",
    "svg_nul.svg": "malformed_svg",
    "svg_deep_nesting.svg": "malformed_svg",
    "svg_latin_1_declared.svg": "unsupported_svg",
    "svg_comment_in_the_credential.svg": "malformed_svg",
}


def with_text(kind: bytes, data: bytes) -> bytes:
    """The PNG with one more chunk."""
    return SIGNATURE + HEADER + PIXEL + chunk_of(kind, data) + END


def itxt(text: bytes, keyword: bytes = b"openbadgecredential", flags: bytes = b"\0\0") -> bytes:
    """Data of an iTXt chunk."""
    return keyword + b"\0" + flags + b"\0\0" + text


def svg_with(inside: bytes, before: bytes = b"") -> bytes:
    return before + b"<svg " + NAMESPACES + b">" + inside + b'<path d="M0 0h1v1z"/></svg>'
