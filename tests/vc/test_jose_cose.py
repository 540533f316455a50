import itertools
import json
from datetime import UTC, datetime

import pytest

from app.vc import enveloped, jose, jose_cose, sd_jwt
from app.vc.multiformats import base58btc_encode, base64url_decode, base64url_encode
from app.vc.outcome import Outcome, Unsound
from tests.vc.test_keys import PRIVATE_KEYS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER = "https://issuer.example/keys"
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]
CREDENTIAL = {
    "@context": CONTEXTS,
    "type": ["VerifiableCredential", "EmploymentCredential"],
    "issuer": ISSUER,
    "validFrom": "2024-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:123",
        "salary": "100000",
        "address": {"street": "Main St 123", "city": "Anytown"},
        "phoneNumbers": [{"number": "+1", "type": "work"}, {"number": "+2", "type": "mobile"}],
    },
}
EC_AND_ED = [key_type for key_type in PRIVATE_KEYS if key_type != "RSA"]
FORMS = list(jose_cose.FORMS)


def jwk_of(private):
    size = {"Ed25519": 32, "P-256": 32, "P-384": 48, "P-521": 66}[private.key_type]
    if private.key_type == "Ed25519":
        secret = private.key.private_bytes_raw()
    else:
        secret = private.key.private_numbers().private_value.to_bytes(size, "big")
    return {**private.public_jwk, "d": base64url_encode(secret)}


def method(key_type="P-256", **changes):
    private = PRIVATE_KEYS[key_type]
    return {
        "id": f"{ISSUER}#key-1",
        "type": "JsonWebKey",
        "controller": ISSUER,
        "publicKeyJwk": private.public_jwk,
        "secretKeyJwk": jwk_of(private),
        **changes,
    }


def envelope(token):
    return {"@context": CONTEXTS[0], "type": "EnvelopedVerifiableCredential", "id": f"data:application/{token}"}


def presentation(*entries, **changes):
    return {
        "@context": CONTEXTS,
        "type": ["VerifiablePresentation"],
        "holder": ISSUER,
        "verifiableCredential": list(entries),
        **changes,
    }


def secure(document, feature, key=None, paths=()):
    counter = itertools.count()
    return jose_cose.secure(
        document,
        jose_cose.FORMS[feature],
        method() if key is None else key,
        [jose_cose.pointer_of(path) for path in paths],
        new_salt=lambda: str(next(counter)),
    )


TOKEN = secure(CREDENTIAL, "credential_jose")
DOCUMENTS = {"credential": CREDENTIAL, "presentation": presentation(envelope(f"vc+jwt,{TOKEN}"))}


def document_for(feature):
    return DOCUMENTS[feature.partition("_")[0]]


def verify(text, feature, key=None, *, now=NOW, in_time=True):
    form = jose_cose.FORMS[feature]
    return jose_cose.verify(text, form, method() if key is None else key, now=now, in_time=in_time)


def codes(findings):
    return [finding.code for finding in findings]


def signed(payload, private=PRIVATE_KEYS["P-256"], **header):
    header = {"alg": "ES256", "typ": "vc+jwt", "kid": f"{ISSUER}#key-1", **header}
    unsigned = jose.signing_input({name: value for name, value in header.items() if value is not None}, payload)
    return jose.compact(unsigned, private.sign(unsigned))


def refused(document, feature="credential_jose", key=None, paths=()):
    with pytest.raises(Unsound) as caught:
        secure(document, feature, key, paths)
    return caught.value.finding.code, caught.value.finding.pointer


@pytest.mark.parametrize("feature", FORMS)
@pytest.mark.parametrize("key_type", EC_AND_ED)
def test_what_is_secured_verifies_in_every_form_with_every_key(feature, key_type):
    text = secure(document_for(feature), feature, method(key_type))
    verified = verify(text, feature, method(key_type))
    assert (verified.document, verified.findings, verified.notes) == (document_for(feature), (), ())


@pytest.mark.parametrize("feature", FORMS)
def test_the_header_names_the_media_type_and_the_method(feature):
    header = json.loads(base64url_decode(secure(document_for(feature), feature, method("P-521")).partition(".")[0]))
    kind, securing = {"credential": "vc", "presentation": "vp"}[feature.partition("_")[0]], "jwt"
    securing = "sd-jwt" if feature.endswith("sdjwt") else securing
    assert header == {"alg": "ES512", "typ": f"{kind}+{securing}", "cty": kind, "kid": f"{ISSUER}#key-1"}


@pytest.mark.parametrize("feature", FORMS)
def test_a_jwk_signs_with_its_kid_and_iss_beside_it(feature):
    private = PRIVATE_KEYS["P-384"]
    key = jwk_of(private)
    text = secure(document_for(feature), feature, key)
    jws = jose.decode(text.partition("~")[0])
    assert jws.header["kid"] == jose_cose.thumbprint(private.public)
    assert jws.payload["iss"] == ISSUER
    assert jose.decode(secure(CREDENTIAL, "credential_jose", {**key, "kid": "k"})).header["kid"] == "k"
    assert codes(verify(text, feature, key).findings) == []
    assert codes(verify(text, feature, private.public_jwk).findings) == []


def test_a_controlled_identifier_document_gives_the_key_that_kid_names():
    other = method("P-384", id=f"{ISSUER}#key-2")
    public = {name: value for name, value in method().items() if name != "secretKeyJwk"}
    document = {"id": ISSUER, "verificationMethod": [other, public], "assertionMethod": [public["id"]]}
    assert codes(verify(TOKEN, "credential_jose", document).findings) == []
    document["assertionMethod"] = [other["id"]]
    assert codes(verify(TOKEN, "credential_jose", document).findings) == ["wrong_verification_relationship"]
    document["verificationMethod"] = [other]
    assert codes(verify(TOKEN, "credential_jose", document).findings) == ["malformed_verification_method"]


def test_a_bare_fragment_or_name_leads_into_the_document():
    token = signed({**CREDENTIAL, "iss": ISSUER}, kid="key-1")
    document = {"id": ISSUER, "verificationMethod": [method()], "assertionMethod": [f"{ISSUER}#key-1"]}
    assert codes(verify(token, "credential_jose", document).findings) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"revoked": "2026-01-01T00:00:00Z"}, ["key_revoked"]),
        ({"expires": "2026-01-01T00:00:00Z"}, ["key_expired"]),
        ({"expires": "2027-01-01T00:00:00Z"}, []),
        ({"controller": "https://other.example"}, ["wrong_controlled_identifier_document"]),
        ({"id": "https://other.example#1", "controller": "https://other.example"}, ["issuer_mismatch"]),
        ({"controller": 1}, ["malformed_verification_method"]),
        ({"publicKeyJwk": PRIVATE_KEYS["P-384"].public_jwk}, ["key_type_does_not_fit"]),
        ({"publicKeyJwk": PRIVATE_KEYS["RSA"].public_jwk}, ["key_type_does_not_fit"]),
        ({"publicKeyJwk": None}, ["malformed_verification_method"]),
    ],
)
def test_the_key_that_is_given_must_be_the_issuers_and_in_force(changes, expected):
    assert codes(verify(TOKEN, "credential_jose", method(**changes)).findings) == expected


def test_es512_takes_no_other_key_and_p_521_no_other_algorithm():
    private = PRIVATE_KEYS["P-521"]
    assert codes(verify(signed(CREDENTIAL, private, alg="ES512"), "credential_jose", method("P-521")).findings) == []
    for alg in ("ES384", "EdDSA", "RS256"):
        token = signed(CREDENTIAL, private, alg=alg)
        assert codes(verify(token, "credential_jose", method("P-521")).findings) == ["key_type_does_not_fit"]


@pytest.mark.parametrize(
    ("header", "claims", "expected"),
    [
        ({}, {}, []),
        ({"typ": None, "cty": None}, {}, []),
        ({"typ": "application/VC+JWT", "cty": "application/vc"}, {}, []),
        ({"typ": "JWT"}, {}, ["unexpected_typ"]),
        ({"typ": "vp+jwt"}, {}, ["unexpected_typ"]),
        ({"typ": "bad+typ"}, {}, ["unexpected_typ"]),
        ({"typ": 1}, {}, ["unexpected_typ"]),
        ({"cty": "vp"}, {}, ["unexpected_cty"]),
        ({"cty": ["vc"]}, {}, ["unexpected_cty"]),
        ({}, {"vc": "oops", "vp": "no"}, ["ambiguous_credential", "ambiguous_presentation"]),
        ({}, {"vp": {}}, ["ambiguous_presentation"]),
        ({"kid": "key-1"}, {}, ["kid_is_no_url"]),
        ({"kid": 5}, {}, ["kid_is_no_url"]),
        ({"kid": None}, {}, ["kid_is_no_url"]),
        ({"kid": "key-1"}, {"iss": ISSUER}, []),
        ({"kid": None}, {"iss": ISSUER}, []),
        ({}, {"iss": "https://other.example"}, ["contradicting_claim"]),
        ({}, {"iat": "2024-01-01T00:00:00Z"}, []),
        ({}, {"badExtension": {"oh": "no"}}, []),
        ({"crit": ["b64"], "b64": False}, {}, ["critical_header"]),
        ({"alg": "none"}, {}, ["forbidden_alg"]),
        ({"alg": "HS256"}, {}, ["forbidden_alg"]),
    ],
)
def test_the_rules_of_vc_jose_cose(header, claims, expected):
    verified = verify(signed({**CREDENTIAL, **claims}, **header), "credential_jose")
    assert set(codes(verified.findings)) == set(expected)
    assert jose_cose.outcome_of(verified.findings) == (Outcome.INVALID if expected else Outcome.VALID)


def test_an_algorithm_that_is_not_known_is_not_judged():
    verified = verify(signed(CREDENTIAL, alg="ES256K"), "credential_jose")
    assert jose_cose.outcome_of(verified.findings) == Outcome.UNKNOWN


@pytest.mark.parametrize("feature", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_nothing_passes_as_something_else(feature, other):
    verified = verify(secure(document_for(feature), feature), other)
    assert (verified.findings == ()) == (feature == other)


@pytest.mark.parametrize("text", ["", "~", "...", "{}", json.dumps(CREDENTIAL), "a.b.c", "a.b.c~", "é"])
@pytest.mark.parametrize("feature", FORMS)
def test_what_is_not_secured_is_invalid(text, feature):
    verified = verify(text, feature)
    assert jose_cose.outcome_of(verified.findings) == Outcome.INVALID
    assert verified.document == {}


@pytest.mark.parametrize("feature", FORMS)
def test_a_changed_signature_is_caught(feature):
    text = secure(document_for(feature), feature)
    token, tilde, rest = text.partition("~")
    unsigned, _, signature = token.rpartition(".")
    changed = bytearray(base64url_decode(signature))
    changed[5] ^= 1
    verified = verify(f"{unsigned}.{base64url_encode(bytes(changed))}{tilde}{rest}", feature)
    assert codes(verified.findings) == ["bad_signature"]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"exp": SECONDS - 1}, "expired"),
        ({"nbf": SECONDS + 600}, "not_yet_valid"),
        ({"iat": SECONDS + 600}, "not_yet_valid"),
    ],
)
def test_times_decide_where_they_are_asked_for_and_else_are_told(claims, expected):
    token = signed({**CREDENTIAL, "validUntil": "2030-01-01T00:00:00Z", **claims})
    asked, told = verify(token, "credential_jose"), verify(token, "credential_jose", in_time=False)
    assert (codes(asked.findings), codes(asked.notes)) == ([expected], [])
    assert (codes(told.findings), codes(told.notes)) == ([], [expected])


def test_a_time_that_is_none_is_invalid_in_any_case():
    token = signed({**CREDENTIAL, "exp": "soon"})
    assert set(codes(verify(token, "credential_jose", in_time=False).findings)) == {"malformed_claim"}


SD_PATHS = ["credentialSubject.address.street", "credentialSubject.phoneNumbers[0]", "credentialSubject.salary"]


def test_the_holder_leaves_out_what_the_paths_name():
    text = secure(CREDENTIAL, "credential_sdjwt", method("P-521"), SD_PATHS)
    assert text.count("~") == len(SD_PATHS) + 1
    assert verify(text, "credential_sdjwt", method("P-521")).document == CREDENTIAL
    shown = verify(sd_jwt.present(text, ["/credentialSubject/salary"]), "credential_sdjwt", method("P-521"))
    assert shown.findings == ()
    subject = CREDENTIAL["credentialSubject"]
    assert shown.document["credentialSubject"] == {
        **subject,
        "address": {"city": "Anytown"},
        "phoneNumbers": subject["phoneNumbers"][1:],
    }


def test_a_presentation_is_disclosed_in_parts_too():
    text = secure(document_for("presentation_sdjwt"), "presentation_sdjwt", None, ["holder", "verifiableCredential[0]"])
    assert verify(text, "presentation_sdjwt").document == document_for("presentation_sdjwt")
    nobody = verify(sd_jwt.present(text, ["/verifiableCredential/0"]), "presentation_sdjwt")
    assert (nobody.findings, "holder" in nobody.document) == ((), False)


def test_a_made_up_disclosure_is_refused():
    text = secure(CREDENTIAL, "credential_sdjwt", None, SD_PATHS)
    forged = base64url_encode(b'["salt","salary","200000"]')
    verified = verify(f"{text}{forged}~", "credential_sdjwt")
    assert jose_cose.outcome_of(verified.findings) == Outcome.INVALID


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("holder", "/holder"),
        ("a.b[0].c", "/a/b/0/c"),
        ("a[10][2]", "/a/10/2"),
        ("a/b.~", "/a~1b/~0"),
    ],
)
def test_paths_are_written_as_pointers(path, pointer):
    assert jose_cose.pointer_of(path) == pointer


@pytest.mark.parametrize("path", ["", ".", "a.", "a..b", "a[", "a[x]", "a]b", "a[-1]"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(Unsound) as caught:
        jose_cose.pointer_of(path)
    assert caught.value.finding.code == "malformed_path"


@pytest.mark.parametrize("path", ["issuer", "type", "credentialStatus"])
def test_what_a_verifier_needs_cannot_be_left_out(path):
    assert refused(CREDENTIAL, "credential_sdjwt", None, [path]) == ("undisclosable_claim", f"/{path}")


def test_a_path_to_nothing_is_refused():
    assert refused(CREDENTIAL, "credential_sdjwt", None, ["credentialSubject.shoeSize"])[0] == "undisclosable_claim"


@pytest.mark.parametrize("feature", ["credential_jose", "credential_sdjwt"])
@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({**CREDENTIAL, "badExtension": {"huh": "what?"}}, ("undefined_term", "/badExtension")),
        ({**CREDENTIAL, "name": 5}, ("malformed_value", "/name")),
        ({**CREDENTIAL, "type": ["Employment"]}, ("missing_type", "/type")),
        ({**CREDENTIAL, "issuer": "https://other.example"}, ("issuer_mismatch", "")),
        (
            {**CREDENTIAL, "@context": [*CONTEXTS, {"iss": "https://x.example/#iss"}], "iss": "x"},
            ("reserved_claim", "/iss"),
        ),
        ({}, ("malformed_value", "/@context")),
    ],
)
def test_what_is_no_sound_document_is_not_secured(feature, document, expected):
    assert refused(document, feature) == expected


def test_members_that_a_context_defines_are_secured():
    inline = {**CREDENTIAL, "@context": [*CONTEXTS, {"badge": "https://x.example/#badge"}], "badge": "b", "name": "N"}
    assert verify(secure(inline, "credential_jose"), "credential_jose").document == inline
    full = {**CREDENTIAL, "evidence": [{"type": ["Document"]}], "termsOfUse": [{"type": "https://x.example/terms"}]}
    assert verify(secure(full, "credential_jose"), "credential_jose").document == full


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ({}, "malformed_verification_method"),
        ({"kty": "EC"}, "malformed_public_key"),
        (PRIVATE_KEYS["P-256"].public_jwk, "malformed_public_key"),
        ({**jwk_of(PRIVATE_KEYS["P-256"]), "d": "A" * 43}, "malformed_public_key"),
        (method(secretKeyJwk=None), "malformed_verification_method"),
        (method(id=None), "malformed_verification_method"),
        (method(secretKeyJwk=None, secretKeyMultibase="z123"), "malformed_public_key"),
        (method(secretKeyJwk=None, secretKeyMultibase="z" + base58btc_encode(b"\x80\x26AA")), "malformed_public_key"),
        (method(secretKeyJwk=None, secretKeyMultibase="AA"), "malformed_multibase"),
    ],
)
def test_a_key_that_cannot_sign_is_refused(key, expected):
    assert refused(CREDENTIAL, key=key)[0] == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (CREDENTIAL, "unsecured_credential"),
        ({**envelope("vc+jwt,a.b.c"), "id": "not-a-credential"}, "malformed_envelope"),
        ({**envelope("vc+jwt,a.b.c"), "type": "EnvelopedVerifiablePresentation"}, "missing_type"),
        ({**envelope("vc+jwt,a.b.c"), "@context": "https://x.example"}, "malformed_envelope"),
        ({"type": "Something"}, "missing_type"),
        ("a.b.c", "malformed_value"),
    ],
)
def test_what_is_presented_must_be_secured(entry, expected):
    document = presentation(entry)
    assert refused(document, "presentation_jose")[0] == expected
    verified = verify(signed(document, typ="vp+jwt"), "presentation_jose")
    assert expected in codes(verified.findings)


def test_a_credential_with_its_own_proof_may_be_presented():
    document = presentation({**CREDENTIAL, "proof": {"type": "DataIntegrityProof"}})
    assert verify(secure(document, "presentation_jose"), "presentation_jose").findings == ()


def test_envelopes_of_forms_that_are_not_read_are_told_and_do_not_decide():
    document = presentation(envelope("vc+cose;base64,AAAA"), envelope(f"vc+jwt,{TOKEN}"))
    verified = verify(secure(document, "presentation_jose"), "presentation_jose")
    assert verified.findings == ()
    assert [(note.code, note.pointer) for note in verified.notes] == [
        ("unsupported_envelope", "/verifiableCredential/0")
    ]


def test_an_envelope_with_nothing_readable_in_it_is_invalid():
    text = signed(presentation(envelope("vc+jwt,a.b.c")), typ="vp+jwt")
    assert codes(verify(text, "presentation_jose").findings) == ["malformed_jwt"]


def test_who_presents_may_stay_unnamed():
    document = {name: value for name, value in document_for("presentation_jose").items() if name != "holder"}
    for key in (method(), jwk_of(PRIVATE_KEYS["P-256"])):
        text = secure(document, "presentation_jose", key)
        assert "iss" not in enveloped.open_presentation(text).opened.jws.payload
        assert verify(text, "presentation_jose", key).findings == ()
