"""The JSON-LD contexts that Attesta knows, by URL, each checked against its SHA-256; none is ever fetched.

`contexts/index.json` names them. https://www.w3.org/TR/vc-data-integrity/#validating-contexts (section 4.6) asks that
only contexts are used whose content is known; a copy that is pinned by hash is known for good.

1EdTech changed context-3.0.3.json in place in June 2026 (two root terms were added), so two editions go under one URL:
the newer is used for signing; `verifying_older` knows the 2024 one, for badges that verify with it only.
"""

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any, TypeVar

from cachetools import LRUCache
from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdError

OB_3_0_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OLDER_EDITION = "2024"
RESOLVED_CONTEXTS = 100  # pyld's own number; foreign inline contexts are kept here too, and the bound evicts them
PROCESSED_CONTEXTS = 512  # active contexts of some 10 kB; a badge needs fewer than 100

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class ThreadCaches:
    """What one thread keeps between documents: pyld's caches are not safe to share between threads."""

    resolved: LRUCache[str, Any] = field(default_factory=lambda: LRUCache(RESOLVED_CONTEXTS))
    processed: LRUCache[Any, Any] = field(default_factory=lambda: LRUCache(PROCESSED_CONTEXTS))


class Contexts:
    """A closed set of contexts with caches of its own, so that what one side reads cannot evict what another needs.

    `documents`: parsed context documents by URL. They are never changed.
    """

    def __init__(self, documents: Mapping[str, dict[str, Any]]) -> None:
        """Keep the documents; the caches start empty in every thread."""
        self.documents = dict(documents)
        self._local = threading.local()
        self._made: dict[Any, Any] = {}

    def with_documents(self, more: Mapping[str, dict[str, Any]]) -> "Contexts":
        """Return a set that knows `more` contexts as well (a deployment's own, or those of a test suite)."""
        return Contexts({**self.documents, **more})

    @property
    def caches(self) -> ThreadCaches:
        """The caches of this thread."""
        if not hasattr(self._local, "caches"):
            self._local.caches = ThreadCaches()
        caches: ThreadCaches = self._local.caches
        return caches

    def resolver(self, caches: ThreadCaches) -> Any:
        """Return a pyld ContextResolver for one run: it keeps what it resolves itself, so it must not live longer."""
        return ContextResolver(caches.resolved, self.load)

    def once(self, make: Callable[["Contexts"], Made]) -> Made:
        """Return what `make` makes of this set; made at the first time and kept with it."""
        made: Made = self._made.get(make) or self._made.setdefault(make, make(self))
        return made

    def load(self, url: str, _options: Any = None) -> dict[str, Any]:
        """Load as a pyld document loader. The tag makes pyld keep the resolved context between runs."""
        if url not in self.documents:
            raise JsonLdError(f"The context {url} is not pinned.", "attesta.UnknownContext")
        return {"contextUrl": None, "documentUrl": url, "document": self.documents[url], "tag": "static"}

    @cached_property
    def terms_of(self) -> Mapping[str, frozenset[str]]:
        """Every IRI that a pinned context defines a term for, and the terms that mean it, in any scope."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for document in self.documents.values():
            for iri, term in _defined(document["@context"], {}):
                found[iri].add(term)
        return {iri: frozenset(terms) for iri, terms in found.items()}

    @cached_property
    def keys_of(self) -> Mapping[str, frozenset[str]]:
        """As `terms_of`, for members: Open Badges has `criteria` and its type `Criteria` under one IRI."""
        return {iri: _spelled(terms, as_types=False) for iri, terms in self.terms_of.items()}

    @cached_property
    def types_of(self) -> Mapping[str, frozenset[str]]:
        """As `terms_of`, for types."""
        return {iri: _spelled(terms, as_types=True) for iri, terms in self.terms_of.items()}

    def root_terms(self, url: str) -> dict[str, Any]:
        """Return the term definitions at the root of a pinned context."""
        context = self.documents[url]["@context"]
        parts = context if isinstance(context, list) else [context]
        return {term: value for part in parts for term, value in part.items() if not term.startswith("@")}


def _spelled(terms: frozenset[str], *, as_types: bool) -> frozenset[str]:
    """Where an IRI has terms of both spellings, types begin with a capital and members do not."""
    return frozenset(term for term in terms if term[:1].isupper() is as_types) or terms


def _defined(context: Any, outer_names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (IRI, term) for every definition in a context and in the contexts scoped to its terms."""
    for part in context if isinstance(context, list) else [context]:
        if not isinstance(part, dict):
            continue
        names = {**outer_names, **{term: name for term, value in part.items() if (name := _name(term, value))}}
        for term, value in part.items():
            if _name(term, value):
                yield _expanded(term, names), term
            if isinstance(value, dict) and "@context" in value:
                yield from _defined(value["@context"], names)


def _name(term: str, value: Any) -> str | None:
    """Return what a definition says its term stands for: an IRI, a compact IRI, or another term."""
    name = value.get("@id") if isinstance(value, dict) else value
    return name if isinstance(name, str) and not term.startswith("@") and not name.startswith("@") else None


def _expanded(term: str, names: Mapping[str, str]) -> str:
    """Expand by the names of one context, as JSON-LD 1.1 API section 5.2 does when it creates a term definition."""
    name = names[term]
    if name in names and name != term:
        return _expanded(name, names)
    prefix, colon, suffix = name.partition(":")
    return _expanded(prefix, names) + suffix if colon and prefix in names and not suffix.startswith("//") else name


@cache
def issuing() -> Contexts:
    """Return the contexts to sign with."""
    return Contexts(_pinned())


@cache
def verifying() -> Contexts:
    """Return the contexts to verify with: the same, with caches of their own."""
    return Contexts(_pinned())


@cache
def verifying_older() -> Contexts:
    """Return the contexts with older editions where there are any, to try when verifying fails."""
    return Contexts({**_pinned(), **_pinned(OLDER_EDITION)})


@cache
def changed_terms() -> frozenset[str]:
    """Return the terms of the context that was changed in place that its two editions do not define alike."""
    newer, older = (contexts.root_terms(OB_3_0_3) for contexts in (verifying(), verifying_older()))
    return frozenset(term for term in newer.keys() | older.keys() if newer.get(term) != older.get(term))


def is_read_otherwise(document: Mapping[str, Any]) -> bool:
    """Tell whether `verifying_older` may see a document otherwise: it names such a term, as member or as a text."""
    text = json.dumps(document)
    return json.dumps(OB_3_0_3) in text and any(json.dumps(term) in text for term in changed_terms())


@cache
def contents() -> Mapping[str, tuple[bytes, ...]]:
    """Return the bytes of contexts by URL, in every edition: what somebody who fetches them may have got.

    Left out are those that may differ in white space from what their publisher serves.
    """
    found: defaultdict[str, tuple[bytes, ...]] = defaultdict(tuple)
    for entry, content in _files():
        if entry.get("official_bytes"):
            found[entry["url"]] += (content,)
    return dict(found)


def _pinned(edition: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the pinned contexts of one edition by URL."""
    return {entry["url"]: _checked(content, entry) for entry, content in _files() if entry.get("edition") == edition}


def _files() -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield every entry of the index and the bytes of its file."""
    folder = resources.files("app.vc") / "contexts"
    for entry in json.loads((folder / "index.json").read_text()):
        yield entry, (folder / entry["file"]).read_bytes()


def _checked(content: bytes, entry: Mapping[str, str]) -> dict[str, Any]:
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ValueError(f"the pinned context {entry['file']} is not the file that was pinned; install Attesta anew")
    document: dict[str, Any] = json.loads(content)
    return document
