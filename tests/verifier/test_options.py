import json

import pytest

from app.errors import BadInput
from app.verifier.options import AskedTrust, Options, options_beside, read_options

LIST = {"issuers": ["did:web:a.example"]}


def test_nothing_asked():
    assert read_options({}) == read_options({"recipient": "", "trust": ""}) == Options()


def test_recipient():
    assert read_options({"recipient": " ana@city.example "}).recipient == "ana@city.example"


@pytest.mark.parametrize("given", [LIST, json.dumps(LIST), "did:web:a.example"])
def test_trust_as_object_json_or_ids(given):
    assert read_options({"trust": given}).trust == AskedTrust(("did:web:a.example",))


def test_registries():
    assert read_options({"trust": {"registries": [{"registry": {}}]}}).trust == AskedTrust((), ({"registry": {}},))


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"recipient": 5}, "/recipient"),
        ({"recipient": " "}, "/recipient"),
        ({"recipient": "x" * 1001}, "/recipient"),
        ({"trust": 5}, "/trust"),
        ({"trust": {}}, "/trust"),
        ({"trust": {"issuers": [], "other": 1}}, "/trust"),
        ({"trust": {"issuers": "did:web:a.example"}}, "/trust/issuers"),
        ({"trust": {"issuers": [5]}}, "/trust/issuers"),
        ({"trust": {"registries": {}}}, "/trust/registries"),
        ({"trust": {"registries": [{}, {}, {}]}}, "/trust/registries"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_place(given, pointer):
    with pytest.raises(BadInput) as told:
        read_options(given)
    assert told.value.pointer == pointer


def test_members_beside_a_document():
    assert options_beside(json.dumps({"credential": {}, "recipient": "ana", "trust": LIST}).encode()) == {
        "recipient": "ana",
        "trust": LIST,
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"eyJ",
        b"{",
        b"[]",
        b'{"credential": {}}',
        b'{"type": "Assertion", "recipient": {}}',
        b'{"recipient": 1',
        b"\xff",
    ],
)
def test_document_that_comes_alone_has_none(content):
    assert options_beside(content) == {}
