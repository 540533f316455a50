import base64
import itertools
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import enveloped, jose, sd_jwt
from app.vc.outcome import Outcome, Unsound
from app.vc.problem_types import MALFORMED_VALUE_ERROR
from tests.examples import examples
from tests.vc.test_keys import PRIVATE_KEYS
from tests.vc.test_safe_expansion import BADGE, V2

HOSTILE = Path(__file__).parents[1] / "fixtures" / "hostile"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER, HOLDER = PRIVATE_KEYS["P-256"], PRIVATE_KEYS["Ed25519"]
KID, HOLDER_KID = "https://issuer.example#key", "did:key:z6MkHolder#z6MkHolder"
V1 = "https://www.w3.org/2018/credentials/v1"
AUDIENCE, NONCE = "https://verifier.example", "n"
EACH_ALGORITHM = pytest.mark.parametrize("alg", jose.ALGORITHMS)


def signed(header, payload, private=ISSUER):
    alg = next(alg for alg, key_type in jose.ALGORITHMS.items() if key_type == private.key_type)
    unsigned = jose.signing_input({"alg": alg, **header}, payload)
    return jose.compact(unsigned, private.sign(unsigned))


def sd_badge(pointers=("/name", "/credentialSubject/achievement/criteria")):
    counter = itertools.count()
    header = sd_jwt.header("ES256", typ="vc+sd-jwt", kid=KID)
    claims = {**BADGE, "cnf": {"jwk": HOLDER.public_jwk}}
    return sd_jwt.issue(claims, pointers, ISSUER, header, new_salt=lambda: str(next(counter)))


BADGE_JWT = enveloped.secure(BADGE, ISSUER, kid=KID)


def presentation(*credentials, **changes):
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": "did:key:z6MkHolder",
        "verifiableCredential": list(credentials),
        **changes,
    }


def presented(document=None, **claims):
    document = presentation(enveloped.envelope(BADGE_JWT)) if document is None else document
    claims = {"aud": AUDIENCE, "nonce": NONCE, "iat": SECONDS, **claims}
    return enveloped.secure(document, HOLDER, kid=HOLDER_KID, claims=claims)


def codes(findings):
    return [finding.code for finding in findings]


def places(findings):
    return [(finding.code, finding.pointer) for finding in findings]


def verify(opened, key, **options):
    return codes(enveloped.verify(opened, key.public, now=NOW, **options))


@EACH_ALGORITHM
def test_credentials_are_secured_as_jwt(alg):
    private = PRIVATE_KEYS[jose.ALGORITHMS[alg]]
    opened = enveloped.open_credential(enveloped.secure(BADGE, private, kid=KID))
    assert opened.jws.header == {"alg": alg, "typ": "vc+jwt", "cty": "vc", "kid": KID}
    assert (opened.document, opened.findings) == (BADGE, ())
    assert enveloped.verify(opened, private.public, now=NOW) == ()


def test_presentations_are_secured_as_jwt_and_read_to_the_bottom():
    read = enveloped.open_presentation(presented())
    assert read.opened.jws.header == {"alg": "EdDSA", "typ": "vp+jwt", "cty": "vp", "kid": HOLDER_KID}
    assert (read.holder, read.opened.findings) == ("did:key:z6MkHolder", ())
    assert read.opened.document == presentation(enveloped.envelope(BADGE_JWT))
    (credential,) = read.credentials
    assert (credential.pointer, credential.document, credential.findings) == ("/verifiableCredential/0", BADGE, ())
    assert verify(read.opened, HOLDER, audience=AUDIENCE, nonce=NONCE) == verify(credential, ISSUER) == []


def test_an_enveloped_presentation_is_read_alike():
    token = presented()
    envelope = enveloped.envelope(token, presentation=True)
    assert envelope["id"].startswith("data:application/vp+jwt,ey")
    assert enveloped.open_presentation(envelope) == enveloped.open_presentation(token)


def test_a_credential_as_sd_jwt_is_read_as_far_as_it_is_disclosed():
    shown = sd_jwt.present(sd_badge(), ["/name"])
    envelope = enveloped.envelope(shown)
    assert envelope["id"].startswith("data:application/vc+sd-jwt,ey")
    opened = enveloped.open_credential(envelope)
    assert opened.findings == ()
    assert opened.document["name"] == "Badge"
    assert "criteria" not in opened.document["credentialSubject"]["achievement"]
    assert "cnf" not in opened.document
    assert verify(opened, ISSUER) == []
    assert verify(opened, ISSUER, audience=AUDIENCE, nonce=NONCE) == ["no_key_binding"]
    bound = sd_jwt.bind(shown, HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW)
    assert verify(enveloped.open_credential(bound), ISSUER, audience=AUDIENCE, nonce=NONCE) == []


def test_a_presentation_as_sd_jwt():
    document = presentation(enveloped.envelope(BADGE_JWT))
    header = sd_jwt.header("EdDSA", typ="vp+sd-jwt", kid=HOLDER_KID)
    text = sd_jwt.issue(document, ["/verifiableCredential/0"], HOLDER, header, new_salt=lambda: "salt")
    read = enveloped.open_presentation(enveloped.envelope(text, presentation=True))
    assert (read.opened.findings, read.opened.document, len(read.credentials)) == ((), document, 1)
    assert enveloped.open_presentation(sd_jwt.present(text, ())).credentials == ()


def test_documents_with_embedded_proofs_are_returned_as_they_are():
    badge = {**BADGE, "proof": [{"type": "DataIntegrityProof"}]}
    read = enveloped.open_presentation(presentation(badge))
    assert [(item.document, item.jws, item.findings) for item in read.credentials] == [(badge, None, ())]
    with pytest.raises(ValueError, match="embedded"):
        verify(read.opened, HOLDER)


def test_the_older_data_model_presents_plain_jwts():
    older = signed({"typ": "JWT"}, {"iss": "https://issuer.example", "vc": {**BADGE, "@context": [V1]}})
    vp = {"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": [older]}
    read = enveloped.open_presentation(signed({"typ": "JWT"}, {"iss": "did:key:z6MkHolder", "vp": vp}, HOLDER))
    assert (read.holder, read.opened.findings) == ("did:key:z6MkHolder", ())
    assert read.credentials[0].document["name"] == "Badge"
    read = enveloped.open_presentation(presentation(BADGE_JWT))
    assert places(read.opened.findings) == [("malformed_value", "/verifiableCredential/0")]
    assert read.credentials == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": ["VerifiableCredential"]}, [("missing_type", "/type")]),
        ({"type": None}, [("missing_type", "/type")]),
        ({"@context": V2}, [("malformed_value", "/@context")]),
        ({"@context": ["https://example.org"]}, [("wrong_context", "/@context/0")]),
        ({"id": "presentation"}, [("malformed_url", "/id")]),
        ({"holder": "Ada"}, [("malformed_url", "/holder")]),
        ({"holder": {"name": "Ada"}}, [("missing_member", "/holder")]),
        ({"holder": {"id": ["did:key:z6MkHolder"]}}, [("malformed_value", "/holder/id")]),
        ({"holder": [{"id": "did:key:z6MkHolder"}]}, [("malformed_value", "/holder")]),
        ({"verifiableCredential": "https://issuer.example/1"}, [("malformed_value", "/verifiableCredential")]),
        ({"verifiableCredential": [None]}, [("malformed_value", "/verifiableCredential/0")]),
        ({"verifiableCredential": [{}]}, [("missing_type", "/verifiableCredential/0/type")]),
        ({"verifiableCredential": [presentation()]}, [("missing_type", "/verifiableCredential/0/type")]),
        ({"verifiableCredential": BADGE}, []),
        ({"holder": {"id": "did:key:z6MkHolder", "name": "Ada"}}, []),
        ({"verifiableCredential": []}, []),
    ],
)
def test_the_structure_of_presentations(changes, expected):
    assert places(enveloped.open_presentation(presentation(**changes)).opened.findings) == expected


def test_a_presentation_needs_neither_holder_nor_credentials():
    document = {"@context": [V2], "type": "VerifiablePresentation"}
    assert enveloped.open_presentation(document) == enveloped.Presentation(enveloped.Opened(document), None, ())


def test_no_more_credentials_are_read_than_anyone_shows():
    entries = [enveloped.envelope(BADGE_JWT)] * (enveloped.MAX_CREDENTIALS + 1)
    read = enveloped.open_presentation(presentation(*entries))
    assert len(read.credentials) == enveloped.MAX_CREDENTIALS
    (finding,) = read.opened.findings
    assert (finding.code, finding.outcome) == ("too_many_credentials", Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("header", "payload", "expected"),
    [
        ({"typ": "vp+jwt"}, {"iss": "did:key:z6MkHolder"}, []),
        ({"typ": "application/VP+JWT"}, {}, []),
        ({}, {}, []),
        ({"typ": "vp+jwt"}, {"iss": "did:key:z6MkOther"}, ["contradicting_claim"]),
        ({"typ": "vp+jwt"}, {"iss": 1}, ["contradicting_claim"]),
        ({"typ": "vp+jwt"}, {"id": "urn:x:1", "jti": "urn:x:2"}, ["contradicting_claim"]),
        ({"typ": "vp+jwt"}, {"vp": presentation()}, ["ambiguous_presentation"]),
        ({}, {"vp": presentation()}, ["ambiguous_presentation"]),
        ({}, {"vp": "presentation"}, ["ambiguous_presentation"]),
        ({"typ": "vc+jwt"}, {}, ["unexpected_typ"]),
        ({"typ": "kb+jwt"}, {}, ["unexpected_typ"]),
        ({"typ": 1}, {}, ["unexpected_typ"]),
    ],
)
def test_the_claims_around_a_presentation(header, payload, expected):
    read = enveloped.open_presentation(signed(header, {**presentation(), **payload}, HOLDER))
    assert codes(read.opened.findings) == expected


def test_claims_fill_in_what_the_presentation_leaves_out():
    document = presentation()
    del document["holder"]
    read = enveloped.open_presentation(signed({"typ": "vp+jwt"}, {**document, "iss": "did:x:1", "jti": "urn:x:1"}))
    assert (read.holder, read.opened.document["id"], read.opened.findings) == ("did:x:1", "urn:x:1", ())


@pytest.mark.parametrize(
    ("options", "claims", "expected"),
    [
        ({"audience": "https://other.example", "nonce": NONCE}, {}, ["wrong_audience"]),
        ({"audience": AUDIENCE, "nonce": "other"}, {}, ["wrong_nonce"]),
        ({}, {"exp": SECONDS}, ["expired"]),
        ({}, {"iat": SECONDS + 600}, ["not_yet_valid"]),
    ],
)
def test_a_presentation_is_for_one_verifier_and_occasion(options, claims, expected):
    assert verify(enveloped.open_presentation(presented(**claims)).opened, HOLDER, **options) == expected


def test_another_key_is_noticed():
    read = enveloped.open_presentation(presented())
    assert verify(read.opened, ISSUER) == ["key_type_does_not_fit"]


@pytest.mark.parametrize("name", ["iss", "exp", "vc", "vp", "nonce"])
def test_members_that_would_be_read_as_claims_are_refused(name):
    with pytest.raises(Unsound) as caught:
        enveloped.secure(presentation(**{name: "x"}), HOLDER, kid=HOLDER_KID, claims={"nonce": NONCE})
    assert (caught.value.finding.code, caught.value.finding.pointer) == ("reserved_claim", f"/{name}")


@pytest.mark.parametrize("form", ["vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt", "jwt", "vc+jwt;charset=utf-8"])
def test_media_types_of_envelopes(form):
    envelope = {**enveloped.envelope(BADGE_JWT), "id": f"data:application/{form},{BADGE_JWT}"}
    assert enveloped.open_credential(envelope).document == BADGE
    packed = base64.b64encode(BADGE_JWT.encode()).decode()
    envelope = {**enveloped.envelope(BADGE_JWT), "id": f"data:application/{form};base64,{packed}"}
    assert enveloped.open_credential(envelope).document == BADGE


def inside(url, **changes):
    return {"@context": [V2], "type": "EnvelopedVerifiableCredential", "id": url, **changes}


DATA = f"data:application/vc+jwt,{BADGE_JWT}"


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        (inside(None), "malformed_envelope"),
        (inside([DATA]), "malformed_envelope"),
        (inside(""), "malformed_envelope"),
        (inside(f"data:,{BADGE_JWT}"), "malformed_envelope"),
        (inside(f"data:text/plain,{BADGE_JWT}"), "malformed_envelope"),
        (inside(DATA.replace(",", "")), "malformed_envelope"),
        (inside(DATA.replace("vc+jwt,", "vc+jwt;base64,")), "malformed_envelope"),
        (inside("data:application/vc+jwt;base64,w6k="), "malformed_envelope"),
        (inside(DATA.replace(".", "%2E")), "malformed_jwt"),
        (inside(DATA.replace("vc+jwt", "vc+cose")), "unsupported_envelope"),
        (inside(DATA.replace("vc+jwt", "vp+jwt")), "unsupported_envelope"),
        (inside(DATA, **{"@context": ["https://example.org"]}), "malformed_envelope"),
        (inside(DATA, type=["EnvelopedVerifiableCredential", "VerifiableCredential"]), "malformed_envelope"),
        (inside(DATA, type="EnvelopedVerifiablePresentation"), "malformed_envelope"),
        (inside("data:application/vc+jwt,a.b"), "malformed_jwt"),
    ],
)
def test_malformed_envelopes(envelope, code):
    opened = enveloped.open_credential(envelope, "/verifiableCredential/3")
    (finding,) = opened.findings
    assert (finding.code, opened.document) == (code, {})
    if code.endswith("envelope"):
        assert finding.pointer.startswith("/verifiableCredential/3/")


def test_a_presentation_is_no_credential_and_the_other_way_round():
    assert codes(enveloped.open_credential(presented()).findings) == ["unexpected_typ", "missing_type"]
    found = codes(enveloped.open_presentation(BADGE_JWT).opened.findings)
    assert found[:2] == ["unexpected_typ", "missing_type"]
    assert codes(enveloped.open_presentation(enveloped.envelope(BADGE_JWT)).opened.findings) == ["malformed_envelope"]


def test_one_bad_credential_does_not_hide_the_others():
    read = enveloped.open_presentation(presentation(inside("x"), enveloped.envelope(BADGE_JWT), inside("y")))
    assert [bool(item.findings) for item in read.credentials] == [True, False, True]
    assert [item.pointer[-1] for item in read.credentials] == ["0", "1", "2"]


TOKEN = presented()


def catches_a_change(at, character):
    at %= len(TOKEN)
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    if changed == TOKEN:
        return
    read = enveloped.open_presentation(changed)
    assert read.opened.findings or verify(read.opened, HOLDER, audience=AUDIENCE, nonce=NONCE)


CHARACTERS = st.sampled_from("ABab01-_.=~ \n")


@examples(100)
@given(at=st.integers(0, 10_000), character=CHARACTERS)
def test_any_changed_character_is_caught(at, character):
    catches_a_change(at, character)


@pytest.mark.long
@examples(5_000)
@given(at=st.integers(0, 10_000), character=CHARACTERS)
def test_any_changed_character_is_caught_long(at, character):
    catches_a_change(at, character)


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=8) | st.sampled_from([DATA, V2, "EnvelopedVerifiableCredential"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type"]), inner),
    max_leaves=6,
)
MEMBERS = st.sampled_from(["@context", "id", "type", "holder", "verifiableCredential", "iss", "vp"])


@examples(150)
@given(changes=st.dictionaries(MEMBERS, JSON))
def test_no_document_breaks_reading(changes):
    document = presentation(**changes)
    read = enveloped.open_presentation(document)
    assert len(read.credentials) <= enveloped.MAX_CREDENTIALS
    assert enveloped.open_presentation(signed({"typ": "vp+jwt"}, document)).opened.document is not None
    enveloped.open_credential(document)


# What each hostile document tries stands in its name; where its finding is: in the presentation or in a credential.
TRICKS = {
    "enveloped_another_envelope.json": "nested_envelope",
    "enveloped_percent_encoded.json": "malformed_jwt",
    "enveloped_presentation_posing_as_credential.json": "unexpected_typ",
    "enveloped_url_to_be_fetched.json": "malformed_envelope",
    "enveloped_with_a_second_type.json": "malformed_envelope",
    "presentation_another_presentation_inside.json": "missing_type",
    "presentation_credential_behind_url.json": "malformed_value",
    "presentation_holder_is_not_who_signed.json": "contradicting_claim",
    "presentation_more_credentials_than_anyone_shows.json": "too_many_credentials",
    "presentation_two_in_one_jwt.json": "ambiguous_presentation",
}


@pytest.mark.parametrize("name", TRICKS)
def test_hostile_documents_are_refused(name):
    value = json.loads((HOSTILE / name).read_text(encoding="utf-8"))
    read = enveloped.open_presentation(value)
    findings = [*read.opened.findings, *(finding for item in read.credentials for finding in item.findings)]
    assert TRICKS[name] in codes(findings)


@pytest.mark.parametrize(
    ("member", "value", "place"),
    [
        ("termsOfUse", {"id": "https://a.example/terms"}, "/termsOfUse"),
        ("termsOfUse", [{"type": "A"}, "B"], "/termsOfUse/1"),
        ("proof", {"cryptosuite": "eddsa-rdfc-2022"}, "/proof"),
    ],
)
def test_what_a_presentation_holds_has_types(member, value, place):
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [],
    }
    assert enveloped.check_presentation(document) == ()
    (finding,) = enveloped.check_presentation({**document, member: value})
    assert (finding.pointer, finding.problem_type) == (place, MALFORMED_VALUE_ERROR)


@pytest.mark.parametrize(
    ("header", "claims", "expected"),
    [
        ({"cty": "vc"}, {}, []),
        ({"cty": "application/vc+ld+json"}, {}, []),
        ({"cty": "vp"}, {}, ["unexpected_cty"]),
        ({"kid": KID}, {}, []),
        ({"kid": "key-1"}, {}, ["kid_is_no_url"]),
        ({"kid": "key-1"}, {"iss": BADGE["issuer"]["id"]}, []),
        ({}, {"vp": {}}, ["ambiguous_presentation"]),
    ],
)
def test_vc_jose_cose_has_rules_that_open_badges_does_not_have(header, claims, expected):
    as_jose_cose = enveloped.open_credential(signed({"typ": "vc+jwt", **header}, {**BADGE, **claims}))
    assert codes(as_jose_cose.findings) == expected
    assert codes(enveloped.open_credential(signed({"typ": "JWT", **header}, {**BADGE, **claims})).findings) == []
