import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import status
from app.vc.jose import Jws
from app.vc.multiformats import base64url_encode
from app.vc.outcome import Outcome
from app.vc.token_status_list import INVALID, SUSPENDED, check, claims

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URI = "https://issuer.example/statuslists/1"
IAT = 1_795_000_000
# draft-ietf-oauth-status-list-21, sections 4.1 and 4.2, and appendix C.1 (2^20 entries of one bit)
ONE_BIT = ("eNrbuRgAAhcBXQ", 1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1])
TWO_BITS = ("eNo76fITAAPfAgc", 2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3])
LONG = (
    "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogEAAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAAvhsSAAAAAAAAAAAA7KpLAAAAAAAAAAAAAAAAAAAAAJsLCQAAAAAAAAAAAD"
    "jelAAAAAAAAAAAKjDMAQAAAACAZC8L2AEb"
)
LONG_SET = (0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345)


def token(lst, bits=1, header=None, **claims):
    payload = {"sub": URI, "iat": IAT, "ttl": 300, "status_list": {"bits": bits, "lst": lst}} | claims
    return Jws({"alg": "ES256", "typ": "statuslist+jwt"} | (header or {}), payload, b"", b"")


def reference(index=0, **changes):
    return {"idx": index, "uri": URI} | changes


def packed(data):
    return base64url_encode(zlib.compress(data))


def codes(index, one):
    return [finding.code for finding in check(reference(index), one, now=NOW)]


MEANING = {0: [], 1: ["revoked"], 2: ["suspended"], 3: ["status_not_understood"]}


@pytest.mark.parametrize(("lst", "bits", "values"), [ONE_BIT, TWO_BITS])
def test_the_lists_of_the_specification(lst, bits, values):
    assert [codes(index, token(lst, bits)) for index in range(len(values))] == [MEANING[value] for value in values]
    assert codes(len(values), token(lst, bits)) == ["status_index_out_of_range"]


def test_the_long_list_of_the_specification():
    one = token(LONG)
    assert all(codes(index, one) == ["revoked"] for index in LONG_SET)
    assert all(codes(index + 1, one) == [] for index in LONG_SET)
    assert codes(2**20 - 1, one) == []
    assert codes(2**20, one) == ["status_index_out_of_range"]


@given(st.binary(min_size=1, max_size=20), st.sampled_from([1, 2, 4, 8]), st.data())
def test_values_lie_in_each_byte_from_its_lowest_bit_on(data, bits, draw):
    index = draw.draw(st.integers(0, len(data) * 8 // bits - 1))
    text = "".join(f"{byte:08b}"[::-1] for byte in data)  # lowest bit first
    value = int(text[index * bits : (index + 1) * bits][::-1], 2)
    found = codes(index, token(packed(data), bits))
    assert found == MEANING.get(value, ["status_not_understood"])


def test_what_the_values_mean():
    one = token(packed(bytes([0, 1, 2, 3, 0x0C, 255])), 8)
    outcomes = [[finding.outcome for finding in check(reference(index), one, now=NOW)] for index in range(6)]
    assert outcomes == [[], [Outcome.INVALID], [Outcome.INVALID], *[[Outcome.UNKNOWN]] * 3]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (token("", header={"typ": "JWT"}), "malformed_status_list"),
        (token("", header={"typ": None}), "malformed_status_list"),
        (token(LONG, sub="https://issuer.example/statuslists/2"), "status_list_of_another_url"),
        (token(LONG, sub=None), "status_list_of_another_url"),
        (token(LONG, iat=None), "malformed_status_list"),
        (token(LONG, iat=True), "malformed_status_list"),
        (token(LONG, exp=NOW.timestamp()), "status_list_out_of_date"),
        (token(LONG, exp=1e300), "malformed_status_list"),
        (token(LONG, exp="soon"), "malformed_status_list"),
        (token(LONG, 3), "malformed_status_list"),
        (token(LONG, True), "malformed_status_list"),
        (token(LONG, None), "malformed_status_list"),
        (token(LONG, [1]), "malformed_status_list"),
        (token(LONG, status_list=[]), "malformed_status_list"),
        (token(LONG, status_list={"bits": 1}), "malformed_status_list"),
        (token(""), "malformed_status_list"),
        (token("eNrb!"), "malformed_status_list"),
        (token(LONG[:-8]), "malformed_status_list"),
        (token(base64url_encode(zlib.compress(b"a") + b"b")), "malformed_status_list"),
        (token(packed(bytes(status.MAX_BYTES + 1))), "status_list_too_large"),
    ],
)
def test_lists_that_cannot_tell_leave_it_unknown(wrong, code):
    (finding,) = check(reference(), wrong, now=NOW)
    assert (finding.code, finding.outcome) == (code, Outcome.UNKNOWN)


def test_the_long_form_of_the_type_and_a_later_end_are_fine():
    one = token(LONG, header={"typ": "application/statuslist+jwt"}, exp=NOW.timestamp() + 1)
    assert codes(1, one) == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (None, ""),
        ([], ""),
        (reference(-1), "/idx"),
        (reference("0"), "/idx"),
        (reference(True), "/idx"),
        (reference(0.0), "/idx"),
        (reference(10**30), "/idx"),
        ({"uri": URI}, "/idx"),
        (reference(uri=5), "/uri"),
    ],
)
def test_malformed_references_are_invalid(wrong, pointer):
    (finding,) = check(wrong, token(LONG), now=NOW)
    assert (finding.code, finding.outcome, finding.pointer) == ("malformed_status_entry", Outcome.INVALID, pointer)


@pytest.mark.parametrize(("value", "code"), [(INVALID, "revoked"), (SUSPENDED, "suspended")])
@given(indexes=st.sets(st.integers(0, status.MIN_ENTRIES - 1), max_size=6))
def test_what_is_set_in_the_bits_is_set_under_the_same_index(value, code, indexes):
    bits = status.new_bits(status.MIN_ENTRIES)
    for index in indexes:
        bits = status.set_bit(bits, index, True)
    made = claims(URI, "did:example:issuer", bits, value, now=NOW, ttl=timedelta(minutes=5), until=None)
    one = Jws({"alg": "ES256", "typ": "statuslist+jwt"}, made, b"", b"")
    for index in indexes | {0, 7, status.MIN_ENTRIES - 1}:
        assert codes(index, one) == ([code] if index in indexes else [])


def test_a_list_says_whose_and_until_when_it_is():
    bits = status.new_bits(status.MIN_ENTRIES)
    made = claims(URI, "did:example:issuer", bits, INVALID, now=NOW, ttl=timedelta(minutes=5), until=NOW)
    assert (made["iss"], made["sub"], made["ttl"], made["exp"]) == ("did:example:issuer", URI, 300, made["iat"])
    assert codes(0, Jws({"typ": "statuslist+jwt"}, made, b"", b"")) == ["status_list_out_of_date"]
