"""The little CBOR that proof values are made of: numbers, byte strings, texts, arrays, maps.

RFC 8949, https://www.rfc-editor.org/rfc/rfc8949 . Written in the core deterministic encoding (section 4.2.1), and read
only in its shortest form: definite lengths, no tags (vc-di-ecdsa section 3.5 forbids them), no negative numbers, floats
or simple values, no repeated map key. So a value has one encoding only, up to the order of a map's keys.

Reading takes time and memory linear in the data: an item has at least one byte, and a length is compared with what is
left before anything is made of it.
"""

from typing import Any

from app.vc.outcome import Unsound, unsound

MAX_DEPTH = 4  # ours: proof values nest two levels

_NUMBER, _BYTES, _TEXT, _ARRAY, _MAP = 0, 2, 3, 4, 5  # RFC 8949 section 3.1, major types
_LARGEST_DIRECT = 23  # section 3: an argument up to here stands in the first byte
_SIZES = {24: 1, 25: 2, 26: 4, 27: 8}  # section 3: additional information, and how many bytes of argument follow


def encode(value: Any) -> bytes:
    """Write a number >= 0, bytes, a text, or a list or dict of these. Raises TypeError for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return _head(_NUMBER, value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        return _head(_TEXT, len(value.encode())) + value.encode()
    if isinstance(value, list | tuple):
        return _head(_ARRAY, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, dict):
        members = sorted((encode(key), encode(member)) for key, member in value.items())
        return _head(_MAP, len(value)) + b"".join(key + member for key, member in members)
    raise TypeError(f"{type(value).__name__} has no place in a proof value")


def _head(major: int, argument: int) -> bytes:
    if argument <= _LARGEST_DIRECT:
        return bytes((major << 5 | argument,))
    additional, size = next(pair for pair in _SIZES.items() if argument < 1 << 8 * pair[1])
    return bytes((major << 5 | additional,)) + argument.to_bytes(size, "big")


def decode(data: bytes) -> Any:
    """Read one item that fills `data`: int, bytes, str, list or dict. Raises Unsound `malformed_cbor`."""
    reader = _Reader(data)
    value = reader.item(1)
    if reader.position != len(data):
        raise _malformed(f"{len(data) - reader.position} bytes follow after its end")
    return value


class _Reader:
    """Reads on from `position`."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def item(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise _malformed(f"it nests deeper than {MAX_DEPTH} levels")
        major, argument = self.head()
        if major == _NUMBER:
            return argument
        if major == _BYTES:
            return self.take(argument)
        if major == _TEXT:
            return self.text(argument)
        if major == _ARRAY:
            self.refuse_more_than_left(argument)
            return [self.item(depth + 1) for _ in range(argument)]
        if major == _MAP:
            return self.map(argument, depth)
        raise _malformed(f"an item of the major type {major} has no place in it")

    def head(self) -> tuple[int, int]:
        """Read an item's first byte and its argument."""
        (first,) = self.take(1)
        major, additional = first >> 5, first & 0x1F
        if additional <= _LARGEST_DIRECT:
            return major, additional
        if additional not in _SIZES:
            raise _malformed("it holds an item of indefinite length, or a reserved one")
        argument = int.from_bytes(self.take(_SIZES[additional]), "big")
        if len(_head(major, argument)) != 1 + _SIZES[additional]:
            raise _malformed("a number or length is not in its shortest form")
        return major, argument

    def take(self, size: int) -> bytes:
        self.refuse_more_than_left(size)
        self.position += size
        return self.data[self.position - size : self.position]

    def refuse_more_than_left(self, size: int) -> None:
        if size > len(self.data) - self.position:
            raise _malformed("it ends too early")

    def text(self, size: int) -> str:
        try:
            return self.take(size).decode()
        except UnicodeDecodeError:
            raise _malformed("a text is not UTF-8") from None

    def map(self, size: int, depth: int) -> dict[Any, Any]:
        self.refuse_more_than_left(size)
        members: dict[Any, Any] = {}
        for _ in range(size):
            key = self.item(depth + 1)
            if not isinstance(key, int | str | bytes) or key in members:
                raise _malformed("a map repeats a key, or has one that is no number or text")
            members[key] = self.item(depth + 1)
        return members


def _malformed(why: str) -> Unsound:
    return unsound("malformed_cbor", f"The CBOR of the value cannot be read: {why}.")
