"""A web page about a credential, to the credential in it or to where the page says that it is. Pure.

1. a JSON-LD script that is a credential (https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents)
2. `<link rel="alternate">` to JSON, a JWT or a picture, on the origin of the page and no other

A page that only shows a credential is none. Of a page nothing is read but these two kinds of elements: parsers of whole
pages take minutes for some, for instance where an element has a hundred thousand attributes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree

from app.errors import BadInput, Unsupported
from app.vc import openbadges2, strict_json
from app.vc.enveloped import CREDENTIAL, PRESENTATION
from app.vc.shape_kinds import texts
from app.verifier.link import Link
from app.verifier.reading import ACCEPTED

MAX_LOOKED_AT = 20  # ours: scripts and links of a page that are looked at
MAX_ELEMENTS = 200  # ours: scripts and links of a page that are counted
MAX_TAG_BYTES = 2_048  # ours: of a script or link; an honest one has a hundred
ALTERNATES = ("json", "jwt", "application/vc", "image/png", "image/svg+xml", "application/pdf")  # how a media type ends
BEGINS = re.compile(rb"<(?:!--|(?P<name>script|link)(?=[\s/>]))", re.IGNORECASE)
SCRIPT_ENDS = re.compile(rb"</script", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Element:
    """One script or link. `name`: in lower case; `content`: of a script, as it stands there."""

    name: str
    attributes: Mapping[str, str]
    content: bytes = b""


def looks_like_page(data: bytes) -> bool:
    """Tell by its beginning whether this is a web page."""
    begins = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return (
        begins.startswith((b"<!doctype html", b"<html", b"<head", b"<!--", b"<?xml"))
        and b"<html" in data[:65_536].lower()
    )


def find(data: bytes, url: str) -> bytes | Link:
    """Return the credential in a page as JSON text, or where it is. `url`: of the page. Raises Unsupported."""
    found = list(islice(elements(data), MAX_ELEMENTS))
    for script in islice((one for one in found if one.name == "script"), MAX_LOOKED_AT):
        kind = script.attributes.get("type", "").strip().lower()
        if kind == "application/ld+json" and is_credential(script.content):
            return script.content
    for address in _alternates([one for one in found if one.name == "link"][:MAX_LOOKED_AT], url):
        return Link(address, "The web page says that the document is there.")
    message = "This is a web page, and no credential: it neither holds one nor says where it is."
    raise Unsupported(message, remedy=f"Send the address of the credential itself. {ACCEPTED}", code="web_page")


def elements(data: bytes) -> Iterator[Element]:
    """Go through the scripts and links of a page, in time that grows with its length; what comments hold is none."""
    at = 0
    while (begin := BEGINS.search(data, at)) is not None:
        if begin["name"] is None:
            at = data.find(b"-->", begin.end())
            if at < 0:
                return
            continue
        end = data.find(b">", begin.end(), begin.start() + MAX_TAG_BYTES) + 1
        at = end or begin.end()
        name, content = begin["name"].decode().lower(), b""
        if end and name == "script":
            close = SCRIPT_ENDS.search(data, end)
            at = close.start() if close else len(data)
            content = data[end:at]
        if end:
            yield Element(name, attributes(data[begin.start() : end], name), content)


def attributes(tag: bytes, name: str) -> dict[str, str]:
    """Return the attributes of one start tag."""
    root = etree.HTML(tag.decode("utf-8", "replace"), etree.HTMLParser(no_network=True, huge_tree=False))
    element = None if root is None else next(root.iter(name), None)
    return {} if element is None else {str(key): str(value) for key, value in element.attrib.items()}


def is_credential(text: bytes) -> bool:
    """Tell whether a JSON text is a credential, a presentation or an assertion."""
    try:
        value = strict_json.loads(text)
    except BadInput:
        return False
    if not isinstance(value, dict):
        return False
    is_older = openbadges2.is_open_badges_2(value) and openbadges2.is_assertion(value)
    return is_older or not {CREDENTIAL, PRESENTATION}.isdisjoint(texts(value.get("type")))


def _alternates(links: list[Element], url: str) -> Iterator[str]:
    for link in links:
        kind = link.attributes.get("type", "").partition(";")[0].strip().lower()
        address = joined(url, link.attributes.get("href", "").strip())
        is_alternate = "alternate" in link.attributes.get("rel", "").lower().split() and kind.endswith(ALTERNATES)
        is_elsewhere = address.partition("#")[0] != url.partition("#")[0]
        if is_alternate and is_elsewhere and origin(address) == origin(url):
            yield address


def joined(base: str, address: str) -> str:
    """Return an address as seen from a page; the page's own for what is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return base


def origin(url: str) -> tuple[str, str]:
    """Return scheme, and host with port."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
