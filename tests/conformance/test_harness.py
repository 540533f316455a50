"""The harness as the W3C test suites use it: every profile issues and verifies, without keys and binding."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.conformance import profiles
from app.settings import Settings
from tests.service import BASE_URL, World, build

V2 = "https://www.w3.org/ns/credentials/v2"
VECTORS = Path(__file__).parents[1] / "vectors"
# Those of `employ` have a context that is not pinned: see tests/vc for them.
SIGNED = [path for path in sorted(VECTORS.glob("w3c-vc-di-e*/**/signed*.json")) if "employ" not in path.parts]
SD = [name for name in profiles.WAYS if name.startswith("ecdsa-sd")]
EMBEDDED = [name for name in profiles.WAYS if name not in (*SD, "vc-jwt")]


@pytest.fixture(scope="module")
def world(sqlite_house) -> Iterator[World]:
    made = build(sqlite_house.fresh("empty", lambda _: None), conformance=True)
    yield made
    made.services.database.close()


def profile(world, name):
    return world.client.get("/conformance").json()["profiles"][name]


def credential(**members):
    return {
        "@context": [V2],
        "id": "urn:uuid:8a1a1a1a-1111-4111-8111-0123456789ab",
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:alice", "name": "Alice"},
    } | members


def issued(world, name, document=None, **options):
    endpoints = profile(world, name)
    sent = {"issuer": endpoints["issuer"]} | (document or credential())
    answer = world.client.post(endpoints["issue"], json={"credential": sent, "options": options})
    assert answer.status_code == 201, answer.text
    return answer.json()


def verify(world, name, document, **options):
    return world.client.post(
        profile(world, name)["verify"], json={"verifiableCredential": document, "options": options}
    )


def derived(world, name, document, *pointers):
    body = {"verifiableCredential": document, "options": {"selectivePointers": list(pointers)}}
    return world.client.post(profile(world, name)["derive"], json=body)


def test_the_profiles_have_keys_and_addresses_of_their_own(world):
    listed = world.client.get("/conformance").json()["profiles"]
    assert set(listed) == set(profiles.WAYS)
    assert len({one["issuer"] for one in listed.values()}) == len(listed)
    for name, one in listed.items():
        assert one["issuer"].startswith("did:key:")
        assert one["issue"] == f"{BASE_URL}/conformance/{name}/credentials/issue"
        assert ("derive" in one, "status" in one) == (name in SD, name == "bitstring")


def test_addresses_are_those_that_one_asked_under(world):
    near = TestClient(world.client.app, base_url="https://localhost:9443")
    shown = near.get("/conformance").json()["profiles"]["bitstring"]
    assert shown["issue"] == "https://localhost:9443/conformance/bitstring/credentials/issue"
    sent = {"issuer": shown["issuer"]} | credential(id="urn:x:near")
    document = near.post(shown["issue"], json={"credential": sent}).json()
    assert document["credentialStatus"]["statusListCredential"].startswith("https://localhost:9443/conformance/")
    assert verify(world, "bitstring", document).status_code == 200


@pytest.mark.parametrize("name", EMBEDDED)
def test_what_is_issued_verifies_and_a_change_is_noticed(world, name):
    document = issued(world, name)
    assert document["proof"]["cryptosuite"] == profiles.WAYS[name][1]
    assert document["proof"]["verificationMethod"].startswith(profile(world, name)["issuer"])
    assert verify(world, name, document).json() == {"verified": True, "problemDetails": []}
    document["credentialSubject"]["name"] = "Bob"
    refused = verify(world, name, document)
    assert (refused.status_code, refused.json()["verified"]) == (400, False)


def test_the_issuer_is_who_the_suite_says(world):
    for issuer in ("did:example:issuer", {"id": "https://vc.example/issuers/5678", "name": "Example"}):
        document = issued(world, "eddsa-rdfc-2022", credential(issuer=issuer))
        assert document["issuer"] == issuer
        assert verify(world, "eddsa-rdfc-2022", document).status_code == 200
        assert world.client.post("/credentials/verify", json={"verifiableCredential": document}).status_code == 400


@pytest.mark.parametrize("name", EMBEDDED)
def test_every_profile_verifies_what_every_other_signed(world, name):
    for other in EMBEDDED:
        assert verify(world, other, issued(world, name)).status_code == 200


@pytest.mark.parametrize("name", SD)
def test_a_base_proof_is_for_deriving(world, name):
    base = issued(world, name, mandatoryPointers=["/issuer"])
    assert verify(world, name, base).status_code == 400
    shown = derived(world, name, base, "/credentialSubject/name")
    assert shown.status_code == 201
    assert shown.json()["proof"]["proofValue"].startswith("u")
    assert verify(world, name, shown.json()).status_code == 200


@pytest.mark.parametrize("name", SD)
def test_nothing_is_derived_from_a_proof_that_is_broken(world, name):
    base = issued(world, name)
    for value in (base["proof"]["proofValue"][1:], "u2V0B", "u", "", None):
        spoiled = {**base, "proof": {**base["proof"], "proofValue": value}}
        assert derived(world, name, spoiled, "/credentialSubject").status_code == 400
    assert derived(world, name, base, "/nowhere").status_code == 400


def test_a_jwt_comes_in_an_envelope(world):
    envelope = issued(world, "vc-jwt")
    assert envelope["type"] == "EnvelopedVerifiableCredential"
    token = envelope["id"].removeprefix("data:application/vc+jwt,")
    for document in (envelope, token):
        assert verify(world, "vc-jwt", document).status_code == 200
    assert verify(world, "vc-jwt", {**envelope, "id": envelope["id"][:-4] + "AAAA"}).status_code == 400


def test_a_claim_s_name_is_no_member_of_what_becomes_a_jwt(world):
    document = credential(**{"@context": [V2, {"jti": "https://example.org/jti"}]}, issuer="did:example:x", jti="x")
    answer = world.client.post(profile(world, "vc-jwt")["issue"], json={"credential": document})
    assert (answer.status_code, answer.json()["pointer"]) == (400, "/credential/jti")


def test_the_status_list_tells_at_once(world):
    document = issued(world, "bitstring")
    entry = document["credentialStatus"]
    assert set(entry) == {"id", "type", "statusPurpose", "statusListIndex", "statusListCredential"}
    body = {"credentialId": document["id"], "credentialStatus": {"type": entry["type"], "statusPurpose": "revocation"}}
    assert world.client.post(profile(world, "bitstring")["status"], json=body).status_code == 200
    assert world.client.post(entry["statusListCredential"] + "/publish", json={}).status_code == 204
    refused = verify(world, "bitstring", document)
    assert [one["code"] for one in refused.json()["problemDetails"]] == ["revoked"]
    world.client.post(profile(world, "bitstring")["status"], json=body | {"status": False})
    assert verify(world, "bitstring", document).status_code == 200


def test_a_status_list_is_a_credential_of_the_profile(world):
    url = issued(world, "bitstring")["credentialStatus"]["statusListCredential"]
    assert url.startswith(f"{BASE_URL}/conformance/status-lists/")
    answer = world.client.get(url)
    assert "json" in answer.headers["content-type"]
    listed = answer.json()
    assert listed["issuer"] == profile(world, "bitstring")["issuer"]
    assert set(listed["credentialSubject"]) == {"id", "type", "statusPurpose", "encodedList"}
    assert verify(world, "bitstring", listed).status_code == 200


def test_both_purposes_can_be_asked_for(world):
    asked = [{"statusPurpose": "revocation"}, {"statusPurpose": "suspension"}]
    document = issued(world, "bitstring", credential(id="urn:x:both", credentialStatus=asked))
    assert [one["statusPurpose"] for one in document["credentialStatus"]] == ["revocation", "suspension"]
    assert verify(world, "bitstring", document).status_code == 200
    body = {"credentialId": "urn:x:both", "credentialStatus": {"type": "BitstringStatusListEntry"} | asked[1]}
    world.client.post(profile(world, "bitstring")["status"], json=body)
    assert [one["code"] for one in verify(world, "bitstring", document).json()["problemDetails"]] == ["suspended"]


def test_a_credential_without_id_has_a_status_too(world):
    document = {name: value for name, value in credential().items() if name != "id"}
    assert "id" not in issued(world, "bitstring", document)


@pytest.mark.parametrize("path", ["bitstring/credentials/derive", "vc-jwt/credentials/status", "x/credentials/issue"])
def test_what_a_profile_does_not_have_is_not_there(world, path):
    assert world.client.post(f"/conformance/{path}", json={}).status_code == 404


def test_there_is_no_list_of_another_purpose_and_no_status_of_what_was_not_issued(world):
    assert world.client.get("/conformance/status-lists/message").status_code == 404
    body = {"credentialId": "urn:x:none", "credentialStatus": {"type": "BitstringStatusListEntry"}}
    assert world.client.post(profile(world, "bitstring")["status"], json=body).status_code == 404


def test_a_credential_of_vcdm_1_1_gets_the_contexts_that_it_lacks(world):
    old = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:alice"},
    }
    for name in EMBEDDED:
        assert verify(world, name, issued(world, name, credential() | old)).status_code == 200


@pytest.mark.parametrize("path", SIGNED, ids=lambda path: path.relative_to(VECTORS).as_posix())
def test_the_vectors_of_w3c_verify(world, path):
    document = json.loads(path.read_text(encoding="utf-8"))
    answer = verify(world, "eddsa-rdfc-2022", document)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", profiles.WAYS)
@pytest.mark.parametrize("what", ["issue", "verify", "verifyPresentation", "derive", "status"])
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"7", b'{"credential": 7, "verifiableCredential": 7}', b"[" * 5000, b'{"a":1,"a":1}']
)
def test_bad_input_is_exactly_400(world, name, what, body):
    url = profile(world, name).get(what)
    if url is not None:
        answer = world.client.post(url, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
    else:
        assert what in ("derive", "status")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "badges.example.org", ""])  # noqa: S104
def test_the_harness_is_refused_where_others_can_reach_it(host):
    with pytest.raises(ValueError, match="for this machine alone"):
        Settings(host=host, conformance=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_the_harness_is_for_this_machine(host):
    assert Settings(host=host, conformance=True).conformance


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"x-forwarded-for": "192.0.2.1"}, {"forwarded": "for=192.0.2.1"}],
)
def test_a_request_for_somebody_else_finds_nothing(world, headers):
    here = TestClient(world.client.app, base_url="http://127.0.0.1:8000")
    assert here.get("/conformance").status_code == 200
    assert here.get("/conformance", headers=headers).status_code == 404


def test_a_request_that_came_in_elsewhere_finds_nothing(world):
    far = TestClient(world.client.app, base_url="http://192.0.2.7:8000")
    assert far.get("/conformance").status_code == 404
    assert far.post("/conformance/bitstring/credentials/issue", json={"credential": credential()}).status_code == 404


def test_it_is_off_by_default(sqlite_house):
    assert not Settings().conformance
    plain = build(sqlite_house.fresh("empty", lambda _: None))
    for path in ("/conformance", "/conformance/did/did:key:x"):
        assert plain.client.get(path).status_code == 404
    assert plain.client.post("/conformance/bitstring/credentials/issue", json={}).status_code == 404
    plain.services.database.close()
