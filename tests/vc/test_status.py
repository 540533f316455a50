import gzip
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import status
from app.vc.multiformats import multibase_encode
from app.vc.outcome import Outcome, Unsound
from tests.examples import examples

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://issuer.example/status-lists/1"
ISSUER = "did:web:issuer.example"
EMPTY = status.new_bits(status.MIN_ENTRIES)
INDEXES = st.integers(0, status.MIN_ENTRIES - 1)


def the_list(bits=EMPTY, purpose="revocation", **changes):
    credential = status.list_credential(
        URL, ISSUER, purpose, status.encode(bits), "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", 300_000
    )
    subject = {**credential["credentialSubject"], **changes.pop("subject", {})}
    return {**credential, "credentialSubject": subject, **changes}


def check(entry, credential, issuer=ISSUER, now=NOW):
    return status.check_entry(entry, credential, issuer=issuer, now=now)


def test_bit_zero_is_the_left_most():
    # Bitstring Status List section 3.4, and what Digital Bazaar, DCC and openvc read
    bits = status.set_bit(EMPTY, 5, value=True)
    assert bits[0] == 0b0000_0100
    assert status.get_bit(bits, 5)
    assert not status.get_bit(bits, 2)


def test_the_specifications_example_list_reads_as_empty():
    # Bitstring Status List section 2.2, example 3: encodedList of 131,072 zeros
    example = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert status.decode(example) == EMPTY


def test_the_encoded_list_is_the_same_each_time():
    assert status.encode(EMPTY) == status.encode(EMPTY)
    assert status.encode(EMPTY).startswith("uH4sIAAAAAAA")


@examples(30)
@given(st.sets(INDEXES, max_size=50), INDEXES)
def test_bits_come_back(indexes, other):
    bits = EMPTY
    for index in indexes:
        bits = status.set_bit(bits, index, value=True)
    assert status.decode(status.encode(bits)) == bits
    assert {index for index in indexes | {other} if status.get_bit(bits, index)} == indexes
    assert status.set_bits(EMPTY, indexes, value=True) == bits
    assert status.set_bits(bits, indexes, value=False) == EMPTY
    for index in indexes:
        bits = status.set_bit(bits, index, value=False)
    assert bits == EMPTY


@given(INDEXES)
def test_a_revoked_credential_is_found_and_its_neighbours_are_not(index):
    revoked = the_list(status.set_bit(EMPTY, index, value=True))
    (finding,) = check(status.entry(URL, index, "revocation"), revoked)
    assert (finding.code, finding.outcome) == ("revoked", Outcome.INVALID)
    for neighbour in (index ^ 7, index ^ 1):
        assert check(status.entry(URL, neighbour, "revocation"), revoked) == ()


def test_made_entries_and_lists_have_the_members_of_the_specification():
    entry = status.entry(URL, 94567, "revocation")
    assert entry == {
        "id": f"{URL}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": URL,
    }
    credential = the_list()
    assert credential["id"] == URL != entry["id"]
    assert credential["credentialSubject"]["ttl"] == 300_000
    assert credential["@context"] == ["https://www.w3.org/ns/credentials/v2"]


@pytest.mark.parametrize(
    ("purpose", "code", "outcome"),
    [
        ("revocation", "revoked", Outcome.INVALID),
        ("suspension", "suspended", Outcome.INVALID),
        ("message", "status_not_understood", Outcome.UNKNOWN),
        ("x-own", "status_not_understood", Outcome.UNKNOWN),
    ],
)
def test_what_a_set_bit_means(purpose, code, outcome):
    bits = status.set_bit(EMPTY, 9, value=True)
    (finding,) = check(status.entry(URL, 9, purpose), the_list(bits, purpose))
    assert (finding.code, finding.outcome) == (code, outcome)
    (finding,) = check(status.entry(URL, 9, purpose), the_list(bits, [purpose, "other"]))
    assert finding.code == code


def test_a_refresh_bit_is_no_fault():
    assert check(status.entry(URL, 9, "refresh"), the_list(status.set_bit(EMPTY, 9, value=True), "refresh")) == ()


def test_messages_of_several_bits():
    # section 2.1 example: statusSize 2, statusMessage with 0x0 to 0x3; entry 3 holds bits 6 and 7
    bits = status.set_bit(status.new_bits(2 * status.MIN_ENTRIES), 6, value=True)
    messages = [
        {"status": f"{value:#x}", "message": text} for value, text in enumerate(["pending", "b", "rejected", "d"])
    ]
    entry = {**status.entry(URL, 3, "message"), "statusSize": 2, "statusMessage": messages}
    (finding,) = check(entry, the_list(bits, "message"))
    assert "'rejected'" in finding.message
    padded = [{**message, "status": message["status"].replace("0x", "0x0")} for message in messages]
    (finding,) = check({**entry, "statusMessage": padded}, the_list(bits, "message"))
    assert "'rejected'" in finding.message
    twice = [messages[0], messages[1], messages[1], messages[3]]
    (finding,) = check({**entry, "statusMessage": twice}, the_list(bits, "message"))
    assert "0x2" in finding.message
    assert check({**entry, "statusListIndex": "2"}, the_list(bits, "message")) == ()


def test_a_list_must_have_enough_entries_of_their_size():
    # section 3.2 step 9: the length of the bitstring divided by statusSize
    messages = [{"status": f"{value:#x}", "message": "m"} for value in range(4)]
    entry = {**status.entry(URL, 3, "message"), "statusSize": 2, "statusMessage": messages}
    (finding,) = check(entry, the_list(purpose="message"))
    assert (finding.code, finding.outcome) == ("status_list_too_short", Outcome.UNKNOWN)
    assert check(entry, the_list(status.new_bits(2 * status.MIN_ENTRIES), "message")) == ()


@given(st.binary(min_size=8, max_size=8), st.integers(1, 32), st.integers(0, 70))
def test_values_of_any_size_are_the_bits_at_their_place(bits, size, index):
    text = "".join(f"{byte:08b}" for byte in bits)
    if (index + 1) * size <= len(text):
        assert status._value_at(bits, index, size) == int(text[index * size : (index + 1) * size], 2)
    else:
        with pytest.raises(Unsound):
            status._value_at(bits, index, size)


def test_a_malformed_entry_is_invalid():
    (finding,) = check({**status.entry(URL, 5, "revocation"), "statusListIndex": 5}, the_list())
    assert (finding.code, finding.outcome) == ("malformed_status_entry", Outcome.INVALID)
    assert finding.pointer == "/statusListIndex"


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (the_list(purpose="suspension"), "status_purpose_differs"),
        (the_list(id="https://issuer.example/status-lists/2"), "status_list_of_another_url"),
        (the_list(issuer="did:web:other.example"), "status_list_of_another_issuer"),
        (the_list(issuer={"id": "did:web:other.example"}), "status_list_of_another_issuer"),
        (the_list(validUntil="2026-11-20T11:59:59Z"), "status_list_out_of_date"),
        (the_list(validFrom="2026-11-20T12:00:01Z"), "status_list_out_of_date"),
        (the_list(validFrom="yesterday"), "malformed_status_list"),
        (the_list(type="VerifiableCredential"), "malformed_status_list"),
        (the_list(credentialSubject=[]), "malformed_status_list"),
        (the_list(subject={"type": 5}), "malformed_status_list"),
        (the_list(subject={"encodedList": 5}), "malformed_status_list"),
        (the_list(subject={"encodedList": "H4sI"}), "malformed_status_list"),
        (the_list(subject={"encodedList": "uAAAA"}), "malformed_status_list"),
        (the_list(subject={"encodedList": status.encode(EMPTY)[:-8]}), "malformed_status_list"),
        (the_list(subject={"encodedList": multibase_encode("u", gzip.compress(EMPTY) * 2)}), "malformed_status_list"),
        (the_list(subject={"encodedList": status.encode(EMPTY[1:])}), "status_list_too_short"),
        ({}, "malformed_status_list"),
    ],
)
def test_lists_that_cannot_tell_leave_it_unknown(credential, code):
    (finding,) = check(status.entry(URL, 5, "revocation"), credential)
    assert (finding.code, finding.outcome) == (code, Outcome.UNKNOWN)


@pytest.mark.parametrize(
    "doubtful",
    [
        {"id": "https://issuer.example/status-lists/2"},
        {"validUntil": "2026-11-20T11:59:59Z"},
        {"issuer": "did:web:other.example"},
    ],
)
def test_a_list_in_doubt_tells_of_revocations_alone(doubtful):
    """They are for good (section 2.2); that nothing was revoked is known by the list alone that the entry names."""
    revoked = {"encodedList": status.encode(status.set_bit(EMPTY, 5, True))}
    (finding,) = check(status.entry(URL, 5, "revocation"), the_list(subject=revoked, **doubtful))
    assert (finding.code, finding.outcome) == ("revoked", Outcome.INVALID)
    suspended = the_list(purpose="suspension", subject=revoked, **doubtful)
    (finding,) = check(status.entry(URL, 5, "suspension"), suspended)
    assert finding.outcome is Outcome.UNKNOWN


def test_index_outside_of_the_list_is_a_range_error():
    (finding,) = check(status.entry(URL, status.MIN_ENTRIES, "revocation"), the_list())
    assert finding.code == "status_index_out_of_range"
    assert finding.problem_type.endswith("#RANGE_ERROR")
    for index in (-1, status.MIN_ENTRIES):
        with pytest.raises(Unsound):
            status.get_bit(EMPTY, index)
        with pytest.raises(Unsound):
            status.set_bit(EMPTY, index, value=True)


def test_any_issuer_when_none_is_asked_for():
    assert check(status.entry(URL, 5, "revocation"), the_list(issuer="did:web:other.example"), issuer=None) == ()
    assert check(status.entry(URL, 5, "revocation"), the_list(issuer={"id": ISSUER})) == ()


def test_other_status_types_are_unknown():
    (finding,) = check({"type": "1EdTechRevocationList", "id": URL}, the_list())
    assert (finding.code, finding.outcome) == ("unsupported_status_type", Outcome.UNKNOWN)


def test_a_gzip_bomb_is_stopped_at_the_bound():
    bomb = multibase_encode("u", gzip.compress(bytes(100 * status.MAX_BYTES), 9))
    assert len(bomb) < 1_000_000
    start = time.process_time()
    (finding,) = check(status.entry(URL, 5, "revocation"), the_list(subject={"encodedList": bomb}))
    assert finding.code == "status_list_too_large"
    assert time.process_time() - start < 5


@pytest.mark.parametrize("entries", [0, 8, status.MIN_ENTRIES - 8, status.MIN_ENTRIES + 1])
def test_short_lists_are_not_made(entries):
    with pytest.raises(ValueError, match="at least 131072"):
        status.new_bits(entries)
