"""What is found in a web page about a badge."""

import json
import time

import pytest

from app.errors import Unsupported
from app.verifier.web_page import find, looks_like_page
from tests.verifier.badges import badge, signed

BADGE = signed(badge())
URL = "https://wallet.example/share/1?a=b"


def page(head):
    return f"<!doctype html><html><head>{head}</head><body><p>Ana</body></html>".encode()


def script(value, kind="application/ld+json"):
    return f"<script type='{kind}'>{value if isinstance(value, str) else json.dumps(value)}</script>"


def link(href, kind="application/vc", rel="alternate"):
    return f"<link rel='{rel}' type='{kind}' href='{href}'>"


@pytest.mark.parametrize(
    "data", [page(""), b"\xef\xbb\xbf\n <HTML>", b"<?xml version='1.0'?><html/>", b"<!-- x --><html>"]
)
def test_pages_are_recognised(data):
    assert looks_like_page(data)


@pytest.mark.parametrize("data", [b"", b"{}", b"<svg/>", b"<?xml version='1.0'?><svg/>", b"<!-- x --><svg/>"])
def test_other_documents_are_not(data):
    assert not looks_like_page(data)


def test_the_credential_in_a_page():
    others = script({"@type": "WebPage"}) + script("{") + script([BADGE]) + script(BADGE, "application/json")
    assert json.loads(find(page(others + script(BADGE)), URL)) == BADGE
    assertion = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "https://a.example/1"}
    assert json.loads(find(page(script(assertion)), URL)) == assertion


@pytest.mark.parametrize(
    ("href", "kind", "expected"),
    [
        ("/1.json", "application/json", "https://wallet.example/1.json"),
        ("1.jwt", "application/vc+jwt; charset=utf-8", "https://wallet.example/share/1.jwt"),
        ("https://WALLET.example/x", "application/ld+json", "https://WALLET.example/x"),
        ("?format=png", "image/png", "https://wallet.example/share/1?format=png"),
    ],
)
def test_where_a_page_says_that_it_is(href, kind, expected):
    assert find(page(link(href, kind)), URL).url == expected


@pytest.mark.parametrize(
    "head",
    [
        "",
        link("https://elsewhere.example/1.json"),
        link("http://wallet.example/1.json"),
        link("//elsewhere.example/1.json"),
        link("javascript:alert(1)"),
        link("/feed", "application/rss+xml"),
        link("/1.json", rel="stylesheet"),
        link("#top"),
        link("https://[x/1.json"),
        link("/feed", "text/html") * 30 + link("/1.json"),
        "<link>" + script(""),
    ],
)
def test_a_page_that_only_shows_one_is_refused(head):
    with pytest.raises(Unsupported) as refusal:
        find(page(head), URL)
    assert refusal.value.members["code"] == "web_page"
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "data", [b"<html" + b"<div>" * 200_000, b"<!doctype html><html>\0\xff\xfe", b"<html><!--" * 1000]
)
def test_broken_pages_are_refused_and_nothing_else(data):
    with pytest.raises(Unsupported):
        find(data, URL)


@pytest.mark.parametrize(
    "head",
    [
        "<a " + " ".join(f"a{number}" for number in range(100_000)) + ">",  # a minute and a half for libxml2
        "<link " * 150_000,
        "<script " * 100_000,
        "<!--" * 200_000,
    ],
)
def test_a_page_that_is_costly_to_parse_costs_no_more_than_another(head):
    before = time.process_time()
    with pytest.raises(Unsupported):
        find(page(head), URL)
    assert time.process_time() - before < 10


def test_what_stands_in_a_comment_or_in_a_script_is_no_element():
    hidden = f'<!-- {link("/1.json")} --><script>var x = "{link("/2.json")}"</script>'
    assert find(page(hidden + link("/3.json").upper().replace("/3.JSON", "/3.json")), URL).url.endswith("/3.json")


def test_tags_with_bytes_that_no_text_has():
    assert find(b"<html><link \xff\0 rel=alternate type=application/json href=/1>", URL).url.endswith("/1")
