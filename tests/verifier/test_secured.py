import pytest

from app.verifier.secured import (
    MAX_PROOFS,
    Secured,
    absolute_kid,
    fragment_key,
    issuer_id,
    objects_in,
    status_entries,
)
from tests.verifier.badges import KEY, P256, P384


@pytest.mark.parametrize(
    ("kid", "issuer", "method"),
    [
        ("did:web:a.example#key-1", "did:web:b.example", "did:web:a.example#key-1"),
        ("https://a.example/keys/1", "https://b.example", "https://a.example/keys/1"),
        ("#key-1", "did:web:a.example", "did:web:a.example#key-1"),
        ("key-1", "did:web:a.example", "did:web:a.example#key-1"),
        ("key-1", "https://a.example/issuer#me", "https://a.example/issuer#key-1"),
        ("key-1", "", ""),
    ],
)
def test_relative_kid_is_completed_by_the_issuer(kid, issuer, method):
    assert absolute_kid(kid, issuer) == method


def test_fragment_is_a_key_only_when_it_is_one():
    multikey = KEY.public.multikey()
    for key in (KEY, P256, P384):
        assert fragment_key(f"https://issuer.example#{key.public.multikey()}") == key.public
    for method in (
        f"did:web:issuer.example#{multikey}",
        f"http://issuer.example#{multikey}",
        f"https://issuer.example#{multikey[:-1]}",
        "https://issuer.example#key-1",
        "https://issuer.example",
    ):
        assert fragment_key(method) is None


def test_proofs_and_entries_of_any_shape():
    def of(proof):
        return Secured("data_integrity", {"proof": proof}).proofs

    assert Secured("data_integrity", {}).proofs == ()
    assert of({"a": 1}) == (("/proof", {"a": 1}),)
    assert of(None) == (("/proof", None),)
    assert of([]) == ()
    assert of([1, None]) == (("/proof/0", 1), ("/proof/1", None))
    assert len(of([{}] * 1000)) == MAX_PROOFS + 1
    assert Secured("vc_jwt", {"proof": {}}).proofs == ()
    assert status_entries(Secured("data_integrity", {"credentialStatus": None})) == (("/credentialStatus", None),)
    assert status_entries(Secured("data_integrity", {})) == ()


def test_objects_are_counted_wherever_they_stand():
    assert objects_in({"a": [{}, [{}], {"b": {}}], "c": 5}) == 5


def test_issuer_id():
    assert issuer_id({"issuer": "did:web:a.example"}) == "did:web:a.example"
    assert issuer_id({"issuer": {"id": "did:web:a.example"}}) == "did:web:a.example"
    assert {
        issuer_id(document) for document in ({}, {"issuer": None}, {"issuer": [{"id": "x"}]}, {"issuer": {"id": 5}})
    } == {""}
