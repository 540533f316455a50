import pytest

from app.vc.json_pointer import child, tokens_of


@pytest.mark.parametrize(
    ("tokens", "expected"),
    # RFC 6901 section 5
    [(("foo", 0), "/foo/0"), (("",), "/"), (("a/b",), "/a~1b"), (("m~n",), "/m~0n"), ((" ",), "/ "), ((), "")],
)
def test_tokens_are_escaped_as_in_the_rfc(tokens, expected):
    assert child("", *tokens) == expected


def test_it_goes_on_from_a_pointer():
    assert child("/proof", 1, "created") == "/proof/1/created"


@pytest.mark.parametrize(
    ("pointer", "tokens"),
    [
        ("", []),
        ("/foo", ["foo"]),
        ("/foo/0", ["foo", "0"]),
        ("/", [""]),
        ("/a~1b", ["a/b"]),
        ("/m~0n", ["m~n"]),
        ("/~01", ["~1"]),
        ("/ ", [" "]),
        ("//", ["", ""]),
    ],
)
def test_tokens_are_unescaped(pointer, tokens):
    """RFC 6901 section 5 has most of these examples."""
    assert tokens_of(pointer) == tokens
    assert child("", *tokens) == pointer


@pytest.mark.parametrize("pointer", ["foo", "#", "#/foo", "/~", "/~2", "/a~b"])
def test_what_is_no_pointer_is_refused(pointer):
    with pytest.raises(ValueError, match="no JSON Pointer"):
        tokens_of(pointer)
