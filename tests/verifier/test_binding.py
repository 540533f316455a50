"""Whose key is it? A key that comes with the badge proves nothing about who signed."""

import pytest

from app.ports import FetchFailed
from app.vc import did
from tests.verifier.badges import (
    DID_DOCUMENT,
    KEY,
    MALLORY,
    P256,
    RSA,
    UNIVERSITY,
    Web,
    badge,
    codes,
    did_document,
    method_of,
    outcomes,
    signed,
    token,
    university,
    verified,
)

ISSUER = "https://issuer.example/profile"
PROFILE = {"@context": [], "id": ISSUER, "type": "Profile", "name": "Issuer"}


def test_key_in_the_header_that_the_issuer_lists():
    assert verified(token(badge(), RSA, "RS256", jwk=RSA.public_jwk)).outcome == "valid"


def test_key_in_the_header_that_nobody_confirms():
    document = token(badge(ISSUER), MALLORY, "EdDSA", jwk=MALLORY.public_jwk)
    for web in (Web(), Web({ISSUER: PROFILE}), Web({ISSUER: b"<html>"}), Web({ISSUER: FetchFailed("status", "404.")})):
        report = verified(document, web)
        assert (report.outcome, outcomes(report)["proof"]) == ("unknown", "valid")
        assert codes(report, "issuer_binding") == ["issuer_unconfirmed"]


def test_key_in_the_header_that_the_issuers_document_does_not_list():
    listed = did_document(KEY, controller=ISSUER)
    report = verified(token(badge(ISSUER), MALLORY, "EdDSA", jwk=MALLORY.public_jwk), Web({ISSUER: listed}))
    assert codes(report, "issuer_binding") == ["issuer_mismatch"]
    revoked = did_document(P256, controller=ISSUER)
    revoked["verificationMethod"][0]["revoked"] = "2026-01-01T00:00:00Z"
    report = verified(token(badge(ISSUER), P256, "ES256", jwk=P256.public_jwk), Web({ISSUER: revoked}))
    assert codes(report, "issuer_binding") == ["issuer_mismatch"]
    for_login_only = did_document(P256, controller=ISSUER, assertionMethod=[])
    report = verified(token(badge(ISSUER), P256, "ES256", jwk=P256.public_jwk), Web({ISSUER: for_login_only}))
    assert codes(report, "issuer_binding") == ["issuer_mismatch"]


def test_key_in_the_header_of_a_self_described_issuer():
    for issuer in (did.did_key(P256.public), did.did_jwk(P256.public)):
        assert verified(token(badge(issuer), P256, "ES256", jwk=P256.public_jwk), Web()).outcome == "valid"
        report = verified(token(badge(issuer), MALLORY, "EdDSA", jwk=MALLORY.public_jwk), Web())
        assert codes(report, "issuer_binding") == ["issuer_mismatch"]


def test_jwt_without_any_key_of_a_self_described_issuer():
    issuer = did.did_key(P256.public)
    assert verified(token(badge(issuer), P256, "ES256", typ="JWT"), Web()).outcome == "valid"
    assert verified(token(badge(issuer), MALLORY, "EdDSA", typ="JWT"), Web()).outcome == "invalid"
    assert codes(verified(token(badge(), P256, "ES256", typ="JWT")), "proof") == ["no_key"]


KEY_URL = "https://university.example/keys/1"


@pytest.mark.parametrize(
    "served",
    [
        P256.public_jwk,
        {"keys": [P256.public_jwk]},
        {"keys": [KEY.public_jwk | {"kid": "x"}, P256.public_jwk | {"kid": KEY_URL}]},
    ],
)
def test_kid_that_is_the_url_of_a_jwk(served):
    document = token(badge(), P256, "ES256", kid=KEY_URL)
    web = university()
    web.documents[KEY_URL] = served
    assert verified(document, web).outcome == "valid"
    web.documents[DID_DOCUMENT] = did_document(KEY)
    assert codes(verified(document, web), "issuer_binding") == ["issuer_mismatch"]
    del web.documents[DID_DOCUMENT]
    assert codes(verified(document, web), "issuer_binding") == ["issuer_unconfirmed"]
    del web.documents[KEY_URL]
    assert codes(verified(document, web), "proof") == ["key_unavailable"]


def test_key_url_of_somebody_else_for_an_issuer_without_keys():
    evil = "https://issuer.example/~mallory/key.json"
    document = token(badge("https://issuer.example/"), MALLORY, "EdDSA", kid=evil)
    report = verified(document, Web({evil: MALLORY.public_jwk, "https://issuer.example/": PROFILE}))
    assert (report.outcome, codes(report, "issuer_binding")) == ("unknown", ["issuer_unconfirmed"])


def test_issuers_own_url_is_a_key_set():
    document = token(badge(ISSUER), P256, "ES256", kid=f"{ISSUER}#1")
    assert verified(document, Web({ISSUER: {"keys": [P256.public_jwk]}})).outcome == "valid"


def test_https_issuer_with_a_controlled_identifier_document():
    document = signed(badge(ISSUER), KEY, method_of(KEY, ISSUER))
    assert verified(document, Web({ISSUER: did_document(KEY, controller=ISSUER)})).outcome == "valid"
    assert verified(document, Web({ISSUER: did_document(MALLORY, controller=ISSUER)})).outcome == "invalid"


def test_fragment_that_is_the_key_proves_nothing_about_the_issuer():
    """1EdTech's own samples; anyone can write a key behind anyone's name."""
    document = signed(badge(ISSUER), MALLORY, method_of(MALLORY, ISSUER))
    for web in (Web(), Web({ISSUER: PROFILE})):
        report = verified(document, web)
        assert (report.outcome, outcomes(report)["proof"]) == ("unknown", "valid")
        assert codes(report, "issuer_binding") == ["issuer_unconfirmed"]


def test_did_key_without_its_fragment():
    issuer = did.did_key(KEY.public)
    document = signed(badge(issuer), KEY, issuer)
    assert verified(document, Web()).outcome == "valid"


def test_issuer_that_is_no_url_or_not_there():
    for issuer in ("urn:uuid:7d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c22", "http://university.example", "did:ion:abc"):
        document = token(badge(issuer), MALLORY, "EdDSA", jwk=MALLORY.public_jwk)
        assert verified(document, Web()).outcome == "unknown"
        report = verified(signed(badge(issuer), KEY, method_of(KEY)), Web())
        assert (report.outcome, codes(report, "issuer_binding")) == ("unknown", ["issuer_unconfirmed"])


def test_did_key_is_the_issuers_when_the_issuers_own_document_lists_it():
    """A did:key says nothing about anybody; 1EdTech's own samples have one under an issuer who is no DID."""
    for key, listed, expected in ((KEY, KEY, "valid"), (MALLORY, KEY, "invalid"), (MALLORY, MALLORY, "valid")):
        document = signed(badge(ISSUER), key, method_of(key))
        assert verified(document, Web({ISSUER: did_document(listed, controller=ISSUER)})).outcome == expected
    report = verified(signed(badge(ISSUER), KEY, method_of(KEY)), Web({ISSUER: PROFILE}))
    assert (report.outcome, codes(report, "issuer_binding")) == ("unknown", ["issuer_unconfirmed"])
    assert [need.url for need in report.needs] == [ISSUER]
    other = verified(signed(badge(did.did_key(P256.public)), KEY, method_of(KEY)), Web())
    assert codes(other, "issuer_binding") == ["issuer_mismatch"]


@pytest.mark.parametrize("issuer", [did.did_key(P256.public), did.did_jwk(P256.public)])
def test_jwt_whose_kid_is_a_did_that_is_a_key(issuer):
    assert verified(token(badge(issuer), P256, "ES256", kid=issuer), Web()).outcome == "valid"
    assert verified(token(badge(issuer), MALLORY, "EdDSA", kid=issuer), Web()).outcome == "invalid"


def test_jwt_whose_kid_is_a_did_alone():
    """It means the one key of the DID's document; among several it names none."""
    document = token(badge(), P256, "ES256", kid=UNIVERSITY)
    assert verified(document, Web({DID_DOCUMENT: did_document(P256)})).outcome == "valid"
    inside = did_document(P256)
    inside["assertionMethod"] = inside.pop("verificationMethod")
    assert verified(document, Web({DID_DOCUMENT: inside})).outcome == "valid"
    for others in (did_document(P256, KEY), did_document(P256, assertionMethod=[]), did_document(MALLORY)):
        assert verified(document, Web({DID_DOCUMENT: others})).outcome == "invalid"
    elsewhere = did_document(P256, assertionMethod=["did:web:other.example#1"])
    assert verified(document, Web({DID_DOCUMENT: elsewhere})).outcome == "invalid"
    assert verified(document, Web({DID_DOCUMENT: did_document(P256, assertionMethod=[5])})).outcome == "invalid"


def test_document_of_another_place_that_calls_itself_the_issuers():
    """Whoever has a host could else sign in any issuer's name: the key's name was taken from the document itself."""
    for place in ("did:web:mallory.example", "https://mallory.example/keys"):
        url = did.document_url(place)
        web = Web({url: did_document(MALLORY), DID_DOCUMENT: did_document(KEY)})
        for document in (token(badge(), MALLORY, "EdDSA", kid=place), signed(badge(), MALLORY, place)):
            report = verified(document, web)
            assert report.outcome == "invalid"
            assert codes(report, "proof") == ["wrong_controlled_identifier_document"]
