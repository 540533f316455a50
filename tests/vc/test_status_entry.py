import pytest

from app.vc import status, status_entry
from app.vc.outcome import Outcome, Unsound
from app.vc.problem_types import STATUS_MALFORMED_VALUE_ERROR

URL = "https://issuer.example/status-lists/1"
ENTRY = status.entry(URL, 5, "revocation")
MESSAGES = [{"status": f"{value:#x}", "message": f"state {value}"} for value in range(4)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (5, 1)),
        ({"statusListIndex": "0"}, (0, 1)),
        ({"statusSize": 1}, (5, 1)),
        ({"statusSize": 2, "statusMessage": MESSAGES}, (5, 2)),
        ({"statusMessage": MESSAGES[:2]}, (5, 1)),
        ({"statusMessage": [{"status": "0xA", "message": "m", "more": 1}, MESSAGES[1]]}, (5, 1)),
        ({"statusReference": "https://issuer.example/meanings"}, (5, 1)),
        ({"statusReference": ["https://issuer.example/a", "https://issuer.example/b"]}, (5, 1)),
    ],
)
def test_sound_entries_are_read(change, expected):
    assert status_entry.read({**ENTRY, **change}) == expected


def test_an_entry_needs_no_id():
    assert status_entry.read({name: value for name, value in ENTRY.items() if name != "id"}) == (5, 1)


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"statusListIndex": 5}, "statusListIndex"),
        ({"statusListIndex": True}, "statusListIndex"),
        ({"statusListIndex": "-1"}, "statusListIndex"),
        ({"statusListIndex": "05"}, "statusListIndex"),
        ({"statusListIndex": "5\n"}, "statusListIndex"),
        ({"statusListIndex": "\N{ARABIC-INDIC DIGIT FIVE}"}, "statusListIndex"),
        ({"statusPurpose": None}, "statusPurpose"),
        ({"statusPurpose": ["revocation"]}, "statusPurpose"),
        ({"statusListCredential": [URL]}, "statusListCredential"),
        ({"statusListCredential": "lists/1"}, "statusListCredential"),
        ({"id": "no url"}, "id"),
        ({"id": None}, "id"),
        ({"id": URL}, "id"),
        ({"statusSize": 0}, "statusSize"),
        ({"statusSize": True}, "statusSize"),
        ({"statusSize": "2"}, "statusSize"),
        ({"statusSize": 10**9}, "statusSize"),
        ({"statusSize": 2}, "statusMessage"),
        ({"statusSize": 2, "statusMessage": MESSAGES[:2]}, "statusMessage"),
        ({"statusMessage": MESSAGES}, "statusMessage"),
        ({"statusMessage": "no list"}, "statusMessage"),
        ({"statusMessage": [{"status": "1", "message": "m"}, MESSAGES[1]]}, "statusMessage"),
        ({"statusMessage": [{"status": "0x0"}, MESSAGES[1]]}, "statusMessage"),
        ({"statusMessage": [1, 2]}, "statusMessage"),
        ({"statusReference": 7}, "statusReference"),
        ({"statusReference": []}, "statusReference"),
        ({"statusReference": ["https://issuer.example/a", "b"]}, "statusReference"),
    ],
)
def test_each_must_of_the_data_model_is_asked_for(change, member):
    with pytest.raises(Unsound) as caught:
        status_entry.read({**ENTRY, **change})
    finding = caught.value.finding
    assert (finding.code, finding.outcome, finding.pointer) == (
        "malformed_status_entry",
        Outcome.INVALID,
        f"/{member}",
    )
    assert finding.problem_type == STATUS_MALFORMED_VALUE_ERROR


def test_an_index_may_be_any_number_but_no_list_is_that_long():
    with pytest.raises(Unsound) as caught:
        status_entry.read({**ENTRY, "statusListIndex": "9" * 5000})
    assert (caught.value.finding.code, caught.value.finding.outcome) == ("status_index_out_of_range", Outcome.UNKNOWN)


def test_the_entries_of_a_credential_are_found_with_their_places():
    broken = {**ENTRY, "statusListIndex": 5}
    assert status_entry.check_entries({}) == ()
    assert status_entry.check_entries({"credentialStatus": ENTRY}) == ()
    (finding,) = status_entry.check_entries({"credentialStatus": broken})
    assert finding.pointer == "/credentialStatus/statusListIndex"
    (finding,) = status_entry.check_entries({"credentialStatus": [{"type": "OtherEntry"}, ENTRY, 3, broken]})
    assert finding.pointer == "/credentialStatus/3/statusListIndex"
