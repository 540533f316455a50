"""What the W3C suites of the data model and of bitstring status lists ask: of issuers, and of presentations."""

import copy
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from app.vc import did, enveloped, proof
from tests.service import build
from tests.vc.test_keys import PRIVATE_KEYS

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
SRI = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"  # of the published context V2
SHA256 = "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"
PROFILES = ("eddsa-rdfc-2022", "ecdsa-jcs-2019-p384", "vc-jwt")
EACH_PROFILE = pytest.mark.parametrize("profile", PROFILES)
HOLDER = PRIVATE_KEYS["Ed25519"]
HOLDER_DID = did.did_key(HOLDER.public)
METHOD = f"{HOLDER_DID}#{HOLDER_DID.removeprefix('did:key:')}"
ASKED = {"domain": "suite.example", "challenge": "uQ0hBTExFTkdF"}


@pytest.fixture(scope="module")
def client(sqlite_house):
    made = build(sqlite_house.fresh("empty", lambda _: None), conformance=True)
    yield made.client
    made.services.database.close()


def endpoints(client: TestClient, profile="eddsa-rdfc-2022"):
    return client.get("/conformance").json()["profiles"][profile]


def credential(*contexts, **members):
    return {
        "@context": [V2, *contexts],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:somebody",
        "credentialSubject": {"id": "did:example:learner"},
    } | members


def issue(client, profile, document):
    return client.post(endpoints(client, profile)["issue"], json={"credential": document})


def term(name):
    return {name: f"https://terms.example/{name}"}


@EACH_PROFILE
@pytest.mark.parametrize(
    "document",
    [
        credential(),
        credential(EXAMPLES, type=["VerifiableCredential", "CourseCredential"]),
        credential(term("CourseCredential"), type=["CourseCredential", "VerifiableCredential"]),
        credential(type=["https://terms.example/A", "VerifiableCredential", "https://terms.example/B"]),
        credential(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
        credential(validFrom="2021-06-01T10:00:00.125Z", validUntil="2021-06-01T10:00:00.125Z"),
        credential(validFrom="2021-06-01T10:00:00-05:00", validUntil="2021-06-01T16:00:00+00:00"),
        credential(validFrom="2999-01-01T00:00:00Z"),
        credential(issuer={"id": "https://issuer.example", "name": {"@value": "Σχολή", "@language": "el"}}),
        credential(name=[{"@value": "Course", "@language": "en"}, {"@value": "Kurs", "@language": "de"}]),
        credential(description={"@value": "דוגמה", "@language": "he", "@direction": "rtl"}),
        credential(term("SomeStatus"), credentialStatus={"type": "SomeStatus"}),
        credential(term("SomeTerms"), termsOfUse=[{"type": "SomeTerms"}, {"type": "SomeTerms", "id": "urn:x:terms"}]),
        credential(term("SomeEvidence"), evidence=[{"type": "SomeEvidence"}, {"type": "SomeEvidence"}]),
        credential(refreshService={"id": "did:example:refresh", "type": "https://terms.example/Refresh"}),
        credential(credentialSchema=[{"id": "did:example:schema", "type": "https://terms.example/Schema"}]),
        credential(relatedResource={"id": V2, "digestSRI": SRI}),
        credential(relatedResource=[{"id": V2, "digestMultibase": SHA256, "mediaType": "application/ld+json"}]),
    ],
)
def test_issuers_take_whatever_the_data_model_allows(client, profile, document):
    answer = issue(client, profile, document)
    assert answer.status_code == 201, answer.text
    if profile != "vc-jwt":
        issued = answer.json()
        made = issued.pop("proof")
        assert isinstance(made, dict)
        assert issued == document


@EACH_PROFILE
@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        (credential("https ://broken.example/context"), "/@context/1"),
        (credential(42), "/@context/1"),
        (credential("https://nobody.example/context"), "/@context/1"),
        (credential(**{"@context": [EXAMPLES]}), "/@context/0"),
        (credential(id=None), "/id"),
        (credential(id=["urn:x:1", "urn:x:2"]), "/id"),
        (credential(type=["VerifiableCredential", "NobodyDefinesThis"]), "/type/1"),
        (credential(type=["https://terms.example/A"]), "/type"),
        (credential(credentialSubject=[{"id": "did:example:a"}, {}]), "/credentialSubject/1"),
        (credential(issuer={"id": None}), "/issuer/id"),
        (credential(name={"@value": "Course", "@language": "en", "more": "x"}), "/name/more"),
        (credential(validFrom="Tue, 01 Jun 2021 10:00:00 GMT"), "/validFrom"),
        (credential(validFrom="2021-06-02T00:00:00Z", validUntil="2021-06-01T00:00:00Z"), "/validUntil"),
        (credential(credentialStatus={"id": "urn:x:status"}), "/credentialStatus"),
        (credential(credentialStatus={"type": 2}), "/credentialStatus/type"),
        (credential(credentialSchema={"type": "https://terms.example/Schema"}), "/credentialSchema"),
        (credential(refreshService={"id": "urn:x:refresh"}), "/refreshService"),
        (credential(relatedResource=[V2]), "/relatedResource/0"),
        (credential(relatedResource={"digestSRI": SRI}), "/relatedResource"),
        (credential(relatedResource={"id": V2, "digestSRI": SRI.replace("l/H", "L/H")}), "/relatedResource/digestSRI"),
        (credential(relatedResource=[{"id": V2, "digestSRI": SRI}] * 2), "/relatedResource"),
        (credential(statusEntry={"type": "BitstringStatusListEntry", "statusListIndex": True}), "/statusEntry"),
        (
            credential(
                credentialStatus={
                    "type": "BitstringStatusListEntry",
                    "statusPurpose": "revocation",
                    "statusListIndex": 7,
                    "statusListCredential": "https://issuer.example/lists/1",
                }
            ),
            "/credentialStatus/statusListIndex",
        ),
    ],
)
def test_issuers_refuse_the_rest_and_say_where(client, profile, document, pointer):
    answer = issue(client, profile, document)
    assert (answer.status_code, answer.json()["pointer"]) == (400, f"/credential{pointer}")


@pytest.mark.parametrize(
    "context", [{"VerifiableCredential": "https://terms.example/Other"}, {"name": "https://terms.example/name"}]
)
def test_no_protected_term_gets_another_meaning(client, context):
    assert issue(client, "eddsa-rdfc-2022", credential(context)).status_code == 400
    once, again = term("Course") | {"@protected": True}, {"Course": "https://terms.example/Other"}
    document = credential(once, again, type=["VerifiableCredential", "Course"])
    assert issue(client, "eddsa-rdfc-2022", document).status_code == 400


def options(purpose, **members):
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return proof.proof_options("eddsa-rdfc-2022", METHOD, created) | {"proofPurpose": purpose} | members


def own_credential(**members):
    document = credential(issuer=HOLDER_DID, **members)
    return proof.add_proof(document, HOLDER, options("assertionMethod"))


def presentation(*contexts, **members):
    document = {"@context": [V2, *contexts], "type": ["VerifiablePresentation"]} | members
    return proof.add_proof(document, HOLDER, options("authentication", **ASKED))


def show(client, document, profile="eddsa-rdfc-2022", **asked):
    body = {"verifiablePresentation": document, "options": asked or ASKED}
    return client.post(endpoints(client, profile)["verifyPresentation"], json=body)


@pytest.mark.parametrize(
    "members",
    [
        {"verifiableCredential": []},
        {"id": "urn:uuid:8a1a1a1a-1111-4111-8111-0123456789ab"},
        {"verifiableCredential": [own_credential(), own_credential(validFrom="2021-06-01T10:00:00Z")]},
        {"holder": HOLDER_DID, "verifiableCredential": [own_credential()]},
        {"holder": {"id": HOLDER_DID}, "verifiableCredential": own_credential()},
    ],
)
def test_presentations_are_verified(client, members):
    for profile in PROFILES:
        answer = show(client, presentation(**members), profile)
        assert (answer.status_code, answer.json()) == (200, {"verified": True, "problemDetails": []})


def test_presentations_with_contexts_of_their_own(client):
    document = presentation(term("CoursePresentation"), type=["VerifiablePresentation", "CoursePresentation"])
    assert show(client, document).status_code == 200
    assert show(client, presentation(EXAMPLES, verifiableCredential=[own_credential()])).status_code == 200


def without(document, name):
    return {member: value for member, value in document.items() if member != name}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: without(document, "@context"),
        lambda document: without(document, "type"),
        lambda document: without(document, "proof"),
        lambda document: {**document, "@context": []},
        lambda document: {**document, "@context": [EXAMPLES, V2]},
        lambda document: {**document, "@context": [V2, "https://nobody.example/context"]},
        lambda document: {**document, "@context": [V2, 5]},
        lambda document: {**document, "type": ["https://terms.example/A"]},
        lambda document: {**document, "holder": "did:example:another"},
        lambda document: {**document, "verifiableCredential": ["urn:x:1"]},
        lambda document: {**document, "proof": document["proof"][0] | {"proofValue": "z2DrDLvfKpWKHyJ5hUzcqdQ"}},
        lambda _document: {},
    ],
)
def test_spoiled_presentations_are_not_verified(client, spoil):
    document = presentation(verifiableCredential=[own_credential()])
    assert show(client, document).status_code == 200
    answer = show(client, spoil(document))
    assert (answer.status_code, "json" in answer.headers["content-type"]) == (400, True)


def test_a_credential_in_a_presentation_counts(client):
    spoiled = copy.deepcopy(own_credential())
    spoiled["credentialSubject"]["id"] = "did:example:another"
    assert show(client, presentation(verifiableCredential=[own_credential(), spoiled])).status_code == 400


@pytest.mark.parametrize("asked", [{"challenge": "uQQ"}, {"domain": "other.example"}])
def test_a_presentation_answers_what_was_asked(client, asked):
    assert show(client, presentation(), **(ASKED | asked)).status_code == 400


def jwt_presentation():
    document = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER_DID,
        "verifiableCredential": [
            enveloped.envelope(enveloped.secure(credential(issuer=HOLDER_DID), HOLDER, kid=METHOD))
        ],
    }
    claims = {"iss": HOLDER_DID, "aud": "somebody.example", "nonce": "n-1"}
    return enveloped.envelope(enveloped.secure(document, HOLDER, kid=METHOD, claims=claims), presentation=True)


def test_an_enveloped_presentation_is_verified_for_its_nonce(client):
    envelope = jwt_presentation()
    assert show(client, envelope, "vc-jwt", challenge="n-1").status_code == 200
    assert show(client, envelope, "vc-jwt", challenge="n-2").status_code == 400
    assert show(client, envelope, "vc-jwt", challenge="n-1", domain="other.example").status_code == 400


@pytest.mark.parametrize(
    "spoil",
    [
        {"@context": []},
        {"@context": EXAMPLES},
        {"type": ["VerifiablePresentation"]},
        {"type": "EnvelopedVerifiableCredential"},
        {"id": "eyJhbGciOiJFZERTQSJ9.e30.AA"},
    ],
)
def test_an_envelope_says_what_it_is(client, spoil):
    assert show(client, {**jwt_presentation(), **spoil}, "vc-jwt", challenge="n-1").status_code == 400


def test_an_issued_envelope_says_what_it_is(client):
    envelope = issue(client, "vc-jwt", credential()).json()
    for spoil in ({"@context": []}, {"@context": EXAMPLES}, {"id": envelope["id"].partition(",")[2]}, {"type": "X"}):
        body = {"verifiableCredential": {**envelope, **spoil}, "options": {}}
        assert client.post(endpoints(client, "vc-jwt")["verify"], json=body).status_code == 400
