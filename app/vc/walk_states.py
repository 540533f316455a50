"""What keys and types mean at every place of a document: worked out by pyld once, kept as states for app.vc.walk.

https://www.w3.org/TR/json-ld11-api/#expansion-algorithms . Nearly all that expansion costs goes into contexts, and
those are nearly always the same. What a key means depends only on the active context, and the active context of an
object only on the one around it, the key that leads to it, and the object's own types and `@context`. So:

- a Scope is one active context, with the types that led to it; it has a Member for every key that was met in it
- a Member is one key of a scope: how its texts become terms of RDF, and the scope of the objects it leads to

Both are made when they are first met, by having pyld expand a probe: a tiny object with just what decides. Nothing of
the JSON-LD algorithms is repeated here. What is not plain raises Fallback, and is then the general path's business: to
do it right, or to refuse it with the exact place.

Safe between threads: pyld runs, and states are added, under one lock; reading needs none, since states only grow.
"""

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pyld.jsonld import JsonLdError

from app.vc import rdf, safe_expansion
from app.vc.bounds import Bounds
from app.vc.inline_contexts import check_contexts
from app.vc.outcome import Unsound
from app.vc.pinned_contexts import Contexts, ThreadCaches
from app.vc.walk_parts import Kept, Key, Part

MAX_DOCUMENT_CONTEXTS = 100  # ours: combinations of contexts at the root of documents; the world uses a dozen
MAX_ENTRIES = 200_000  # ours: terms in the contexts of all scopes, and members; some 20 MB. A badge needs 20,000

# The shape of an object decides its scope: its types as they are written, or, without types, one of these two.
REFERENCE = "@id"  # nothing but an id; JSON-LD lets a type's own context hold for it too
UNTYPED = "@none"
Types = str | tuple[Any, ...]


class InContext(NamedTuple):
    """The shape of an object with an `@context` of its own."""

    urls: tuple[str, ...]
    types: Types


Shape = Types | InContext

_PROBE_IRI = "urn:probe"


class Fallback(Exception):  # noqa: N818 - no failure: a turn to the general path
    """The walk does not do this; the general path does, or refuses it."""


@dataclass(slots=True, eq=False)
class Member:
    """One key of a scope.

    `predicate`: with the spaces around it; None for `id`, `type` and `@context`, which are read before. `before`,
    `after`: what stands around a text in its line, from the predicate to the opening quote, and from the closing one to
    the end; None when texts are IRIs. `datatype`: of numbers and booleans. `words`: terms that stand for IRIs among the
    texts. `prefixes`: as in Scope, for IRIs.
    """

    key: str
    scope: "Scope | None"
    predicate: str | None
    before: str | None = None
    after: str | None = None
    datatype: str | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    prefixes: frozenset[str] = frozenset()
    scopes: dict[Shape, "Scope"] = field(default_factory=dict)


READ_BEFORE = Member("", None, None)


@dataclass(slots=True, eq=False)
class Scope:
    """One active context. `types`: N-Quads of the types, without subject; `prefixes`: terms that are IRI prefixes."""

    context: Any
    types: tuple[str, ...]
    prefixes: frozenset[str]
    members: dict[str, Member] = field(default_factory=lambda: dict.fromkeys(("id", "type", "@context"), READ_BEFORE))


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """The `@context` of a document, checked. `urls`: its pinned contexts; `bounds`: how much it holds itself."""

    context: Any
    urls: frozenset[str]
    bounds: Bounds
    member: Member

    @property
    def has_inline(self) -> bool:
        """Tell whether a part of it is written in the document itself."""
        return self.bounds.objects > 0


class States:
    """All states of one set of contexts.

    `learned`: how often something was met for the first time. `walked`, `fell_back`: documents.
    """

    def __init__(self, contexts: Contexts) -> None:
        """Begin with none; `contexts` keeps them (Contexts.once)."""
        self.contexts = contexts
        self.lock = threading.Lock()
        self.walked = 0
        self.fell_back = 0
        self.learned = 0
        self.forget()

    def forget(self) -> None:
        """Begin anew. Walks under way go on with the states that they hold."""
        self.roots: dict[Any, Root] = {}
        self.scopes: dict[Any, Scope] = {}
        self.prober = _Prober(self.contexts)
        self.kept = Kept()
        self.entries = 0

    def keep(self, key: Key, name: str, part: Part) -> None:
        """Keep a part that was walked, for other documents."""
        with self.lock:
            self.learned += 1
            self.kept.keep(key, name, part)

    def count(self, *, walked: bool) -> None:
        """Count a document that was walked to its end, or that the general path had to do."""
        with self.lock:
            self.walked += walked
            self.fell_back += not walked

    def root(self, context: Any) -> Root:
        """Return the state of a document's `@context`. Raises Fallback when it is not one that is known and allowed."""
        key = tuple(context) if _is_list_of_texts(context) else _content_hash(context)
        return self.roots.get(key) or self._add_root(key, context)

    def _add_root(self, key: Any, context: Any) -> Root:
        parts = context if isinstance(context, list) else [context]
        if not all(isinstance(part, str | dict) for part in parts):
            raise Fallback
        bounds = Bounds()
        try:
            bounds.check(context, "", 2)
            check_contexts({"@context": context}, self.contexts)
        except Unsound:
            raise Fallback from None
        urls = frozenset(part for part in parts if isinstance(part, str))
        with self.lock:
            self.learned += 1
            self._make_room(len(self.roots) >= MAX_DOCUMENT_CONTEXTS)
            self.roots[key] = Root(context, urls, bounds, Member("", None, None))
            return self.roots[key]

    def enter_root(self, root: Root, shape: Shape) -> Scope:
        """Return the scope of a document's outermost object. Raises Fallback."""
        with self.lock:
            probe = {**_probe_of(shape), "@context": root.context}
            return self._add_scope(root.member, shape, *self.prober.enter(None, None, probe))

    def enter(self, member: Member, shape: Shape) -> Scope:
        """Return the scope of an object of that shape under `member`. Raises Fallback."""
        if member.scope is None:
            raise Fallback
        with self.lock:
            return self._add_scope(
                member, shape, *self.prober.enter(member.scope.context, member.key, _probe_of(shape))
            )

    def member(self, scope: Scope, key: str) -> Member:
        """Return what a key means in a scope. Raises Fallback."""
        with self.lock:
            self.learned += 1
            member = scope.members[key] = self._made_member(scope, key)
            self._make_room(self.entries >= MAX_ENTRIES)
            self.entries += 1
            return member

    def _make_room(self, is_full: bool) -> None:  # noqa: FBT001 - the question itself
        if is_full:
            self.forget()

    def _add_scope(self, member: Member, shape: Shape, active: Any, before_types: Any) -> Scope:
        self.learned += 1
        types = _types_of(shape)
        key = (active["_uuid"], before_types["_uuid"], types)
        if key not in self.scopes:
            self._make_room(self.entries >= MAX_ENTRIES)
            _refuse_odd_names(active)
            _refuse_odd_names(before_types)
            lines = tuple(f" {rdf.RDF_TYPE} <{self._type_iri(before_types, name)}> .\n" for name in types)
            self.entries += len(active["mappings"])
            self.scopes[key] = Scope(active, lines, _prefixes_of(active))
        member.scopes[shape] = self.scopes[key]
        return self.scopes[key]

    def _type_iri(self, before_types: Any, name: Any) -> str:
        if name not in before_types["mappings"]:
            raise Fallback
        expanded = self.prober.expand_name(before_types, name)
        return _refuse_alias(expanded, name, self.contexts.types_of)

    def _made_member(self, scope: Scope, key: str) -> Member:
        if key not in scope.context["mappings"]:
            raise Fallback
        iri = _refuse_alias(self.prober.expand_name(scope.context, key), key, self.contexts.keys_of)
        inner, sample = self.prober.expand_text(scope.context, key, iri)
        for context in (scope.context, inner):
            _refuse_unusual_definition(context["mappings"].get(key) or {})
        member = Member(key, scope, f" <{iri}> ", prefixes=_prefixes_of(inner))
        if "@id" in sample:
            if inner["mappings"][key].get("@type") == "@vocab":
                member.words = inner["mappings"]
            return member
        if not safe_expansion.is_language(sample.get("@language", "en")):
            raise Fallback
        member.before, member.after = f'{member.predicate}"', rdf.literal_of({**sample, "@value": ""})[1:] + " .\n"
        member.datatype = sample.get("@type")
        return member


class _Prober(safe_expansion.RememberingProcessor):
    """pyld, to be asked what it makes of a probe. To be used by one thread at a time."""

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts, ThreadCaches())
        self.options = self.options_of_a_run()
        self.entered: tuple[Any, Any] = (None, None)
        self.inner: Any = None

    def enter(self, active: Any, key: str | None, probe: dict[str, Any]) -> tuple[Any, Any]:
        """Return the active context of `probe` under `key`, and the one that its types are read in."""
        try:
            if key is None:
                self._expand(self._get_initial_context(self.options), None, probe, self.options)
            else:
                super()._expand_object(active, None, None, {key: probe}, {}, self.options)
        except Unsound:
            raise Fallback from None
        except Exception as error:  # as app.vc.safe_expansion: pyld lets others through
            raise Fallback from error
        return self.entered

    def expand_text(self, active: Any, key: str, iri: str) -> tuple[Any, dict[str, Any]]:
        """Return the active context of a text under `key`, and what becomes of the text. Raises Fallback."""
        expanded: dict[str, Any] = {}
        try:
            super()._expand_object(active, None, None, {key: _PROBE_IRI}, expanded, self.options)
        except JsonLdError as error:
            raise Fallback from error
        match expanded.get(iri):
            case [{"@id": _} as sample] | [{"@value": _} as sample]:
                return self.inner, sample
        raise Fallback

    def expand_name(self, active: Any, name: str) -> Any:
        """Return the IRI of a key or type."""
        return self._expand_iri(active, name, vocab=True)

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *rest: Any, **more: Any) -> Any:
        self.inner = active_ctx
        return super()._expand(active_ctx, active_property, element, *rest, **more)

    def _expand_object(self, active_ctx: Any, *rest: Any, **_more: Any) -> None:
        """Note the contexts of the probe and leave it at that. pyld gives the last of `rest` the types' own."""
        self.entered = (active_ctx, rest[-1])


def _probe_of(shape: Shape) -> dict[str, Any]:
    if shape == REFERENCE:
        return {"id": _PROBE_IRI}
    # With three keys pyld takes it neither for a reference nor for a value.
    probe: dict[str, Any] = {"id": _PROBE_IRI, "name": None, "description": None}
    if isinstance(shape, InContext):
        probe["@context"] = list(shape.urls)
    written = _written_types(shape)
    if written not in (REFERENCE, UNTYPED):
        probe["type"] = list(written) if isinstance(written, tuple) else written
    return probe


def _written_types(shape: Shape) -> Types:
    return shape.types if isinstance(shape, InContext) else shape


def _types_of(shape: Shape) -> tuple[Any, ...]:
    written = _written_types(shape)
    if written in (REFERENCE, UNTYPED):
        return ()
    types = written if isinstance(written, tuple) else (written,)
    if not types or not all(isinstance(name, str) for name in types):
        raise Fallback
    return types


def _refuse_alias(iri: Any, name: str, spellings: Mapping[str, frozenset[str]]) -> str:
    """Leave keys and types that are no absolute IRIs, or other names of known ones, to the general path."""
    if not safe_expansion.is_iri(iri) or iri.startswith("_:") or name not in spellings.get(iri, {name}):
        raise Fallback
    return str(iri)


def _refuse_odd_names(context: Any) -> None:
    """Leave contexts where `id` and `type` are something else, or something else is `type`, to the general path."""
    names = {name: (definition or {}).get("@id") for name, definition in context["mappings"].items()}
    others = any(meaning == "@type" for name, meaning in names.items() if name != "type")
    if names.get("id") != "@id" or names.get("type") != "@type" or others:
        raise Fallback


def _refuse_unusual_definition(definition: Mapping[str, Any]) -> None:
    containers = definition.get("@container", [])
    is_plain = all(one == "@set" for one in (containers if isinstance(containers, list) else [containers]))
    if not is_plain or definition.get("reverse") or definition.get("@type") == "@json":
        raise Fallback


def _prefixes_of(context: Any) -> frozenset[str]:
    return frozenset(term for term, definition in context["mappings"].items() if definition and definition["_prefix"])


def _is_list_of_texts(context: Any) -> bool:
    return isinstance(context, list) and all([type(part) is str for part in context])  # noqa: C419 - two or three


def _content_hash(context: Any) -> bytes:
    return hashlib.sha256(json.dumps(context).encode()).digest()
