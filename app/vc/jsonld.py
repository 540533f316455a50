"""JSON-LD in safe mode: every member of a document ends up in the RDF that is signed, or the document is refused.

JSON-LD 1.1 https://www.w3.org/TR/json-ld11-api/ . Data Integrity section 2.4.2
(https://www.w3.org/TR/vc-data-integrity/#securing-data-losslessly) demands an error when data would be dropped, section
4.6 that contexts are known; pyld, which does the expansion, drops silently.

1. bound the document: depth, number of values; refuse text that is not Unicode and numbers that JSON-LD would change
2. check every `@context` (app.vc.inline_contexts)
3. expand, with checks at every object (app.vc.safe_expansion)
4. turn the expanded form into quads (app.vc.rdf), and those into canonical N-Quads (app.vc.rdfc)

`canonicalize` takes the compiled walk (app.vc.walk) instead of steps 1 to 4 wherever that does the same.

A finding's pointer leads into the document as it was given.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.vc import pinned_contexts, rdf, rdfc, safe_expansion, walk
from app.vc.inline_contexts import check_contexts
from app.vc.json_pointer import child
from app.vc.outcome import unknown, unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import DATA_LOSS_DETECTION_ERROR, PROOF_TRANSFORMATION_ERROR
from app.vc.strict_json import MAX_DEPTH

MAX_OBJECTS = 5_000  # ours: 100 times a large badge, half a second of work; a transcript of 100 badges fits
MAX_VALUES = 50_000  # ours: costs as much

_SURROGATE = re.compile("[\ud800-\udfff]")


def canonicalize(document: Mapping[str, Any], *, hash_name: str = "sha256", contexts: Contexts | None = None) -> str:
    """Return the canonical N-Quads of a document. Raises Unsound as `to_quads`, and when RDFC-1.0 takes too long.

    By the compiled walk where it can; the general path does everything else, and all that is refused.
    """
    contexts = contexts or pinned_contexts.issuing()
    text = walk.canonicalize(document, contexts, hash_name)
    return canonicalize_generally(document, hash_name=hash_name, contexts=contexts) if text is None else text


def canonicalize_generally(
    document: Mapping[str, Any], *, hash_name: str = "sha256", contexts: Contexts | None = None
) -> str:
    """Return the same by the general path: `to_quads`, then RDFC-1.0. Raises Unsound as they do."""
    return rdfc.canonicalize(to_quads(document, contexts=contexts), hash_name=hash_name)


def refuse_lossy(document: Mapping[str, Any]) -> None:
    """Refuse a document of which JSON-LD would lose or hide something: raises Unsound as `to_quads`, but quicker."""
    if walk.canonicalize(document, pinned_contexts.issuing()) is None:
        to_quads(document)


def to_quads(document: Mapping[str, Any], *, contexts: Contexts | None = None) -> list[rdf.Quad]:
    """Return the RDF of a JSON-LD document in safe mode. `contexts`: those for issuing when left out.

    Raises Unsound, with a pointer: `unknown_context`, `unsupported_context`, `redefined_term`, `undefined_term`,
    `aliased_term`, `relative_iri`, `malformed_language`, `dropped_value`, `inexact_number`, `unsupported_keyword`,
    `repeated_id`, `malformed_text`, `malformed_jsonld`, `jsonld_budget`.
    """
    contexts = contexts or pinned_contexts.issuing()
    _Bounds().check(document, "", 1)
    check_contexts(document, contexts)
    return rdf.dataset([safe_expansion.expand(document, contexts)])


def anonymous_nodes(document: Mapping[str, Any], *, contexts: Contexts | None = None) -> list[dict[str, Any]]:
    """Return the objects of a document, the very ones, that become blank nodes. Raises Unsound as `to_quads`."""
    contexts = contexts or pinned_contexts.issuing()
    _Bounds().check(document, "", 1)
    check_contexts(document, contexts)
    return safe_expansion.anonymous_nodes(document, contexts)


class _Bounds:
    """Counts what a document holds before anything expensive looks at it."""

    def __init__(self) -> None:
        self.objects = 0
        self.values = 0

    def check(self, value: Any, pointer: str, depth: int) -> None:
        """Check a value and all that it holds; `pointer` leads to it, `depth` is how deep it stands."""
        self.values += 1
        if isinstance(value, str):
            _refuse_surrogates(value, pointer)
        elif isinstance(value, Mapping):
            self.objects += 1
            self.refuse_excess(pointer, depth)
            for name, member in value.items():
                _refuse_surrogates(name, pointer)
                self.check(member, child(pointer, name), depth + 1)
        elif isinstance(value, list):
            self.refuse_excess(pointer, depth)
            for position, item in enumerate(value):
                self.check(item, child(pointer, position), depth + 1)
        elif isinstance(value, int | float):
            _refuse_inexact(value, pointer)

    def refuse_excess(self, pointer: str, depth: int) -> None:
        if depth > MAX_DEPTH or self.objects > MAX_OBJECTS or self.values > MAX_VALUES:
            raise unknown(
                "jsonld_budget",
                f"The document is too large to be canonicalized; {MAX_OBJECTS} objects, {MAX_VALUES} values and "
                f"{MAX_DEPTH} levels are the most.",
                pointer,
                problem_type=PROOF_TRANSFORMATION_ERROR,
            )


def _refuse_surrogates(text: str, pointer: str) -> None:
    if not text.isascii() and _SURROGATE.search(text):
        raise unsound(
            "malformed_text",
            "This text holds half of a surrogate pair, which is no Unicode character.",
            pointer,
            problem_type=DATA_LOSS_DETECTION_ERROR,
        )


def _refuse_inexact(number: float, pointer: str) -> None:
    if not rdf.is_exact(number):
        raise unsound(
            "inexact_number",
            f"JSON-LD cannot keep the number {number} exactly; write it as text.",
            pointer,
            problem_type=DATA_LOSS_DETECTION_ERROR,
        )
