from tests.verifier.badges import (
    DID_DOCUMENT,
    KEY,
    P256,
    UNIVERSITY,
    Web,
    badge,
    codes,
    did_document,
    made,
    method_of,
    outcomes,
    signed,
    token,
    verified,
)


def web(**ends):
    document = did_document(KEY, P256)
    methods = [method | ends for method in document["verificationMethod"]]
    return Web({DID_DOCUMENT: document | {"verificationMethod": methods}})


def test_key_in_force():
    report = verified(signed(badge()), web())
    assert outcomes(report)["key_status"] == "valid"
    assert "2026-01-01" in made(report, "key_status").message


def test_key_that_stands_for_itself():
    document = signed(badge(method_of(KEY).partition("#")[0]), method=method_of(KEY))
    assert "neither ended nor revoked" in made(verified(document), "key_status").message


def test_revoked_after_it_signed_and_before():
    for moment, code in (
        ("2026-05-01T00:00:00Z", "signed_before_key_end"),
        ("2025-05-01T00:00:00Z", "signed_after_key_end"),
    ):
        for end in ("revoked", "expires"):
            report = verified(signed(badge()), web(**{end: moment}))
            assert (report.outcome, codes(report, "key_status")) == ("invalid", [code])
            assert made(report, "key_status").findings[0].pointer == "/proof/0"


def test_of_a_jwt_the_beginning_of_its_validity_counts():
    report = verified(token(badge(), P256, "ES256"), web(revoked="2026-05-01T00:00:00Z"))
    assert codes(report, "key_status") == ["signed_before_key_end"]


def test_other_broken_proofs_say_nothing_of_the_key():
    report = verified(signed(badge()) | {"name": "Changed"}, web())
    assert outcomes(report)["key_status"] is None
    assert UNIVERSITY in report.submission.credential["issuer"]["id"]
