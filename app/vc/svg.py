"""A credential in an SVG: baked into it and taken out of it, with an XML parser that follows nothing.

Open Badges 3.0 (https://www.imsglobal.org/spec/ob/v3p0/#svg-baking): the namespace is declared on <svg>; right after
its start tag stands one <openbadges:credential>, with a JWS in the attribute `verify`, or JSON as a CDATA section.

1. the text is UTF-8, and has no internal DTD subset: the place where entities are declared
2. it is parsed without entities, network, DTDs, defaults and huge trees (app/hardened_xml.py)
3. baking removes an older credential and puts the new one first; the rest of the drawing stays as it is
4. unbaking reads the one credential; else the one of Open Badges 2.0 (<openbadges:assertion> of another namespace)

The parser writes the drawing anew, so quotes and white space within tags may change; elements, texts, comments and
attributes do not.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from lxml import etree

from app import hardened_xml
from app.vc.baked import MAX_TEXT_BYTES, Baked, only_one, portable, refuse_large
from app.vc.outcome import Unsound, unsound

SVG = "http://www.w3.org/2000/svg"
OPEN_BADGES = "https://purl.imsglobal.org/ob/v3p0"  # thus in the specification: without /spec/
OLDER_OPEN_BADGES = "http://openbadges.org"  # Open Badges 2.0 and before
PREFIX = "openbadges"
CREDENTIAL = f"{{{OPEN_BADGES}}}credential"
OLDER_CREDENTIAL = f"{{{OLDER_OPEN_BADGES}}}assertion"
ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii")
MAX_AROUND = 100  # ours: a licence, a style sheet and an editor's name are three
LOOKED_AT = 65_536  # bytes at the beginning in which an SVG is recognised: some begin with a licence

# What may stand before the first element or DOCTYPE (XML 1.0 section 2.8). Possessive, so the scan is linear.
_BEFORE = r"\ufeff?(?:\s++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+"
_BEGINNING = re.compile(_BEFORE + r"<(?:!DOCTYPE\s+)?(?:[\w.-]+:)?svg[\s/>\[]", re.DOTALL)
_INTERNAL_SUBSET = re.compile(_BEFORE + r"<!DOCTYPE(?:[^\[>\"']++|\"[^\"]*+\"|'[^']*+')*+\[", re.DOTALL)
_DECLARED = re.compile(r"\ufeff?<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{0,40})[\"']")


def looks_like_svg(data: bytes) -> bool:
    """Tell by its beginning whether this is meant as an SVG; a web page with a drawing inside is not."""
    return _BEGINNING.match(data[:LOOKED_AT].decode(errors="replace")) is not None


def bake(image: bytes, credential: str) -> bytes:
    """Return the picture with the credential in it, in place of one that was there; UTF-8.

    `credential`: a compact JWS, or the text of a JSON object. Raises Unsound `malformed_svg`, `unsupported_svg`,
    `picture_too_large`, `ambiguous_picture` or `not_bakeable`.
    """
    parsed = _parse(image)
    doctype = parsed.getroottree().docinfo.doctype
    root = _with_namespace(parsed)
    older = list(islice(root.iter(CREDENTIAL), 2))
    if len(older) > 1:
        raise unsound("ambiguous_picture", "The picture holds more than one credential; it may hold one.")
    for one in older:
        _remove(one)
    element = etree.Element(CREDENTIAL, nsmap={PREFIX: OPEN_BADGES})
    text = portable(credential)
    if text.startswith("{"):
        element.text = etree.CDATA(text)
    else:
        element.set("verify", text)
    element.tail, root.text = root.text, None
    root.insert(0, element)
    return _written(root, doctype, declared=image.removeprefix(b"\xef\xbb\xbf").startswith(b"<?xml"))


def unbake(image: bytes) -> Baked:
    """Return the credential in the picture.

    Raises Unsound `no_baked_credential`, `ambiguous_picture`, `malformed_svg`, `unsupported_svg` or
    `picture_too_large`.
    """
    root = _parse(image)
    found = [Baked("3.0", _text_of(element)) for element in root.iter(CREDENTIAL)]
    found += [Baked("2.0", _older_text_of(element)) for element in root.iter(OLDER_CREDENTIAL)]
    return only_one(found)


def _parse(image: bytes) -> Any:
    """Return the root element."""
    refuse_large(image)
    _refuse_unsafe(image)
    try:
        parsed = hardened_xml.parse(image, keeps_comments=True)
    except hardened_xml.NotWellFormedError as error:
        raise _malformed(f"it is not well-formed XML: {error}") from None
    if parsed.needs_dtd:
        raise _unsupported("it uses entities that another document declares; save it without a DOCTYPE")
    if parsed.root.tag != f"{{{SVG}}}svg":
        raise _malformed("its root element is not that of an SVG")
    return parsed.root


def _refuse_unsafe(image: bytes) -> None:
    """Refuse what would mean something else than it says, before a parser sees it."""
    try:
        text = image.decode()
    except UnicodeDecodeError as error:
        raise _unsupported(f"byte {error.start} is not UTF-8; save it as UTF-8") from None
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() not in ENCODINGS:
        raise _unsupported(f"it says that its encoding is {declared[1]!r}; save it as UTF-8")
    if _INTERNAL_SUBSET.match(text):
        raise _unsupported("it declares entities or other things of its own in its DOCTYPE; save it without a DOCTYPE")


def _with_namespace(root: Any) -> Any:
    """Return the root element with the namespace declared on it; an own meaning of the prefix is left alone."""
    if root.nsmap.get(PREFIX):
        return root
    made = etree.Element(root.tag, nsmap={**root.nsmap, PREFIX: OPEN_BADGES})
    for name, value in root.attrib.items():
        made.set(name, value)
    before, after = _around(root.itersiblings(preceding=True))[::-1], _around(root.itersiblings())
    made.text = root.text
    made.extend(list(root))
    for sibling in before:
        made.addprevious(sibling)
    for sibling in reversed(after):
        made.addnext(sibling)
    return made


def _around(siblings: Iterable[Any]) -> list[Any]:
    """Return the comments and processing instructions before or after the root element; each is slow to move."""
    found = list(islice(siblings, MAX_AROUND + 1))
    if len(found) > MAX_AROUND:
        raise unsound("picture_too_large", f"The SVG has more than {MAX_AROUND} comments around its drawing.")
    return found


def _written(root: Any, doctype: str, *, declared: bool) -> bytes:
    """Write the tree as UTF-8, with the DOCTYPE and, when it had one, the XML declaration."""
    tree = root.getroottree()
    written: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=declared, doctype=doctype or None)
    return written


def _remove(element: Any) -> None:
    """Take an element out and leave the text after it where it is."""
    parent, previous, tail = element.getparent(), element.getprevious(), element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail or None
    else:
        parent.text = (parent.text or "") + tail or None
    parent.remove(element)


def _text_of(element: Any) -> str:
    """Return the credential of an element, which is its text or its attribute `verify`, and never both."""
    text, jws = _own_text(element), (element.get("verify") or "").strip()
    if text and jws:
        raise unsound("ambiguous_picture", "The SVG holds a credential as JSON and another one as JWS.")
    if not text and not jws:
        raise _malformed("its credential is empty")
    return text or jws


def _older_text_of(element: Any) -> str:
    """Return an Open Badges 2.0 assertion: its JSON, or the URL or JWS in `verify`, which may stand beside it."""
    return _own_text(element) or (element.get("verify") or "").strip()


def _own_text(element: Any) -> str:
    if len(element):
        raise _malformed("its credential holds other elements, comments or entities")
    text = (element.text or "").strip()
    if len(text) > MAX_TEXT_BYTES:
        raise unsound("picture_too_large", f"The credential in the SVG has more than {MAX_TEXT_BYTES} characters.")
    return text


def _malformed(why: str) -> Unsound:
    return unsound("malformed_svg", f"This SVG cannot be read: {why}.")


def _unsupported(why: str) -> Unsound:
    return unsound("unsupported_svg", f"This SVG is not read: {why}.")
