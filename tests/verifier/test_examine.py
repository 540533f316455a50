"""Proofs and the keys they name: one scenario a test."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.ports import FetchFailed
from app.vc import did, ecdsa_sd, proof
from app.vc.keys import PrivateKey
from app.verifier.case import Policy
from app.verifier.verify import verify_document
from tests.verifier.badges import (
    ALL_VALID,
    DID_DOCUMENT,
    KEY,
    MALLORY,
    P256,
    Web,
    badge,
    codes,
    did_document,
    made,
    method_of,
    outcomes,
    services,
    signed,
    spoiled,
    verified,
)


def test_strangers_proof_beside_the_issuers():
    both = signed(signed(badge()), MALLORY, method_of(MALLORY))
    assert len(both["proof"]) == 2
    assert outcomes(verified(both)) == ALL_VALID
    changed = signed({**signed(badge()), "name": "Changed"}, MALLORY, method_of(MALLORY))
    report = verified(changed)
    assert (report.outcome, codes(report, "issuer_binding")) == ("invalid", ["issuer_mismatch"])
    assert "Another 1 could not be confirmed" in made(report, "proof").message
    away = verified(both, Web())
    assert (away.outcome, codes(away, "issuer_binding")[0]) == ("unknown", "issuer_unconfirmed")


def test_each_proof_must_hold_where_the_policy_says_so():
    every = Policy(every_proof=True)
    both = signed(signed(badge()), MALLORY, method_of(MALLORY))
    assert verify_document(both, services(), policy=every).outcome == "valid"
    for position in range(2):
        one_is_spoiled = {**both, "proof": [*both["proof"]]}
        one_is_spoiled["proof"][position] = {**both["proof"][position], "created": "2026-01-01T00:00:01Z"}
        assert outcomes(verify_document(one_is_spoiled, services()))["proof"] == "valid"
        report = verify_document(one_is_spoiled, services(), policy=every)
        assert (report.outcome, codes(report, "proof")) == ("invalid", ["bad_signature"])
    not_read = {**both["proof"][1], "cryptosuite": "bbs-2023"}
    report = verify_document({**both, "proof": [both["proof"][0], not_read]}, services(), policy=every)
    assert (report.outcome, codes(report, "proof")) == ("unknown", ["unsupported_cryptosuite"])


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


@pytest.mark.parametrize("proof", [None, 5, "x", {}, [None], [[]], [{}], {"type": 5}, {"type": "DataIntegrityProof"}])
def test_proof_that_is_none(proof):
    report = verified(badge() | {"proof": proof})
    assert (report.outcome, outcomes(report)["proof"]) == ("invalid", "invalid")


@pytest.mark.parametrize(
    "change",
    [
        {"cryptosuite": "bbs-2023"},
        {"cryptosuite": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-rdfc-2099"},
        {"type": "JsonWebSignature2020"},
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


def test_a_proof_that_does_not_hold_is_not_replaced_by_another_of_its_id():
    broken = chain(MALLORY, KEY)
    stranger = signed(badge(), MALLORY, method_of(MALLORY), id=broken["proof"][0]["id"])["proof"][0]
    report = verified(broken | {"proof": [*broken["proof"], stranger]})
    assert outcomes(report)["issuer_binding"] == "invalid"
    assert "previous_proof_unproven" in codes(report, "proof")


def test_context_added_after_signing_as_json():
    document = signed(badge(), suite="eddsa-jcs-2022")
    contexts = [*document["@context"], "https://w3id.org/security/data-integrity/v2"]
    report = verified({**document, "@context": contexts})
    assert (report.outcome, codes(report, "proof")) == ("unknown", ["unsigned_context"])
    foreign = [*badge()["@context"], "https://example.org/our-own/context.json"]
    report = verified(signed(badge() | {"@context": foreign}, suite="eddsa-jcs-2022"))
    assert (report.outcome, codes(report, "proof")) == ("unknown", ["unknown_context"])


def shown_by_holder(pointers):
    """What a holder derives from a badge of an issuer under did:key."""
    issuer = did.did_key(P256.public)
    options = proof.proof_options("ecdsa-sd-2023", method_of(P256), "2026-01-01T00:00:00Z")
    mandatory = ["/issuer", "/validFrom", "/validUntil", "/name"]
    proof_key = PrivateKey("P-256", ec.derive_private_key(9, ec.SECP256R1()))
    base = ecdsa_sd.add_base_proof(
        badge(issuer), P256, options, mandatory_pointers=mandatory, hmac_key=bytes(32), proof_key=proof_key
    )
    return ecdsa_sd.derive(base, base["proof"][0], pointers)


def test_what_a_holder_shows_is_valid_and_a_changed_value_is_not():
    shown = shown_by_holder(["/credentialSubject"])
    assert outcomes(verified(shown)) == ALL_VALID
    changed = verified({**shown, "name": "Urban data wizard"})
    assert (changed.outcome, codes(changed, "proof")) == ("invalid", ["bad_signature"])
    little = verified(shown_by_holder([]))  # the proof holds, but a badge without a subject is none
    assert (outcomes(little)["proof"], outcomes(little)["structure"]) == ("valid", "invalid")


def test_what_a_holder_does_not_show_is_not_known_to_be_missing():
    """Digital Bazaar's verifier accepts it; whether the badge has a description, only who has all of it can say."""
    shown = shown_by_holder(["/credentialSubject/id", "/credentialSubject/achievement/name"])
    report = verified(shown)
    assert (report.outcome, outcomes(report)["proof"]) == ("unknown", "valid")
    assert set(codes(report, "structure")) == {"missing_member"}
    expired = verified(shown, now=datetime(2029, 1, 1, tzinfo=UTC))
    assert (expired.outcome, codes(expired, "validity_period")) == ("invalid", ["expired"])
