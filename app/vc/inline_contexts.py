"""Which `@context` values a document may have: pinned URLs, and inline contexts that only add vocabulary.

What is signed is the RDF, and what people read is the JSON; a context stands between the two and is not itself signed
(https://www.w3.org/TR/vc-data-integrity/#validating-contexts). So an inline context in a foreign document may define
new terms and nothing else. Refused is whatever could give known words another meaning, move data out of sight or lead
elsewhere: @import, @base, @propagate, @reverse, @nest, maps (@index, @id, @type, @language, @graph containers), aliases
of keywords other than id and type, and another definition of a term that one of the document's pinned contexts has.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.vc.json_pointer import child
from app.vc.outcome import Unsound, unknown, unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import PROOF_TRANSFORMATION_ERROR

MAX_INLINE_TERMS = 500  # ours: the whole OB 3.0.3 context has 320, counted as here

_CONTEXT_KEYWORDS = ("@version", "@protected", "@vocab", "@language", "@direction")
_TERM_KEYWORDS = ("@id", "@type", "@container", "@context", "@protected", "@language", "@direction", "@prefix")
_CONTAINERS = ("@set", "@list")
_ALIASES = (("id", "@id"), ("type", "@type"))
_TYPE_KEYWORDS = ("@id", "@vocab", "@json", "@none")
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


def check_contexts(document: Mapping[str, Any], contexts: Contexts, pointer: str = "") -> None:
    """Refuse a document with a context that is not known or not allowed, at any depth.

    Raises Unsound: `unknown_context` (outcome unknown) or `unsupported_context`, `redefined_term`.
    """
    found = [
        (place, part) for place, context in _contexts_in(document, pointer) for place, part in _parts(place, context)
    ]
    known: dict[str, Any] = {}
    named: dict[str, str] = {}
    for place, part in found:
        if isinstance(part, str):
            named.setdefault(part, place)
    for part, place in named.items():  # each once: a document may name one thousands of times
        _refuse_unknown(part, contexts, place)
        known |= {term: [*known.get(term, ()), value] for term, value in contexts.root_terms(part).items()}
    terms = 0
    for place, part in found:
        if not isinstance(part, str):
            terms += _check_inline(part, known, contexts, place)
            if terms > MAX_INLINE_TERMS:
                raise _unsupported(f"The inline contexts define more than {MAX_INLINE_TERMS} terms.", place)


def _contexts_in(value: Any, pointer: str, *path: str | int) -> Iterator[tuple[str, Any]]:
    """Go through a JSON value; the pointer is written only for what is found, since names may be very long."""
    if isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from _contexts_in(item, pointer, *path, position)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name == "@context":
                yield child(pointer, *path, name), member
            elif isinstance(member, dict | list):
                yield from _contexts_in(member, pointer, *path, name)


def _parts(pointer: str, context: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(context, list):
        yield from (_bare(child(pointer, position), part) for position, part in enumerate(context))
    else:
        yield _bare(pointer, context)


def _bare(pointer: str, context: Any) -> tuple[str, Any]:
    """Take an inline context out of an object that holds nothing else, as context files have it and pyld reads it."""
    if isinstance(context, dict) and context.keys() == {"@context"} and isinstance(context["@context"], dict):
        return child(pointer, "@context"), context["@context"]
    return pointer, context


def _refuse_unknown(url: str, contexts: Contexts, pointer: str) -> None:
    if url not in contexts.documents:
        raise unknown(
            "unknown_context",
            f"The context {url[:200]!r} is not among those that are known here, so what its terms mean cannot be told.",
            pointer,
            problem_type=PROOF_TRANSFORMATION_ERROR,
        )


def _check_inline(context: Any, known: Mapping[str, list[Any]], contexts: Contexts, pointer: str) -> int:
    """Check one inline context and those scoped to its terms; returns how many definitions they have."""
    if not isinstance(context, dict):
        raise _unsupported("A context is a URL, an object, or a list of them.", pointer)
    terms = len(context)
    for term, value in context.items():
        place = child(pointer, term)
        if term.startswith("@"):
            _check_keyword(term, value, place)
            continue
        if term in known and value not in known[term]:
            raise unsound(
                "redefined_term",
                f"The inline context gives another meaning to {term!r}, which a context of this document defines.",
                place,
                problem_type=PROOF_TRANSFORMATION_ERROR,
            )
        terms += _check_definition(term, value, contexts, place)
    return terms


def _check_keyword(keyword: str, value: Any, pointer: str) -> None:
    if keyword not in _CONTEXT_KEYWORDS:
        raise _unsupported(f"An inline context may not use {keyword}.", pointer)
    if keyword == "@vocab" and not (isinstance(value, str) and _ABSOLUTE_IRI.fullmatch(value)):
        raise _unsupported("The @vocab of an inline context must be an absolute IRI.", pointer)


def _check_definition(term: str, value: Any, contexts: Contexts, pointer: str) -> int:
    definition = {"@id": value} if isinstance(value, str) else value
    if not isinstance(definition, dict):
        raise _unsupported(f"The term {term!r} is defined neither by an IRI nor by an object.", pointer)
    for keyword in definition:
        if keyword not in _TERM_KEYWORDS:
            raise _unsupported(f"A term of an inline context may not use {keyword[:40]}.", child(pointer, keyword))
    name = definition.get("@id", term)
    if not isinstance(name, str) or (name.startswith("@") and (term, name) not in _ALIASES):
        raise _unsupported(f"The term {term!r} may not stand for {str(name)[:40]!r}.", pointer)
    if any(container not in _CONTAINERS for container in _listed(definition.get("@container", []))):
        raise _unsupported(
            f"The container of the term {term!r} is neither @set nor @list.", child(pointer, "@container")
        )
    kind = definition.get("@type", "@none")
    if not isinstance(kind, str) or (kind.startswith("@") and kind not in _TYPE_KEYWORDS):
        raise _unsupported(f"The @type of the term {term!r} is not a datatype.", child(pointer, "@type"))
    if "@context" not in definition:
        return 0
    return _check_scoped(definition["@context"], contexts, child(pointer, "@context"))


def _check_scoped(context: Any, contexts: Contexts, pointer: str) -> int:
    terms = 0
    for place, part in _parts(pointer, context):
        if isinstance(part, str):
            _refuse_unknown(part, contexts, place)
        else:
            terms += _check_inline(part, {}, contexts, place)
    return terms


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _unsupported(message: str, pointer: str) -> Unsound:
    return unsound("unsupported_context", message, pointer, problem_type=PROOF_TRANSFORMATION_ERROR)
