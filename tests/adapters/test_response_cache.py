import base64
import json

import pytest

from app.adapters.response_cache import MAX_ENTRIES, MAX_TOTAL_BYTES, ResponseCache, lifetime_s, stated_ttl_s
from app.ports import Fetched

A_MINUTE = {"cache-control": "max-age=60"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        (A_MINUTE, 60),
        ({"cache-control": "Public, Max-Age=60"}, 60),
        ({"cache-control": 's-maxage="10", max-age=60'}, 10),
        ({"cache-control": "max-age=60", "age": "45"}, 15),
        ({"cache-control": "max-age=60", "age": "90"}, 0),
        ({"cache-control": "max-age=99999999999999999999"}, 3600),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age=60, no-store"}, 0),
        ({"cache-control": "no-cache, max-age=60"}, 0),
        ({"cache-control": 'max-age=60, private="x"'}, 0),
        ({"cache-control": "max-age=60", "vary": "*"}, 0),
    ],
)
def test_lifetime(headers, seconds):
    assert lifetime_s(headers) == seconds


def as_jwt(payload):
    return b"e30." + base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=") + b".c2ln"


@pytest.mark.parametrize(
    ("document", "seconds"),
    [
        ({"id": "did:web:a.example"}, 3600),
        ({"credentialSubject": {"ttl": 300_000}}, 300),
        ({"credentialSubject": {"ttl": 300_500}}, 300),
        ({"credentialSubject": {"ttl": 10**30}}, 3600),
        ({"credentialSubject": {"ttl": 0}}, 0),
        ({"credentialSubject": {"ttl": -5}}, 0),
        ({"credentialSubject": {"ttl": "soon"}}, 0),
        ({"credentialSubject": {"ttl": True}}, 0),
        ({"status_list": {}, "ttl": 60}, 60),
        ({"vc": {"credentialSubject": {"ttl": 60_000}}}, 60),
        ({"vc": "ttl", "ttl": 7}, 7),
        ({"credentialSubject": [], "ttl": 5}, 5),
    ],
)
def test_lifetime_that_a_status_list_states(document, seconds):
    assert stated_ttl_s(json.dumps(document).encode()) == seconds
    assert stated_ttl_s(as_jwt(document)) == seconds


@pytest.mark.parametrize("content", [b"", b"text", b"a.b.c", b'{"ttl"', b'["ttl"]', b".\xff.", b"a.\xc3\xa9.c"])
def test_what_is_no_list_states_nothing(content):
    assert stated_ttl_s(content) == 3600


def test_list_is_kept_no_longer_than_it_says():
    now = [0.0]
    cache = ResponseCache(lambda: now[0])
    content = json.dumps({"credentialSubject": {"ttl": 20_000}}).encode()
    cache.keep("u", "", Fetched("u", "application/vc", content), A_MINUTE)
    now[0] = 19.0
    assert cache.find("u", "") is not None
    now[0] = 21.0
    assert cache.find("u", "") is None


def test_accept_header_is_part_of_the_key():
    cache = ResponseCache(lambda: 0.0)
    cache.keep("u", "application/json", Fetched("u", "application/json", b"{}"), A_MINUTE)
    assert cache.find("u", "application/json") is not None
    assert cache.find("u", "text/plain") is None


def test_entries_are_bounded_and_the_least_recently_used_goes():
    cache = ResponseCache(lambda: 0.0)
    for number in range(MAX_ENTRIES):
        cache.keep(str(number), "", Fetched("u", "", b""), A_MINUTE)
    assert cache.find("0", "") is not None
    cache.keep("new", "", Fetched("u", "", b""), A_MINUTE)
    assert cache.find("0", "") is not None
    assert cache.find("1", "") is None


def test_bytes_are_bounded():
    cache = ResponseCache(lambda: 0.0)
    half = Fetched("u", "", bytes(MAX_TOTAL_BYTES // 2))
    for url in "abc":
        cache.keep(url, "", half, A_MINUTE)
    assert [cache.find(url, "") is not None for url in "abc"] == [False, True, True]
    cache.keep("b", "", Fetched("u", "", b"small"), A_MINUTE)
    cache.keep("d", "", Fetched("u", "", bytes(MAX_TOTAL_BYTES // 2 - 5)), A_MINUTE)
    assert [cache.find(url, "") is not None for url in "bcd"] == [True, True, True]
