"""What is done to the headers of every request and answer."""

import anyio
import pytest

from app.web.headers import SafeHeaders


def headers_of(*sent):
    """The headers with which the application is called."""
    got = []

    async def application(scope, _receive, _send):
        got.extend(scope["headers"])

    async def never(*_):
        raise AssertionError

    scope = {"type": "http", "method": "GET", "path": "/", "headers": list(sent)}
    anyio.run(SafeHeaders(application), scope, never, never)
    return got


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"attesta=abc", b"attesta=abc"),
        (b'attesta=abc; other="1"', b'attesta=abc; other="1"'),
        (b'other="\\"\\""; attesta=abc', b" attesta=abc"),
        (b'a="' + b'\\"' * 30_000, b""),
    ],
)
def test_cookies_with_backslashes_are_left_out(sent, read):
    evil, before, after = (b"cookie", b'"\\""'), (b"accept", b'"\\"'), (b"host", b"x")
    assert headers_of(before, (b"cookie", sent), after) == [before, (b"cookie", read), after]
    assert headers_of(evil, (b"cookie", sent)) == [(b"cookie", b""), (b"cookie", read)]
