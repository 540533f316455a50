"""SD-JWT VCs: their issuer's key, their claims, the holder, and the status."""

import base64
import json
import zlib
from datetime import timedelta

import pytest

from app.errors import BadInput
from app.ports import FetchFailed
from app.vc import did, jose, sd_jwt
from app.verifier.case import Policy
from app.verifier.verify import verify
from tests.verifier.badges import (
    ALL_VALID,
    DID_DOCUMENT,
    KEY,
    MALLORY,
    NOW,
    P256,
    UNIVERSITY,
    Web,
    codes,
    did_document,
    ed25519_key,
    method_of,
    outcomes,
    services,
    university,
)

ISSUER = "https://university.example/badges"
METADATA = "https://university.example/.well-known/jwt-vc-issuer/badges"
KEY_SET = "https://university.example/keys.json"
STATUS = "https://university.example/token-status/1"
METHOD = method_of(KEY, UNIVERSITY)
HOLDER = ed25519_key(9)
DAY = 86_400
MOMENT = int(NOW.timestamp())
CLAIMS = {
    "iss": UNIVERSITY,
    "vct": "https://university.example/types/urban-data-analyst",
    "nbf": MOMENT - DAY,
    "exp": MOMENT + DAY,
    "cnf": {"jwk": HOLDER.public_jwk},
    "name": "Urban data analyst",
    "level": "proficient",
}
JWKS = {"keys": [P256.public_jwk | {"kid": "k2"}, KEY.public_jwk | {"kid": "k1"}]}


def issued(key=KEY, kid=METHOD, typ="dc+sd-jwt", **claims):
    claims = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    alg = "EdDSA" if key.key_type == "Ed25519" else "ES256"
    return sd_jwt.issue(claims, ["/level"], key, sd_jwt.header(alg, typ=typ, kid=kid), new_salt=lambda: "salt")


def judged(document, web=None, **policy):
    return verify(document.encode(), None, services(web), policy=Policy(**policy))


def bound(text, key=HOLDER, audience="https://attesta.example", nonce="n1", now=NOW):
    return sd_jwt.bind(text, key, audience=audience, nonce=nonce, now=now)


@pytest.mark.parametrize("typ", ["dc+sd-jwt", "vc+sd-jwt"])
def test_valid_with_all_and_with_no_disclosures(typ):
    whole = issued(typ=typ)
    for document in (whole, sd_jwt.present(whole, []), json.dumps(whole), json.dumps({"verifiableCredential": whole})):
        report = judged(document)
        assert outcomes(report) == ALL_VALID
    told = report.to_json()
    assert (told["issuer"]["id"], told["credential"]["name"]) == (UNIVERSITY, "Urban data analyst")
    assert told["credential"]["types"] == [CLAIMS["vct"]]
    assert told["credential"]["validUntil"] == "2026-11-21T12:00:00Z"


def test_changed_disclosure_or_signature():
    head, disclosure, _ = issued().split("~")
    other = base64.urlsafe_b64encode(b'["salt","level","expert"]').rstrip(b"=").decode()
    report = judged(f"{head}~{other}~")
    assert (report.outcome, codes(report, "proof")) == ("invalid", ["unreferenced_disclosure"])
    assert codes(judged(f"{head}~{disclosure}~{disclosure}~"), "proof") == ["duplicate_digest"]
    by_mallory = issued(MALLORY)
    assert codes(judged(by_mallory), "proof") == ["bad_signature"]
    report = judged(issued(MALLORY, method_of(MALLORY)))
    assert (report.outcome, codes(report, "issuer_binding")) == ("invalid", ["issuer_mismatch"])


def test_period():
    assert codes(judged(issued(exp=MOMENT - 1)), "validity_period") == ["expired"]
    assert codes(judged(issued(nbf=MOMENT + DAY)), "validity_period") == ["not_yet_valid"]
    assert codes(judged(issued(exp="never")), "validity_period") == ["unreadable_date"]
    assert judged(issued(exp=None, nbf=None)).outcome == "valid"


def signed_claims(claims, typ="dc+sd-jwt"):
    unsigned = jose.signing_input({"alg": "EdDSA", "typ": typ, "kid": method_of(KEY, UNIVERSITY)}, claims)
    return jose.compact(unsigned, KEY.sign(unsigned)) + "~"


def test_structure():
    assert codes(judged(signed_claims({"iss": UNIVERSITY})), "structure") == ["missing_member"]
    both = {"iss": UNIVERSITY, "@context": ["https://www.w3.org/ns/credentials/v2"]}
    assert codes(judged(signed_claims(both)), "structure") == ["missing_member"]
    assert codes(judged(signed_claims(CLAIMS, "kb+jwt")), "structure") == ["unexpected_typ"]
    hidden = sd_jwt.issue(CLAIMS, ["/level"], KEY, {"alg": "EdDSA", "typ": "x"}, new_salt=lambda: "s")
    assert codes(judged(hidden), "structure") == ["unexpected_typ"]


# --- the issuer's key


def test_issuer_metadata_with_keys_inside_or_elsewhere():
    document = issued(kid="k1", iss=ISSUER)
    inside = Web({METADATA: {"issuer": ISSUER, "jwks": JWKS}})
    assert outcomes(judged(document, inside)) == ALL_VALID
    assert inside.asked == [METADATA]
    elsewhere = Web({METADATA: {"issuer": ISSUER, "jwks_uri": KEY_SET}, KEY_SET: JWKS})
    report = judged(document, elsewhere)
    assert (outcomes(report), elsewhere.asked) == (ALL_VALID, [METADATA, KEY_SET])
    assert [need.kind for need in report.needs] == ["issuer_metadata", "key"]


@pytest.mark.parametrize(
    ("metadata", "outcome", "code"),
    [
        ({"issuer": "https://other.example", "jwks": JWKS}, "invalid", "wrong_issuer_metadata"),
        ({"jwks": JWKS}, "invalid", "wrong_issuer_metadata"),
        ({"issuer": ISSUER}, "unknown", "key_unreadable"),
        ({"issuer": ISSUER, "jwks": []}, "unknown", "key_unreadable"),
        ({"issuer": ISSUER, "jwks": {"keys": []}}, "invalid", "no_key"),
        ({"issuer": ISSUER, "jwks": {"keys": [MALLORY.public_jwk | {"kid": "k1"}]}}, "invalid", "bad_signature"),
        ({"issuer": ISSUER, "jwks_uri": KEY_SET}, "unknown", "key_unavailable"),
        ({"issuer": ISSUER, "jwks_uri": "http://169.254.169.254/"}, "unknown", "key_unreadable"),
        (b"<html>", "unknown", "key_unreadable"),
        (FetchFailed("status", "It answered 404."), "unknown", "key_unavailable"),
    ],
)
def test_issuer_metadata_that_does_not_help(metadata, outcome, code):
    report = judged(issued(kid="k1", iss=ISSUER), Web({METADATA: metadata}))
    assert (report.outcome, codes(report, "proof")) == (outcome, [code])


def test_key_named_by_a_did_url_is_the_issuers_or_not():
    assert judged(issued(iss=did.did_key(KEY.public), kid=method_of(KEY)), Web()).outcome == "valid"
    report = judged(issued(kid=method_of(KEY), iss=ISSUER), Web())
    assert codes(report, "issuer_binding") == ["issuer_unconfirmed"]
    report = judged(issued(kid=method_of(KEY), iss=did.did_key(P256.public)), Web())
    assert codes(report, "issuer_binding") == ["issuer_mismatch"]


def test_certificates_and_nameless_issuers_are_not_called_valid():
    header = {"alg": "EdDSA", "typ": "dc+sd-jwt", "x5c": ["AAAA"]}
    claims = {name: value for name, value in CLAIMS.items() if name != "iss"}
    document = sd_jwt.issue(claims, [], KEY, header, new_salt=lambda: "s")
    report = judged(document, Web())
    assert (report.outcome, codes(report, "proof")) == ("unknown", ["unsupported_key_reference"])
    with_jwk = sd_jwt.issue(claims, [], KEY, header | {"jwk": KEY.public_jwk}, new_salt=lambda: "s")
    assert judged(with_jwk, Web()).outcome == "invalid"


# --- the holder


def test_key_binding():
    report = judged(bound(issued()))
    assert outcomes(report) == ALL_VALID | {"holder_binding": "valid"}
    assert "another occasion" in report.checks[-1].message
    asked = judged(bound(issued()), challenge="n1", domain="https://attesta.example")
    assert (asked.outcome, "another occasion" in asked.checks[-1].message) == ("valid", False)


def test_key_binding_that_does_not_hold():
    assert codes(judged(bound(issued(), MALLORY)), "holder_binding") == ["bad_signature"]
    assert codes(judged(bound(issued()), challenge="n2"), "holder_binding") == ["wrong_nonce"]
    assert codes(judged(bound(issued()), domain="https://evil.example"), "holder_binding") == ["wrong_audience"]
    assert codes(judged(issued(), challenge="n1"), "holder_binding") == ["no_key_binding"]
    whole = bound(issued())
    head, disclosure, binding = whole.split("~")
    assert codes(judged(f"{head}~{binding}"), "holder_binding") == ["wrong_sd_hash"]
    assert len(disclosure) > 10
    unbound = judged(bound(issued(cnf={"kid": "x"})))
    assert (unbound.outcome, codes(unbound, "holder_binding")) == ("unknown", ["unsupported_confirmation"])


def test_key_binding_is_fresh_only_where_it_was_asked_for():
    old = bound(issued(), now=NOW - timedelta(hours=2))
    assert judged(old).outcome == "valid"
    assert codes(judged(old, challenge="n1"), "holder_binding") == ["key_binding_too_old"]


# --- the status


def status_token(value=0, key=KEY, kid=METHOD, **claims):
    lst = base64.urlsafe_b64encode(zlib.compress(bytes([value << 6]) + bytes(100))).rstrip(b"=").decode()
    payload = {"sub": STATUS, "iat": MOMENT, "exp": MOMENT + DAY, "iss": UNIVERSITY}
    payload = payload | {"status_list": {"bits": 2, "lst": lst}} | claims
    header = {"alg": "EdDSA", "typ": "statuslist+jwt", "kid": kid}
    unsigned = jose.signing_input(header, {name: value for name, value in payload.items() if value is not None})
    return jose.compact(unsigned, key.sign(unsigned)).encode()


REVOCABLE = {"status": {"status_list": {"idx": 3, "uri": STATUS}}}


def with_list(served):
    web = university()
    web.documents[STATUS] = served
    return web


def test_status_of_each_value():
    web = with_list(status_token())
    assert outcomes(judged(issued(**REVOCABLE), web)) == ALL_VALID
    assert web.asked == [DID_DOCUMENT, STATUS]
    for value, code, outcome in (
        (1, "revoked", "invalid"),
        (2, "suspended", "invalid"),
        (3, "status_not_understood", "unknown"),
    ):
        report = judged(issued(**REVOCABLE), with_list(status_token(value)))
        assert (report.outcome, codes(report, "status")) == (outcome, [code])
    assert judged(issued(**REVOCABLE), with_list(status_token(iss=None))).outcome == "valid"


@pytest.mark.parametrize(
    ("served", "code"),
    [
        (status_token(key=MALLORY), "status_list_unproven"),
        (status_token(key=MALLORY, kid=method_of(MALLORY)), "status_list_unproven"),
        (status_token(iss="did:web:other.example"), "status_list_of_another_issuer"),
        (status_token(sub="https://university.example/other"), "status_list_of_another_url"),
        (status_token(exp=MOMENT - 1), "status_list_out_of_date"),
        (status_token(status_list={"bits": 3, "lst": "AA"}), "malformed_status_list"),
        (status_token()[:-4] + b"AAAA", "status_list_unproven"),
        (b"<html>", "status_list_unreadable"),
        (b"\xff", "status_list_unreadable"),
        ({}, "status_list_unreadable"),
        (FetchFailed("timeout", "It did not answer."), "status_list_unavailable"),
    ],
)
def test_list_that_cannot_tell_is_unknown(served, code):
    report = judged(issued(**REVOCABLE), with_list(served))
    assert (report.outcome, codes(report, "status")) == ("unknown", [code])


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ({"status_list": {"idx": "3", "uri": STATUS}}, "malformed_status_entry"),
        ({"status_list": {"idx": 3}}, "malformed_status_entry"),
        ({"status_list": 5}, "malformed_status_entry"),
        ({"other_mechanism": {}}, "unsupported_status_type"),
        (REVOCABLE["status"] | {"other_mechanism": {}}, "unsupported_status_type"),
        (REVOCABLE["status"] | {"type": "TokenStatusList"}, "unsupported_status_type"),
        ({"status_list": {"idx": 900, "uri": STATUS}}, "status_index_out_of_range"),
    ],
)
def test_reference_that_is_not_read(status, code):
    report = judged(issued(status=status), with_list(status_token()))
    assert codes(report, "status") == [code]
    assert report.outcome != "valid"


def test_list_signed_by_a_key_of_the_issuers_metadata():
    web = Web(
        {METADATA: {"issuer": ISSUER, "jwks_uri": KEY_SET}, KEY_SET: JWKS, STATUS: status_token(iss=ISSUER, kid="k1")}
    )
    report = judged(issued(kid="k1", iss=ISSUER, **REVOCABLE), web)
    assert outcomes(report) == ALL_VALID
    assert sorted(web.asked) == sorted([METADATA, STATUS, KEY_SET])


def test_did_document_that_lists_no_key_for_assertions():
    report = judged(issued(), Web({DID_DOCUMENT: did_document(KEY, assertionMethod=[])}))
    assert codes(report, "proof") == ["wrong_verification_relationship"]


@pytest.mark.parametrize("text", ["a~", "~", "~~~" * 500, "a.b~c.d~", "a.b.c~\u00e9~"])
def test_text_that_is_no_sd_jwt(text):
    with pytest.raises(BadInput, match="no SD-JWT"):
        judged(text)


@pytest.mark.parametrize("text", ["a.b.c~", "a.b.c~~~~", "a.b.c~d~e.f.g", "a.b.c" + "~d" * 5000 + "~"])
def test_sd_jwt_that_cannot_be_read_is_not_valid(text):
    report = judged(text)
    assert report.outcome != "valid"
    assert outcomes(report)["structure"] is None
