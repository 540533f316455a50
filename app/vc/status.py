"""Bitstring status lists: made, changed, and asked about one credential.

Bitstring Status List 1.0, https://www.w3.org/TR/vc-bitstring-status-list/ ; `check_entry` is its section 3.2 Validate
Algorithm without fetching the list and verifying its proof, which the caller has done:

1. the entry is well formed (status_entry.py)
2. the list is a BitstringStatusListCredential in force, of the issuer, under the URL that the entry names; one that
   has ended, or is another issuer's or has another id, is believed in revocations alone
3. the purposes match
4. the bitstring expands (section 3.4), has enough entries for their size, and holds the index
5. the value at the index means what the purpose says

Bit 0 is the left-most: the most significant bit of byte 0 (section 3.4). Values here are bytes, never changed in place.
"""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.vc import inflate, status_entry, timestamps
from app.vc.multiformats import multibase_decode, multibase_encode
from app.vc.outcome import Finding, Outcome, Unsound, unknown
from app.vc.problem_types import (
    STATUS_LIST_LENGTH_ERROR,
    STATUS_RANGE_ERROR,
    STATUS_VERIFICATION_ERROR,
)

MIN_ENTRIES = 131_072  # section 3.1: the minimum that hides a holder in a crowd, 16 KB
MAX_BYTES = 4_194_304  # ours: 256 times the minimum; a gzip bomb expands a thousandfold
GZIP_LEVEL = 6  # measured: level 9 costs up to 20 times more and gains nothing
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"

_BEGINNINGS, _ENDS = ("validFrom", "issuanceDate"), ("validUntil", "expirationDate")  # the latter: VCDM 1.1


def new_bits(entries: int) -> bytes:
    """Return a bitstring of `entries` zeros; whole bytes, at least MIN_ENTRIES."""
    if entries < MIN_ENTRIES or entries % 8:
        raise ValueError(f"a status list has at least {MIN_ENTRIES} entries, in whole bytes")
    return bytes(entries // 8)


def set_bit(bits: bytes, index: int, value: bool) -> bytes:  # noqa: FBT001 - the bit itself, not a switch
    """Return the bitstring with one bit changed. Raises Unsound `status_index_out_of_range`."""
    return set_bits(bits, (index,), value)


def set_bits(bits: bytes, indexes: Iterable[int], value: bool) -> bytes:  # noqa: FBT001 - as set_bit
    """Return the bitstring with these bits changed, copied once. Raises as `set_bit`."""
    changed = bytearray(bits)
    for index in indexes:
        _refuse_out_of_range(bits, index, 1)
        mask = 0x80 >> index % 8
        changed[index // 8] = changed[index // 8] | mask if value else changed[index // 8] & ~mask
    return bytes(changed)


def mirrored(index: int) -> int:
    """Return the index at which programs look that count the bits of a byte from its other end.

    LearnCard's library does (@learncard/didkit-plugin 1.9.10), against section 3.4. A list that gives both indexes to
    the same credential tells it the truth as well.
    """
    return index ^ 7


def get_bit(bits: bytes, index: int) -> bool:
    """Return one bit. Raises Unsound `status_index_out_of_range`."""
    return bool(_value_at(bits, index, 1))


def _value_at(bits: bytes, index: int, size: int) -> int:
    """Return the number in the `size` bits of entry `index`, its first bit the most significant."""
    _refuse_out_of_range(bits, index, size)
    first, last = index * size, (index + 1) * size
    window = int.from_bytes(bits[first // 8 : (last + 7) // 8], "big")
    return window >> -last % 8 & (1 << size) - 1


def _refuse_out_of_range(bits: bytes, index: int, size: int) -> None:
    if not 0 <= index < len(bits) * 8 // size:
        raise unknown(
            "status_index_out_of_range",
            f"The status list has {len(bits) * 8 // size} entries, so none at index {index}.",
            problem_type=STATUS_RANGE_ERROR,
        )


def encode(bits: bytes) -> str:
    """Return `encodedList`: multibase base64url of the gzipped bitstring (section 3.3); the same text each time."""
    return multibase_encode("u", gzip.compress(bits, GZIP_LEVEL, mtime=0))


def decode(encoded: str) -> bytes:
    """Return the bitstring of an `encodedList` (section 3.4), at most MAX_BYTES of it.

    Raises Unsound `malformed_status_list` or `status_list_too_large`, both with outcome unknown.
    """
    try:
        compressed = multibase_decode(encoded, "u")
    except Unsound as problem:
        raise malformed_list(f"The status list cannot be read. {problem.finding.message}") from None
    return expand(compressed, inflate.GZIP)


def expand(data: bytes, container: int) -> bytes:
    """Return the bytes of a compressed list, at most MAX_BYTES. Raises as `decode`."""
    try:
        return inflate.inflate(data, container, MAX_BYTES)
    except inflate.TooMuchError:
        raise unknown("status_list_too_large", f"The status list expands to more than {MAX_BYTES} bytes.") from None
    except inflate.BrokenError as error:
        raise malformed_list(f"The compressed status list cannot be read: {error}") from None


@dataclass(frozen=True, slots=True)
class Method:
    """What tells apart BitstringStatusList and its predecessor: the names of their types, and how a list is written."""

    entry_type: str
    list_type: str
    subject_type: str
    decode: Callable[[str], bytes]


BITSTRING = Method("BitstringStatusListEntry", "BitstringStatusListCredential", "BitstringStatusList", decode)


def entry(list_url: str, index: int, purpose: str) -> dict[str, str]:
    """Return `credentialStatus` for one credential (section 2.1). Its id must not be the list's URL."""
    return {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }


def list_credential(
    list_url: str,
    issuer: str | dict[str, Any],
    purpose: str,
    encoded: str,
    valid_from: str,
    valid_until: str | None,
    ttl_ms: int | None,
) -> dict[str, Any]:
    """Return the unsecured status list credential (section 2.2).

    `encoded`: from `encode`; `valid_from`, `valid_until`: xsd:dateTimeStamp, None for no end; `ttl_ms`: milliseconds
    it may be cached.
    """
    return {
        "@context": [CREDENTIALS_V2],
        "id": list_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": valid_from,
        **({"validUntil": valid_until} if valid_until else {}),
        "credentialSubject": {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded,
            **({} if ttl_ms is None else {"ttl": ttl_ms}),
        },
    }


def check_entry(
    entry: dict[str, Any],
    list_credential: dict[str, Any],
    *,
    issuer: str | None,
    now: datetime,
    method: Method = BITSTRING,
) -> tuple[Finding, ...]:
    """Tell what the list says of the credential that carries `entry`; nothing when it says nothing against it.

    `issuer`: who should have issued the list, None for anyone. The codes `revoked` and `suspended` mean that the list
    says so. A list that cannot tell gives outcome unknown. One of another issuer, or under another id than the URL that
    the entry names (section 2.2 allows both), or that has ended, tells of revocations, which are for good, and of
    nothing else: who could put it in the place of the right one could take a revocation back. Pointers of a faulty
    entry lead into the entry; other findings have none, since they concern the list.
    """
    try:
        index, size = _refuse_bad_entry(entry, method)
        subject = _subject_of(list_credential, entry, method)
        _refuse_early(list_credential, now)
        bits = method.decode(_text(subject, "encodedList"))
        _refuse_short(bits, size)
        value = _value_at(bits, index, size)
    except Unsound as problem:
        return (problem.finding,)
    said = _meaning(entry, value) if value else ()
    doubt = _doubt(list_credential, entry, issuer, now)
    return said if doubt is None or [one.code for one in said] == ["revoked"] else (doubt.finding,)


def _refuse_short(bits: bytes, size: int) -> None:
    """Refuse a list of too few entries (section 3.2 step 9: its length divided by statusSize)."""
    if len(bits) * 8 // size < MIN_ENTRIES:
        raise unknown(
            "status_list_too_short",
            f"The status list has fewer than {MIN_ENTRIES} entries, so it would betray whom it is asked about.",
            problem_type=STATUS_LIST_LENGTH_ERROR,
        )


def _refuse_bad_entry(entry: dict[str, Any], method: Method) -> tuple[int, int]:
    """Return the entry's index and its size in bits."""
    if entry.get("type") not in (method.entry_type, [method.entry_type]):
        raise unknown(
            "unsupported_status_type", f"The status type {str(entry.get('type'))[:60]!r} is not supported.", "/type"
        )
    return status_entry.read(entry)


def _subject_of(list_credential: dict[str, Any], entry: dict[str, Any], method: Method) -> dict[str, Any]:
    """Return the list's subject after checking that it is a list for the entry's purpose."""
    subject = list_credential.get("credentialSubject")
    if not isinstance(subject, dict) or method.subject_type not in _texts(subject.get("type")):
        raise malformed_list(f"The status list credential's subject is no {method.subject_type}.")
    if method.list_type not in _texts(list_credential.get("type")):
        raise malformed_list(f"What the entry names as status list is no {method.list_type}.")
    if entry["statusPurpose"] not in _texts(subject.get("statusPurpose")):
        raise _unverified(
            "status_purpose_differs", f"The status list is not for the purpose {entry['statusPurpose'][:60]!r}."
        )
    return subject


def _refuse_early(list_credential: dict[str, Any], now: datetime) -> None:
    """Refuse a list that is not in force yet, or does not say from when to when it is."""
    for name in (*_BEGINNINGS, *_ENDS):
        moment = timestamps.read(list_credential[name]) if name in list_credential else now
        if moment is None:
            raise malformed_list(f"The status list's `{name}` is no date and time.")
        if name in _BEGINNINGS and now < moment:
            raise _out_of_date(name, moment)


def _doubt(list_credential: dict[str, Any], entry: dict[str, Any], issuer: str | None, now: datetime) -> Unsound | None:
    """Tell why a list cannot say that nothing was revoked; None when it can."""
    if issuer is not None and issuer != _issuer_of(list_credential):
        message = "Another issuer than the credential's signed the status list."
        return _unverified("status_list_of_another_issuer", message)
    for name in _ENDS:
        moment = timestamps.read(list_credential.get(name))
        if moment is not None and now > moment:
            return _out_of_date(name, moment)
    if list_credential.get("id", entry["statusListCredential"]) != entry["statusListCredential"]:
        message = "The status list has another id than the URL it was asked under."
        return _unverified("status_list_of_another_url", message)
    return None


def _out_of_date(name: str, moment: datetime) -> Unsound:
    message = f"The status list is not in force: its {name} is {moment:%F %T} UTC."
    return _unverified("status_list_out_of_date", message)


def _meaning(entry: dict[str, Any], value: int) -> tuple[Finding, ...]:
    purpose = entry["statusPurpose"]
    if purpose == "revocation":
        return (Finding("revoked", "The issuer has revoked this credential."),)
    if purpose == "suspension":
        return (Finding("suspended", "The issuer has suspended this credential for the time being."),)
    if purpose == "refresh":  # section 2.1: a newer credential can be had; this one remains what it is
        return ()
    said = _message(entry, value) if purpose == "message" else f"the value {value:#x} for the purpose {purpose[:60]!r}"
    return (Finding("status_not_understood", f"The issuer's status list says {said}.", outcome=Outcome.UNKNOWN),)


def _message(entry: dict[str, Any], value: int) -> str:
    message = status_entry.message_of(entry, value)
    return f"the message {value:#x}, which the credential does not explain" if message is None else repr(message[:200])


def _issuer_of(list_credential: dict[str, Any]) -> Any:
    issuer = list_credential.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _texts(value: Any) -> Iterable[str]:
    return (
        [value]
        if isinstance(value, str)
        else [one for one in value if isinstance(one, str)]
        if isinstance(value, list)
        else []
    )


def _text(subject: dict[str, Any], name: str) -> str:
    value = subject.get(name)
    if not isinstance(value, str):
        raise malformed_list(f"The status list's `{name}` is not a text.")
    return value


def malformed_list(message: str) -> Unsound:
    """Say that a list is not well formed."""
    return unknown("malformed_status_list", message, problem_type=STATUS_VERIFICATION_ERROR)


def _unverified(code: str, message: str) -> Unsound:
    return unknown(code, message, problem_type=STATUS_VERIFICATION_ERROR)
