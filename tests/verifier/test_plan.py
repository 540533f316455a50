import json

from app.ports import Fetched
from app.vc import did
from app.verifier.evidence import EvidenceSet, NotFetched
from app.verifier.intake import intake
from app.verifier.plan import MAX_NEEDS, plan
from tests.verifier.badges import (
    DID_DOCUMENT,
    KEY,
    LIST_URL,
    P256,
    badge,
    method_of,
    revocable,
    signed,
    status_list,
    token,
)

DID_KEY = did.did_key(KEY.public)


def submission(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return intake(data, None, max_bytes=1_000_000)


def planned(document, **fetched):
    evidence = EvidenceSet().with_more({url: fetched[url] for url in fetched})
    return [(need.kind, need.url, need.pointer) for need in plan(submission(document), evidence)]


def list_fetched(document):
    return EvidenceSet().with_more({LIST_URL: Fetched(LIST_URL, "application/vc", json.dumps(document).encode())})


def test_did_key_without_status_needs_nothing():
    assert planned(signed(badge(DID_KEY), KEY, method_of(KEY))) == []


def test_did_web_and_status_list():
    assert planned(signed(revocable())) == [
        ("controlled_identifier", DID_DOCUMENT, "/proof/0"),
        ("status_list", LIST_URL, "/credentialStatus"),
    ]


def test_second_round_asks_for_the_keys_of_the_list_only():
    document = submission(signed(revocable(issuer=DID_KEY), KEY, method_of(KEY)))
    listed = signed(status_list())
    assert [need.url for need in plan(document, EvidenceSet())] == [LIST_URL]
    (need,) = plan(document, list_fetched(listed))
    assert (need.url, need.pointer) == (DID_DOCUMENT, "/credentialStatus")
    both = list_fetched(listed).with_more({DID_DOCUMENT: NotFetched("timeout", "late")})
    assert plan(document, both) == ()


def test_list_that_cannot_be_read_needs_nothing_more():
    document = submission(signed(revocable(issuer=DID_KEY), KEY, method_of(KEY)))
    assert plan(document, EvidenceSet().with_more({LIST_URL: Fetched(LIST_URL, "text/plain", b"<html>")})) == ()


def test_jwt_by_kid_and_by_key_in_the_header():
    assert planned(token(badge(), P256, "ES256")) == [("controlled_identifier", DID_DOCUMENT, "")]
    assert planned(token(badge(), P256, "ES256", kid="#key-1")) == [("controlled_identifier", DID_DOCUMENT, "")]
    in_header = token(badge(), P256, "ES256", jwk=P256.public_jwk)
    assert planned(in_header) == [("controlled_identifier", DID_DOCUMENT, "/issuer")]
    at_url = token(badge(), P256, "ES256", kid="https://university.example/keys/1")
    assert planned(at_url) == [
        ("key", "https://university.example/keys/1", ""),
        ("controlled_identifier", DID_DOCUMENT, "/issuer"),
    ]


def test_nothing_else_that_a_document_names_is_fetched():
    document = signed(badge(DID_KEY), KEY, method_of(KEY)) | {
        "@context": ["https://evil.example/context"],
        "credentialSchema": [{"id": "https://evil.example/schema", "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {"id": "https://evil.example/status", "type": "RevocationList2020Status"},
        "refreshService": {"id": "https://evil.example/refresh", "type": "1EdTechCredentialRefresh"},
        "image": {"id": "https://evil.example/image"},
        "evidence": [{"id": "https://evil.example/evidence"}],
    }
    assert planned(document) == []


def test_each_kind_of_status_names_its_list_in_its_own_member():
    for kind, member in (("StatusList2021Entry", "statusListCredential"), ("1EdTechRevocationList", "id")):
        entry = {"id": "urn:x", "type": [kind], member: LIST_URL}
        needs = planned(signed(badge(DID_KEY), KEY, method_of(KEY)) | {"credentialStatus": entry})
        assert needs == [("status_list", LIST_URL, "/credentialStatus")]


def test_malformed_proofs_and_entries_need_nothing():
    for proof in (None, 5, "x", [None, [], {}, {"verificationMethod": 5}, {"verificationMethod": "did:web:127.0.0.1"}]):
        assert planned(badge() | {"proof": proof}) == []
    for entry in (None, 5, "x", [None, {}, {"type": "BitstringStatusListEntry", "statusListCredential": 5}]):
        assert planned(badge() | {"credentialStatus": entry}) == []


def test_needs_are_bounded_over_both_rounds():
    proofs = [{"verificationMethod": f"did:web:{number}.example#k"} for number in range(500)]
    entries = [
        {"type": "BitstringStatusListEntry", "statusListCredential": f"https://l.example/{number}"}
        for number in range(500)
    ]
    document = submission(badge() | {"proof": proofs, "credentialStatus": entries})
    first = plan(document, EvidenceSet())
    assert len(first) == MAX_NEEDS
    all_had = EvidenceSet().with_more({need.url: NotFetched("timeout", "late") for need in first})
    assert plan(document, all_had) == ()
