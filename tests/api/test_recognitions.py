"""Credentials from elsewhere (journey J11): judged, matched to the learner, counted by equivalence."""

import json

import pytest

from app.issuer.evidence.holder import holder
from app.ports import Fetched
from app.vc import status
from app.vc.openbadge import email_identity
from tests.api.test_evidence import evaluation, get, leaf, one, post, refused
from tests.verifier.badges import KEY, LIST_URL, MALLORY, badge, did_document, method_of, signed, token

ISSUER = "https://provider-b.example.org/issuer"
ACHIEVEMENT = "https://provider-b.example.org/achievements/smart-city-basics"
EMAIL = "iosif.marin@example.org"
INDEX = 77_777


def page(world, url, document, kind="application/json"):
    world.web.pages[url] = Fetched(url, kind, json.dumps(document).encode())


def brought(email=EMAIL, key=KEY, achievement=ACHIEVEMENT, **members):
    """A badge of provider B, signed. `email`: whose it is, None for nobody's."""
    document = badge(ISSUER) | members
    subject = document["credentialSubject"]
    subject["achievement"] |= {"id": achievement}
    if email:
        subject["identifier"] = [email_identity(email, "salt-of-provider-b")]
    return signed(document, key, method_of(key, ISSUER))


@pytest.fixture
def provider_b(loaded):
    page(loaded, ISSUER, did_document(KEY, controller=ISSUER))
    return loaded


def bring(world, document, learner="p-iosif"):
    return post(world, "recognitions", document, params={"learner": learner})


def mc01(world):
    return leaf(evaluation(world, "p-iosif", "RC-SCPM"), "SCPM.mc.01")["reason"]


def test_iosifs_badge_counts_by_equivalence(provider_b):
    assert mc01(provider_b) == "CREDENTIAL_MISSING"
    answer = bring(provider_b, brought())
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["state"], told["holder"], told["basis"]) == ("recognised", "email", "badge")
    assert told["equivalences"] == [{"framework": "smart-city-reference", "id": "EQ-1", "counts_as": "MC-01"}]
    assert mc01(provider_b) == "MET_BY_EQUIVALENCE"
    assert get(provider_b, f"recognitions/{told['id']}/report")["report"]["outcome"] == "valid"


def test_the_same_badge_again_is_the_same_and_nobody_elses(provider_b):
    document = brought()
    first, again = bring(provider_b, document), bring(provider_b, document)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = bring(provider_b, document, learner="p-ana")
    assert (other.status_code, other.json()["reason"]) == (409, "OTHER_LEARNER")


def test_a_did_that_is_the_learners_own(provider_b):
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    body = {"name": "Iosif Marin", "email": EMAIL, "did": did}
    provider_b.client.put("/api/v1/learners/p-iosif", json=body, headers=provider_b.headers)
    document = badge(ISSUER)
    document["credentialSubject"] |= {"id": did}
    told = bring(provider_b, signed(document, KEY, method_of(KEY, ISSUER))).json()
    assert (told["holder"], told["equivalences"]) == ("did", [])


def test_a_jwt_and_a_wrapped_badge_are_read_too(provider_b):
    document = badge(ISSUER)
    document["credentialSubject"] |= {"identifier": [email_identity(EMAIL, "s")]}
    jwt = token(document, KEY, "EdDSA", kid=method_of(KEY, ISSUER), typ="JWT")
    headers = provider_b.headers | {"Content-Type": "application/vc+jwt"}
    answer = provider_b.client.post("/api/v1/recognitions?learner=p-iosif", content=jwt, headers=headers)
    assert answer.status_code == 201, answer.text
    assert bring(provider_b, {"credential": brought(id="urn:uuid:1b3c1f0e-5b4e-4c7e-9f57-2f3c6a1a7a11")}).is_success


@pytest.mark.parametrize("email", [None, "somebody.else@example.org"])
def test_whose_it_is_must_be_clear_or_a_person_settles_it(provider_b, email):
    told = bring(provider_b, brought(email)).json()
    assert (told["state"], told["holder"]) == ("review", None)
    assert mc01(provider_b) == "CREDENTIAL_MISSING"
    path = f"recognitions/{told['id']}/settlement"
    own = post(provider_b, path, {"action": "accept", "by": "p-iosif", "reason": "it is mine"})
    assert (own.status_code, own.json()["reason"]) == (409, "SELF_SETTLED")
    body = {"action": "accept", "by": "registrar-1", "reason": "He showed his passport and the message."}
    assert post(provider_b, path, body).json()["state"] == "recognised"
    assert mc01(provider_b) == "MET_BY_EQUIVALENCE"
    again = post(provider_b, path, body)
    assert (again.status_code, again.json()["reason"]) == (409, "NOT_IN_REVIEW")


def test_a_refused_badge_does_not_count(provider_b):
    told = bring(provider_b, brought(None)).json()
    body = {"action": "refuse", "by": "registrar-1", "reason": "It is his brother's."}
    assert post(provider_b, f"recognitions/{told['id']}/settlement", body).json()["state"] == "refused"
    assert mc01(provider_b) == "CREDENTIAL_MISSING"


def test_what_is_not_valid_is_not_recognised(provider_b):
    document = brought()
    document["name"] = "Something better"
    forged = bring(provider_b, document)
    assert (forged.status_code, forged.json()["type"].rpartition("/")[2]) == (400, "not-verified")
    assert forged.json()["report"]["outcome"] == "invalid"
    assert bring(provider_b, brought(key=MALLORY)).status_code == 400
    assert get(provider_b, "recognitions") == {"recognitions": []}


def test_what_could_not_be_checked_is_not_recognised(loaded):
    answer = bring(loaded, brought())
    assert (answer.status_code, answer.json()["report"]["outcome"]) == (503, "unknown")
    assert get(loaded, "recognitions") == {"recognitions": []}


def revocable(*revoked):
    document = brought(credentialStatus=status.entry(LIST_URL, INDEX, "revocation"))
    bits = status.new_bits(status.MIN_ENTRIES)
    for index in revoked:
        bits = status.set_bit(bits, index, True)
    made = status.list_credential(
        LIST_URL, ISSUER, "revocation", status.encode(bits), "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 300_000
    )
    return document, signed(made, KEY, method_of(KEY, ISSUER))


def test_a_badge_that_was_revoked_since_counts_no_more(provider_b):
    document, status_list = revocable()
    page(provider_b, LIST_URL, status_list)
    told = bring(provider_b, document).json()
    assert told["state"] == "recognised", told
    path = f"recognitions/{told['id']}/check"
    assert post(provider_b, path, None).json()["status"] == "valid"
    page(provider_b, LIST_URL, revocable(INDEX)[1])
    assert post(provider_b, path, None).json()["status"] == "revoked"
    assert mc01(provider_b) == "CREDENTIAL_REVOKED"


def test_an_expired_badge_keeps_its_status(provider_b):
    told = bring(provider_b, brought()).json()
    provider_b.clock.move(days=3000)
    assert post(provider_b, f"recognitions/{told['id']}/check", None).json()["status"] == "valid"
    assert told["expires_on"] == "2028-01-01"


def test_one_of_our_own_counts_already(loaded):
    body = {"achievement": "MC-02", "learner": "p-ana"}
    issued = post(loaded, "credentials", body).json()["credential"]
    answer = bring(loaded, issued, learner="p-ana")
    assert (answer.status_code, answer.json()["reason"]) == (409, "OWN_CREDENTIAL")
    assert leaf(evaluation(loaded, "p-ana", "RC-SCPM"), "SCPM.mc.02")["reason"] == "MET"


def test_one_of_our_own_that_was_revoked_does_not_count(loaded):
    issued = post(loaded, "credentials", {"achievement": "MC-02", "learner": "p-ana"}).json()
    post(loaded, f"credentials/{issued['id']}/revoke", {"reason": "r"})
    assert leaf(evaluation(loaded, "p-ana", "RC-SCPM"), "SCPM.mc.02")["reason"] == "CREDENTIAL_REVOKED"


def test_a_badge_can_be_withdrawn_and_brought_again(provider_b):
    told = bring(provider_b, brought()).json()
    post(provider_b, f"recognitions/{told['id']}/withdraw", {"reason": "by mistake"})
    assert mc01(provider_b) == "CREDENTIAL_MISSING"
    again = bring(provider_b, brought())
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    assert mc01(provider_b) == "MET_BY_EQUIVALENCE"


REGISTERED = {
    "learner": "p-iosif",
    "credential_id": "c1",
    "issuer": "https://consortium.example.org/issuer",
    "achievement": "MC-01",
    "issued_on": "2025-10-20",
}


def test_a_register_can_be_taken_over_and_corrected(loaded):
    first = one(loaded, "recognitions/records", **REGISTERED)
    assert mc01(loaded) == "MET"
    corrected = one(loaded, "recognitions/records", **REGISTERED, status="revoked")
    assert (corrected["outcome"], corrected["id"]) == ("correction", first["id"])
    assert mc01(loaded) == "CREDENTIAL_REVOKED"
    answer = post(loaded, f"recognitions/{first['id']}/check", None)
    assert (answer.status_code, answer.json()["reason"]) == (409, "NO_BADGE")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"achievement": "MC-99"}, "UNKNOWN_ACHIEVEMENT"),
        ({"expires_on": "2025-10-01"}, "BAD_DATE"),
        ({"status": "lost"}, "BAD_VALUE"),
        ({"issuer": "x" * 2001}, "BAD_VALUE"),
        ({"by_rpl": 7}, "BAD_VALUE"),
    ],
)
def test_registered_credentials_that_are_refused(shared, changed, reason):
    assert refused(shared, "recognitions/records", **REGISTERED | changed) == reason


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"%PDF-1.7", b"\xff" * 50, b'{"credential": 7}', b'{"a": "' + b"x" * 50]
)
def test_what_is_no_badge(shared, content):
    answer = shared.client.post("/api/v1/recognitions?learner=p-iosif", content=content, headers=shared.headers)
    assert answer.status_code in (400, 415), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_learner_is_needed(shared):
    assert shared.client.post("/api/v1/recognitions", json={}, headers=shared.headers).status_code == 400
    assert bring(shared, brought(), learner="p-nobody").status_code == 404


# --- whose it is


def identity(**members):
    return {"credentialSubject": {"identifier": [{"type": "IdentityObject"} | members]}}


@pytest.mark.parametrize(
    ("credential", "found"),
    [
        (identity(**email_identity("A.B@example.org", "s")), "email"),
        (identity(**email_identity("a.b@example.org", "s") | {"salt": "t"}), None),
        (identity(hashed=False, identityHash="A.B@Example.org"), "email"),
        (identity(hashed=False, identityHash="mailto:a.b@example.org"), "email"),
        (identity(hashed=True, identityHash="a.b@example.org"), None),
        (identity(hashed=True, identityHash=7), None),
        (identity(hashed=True, identityHash="sha256$\ud800"), None),
        ({"credentialSubject": {"id": "did:key:z1"}}, "did"),
        ({"credentialSubject": [{"id": "did:key:z1"}]}, "did"),
        ({"credentialSubject": {"id": "did:key:z2"}}, None),
        ({"credentialSubject": {"identifier": [7] * 1000}}, None),
        ({"credentialSubject": {"identifier": 7}}, None),
        ({"credentialSubject": 7}, None),
        ({}, None),
    ],
)
def test_holder(credential, found):
    assert holder(credential, did="did:key:z1", email=" A.b@example.org") == found
