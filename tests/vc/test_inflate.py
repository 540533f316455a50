import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc.inflate import GZIP, ZLIB, BrokenError, TooMuchError, inflate


@given(st.binary(max_size=500))
def test_what_was_compressed_comes_back_up_to_the_bound(data):
    assert inflate(zlib.compress(data), ZLIB, len(data)) == data
    assert inflate(gzip.compress(data), GZIP, len(data)) == data
    if data:
        with pytest.raises(TooMuchError):
            inflate(zlib.compress(data), ZLIB, len(data) - 1)


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (b"", ZLIB),
        (b"no zlib", ZLIB),
        (zlib.compress(b"a"), GZIP),
        (gzip.compress(b"a", mtime=0), ZLIB),
        (zlib.compress(b"abc" * 50)[:-1], ZLIB),
        (zlib.compress(b"abc") + b"more", ZLIB),
        (gzip.compress(b"abc", mtime=0) * 2, GZIP),
        (zlib.compress(b"abc")[:-1] + b"\0", ZLIB),
    ],
)
def test_what_is_broken_is_told(data, container):
    with pytest.raises(BrokenError, match=r"\w"):
        inflate(data, container, 1000)


def test_a_bomb_is_not_expanded_beyond_the_bound():
    with pytest.raises(TooMuchError):
        inflate(zlib.compress(bytes(100_000_000), 9), ZLIB, 1000)
