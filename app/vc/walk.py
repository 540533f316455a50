"""The compiled walk: from a document to canonical N-Quads in one pass, for documents that have nothing unusual.

It does what app.vc.safe_expansion, app.vc.rdf and app.vc.rdfc do, with the same result (tests/vc/test_walk_equality.py
compares them on thousands of documents), some twenty times as fast:

1. walk the document; at every object a Scope says what its keys mean (app.vc.walk_states)
2. write N-Quads on the way; subjects that are blank nodes, and edges to blank nodes, wait for their labels
3. hash every blank node by its own quads (RDFC-1.0 section 4.6, https://www.w3.org/TR/rdf-canon/#hash-1d-quads). In a
   tree nearly all hashes differ: their order gives the labels. If two are alike, app.vc.rdfc does the rest
4. sort the lines

Whatever is not plainly fine raises Fallback, and the general path does the document instead, or refuses it. So the walk
needs no messages and no pointers, and what it takes for fine has to be fine for the general path too.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from app.vc import rdf, rdfc
from app.vc.bounds import MAX_OBJECTS, MAX_VALUES
from app.vc.outcome import Unsound
from app.vc.pinned_contexts import Contexts
from app.vc.safe_expansion import is_iri
from app.vc.strict_json import MAX_DEPTH
from app.vc.walk_states import READ_BEFORE, REFERENCE, UNTYPED, Fallback, InContext, Member, Root, Scope, Shape, States

MAX_NEW_STATES = 500  # ours: scopes and members that one document may add; the largest badge needs 300

_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


def canonicalize(document: Mapping[str, Any], contexts: Contexts, hash_name: str = "sha256") -> str | None:
    """Return the canonical N-Quads of a document, or None when that is for the general path to do or to refuse."""
    states = contexts.once(States)
    try:
        root = states.root(document["@context"])
        text = _Walk(states, root, document).canonical(hash_name)
        text.encode()  # a lone surrogate has no encoding
    except (Fallback, KeyError, TypeError, ValueError, RecursionError, Unsound):
        states.count(walked=False)
        return None
    states.count(walked=True)
    return text


class _Walk:
    """One walk of one document.

    `lines`: of subjects and objects that have names. `blanks`: of each blank node its lines without the subject.
    `edges`: subject, predicate, and the blank node that is the object. A blank node is its position in `blanks`.
    """

    def __init__(self, states: States, root: Root, document: Mapping[str, Any]) -> None:
        self.states = states
        self.root = root
        self.root_id = document.get("id")
        self.new_states = 0
        self.objects = root.bounds.objects
        self.values = root.bounds.values + 1
        self.lines: list[str] = []
        self.blanks: list[list[str]] = []
        self.edges: list[tuple[str | int, str, int]] = []
        shape = _shape(document)
        scope = root.member.scopes.get(shape) or self.enter_root(shape)
        self.subject(document, scope, 1)
        if not self.lines and not any(self.blanks):
            raise Fallback  # a document that says nothing

    def enter_root(self, shape: Shape) -> Scope:
        self.count_new_state()
        return self.states.enter_root(self.root, shape)

    def enter(self, member: Member, element: dict[str, Any]) -> Scope:
        """Return the scope of an object under a member."""
        shape = _shape(element)
        if "@context" in element:
            shape = InContext(self.nested_context(element["@context"]), shape)
        scope = member.scopes.get(shape)
        if scope is None:
            self.count_new_state()
            scope = self.states.enter(member, shape)
        return scope

    def nested_context(self, context: Any) -> tuple[str, ...]:
        """Return a context inside the document as part of a shape: pinned ones, that inline ones were checked with."""
        urls = tuple(context) if isinstance(context, list) else (context,)
        self.values += len(urls)
        for url in urls:
            is_known = isinstance(url, str) and url in self.states.contexts.documents
            if not is_known or (self.root.has_inline and url not in self.root.urls):
                raise Fallback
        return urls

    def count_new_state(self) -> None:
        self.new_states += 1
        if self.new_states > MAX_NEW_STATES:
            raise Fallback

    def count(self, element: Mapping[str, Any], depth: int) -> None:
        self.objects += 1
        self.values += len(element)
        if self.objects > MAX_OBJECTS or self.values > MAX_VALUES or depth >= MAX_DEPTH:
            raise Fallback

    def subject(self, element: Mapping[str, Any], scope: Scope, depth: int) -> str | int:
        """Add what an object says; returns the term that it is, or the blank node."""
        self.count(element, depth)
        if "id" in element:
            term = self.named(element, scope, depth)
            if len(element) > 1:
                self.members(element, scope, term, depth)
            return term
        blank = len(self.blanks)
        self.blanks.append([])
        self.members(element, scope, blank, depth)
        return blank

    def named(self, element: Mapping[str, Any], scope: Scope, depth: int) -> str:
        name = element["id"]
        if name == self.root_id and depth > 1 and len(element) > 1:
            raise Fallback  # it may say something about the document where nobody looks for it
        return _iri(name, scope.prefixes)

    def members(self, element: Mapping[str, Any], scope: Scope, subject: str | int, depth: int) -> None:
        """Add the types and members of an object."""
        term, lines = (subject, self.lines) if isinstance(subject, str) else ("", self.blanks[subject])
        lines.extend([term + line for line in scope.types])
        known = scope.members
        for key, value in element.items():
            member = known.get(key) or self.member(scope, key)
            if member.predicate is None:
                continue
            if type(value) is str and member.after is not None:  # most values are: so not by way of `object`
                lines.append(f'{term}{member.predicate}"{rdf.escaped(value)}{member.after} .\n')
                continue
            if type(value) is list:
                self.values += len(value)
            for item in value if type(value) is list else (value,):
                target = self.object(item, member, depth)
                if type(target) is str:
                    lines.append(f"{term}{member.predicate}{target} .\n")
                elif type(target) is int:
                    self.edges.append((subject, member.predicate, target))

    def member(self, scope: Scope, key: str) -> Member:
        if key in ("id", "type", "@context"):
            return READ_BEFORE
        self.count_new_state()
        return self.states.member(scope, key)

    def object(self, value: Any, member: Member, depth: int) -> str | int | None:
        """Return the term or the blank node of one value of a member; None for null, which says nothing."""
        kind = type(value)
        if kind is str:
            return _reference(value, member) if member.after is None else f'"{rdf.escaped(value)}{member.after}'
        if kind is dict:
            return self.subject(value, self.enter(member, value), depth + 2)  # 2: there may be an array between
        return None if value is None else _other_literal(value, member)

    def canonical(self, hash_name: str) -> str:
        """Return the canonical N-Quads (RDFC-1.0 section 4.4.3)."""
        self.blanks = [list(set(own)) for own in self.blanks]
        hashes = self.first_degree_hashes(hash_name)
        in_order = sorted(range(len(hashes)), key=hashes.__getitem__)
        if len(set(hashes)) < len(hashes):
            quads = [
                rdf.Quad(*line[:-3].split(" ", 2)) for line in self.labelled([f"_:b{n}" for n in range(len(hashes))])
            ]
            return rdfc.canonicalize(quads, hash_name=hash_name)
        labels = [""] * len(hashes)
        for number, blank in enumerate(in_order):
            labels[blank] = f"_:c14n{number}"
        return "".join(sorted(set(self.labelled(labels))))

    def first_degree_hashes(self, hash_name: str) -> list[bytes]:
        """Return the hash of every blank node by the quads it is in: itself as _:a, every other as _:z."""
        quads = [["_:a" + line for line in own] for own in self.blanks]
        for subject, predicate, blank in self.edges:
            if isinstance(subject, int):
                quads[subject].append(f"_:a{predicate}_:z .\n")
                quads[blank].append(f"_:z{predicate}_:a .\n")
            else:
                quads[blank].append(f"{subject}{predicate}_:a .\n")
        digest = _HASHES[hash_name]
        return [digest("".join(sorted(lines)).encode()).digest() for lines in quads]

    def labelled(self, labels: list[str]) -> list[str]:
        """Return all lines, with labels for the blank nodes."""
        lines = self.lines.copy()
        for label, own in zip(labels, self.blanks, strict=True):
            lines.extend([label + line for line in own])
        for subject, predicate, blank in self.edges:
            lines.append(f"{labels[subject] if isinstance(subject, int) else subject}{predicate}{labels[blank]} .\n")
        return lines


def _shape(element: Mapping[str, Any]) -> Shape:
    """Return what decides the scope of an object besides its place: see walk_states.Shape."""
    if "type" in element:
        written = element["type"]
        if type(written) is list:
            return tuple(written)
        if type(written) is str and not written.startswith("@"):
            return written
        raise Fallback
    return REFERENCE if len(element) == 1 and "id" in element else UNTYPED


def _iri(text: Any, prefixes: frozenset[str]) -> str:
    """Return the term of an absolute IRI that no context gives another meaning."""
    if not is_iri(text) or text.partition(":")[0] in prefixes or text.startswith("_:"):
        raise Fallback
    return f"<{text}>"


def _reference(text: str, member: Member) -> str:
    return _iri((member.words[text] or {}).get("@id") if text in member.words else text, member.prefixes)


def _other_literal(value: Any, member: Member) -> str:
    """Return the term of a number or boolean."""
    is_exact = type(value) is bool or (type(value) in (int, float) and rdf.is_exact(value))
    if not is_exact or member.after is None:
        raise Fallback
    return rdf.literal_of({"@value": value, "@type": member.datatype})
