import pytest

from app.vc.json_pointer import child


@pytest.mark.parametrize(
    ("tokens", "expected"),
    # RFC 6901 section 5
    [(("foo", 0), "/foo/0"), (("",), "/"), (("a/b",), "/a~1b"), (("m~n",), "/m~0n"), ((" ",), "/ "), ((), "")],
)
def test_tokens_are_escaped_as_in_the_rfc(tokens, expected):
    assert child("", *tokens) == expected


def test_it_goes_on_from_a_pointer():
    assert child("/proof", 1, "created") == "/proof/1/created"
