"""The compiled walk: from a document to canonical N-Quads in one pass, for documents that have nothing unusual.

It does what app.vc.safe_expansion, app.vc.rdf and app.vc.rdfc do, with the same result (tests/vc/test_walk_equality.py
compares them on thousands of documents), some twenty times as fast:

1. walk the document; at every object a Scope says what its keys mean (app.vc.walk_states)
2. write N-Quads on the way; subjects that are blank nodes, and edges to blank nodes, wait for their labels
3. what many documents have alike, an achievement and an issuer, is walked once and kept (app.vc.walk_parts)
4. label the blank nodes, and sort the lines (app.vc.walk_parts)

Whatever is not plainly fine raises Fallback, and the general path does the document instead, or refuses it. So the walk
needs no messages and no pointers, and what it takes for fine has to be fine for the general path too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.vc import rdf, strict_json, walk_parts
from app.vc.bounds import MAX_OBJECTS, MAX_VALUES
from app.vc.outcome import Unsound
from app.vc.pinned_contexts import Contexts
from app.vc.remembered import remembering
from app.vc.safe_expansion import is_iri
from app.vc.strict_json import MAX_DEPTH
from app.vc.walk_parts import Gathering, Key, Part
from app.vc.walk_states import REFERENCE, UNTYPED, Fallback, InContext, Member, Root, Scope, Shape, States

MAX_NEW_STATES = 500  # ours: scopes and members that one document may add; the largest badge needs 300
REMEMBERED_IRIS = 5_000  # ours: a badge names the same levels and descriptions as the one before
MAX_REMEMBERED = 200  # ours: characters; 5,000 of them are 1 MB
SHARED = ("achievement", "issuer")  # members that lead to what many documents have alike


def canonicalize(document: Mapping[str, Any], contexts: Contexts, hash_name: str = "sha256") -> str | None:
    """Return the canonical N-Quads of a document, or None when that is for the general path to do or to refuse."""
    return _walked(document, contexts, hash_name, _Walk.canonical)


def is_plain(document: Mapping[str, Any], contexts: Contexts) -> bool:
    """Tell whether the walk finds a document plainly fine; no means that the general path has to decide."""
    return _walked(document, contexts, "sha256", _Walk.lines) is not None


def _walked(
    document: Mapping[str, Any], contexts: Contexts, hash_name: str, told: "Callable[[_Walk], str]"
) -> str | None:
    states = contexts.once(States)
    try:
        root = states.root(document["@context"])
        text = told(_Walk(states, root, document, hash_name))
        if not text.isascii():
            text.encode()  # a lone surrogate has no encoding
    except (Fallback, KeyError, TypeError, ValueError, RecursionError, Unsound):
        states.count(walked=False)
        return None
    states.count(walked=True)
    return text


def lessons(contexts: Contexts) -> int:
    """Return a number that grows when something is met for the first time, or when the walk steps aside."""
    states = contexts.once(States)
    return states.learned + states.fell_back


def forget(contexts: Contexts) -> None:
    """Forget all that was learnt."""
    states = contexts.once(States)
    with states.lock:
        states.forget()


class _Walk:
    """One walk of one document.

    `part`: the one that is being gathered; `parts`: those that are complete. `is_apart`: whether `part` is to be kept.
    """

    def __init__(self, states: States, root: Root, document: Mapping[str, Any], hash_name: str) -> None:
        self.states = states
        self.root = root
        self.hash_name = hash_name
        self.new_states = 0
        self.objects = root.bounds.objects
        self.values = root.bounds.values + 1
        self.part = Gathering()
        self.parts: list[Part] = []
        self.is_apart = False
        shape = _shape(document)
        scope = root.member.scopes.get(shape) or self.enter_root(shape)
        name = self.subject(document, scope, 1)
        if any([name in part.names for part in self.parts]):  # noqa: C419 - two or three: a list is quicker
            raise Fallback  # it may say something about the document where nobody looks for it
        self.parts.append(self.part.complete(hash_name))
        if all([part.is_empty for part in self.parts]):  # noqa: C419
            raise Fallback  # a document that says nothing

    def canonical(self) -> str:
        """Return the canonical N-Quads."""
        return walk_parts.canonical(self.parts, self.hash_name)

    def lines(self) -> str:
        """Return all that is said; nobody looks at the labels of blank nodes."""
        return "".join([text for part in self.parts for text in part.labelled(["_:b"] * len(part.hashes))])

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

    def refuse_excess(self, depth: int) -> None:
        if self.objects > MAX_OBJECTS or self.values > MAX_VALUES or depth >= MAX_DEPTH:
            raise Fallback

    def subject(self, element: Mapping[str, Any], scope: Scope, depth: int) -> str | int:
        """Add what an object says; returns the term that it is, or the blank node."""
        self.objects += 1
        self.values += len(element)
        self.refuse_excess(depth)
        subject: str | int
        if "id" in element:
            subject = _iri(element["id"], scope.prefixes)
            if len(element) == 1:
                return subject
        else:
            subject = self.part.blanks
            self.part.blanks += 1
        ends = list(scope.types)
        self.members(element, scope, subject, ends, depth)
        if subject in self.part.said:
            if depth == 1:
                raise Fallback  # it says something about the document where nobody looks for it
            ends += self.part.said[subject]
        self.part.said[subject] = ends
        return subject

    def shared(self, element: dict[str, Any], scope: Scope, depth: int) -> str:
        """Add the part of an object that has a name: one that is kept, or walked apart now and kept."""
        key = Key(self.root, scope, depth, self.hash_name, strict_json.dumps(element))
        name, part = self.states.kept.parts.get(key) or self.walked_apart(element, key)
        self.objects += part.objects
        self.values += part.values
        self.refuse_excess(depth)
        self.parts.append(part)
        return name

    def walked_apart(self, element: dict[str, Any], key: Key) -> tuple[str, Part]:
        """Walk an object as a part of its own, and keep that. What is shared within it is not kept once more."""
        around, self.part, self.is_apart = self.part, Gathering(), True
        objects, values = self.objects, self.values
        name = str(self.subject(element, key.scope, key.depth))
        part = self.part.complete(self.hash_name)._replace(objects=self.objects - objects, values=self.values - values)
        self.part, self.is_apart, self.objects, self.values = around, False, objects, values
        self.states.keep(key, name, part)
        return name, part

    def members(
        self, element: Mapping[str, Any], scope: Scope, subject: str | int, ends: list[str], depth: int
    ) -> None:
        """Add what the members of an object say to `ends`, and to the edges."""
        known = scope.members
        for key, value in element.items():
            member = known.get(key) or self.member(scope, key)
            if member.predicate is None:
                continue
            if type(value) is list:
                self.values += len(value)
            for item in value if type(value) is list else (value,):
                if type(item) is str and member.before is not None:
                    ends.append(f"{member.before}{rdf.escaped(item)}{member.after}")
                    continue
                target = _name(item, member) if type(item) is str else self.object(item, member, depth)
                if type(target) is str:
                    ends.append(f"{member.predicate}{target} .\n")
                elif type(target) is int:
                    self.part.edges.append((subject, member.predicate, target))

    def member(self, scope: Scope, key: str) -> Member:
        self.count_new_state()
        return self.states.member(scope, key)

    def object(self, value: Any, member: Member, depth: int) -> str | int | None:
        """Return the term or the blank node of a value that is no text; None for null, which says nothing."""
        if type(value) is dict:
            is_shared = member.key in SHARED and "id" in value and not self.is_apart
            add = self.shared if is_shared else self.subject
            return add(value, self.enter(member, value), depth + 2)  # 2: there may be an array between
        return None if value is None else _other_literal(value, member)


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


def _name(text: str, member: Member) -> str:
    """Return the term of an IRI, or of a word that stands for one."""
    return _iri((member.words[text] or {}).get("@id") if text in member.words else text, member.prefixes)


def _iri(text: Any, prefixes: frozenset[str]) -> str:
    """Return the term of an absolute IRI that no context gives another meaning."""
    scheme, term = _term(text)
    if scheme in prefixes:
        raise Fallback
    return term


@remembering(REMEMBERED_IRIS, MAX_REMEMBERED)
def _term(text: Any) -> tuple[str, str]:
    """Return the scheme and the term of an absolute IRI."""
    if not is_iri(text) or text.startswith("_:"):
        raise Fallback
    return text.partition(":")[0], f"<{text}>"


def _other_literal(value: Any, member: Member) -> str:
    """Return the term of a number or boolean."""
    is_exact = type(value) is bool or (type(value) in (int, float) and rdf.is_exact(value))
    if not is_exact or member.before is None:
        raise Fallback
    return rdf.literal_of({"@value": value, "@type": member.datatype})
