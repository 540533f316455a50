"""What the walk (app.vc.walk) gathers: the quads of parts of a document, and the canonical form of parts together.

A part is what one object says, and all that it holds. Blank nodes come from places and not from labels, so all quads
that mention one stand in the part where its object stands. Hence, whatever is beside a part in a document:

- the hash of a blank node by its own quads (RDFC-1.0 section 4.6) is known with the part
- lines without blank nodes are ready; that another part may say the same is only a line that occurs twice

Only the labels need the whole document. So a part that many documents have alike can be kept (`Kept`): an achievement
is the same in a thousand badges, and an issuer in all of his.
"""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import eq
from typing import Any, NamedTuple

from app.vc import rdf, rdfc

MAX_KEPT_BYTES = 8_000_000  # ours: a large achievement takes 40,000; each process has one such memory for each side

_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


class Key(NamedTuple):
    """What decides a part: the states of the document and of its object, how deep it stands, its exact content.

    `content`: as JSON, which keeps apart what is equal to Python, such as 1, 1.0 and true.
    """

    root: Any
    scope: Any
    depth: int
    hash_name: str
    content: bytes


@dataclass(slots=True, eq=False)
class Part:
    """One part.

    `lines`: of subjects and objects that have names. `blanks`: of each blank node its lines without the subject.
    `edges`: subject, predicate, and the blank node that is the object. A blank node is its position in `blanks`.
    Once the part is complete: `hashes` of each blank node, and `blank_lines`, all `blanks` in one list. `names`: of
    objects that say something. `objects`, `values`: how many it has, as app.vc.bounds counts.
    """

    lines: list[str] = field(default_factory=list)
    blanks: list[list[str]] = field(default_factory=list)
    edges: list[tuple[str | int, str, int]] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    blank_lines: list[tuple[int, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    objects: int = 0
    values: int = 0

    def complete(self, hash_name: str) -> None:
        """Add the hashes: of each blank node by the quads it is in, itself as _:a, every other as _:z."""
        self.blanks = [list(set(own)) for own in self.blanks]
        quads = [["_:a" + line for line in own] for own in self.blanks]
        for subject, predicate, blank in self.edges:
            if isinstance(subject, int):
                quads[subject].append(f"_:a{predicate}_:z .\n")
                quads[blank].append(f"_:z{predicate}_:a .\n")
            else:
                quads[blank].append(f"{subject}{predicate}_:a .\n")
        digest = _HASHES[hash_name]
        self.blank_lines = [(blank, line) for blank, own in enumerate(self.blanks) for line in own]
        self.hashes = [digest("".join(sorted(lines)).encode()).digest() for lines in quads]

    def labelled(self, labels: Sequence[str]) -> list[str]:
        """Return all lines, with labels for the blank nodes."""
        return [
            *self.lines,
            *[labels[blank] + line for blank, line in self.blank_lines],
            *[
                f"{labels[subject] if type(subject) is int else subject}{predicate}{labels[blank]} .\n"
                for subject, predicate, blank in self.edges
            ],
        ]

    def size(self) -> int:
        """Return about how many bytes of memory it takes."""
        texts = [*self.lines, *self.names, *(line for _, line in self.blank_lines), *(edge[1] for edge in self.edges)]
        return sum(map(sys.getsizeof, texts)) + 100 * (len(self.blanks) + len(self.edges)) + 1_000


def canonical(parts: Sequence[Part], hash_name: str) -> str:
    """Return the canonical N-Quads of complete parts (RDFC-1.0 section 4.4.3).

    In a tree nearly all hashes differ: their order gives the labels. If two are alike, app.vc.rdfc does the rest.
    Raises Unsound as that does.
    """
    hashes = [digest for part in parts for digest in part.hashes]
    labels = {digest: f"_:c14n{number}" for number, digest in enumerate(sorted(hashes))}
    if len(labels) < len(hashes):
        number = count()
        lines = [line for part in parts for line in part.labelled([f"_:b{next(number)}" for _ in part.hashes])]
        return rdfc.canonicalize([rdf.Quad(*line[:-3].split(" ", 2)) for line in lines], hash_name=hash_name)
    lines = [line for part in parts for line in part.labelled([labels[digest] for digest in part.hashes])]
    lines.sort()
    if any(map(eq, lines, lines[1:])):  # rarely; to ask a set each time costs more
        lines = list(dict.fromkeys(lines))
    return "".join(lines)


class Kept:
    """Complete parts by what decides them, up to MAX_KEPT_BYTES; then the oldest go.

    One thread at a time may add. Parts that are kept are shared by threads and must not be changed.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.parts: dict[Key, tuple[str, Part]] = {}
        self.size = 0

    def keep(self, key: Key, name: str, part: Part) -> None:
        """Keep a part, and the name of its object."""
        if key in self.parts:  # another thread was quicker
            return
        self.parts[key] = (name, part)
        self.size += _size(key, part)
        while self.size > MAX_KEPT_BYTES:
            oldest = next(iter(self.parts))
            self.size -= _size(oldest, self.parts.pop(oldest)[1])


def _size(key: Key, part: Part) -> int:
    return len(key.content) + part.size()
