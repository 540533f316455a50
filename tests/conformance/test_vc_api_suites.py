"""What the public vc-api issuer and verifier suites taught, for every profile of the harness."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.adapters.keys_memory import KeysInMemory
from app.asgi import create_app
from app.conformance.profiles import WAYS
from tests import service

DATA_INTEGRITY = [name for name in WAYS if name != "vc-jwt"]
VERIFIABLE = [name for name in DATA_INTEGRITY if "-sd-" not in name]  # a base proof is not verified, but derived from
VECTORS = Path(__file__).parents[1] / "vectors" / "w3c-vc-di-eddsa" / "Ed25519Signature2020"
# Its issuer is a web address that nobody answers at, and its key says nothing of that issuer.
OF_A_STRANGER = json.loads((VECTORS / "signedEdSig.json").read_text())
NO_OBJECT = ["text", None, True, 7, []]


@pytest.fixture(scope="module")
def client(sqlite_house):
    world = service.build(sqlite_house.fresh("empty", lambda _: None))
    app = create_app(replace(world.services, conformance_keys=KeysInMemory()))
    yield TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    world.services.database.close()


def issuer_of(client, profile):
    return client.get("/conformance").json()["profiles"][profile]["issuer"]


def older_credential(client, profile):
    return {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "id": "urn:uuid:6d3c1a52-7bd5-4d0c-9a35-7d2d3e0c6c11",
        "type": ["VerifiableCredential"],
        "issuer": issuer_of(client, profile),
        "issuanceDate": "2026-08-31T07:00:00Z",
        "credentialSubject": {"id": "did:example:a-learner"},
    }


def issue(client, profile, body):
    return client.post(f"/conformance/{profile}/credentials/issue", json=body)


def verify(client, profile, credential):
    body = {"verifiableCredential": credential, "options": {"checks": ["proof"]}}
    return client.post(f"/conformance/{profile}/credentials/verify", json=body)


@pytest.mark.parametrize("profile", DATA_INTEGRITY)
def test_every_issuer_takes_the_older_data_model(client, profile):
    credential = older_credential(client, profile) | {"expirationDate": "2036-08-31T07:00:00Z"}
    answer = issue(client, profile, {"credential": credential})
    assert answer.status_code == 201, answer.text
    made = answer.json().get("verifiableCredential", answer.json())
    assert isinstance(made["proof"], dict)
    assert {name: made[name] for name in credential if name != "@context"} == {
        name: value for name, value in credential.items() if name != "@context"
    }
    assert made["@context"][0] == credential["@context"][0]
    if profile in VERIFIABLE:
        assert verify(client, profile, made).status_code == 200


@pytest.mark.parametrize(
    ("member", "values"),
    [
        ("@context", [{"a": "b"}, *NO_OBJECT]),
        ("type", [{}, *NO_OBJECT]),
        ("issuer", NO_OBJECT[1:]),
        ("credentialSubject", NO_OBJECT),
    ],
)
def test_issuers_refuse_what_is_no_credential(client, member, values):
    profile = "eddsa-rdfc-2022"
    credential = older_credential(client, profile)
    for value in values:
        assert issue(client, profile, {"credential": credential | {member: value}}).status_code == 400
    del credential[member]
    assert issue(client, profile, {"credential": credential}).status_code == 400


def test_the_body_of_an_issuer_names_a_credential(client):
    credential = older_credential(client, "eddsa-rdfc-2022")
    assert issue(client, "eddsa-rdfc-2022", {"verifiableCredential": credential}).status_code == 400


@pytest.mark.parametrize("profile", WAYS)
def test_every_verifier_takes_the_older_suite_of_a_stranger(client, profile):
    answer = verify(client, profile, OF_A_STRANGER)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("member", ["@context", "type", "issuer", "credentialSubject", "proof"])
def test_verifiers_miss_every_member(client, member):
    del (changed := copy.deepcopy(OF_A_STRANGER))[member]
    assert verify(client, "eddsa-rdfc-2022", changed).status_code == 400


@pytest.mark.parametrize("member", ["type", "created", "verificationMethod", "proofPurpose", "proofValue"])
def test_verifiers_miss_every_member_of_a_proof(client, member):
    del (changed := copy.deepcopy(OF_A_STRANGER))["proof"][member]
    assert verify(client, "eddsa-rdfc-2022", changed).status_code == 400


@pytest.mark.parametrize("member", ["@context", "type", "issuer", "credentialSubject", "proof"])
def test_verifiers_refuse_values_of_other_kinds(client, member):
    for value in (*NO_OBJECT, {}, [[]], [{}], [None], [10], [True]):
        assert verify(client, "eddsa-rdfc-2022", OF_A_STRANGER | {member: value}).status_code == 400


def test_a_credential_that_is_not_verified_is_told_in_json(client):
    answer = verify(client, "eddsa-rdfc-2022", OF_A_STRANGER | {"validFrom": "2023-01-01T00:00:01Z"})
    assert "json" in answer.headers["content-type"]
    assert answer.status_code == 400
    assert answer.json()["verified"] is False
    assert answer.json()["problemDetails"]
