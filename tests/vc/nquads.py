"""A small reader of N-Quads (https://www.w3.org/TR/n-quads/) for the tests; the service itself only writes them."""

import re

from app.vc.rdf import Quad, iri, literal

_TERM = re.compile(
    r"<(?P<iri>[^>]*)>"
    r'|"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<(?P<datatype>[^>]*)>)?'
    r"|(?P<blank>_:[^\s]+?)(?=\s|\.\s*$|\.$)"
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def read(text: str) -> list[Quad]:
    return [_quad(line) for line in re.split(r"[\r\n]+", text) if line.strip() and not line.lstrip().startswith("#")]


def _quad(line: str) -> Quad:
    terms = [_term(match) for match in _TERM.finditer(line)]
    assert len(terms) in {3, 4}, line
    return Quad(*terms)


def _term(match: re.Match[str]) -> str:
    if match["blank"]:
        return match["blank"]
    if match["iri"] is not None:
        return iri(_unescaped(match["iri"]))
    datatype = _unescaped(match["datatype"] or "") or "http://www.w3.org/2001/XMLSchema#string"
    return literal(_unescaped(match["text"]), datatype, match["language"])


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _CONTROL[match[3]] if match[3] else chr(int(match[1] or match[2], 16)), text)
