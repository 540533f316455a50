"""Token Status List: made of a bitstring, and asked what it says of one token that refers to it.

https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/ (draft 21). `claims` is what a Status List Token (section
5.1) says. `check` is section 8.3 without fetching the Status List Token and verifying its signature, which the caller
has done:

1. the reference (claim `status`, member `status_list`) has `idx` and `uri`
2. the token is of type statuslist+jwt, its `sub` is that uri, and it has not expired
3. `lst` expands (section 4.1: base64url of zlib), bounded
4. the value at the index means what section 7.1 says

Values of 1, 2, 4 or 8 bits lie in each byte from its least significant bit on: the other way round than in Bitstring
Status Lists.
"""

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from app.vc import inflate, status
from app.vc.jose import Jws
from app.vc.json_pointer import child
from app.vc.multiformats import base64url_decode, base64url_encode
from app.vc.outcome import Finding, Outcome, Unsound, unknown, unsound

TOKEN_TYPES = ("statuslist+jwt", "application/statuslist+jwt")  # section 5.1; RFC 7515 section 4.1.9 allows either
SIZES = (1, 2, 4, 8)
VALID, INVALID, SUSPENDED = 0, 1, 2  # section 7.1
MEDIA_TYPE = TOKEN_TYPES[1]
ZLIB_LEVEL = 9  # section 4.1 recommends the highest
MAX_INDEX = 10**12  # ours, as in app.vc.status: far more than any list holds


def claims(
    url: str, issuer: str, bits: bytes, value: int, *, now: datetime, ttl: timedelta, until: datetime | None
) -> dict[str, Any]:
    """Return the payload of a Status List Token: `value` where a bit is set, VALID elsewhere, under the same indexes.

    `bits`: as for app.vc.status, bit 0 the most significant of byte 0. `value`: INVALID or SUSPENDED. `ttl`: how long a
    copy is good. `iss` is not of the draft; it tells under whose key the token is to be verified.
    """
    size = 1 if value == INVALID else 2
    expanded = b"".join(_EXPANDED[size][byte] for byte in bits)
    lst = base64url_encode(zlib.compress(expanded, ZLIB_LEVEL))
    return {
        "iss": issuer,
        "sub": url,
        "iat": int(now.timestamp()),
        "ttl": int(ttl.total_seconds()),
        **({"exp": int(until.timestamp())} if until else {}),
        "status_list": {"bits": size, "lst": lst},
    }


def _expanded(byte: int, size: int) -> bytes:
    """Return eight bits, the most significant first, as eight values of `size` bits, the least significant first."""
    value = INVALID if size == 1 else SUSPENDED
    set_ones = (position for position in range(8) if byte & 0x80 >> position)
    return sum(value << position * size for position in set_ones).to_bytes(size, "little")


_EXPANDED = {size: tuple(_expanded(byte, size) for byte in range(256)) for size in (1, 2)}


def check(reference: Any, token: Jws, *, now: datetime) -> tuple[Finding, ...]:
    """Tell what the list says of the token that carries `reference`; nothing when it is VALID.

    `reference`: the value of `status.status_list`. `token`: the Status List Token, whose signature the caller has
    verified with a key of somebody who may tell. `now`: aware. Codes: `revoked` (INVALID), `suspended` (SUSPENDED);
    other values and lists that cannot tell have outcome unknown. Pointers lead into the reference.
    """
    try:
        index, uri = _refuse_bad_reference(reference)
        _refuse_bad_token(token, uri, now)
        value = _value_at(*_list_of(token.payload), index)
    except Unsound as problem:
        return (problem.finding,)
    return _meaning(value)


def _refuse_bad_reference(reference: Any) -> tuple[int, str]:
    if not isinstance(reference, dict):
        raise _malformed_reference("is not an object", "")
    index, uri = reference.get("idx"), reference.get("uri")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= MAX_INDEX:
        raise _malformed_reference("has an `idx` that is not a whole number from 0 on", "idx")
    if not isinstance(uri, str):
        raise _malformed_reference("has a `uri` that is not a URL", "uri")
    return index, uri


def _refuse_bad_token(token: Jws, uri: str, now: datetime) -> None:
    """Section 8.3 steps 3 and 4."""
    if str(token.header.get("typ")).lower() not in TOKEN_TYPES:
        raise status.malformed_list("What the reference names is no JWT of the type statuslist+jwt.")
    if token.payload.get("sub") != uri:
        message = "The status list has another `sub` than the URL it was asked under."
        raise unknown("status_list_of_another_url", message)
    if _moment(token.payload, "iat") is None:
        raise status.malformed_list("The status list does not say when it was issued.")
    if "exp" in token.payload:
        end = _moment(token.payload, "exp")
        if end is None:
            raise status.malformed_list("The status list's `exp` is no date.")
        if now >= end:
            raise unknown("status_list_out_of_date", f"The status list is not in force: it expired {end:%F %T} UTC.")


def _moment(claims: dict[str, Any], name: str) -> datetime | None:
    """Read a NumericDate (RFC 7519 section 2)."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _list_of(claims: dict[str, Any]) -> tuple[bytes, int]:
    """Return the expanded list and the bits of one value (section 4.2)."""
    listed = claims.get("status_list")
    if not isinstance(listed, dict) or not isinstance(listed.get("lst"), str):
        raise status.malformed_list("The status list token holds no `status_list` with a `lst`.")
    size = listed.get("bits")
    if isinstance(size, bool) or size not in SIZES:
        raise status.malformed_list("The status list's `bits` is none of 1, 2, 4 and 8.")
    try:
        compressed = base64url_decode(listed["lst"])
    except Unsound as problem:
        raise status.malformed_list(f"The status list cannot be read. {problem.finding.message}") from None
    return status.expand(compressed, inflate.ZLIB), int(size)


def _value_at(data: bytes, size: int, index: int) -> int:
    """Return the value at an index: the lowest bits of a byte come first (section 4.1)."""
    if index >= len(data) * 8 // size:
        message = f"The status list has {len(data) * 8 // size} entries, so none at index {index}."
        raise unknown("status_index_out_of_range", message)
    position = index * size
    return data[position // 8] >> position % 8 & (1 << size) - 1


def _meaning(value: int) -> tuple[Finding, ...]:
    if value == VALID:
        return ()
    if value == INVALID:
        return (Finding("revoked", "The issuer has revoked this credential."),)
    if value == SUSPENDED:
        return (Finding("suspended", "The issuer has suspended this credential for the time being."),)
    message = f"The issuer's status list says {value:#04x}, which has no meaning that is known here."
    return (Finding("status_not_understood", message, outcome=Outcome.UNKNOWN),)


def _malformed_reference(fault: str, name: str) -> Unsound:
    pointer = child("", name) if name else ""
    return unsound("malformed_status_entry", f"The status list reference {fault}.", pointer)
