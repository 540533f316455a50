import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import did, keys
from app.vc.multiformats import base64url_encode, multibase_encode
from app.vc.outcome import Outcome, Unsound

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MULTIKEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"  # the W3C vc-di-eddsa key pair
KEY = keys.from_multikey(MULTIKEY)
# https://github.com/quartzjer/did-jwk/blob/main/spec.md, example P-256
DID_JWK = (
    "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5"
    "IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
)
WEB = "did:web:issuer.example"
DID_KEY = json.loads((Path(__file__).parents[1] / "vectors/w3c-ccg-did-key/did-key.json").read_text())


def document(**changes):
    return {**did.controlled_identifier_document(WEB, [did.Method("key-1", KEY), did.Method("key-2", KEY)]), **changes}


def method(**changes):
    known = {"id": f"{WEB}#key-1", "type": "Multikey", "controller": WEB, "publicKeyMultibase": MULTIKEY, **changes}
    return {name: value for name, value in known.items() if value is not None}


def refused(call, *arguments, **options):
    with pytest.raises(Unsound) as caught:
        call(*arguments, **options)
    return caught.value.finding


@pytest.mark.parametrize("name", [*DID_KEY["JsonWebKey"], *DID_KEY["Ed25519"]])
def test_did_key_vectors_describe_themselves(name):
    described = did.self_described(name)
    fragment = name.removeprefix("did:key:")
    key = did.verification_key(described, f"{name}#{fragment}", at=NOW)
    assert did.did_key(key) == name
    assert key.jwk() == DID_KEY["JsonWebKey"].get(name, {}).get("publicKeyJwk", key.jwk())


def test_did_jwk_example_describes_itself():
    key = did.verification_key(did.self_described(DID_JWK), f"{DID_JWK}#0", at=NOW)
    assert key.jwk()["x"] == "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0"
    assert did.self_described(did.did_jwk(key))["id"] == did.did_jwk(key)
    assert did.document_url(DID_JWK + "#0") is None


def test_names_that_do_not_describe_themselves():
    assert did.self_described(WEB) is None
    assert did.self_described("https://issuer.example") is None


@pytest.mark.parametrize(
    "name",
    [
        "did:jwk:",
        "did:jwk:e30",
        "did:jwk:" + base64url_encode(b"[]"),
        "did:jwk:" + base64url_encode(b'{"kty":"OKP","kty":"OKP"}'),
        "did:jwk:" + base64url_encode(b"[" * 99),
        "did:jwk:" + "A" * 5000,
        "did:jwk:=",
        "did:key:",
        "did:key:z6Mk",
    ],
)
def test_malformed_self_described_names(name):
    assert refused(did.self_described, name).code in {"malformed_did", "malformed_public_key"}


@pytest.mark.parametrize(
    ("name", "document_url", "url"),
    # did:web section 2.5.2, and our own names
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json", "https://w3c-ccg.github.io"),
        (
            "did:web:w3c-ccg.github.io:user:alice",
            "https://w3c-ccg.github.io/user/alice/did.json",
            "https://w3c-ccg.github.io/user/alice",
        ),
        (
            "did:web:example.com%3A3000:user:alice",
            "https://example.com:3000/user/alice/did.json",
            "https://Example.com:3000/user/alice/",
        ),
        ("did:web:localhost%3A8443", "https://localhost:8443/.well-known/did.json", "https://localhost:8443/"),
        ("did:web:example.com:a%20b", "https://example.com/a%20b/did.json", "https://example.com/a%20b"),
    ],
)
def test_did_web_and_where_its_document_is(name, document_url, url):
    assert did.did_web_document_url(name) == document_url
    assert did.did_web(url) == name
    assert did.document_url(name + "#key-1") == document_url


@pytest.mark.parametrize(
    "name",
    [
        "did:web:",
        "did:web:127.0.0.1",
        "did:web:127.1",
        "did:web:2130706433",
        "did:web:0x7f000001",
        "did:web:a.0x7f",
        "did:web:%5B%3A%3A1%5D",
        "did:web:%31%32%37.0.0.1",
        "did:web:user%40example.com",
        "did:web:example.com%2Fevil",
        "did:web:example.com%3A",
        "did:web:example.com%3A99999999",
        "did:web:example.com%3A8443%3A1",
        "did:web:example.com:..:secret",
        "did:web:example.com:%2e%2E:secret",
        "did:web:example.com:a%2Fb",
        "did:web:example.com::a",
        "did:web:example.com:a?b",
        "did:web:ex ample.com",
        "did:web:-example.com",
        "did:web:" + "a." * 3000 + "example",
        "did:key:z6Mk",
    ],
)
def test_did_web_names_that_lead_elsewhere_are_refused(name):
    assert refused(did.did_web_document_url, name).code == "malformed_did"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://127.0.0.1/a",
        "https://user@example.com",
        "https://[::1",
        "https://[::1]",
        "https://example.com/?a=b",
        "example.com",
    ],
)
def test_urls_that_make_no_did_web(url):
    assert refused(did.did_web, url).code == "malformed_did"


@given(st.text(max_size=30))
def test_any_name_has_a_url_or_a_finding(text):
    for name in (text, "did:web:" + text, "https://" + text, "did:" + text):
        try:
            url = did.document_url(name)
        except Unsound:
            continue
        assert url is None or url.startswith("https://")


def test_where_other_names_lead():
    assert did.document_url("https://issuer.example/keys#key-1") == "https://issuer.example/keys"
    assert refused(did.document_url, "did:ion:abc").outcome is Outcome.UNKNOWN
    assert refused(did.document_url, "http://issuer.example#key").code == "malformed_verification_method"


def test_published_document_serves_its_keys():
    published = did.controlled_identifier_document(
        WEB, [did.Method("a", KEY), did.Method("b", KEY, "JsonWebKey", expires="2030-01-01T00:00:00Z")]
    )
    assert published["@context"][0] == "https://www.w3.org/ns/did/v1"
    assert [one["type"] for one in published["verificationMethod"]] == ["Multikey", "JsonWebKey"]
    for fragment in "ab":
        for purpose in ("assertionMethod", "authentication"):
            assert did.verification_key(published, f"{WEB}#{fragment}", purpose=purpose, at=NOW) == KEY


@pytest.mark.parametrize("name", ["expires", "revoked"])
def test_a_key_is_in_force_until_its_end(name):
    published = did.controlled_identifier_document(WEB, [did.Method("a", KEY, **{name: "2026-11-20T12:00:00Z"})])
    assert did.verification_key(published, f"{WEB}#a", at=NOW.replace(hour=11)) == KEY
    finding = refused(did.verification_key, published, f"{WEB}#a", at=NOW)
    assert finding.code == {"expires": "key_expired", "revoked": "key_revoked"}[name]
    assert finding.pointer == f"/verificationMethod/0/{name}"


def test_a_revoked_key_is_called_revoked_also_where_nothing_lists_it_any_more():
    told = "2026-11-20T12:00:00Z"
    published = did.controlled_identifier_document(
        WEB, [did.Method("old", KEY, revoked=told, purposes=()), did.Method("new", KEY)]
    )
    assert published["assertionMethod"] == published["authentication"] == [f"{WEB}#new"]
    finding = refused(did.verification_key, published, f"{WEB}#old", at=NOW)
    assert (finding.code, finding.pointer) == ("key_revoked", "/verificationMethod/0/revoked")
    assert finding.message == f"The verification method was revoked on {told}."
    both = did.controlled_identifier_document(WEB, [did.Method("old", KEY, expires=told, revoked=told)])
    assert refused(did.verification_key, both, f"{WEB}#old", at=NOW).code == "key_revoked"


@pytest.mark.parametrize(
    "held",
    [
        {"verificationMethod": [method(id="#key-1")], "assertionMethod": ["#key-1"]},
        {"verificationMethod": [], "assertionMethod": [method()]},
        {"verificationMethod": method(), "assertionMethod": f"{WEB}#key-1"},
        {"verificationMethod": [method(type="Ed25519VerificationKey2020")]},
        {"verificationMethod": [method(type="JsonWebKey2020", publicKeyMultibase=None, publicKeyJwk=KEY.jwk())]},
    ],
)
def test_documents_in_use_are_read(held):
    assert did.verification_key(document(authentication=[], **held), f"{WEB}#key-1", at=NOW) == KEY


@pytest.mark.parametrize(
    ("held", "problem"),
    [
        ({"id": "did:web:other.example"}, "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"),
        ({"id": None}, "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"),
        ({"verificationMethod": []}, "INVALID_VERIFICATION_METHOD"),
        ({"verificationMethod": 5}, "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT"),
        ({"verificationMethod": [method(), method()]}, "INVALID_VERIFICATION_METHOD"),
        ({"verificationMethod": [method(controller="did:web:other.example")]}, "INVALID_VERIFICATION_METHOD"),
        ({"verificationMethod": [method(controller=None)]}, "INVALID_VERIFICATION_METHOD"),
        ({"verificationMethod": [method(type="X")]}, "INVALID_VERIFICATION_METHOD"),
        ({"verificationMethod": [method(publicKeyMultibase=None)]}, "INVALID_VERIFICATION_METHOD"),
        ({"verificationMethod": [method(publicKeyMultibase="z6LS")]}, "INVALID_VERIFICATION_METHOD"),
        ({"verificationMethod": [method(publicKeyJwk=KEY.jwk())]}, "INVALID_VERIFICATION_METHOD"),
        ({"verificationMethod": [method(expires="soon")]}, "INVALID_VERIFICATION_METHOD"),
        ({"assertionMethod": []}, "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"),
        ({"assertionMethod": [f"{WEB}#key-2", 7, None]}, "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"),
    ],
)
def test_documents_that_do_not_give_the_key(held, problem):
    finding = refused(did.verification_key, document(**held), f"{WEB}#key-1", at=NOW)
    assert finding.problem_type == f"https://w3id.org/security#{problem}"


@pytest.mark.parametrize("name", ["", "key-1", "#key-1", "did:web:a b"])
def test_a_verification_method_is_a_url(name):
    finding = refused(did.verification_key, document(), name, at=NOW)
    assert finding.problem_type == "https://w3id.org/security#INVALID_VERIFICATION_METHOD_URL"


def held(**changes):
    """The key of the one method of a document."""
    listed = document(verificationMethod=[method(publicKeyMultibase=None, **changes)])
    return did.verification_key(listed, f"{WEB}#key-1", at=NOW)


def test_methods_from_before_multikey():
    raw = KEY.key.public_bytes_raw()
    assert (
        held(type="Ed25519VerificationKey2018", publicKeyBase58=multibase_encode("z", raw)[1:]).multikey() == MULTIKEY
    )
    assert held(type="Ed25519VerificationKey2018", publicKeyJwk=KEY.jwk()).multikey() == MULTIKEY
    for wrong in ("", "0", multibase_encode("z", raw[1:])[1:]):
        finding = refused(held, type="Ed25519VerificationKey2018", publicKeyBase58=wrong)
        assert (finding.code, finding.outcome) == ("malformed_public_key", Outcome.INVALID)
    finding = refused(held, type="Ed25519VerificationKey2018")
    assert (finding.code, finding.outcome) == ("malformed_verification_method", Outcome.INVALID)


def test_a_method_of_a_type_that_is_not_read_says_nothing_against_who_signed():
    finding = refused(held, type="EcdsaSecp256k1VerificationKey2019", publicKeyHex="02aa")
    assert (finding.code, finding.outcome) == ("unsupported_key_type", Outcome.UNKNOWN)
    assert refused(held, type=None).outcome is Outcome.INVALID
