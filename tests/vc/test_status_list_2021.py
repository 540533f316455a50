import base64
import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import status
from app.vc.outcome import Outcome
from app.vc.status_list_2021 import check_entry, decode

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://issuer.example/status-lists/1"
ISSUER = "did:web:issuer.example"
EMPTY = status.new_bits(status.MIN_ENTRIES)


def encoded(bits):
    return base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")


def entry(index=9, **changes):
    return {
        "id": f"{URL}#{index}",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": URL,
    } | changes


def the_list(bits=EMPTY, subject=None, **changes):
    return {
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"],
        "id": URL,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": ISSUER,
        "issuanceDate": "2026-11-20T00:00:00Z",
        "credentialSubject": {
            "id": f"{URL}#list",
            "type": "StatusList2021",
            "statusPurpose": "revocation",
            "encodedList": encoded(bits),
        }
        | (subject or {}),
    } | changes


def check(one, credential, issuer=ISSUER):
    return check_entry(one, credential, issuer=issuer, now=NOW)


def test_lists_as_they_are_found_in_the_world_are_read():
    # the example of the working draft, and one of Hyperledger Identus's documentation (docs/.../revocation.md)
    example = "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    identus = "H4sIAAAAAAAA_-3BMQ0AAAACIGf_0MbwARoAAAAAAAAAAAAAAAAAAADgbbmHB0sAQAAA"
    assert decode(example) == EMPTY
    assert decode(identus) == status.set_bit(EMPTY, 6, value=True)
    assert check(entry(), the_list(subject={"encodedList": example})) == ()


@given(st.integers(0, status.MIN_ENTRIES - 1))
def test_both_alphabets_and_padding_are_read(index):
    bits = status.set_bit(EMPTY, index, value=True)
    packed = gzip.compress(bits)
    for text in (base64.b64encode(packed), base64.urlsafe_b64encode(packed), base64.b64encode(packed).rstrip(b"=")):
        assert decode(text.decode()) == bits


def test_revoked_and_suspended_and_their_neighbours():
    bits = status.set_bit(EMPTY, 9, value=True)
    (finding,) = check(entry(9), the_list(bits))
    assert (finding.code, finding.outcome) == ("revoked", Outcome.INVALID)
    assert check(entry(8), the_list(bits)) == check(entry(14), the_list(bits)) == ()
    suspended = the_list(bits, {"statusPurpose": "suspension"})
    assert [one.code for one in check(entry(9, statusPurpose="suspension"), suspended)] == ["suspended"]


def test_members_of_the_successor_mean_nothing_here():
    bits = status.set_bit(EMPTY, 9, value=True)
    assert [one.code for one in check(entry(9, statusSize=8), the_list(bits))] == ["revoked"]


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (the_list(issuer="did:web:other.example"), "status_list_of_another_issuer"),
        (the_list(id="https://issuer.example/2"), "status_list_of_another_url"),
        (the_list(subject={"statusPurpose": "suspension"}), "status_purpose_differs"),
        (the_list(expirationDate="2026-11-20T11:00:00Z"), "status_list_out_of_date"),
        (the_list(issuanceDate="2026-11-21T00:00:00Z"), "status_list_out_of_date"),
        (the_list(validUntil="2026-11-20T11:00:00Z"), "status_list_out_of_date"),
        (the_list(type=["VerifiableCredential", "BitstringStatusListCredential"]), "malformed_status_list"),
        (the_list(subject={"type": "BitstringStatusList"}), "malformed_status_list"),
        (the_list(subject={"encodedList": status.encode(EMPTY)}), "malformed_status_list"),
        (the_list(subject={"encodedList": "*"}), "malformed_status_list"),
        (the_list(subject={"encodedList": ""}), "malformed_status_list"),
        (the_list(subject={"encodedList": None}), "malformed_status_list"),
        (the_list(EMPTY[1:]), "status_list_too_short"),
        (the_list(bytes(status.MAX_BYTES + 1)), "status_list_too_large"),
    ],
)
def test_lists_that_cannot_tell_leave_it_unknown(credential, code):
    (finding,) = check(entry(), credential)
    assert (finding.code, finding.outcome) == (code, Outcome.UNKNOWN)


def test_an_index_outside_and_malformed_entries():
    assert [one.code for one in check(entry(status.MIN_ENTRIES), the_list())] == ["status_index_out_of_range"]
    for changes in ({"statusListIndex": 9}, {"statusListIndex": "-1"}, {"statusPurpose": None}):
        (finding,) = check(entry() | changes, the_list())
        assert (finding.code, finding.outcome) == ("malformed_status_entry", Outcome.INVALID)
    (finding,) = check(entry(type="BitstringStatusListEntry"), the_list())
    assert finding.code == "unsupported_status_type"
