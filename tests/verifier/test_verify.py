"""Whole verifications: one scenario a test, named after what was done to the badge."""

import json

import pytest

from app.errors import TooLarge
from app.ports import FetchFailed
from app.vc import did
from app.verifier.checks import Policy
from app.verifier.verify import verify
from tests.verifier.badges import (
    DID_DOCUMENT,
    INDEX,
    KEY,
    LIST_URL,
    MALLORY,
    NOW,
    P256,
    P384,
    RSA,
    Local,
    Web,
    badge,
    codes,
    did_document,
    method_of,
    outcomes,
    revocable,
    services,
    signed,
    spoiled,
    status_list,
    token,
    university,
    verified,
    with_list,
)

DID_KEY = did.did_key(KEY.public)
GOOD_LIST = signed(status_list())
ALL_VALID = dict.fromkeys(("structure", "proof", "issuer_binding", "validity_period", "status"), "valid")


def test_valid_under_did_key_without_any_network():
    web = Web()
    report = verified(signed(badge(DID_KEY), KEY, method_of(KEY)), web)
    assert outcomes(report) == ALL_VALID
    assert report.outcome == "valid"
    assert web.asked == []


@pytest.mark.parametrize(
    ("suite", "key"),
    [
        ("eddsa-rdfc-2022", KEY),
        ("eddsa-jcs-2022", KEY),
        ("ecdsa-rdfc-2019", P256),
        ("ecdsa-rdfc-2019", P384),
        ("ecdsa-jcs-2019", P256),
    ],
)
def test_valid_under_did_web_with_each_suite(suite, key):
    assert verified(signed(badge(), key, method_of(key, "did:web:university.example"), suite)).outcome == "valid"


@pytest.mark.parametrize(("alg", "key"), [("ES256", P256), ("ES384", P384), ("RS256", RSA), ("EdDSA", KEY)])
def test_valid_jwt_with_each_algorithm(alg, key):
    document = token(badge(), key, alg, kid=method_of(key, "did:web:university.example"))
    assert outcomes(verified(document)) == ALL_VALID


def test_valid_with_status_list_as_json_and_as_jwt():
    for listed in (GOOD_LIST, token(status_list(), P256, "ES256")):
        report = verified(signed(revocable()), with_list(listed))
        assert outcomes(report) == ALL_VALID
        assert "neither revoked nor suspended" in report.checks[4].message


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


@pytest.mark.parametrize(
    "path",
    [
        ("name",),
        ("issuer", "name"),
        ("validUntil",),
        ("credentialSubject", "id"),
        ("credentialSubject", "achievement", "name"),
        ("credentialSubject", "result", 0, "status"),
    ],
)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_one_changed_character(suite, path):
    document = spoiled(
        signed(badge(), suite=suite), *path, by=lambda text: text.replace(text[2], "9" if text[2] != "9" else "8", 1)
    )
    report = verified(document)
    assert report.outcome == "invalid"
    assert outcomes(report)["proof"] == "invalid"
    assert outcomes(report)["issuer_binding"] is None


def test_one_changed_character_in_a_jwt():
    document = token(badge(), P256, "ES256")
    head, payload, signature = document.split(b".")
    for broken in (
        b".".join([head, payload, signature[:-2] + (b"AA" if signature[-2:] != b"AA" else b"BB")]),
        b".".join([head, token(badge(name="Changed"), P256, "ES256").split(b".")[1], signature]),
    ):
        assert verified(broken).outcome == "invalid"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_added_undefined_term(suite):
    report = verified(signed(badge(), suite=suite) | {"honours": "summa cum laude"})
    assert report.outcome == "invalid"
    assert outcomes(report)["proof"] == "invalid"


def test_signed_by_an_issuer_who_let_an_undefined_term_through():
    document = signed(badge())
    document["credentialSubject"]["achievement"]["honours"] = "summa cum laude"
    assert verified(document).outcome == "invalid"


def test_expired_and_not_yet_valid():
    expired = verified(signed(badge(validUntil="2026-11-20T11:59:59Z")))
    assert (expired.outcome, codes(expired, "validity_period")) == ("invalid", ["expired"])
    early = verified(signed(badge(validFrom="2026-11-20T12:05:01Z")))
    assert (early.outcome, codes(early, "validity_period")) == ("invalid", ["not_yet_valid"])
    assert "only from 2026-11-20 12:05 UTC" in early.summary


def test_clock_skew_is_a_policy():
    document = json.dumps(signed(badge(validFrom="2026-11-20T12:04:59Z"))).encode()
    assert verify(document, None, services()).outcome == "valid"
    assert verify(document, None, services(), policy=Policy(clock_skew_s=0)).outcome == "invalid"


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


def test_list_of_another_issuer_even_when_it_says_revoked():
    other = did.did_key(MALLORY.public)
    listed = signed(status_list(INDEX, issuer=other), MALLORY, method_of(MALLORY))
    assert codes(verified(signed(revocable()), with_list(listed)), "status") == ["status_list_of_another_issuer"]


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


@pytest.mark.parametrize("kind", ["StatusList2021Entry", "1EdTechRevocationList", "TokenStatusList", None, 5, []])
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
    pointers = [finding.pointer for finding in report.checks[4].findings]
    assert pointers == ["/credentialStatus/0", "/credentialStatus/1"]
    unknown_beside = badge(credentialStatus=[both[0], {"type": "StatusList2021Entry", "id": "urn:x"}])
    report = verified(signed(unknown_beside, suite="eddsa-jcs-2022"), with_list(GOOD_LIST))
    assert outcomes(report)["status"] == "unknown"


def test_more_entries_than_are_looked_at_is_never_fine():
    document = signed(badge(credentialStatus=[revocable()["credentialStatus"]] * 20), suite="eddsa-jcs-2022")
    report = verified(document, with_list(GOOD_LIST))
    assert outcomes(report)["status"] == "unknown"
    assert codes(report, "status") == ["too_many_status_entries"]


def test_signed_by_somebody_else():
    for document in (
        signed(badge(), MALLORY, method_of(MALLORY)),
        token(badge(), MALLORY, "EdDSA", kid=method_of(MALLORY)),
        token(badge(), MALLORY, "EdDSA", jwk=MALLORY.public_jwk),
    ):
        report = verified(document)
        assert report.outcome == "invalid"
        assert outcomes(report)["proof"] == "valid"
        assert codes(report, "issuer_binding") == ["issuer_mismatch"]


def test_signed_by_somebody_else_in_the_issuers_name():
    report = verified(signed(badge(), MALLORY, method_of(KEY, "did:web:university.example")))
    assert outcomes(report)["proof"] == "invalid"
    report = verified(signed(badge(), MALLORY, method_of(MALLORY, "did:web:university.example")))
    assert (report.outcome, outcomes(report)["proof"]) == ("invalid", "invalid")


def test_strangers_proof_beside_the_issuers():
    both = signed(signed(badge()), MALLORY, method_of(MALLORY))
    assert len(both["proof"]) == 2
    assert outcomes(verified(both)) == ALL_VALID
    changed = signed({**signed(badge()), "name": "Changed"}, MALLORY, method_of(MALLORY))
    report = verified(changed)
    assert (report.outcome, codes(report, "issuer_binding")) == ("invalid", ["issuer_mismatch"])
    assert "Another 1 could not be confirmed" in report.checks[1].message
    away = verified(both, Web())
    assert (away.outcome, codes(away, "issuer_binding")[0]) == ("unknown", "issuer_unconfirmed")


def test_did_document_that_is_not_there_or_not_right():
    document = signed(badge())
    for served in (FetchFailed("refused", "university.example is not on the public internet."), b"{", b"[]"):
        report = verified(document, Web({DID_DOCUMENT: served}))
        assert (report.outcome, outcomes(report)["proof"]) == ("unknown", "unknown")
    other = did_document(KEY, controller="did:web:other.example")
    assert verified(document, Web({DID_DOCUMENT: other})).outcome == "invalid"
    not_for_assertions = did_document(KEY, assertionMethod=[])
    assert verified(document, Web({DID_DOCUMENT: not_for_assertions})).outcome == "invalid"
    revoked_key = did_document(KEY)
    revoked_key["verificationMethod"][0]["revoked"] = "2026-06-01T00:00:00Z"
    assert codes(verified(document, Web({DID_DOCUMENT: revoked_key})), "proof") == ["key_revoked"]


@pytest.mark.parametrize(
    "method",
    [
        "did:web:127.0.0.1#k",
        "did:web:localhost%3A8443#k",
        "did:web:university.example:..:..#k",
        "http://university.example/#k",
        "https://169.254.169.254/latest#k",
        "did:ion:abc#k",
        "did:key:zNonsense#zNonsense",
        "did:jwk:e30#0",
        "",
        "#k",
        "\u0000",
        5,
        None,
        {"id": "did:web:university.example#k"},
        ["did:web:university.example#k"],
    ],
)
def test_verification_method_that_leads_nowhere(method):
    document = spoiled(signed(badge()), "proof", 0, "verificationMethod", by=lambda _: method)
    report = verified(document, Web())
    assert report.outcome != "valid"
    assert outcomes(report)["proof"] in ("invalid", "unknown")


def test_unknown_context_is_unknown():
    document = badge()
    signed_document = signed(document)
    signed_document["@context"] = [*document["@context"], "https://example.org/our-own/context.json"]
    report = verified(signed_document)
    assert outcomes(report)["proof"] == "unknown"
    assert codes(report, "proof") == ["unknown_context"]
    assert report.outcome == "unknown"


def test_unsigned():
    for document in (badge(), badge(proof=[])):
        report = verified(document)
        assert report.outcome == "invalid"
        assert codes(report, "proof") == ["not_signed"]
        assert outcomes(report)["issuer_binding"] is None


@pytest.mark.parametrize("proof", [None, 5, "x", {}, [None], [[]], [{}], {"type": 5}, {"type": "DataIntegrityProof"}])
def test_proof_that_is_none(proof):
    report = verified(badge() | {"proof": proof})
    assert (report.outcome, outcomes(report)["proof"]) == ("invalid", "invalid")


@pytest.mark.parametrize(
    "change",
    [
        {"cryptosuite": "bbs-2023"},
        {"cryptosuite": "ecdsa-sd-2023"},
        {"cryptosuite": "eddsa-rdfc-2099"},
        {"type": "Ed25519Signature2020"},
        {"type": "MyOwnSignature"},
    ],
)
def test_unknown_cryptosuite_is_unknown(change):
    document = spoiled(signed(badge()), "proof", 0, by=lambda proof: proof | change)
    code = "unsupported_proof_type" if "type" in change else "unsupported_cryptosuite"
    report = verified(document)
    assert (report.outcome, codes(report, "proof")) == ("unknown", [code])


def test_proof_for_another_purpose():
    document = spoiled(signed(badge()), "proof", 0, "proofPurpose", by=lambda _: "authentication")
    assert verified(document).outcome == "invalid"


def test_too_large():
    with pytest.raises(TooLarge):
        verify(b" " * 2000, None, services(verify_max_bytes=1024))


def test_now_is_the_services_clock():
    report = verified(signed(badge()))
    assert report.verified_at == NOW
    assert university().asked == []


def chain(first_key, second_key, **changes):
    """Two proofs, of which the second builds on the first."""
    options = {"id": "urn:uuid:5a1e2d3c-0000-4000-8000-000000000001"}
    first = signed(badge(), first_key, method_of(first_key, "did:web:university.example"), **options)
    method = method_of(second_key, "did:web:university.example")
    both = signed(first, second_key, method, previousProof=options["id"])
    return spoiled(both, "proof", 0, by=lambda proof: proof | changes)


def test_proof_that_builds_on_another_holds_only_with_it():
    assert outcomes(verified(chain(KEY, KEY))) == ALL_VALID
    broken = verified(chain(MALLORY, KEY))  # not a key of the university
    assert (broken.outcome, codes(broken, "proof")[-1]) == ("invalid", "previous_proof_unproven")
    one_beside = spoiled(chain(KEY, KEY), "proof", 1, "previousProof", by=lambda _: "urn:uuid:nowhere")
    assert outcomes(verified(one_beside))["proof"] == "valid"  # the first holds by itself
    changed = verified(chain(KEY, KEY, created="2026-02-02T00:00:00Z"))
    assert (changed.outcome, outcomes(changed)["proof"]) == ("invalid", "invalid")


def test_context_added_after_signing_as_json():
    document = signed(badge(), suite="eddsa-jcs-2022")
    contexts = [*document["@context"], "https://w3id.org/security/data-integrity/v2"]
    report = verified({**document, "@context": contexts})
    assert (report.outcome, codes(report, "proof")) == ("unknown", ["unsigned_context"])
    foreign = [*badge()["@context"], "https://example.org/our-own/context.json"]
    report = verified(signed(badge() | {"@context": foreign}, suite="eddsa-jcs-2022"))
    assert (report.outcome, codes(report, "proof")) == ("unknown", ["unknown_context"])
