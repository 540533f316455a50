"""Revoked, suspended, or not to be known: one scenario a test."""

from datetime import timedelta

import pytest

from app.ports import FetchFailed
from app.vc import did, status
from app.verifier.secured import LIST_URL_IN, SIGNED_LISTS
from app.verifier.status import LOOK_UP
from tests.verifier.badges import (
    ALL_VALID,
    CONTEXTS,
    DID_DOCUMENT,
    INDEX,
    KEY,
    LIST_URL,
    MALLORY,
    NOW,
    P256,
    UNIVERSITY,
    Local,
    Web,
    badge,
    codes,
    did_document,
    made,
    method_of,
    outcomes,
    revocable,
    signed,
    spoiled,
    stamp,
    status_list,
    token,
    verified,
    with_list,
)

STATUS_LIST_2021 = "https://w3id.org/vc/status-list/2021/v1"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
GOOD_LIST = signed(status_list())


def test_valid_with_status_list_as_json_and_as_jwt():
    for listed in (GOOD_LIST, token(status_list(), P256, "ES256")):
        report = verified(signed(revocable()), with_list(listed))
        assert outcomes(report) == ALL_VALID
        assert "neither revoked nor suspended" in made(report, "status").message


def test_own_list_and_did_document_are_read_locally():
    own, listed = "did:web:attesta.example", "https://attesta.example/status-lists/1"
    method = method_of(KEY, own)
    entry = {**revocable()["credentialStatus"], "id": f"{listed}#1", "statusListCredential": listed}
    document = signed(badge(own, credentialStatus=entry), KEY, method)
    local = {
        "https://attesta.example/.well-known/did.json": did_document(KEY, controller=own),
        listed: signed(status_list(issuer=own, id=listed), KEY, method),
    }
    web = Web()
    assert verified(document, web, local=Local(local)).outcome == "valid"
    local[listed] = signed(status_list(INDEX, issuer=own, id=listed), KEY, method)
    assert codes(verified(document, web, local=Local(local)), "status") == ["revoked"]
    assert web.asked == []


def test_revoked_and_suspended():
    revoked = verified(signed(revocable()), with_list(signed(status_list(INDEX))))
    assert (revoked.outcome, codes(revoked, "status")) == ("invalid", ["revoked"])
    neighbour = verified(signed(revocable()), with_list(signed(status_list(INDEX - 1, INDEX + 1, INDEX ^ 7))))
    assert neighbour.outcome == "valid"
    listed = signed(status_list(INDEX, purpose="suspension"))
    suspended = verified(signed(revocable("suspension")), with_list(listed))
    assert (suspended.outcome, codes(suspended, "status")) == ("invalid", ["suspended"])


@pytest.mark.parametrize(
    "listed",
    [
        FetchFailed("timeout", "The list did not answer."),
        b"",
        b"<html>moved</html>",
        b"[]",
        b"a.b.c",
        {"@context": []},
        {"id": LIST_URL},
        status_list(),
        signed(badge()),
        spoiled(GOOD_LIST, "credentialSubject", "ttl", by=lambda ttl: ttl + 1),
        signed(status_list(), MALLORY),
        signed(status_list(), MALLORY, method_of(MALLORY)),
        signed(status_list(issuer=did.did_key(MALLORY.public)), MALLORY, method_of(MALLORY)),
        signed(status_list(purpose="suspension")),
        signed(status_list(validUntil="2026-11-20T11:00:00Z")),
        signed(status_list(id="https://university.example/status-lists/2")),
        token(status_list(), MALLORY, "EdDSA", jwk=MALLORY.public_jwk),
        signed(status_list()) | {"proof": {"type": "Ed25519Signature2020"}},
    ],
    ids=lambda listed: None,
)
def test_list_that_tells_nothing_is_unknown(listed):
    report = verified(signed(revocable()), with_list(listed))
    assert report.outcome == "unknown"
    assert outcomes(report) == ALL_VALID | {"status": "unknown"}


def test_a_list_that_is_remembered_is_asked_for_its_key_and_its_time_each_time():
    """Only that the signature held is remembered; whose the key is, and until when the proof is good, may change."""
    document = signed(revocable(), P256, method_of(P256, UNIVERSITY), "ecdsa-rdfc-2019")
    listed = signed(status_list(), KEY, expires=stamp(NOW + timedelta(hours=1)))
    web = {DID_DOCUMENT: did_document(KEY, P256), LIST_URL: listed}
    for _ in range(2):
        assert verified(document, Web(web)).outcome == "valid"
    without = Web(web | {DID_DOCUMENT: did_document(P256)})
    assert codes(verified(document, without), "status") == ["status_list_unproven"]
    late = verified(document, Web(web), now=NOW + timedelta(hours=2))
    assert codes(late, "status") == ["status_list_unproven"]


def test_list_of_another_issuer_tells_of_revocations_alone():
    """Bitstring Status List section 2.2 allows it, and the badge's issuer names its URL; see ADR 17."""
    other = did.did_key(MALLORY.public)
    for index, outcome, code in ((INDEX, "invalid", "revoked"), (7, "unknown", "status_list_of_another_issuer")):
        listed = signed(status_list(index, issuer=other), MALLORY, method_of(MALLORY))
        report = verified(signed(revocable()), with_list(listed))
        assert (report.outcome, codes(report, "status")) == (outcome, [code])


def test_list_index_out_of_range():
    entry = revocable()["credentialStatus"] | {"statusListIndex": "131072"}
    report = verified(signed(badge(credentialStatus=entry)), with_list(GOOD_LIST))
    assert (report.outcome, codes(report, "status")) == ("unknown", ["status_index_out_of_range"])


@pytest.mark.parametrize("index", ["-1", "1.5", "", "x", 5, None, "99999999999999999999999"])
def test_malformed_index_is_never_fine(index):
    entry = revocable()["credentialStatus"] | {"statusListIndex": index}
    report = verified(signed(badge(credentialStatus=entry), suite="eddsa-jcs-2022"), with_list(GOOD_LIST))
    assert report.outcome != "valid"
    assert outcomes(report)["status"] != "valid"


@pytest.mark.parametrize("kind", ["RevocationList2020Status", "TokenStatusList", "", None, 5, [], [[]], {}])
def test_status_type_that_is_not_read_is_unknown(kind):
    entry = revocable()["credentialStatus"] | {"type": kind}
    report = verified(badge(credentialStatus=entry), with_list(GOOD_LIST))
    assert outcomes(report)["status"] == "unknown"
    assert codes(report, "status") == ["unsupported_status_type"]


def test_every_entry_of_several_is_looked_at():
    both = [revocable()["credentialStatus"], revocable("suspension")["credentialStatus"]]
    document = signed(badge(credentialStatus=both), suite="eddsa-jcs-2022")
    listed = signed(status_list(INDEX, purpose="x") | {}, suite="eddsa-jcs-2022")
    subject = listed["credentialSubject"] | {"statusPurpose": ["revocation", "suspension"]}
    set_for_both = signed({**status_list(INDEX), "credentialSubject": subject}, suite="eddsa-jcs-2022")
    report = verified(document, with_list(set_for_both))
    assert codes(report, "status") == ["revoked", "suspended"]
    pointers = [finding.pointer for finding in made(report, "status").findings]
    assert pointers == ["/credentialStatus/0", "/credentialStatus/1"]
    unknown_beside = badge(credentialStatus=[both[0], {"type": "TokenStatusList", "id": "urn:x"}])
    report = verified(signed(unknown_beside, suite="eddsa-jcs-2022"), with_list(GOOD_LIST))
    assert outcomes(report)["status"] == "unknown"


def test_more_entries_than_are_looked_at_is_never_fine():
    document = signed(badge(credentialStatus=[revocable()["credentialStatus"]] * 20), suite="eddsa-jcs-2022")
    report = verified(document, with_list(GOOD_LIST))
    assert outcomes(report)["status"] == "unknown"
    assert codes(report, "status") == ["too_many_status_entries"]


def with_list_of_2021(**entry):
    """A signed badge whose status is in a StatusList2021."""
    made = status.entry(LIST_URL, INDEX, "revocation") | {"type": "StatusList2021Entry"} | entry
    return signed(badge(credentialStatus=made, **{"@context": [*CONTEXTS, STATUS_LIST_2021]}))


def list_of_2021(*indexes, key=KEY, **members):
    """A signed StatusList2021Credential, in VCDM 1.1 as they all are."""
    newer = status_list(*indexes)
    subject = newer["credentialSubject"]
    document = {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            STATUS_LIST_2021,
            "https://w3id.org/security/data-integrity/v2",
        ],
        "id": LIST_URL,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": UNIVERSITY,
        "issuanceDate": "2026-11-20T00:00:00Z",
        "credentialSubject": {
            "id": subject["id"],
            "type": "StatusList2021",
            "statusPurpose": "revocation",
            "encodedList": subject["encodedList"].removeprefix("u"),
        },
    } | members
    return signed(document, key)


def test_status_list_2021():
    fine = verified(with_list_of_2021(), with_list(list_of_2021(INDEX + 1)))
    assert outcomes(fine) == ALL_VALID
    revoked = verified(with_list_of_2021(), with_list(list_of_2021(INDEX)))
    assert (revoked.outcome, codes(revoked, "status")) == ("invalid", ["revoked"])
    assert made(revoked, "status").findings[0].pointer == "/credentialStatus"


@pytest.mark.parametrize(
    "listed",
    [
        FetchFailed("timeout", "The list did not answer."),
        b"no list",
        GOOD_LIST,
        list_of_2021(key=MALLORY),
        list_of_2021(issuer="did:web:other.example"),
        spoiled(list_of_2021(), "issuanceDate", by=lambda _: "2026-11-19T00:00:00Z"),
        {name: value for name, value in list_of_2021().items() if name != "proof"},
    ],
    ids=lambda listed: None,
)
def test_status_list_2021_that_tells_nothing_is_unknown(listed):
    report = verified(with_list_of_2021(), with_list(listed))
    assert outcomes(report) == ALL_VALID | {"status": "unknown"}


def with_revocation_list(**members):
    """A signed badge whose status is in a 1EdTechRevocationList."""
    entry = {"id": LIST_URL, "type": "1EdTechRevocationList"}
    return signed(badge(credentialStatus=entry, **{"@context": [*CONTEXTS, EXTENSIONS]}, **members))


def revoked_list(*ids, spelling="revokedCredential", **members):
    return {"id": LIST_URL, "issuer": UNIVERSITY, spelling: [{"id": one} for one in ids]} | members


BADGE_ID = badge()["id"]


@pytest.mark.parametrize("spelling", ["revokedCredential", "revokedCredentials"])
def test_1edtech_revocation_list(spelling):
    fine = verified(with_revocation_list(), with_list(revoked_list("urn:uuid:other", spelling=spelling)))
    assert outcomes(fine) == ALL_VALID
    revoked = verified(with_revocation_list(), with_list(revoked_list("urn:x", BADGE_ID, spelling=spelling)))
    assert (revoked.outcome, codes(revoked, "status")) == ("invalid", ["revoked"])
    taken_back = revoked_list(**{spelling: [{"id": BADGE_ID, "revoked": False}]})
    assert outcomes(verified(with_revocation_list(), with_list(taken_back))) == ALL_VALID


@pytest.mark.parametrize(
    "listed",
    [
        FetchFailed("timeout", "The list did not answer."),
        b"",
        b"<html>moved</html>",
        b'{"id": 1, "id": 2}',
        b"[]",
        b"5",
        {},
        GOOD_LIST,
        revoked_list(BADGE_ID, issuer="did:web:other.example"),
        revoked_list(BADGE_ID, id="https://university.example/other"),
        revoked_list(revokedCredential=[5]),
    ],
    ids=lambda listed: None,
)
def test_1edtech_revocation_list_that_tells_nothing_is_unknown(listed):
    report = verified(with_revocation_list(), with_list(listed))
    assert outcomes(report) == ALL_VALID | {"status": "unknown"}


def test_revocation_list_that_brings_a_proof_along_asks_for_nothing_more():
    web = with_list(signed(badge("did:web:other.example") | {"id": LIST_URL}, MALLORY, "did:web:other.example#key"))
    assert outcomes(verified(with_revocation_list(), web))["status"] == "unknown"
    assert [url for url in web.asked if "other.example" in url] == []


def test_entry_without_its_list_is_malformed():
    for kind, member in LIST_URL_IN.items():
        for value in (None, 5, [LIST_URL]):
            document = badge(credentialStatus={"id": "urn:x", "type": kind, member: value})
            report = verified(signed(document, suite="eddsa-jcs-2022"), with_list(GOOD_LIST))
            assert codes(report, "status") == ["malformed_status_entry"]
            assert made(report, "status").findings[0].pointer == f"/credentialStatus/{member}"


def test_each_signed_kind_has_its_look_up():
    assert set(LOOK_UP) == set(SIGNED_LISTS) < set(LIST_URL_IN)
