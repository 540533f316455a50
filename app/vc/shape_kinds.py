"""What a value of a credential may look like, as small checks that the shape rules are put together from.

Each check takes a value and the JSON Pointer to it, and yields what is wrong; nothing when it is right. Most have a
quick look beside them (`QuickKind.fits`): nearly all values are right, and pointers and generators cost more than that.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from app.vc import timestamps
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Outcome
from app.vc.problem_types import MALFORMED_VALUE_ERROR
from app.vc.remembered import remembering

Kind = Callable[[Any, str], Iterator[Finding]]
Fits = Callable[[Any], bool]

# An absolute IRI (RFC 3987 section 2.2) as far as a regular expression can tell cheaply: a scheme, then no white space
# and none of the characters that RFC 3986 section 2 leaves out. Written out, white space costs less than as \s.
_WHITE_SPACE = r"\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*+:[^\x00-\x20\x7f<>\"{{}}|\\^`{_WHITE_SPACE}]++")
REMEMBERED_IRIS = 5_000  # ours: a badge names the same levels, issuers and contexts as the one before
MAX_REMEMBERED = 200  # ours: characters; 5,000 of them are 1 MB
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T+\-Z].*)?")
_EXTENSION = re.compile(r"ext:[A-Za-z0-9._|\-]+")  # OB 3.0: extensible enumerations
_JSON_NAMES = {dict: "an object", list: "an array", str: "text", bool: "true or false", type(None): "null"}


@dataclass(frozen=True, slots=True)
class QuickKind:
    """A kind with a quick look. `fits` says yes only when `find` would find nothing; no means: perhaps."""

    fits: Fits
    find: Kind

    def __call__(self, value: Any, pointer: str) -> Iterator[Finding]:
        """Check a value."""
        return iter(()) if self.fits(value) else self.find(value, pointer)


def fits_of(kind: Kind) -> Fits:
    """Return the quick look of a kind; one that always says no when it has none."""
    fits: Fits = getattr(kind, "fits", lambda _value: False)
    return fits


def found(code: str, message: str, pointer: str, problem_type: str = MALFORMED_VALUE_ERROR) -> Finding:
    """Return a finding of the kind invalid."""
    return Finding(code, message, pointer, problem_type=problem_type)


def told(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Tell what is not as the standard has it, and changes nothing about what a credential says: it may be valid.

    Nothing that we issue has such a finding.
    """
    return (replace(finding, outcome=Outcome.VALID) for finding in findings)


def name_of(pointer: str) -> str:
    """Return the member that a pointer ends in, as a person would call it: the last name, not a position."""
    names = [token for token in pointer.split("/")[1:] if not token.isdigit()]
    return names[-1].replace("~1", "/").replace("~0", "~") if names else "The document"


def wrong_kind(value: Any, pointer: str, wanted: str) -> Finding:
    """Say that a value is not of the JSON type that it must be."""
    given = _JSON_NAMES.get(type(value), "a number")
    return found("malformed_value", f"{name_of(pointer)} must be {wanted}, not {given}.", pointer)


@partial(QuickKind, lambda value: type(value) is str)
def text(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect a string."""
    if not isinstance(value, str):
        yield wrong_kind(value, pointer, "text")


@partial(QuickKind, lambda value: type(value) in (int, float))
def number(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect a JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield wrong_kind(value, pointer, "a number")


@partial(QuickKind, lambda value: type(value) is bool)
def boolean(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect true or false."""
    if not isinstance(value, bool):
        yield wrong_kind(value, pointer, "true or false")


@remembering(REMEMBERED_IRIS, MAX_REMEMBERED)
def is_iri(value: Any) -> bool:
    """Tell whether a value is an absolute IRI; VCDM says "URL" for it."""
    return isinstance(value, str) and _IRI.fullmatch(value) is not None


@partial(QuickKind, is_iri)
def iri(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect one absolute IRI."""
    if not isinstance(value, str):
        yield wrong_kind(value, pointer, "one URL")
    elif not is_iri(value):
        yield found("malformed_url", f"{name_of(pointer)} must be an absolute URL; {_cut(value)} is none.", pointer)


@partial(QuickKind, lambda value: timestamps.read(value) is not None)
def date_time_stamp(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect a date and time with its offset from UTC."""
    if timestamps.read(value) is None:
        message = f"{name_of(pointer)} must be a date and time with offset, such as 2026-01-31T12:00:00Z."
        yield found("malformed_date", message, pointer)


def date_or_time(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect a date, alone or with a time: the schema and the context of OB 3.0 differ about which."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        yield found("malformed_date", f"{name_of(pointer)} must be a date, such as 2026-01-31.", pointer)


def matching(pattern: str, wanted: str) -> Kind:
    """Expect a string of a certain form, which `wanted` tells to a person."""
    compiled = re.compile(pattern)

    def check(value: Any, pointer: str) -> Iterator[Finding]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield found("malformed_value", f"{name_of(pointer)} must be {wanted}.", pointer)

    return QuickKind(lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None, check)


def word(*words: str, extensible: bool = False) -> Kind:
    """Expect one of the words of an enumeration; `extensible` ones take `ext:...` as well, and others are told."""
    known = frozenset(words)

    def is_known(value: Any) -> bool:
        return isinstance(value, str) and (value in known or (extensible and _EXTENSION.fullmatch(value) is not None))

    def check(value: Any, pointer: str) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield wrong_kind(value, pointer, "text")
        elif not is_known(value):
            fault = found("unknown_word", f"{_cut(value)} is no {name_of(pointer)} that the standard knows.", pointer)
            yield from told((fault,)) if extensible else (fault,)

    return QuickKind(is_known, check)


def any_number(kind: Kind) -> QuickKind:
    """Expect one value, or an array of them: in JSON-LD both say the same."""
    fits = fits_of(kind)

    def check(value: Any, pointer: str) -> Iterator[Finding]:
        for item, place in items(value, pointer):
            yield from kind(item, place)

    return QuickKind(lambda value: all(map(fits, value)) if type(value) is list else fits(value), check)


def one_or_more(kind: Kind) -> QuickKind:
    """Expect one value, or an array of at least one."""
    each = any_number(kind)

    def check(value: Any, pointer: str) -> Iterator[Finding]:
        if value == []:
            yield found("malformed_value", f"{name_of(pointer)} must not be an empty array.", pointer)
        yield from each(value, pointer)

    return QuickKind(lambda value: value != [] and each.fits(value), check)


def items(value: Any, pointer: str) -> list[tuple[Any, str]]:
    """Return the values of a member that may hold one or an array, with the pointer to each."""
    if isinstance(value, list):
        return [(item, f"{pointer}/{position}") for position, item in enumerate(value)]
    return [(value, pointer)]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Go through those values of a member (one or an array) that are objects."""
    return (item for item in (value if isinstance(value, list) else (value,)) if isinstance(item, dict))


def texts(value: Any) -> list[str]:
    """Return those values of a member (one or an array) that are strings."""
    return [item for item in (value if isinstance(value, list) else (value,)) if isinstance(item, str)]


def has_text(value: Any, wanted: str) -> bool:
    """Tell whether a text is among the values of a member (one or an array)."""
    return wanted in value if isinstance(value, list) else bool(value == wanted)


@dataclass(frozen=True, slots=True)
class Shape:
    """The members of an object; a Kind. `type_name`: what its `type` must name, None when it needs no type.

    `quick`: the quick looks of the members.
    """

    type_name: str | None
    required: tuple[str, ...]
    members: Mapping[str, Kind]
    closed: bool = False
    quick: Mapping[str, Fits] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Have the quick looks ready."""
        object.__setattr__(self, "quick", {name: fits_of(kind) for name, kind in self.members.items()})

    def fits(self, value: Any) -> bool:
        """Tell quickly that nothing is wrong with a value; see QuickKind."""
        if type(value) is not dict:
            return False
        written = value.get("type")
        if self.type_name is not None and not (
            written == self.type_name or (type(written) is list and self.type_name in written)
        ):
            return False
        quick = self.quick
        for name, member in value.items():
            fits = quick.get(name)
            if fits is not None:
                if not fits(member):
                    return False
            elif self.closed and (name != "type" or self.type_name is None):
                return False
        return all(map(value.__contains__, self.required))

    def __call__(self, value: Any, pointer: str) -> Iterator[Finding]:
        """Check a value."""
        return iter(()) if self.fits(value) else self.find(value, pointer)

    def find(self, value: Any, pointer: str) -> Iterator[Finding]:
        """Yield what is wrong with a value."""
        if not isinstance(value, dict):
            yield wrong_kind(value, pointer, "an object")
            return
        if self.type_name is not None and self.type_name not in texts(value.get("type")):
            message = f"{name_of(pointer)} must have the type {self.type_name}."
            yield found("missing_type", message, child(pointer, "type"))
        yield from missing(value, self.required, pointer)
        for name, kind in self.members.items():
            if name in value:
                yield from kind(value[name], child(pointer, name))
        if self.closed:
            yield from self._unknown(value, pointer)

    def _unknown(self, value: dict[str, Any], pointer: str) -> Iterator[Finding]:
        known = {*self.members, "type"} if self.type_name else set(self.members)
        for name in value:
            if name not in known:
                message = f"{_cut(name)} is not a member that {name_of(pointer)} may have."
                yield found("unknown_member", message, child(pointer, name))


def missing(value: dict[str, Any], names: tuple[str, ...], pointer: str) -> Iterator[Finding]:
    """Say which of the required members are not there."""
    for name in names:
        if name not in value:
            yield found("missing_member", f"{name_of(pointer)} has no {name}, which it must have.", pointer)


def _cut(value: str) -> str:
    """Quote foreign text in a message, no longer than a person wants to read."""
    return repr(value if len(value) <= 80 else value[:80] + "…")  # noqa: PLR2004 - one line
