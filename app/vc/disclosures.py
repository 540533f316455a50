"""Disclosures: claims taken out of a payload behind digests, and put back by whoever holds them.

RFC 9901 sections 4.2 and 7.1 (https://www.rfc-editor.org/rfc/rfc9901). A disclosure is the base64url text of a JSON
array, [salt, name, value] for a member of an object and [salt, value] for an element of an array. To take out:

1. go through the claims from the leaves up, so that a disclosure may hold digests of others (section 4.2.6)
2. replace each concealed member by its digest in `_sd` of its object, each element by {"...": digest} in its place
3. add decoy digests where wanted (section 4.2.5), and sort, so that the order tells nothing

To put back (section 7.1, step 3 to 5): replace each digest that has a disclosure, in disclosures too; drop the others;
refuse what is ambiguous: a digest that occurs twice, a name that is there already, a disclosure that no digest names.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import BadInput
from app.ports import NewSecret
from app.vc import strict_json
from app.vc.json_pointer import child
from app.vc.multiformats import base64url_decode, base64url_encode
from app.vc.outcome import Unsound, unknown, unsound
from app.vc.problem_types import MALFORMED_VALUE_ERROR, PARSING_ERROR

# https://www.iana.org/assignments/named-information: the entries of full length that RFC 9901 section 4.1.1 points to
HASHES = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
DEFAULT_HASH = "sha-256"  # section 4.1.1
DIGESTS, HASH_NAME, ELEMENT = "_sd", "_sd_alg", "..."
RESERVED = (DIGESTS, HASH_NAME, ELEMENT)
Path = tuple[str | int, ...]  # names and positions from the claims down

MAX_DISCLOSURES = 1_000  # ours: every value of the largest badge that we have seen, several times over
MAX_DIGESTS = 10_000  # ours: ten decoys for each of them
MAX_DEPTH = strict_json.MAX_DEPTH  # disclosures inside disclosures must not nest deeper than any document may


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosure. `encoded`: its base64url text. `name`: None for an element of an array."""

    encoded: str
    name: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class Concealed:
    """A payload with digests in it, and the disclosures that they stand for, in the order of the claims."""

    payload: dict[str, Any]
    disclosures: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class Revealed:
    """Claims put together again. `places`: JSON Pointer into `claims` -> encoded disclosure of the value there."""

    claims: dict[str, Any]
    places: dict[str, str]


def digest(text: str, hash_name: str = DEFAULT_HASH) -> str:
    """Return the base64url digest of an ASCII text, such as an encoded disclosure (section 4.2.3)."""
    return base64url_encode(HASHES[hash_name](text.encode("ascii")).digest())


def hash_name_of(payload: dict[str, Any]) -> str:
    """Return the payload's `_sd_alg` or the default. Raises Unsound `unsupported_sd_alg` (unknown) for another."""
    name = payload.get(HASH_NAME, DEFAULT_HASH)
    if not isinstance(name, str) or name not in HASHES:
        message = f"The digests are of the algorithm {str(name)[:40]!r}; {', '.join(HASHES)} are supported."
        raise unknown("unsupported_sd_alg", message, f"/{HASH_NAME}")
    return name


def read_disclosure(encoded: str) -> Disclosure:
    """Read one disclosure. Raises Unsound `malformed_disclosure`: not base64url, not JSON, not two or three parts."""
    try:
        parts = strict_json.loads(base64url_decode(encoded))
    except Unsound as problem:
        raise _malformed(problem.finding.message) from None
    except BadInput as problem:
        raise _malformed(problem.detail) from None
    if not isinstance(parts, list) or len(parts) not in (2, 3) or not all(isinstance(part, str) for part in parts[:-1]):
        raise _malformed("It is not an array of a salt, the name of a claim (unless it is an element), and a value.")
    return Disclosure(encoded, parts[1] if len(parts) == 3 else None, parts[-1])  # noqa: PLR2004 - salt, name, value


def write_disclosure(salt: str, name: str | None, value: Any) -> Disclosure:
    """Return the disclosure of a member, or with name None of an element.

    The JSON is in the very form of the RFC's examples. Raises Unsound `malformed_text` for what JSON cannot say.
    """
    parts = [salt, value] if name is None else [salt, name, value]
    try:
        return read_disclosure(base64url_encode(json.dumps(parts, allow_nan=False).encode("ascii")))
    except (ValueError, Unsound) as error:
        raise unsound("malformed_text", f"This value cannot be written as disclosure: {error}"[:200]) from None


def conceal(
    claims: dict[str, Any],
    pointers: Collection[str],
    *,
    new_salt: NewSecret,
    hash_name: str = DEFAULT_HASH,
    decoys: int = 0,
) -> Concealed:
    """Take the values that `pointers` (JSON Pointers) name out of the claims, which stay as they are.

    `new_salt`: at least 128 unpredictable bits as text, anew each time (section 9.3). `decoys`: digests of nothing in
    each object that conceals members. Raises Unsound `reserved_claim`, or `undisclosable_claim` for a pointer that
    leads nowhere; ValueError for salts that repeat.
    """
    work = _Concealing(frozenset(pointers), new_salt, hash_name, decoys)
    payload = work.members(claims, "")
    for pointer in pointers:
        if pointer not in work.done:
            raise unsound("undisclosable_claim", f"There is no claim at {pointer[:120]!r} to conceal.", pointer)
    if len({disclosure.encoded for disclosure in work.done.values()}) < len(work.done):
        raise ValueError("new_salt must return another salt each time")
    if len(work.done) > MAX_DISCLOSURES:
        raise _too_many("claims to conceal", len(work.done), MAX_DISCLOSURES)
    return Concealed({**payload, HASH_NAME: hash_name}, tuple(work.done.values()))


@dataclass(frozen=True, slots=True)
class _Concealing:
    """One run of conceal. `done`: pointer -> disclosure."""

    pointers: frozenset[str]
    new_salt: NewSecret
    hash_name: str
    decoys: int
    done: dict[str, Disclosure] = field(default_factory=dict)

    def value(self, value: Any, pointer: str) -> Any:
        if isinstance(value, dict):
            return self.members(value, pointer)
        if isinstance(value, list):
            return [self.element(item, child(pointer, position)) for position, item in enumerate(value)]
        return value

    def element(self, value: Any, pointer: str) -> Any:
        told = self.value(value, pointer)
        return {ELEMENT: self.concealed(None, told, pointer)} if pointer in self.pointers else told

    def members(self, members: dict[str, Any], pointer: str) -> dict[str, Any]:
        told: dict[str, Any] = {}
        digests: list[str] = []
        for name, value in members.items():
            place = child(pointer, name)
            if name in RESERVED:
                raise _reserved(name, place)
            inner = self.value(value, place)
            if place in self.pointers:
                digests.append(self.concealed(name, inner, place))
            else:
                told[name] = inner
        if digests:
            digests += [digest(self.new_salt(), self.hash_name) for _ in range(self.decoys)]
            told[DIGESTS] = sorted(digests)
        return told

    def concealed(self, name: str | None, value: Any, pointer: str) -> str:
        self.done[pointer] = write_disclosure(self.new_salt(), name, value)
        return digest(self.done[pointer].encoded, self.hash_name)


def reveal(payload: dict[str, Any], encoded: Sequence[str]) -> Revealed:
    """Put the claims of these disclosures back in their places; the payload stays as it is.

    Raises Unsound: `malformed_disclosure`, `duplicate_digest`, `duplicate_claim`, `reserved_claim`,
    `malformed_digests`, `unreferenced_disclosure`, or with outcome unknown `unsupported_sd_alg`, `sd_jwt_budget`.
    """
    if len(encoded) > MAX_DISCLOSURES:
        raise _too_many("disclosures", len(encoded), MAX_DISCLOSURES)
    hash_name = hash_name_of(payload)
    disclosures = {digest(item.encoded, hash_name): item for item in map(read_disclosure, encoded)}
    if len(disclosures) < len(encoded):
        raise unsound("duplicate_digest", "The same disclosure is there twice.", problem_type=PARSING_ERROR)
    work = _Revealing(disclosures)
    claims = work.members({name: value for name, value in payload.items() if name != HASH_NAME}, ())
    unreferenced = disclosures.keys() - work.seen
    if unreferenced:
        message = f"The SD-JWT holds no digest for {len(unreferenced)} of its disclosures, so nobody signed them."
        raise unsound("unreferenced_disclosure", message, problem_type=PARSING_ERROR)
    return Revealed(claims, work.places)


@dataclass(frozen=True, slots=True)
class _Revealing:
    """One run of reveal. `disclosures`: by digest. `seen`: digests met so far.

    Where it stands is passed on as path, and written as pointer only for what is found: a name may be very long.
    """

    disclosures: dict[str, Disclosure]
    seen: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)

    def value(self, value: Any, path: Path) -> Any:
        if len(path) >= MAX_DEPTH:
            raise unknown("sd_jwt_budget", f"The claims nest deeper than {MAX_DEPTH} levels.", child("", *path))
        if isinstance(value, dict):
            return self.members(value, path)
        return self.elements(value, path) if isinstance(value, list) else value

    def elements(self, values: list[Any], path: Path) -> list[Any]:
        told: list[Any] = []
        for value in values:
            inner = (*path, len(told))  # an element that is not disclosed leaves no gap (step 3.d)
            if not isinstance(value, dict) or ELEMENT not in value:
                told.append(self.value(value, inner))
                continue
            place = child("", *inner)
            disclosure = self.disclosed(self.element_digest(value, place), place)
            if disclosure is not None:
                if disclosure.name is not None:
                    raise _malformed("It is that of a member, but an array names it.", place)
                told.append(self.put(disclosure, inner))
        return told

    @staticmethod
    def element_digest(value: dict[str, Any], place: str) -> str:
        found = value[ELEMENT]
        if len(value) != 1 or not isinstance(found, str):
            raise _bad_digests(f"An object with `{ELEMENT}` holds nothing but one digest.", place)
        return found

    def members(self, members: dict[str, Any], path: Path) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, value in members.items():
            if name in (HASH_NAME, ELEMENT):
                raise _reserved(name, child("", *path, name))
            if name != DIGESTS:
                told[name] = self.value(value, (*path, name))
        if DIGESTS not in members:
            return told
        pointer = child("", *path)
        for found in self.digests_of(members, pointer):
            disclosure = self.disclosed(found, pointer)
            if disclosure is not None:
                name = self.checked_name(disclosure, told, pointer)
                told[name] = self.put(disclosure, (*path, name))
        return told

    @staticmethod
    def digests_of(members: dict[str, Any], pointer: str) -> Iterator[str]:
        digests = members.get(DIGESTS, [])
        if not isinstance(digests, list):
            raise _bad_digests(f"`{DIGESTS}` is not an array of digests.", child(pointer, DIGESTS))
        for found in digests:
            if not isinstance(found, str):
                raise _bad_digests(f"`{DIGESTS}` holds something else than texts.", child(pointer, DIGESTS))
            yield found

    @staticmethod
    def checked_name(disclosure: Disclosure, told: dict[str, Any], pointer: str) -> str:
        if disclosure.name is None:
            raise _malformed("It is that of an element, but an object names it.", pointer)
        if disclosure.name in RESERVED:
            raise _reserved(disclosure.name, pointer)
        if disclosure.name in told:
            message = f"The claim {disclosure.name[:80]!r} is disclosed where there is one of that name already."
            raise unsound("duplicate_claim", message, pointer, problem_type=PARSING_ERROR)
        return disclosure.name

    def disclosed(self, found: str, pointer: str) -> Disclosure | None:
        if found in self.seen:
            message = "A digest occurs twice, so that one disclosure would count in two places."
            raise unsound("duplicate_digest", message, pointer, problem_type=PARSING_ERROR)
        self.seen.add(found)
        if len(self.seen) > MAX_DIGESTS:
            raise _too_many("digests", len(self.seen), MAX_DIGESTS)
        return self.disclosures.get(found)

    def put(self, disclosure: Disclosure, path: Path) -> Any:
        self.places[child("", *path)] = disclosure.encoded
        return self.value(disclosure.value, path)


def _malformed(message: str, pointer: str = "") -> Unsound:
    message = f"A disclosure is not well formed. {message}"
    return unsound("malformed_disclosure", message, pointer, problem_type=PARSING_ERROR)


def _bad_digests(message: str, pointer: str) -> Unsound:
    return unsound("malformed_digests", message, pointer, problem_type=MALFORMED_VALUE_ERROR)


def _reserved(name: str, pointer: str) -> Unsound:
    message = f"`{name}` is reserved for digests (RFC 9901 section 4.1); no claim may have this name."
    return unsound("reserved_claim", message, pointer, problem_type=PARSING_ERROR)


def _too_many(what: str, count: int, most: int) -> Unsound:
    return unknown("sd_jwt_budget", f"There are {count} {what}; at most {most} are read.")
