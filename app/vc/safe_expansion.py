"""JSON-LD expansion by pyld that refuses what would be dropped, or hidden from a reader of the JSON.

https://www.w3.org/TR/json-ld11-api/#expansion-algorithms ; what "safe" means: Data Integrity section 2.4.2
(https://www.w3.org/TR/vc-data-integrity/#securing-data-losslessly).

Refused as dropped: keys and types that no context defines; ids, types and datatypes that are no absolute IRIs (there is
no base IRI, so what is relative stays so); malformed language tags; objects and values that expand to nothing.

Refused as hidden: a term spelled as an IRI, or as another term than the contexts have for that IRI; keywords that move
data elsewhere (@graph, @included, @reverse, @nest); a second object with the document's own id and with properties of
credentials. A proof covers the RDF, while rules are checked on the JSON: without this, one could take somebody's badge,
rename its `validUntil` or move its `credentialStatus`, and the proof would still hold.

`null` and empty arrays mean in JSON-LD that there is nothing, so they emit nothing.
"""

import re
from collections.abc import Mapping
from typing import Any

from pyld.jsonld import JsonLdError, JsonLdProcessor

from app.vc.json_pointer import child
from app.vc.outcome import Unsound, unknown, unsound
from app.vc.pinned_contexts import Contexts, ThreadCaches
from app.vc.problem_types import DATA_LOSS_DETECTION_ERROR, PROOF_TRANSFORMATION_ERROR

MAX_PROCESSED_CONTEXTS = 400  # ours: a badge that uses every OB class needs 60, and those are remembered
CREDENTIALS_VOCABULARY = "https://www.w3.org/2018/credentials#"

# RFC 3987 without white space and without what N-Quads' IRIREF leaves out; or a blank node.
_ABSOLUTE_IRI = re.compile(r'(?:[A-Za-z][A-Za-z0-9+.-]*|_):[^\s\x00-\x20<>"{}|\\^`\x7f-\x9f\ufeff]*')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")  # BCP 47 as RDF 1.1 literals have it
_NODE_KEYS = (("id", "@id"), ("type", "@type"), ("@list", "@list"), ("@set", "@set"))
_VALUE_KEYS = tuple((keyword, keyword) for keyword in ("@value", "@type", "@language", "@direction"))
_NO_NODE = ("@value", "@list", "@set")  # JSON-LD 1.1 section 9.4: what is not a node object
_EXPANDED_KEYWORDS = ("@id", "@type", "@graph", "@list", "@value", "@language", "@direction")


def expand(document: Mapping[str, Any], contexts: Contexts) -> dict[str, Any]:
    """Return the one node object that a document expands to. Its contexts and its bounds have been checked.

    Raises Unsound with a pointer into `document`; the codes are listed at app.vc.jsonld.to_quads.
    """
    return _SafeProcessor(document, contexts).run()


def anonymous_nodes(document: Mapping[str, Any], contexts: Contexts) -> list[dict[str, Any]]:
    """Return the objects of the document, the very ones, that are nodes without an id. Raises as `expand`."""
    processor = _SafeProcessor(document, contexts)
    processor.run()
    return processor.anonymous


class RememberingProcessor(JsonLdProcessor):  # type: ignore[misc]  # pyld has no types
    """pyld's expansion with a memory for processed contexts: its own never hits for those that are scoped to a type."""

    def __init__(self, contexts: Contexts, caches: ThreadCaches) -> None:
        super().__init__()
        self.contexts = contexts
        self.caches = caches

    def options_of_a_run(self) -> dict[str, Any]:
        """Return pyld's options for one run."""
        return {
            "base": None,
            "isFrame": False,
            "keepFreeFloatingNodes": False,
            "processingMode": "json-ld-1.1",
            "documentLoader": self.contexts.load,
            "contextResolver": self.contexts.resolver(self.caches),
        }

    def spend(self) -> None:
        """Take note that a context is processed anew."""

    def _process_context(self, active_ctx: Any, local_ctx: Any, options: Any, **how: Any) -> Any:
        if "cycles" in how or "_uuid" not in active_ctx:  # pyld checks a definition of a context that is half done
            return super()._process_context(active_ctx, local_ctx, options, **how)
        key = (active_ctx["_uuid"], id(local_ctx), *sorted(how.items()))
        processed = self.caches.processed
        if key not in processed:
            self.spend()
            result = super()._process_context(active_ctx, local_ctx, options, **how)
            processed[key] = (local_ctx, result)  # while local_ctx is held nothing else gets its id()
        return processed[key][1]


class _SafeProcessor(RememberingProcessor):
    """pyld's expansion with a check at every object; one instance expands one document.

    Private methods are overridden, since only there an object and its active context are known together. Should
    another pyld call them otherwise, tests/vc/test_safe_expansion.py fails.
    """

    def __init__(self, document: Mapping[str, Any], contexts: Contexts) -> None:
        super().__init__(contexts, contexts.caches)
        self.document = document
        self.left = MAX_PROCESSED_CONTEXTS
        self.open: list[dict[str, Any]] = []  # the objects being expanded, outermost first
        self.nodes: list[tuple[dict[str, Any], dict[str, Any]]] = []  # every object with an id, and what it became
        self.anonymous: list[dict[str, Any]] = []  # every node object without an id

    def run(self) -> dict[str, Any]:
        options = self.options_of_a_run()
        try:
            root: dict[str, Any] = self._expand(self._get_initial_context(options), None, self.document, options)
        except Unsound:
            raise
        except Exception as error:  # noqa: BLE001 - pyld lets KeyError, TypeError and others through for odd input
            raise self.malformed(error) from None
        self.refuse_second_root(root)
        return root

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(element, dict):
            self.open.append(element)  # stays there when something is refused: that is how the place is known
        expanded = super()._expand(active_ctx, active_property, element, *rest, **more)
        if isinstance(element, dict):
            if expanded is None:
                raise _dropped("dropped_value", "JSON-LD drops this object, so it would not be signed.", self.place())
            self.open.pop()
        elif element is not None and not isinstance(element, list):
            self.check_scalar(expanded, active_property, element)
        return expanded

    def _expand_object(
        self,
        active_ctx: Any,
        active_property: Any,
        expanded_active_property: Any,
        element: Any,
        expanded_parent: Any,
        options: Any,
        inside_list: Any = None,
        type_key: Any = None,
        type_scoped_ctx: Any = None,
    ) -> None:
        type_name = "@type" if "@value" in element else "type"
        if type_name in element:  # first, since an undefined type makes the terms of its own context undefined too
            self.check_types(type_name, element[type_name], type_scoped_ctx)
        for key in element:
            if key != "@context":
                self.check_key(key, self._expand_iri(active_ctx, key, vocab=True), element)
        super()._expand_object(
            active_ctx,
            active_property,
            expanded_active_property,
            element,
            expanded_parent,
            options,
            inside_list,
            type_key,
            type_scoped_ctx,
        )
        self.check_object(element, expanded_parent)

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise unknown(
                "jsonld_budget",
                f"The document combines contexts and types in more than {MAX_PROCESSED_CONTEXTS} ways.",
                self.place(),
                problem_type=PROOF_TRANSFORMATION_ERROR,
            )

    def check_key(self, key: str, expanded: Any, element: dict[str, Any]) -> None:
        """Refuse a key that is undefined, a keyword that moves data, or another name for a known term."""
        if isinstance(expanded, str) and expanded.startswith("@"):
            if (key, expanded) not in (_VALUE_KEYS if "@value" in element else _NODE_KEYS):
                message = f"{key!r} means {expanded} and is not read here; write plain terms, `id` and `type`."
                raise _hidden("unsupported_keyword", message, self.place(key))
        elif not is_iri(expanded) or expanded.startswith("_:"):
            message = f"No context of this document defines {key[:80]!r}, so it would not be signed."
            raise _dropped("undefined_term", message, self.place(key))
        elif key not in self.contexts.keys_of.get(expanded, {key}):
            message = f"{key!r} is another name for {min(self.contexts.keys_of[expanded])!r}; write that."
            raise _hidden("aliased_term", message, self.place(key))

    def check_object(self, element: dict[str, Any], expanded: dict[str, Any]) -> None:
        """Refuse ids and languages that would be dropped."""
        if "@id" in expanded:
            if not is_iri(expanded["@id"]):
                raise _relative(expanded["@id"], self.place("id"))
            self.nodes.append((element, expanded))
        elif not any(keyword in expanded for keyword in _NO_NODE):
            self.anonymous.append(element)
        if "@language" in expanded and not is_language(expanded["@language"]):
            raise _no_language(expanded["@language"], self.place("@language"))
        if any(key.startswith("@") and key not in _EXPANDED_KEYWORDS for key in expanded):
            raise _dropped("dropped_value", "This object holds something that RDF cannot keep.", self.place())

    def check_types(self, key: str, written: Any, type_scoped_ctx: Any) -> None:
        """Refuse types that are undefined, or other names for known ones. Value objects have a datatype in `@type`."""
        for kind in written if isinstance(written, list) else [written]:
            if not isinstance(kind, str):
                raise _hidden("malformed_jsonld", "A type is a text, or a list of texts.", self.place(key))
            expanded = self._expand_iri(type_scoped_ctx, kind, vocab=True)
            if not is_iri(expanded) and expanded != "@json":
                message = f"No context of this document defines the type {kind[:80]!r}, so it would not be signed."
                raise _dropped("undefined_term", message, self.place_of(key, kind))
            if key == "type" and kind not in self.contexts.types_of.get(expanded, {kind}):
                message = (
                    f"{kind[:80]!r} is another name for the type {min(self.contexts.types_of[expanded])!r}; write that."
                )
                raise _hidden("aliased_term", message, self.place_of(key, kind))

    def check_scalar(self, expanded: Any, active_property: Any, element: Any) -> None:
        """Refuse what a text, number or boolean became when RDF would drop it."""
        if expanded is None:
            message = "JSON-LD drops this value, so it would not be signed."
            raise _dropped("dropped_value", message, self.place_of(active_property, element))
        if isinstance(expanded, dict):
            if "@id" in expanded and not is_iri(expanded["@id"]):
                raise _relative(element, self.place_of(active_property, element))
            if "@language" in expanded and not is_language(expanded["@language"]):
                raise _no_language(expanded["@language"], self.place_of(active_property, element))

    def refuse_second_root(self, root: dict[str, Any]) -> None:
        for element, expanded in self.nodes:
            is_second = expanded is not root and expanded["@id"] == root.get("@id")
            if is_second and any(key.startswith(CREDENTIALS_VOCABULARY) for key in expanded):
                message = "This object has the document's own id and says something about it where nobody looks for it."
                raise _hidden("repeated_id", message, _pointer_to(self.document, element) or "")

    def malformed(self, error: BaseException) -> Unsound:
        """Put what pyld said in words of ours. Its innermost code is the most exact."""
        reasons = []
        while isinstance(error, JsonLdError):
            reasons.append(error.code or str(error.args[0]))
            error = error.__cause__ or ValueError()
        if "protected term redefinition" in reasons:
            message = "A context gives another meaning to a term that another context protects."
            return _hidden("redefined_term", message, self.place("@context"))
        return _hidden("malformed_jsonld", f"This is not JSON-LD: {'; '.join(reasons)[:200] or 'odd'}.", self.place())

    def place(self, *keys: str | int) -> str:
        """Return the pointer to the object being expanded, and down `keys`."""
        found = _pointer_to(self.document, self.open[-1]) if self.open else ""
        return child(found or "", *keys)

    def place_of(self, key: Any, value: Any) -> str:
        """Return the pointer to a member of the object being expanded, or to its first item that equals `value`."""
        held = self.open[-1].get(key) if self.open else None
        return self.place(key, held.index(value)) if isinstance(held, list) and value in held else self.place(str(key))


def _pointer_to(value: Any, wanted: object, pointer: str = "") -> str | None:
    """Find an object by identity, in a document of bounded depth."""
    if value is wanted:
        return pointer
    members = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    places = (_pointer_to(member, wanted, child(pointer, name)) for name, member in members)
    return next((place for place in places if place is not None), None)


def is_iri(name: Any) -> bool:
    """Tell whether a name is an absolute IRI or a blank node, in characters that N-Quads can hold."""
    return isinstance(name, str) and _ABSOLUTE_IRI.fullmatch(name) is not None


def is_language(language: Any) -> bool:
    """Tell whether this is a well-formed language tag."""
    return isinstance(language, str) and _LANGUAGE.fullmatch(language) is not None


def _relative(written: Any, pointer: str) -> Unsound:
    return _dropped(
        "relative_iri", f"{str(written)[:120]!r} is not an absolute IRI, so it would not be signed.", pointer
    )


def _no_language(language: Any, pointer: str) -> Unsound:
    return _dropped("malformed_language", f"{str(language)[:40]!r} is no language tag (BCP 47).", pointer)


def _dropped(code: str, message: str, pointer: str) -> Unsound:
    return unsound(code, message, pointer, problem_type=DATA_LOSS_DETECTION_ERROR)


def _hidden(code: str, message: str, pointer: str) -> Unsound:
    return unsound(code, message, pointer, problem_type=PROOF_TRANSFORMATION_ERROR)
