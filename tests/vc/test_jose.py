import json
import time
from datetime import UTC, datetime

import jwt as pyjwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import jose, keys
from app.vc.multiformats import base64url_decode, base64url_encode
from app.vc.outcome import Outcome, Unsound
from tests.examples import examples
from tests.vc.test_keys import PRIVATE_KEYS
from tests.vc.test_safe_expansion import BADGE

CREDENTIAL = {**BADGE, "credentialSubject": {"id": "urn:uuid:subject", **BADGE["credentialSubject"]}}
START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())
EACH_ALGORITHM = pytest.mark.parametrize("alg", jose.ALGORITHMS)


def token(header, payload, private=PRIVATE_KEYS["Ed25519"]):
    signed = jose.signing_input(header, payload)
    return jose.compact(signed, private.sign(signed))


def badge(alg="EdDSA", credential=CREDENTIAL):
    private = PRIVATE_KEYS[jose.ALGORITHMS[alg]]
    return token(jose.badge_header(alg, jwk=private.public_jwk), jose.badge_claims(credential), private)


def read(payload, **header):
    return jose.credential_of(jose.decode(token({"alg": "EdDSA", **header}, payload)))


def refusal(text):
    with pytest.raises(Unsound) as caught:
        jose.decode(text)
    return caught.value.finding


# RFC 7515 appendix A.3 and A.2
RFC_PAYLOAD = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
RFC_EXAMPLES = [
    (
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        },
        "eyJhbGciOiJFUzI1NiJ9",
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    ),
    (
        {
            "kty": "RSA",
            "n": (
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
                "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB"
                "dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia"
                "GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
            ),
            "e": "AQAB",
        },
        "eyJhbGciOiJSUzI1NiJ9",
        (
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9"
            "uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB"
            "_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq"
            "Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        ),
    ),
]


@pytest.mark.parametrize(("jwk", "header", "signature"), RFC_EXAMPLES, ids=["ES256", "RS256"])
def test_rfc_7515_examples_verify(jwk, header, signature):
    jws = jose.decode(f"{header}.{RFC_PAYLOAD}.{signature}")
    assert jose.verify(jws, keys.from_jwk(jwk)) == ()
    assert jws.payload == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    (finding,) = jose.verify(
        jose.decode(f"{header}.{RFC_PAYLOAD.replace('qb2Ui', 'qb2Yi')}.{signature}"), keys.from_jwk(jwk)
    )
    assert finding.code == "bad_signature"


@EACH_ALGORITHM
def test_badges_are_signed_and_verified(alg):
    key = PRIVATE_KEYS[jose.ALGORITHMS[alg]].public
    jws = jose.decode(badge(alg))
    assert jose.verify(jws, key) == ()
    assert jws.header == {"alg": alg, "typ": "JWT", "jwk": key.jwk()}
    credential, findings = jose.credential_of(jws)
    assert (credential, findings) == (CREDENTIAL, ())


@EACH_ALGORITHM
def test_pyjwt_reads_our_badges(alg):
    key = PRIVATE_KEYS[jose.ALGORITHMS[alg]].public
    options = {"verify_exp": False, "verify_nbf": False}
    payload = pyjwt.decode(badge(alg), pyjwt.PyJWK(key.jwk(), alg), algorithms=[alg], options=options)
    assert payload["sub"] == "urn:uuid:subject"


def test_the_claims_of_a_badge():
    """Open Badges 3.0 section 8.2.1.2."""
    claims = jose.badge_claims(CREDENTIAL)
    assert {name: claims[name] for name in ("iss", "jti", "sub", "nbf", "exp")} == {
        "iss": "https://issuer.example",
        "jti": CREDENTIAL["id"],
        "sub": "urn:uuid:subject",
        "nbf": START,
        "exp": END,
    }
    assert {name: claims[name] for name in CREDENTIAL} == CREDENTIAL
    assert "sub" not in jose.badge_claims(BADGE)
    assert "exp" not in jose.badge_claims({name: value for name, value in BADGE.items() if name != "validUntil"})


@pytest.mark.parametrize("arguments", [("HS256", "k", None), ("EdDSA", None, None), ("EdDSA", "k", {"kty": "OKP"})])
def test_headers_that_no_badge_has(arguments):
    alg, kid, jwk = arguments
    with pytest.raises(ValueError, match="known alg"):
        jose.badge_header(alg, kid=kid, jwk=jwk)


def catches_a_change(alg, at, character):
    text = badge(alg)
    at %= len(text)
    changed = text[:at] + character + text[at + 1 :]
    if changed == text:
        return
    try:
        findings = jose.verify(jose.decode(changed), PRIVATE_KEYS[jose.ALGORITHMS[alg]].public)
    except Unsound as problem:
        findings = (problem.finding,)
    assert findings


CHARACTERS = st.sampled_from("ABab01-_.= \n")


@EACH_ALGORITHM
@examples(30)
@given(at=st.integers(0, 10_000), character=CHARACTERS)
def test_any_changed_character_is_caught(alg, at, character):
    catches_a_change(alg, at, character)


@pytest.mark.long
@EACH_ALGORITHM
@examples(2_000)
@given(at=st.integers(0, 10_000), character=CHARACTERS)
def test_any_changed_character_is_caught_in_many(alg, at, character):
    catches_a_change(alg, at, character)


@EACH_ALGORITHM
def test_a_key_of_another_type_never_verifies(alg):
    jws = jose.decode(badge(alg))
    for key_type, private in PRIVATE_KEYS.items():
        if key_type != jose.ALGORITHMS[alg]:
            (finding,) = jose.verify(jws, private.public)
            assert finding.code == "key_type_does_not_fit"


def test_an_algorithm_that_was_swapped_never_verifies():
    """RFC 8725 section 2.1: the header's alg is the attacker's; it must go with the key."""
    private = PRIVATE_KEYS["P-256"]
    for alg in set(jose.ALGORITHMS) - {"ES256"}:
        jws = jose.decode(token({"alg": alg}, CREDENTIAL, private))
        assert jose.verify(jws, private.public)[0].code == "key_type_does_not_fit"


def part(value):
    return base64url_encode(value if isinstance(value, bytes) else json.dumps(value).encode())


def parts(header, payload, signature=b""):
    return f"{part(header)}.{part(payload)}.{part(signature)}"


EDDSA = {"alg": "EdDSA"}
GOOD = parts(EDDSA, {}, bytes(64))


@pytest.mark.parametrize(
    ("text", "code", "outcome"),
    [
        ("", "malformed_jwt", Outcome.INVALID),
        ("a.b", "malformed_jwt", Outcome.INVALID),
        (GOOD + ".", "malformed_jwt", Outcome.INVALID),
        (GOOD + "=", "malformed_jwt", Outcome.INVALID),
        (GOOD + "\n", "malformed_jwt", Outcome.INVALID),
        (" " + GOOD, "malformed_jwt", Outcome.INVALID),
        ("." * 2_000_000, "malformed_jwt", Outcome.INVALID),
        ("A" * 2_000_000, "malformed_jwt", Outcome.INVALID),
        (parts([], {}), "malformed_jwt", Outcome.INVALID),
        (parts(EDDSA, []), "malformed_jwt", Outcome.INVALID),
        (parts(b'{"alg":"EdDSA","alg":"none"}', {}), "malformed_jwt", Outcome.INVALID),
        (parts(EDDSA, b'{"iss":"a","iss":"b"}'), "malformed_jwt", Outcome.INVALID),
        (parts(EDDSA, b'{"a":NaN}'), "malformed_jwt", Outcome.INVALID),
        (parts(EDDSA, b"[" * 500_000), "malformed_jwt", Outcome.INVALID),
        (parts(b"\xff", {}), "malformed_jwt", Outcome.INVALID),
        (parts({}, {}), "malformed_jwt", Outcome.INVALID),
        (parts({"alg": ["EdDSA"]}, {}), "malformed_jwt", Outcome.INVALID),
        (parts({"alg": "none"}, {}), "forbidden_alg", Outcome.INVALID),
        (parts({"alg": "NonE"}, {}), "forbidden_alg", Outcome.INVALID),
        (parts({"alg": "HS256"}, {}, b"abc"), "forbidden_alg", Outcome.INVALID),
        (parts({"alg": "EdDSA", "crit": ["b64"], "b64": False}, {}), "critical_header", Outcome.INVALID),
        (parts({"alg": "EdDSA", "crit": []}, {}), "critical_header", Outcome.INVALID),
        (parts({"alg": "ES256K"}, {}), "unsupported_alg", Outcome.UNKNOWN),
        (parts({"alg": "PS256"}, {}), "unsupported_alg", Outcome.UNKNOWN),
    ],
)
def test_tokens_that_are_not_read(text, code, outcome):
    start = time.process_time()
    finding = refusal(text)
    assert (finding.code, finding.outcome) == (code, outcome)
    assert time.process_time() - start < 5


@given(
    st.text(max_size=60)
    | st.lists(st.binary(max_size=20), min_size=3, max_size=3).map(lambda parts: ".".join(map(part, parts)))
)
def test_any_text_is_read_or_refused(text):
    try:
        jose.credential_of(jose.decode(text))
    except Unsound as problem:
        said = problem.finding.message
    else:
        return
    assert said


@pytest.mark.parametrize("typ", ["JWT", "jwt", "vc+jwt", "application/vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt"])
def test_types_of_tokens_that_hold_credentials(typ):
    credential, findings = read(CREDENTIAL, typ=typ)
    assert (credential, findings) == (CREDENTIAL, ())


@pytest.mark.parametrize("typ", ["vp+jwt", "openid4vci-proof+jwt", "at+jwt", 5, None])
def test_types_of_tokens_that_hold_something_else(typ):
    _, (finding,) = read(CREDENTIAL, typ=typ)
    assert finding.code == "unexpected_typ"


@pytest.mark.parametrize(
    ("claim", "value", "code"),
    [
        ("iss", "https://other.example", "contradicting_claim"),
        ("jti", "urn:uuid:other", "contradicting_claim"),
        ("sub", "did:example:other", "contradicting_claim"),
        ("nbf", START + 1, "contradicting_claim"),
        ("exp", END + 3600, "contradicting_claim"),
        ("exp", END - 3600, "contradicting_claim"),
        ("iss", 5, "malformed_claim"),
        ("sub", None, "malformed_claim"),
        ("nbf", str(START), "malformed_claim"),
        ("exp", True, "malformed_claim"),
        ("exp", 10**300, "malformed_claim"),
        ("nbf", -(10**15), "malformed_claim"),
    ],
)
def test_claims_that_contradict_the_credential(claim, value, code):
    credential, (finding,) = read({**jose.badge_claims(CREDENTIAL), claim: value}, typ="JWT")
    assert (finding.code, finding.pointer) == (code, f"/{claim}")
    assert credential == CREDENTIAL


def test_a_fraction_of_a_second_is_no_contradiction():
    payload = {**jose.badge_claims(CREDENTIAL), "nbf": START + 0.5}
    assert read(payload)[1] == ()
    started = {**CREDENTIAL, "validFrom": "2026-01-01T00:00:00.750Z"}
    assert read(jose.badge_claims(started))[1] == ()


def test_what_only_a_claim_tells_is_filled_in():
    claims = jose.badge_claims(CREDENTIAL)
    bare = {name: value for name, value in claims.items() if name not in {"id", "issuer", "validFrom", "validUntil"}}
    subject = {name: value for name, value in CREDENTIAL["credentialSubject"].items() if name != "id"}
    credential, findings = read({**bare, "credentialSubject": subject})
    assert findings == ()
    assert credential == {**CREDENTIAL, "issuer": "https://issuer.example"}


def test_an_end_that_only_exp_tells_is_not_lost():
    endless = {name: value for name, value in CREDENTIAL.items() if name != "validUntil"}
    for typ in ("JWT", "vc+jwt"):
        assert read({**endless, "exp": END}, typ=typ)[0]["validUntil"] == "2026-06-01T00:00:00Z"


@pytest.mark.parametrize(
    ("claim", "value", "member", "expected"),
    [
        ("exp", END - 3600, "validUntil", "2026-05-31T23:00:00Z"),
        ("exp", END + 3600, "validUntil", CREDENTIAL["validUntil"]),
        ("nbf", START + 3600, "validFrom", "2026-01-01T01:00:00Z"),
        ("nbf", START - 3600, "validFrom", CREDENTIAL["validFrom"]),
    ],
)
def test_in_vc_jose_cose_the_narrower_time_counts(claim, value, member, expected):
    credential, findings = read({**CREDENTIAL, claim: value}, typ="vc+jwt")
    assert (credential[member], findings) == (expected, ())


OLD = {
    "@context": ["https://www.w3.org/2018/credentials/v1", "https://purl.imsglobal.org/spec/ob/v3p0/context.json"],
    "id": "urn:uuid:old",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://issuer.example", "type": "Profile"},
    "issuanceDate": "2026-01-01T00:00:00Z",
    "expirationDate": "2026-06-01T00:00:00Z",
    "credentialSubject": {"id": "urn:uuid:subject", "type": "AchievementSubject"},
}


def test_vcdm_1_1_holds_the_credential_in_a_claim():
    claims = {
        "iss": "https://issuer.example",
        "jti": "urn:uuid:old",
        "sub": "urn:uuid:subject",
        "nbf": START,
        "exp": END,
    }
    assert read({**claims, "vc": OLD}, typ="JWT") == (OLD, ())
    bare = {"@context": OLD["@context"], "type": OLD["type"], "credentialSubject": {"type": "AchievementSubject"}}
    credential, findings = read({**claims, "vc": bare}, typ="JWT")
    assert credential == {**OLD, "issuer": "https://issuer.example"}
    assert findings == ()
    (finding,) = read({**claims, "vc": OLD, "iss": "https://other.example"})[1]
    assert finding.code == "contradicting_claim"


@pytest.mark.parametrize("member", ["issuanceDate", "validFrom"])
def test_in_a_claim_the_narrower_time_counts(member):
    old = {name: value for name, value in OLD.items() if name != "issuanceDate"} | {member: "2026-01-01T00:00:00Z"}
    read_as = {"iss": "https://issuer.example", "vc": old}
    wider, findings = read({**read_as, "nbf": START - 60, "exp": END + 60}, typ="JWT")
    assert (wider[member], findings) == ("2026-01-01T00:00:00Z", ())
    narrower, findings = read({**read_as, "nbf": START + 60, "exp": END - 60}, typ="JWT")
    assert findings == ()
    ends = {"2026-01-01T00:01:00Z", "2026-05-31T23:59:00Z"}
    assert ends <= {value for value in narrower.values() if isinstance(value, str)}


@pytest.mark.parametrize(
    "payload", [{"vc": OLD, "@context": []}, {**CREDENTIAL, "vc": OLD}, {"vc": "text"}, {"vc": None}]
)
def test_two_credentials_in_one_token_are_told(payload):
    assert read(payload)[1][0].code == "ambiguous_credential"


def test_a_jwk_with_its_secret_is_refused_as_key():
    jwk = {**PRIVATE_KEYS["Ed25519"].public_jwk, "d": "AAAA"}
    jws = jose.decode(token({"alg": "EdDSA", "jwk": jwk}, CREDENTIAL))
    with pytest.raises(Unsound):
        keys.from_jwk(jws.header["jwk"])


def test_text_that_is_not_unicode_is_not_signed():
    for value in ("\ud800", float("nan")):
        with pytest.raises(Unsound) as caught:
            jose.signing_input({"alg": "EdDSA"}, {"a": value})
        assert caught.value.finding.code == "malformed_text"


def test_what_is_signed_says_every_json_value():
    claims = {"a": None, "b": 2**70, "c": "null \u00e9\u007f\n", "d": [1.5, 1e300, True, {}], "ü": -0.0}
    assert jose.decode(token({"alg": "EdDSA"}, claims)).payload == claims


def test_compact_is_the_three_parts():
    assert jose.compact(b"e30.e30", b"\0") == "e30.e30.AA"
    assert base64url_decode(jose.signing_input({"a": 1}, {"é": 2}).decode().split(".")[1]) == '{"é":2}'.encode()


def test_a_wrapped_credential_is_read_like_any_other():
    claims = jose.wrapped_claims(CREDENTIAL)
    assert claims["vc"] == CREDENTIAL
    assert claims.keys() - {"vc"} <= set(jose.CLAIMS)
    assert claims["jti"] == CREDENTIAL["id"]
    credential, findings = jose.credential_of(jose.Jws({"alg": "ES256", "typ": "JWT"}, claims, b"", b""))
    assert (credential, findings) == (CREDENTIAL, ())
