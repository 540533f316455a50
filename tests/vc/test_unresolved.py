import pytest

from app.vc import unresolved
from app.vc.unresolved import Unresolved


def test_the_error_is_a_problem():
    error = Unresolved("NOT_FOUND", "There is no such document.").error
    assert error == {
        "type": "https://www.w3.org/ns/did#NOT_FOUND",
        "title": "It was not found",
        "detail": "There is no such document.",
    }


@pytest.mark.parametrize(
    ("code", "older"),
    [
        ("INVALID_DID", "invalidDid"),
        ("INVALID_DID_URL", "invalidDidUrl"),
        ("METHOD_NOT_SUPPORTED", "methodNotSupported"),
        ("NOT_FOUND", "notFound"),
        ("INVALID_PUBLIC_KEY_LENGTH", "invalidPublicKeyLength"),
        ("UNSUPPORTED_PUBLIC_KEY_TYPE", "unsupportedPublicKeyType"),
    ],
)
def test_the_older_names(code, older):
    assert Unresolved(code, "x").older_name == older


def test_every_code_has_a_title():
    assert all(title and title[0].isupper() for title in unresolved.TITLES.values())
