"""Forms of documents, told apart: what is read as what."""

import pytest

from app.errors import BadInput, Unsupported
from app.vc import enveloped, sd_jwt
from app.verifier.reading import credential_view, read_object, read_text
from tests.verifier.badges import KEY, P256, badge, method_of, signed, token

TOKEN = token(badge(), P256, "ES256").decode()
BADGE = signed(badge())
V2 = "https://www.w3.org/ns/credentials/v2"
VP = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [BADGE]}


def w3c_sd_jwt(typ="vc+sd-jwt"):
    header = sd_jwt.header("EdDSA", typ=typ, kid=method_of(KEY))
    return sd_jwt.issue(badge(), ["/name"], KEY, header, new_salt=lambda: "salt")


@pytest.mark.parametrize(
    ("value", "form", "is_presentation"),
    [
        (BADGE, "data_integrity", False),
        ({}, "data_integrity", False),
        (enveloped.envelope(TOKEN), "vc_jwt", False),
        (enveloped.envelope(w3c_sd_jwt()), "sd_jwt", False),
        (VP, "data_integrity", True),
        (VP | {"type": "VerifiablePresentation"}, "data_integrity", True),
        (VP | {"type": ["VerifiableCredential", "VerifiablePresentation"]}, "data_integrity", True),
        (enveloped.envelope(enveloped.secure(VP, KEY, kid=method_of(KEY)), presentation=True), "vc_jwt", True),
    ],
    ids=lambda _: None,
)
def test_objects(value, form, is_presentation):
    read = read_object(value)
    assert (read.secured.form, read.secured.is_presentation) == (form, is_presentation)
    assert len(read.presented) == is_presentation


@pytest.mark.parametrize(
    ("text", "form", "is_presentation"),
    [
        (TOKEN, "vc_jwt", False),
        (f" {TOKEN}\n", "vc_jwt", False),
        (w3c_sd_jwt(), "sd_jwt", False),
        (w3c_sd_jwt("dc+sd-jwt"), "sd_jwt_vc", False),
        (enveloped.secure(VP, KEY, kid=method_of(KEY)), "vc_jwt", True),
    ],
    ids=lambda _: None,
)
def test_texts(text, form, is_presentation):
    read = read_text(text)
    assert (read.secured.form, read.secured.is_presentation) == (form, is_presentation)
    assert read.secured.jws is not None


def test_disclosed_members_stand_in_the_credential():
    whole = w3c_sd_jwt()
    assert read_text(whole).secured.credential["name"] == "Urban data analyst"
    assert "name" not in read_text(sd_jwt.present(whole, [])).secured.credential


def test_texts_that_are_no_credential():
    login = sd_jwt.issue({"iss": "https://a.example"}, [], KEY, {"alg": "EdDSA"}, new_salt=lambda: "s")
    with pytest.raises(Unsupported, match="no credential"):
        read_text(login)
    with pytest.raises(Unsupported, match="encrypted"):
        read_text("a.b.c.d.e")
    for text in ("", "hello", "a.b", "a b.c.d", "~"):
        with pytest.raises(BadInput):
            read_text(text)


def test_what_cannot_be_read_has_findings_and_no_document():
    for value in (enveloped.envelope("a.b.c"), enveloped.envelope("x"), {**enveloped.envelope(TOKEN), "id": 5}):
        read = read_object(value)
        assert not read.secured.is_readable
        assert (len(read.secured.findings), read.secured.credential) == (1, {})


def test_claims_under_the_names_of_the_data_model():
    claims = {"iss": "https://a.example", "vct": "x", "nbf": 0, "exp": "soon", "jti": "urn:x", "other": 1}
    assert credential_view(claims) == {
        "issuer": "https://a.example",
        "type": "x",
        "id": "urn:x",
        "validFrom": "1970-01-01T00:00:00Z",
        "validUntil": "soon",
    }
    assert credential_view({}) == {}
