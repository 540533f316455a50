"""A web page about a credential, to the credential in it or to where the page says that it is. Pure.

1. a JSON-LD script that is a credential (https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents)
2. `<link rel="alternate">` to JSON, a JWT or a picture, on the origin of the page and no other

A page that only shows a credential is none.
"""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml import etree

from app.errors import BadInput, Unsupported
from app.vc import openbadges2, strict_json
from app.vc.enveloped import CREDENTIAL, PRESENTATION
from app.vc.shape_kinds import texts
from app.verifier.link import Link
from app.verifier.reading import ACCEPTED

MAX_LOOKED_AT = 20  # ours: scripts and links of a page that are looked at
ALTERNATES = ("json", "jwt", "application/vc", "image/png", "image/svg+xml", "application/pdf")  # how a media type ends


def looks_like_page(data: bytes) -> bool:
    """Tell by its beginning whether this is a web page."""
    begins = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return (
        begins.startswith((b"<!doctype html", b"<html", b"<head", b"<!--", b"<?xml"))
        and b"<html" in data[:65_536].lower()
    )


def find(data: bytes, url: str) -> bytes | Link:
    """Return the credential in a page as JSON text, or where it is. `url`: of the page. Raises Unsupported."""
    root = etree.HTML(data, etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True))
    if root is not None:
        for script in _first(root.iter("script")):
            if (script.get("type") or "").strip().lower() == "application/ld+json" and is_credential(script.text or ""):
                return str(script.text).encode()
        for address in _alternates(root, url):
            return Link(address, "The web page says that the document is there.")
    message = "This is a web page, and no credential: it neither holds one nor says where it is."
    raise Unsupported(message, remedy=f"Send the address of the credential itself. {ACCEPTED}", code="web_page")


def is_credential(text: str) -> bool:
    """Tell whether a JSON text is a credential, a presentation or an assertion."""
    try:
        value = strict_json.loads(text)
    except BadInput:
        return False
    if not isinstance(value, dict):
        return False
    is_older = openbadges2.is_open_badges_2(value) and openbadges2.is_assertion(value)
    return is_older or not {CREDENTIAL, PRESENTATION}.isdisjoint(texts(value.get("type")))


def _alternates(root: "etree._Element", url: str) -> Iterator[str]:
    for link in _first(root.iter("link")):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        address = joined(url, (link.get("href") or "").strip())
        is_alternate = "alternate" in (link.get("rel") or "").lower().split() and kind.endswith(ALTERNATES)
        is_elsewhere = address.partition("#")[0] != url.partition("#")[0]
        if is_alternate and is_elsewhere and origin(address) == origin(url):
            yield address


def _first(elements: "Iterator[etree._Element]") -> "Iterator[etree._Element]":
    return (element for element, _ in zip(elements, range(MAX_LOOKED_AT), strict=False))


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
