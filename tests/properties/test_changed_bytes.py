"""Whatever is signed holds, and no byte of it can be changed, put in or taken away without somebody noticing.

A change that leaves the JSON value as it was (white space, an escape that means the same) is no change; a token has no
such freedom but for the white space around it. Everything else must be caught: by the pure functions alone, and by the
verifier as a whole.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.properties.specimens import JUDGED, NOT_JUDGED, SPECIMENS, is_valid, signed
from tests.verifier.badges import KEY, P384

EACH_SPECIMEN = pytest.mark.parametrize("name", SPECIMENS)
EACH_JUDGED = pytest.mark.parametrize("name", JUDGED)
EMBEDDED = [name for name, one in JUDGED.items() if one.data.startswith(b"{")]
# What a change puts there: all that has a meaning in JSON, base64url, base58, dates and pointers; control and foreign
# bytes; and every neighbour of the byte by one bit.
MEANINGFUL = b'"\\{}[]:,./-_+~=#@&% \t\n0159abefuzABEZ\x00\x7f\xc3\xff'
KINDS = ("delete", "insert", "replace", "flip")
CHANGES = st.tuples(st.sampled_from(KINDS), st.integers(0, 10_000), st.sampled_from(MEANINGFUL), st.integers(0, 7))


def changed(data, kind, at, byte, bit):
    """The data with one byte less, more or other at `at`."""
    at %= len(data)
    put = {"delete": b"", "replace": bytes([byte]), "insert": bytes([byte, data[at]])}
    put["flip"] = bytes([data[at] ^ 1 << bit])
    return data[:at] + put[kind] + data[at + 1 :]


def means_the_same(one, data):
    value = one.read(data)
    return value is not None and repr(value) == repr(one.read(one.data))


def refused(one, data, holds):
    return means_the_same(one, data) or not holds(data)


@EACH_SPECIMEN
def test_what_was_signed_holds(name):
    assert SPECIMENS[name].holds(SPECIMENS[name].data)


@EACH_JUDGED
def test_what_was_signed_is_valid(name):
    assert is_valid(JUDGED[name].data)


@pytest.mark.parametrize("name", NOT_JUDGED)
def test_what_is_not_for_the_verifier_is_never_valid(name):
    assert not is_valid(SPECIMENS[name].data)


@pytest.mark.parametrize("name", EMBEDDED)
def test_white_space_and_order_of_members_are_free(name):
    value = json.loads(JUDGED[name].data)
    for same in (json.dumps(value, indent=3), json.dumps(value, sort_keys=True), json.dumps(value, ensure_ascii=True)):
        assert JUDGED[name].holds(same.encode())
        assert is_valid(same.encode())


@pytest.mark.parametrize("name", EMBEDDED)
@pytest.mark.parametrize("number", ["12.50", "1.25e1", "125E-1", "12.500000000000000000000001"])
def test_other_ways_to_write_a_number_are_free(name, number):
    data = JUDGED[name].data.replace(b"12.5", number.encode())
    assert JUDGED[name].holds(data)
    assert is_valid(data)


@pytest.mark.parametrize(
    ("suite", "key"), [("eddsa-rdfc-2022", KEY), ("eddsa-jcs-2022", KEY), ("ecdsa-jcs-2019", P384)]
)
def test_minus_zero_is_zero(suite, key):
    """RFC 8785 section 3.2.2.3 and JSON-LD write both as 0; nothing smaller than every double hides behind it."""
    one = signed(suite, key, credits_available=0)
    for number in ("-0", "-0.0", "0e9", "-0E-9", "1e-400"):
        assert one.holds(one.data.replace(b'"creditsAvailable": 0', f'"creditsAvailable": {number}'.encode()))
    for number in ("-1", "1e-300", "0.1"):
        assert not one.holds(one.data.replace(b'"creditsAvailable": 0', f'"creditsAvailable": {number}'.encode()))


@EACH_SPECIMEN
@examples(200)
@given(change=CHANGES)
def test_any_changed_byte_is_caught(name, change):
    one = SPECIMENS[name]
    assert refused(one, changed(one.data, *change), one.holds)


@EACH_JUDGED
@examples(40)
@given(change=CHANGES)
def test_any_changed_byte_is_caught_by_the_verifier(name, change):
    one = JUDGED[name]
    assert refused(one, changed(one.data, *change), is_valid)


@pytest.mark.long
@EACH_SPECIMEN
def test_every_byte_is_caught(name):
    """Every place: the byte taken away, one of its bits flipped, and one byte put in before it."""
    one = SPECIMENS[name]
    for at in range(len(one.data)):
        flip, insert = ("flip", 0, at % 8), ("insert", MEANINGFUL[at % len(MEANINGFUL)], 0)
        for kind, byte, bit in (flip, insert, ("delete", 0, 0)):
            assert refused(one, changed(one.data, kind, at, byte, bit), one.holds), (kind, at, byte, bit)


@pytest.mark.long
@EACH_JUDGED
@examples(150)
@given(change=CHANGES)
def test_any_changed_byte_is_caught_by_the_verifier_in_many(name, change):
    one = JUDGED[name]
    assert refused(one, changed(one.data, *change), is_valid)
