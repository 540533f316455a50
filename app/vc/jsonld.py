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

from collections.abc import Mapping
from typing import Any

from app.vc import pinned_contexts, rdf, rdfc, safe_expansion, walk
from app.vc.bounds import Bounds
from app.vc.inline_contexts import check_contexts
from app.vc.pinned_contexts import Contexts


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
    if not walk.is_plain(document, pinned_contexts.issuing()):
        to_quads(document)


def to_quads(document: Mapping[str, Any], *, contexts: Contexts | None = None) -> list[rdf.Quad]:
    """Return the RDF of a JSON-LD document in safe mode. `contexts`: those for issuing when left out.

    Raises Unsound, with a pointer: `unknown_context`, `unsupported_context`, `redefined_term`, `undefined_term`,
    `aliased_term`, `relative_iri`, `malformed_language`, `dropped_value`, `inexact_number`, `unsupported_keyword`,
    `repeated_id`, `malformed_text`, `malformed_jsonld`, `jsonld_budget`.
    """
    contexts = contexts or pinned_contexts.issuing()
    Bounds().check(document, "", 1)
    check_contexts(document, contexts)
    return rdf.dataset([safe_expansion.expand(document, contexts)])


def anonymous_nodes(document: Mapping[str, Any], *, contexts: Contexts | None = None) -> list[dict[str, Any]]:
    """Return the objects of a document, the very ones, that become blank nodes. Raises Unsound as `to_quads`."""
    contexts = contexts or pinned_contexts.issuing()
    Bounds().check(document, "", 1)
    check_contexts(document, contexts)
    return safe_expansion.anonymous_nodes(document, contexts)
