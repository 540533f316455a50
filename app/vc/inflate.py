"""Decompression that stops at a bound: DEFLATE expands a thousandfold, so nothing foreign is expanded without one.

https://www.rfc-editor.org/rfc/rfc1950 (zlib) and https://www.rfc-editor.org/rfc/rfc1952 (gzip).
"""

import zlib

ZLIB = 15  # zlib's wbits: the largest window
GZIP = 31  # the same, and 16 for the gzip header


class TooMuchError(ValueError):
    """It expands to more than was asked for."""


class BrokenError(ValueError):
    """It is not compressed data, is cut off, or something follows it."""


def inflate(data: bytes, container: int, max_bytes: int) -> bytes:
    """Return the expanded bytes. `container`: ZLIB or GZIP. Raises TooMuchError beyond `max_bytes`, BrokenError."""
    inflater = zlib.decompressobj(container)
    try:
        expanded = inflater.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise BrokenError(str(error)) from None
    if len(expanded) > max_bytes:
        raise TooMuchError
    if not inflater.eof or inflater.unused_data:
        raise BrokenError("it is cut off, or something follows it")
    return expanded
