"""The form of a BitstringStatusListEntry: what Bitstring Status List 1.0 section 2.1 says that it MUST be.

https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry ; section 3 asks for a MALFORMED_VALUE_ERROR
from everybody who meets an entry that is otherwise, so the same rules stand at issuing and at verifying:

1. `statusPurpose` is a text, `statusListIndex` a whole number from 0 as a text in base 10, `statusListCredential` a URL
2. `id`, if there, is a URL, and not that of the list
3. `statusSize`, if there, is a whole number above 0
4. `statusMessage` is there when statusSize is above 1, and has one message for every possible value
5. `statusReference`, if there, is a URL, or an array of them
"""

import re
from collections.abc import Iterator
from typing import Any

from app.vc.json_pointer import child
from app.vc.outcome import Finding, Unsound, unknown, unsound
from app.vc.problem_types import STATUS_MALFORMED_VALUE_ERROR, STATUS_RANGE_ERROR
from app.vc.shape_kinds import is_iri, items

ENTRY_TYPE = "BitstringStatusListEntry"
MAX_STATUS_SIZE = 16  # ours, the specification has no bound; the entry must bring a message for each of 65,536 values
MAX_INDEX_DIGITS = 18  # ours: section 2.1 has no bound; the largest list that is read has 33,554,432 entries

_INDEX = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_STATUS = re.compile(r"0x[0-9A-Fa-f]{1,8}")


def check_entries(document: dict[str, Any]) -> tuple[Finding, ...]:
    """Return what is wrong with the form of the bitstring status entries of a credential, one finding for each entry.

    Pointers lead into the credential. Entries of other types are passed over.
    """
    found = []
    for entry, pointer in items(document.get("credentialStatus"), "/credentialStatus"):
        if isinstance(entry, dict) and entry.get("type") in (ENTRY_TYPE, [ENTRY_TYPE]):
            try:
                read(entry, pointer)
            except Unsound as problem:
                found.append(problem.finding)
    return tuple(found)


def read(entry: dict[str, Any], pointer: str = "") -> tuple[int, int]:
    """Return the entry's index and its size in bits; its type is not looked at.

    Raises Unsound `malformed_status_entry` with a pointer to the member, or `status_index_out_of_range` (unknown) for
    an index beyond every list.
    """
    for fault, name in _faults(entry):
        message = f"The status entry's `{name}` {fault}."
        raise unsound(
            "malformed_status_entry", message, child(pointer, name), problem_type=STATUS_MALFORMED_VALUE_ERROR
        )
    index: str = entry["statusListIndex"]
    if len(index) > MAX_INDEX_DIGITS:
        message = f"No status list has an entry at an index of {len(index)} digits."
        place = child(pointer, "statusListIndex")
        raise unknown("status_index_out_of_range", message, place, problem_type=STATUS_RANGE_ERROR)
    return int(index), entry.get("statusSize", 1)


def _faults(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, member)."""
    index, list_url = entry.get("statusListIndex"), entry.get("statusListCredential")
    if not isinstance(entry.get("statusPurpose"), str):
        yield "is not a text", "statusPurpose"
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        yield "is not a whole number in a text, base 10", "statusListIndex"
    if not is_iri(list_url):
        yield "is not a URL", "statusListCredential"
    if "id" in entry and not is_iri(entry["id"]):
        yield "is not a URL", "id"
    if list_url is not None and entry.get("id") == list_url:
        yield "is the URL of the status list, which it must not be", "id"
    if "statusReference" in entry and not _are_iris(entry["statusReference"]):
        yield "is neither a URL nor an array of URLs", "statusReference"
    yield from _message_faults(entry)


def _message_faults(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    size, messages = entry.get("statusSize", 1), entry.get("statusMessage")
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MAX_STATUS_SIZE:
        yield f"is not a number from 1 to {MAX_STATUS_SIZE}", "statusSize"
        return
    if "statusMessage" not in entry:
        if size > 1:
            yield f"is missing: it explains the {1 << size} values of an entry of {size} bits", "statusMessage"
    elif not isinstance(messages, list) or len(messages) != 1 << size:
        yield f"is not an array of {1 << size} messages, one for every possible value", "statusMessage"
    elif not all(_is_message(message) for message in messages):
        yield "holds something else than objects with a `status` such as 0x1 and a `message`", "statusMessage"


def _is_message(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and isinstance(message.get("message"), str)
        and isinstance(message.get("status"), str)
        and _STATUS.fullmatch(message["status"]) is not None
    )


def message_of(entry: dict[str, Any], value: int) -> str | None:
    """Return the message that an entry of sound form has for a value; None when it has none."""
    messages = entry.get("statusMessage", [])
    return next((one["message"] for one in messages if int(one["status"], 16) == value), None)


def _are_iris(value: Any) -> bool:
    return value != [] and all(is_iri(one) for one, _ in items(value, ""))
