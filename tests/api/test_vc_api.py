"""VC-API at the strict endpoints: who may have what signed, what is recorded, what is answered."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.issuer import tenancy
from app.issuer.credential import identity, signing_keys
from app.issuer.credential.issue import resume
from app.issuer.vc_api import issue as issuing
from app.store import audit
from app.store import vc_api as store
from app.vc import vc_api
from tests.service import BASE_URL, build

V2 = "https://www.w3.org/ns/credentials/v2"
VERIFY = "/credentials/verify"
CREDENTIAL_ID = "urn:uuid:8a1a1a1a-1111-4111-8111-0123456789ab"
# cryptosuite -> type of the key that signs
SUITES = {
    "eddsa-rdfc-2022": "Ed25519",
    "eddsa-jcs-2022": "Ed25519",
    "ecdsa-rdfc-2019": "P-256",
    "ecdsa-jcs-2019": "P-256",
}


def issuer_of(world, key_type="Ed25519"):
    return world.client.get("/api/v1/profile", headers=world.headers).json()["issuers"][key_type]


def credential(world, key_type="Ed25519", **members):
    return {
        "@context": [V2],
        "id": CREDENTIAL_ID,
        "type": ["VerifiableCredential"],
        "issuer": issuer_of(world, key_type),
        "credentialSubject": {"id": "did:example:alice", "name": "Alice"},
    } | members


def issue(world, document, options=None, headers=None):
    body = {"credential": document} | ({"options": options} if options is not None else {})
    return world.client.post("/credentials/issue", json=body, headers=headers or world.headers)


def issued(world, document=None, options=None):
    answer = issue(world, document or credential(world), options)
    assert answer.status_code == 201, answer.text
    return answer.json()["verifiableCredential"]


def verify(world, document, **options):
    return world.client.post(VERIFY, json={"verifiableCredential": document, "options": options})


def set_status(world, headers=None, **members):
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": members.pop("purpose", "revocation")}
    body = {"credentialId": CREDENTIAL_ID, "credentialStatus": entry | members.pop("entry", {})} | members
    return world.client.post("/credentials/status", json=body, headers=headers or world.headers)


def key_with(world, *scopes):
    tenant = tenancy.find_tenant(world.services, None)
    return {"Authorization": f"Bearer {tenancy.add_api_key(world.services, tenant.id, 'k', scopes)[1]}"}


@pytest.mark.parametrize("cryptosuite", SUITES)
def test_what_is_issued_verifies(world, cryptosuite):
    document = issued(world, credential(world, SUITES[cryptosuite]), {"cryptosuite": cryptosuite})
    assert document["proof"]["cryptosuite"] == cryptosuite  # one object, as clients of this API expect
    assert verify(world, document).json() == {"verified": True, "problemDetails": []}
    assert world.client.post("/verify", json=document).json()["outcome"] == "valid"


def test_the_terms_of_the_proof_are_added_to_a_credential_of_vcdm_1_1(world):
    old = credential(world, issuanceDate="2026-01-01T00:00:00Z", credentialSubject={"id": "did:example:alice"})
    document = issued(world, old | {"@context": ["https://www.w3.org/2018/credentials/v1"]})
    assert document["@context"][1:] == [vc_api.STATUS_V1, vc_api.DATA_INTEGRITY_V2]
    assert document["credentialStatus"]["type"] == "BitstringStatusListEntry"
    assert verify(world, document).status_code == 200


def test_the_record_holds_the_bytes_that_were_given_and_the_audit_log_tells_of_them(world):
    answer = issue(world, credential(world))
    with world.services.database.reading(world.principal.tenant_id) as session:
        row = store.by_credential_id(session, CREDENTIAL_ID)
        told = [(entry.action, json.loads(entry.detail)) for entry in audit.entries(session, subject=row.id)]
    assert row.state == "issued"
    assert b'{"verifiableCredential":' + row.content + b"}" == answer.content
    assert told == [("will sign", {"over": "vc-api"}), ("signed", {"sha256": row.sha256})]


def test_a_credential_without_id_gets_one(world):
    document = {name: value for name, value in credential(world).items() if name != "id"}
    assert issued(world, document)["id"].startswith("urn:uuid:")


def test_one_id_is_issued_once(world):
    issued(world)
    assert issue(world, credential(world)).status_code == 409


def test_of_many_at_once_one_is_issued(world):
    document = credential(world)
    with ThreadPoolExecutor(4) as threads:
        codes = sorted(threads.map(lambda _: issue(world, document).status_code, range(8)))
    assert codes == [201] + 7 * [409]


def test_the_same_request_under_an_idempotency_key_has_the_same_answer(world):
    headers = world.headers | {"Idempotency-Key": "once"}
    first, second = (issue(world, credential(world), headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content


def test_a_revocation_is_seen_at_once_and_for_ever(world):
    document = issued(world)
    assert set_status(world).status_code == 200
    refused = verify(world, document)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert [problem["code"] for problem in refused.json()["problemDetails"]] == ["revoked"]
    assert set_status(world).status_code == 200  # again, to no effect
    assert set_status(world, status=False).status_code == 409


def test_a_suspension_can_be_taken_back(world):
    document = issued(world, credential(world, credentialStatus={"statusPurpose": "suspension"}))
    assert document["credentialStatus"]["statusPurpose"] == "suspension"
    assert set_status(world, purpose="suspension").status_code == 200
    assert [one["code"] for one in verify(world, document).json()["problemDetails"]] == ["suspended"]
    assert set_status(world, purpose="suspension", status=False).status_code == 200
    assert verify(world, document).status_code == 200


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"purpose": "suspension"}, "/credentialStatus/statusPurpose"),
        ({"entry": {"statusListIndex": "999999"}}, "/credentialStatus/statusListIndex"),
        ({"entry": {"statusListCredential": "https://else.example/1"}}, "/credentialStatus/statusListCredential"),
        ({"entry": {"statusPurpose": "message"}}, "/credentialStatus/statusPurpose"),
        ({"entry": {"type": "StatusList2021Entry"}}, "/credentialStatus/type"),
        ({"status": "yes"}, "/status"),
        ({"entry": {"statusListIndex": -1}}, "/credentialStatus/statusListIndex"),
    ],
)
def test_a_status_of_another_entry_is_refused(world, members, pointer):
    issued(world)
    refused = set_status(world, **members)
    assert (refused.status_code, refused.json()["pointer"]) == (400, pointer)


def test_what_was_not_issued_has_no_status(world):
    assert set_status(world).status_code == 404


def test_a_holder_shows_what_she_selects_and_cannot_withhold_the_status(world):
    document = credential(world, "P-256", validUntil="2027-01-01T00:00:00Z")
    document["credentialSubject"]["description"] = "not shown"
    base = issued(world, document, {"mandatoryPointers": ["/credentialSubject/id"]})
    assert base["proof"]["cryptosuite"] == "ecdsa-sd-2023"
    assert verify(world, base).status_code == 400  # a base proof is for the holder
    options = {"selectivePointers": ["/credentialSubject/name"]}
    derived = world.client.post(
        "/credentials/derive", json={"verifiableCredential": base, "options": options}, headers=world.headers
    )
    assert derived.status_code == 201
    shown = derived.json()["verifiableCredential"]
    assert shown["credentialSubject"] == {"id": "did:example:alice", "name": "Alice"}
    assert {"issuer", "validUntil", "credentialStatus"} <= set(shown)
    assert verify(world, shown).status_code == 200
    set_status(world)
    assert verify(world, shown).status_code == 400


@pytest.mark.parametrize("path", ["issue", "status", "derive"])
def test_signing_needs_a_key_with_the_scope(world, path):
    url = f"/credentials/{path}"
    assert world.client.post(url, json={}).status_code == 401
    refused = world.client.post(url, json={}, headers=key_with(world, "read", "credentials:issue"))
    assert (refused.status_code, refused.json()["scope"]) == (403, "vc-api")
    assert world.client.post(url, json={}, headers=key_with(world, "vc-api")).status_code == 400


def test_a_tenant_neither_signs_as_another_nor_touches_what_another_signed(world):
    issued(world)
    other = tenancy.add_tenant(world.services, "other", {"name": "Other", "country_code": "BG"})
    headers = {"Authorization": f"Bearer {tenancy.add_api_key(world.services, other.id, 'k', ['vc-api'])[1]}"}
    refused = issue(world, credential(world, id="urn:uuid:1b1b1b1b-1111-4111-8111-0123456789ab"), headers=headers)
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/credential/issuer")
    assert set_status(world, headers).status_code == 404
    with world.services.database.reading(other.id) as session:
        assert store.by_credential_id(session, CREDENTIAL_ID) is None


def achievement_of(loaded):
    listed = loaded.client.get("/api/v1/achievements", headers=loaded.headers).json()
    return listed["achievements"][0]["url"]


@pytest.mark.parametrize("how", ["id", "prefix", "spelling", "moved", "deep", "unknown", "another tenant"])
def test_an_achievement_of_ours_is_never_signed(loaded, how):
    url = achievement_of(loaded)
    contexts, name = [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"], url
    if how == "prefix":
        contexts, name = [*contexts, {"own": f"{BASE_URL}/achievements/"}], "own:" + url.rsplit("/", 1)[1]
    elif how == "spelling":
        name = url.replace("http://", "HTTP://").replace("/achievements/", "/x/..//%61chievements/")
    elif how == "moved":
        name = url.replace(BASE_URL, "https://before.example")
    elif how == "unknown":
        name = f"{BASE_URL}/achievements/anything"
    headers, issuer = loaded.headers, issuer_of(loaded)
    if how == "another tenant":
        other = tenancy.add_tenant(loaded.services, "other", {"name": "Other", "country_code": "BG"})
        clear = tenancy.add_api_key(loaded.services, other.id, "k", ["vc-api", "read"])[1]
        headers = {"Authorization": f"Bearer {clear}"}
        issuer = loaded.client.get("/api/v1/profile", headers=headers).json()["issuers"]["Ed25519"]
    achievement = {
        "id": name,
        "type": ["Achievement"],
        "name": "Self-made",
        "description": "Without any rule",
        "criteria": {"narrative": "none"},
    }
    subject = {"id": "did:example:alice", "type": ["AchievementSubject"], "achievement": achievement}
    if how == "deep":
        subject = {
            "id": "did:example:alice",
            "achievement": {**achievement, "id": "urn:x:1", "related": [{"id": name, "type": ["Related"]}]},
            "type": ["AchievementSubject"],
        }
    document = credential(loaded, **{"@context": contexts}, credentialSubject=subject)
    document |= {"type": ["VerifiableCredential", "AchievementCredential"], "name": "x"}
    document |= {"issuer": {"id": issuer, "type": ["Profile"]}, "validFrom": "2026-01-01T00:00:00Z"}
    refused = issue(loaded, document, headers=headers)
    assert refused.status_code == 400
    assert "awarded here by its rules" in refused.json()["detail"]
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        assert store.by_credential_id(session, CREDENTIAL_ID) is None


def test_an_achievement_of_somebody_else_is_signed(loaded):
    document = credential(loaded, validFrom="2026-01-01T00:00:00Z", name="x")
    document["@context"] = [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
    document["type"] = ["VerifiableCredential", "OpenBadgeCredential"]
    document["issuer"] = {"id": document["issuer"], "type": ["Profile"]}
    document["credentialSubject"] = {
        "id": "did:example:alice",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://else.example/achievements/1",
            "type": ["Achievement"],
            "name": "Theirs",
            "description": "Somebody else's",
            "criteria": {"narrative": "theirs"},
        },
    }
    assert verify(loaded, issued(loaded, document)).status_code == 200


@pytest.mark.parametrize("kind", ["BitstringStatusListCredential", "StatusList2021Credential"])
def test_a_status_list_is_never_signed(world, kind):
    listed = {"id": f"{BASE_URL}/status-lists/1#list", "type": "BitstringStatusList", "encodedList": "u"}
    document = credential(world, type=["VerifiableCredential", kind], credentialSubject=listed)
    answer = issue(world, document)
    assert (answer.status_code, answer.json()["pointer"]) == (400, "/credential/type")


def test_the_address_of_an_award_is_no_id(world):
    refused = issue(world, credential(world, id=f"{BASE_URL}/credentials/1"))
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/credential/id")


def test_status_indexes_are_never_shared_with_badges(world):
    taken = {issued(world, credential(world, id=f"urn:x:{number}"))["credentialStatus"]["id"] for number in range(5)}
    assert len(taken) == 5


HOSTILE_BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"7",
    b"\xff\xfe",
    b"{}",
    b'{"credential": 1, "verifiableCredential": 1, "verifiablePresentation": 1}',
    b'{"credential": {}, "verifiableCredential": {}, "verifiablePresentation": {}, "options": []}',
    b'{"credential": {}, "verifiableCredential": {}, "verifiablePresentation": {}}',
    b'{"credential": {"a": 1, "a": 2}}',
    b'{"credential": {"x": 1e999}}',
    b'{"credential": {"x": "\\ud800"}}',
    b'{"credential": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"verifiableCredential": "a.b.c", "verifiablePresentation": "a~b~c"}',
    b'{"verifiableCredential": "", "verifiablePresentation": ""}',
    b'{"verifiableCredential": {"type": ["VerifiableCredential"]}, "options": {"challenge": 7}}',
    b'{"credential": {"@context": [{"@vocab": 7}], "type": [["x"]], "issuer": [], "credentialSubject": 0}}',
    b'{"credential": {"proof": {}}}',
    b'{"credentialId": 7, "credentialStatus": {}}',
    b'{"credentialId": "x", "credentialStatus": {"type": []}}',
    b'{"verifiableCredential": {"proof": [[], 7, null]}, "options": {"selectivePointers": ["x", "/~"]}}',
    b'{"verifiableCredential": {"proof": {"cryptosuite": "ecdsa-sd-2023", "proofValue": "u2V0A"}}}',
]
ENDPOINTS = ["/credentials/issue", "/credentials/status", "/credentials/derive", VERIFY, "/presentations/verify"]


@pytest.mark.parametrize("url", ENDPOINTS)
@pytest.mark.parametrize("body", HOSTILE_BODIES)
def test_bad_input_is_exactly_400(shared, url, body):
    headers = shared.headers | {"Content-Type": "application/json"}
    answer = shared.client.post(url, content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]


SPOILED = {
    "no context": lambda document: document.pop("@context"),
    "context is a number": lambda document: document.update({"@context": 4}),
    "context of numbers": lambda document: document.update({"@context": [4, False, None, {"foo": True}]}),
    "no type": lambda document: document.pop("type"),
    "type is a number": lambda document: document.update(type=4),
    "no issuer": lambda document: document.pop("issuer"),
    "issuer is a number": lambda document: document.update(issuer=4),
    "issuer is another": lambda document: document.update(issuer="did:example:other"),
    "no subject": lambda document: document.pop("credentialSubject"),
    "subjects of no kind": lambda document: document.update(credentialSubject=[None, True, 4]),
    "undefined term": lambda document: document["credentialSubject"].update(undefinedTerm="x"),
    "undefined type": lambda document: document["type"].append("UndefinedType"),
    "id is a number": lambda document: document.update(id=4),
    "id is too long": lambda document: document.update(id="urn:x:" + "x" * 500),
    "unknown context": lambda document: document["@context"].append("https://else.example/context"),
    "status with a list": lambda document: document.update(
        credentialStatus={"statusListCredential": "https://x.example"}
    ),
    "status of no kind": lambda document: document.update(credentialStatus="x"),
    "no status": lambda document: document.update(credentialStatus=[]),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
@pytest.mark.parametrize("cryptosuite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_what_is_not_sound_is_not_signed(shared, cryptosuite, spoil):
    document = credential(shared)
    spoil(document)
    refused = issue(shared, document, {"cryptosuite": cryptosuite})
    assert refused.status_code == 400, refused.text
    assert refused.json()["pointer"].startswith("/credential")


@pytest.mark.parametrize(
    "options",
    [
        {"cryptosuite": "none"},
        {"cryptosuite": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-rdfc-2022", "mandatoryPointers": ["/issuer"]},
        {"cryptosuite": "ecdsa-rdfc-2019"},
        {"mandatoryPointers": ["/nowhere"]},
        {"mandatoryPointers": "x"},
        {"mandatoryPointers": [7]},
        {"credentialId": ""},
    ],
)
def test_options_that_do_not_fit_are_refused(shared, options):
    key_type = "P-256" if "mandatoryPointers" in options else "Ed25519"
    assert issue(shared, credential(shared, key_type), options).status_code == 400


def test_what_fails_while_sealing_leaves_its_index_and_says_so(world):
    refused = issue(world, credential(world, "P-256"), {"mandatoryPointers": ["/nowhere"]})
    assert refused.status_code == 400
    with world.services.database.reading(world.principal.tenant_id) as session:
        assert store.by_credential_id(session, CREDENTIAL_ID) is None
        assert [entry.action for entry in audit.entries(session)][-2:] == ["will sign", "not signed"]
    assert issued(world, credential(world, "P-256"), {"mandatoryPointers": ["/issuer"]})["id"] == CREDENTIAL_ID


def test_more_bytes_than_are_verified_are_too_many(backend):
    small = build(backend.fresh("empty", lambda _: None), verify_max_bytes=2000)
    for url in ENDPOINTS:
        answer = small.client.post(url, json={"verifiableCredential": "x" * 3000}, headers=small.headers)
        assert answer.status_code == 413
    small.services.database.close()


def test_a_credential_is_no_presentation(world):
    document = issued(world)
    refused = world.client.post("/presentations/verify", json={"verifiablePresentation": document})
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/verifiablePresentation/type")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"challenge": "c"}, "wrong_challenge"),
        ({"domain": "d.example"}, "wrong_domain"),
        ({"expectedProofPurpose": "authentication"}, "wrong_proof_purpose"),
    ],
)
def test_what_the_proof_must_carry_is_asked_of_it(world, options, code):
    refused = verify(world, issued(world), **options)
    assert refused.status_code == 400
    assert code in [problem["code"] for problem in refused.json()["problemDetails"]]


def test_a_changed_credential_is_not_verified_and_the_reason_has_the_type_that_w3c_gave_it(world):
    document = issued(world)
    document["credentialSubject"]["name"] = "Bob"
    refused = verify(world, document)
    body = refused.json()
    assert (refused.status_code, body["verified"], body["type"]) == (400, False, "/problems/not-verified")
    assert body["problemDetails"][0]["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"


def test_what_could_not_be_found_out_is_not_verified(world):
    document = issued(world)
    document["credentialStatus"]["statusListCredential"] = "https://gone.example/list"
    assert verify(world, document).status_code == 400


def test_verifying_is_rate_limited(backend):
    slow = build(
        backend.fresh("empty", lambda _: None), base_url="https://badges.example.org", open_requests_per_minute=2
    )
    for url in (VERIFY, "/presentations/verify"):
        codes = [slow.client.post(url, json={}).status_code for _ in range(4)]
        assert codes[-1] == 429
    slow.services.database.close()


def test_what_a_crash_left_is_swept_away_and_can_be_issued_again(world):
    with world.services.database.reading(world.principal.tenant_id) as session:
        tenant = tenancy.tenancy.tenant(session, world.principal.tenant_id)
        signer = identity.active(world.services, session, tenant, "Ed25519")
    work = issuing.Work(credential(world), CREDENTIAL_ID, "revocation", "eddsa-rdfc-2022", (), signer)
    left = issuing._reserve(world.services, world.principal, work)  # and then the lights went out
    assert issue(world, credential(world)).status_code == 409
    assert set_status(world).status_code == 404
    world.clock.move(minutes=2)
    resume(world.services)
    entry = issued(world)["credentialStatus"]
    assert entry["statusListIndex"] != str(left.status_index)  # which is never used again


def test_a_revoked_signing_key_takes_what_it_signed_with_it(world):
    document = issued(world)
    with world.services.database.reading(world.principal.tenant_id) as session:
        row = store.by_credential_id(session, CREDENTIAL_ID)
        key = next(key for key in tenancy.tenancy.signing_keys(session) if key.id == row.signing_key_id)
    signing_keys.revoke(world.services, world.principal.tenant_id, key.name)
    assert verify(world, document).status_code == 400
    with world.services.database.reading(world.principal.tenant_id) as session:
        assert store.by_credential_id(session, CREDENTIAL_ID).state == "revoked"
