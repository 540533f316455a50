"""RDF datasets as canonical N-Quads terms, and expanded JSON-LD turned into one.

Canonical N-Quads: RDFC-1.0 section 5 (https://www.w3.org/TR/rdf-canon/#canonical-quads).
Deserialize JSON-LD to RDF: JSON-LD 1.1 API section 8
(https://www.w3.org/TR/json-ld11-api/#deserialize-json-ld-to-rdf-algorithm), without its node map: quads form a set, so
what the node map would merge falls together by itself.

A term is its text in canonical N-Quads: `<iri>`, `"literal"`, `"literal"@en`, `"literal"^^<iri>`, or `_:label`.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import rfc8785

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
I18N = "https://www.w3.org/ns/i18n#"

RDF_TYPE, RDF_FIRST, RDF_REST, RDF_NIL = (f"<{RDF}{name}>" for name in ("type", "first", "rest", "nil"))
MAX_EXACT_INTEGER = 2**53 - 1  # RFC 7493 section 2.2: beyond this, other implementations read another number
SMALLEST_LARGE_INTEGER = 10**21  # JSON-LD API section 8.2.2 step 12: from here on an integer is written as a double

_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
# The other control characters, DEL, and what is no Char of XML 1.1.
_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f\ufffe\uffff]')
_DOUBLE = re.compile(r"(\d)0*E\+?(-)?0*(\d)")


class Quad(NamedTuple):
    """One statement; `graph` is "" for the default graph."""

    subject: str
    predicate: str
    object: str
    graph: str = ""

    def line(self) -> str:
        """Return the canonical N-Quads line, with its newline."""
        return " ".join((*self, ".\n") if self.graph else (*self[:3], ".\n"))


def iri(text: str) -> str:
    """Return the term of an absolute IRI, which the caller has checked."""
    return f"<{text}>"


def literal(text: str, datatype: str = XSD + "string", language: str | None = None) -> str:
    """Return the term of a literal, escaped; a language goes before a datatype, and xsd:string is left out."""
    quoted = f'"{escaped(text)}"'
    if language is not None:
        return f"{quoted}@{language}"
    return quoted if datatype == XSD + "string" else f"{quoted}^^<{datatype}>"


def escaped(text: str) -> str:
    """Return a text as it stands between the quotes of a literal."""
    if text.isprintable() and '"' not in text and "\\" not in text:  # most are: a third of the time
        return text
    return _ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def is_blank(term: str) -> bool:
    """Tell whether a term is a blank node."""
    return term.startswith("_:")


def dataset(expanded: list[dict[str, Any]]) -> list[Quad]:
    """Return the quads of expanded JSON-LD, each once.

    The caller has made sure that every @id, @type and property is an absolute IRI or blank node (app.vc.jsonld).
    `@direction` becomes an i18n datatype (JSON-LD API, rdfDirection), as Digital Bazaar's verifiers have it.
    """
    conversion = _Conversion()
    for node in expanded:
        conversion.node(node, "")
    return list(conversion.quads)


@dataclass(slots=True)
class _Conversion:
    """One run of the algorithm: the quads so far (a dict keeps their order), and labels of blank nodes."""

    quads: dict[Quad, None] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    issued: int = 0

    def blank(self, label: str | None = None) -> str:
        """Issue a blank node; the same one again for a label of the document."""
        if label is not None and label in self.labels:
            return self.labels[label]
        term = f"_:b{self.issued}"
        self.issued += 1
        if label is not None:
            self.labels[label] = term
        return term

    def name(self, text: str) -> str:
        """Return the term of an @id or @type."""
        return self.blank(text) if text.startswith("_:") else iri(text)

    def add(self, subject: str, predicate: str, value: str, graph: str) -> None:
        self.quads[Quad(subject, predicate, value, graph)] = None

    def node(self, node: dict[str, Any], graph: str) -> str:
        """Add the quads of a node object; returns its term."""
        subject = self.name(node["@id"]) if "@id" in node else self.blank()
        for kind in node.get("@type", ()):
            self.add(subject, RDF_TYPE, self.name(kind), graph)
        for inner in node.get("@graph", ()):
            self.node(inner, subject)
        for key, values in node.items():
            if not key.startswith("@"):
                for value in values:
                    self.add(subject, iri(key), self.value(value, graph), graph)
        return subject

    def value(self, value: dict[str, Any], graph: str) -> str:
        """Return the term of a property's value after adding the quads that it brings along."""
        if "@value" in value:
            return literal_of(value)
        if "@list" in value:
            return self.list(value["@list"], graph)
        return self.node(value, graph)

    def list(self, items: list[dict[str, Any]], graph: str) -> str:
        """Add a list (section 8.3 List to RDF Conversion); returns its head."""
        if not items:
            return RDF_NIL
        cells = [self.blank() for _ in items]
        for cell, rest, item in zip(cells, [*cells[1:], RDF_NIL], items, strict=True):
            self.add(cell, RDF_FIRST, self.value(item, graph), graph)
            self.add(cell, RDF_REST, rest, graph)
        return cells[0]


def literal_of(value: dict[str, Any]) -> str:
    """Return the term of an expanded value object (Object to RDF Conversion, section 8.2.2)."""
    raw, datatype = value["@value"], value.get("@type")
    if datatype == "@json":
        return literal(rfc8785.dumps(raw).decode(), RDF + "JSON")
    if isinstance(raw, bool):
        return literal("true" if raw else "false", datatype or XSD + "boolean")
    if isinstance(raw, int | float):
        return _number(raw, datatype)
    if "@direction" in value:
        return literal(raw, f"{I18N}{value.get('@language', '')}_{value['@direction']}")
    return literal(raw, datatype or XSD + "string", value.get("@language"))


def _number(number: float, datatype: str | None) -> str:
    is_whole = isinstance(number, int) or number.is_integer()
    if is_whole and abs(number) < SMALLEST_LARGE_INTEGER and datatype != XSD + "double":
        return literal(str(int(number)), datatype or XSD + "integer")
    return literal(canonical_double(number), datatype or XSD + "double")


def canonical_double(number: float) -> str:
    """Return the canonical lexical form of xsd:double: sixteen digits at most, and an exponent."""
    return _DOUBLE.sub(r"\1E\2\3", f"{number:1.15E}")


def is_exact(number: float) -> bool:
    """Tell whether other implementations read the same number, and the literal says all of it."""
    return abs(number) <= MAX_EXACT_INTEGER if isinstance(number, int) else is_exact_double(number)


def is_exact_double(number: float) -> bool:
    """Tell whether the number is finite and the canonical form says all of it."""
    return math.isfinite(number) and float(canonical_double(number)) == number
