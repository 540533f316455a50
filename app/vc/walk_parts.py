"""What the walk (app.vc.walk) gathers: the quads of parts of a document, and the canonical form of parts together.

A part is what one object says, and all that it holds. Blank nodes come from places and not from labels, so all quads
that mention one stand in the part where its object stands. Hence, whatever is beside a part in a document:

- the hash of a blank node by its own quads (RDFC-1.0 section 4.6) is known with the part
- the lines of a named subject, and their order, are known with it, but for those that lead to a blank node

Only the labels need the whole document: what is said of one subject stands together in the canonical form, as one text.
Where two parts speak of one subject, its lines are put in order one by one. So a part that many documents have alike
can be kept (`Kept`): an achievement is the same in a thousand badges, and an issuer in all of his.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

from app.vc import rdf, rdfc

MAX_KEPT_BYTES = 8_000_000  # ours: a large achievement takes 40,000; each process has one such memory for each side

Edge = tuple[str, int]  # predicate, with spaces around it; the blank node that it leads to
Subject = tuple[str | int, list[str], Sequence[Edge]]  # its sorted ends begin with "", to be joined by its name


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
class Gathering:
    """A part that is being gathered. A blank node is its number, of `blanks`.

    `said`: by subject the ends of its lines, from the space before the predicate on. `edges`: what leads to a blank
    node instead: subject, predicate, that blank node. In a tree nothing else does.
    """

    said: dict[str | int, list[str]] = field(default_factory=dict)
    edges: list[tuple[str | int, str, int]] = field(default_factory=list)
    blanks: int = 0

    def complete(self, hash_name: str) -> "Part":
        """Return the part, in which all is sorted that can be."""
        edges_of: dict[str | int, list[Edge]] = {}
        for subject, predicate, blank in self.edges:
            edges_of.setdefault(subject, []).append((predicate, blank))
        ready: list[str] = []
        waiting: list[Subject] = []
        quads, others = [""] * self.blanks, ["_:z"] * self.blanks
        for subject, said in self.said.items():
            ends, edges = ["", *sorted(set(said))], edges_of.get(subject, ())
            if isinstance(subject, int):
                quads[subject] = "_:a".join(with_edges(ends, edges, others))
            elif not edges:
                ready.append(subject.join(ends))
                continue
            waiting.append((subject, ends, edges))
        ready.sort()
        names = frozenset([subject for subject in self.said if type(subject) is str])
        return Part(ready, waiting, self._hashes(quads, hash_name), names, not any(self.said.values()))

    def _hashes(self, quads: list[str], hash_name: str) -> list[bytes]:
        """Hash each blank node (RDFC-1.0 section 4.6). `quads`: those it is the subject of, itself as _:a."""
        for subject, predicate, blank in self.edges:
            if isinstance(subject, str):
                quads[blank] = f"{subject}{predicate}_:a .\n{quads[blank]}"  # sorted: < is before _:a,
            else:
                quads[blank] += f"_:z{predicate}_:a .\n"  # and _:z after it
        digest = rdfc.HASHES[hash_name]
        return [digest(lines.encode()).digest() for lines in quads]


class Part(NamedTuple):
    """A complete part.

    `ready`: all lines of each named subject without edges, sorted, as one text. `waiting`: the other subjects. `hashes`
    of the blank nodes. `names`: of subjects. `is_empty`: whether nothing is said. `objects`, `values`: how many it has,
    as app.vc.bounds counts.
    """

    ready: list[str]
    waiting: list[Subject]
    hashes: list[bytes]
    names: frozenset[str]
    is_empty: bool = False
    objects: int = 0
    values: int = 0

    def labelled(self, labels: Sequence[str]) -> list[str]:
        """Return the lines of each subject as one text, with labels for the blank nodes."""
        texts = self.ready.copy()
        for subject, ends, edges in self.waiting:
            name = subject if isinstance(subject, str) else labels[subject]
            texts.append(name.join(with_edges(ends, edges, labels)))
        return texts

    def size(self) -> int:
        """Return about how many bytes of memory it takes."""
        ends = [end for _, ends, _ in self.waiting for end in ends]
        edges = [predicate for _, _, edges in self.waiting for predicate, _ in edges]
        texts = [*self.ready, *self.names, *ends, *edges]
        return sum(map(sys.getsizeof, texts)) + 100 * (len(self.waiting) + len(edges)) + 1_000


def with_edges(ends: list[str], edges: Sequence[Edge], labels: Sequence[str]) -> list[str]:
    """Return the sorted ends of a subject, with those that lead to blank nodes."""
    return sorted([*ends, *[f"{predicate}{labels[blank]} .\n" for predicate, blank in edges]]) if edges else ends


def canonical(parts: Sequence[Part], hash_name: str) -> str:
    """Return the canonical N-Quads of complete parts (RDFC-1.0 section 4.4.3).

    In a tree nearly all hashes differ: their order gives the labels. If two are alike, app.vc.rdfc does the rest.
    Raises Unsound as that does.
    """
    hashes = [digest for part in parts for digest in part.hashes]
    labels = {digest: f"_:c14n{number}" for number, digest in enumerate(sorted(hashes))}
    if len(labels) < len(hashes):
        number = count()
        texts = [text for part in parts for text in part.labelled([f"_:b{next(number)}" for _ in part.hashes])]
        return rdfc.canonicalize([rdf.Quad(*line[:-2].split(" ", 2)) for line in _lines(texts)], hash_name=hash_name)
    texts = [text for part in parts for text in part.labelled([labels[digest] for digest in part.hashes])]
    names = [part.names for part in parts]
    if len(frozenset().union(*names)) < sum(map(len, names)):
        texts = [f"{line}\n" for line in set(_lines(texts))]  # of a subject in two parts, lines may mix or be alike
    texts.sort()  # subjects differ, and end in a space: so in the order of their lines
    return "".join(texts)


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in text.split("\n") if line]


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
