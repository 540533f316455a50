"""Which characters can be printed: PDF/A and PDF/UA forbid text for which no font has a glyph.

OpenType, table `cmap` (https://learn.microsoft.com/typography/opentype/spec/cmap): the subtables of format 4 (two-byte
characters in segments) and 12 (any character in groups) list the characters that a font has.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
MISSING = "\N{WHITE SQUARE}"  # what stands for a character that cannot be printed
# Controls, format characters (among them those that turn the direction of writing around), surrogates, private use.
UNPRINTED = ("Cc", "Cf", "Cs", "Co", "Cn")


def printed(value: Any) -> Any:
    """The JSON value with texts as they can be printed: without characters that nobody sees; line ends are spaces."""
    if isinstance(value, str):
        return "".join(_shown(character) for character in value)
    if isinstance(value, dict):
        return {name: printed(member) for name, member in value.items()}
    return [printed(member) for member in value] if isinstance(value, list) else value


def _shown(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return "" if unicodedata.category(character) in UNPRINTED else character


def displayable(text: str) -> str:
    """The text with a square for every character that the fonts of this folder do not have."""
    return "".join(character if ord(character) in _characters() else MISSING for character in text)


@cache
def _characters() -> frozenset[int]:
    return frozenset.intersection(*(frozenset(_of_font(path.read_bytes())) for path in FONTS.glob("*.ttf")))


def _of_font(font: bytes) -> Iterator[int]:
    (tables,) = struct.unpack_from(">H", font, 4)
    records = [struct.unpack_from(">4sLLL", font, 12 + 16 * number) for number in range(tables)]
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", font, start + 2)
    for number in range(subtables):
        _, _, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * number)
        (kind,) = struct.unpack_from(">H", font, start + offset)
        if kind in SUBTABLES:
            yield from SUBTABLES[kind](font, start + offset)


def _segments(font: bytes, at: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)


def _groups(font: bytes, at: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">L", font, at + 12)
    for number in range(count):
        first, last, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * number)
        yield from range(first, last + 1)


SUBTABLES = {4: _segments, 12: _groups}
