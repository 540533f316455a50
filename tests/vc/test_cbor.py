import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import cbor
from app.vc.outcome import Unsound

# RFC 8949 appendix A, those of the kinds that proof values have
EXAMPLES = [
    (0, "00"),
    (1, "01"),
    (10, "0a"),
    (23, "17"),
    (24, "1818"),
    (100, "1864"),
    (1000, "1903e8"),
    (1000000, "1a000f4240"),
    (1000000000000, "1b000000e8d4a51000"),
    (18446744073709551615, "1bffffffffffffffff"),
    (b"", "40"),
    (b"\x01\x02\x03\x04", "4401020304"),
    ("", "60"),
    ("IETF", "6449455446"),
    ('"\\', "62225c"),
    ("\u00fc", "62c3bc"),
    ("\U00010151", "64f0908591"),
    ([], "80"),
    ([1, [2, 3], [4, 5]], "8301820203820405"),
    (list(range(1, 26)), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"),
    ({}, "a0"),
    ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
]


@pytest.mark.parametrize(("value", "encoded"), EXAMPLES)
def test_examples_of_rfc_8949(value, encoded):
    assert cbor.encode(value).hex() == encoded
    assert cbor.decode(bytes.fromhex(encoded)) == value


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "18",
        "1817",  # 23 in two bytes
        "190018",
        "1a0000ffff",
        "1b00000000ffffffff",
        "1c",
        "1f",
        "20",  # -1
        "5f42010243030405ff",  # byte string of indefinite length
        "9f01ff",
        "bf01ff",
        "4401",
        "61ff",
        "8201",
        "a10101" + "00",  # a byte after the end
        "a201020102",  # a key twice
        "a1a0" + "01",  # a map as key
        "a18001",
        "c11a514b67b0",  # tag
        "d840420102",  # tag 64
        "f4",
        "f6",
        "f93c00",
        "9bffffffffffffffff",  # an array that claims to have 2^64-1 items
        "bbffffffffffffffff",
        "5bffffffffffffffff00",
        "81" * 5 + "00",
        "81" * 100_000,
    ],
)
def test_whatever_has_no_place_is_refused(encoded):
    with pytest.raises(Unsound) as caught:
        cbor.decode(bytes.fromhex(encoded))
    assert caught.value.finding.code == "malformed_cbor"


@pytest.mark.parametrize("value", [-1, 1.5, None, True, object()])
def test_what_cannot_be_written_is_our_mistake(value):
    with pytest.raises(TypeError):
        cbor.encode([value])


SIMPLE = st.integers(0, 2**64 - 1) | st.binary() | st.text()


@given(st.lists(SIMPLE | st.lists(SIMPLE) | st.dictionaries(st.integers(0, 2**64 - 1), SIMPLE)))
def test_what_is_written_is_read_again(value):
    assert cbor.decode(cbor.encode(value)) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_have_one_form(data):
    with contextlib.suppress(Unsound):
        assert len(cbor.encode(cbor.decode(data))) == len(data)
