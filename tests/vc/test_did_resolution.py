import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import did, did_resolution, keys
from app.vc.did_key_document import KeyOptions
from app.vc.did_resolution import DidUrl
from app.vc.unresolved import TITLES, Unresolved

MULTIKEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"  # the W3C vc-di-eddsa key pair
KEY = f"did:key:{MULTIKEY}"
WEB = "did:web:issuer.example"
PLAIN = KeyOptions()


def code_of(call, *arguments):
    with pytest.raises(Unresolved) as caught:
        call(*arguments)
    return caught.value.code


def test_did_urls_are_taken_apart():
    assert did_resolution.parse(KEY) == DidUrl(KEY, "key")
    assert did_resolution.parse(f"{WEB}:a%20b/p/q?x=1&y=/?#frag/?") == DidUrl(
        f"{WEB}:a%20b", "web", "/p/q", "x=1&y=/?", "frag/?"
    )
    assert did_resolution.parse(f"{KEY}#").fragment == ""
    assert did_resolution.is_did_url(f"{KEY}#")
    assert not did_resolution.is_did_url(KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "did",
        "did:",
        "did:key",
        "did:key:",
        "did:key:@",
        "did:web:a:",
        "did:web:%zz",
        "did::z",
        "DID:key:z",
        "did:Key:z",
        f"no{KEY}",
        f" {KEY}",
        f"{KEY}\n",
        "did:key:z\u00e9",
        "did:key:" + "z" * 5000,
        "#fragment",
    ],
)
def test_texts_that_are_no_did(text):
    assert code_of(did_resolution.parse, text) == "INVALID_DID"


@pytest.mark.parametrize("after", ["/^", "?`", "#a b", "#a#b", "/%1", "/\u00e9", "#" + "a" * 5000])
def test_did_urls_with_characters_that_no_url_has(after):
    assert code_of(did_resolution.parse, KEY + after) == "INVALID_DID_URL"


def test_methods_that_are_not_supported():
    assert code_of(did_resolution.parse, "did:experimental:abc") == "METHOD_NOT_SUPPORTED"


@given(st.text(max_size=60) | st.text("did:keyweb#/?%z", max_size=60).map("did:".__add__))
def test_any_text_is_taken_apart_or_refused(text):
    try:
        assert text.startswith(did_resolution.parse(text).did)
    except Unresolved as why:
        assert why.code in TITLES  # noqa: PT017 - both ends are right


@pytest.mark.parametrize("name", did_resolution.ASCII_PARAMETERS)
def test_parameters_are_ascii(name):
    for value in ("\u4f60\u597d", "caf\u00e9", "a\u200bb"):
        assert code_of(did_resolution.check_parameters, {name: value}, "key") == "INVALID_OPTIONS"


def test_parameters_that_are_right():
    did_resolution.check_parameters(
        {
            "service": "files",
            "relativeRef": "/a%20b/c",
            "versionTime": "2026-01-31T23:59:59Z",
            "hl": "zQm",
            "x": "\u00e9",
        },
        "key",
    )


@pytest.mark.parametrize("reference", ["a b", "a#b", "a?b", "%", "a\\b"])
def test_relative_references_are_percent_encoded(reference):
    assert code_of(did_resolution.check_parameters, {"relativeRef": reference}, "key") == "INVALID_OPTIONS"


@pytest.mark.parametrize(
    "moment",
    [
        "",
        "2026-01-31",
        "2026-02-30T00:00:00Z",
        "2026-01-31T00:00:00",
        "2026-01-31T00:00:00.5Z",
        "2026-01-31T00:00:00+00:00",
    ],
)
def test_version_times_are_utc_with_whole_seconds(moment):
    assert code_of(did_resolution.check_parameters, {"versionTime": moment}, "key") == "INVALID_OPTIONS"


def test_documents_have_no_versions():
    assert code_of(did_resolution.check_parameters, {"versionId": "1"}, "key") == "FEATURE_NOT_SUPPORTED"
    moment = {"versionTime": "2026-01-31T23:59:59Z"}
    assert code_of(did_resolution.check_parameters, moment, "web") == "FEATURE_NOT_SUPPORTED"


def test_key_options_are_read():
    assert did_resolution.key_options({}) == PLAIN
    given_options = {"publicKeyFormat": "JsonWebKey", "enableEncryptionKeyDerivation": "true"}
    assert did_resolution.key_options(given_options) == KeyOptions("JsonWebKey", derive_encryption_key=True)
    for name in ("enableExperimentalPublicKeyTypes", "enableEncryptionKeyDerivation"):
        assert code_of(did_resolution.key_options, {name: "yes"}) == "INVALID_OPTIONS"


def test_names_that_describe_themselves():
    document = did_resolution.document_by_name(did_resolution.parse(KEY), PLAIN)
    assert document is not None
    assert {name: document[name] for name in ("id", "assertionMethod", "verificationMethod")} == {
        name: did.self_described(KEY)[name] for name in ("id", "assertionMethod", "verificationMethod")
    }
    jwk = did.did_jwk(keys.from_multikey(MULTIKEY))
    assert did_resolution.document_by_name(did_resolution.parse(jwk), PLAIN) == did.self_described(jwk)
    assert code_of(did_resolution.document_by_name, did_resolution.parse("did:jwk:e30"), PLAIN) == "INVALID_DID"


def test_web_documents_are_fetched_from_their_place():
    assert did_resolution.document_by_name(did_resolution.parse(WEB), PLAIN) is None
    assert did_resolution.document_place(WEB) == "https://issuer.example/.well-known/did.json"
    assert code_of(did_resolution.document_place, "did:web:127.0.0.1") == "INVALID_DID"


def test_what_was_fetched_is_checked():
    assert did_resolution.checked_document({"id": WEB}, WEB) == {"id": WEB}
    for other in ([], None, {}, {"id": "did:web:other.example"}):
        assert code_of(did_resolution.checked_document, other, WEB) == "INVALID_DID_DOCUMENT"


DOCUMENT = {
    "@context": "https://www.w3.org/ns/did/v1",
    "id": WEB,
    "verificationMethod": [{"id": "#key-1", "type": "Multikey"}, "nonsense"],
    "authentication": ["#key-1", {"id": f"{WEB}#key-2", "type": "Multikey"}],
    "keyAgreement": "nonsense",
    "service": [{"id": f"{WEB}#files", "type": "Files", "serviceEndpoint": "https://files.example"}],
}


@pytest.mark.parametrize(("fragment", "kind"), [("key-1", "Multikey"), ("key-2", "Multikey"), ("files", "Files")])
def test_fragments_name_nodes(fragment, kind):
    node = did_resolution.dereference(DOCUMENT, did_resolution.parse(f"{WEB}#{fragment}"))
    assert (node["type"], node["@context"]) == (kind, DOCUMENT["@context"])


def test_a_document_without_context_gives_nodes_without_one():
    plain = {name: value for name, value in DOCUMENT.items() if name != "@context"}
    assert "@context" not in did_resolution.dereference(plain, did_resolution.parse(f"{WEB}#files"))


def test_a_did_alone_names_the_document():
    assert did_resolution.dereference(DOCUMENT, did_resolution.parse(WEB)) is DOCUMENT


def test_what_a_did_url_does_not_name():
    for after in ("#key-3", "#", "#nonsense"):
        assert code_of(did_resolution.dereference, DOCUMENT, did_resolution.parse(WEB + after)) == "NOT_FOUND"
    for after in ("/path", "/", "?service=files", "?", "?a#key-1"):
        url = did_resolution.parse(WEB + after)
        assert code_of(did_resolution.dereference, DOCUMENT, url) == "FEATURE_NOT_SUPPORTED"
