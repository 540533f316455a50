r"""JSON as RFC 8259 and I-JSON (RFC 7493) have it, and nothing else: one text, one meaning, bounded work.

https://www.rfc-editor.org/rfc/rfc8259  https://www.rfc-editor.org/rfc/rfc7493

1. what a fast library reads, and writes back to the very same bytes, has that one meaning (but for its depth)
2. else decode UTF-8, and only that (RFC 8259 section 8.1; a byte order mark is skipped)
3. measure the nesting with one linear scan, before anything recurses
4. parse; the hooks give up at the first value that would be ambiguous or unbounded
5. if they did, or there is a `\u` escape that may be half of a pair: parse again with hooks that put a `_Refused` in
   the place of every such value, and walk the values to say where
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from app.errors import BadInput, TooLarge
from app.vc.json_pointer import child

MAX_DEPTH = 64  # ours: the deepest OB 3.0 badge that we have seen nests 14 levels

# A string (to its end, or to the end of an unfinished text), or a bracket. Possessive, so the scan is linear.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_NOT_STRUCTURE = bytes(byte for byte in range(256) if byte not in b'"[]{}')
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_INDENTED_BYTES = 20_000  # ours: no longer text is written with indents, which can make it 60 times as long
_MOST_DIGITS = 300  # ours: a double holds every integer of so many digits
_JSON_ALONE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME  # a TypeError, as for other objects
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands where a refused value stood, so that it can be found again."""

    code: str
    detail: str


def loads(data: bytes | str, *, max_depth: int = MAX_DEPTH) -> Any:
    """Read one JSON text and return its value.

    Raises BadInput (TooLarge for nesting beyond `max_depth`) with a pointer where there is one: not UTF-8, not JSON,
    a member name twice in one object, NaN or Infinity, a number that no double can hold, half a surrogate pair. The
    problem's member `code` tells which (docs/verification.md). The size of `data` is for the caller to bound; time and
    memory are linear in it.
    """
    try:
        encoded = data.encode() if isinstance(data, str) else data
        value = orjson.loads(encoded)
        if orjson.dumps(value) == encoded:
            is_short = len(encoded) <= _INDENTED_BYTES and max_depth > 0
            if (is_short and _is_hardly_indented(value, max_depth)) or _is_shallow(encoded, max_depth):
                return value
    except (ValueError, TypeError):  # TypeError: deeper than orjson writes
        pass
    return _read(data, max_depth)


def _is_hardly_indented(value: Any, max_depth: int) -> bool:
    """Tell whether no line is indented by `max_depth` levels where each value has its own; no text has a newline."""
    return b"\n" + b" " * (2 * max_depth) not in orjson.dumps(value, option=orjson.OPT_INDENT_2)


def dumps(value: Any) -> bytes:
    """Write what was read by `loads`, or has been canonicalized since: no NaN, no number that no double can hold."""
    return orjson.dumps(value, option=_JSON_ALONE)


def _read(data: bytes | str, max_depth: int) -> Any:
    """Read a text that may be written in any way."""
    text = _decode(data)
    if not _is_shallow(text.encode("utf-8", "surrogatepass"), max_depth):
        _refuse_too_deep(text, max_depth)
    # UTF-8 has no bytes for a surrogate, so only text can hold one as it is.
    if _SURROGATE_ESCAPE.search(text) or (isinstance(data, str) and not text.isascii() and _SURROGATE.search(text)):
        return _parse_exactly(text)
    try:
        return _PLAIN.decode(text)
    except (_Odd, json.JSONDecodeError):
        return _parse_exactly(text)


class _Odd(Exception):  # noqa: N818 - no failure: a turn to _parse_exactly
    """A value is not plainly fine."""


def _plain_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Odd
    return members


def _plain_integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _Odd
    return int(digits)


def _plain_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Odd
    return number


def _plain_constant(_name: str) -> float:
    raise _Odd


_PLAIN = json.JSONDecoder(
    object_pairs_hook=_plain_object,
    parse_int=_plain_integer,
    parse_float=_plain_float,
    parse_constant=_plain_constant,
)


def _decode(data: bytes | str) -> str:
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"Byte {error.start} is not UTF-8, so this is not JSON.",
            remedy="Send the JSON encoded as UTF-8.",
            code="not_utf_8",
        ) from None


def _refuse_too_deep(text: str, max_depth: int) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        bracket = match[0]
        if bracket in "[{":
            depth += 1
            if depth > max_depth:
                raise TooLarge(
                    f"The JSON nests deeper than {max_depth} levels at character {match.start()}.",
                    remedy=f"Send a document that nests at most {max_depth} arrays and objects.",
                    code="nested_too_deep",
                )
        elif bracket in "]}":
            depth -= 1


def _is_shallow(encoded: bytes, max_depth: int) -> bool:
    """Tell quickly whether the nesting stays within bounds; when it says no, the exact scan decides.

    Without escaped backslashes and quotes every second part between quotes stands outside of strings. Of the brackets
    there, each round takes away the innermost pairs: as many rounds as levels.
    """
    plain = encoded.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in encoded else encoded
    structure = plain.translate(_ONE_KIND, _NOT_STRUCTURE).replace(b'""', b"")
    brackets = b"".join(structure.split(b'"')[::2])
    for _ in range(max_depth):
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return True
    return False


def _parse_exactly(text: str) -> Any:
    """Read a text, or refuse it with the place of what is wrong."""
    refused: list[_Refused] = []
    value = _parse(text, refused)
    _refuse_first_fault(value)
    return value


def _parse(text: str, refused: list[_Refused]) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object_hook(refused),
            parse_int=_number_hook(refused, int),
            parse_float=_number_hook(refused, float),
            parse_constant=lambda name: _refuse(refused, "not_a_number", f"{name} is not a JSON number."),
        )
    except json.JSONDecodeError as error:
        raise BadInput(
            f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            remedy="Correct the JSON there and send it again.",
            code="not_json",
        ) from None


def _refuse(refused: list[_Refused], code: str, detail: str) -> _Refused:
    refused.append(_Refused(code, detail))
    return refused[-1]


def _object_hook(refused: list[_Refused]) -> Callable[[list[tuple[str, Any]]], Any]:
    def to_object(pairs: list[tuple[str, Any]]) -> Any:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        return _refuse(refused, "duplicate_member", f"The member {twice!r} stands more than once in this object.")

    return to_object


def _number_hook(refused: list[_Refused], convert: Callable[[str], int | float]) -> Callable[[str], Any]:
    def to_number(digits: str) -> Any:
        # float() gives infinity for what no double can hold; then int() never sees more digits than a double has
        if math.isinf(float(digits)):
            return _refuse(refused, "number_too_large", "This number is larger than any IEEE 754 double.")
        return convert(digits)

    return to_number


def _refuse_first_fault(value: Any, *path: str | int) -> None:
    """Raise for the first refused value or lone surrogate at or below `path`; recursion is bounded by the scan.

    `path`: names and positions. The pointer is written only when something is found: a name may be as long as the text.
    """
    if isinstance(value, _Refused):
        remedy = "Correct this value and send the document again."
        raise BadInput(value.detail, pointer=child("", *path), remedy=remedy, code=value.code)
    if isinstance(value, str):
        _refuse_lone_surrogate(value, path)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            _refuse_first_fault(item, *path, position)
    elif isinstance(value, dict):
        for name, member in value.items():
            _refuse_lone_surrogate(name, path)
            _refuse_first_fault(member, *path, name)


def _refuse_lone_surrogate(text: str, path: tuple[str | int, ...]) -> None:
    if _SURROGATE.search(text):
        raise BadInput(
            "This text holds half of a surrogate pair, which is no Unicode character.",
            pointer=child("", *path),
            remedy="Correct the \\u escapes of this text.",
            code="lone_surrogate",
        )
