"""GET /conformance/did/{did} over HTTP, as the DID resolution and the did:key test suites call it."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from app.adapters.keys_memory import KeysInMemory
from app.asgi import create_app
from app.ports import Fetched

MULTIKEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
DID = f"did:key:{MULTIKEY}"
RESULT = "application/did-resolution"
CONTENT = "application/did-url-dereferencing"
OLDER = 'application/ld+json;profile="https://w3id.org/did-resolution"'
PLACE = "https://issuer.example/.well-known/did.json"


@pytest.fixture
def client(world):
    app = create_app(replace(world.services, conformance_keys=KeysInMemory()))
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


def get(client, did, accept=None, **parameters):
    headers = {"accept": accept} if accept else {}
    return client.get(f"/conformance/did/{quote(did, safe='')}", params=parameters, headers=headers)


@pytest.mark.parametrize("accept", [None, RESULT, "*/*"])
def test_a_did_is_resolved(client, accept):
    answer = get(client, DID, accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, RESULT)
    result = answer.json()
    assert result["didDocument"]["id"] == DID
    assert result["didResolutionMetadata"] == {"contentType": "application/did"}
    assert result["didDocumentMetadata"] == {}


def test_a_did_may_be_sent_as_it_is_or_percent_encoded(client):
    assert client.get(f"/conformance/did/{DID}").json() == get(client, DID).json()


def test_percent_signs_of_a_did_are_its_own(client, world):
    place = "https://issuer.example:8443/.well-known/did.json"
    did = "did:web:issuer.example%3A8443"
    world.web.pages[place] = Fetched(place, "application/did+json", json.dumps({"id": did}).encode())
    assert client.get(f"/conformance/did/{did}").json()["didDocument"] == {"id": did}
    assert get(client, did).json()["didDocument"] == {"id": did}


@pytest.mark.parametrize(
    "accept",
    ["application/did", "application/did+json", "application/did+ld+json", "application/json", "application/ld+json"],
)
def test_the_document_alone(client, accept):
    answer = get(client, DID, accept)
    assert answer.headers["content-type"] == accept
    assert answer.json()["id"] == DID
    assert get(client, f"{DID}#{MULTIKEY}", accept).json()["controller"] == DID


@pytest.mark.parametrize(
    ("did", "status", "code"),
    [
        ("", 400, "INVALID_DID"),
        ("not-a-did", 400, "INVALID_DID"),
        ("did:example", 400, "INVALID_DID"),
        ("did:unsupported:123456789abcdefghi", 501, "METHOD_NOT_SUPPORTED"),
        ("did:key:zTjsVPtY", 400, "INVALID_PUBLIC_KEY_LENGTH"),
        ("did:web:127.0.0.1", 400, "INVALID_DID"),
        ("did:web:nobody.example", 404, "NOT_FOUND"),
        ("did:jwk:e30", 400, "INVALID_DID"),
    ],
)
def test_errors_have_their_status_and_type(client, did, status, code):
    answer = get(client, did, RESULT)
    assert (answer.status_code, answer.headers["content-type"]) == (status, RESULT)
    result = answer.json()
    assert result["didResolutionMetadata"]["error"]["type"] == f"https://www.w3.org/ns/did#{code}"
    assert result["didResolutionMetadata"]["error"]["detail"]
    assert (result["didDocument"], result["didDocumentMetadata"]) == (None, {})


def test_a_form_that_cannot_be_given(client):
    answer = get(client, DID, "application/cbor")
    assert answer.status_code == 406
    assert answer.json()["didResolutionMetadata"]["error"]["type"].endswith("#REPRESENTATION_NOT_SUPPORTED")


def test_resolving_takes_a_did_and_dereferencing_a_did_url(client):
    answer = get(client, f"{DID}#{MULTIKEY}", CONTENT)
    assert (answer.status_code, answer.headers["content-type"]) == (200, CONTENT)
    found = answer.json()
    assert found["contentStream"]["id"] == f"{DID}#{MULTIKEY}"
    assert (found["dereferencingMetadata"], found["contentMetadata"]) == ({"contentType": "application/did"}, {})
    assert get(client, f"{DID}#{MULTIKEY}").json() == found
    assert get(client, DID, CONTENT).json()["contentStream"]["id"] == DID
    refused = get(client, f"{DID}#{MULTIKEY}", RESULT)
    assert refused.status_code == 400
    assert refused.json()["didResolutionMetadata"]["error"]["type"] == "https://www.w3.org/ns/did#INVALID_DID"


def test_a_fragment_that_names_nothing(client):
    answer = get(client, f"{DID}#other", CONTENT)
    assert answer.status_code == 404
    found = answer.json()
    assert found["contentStream"] is None
    assert found["dereferencingMetadata"]["error"]["type"] == "https://www.w3.org/ns/did#NOT_FOUND"


def test_options_are_checked_and_used(client):
    jwk = get(client, DID, publicKeyFormat="JsonWebKey").json()["didDocument"]["verificationMethod"][0]
    assert jwk["publicKeyJwk"]["crv"] == "Ed25519"
    assert "keyAgreement" in get(client, DID, enableEncryptionKeyDerivation="true").json()["didDocument"]
    assert get(client, DID, service="\u0444").status_code == 400
    assert get(client, DID, versionTime="2026-01-31T23:59:59Z", service="files").status_code == 200


@pytest.mark.parametrize(
    ("did", "parameters", "told", "error"),
    [
        (f"not{DID}", {}, "didResolutionMetadata", "invalidDid"),
        (f"did:other:{MULTIKEY}", {}, "didResolutionMetadata", "methodNotSupported"),
        (f"did:key:-7:{MULTIKEY}", {}, "didResolutionMetadata", "invalidDid"),
        (f"did:key:{MULTIKEY[1:]}", {}, "didResolutionMetadata", "invalidDid"),
        ("did:key:@", {}, "didResolutionMetadata", "invalidDid"),
        ("did:key:zTjsVPtY", {}, "didResolutionMetadata", "invalidPublicKeyLength"),
        (DID, {"publicKeyFormat": "nobody's"}, "didResolutionMetadata", "unsupportedPublicKeyType"),
        (f"{DID}/<a>#{MULTIKEY}", {}, "didDereferencingMetadata", "invalidDidUrl"),
        (
            f"{DID}#{MULTIKEY}",
            {"publicKeyFormat": "Ed25519VerificationKey2018", "enableExperimentalPublicKeyTypes": "false"},
            "didDereferencingMetadata",
            "invalidPublicKeyType",
        ),
    ],
)
def test_the_older_answer_names_errors_as_did_key_does(client, did, parameters, told, error):
    answer = get(client, did, OLDER, **parameters)
    assert answer.status_code in (400, 501)
    assert answer.headers["content-type"] == OLDER
    found = answer.json()
    assert found[told]["error"] == error
    assert (found["didDocument"], found["didDocumentMetadata"]) == ({}, {})
    assert found["@context"] == "https://w3id.org/did-resolution/v1"


def test_the_older_answer_holds_what_was_found(client):
    assert get(client, DID, OLDER).json()["didDocument"]["id"] == DID
    method = get(client, f"{DID}#{MULTIKEY}", OLDER).json()
    assert method["didDocument"]["controller"] == DID
    assert method["didDereferencingMetadata"] == {"contentType": "application/did+ld+json"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"nonsense", "INVALID_DID_DOCUMENT"),
        (b"[]", "INVALID_DID_DOCUMENT"),
        (b'{"id": "did:web:other.example"}', "INVALID_DID_DOCUMENT"),
    ],
)
def test_a_web_document_that_is_another(client, world, content, code):
    world.web.pages[PLACE] = Fetched(PLACE, "application/did+json", content)
    answer = get(client, "did:web:issuer.example")
    assert answer.status_code == 500
    assert answer.json()["didResolutionMetadata"]["error"]["type"].endswith(f"#{code}")


def test_there_is_no_resolver_without_the_harness(world):
    assert world.client.get(f"/conformance/did/{DID}").status_code == 404
