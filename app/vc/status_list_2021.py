"""StatusList2021: the predecessor of BitstringStatusList, asked about one credential. Read only, never made.

https://www.w3.org/TR/2023/WD-vc-status-list-20230427/ (and the Community Group's report of 2023-01-02). It differs from
its successor in three points:

1. the types are StatusList2021Entry, StatusList2021Credential and StatusList2021
2. `encodedList` is base64 of the gzipped bitstring without multibase prefix; both alphabets are in use, and padding
3. every entry has one bit: statusSize and statusMessage do not exist
"""

from datetime import datetime
from typing import Any

from app.vc import inflate, status
from app.vc.multiformats import base64url_decode
from app.vc.outcome import Finding, Unsound

MEMBERS = ("id", "type", "statusPurpose", "statusListIndex", "statusListCredential")

_URL_ALPHABET = str.maketrans("+/", "-_")


def decode(encoded: str) -> bytes:
    """Return the bitstring of an `encodedList`, at most status.MAX_BYTES of it.

    Raises Unsound `malformed_status_list` or `status_list_too_large`, both with outcome unknown.
    """
    try:
        compressed = base64url_decode(encoded.rstrip("=").translate(_URL_ALPHABET))
    except Unsound as problem:
        raise status.malformed_list(f"The status list cannot be read. {problem.finding.message}") from None
    return status.expand(compressed, inflate.GZIP)


METHOD = status.Method("StatusList2021Entry", "StatusList2021Credential", "StatusList2021", decode)


def check_entry(
    entry: dict[str, Any], list_credential: dict[str, Any], *, issuer: str | None, now: datetime
) -> tuple[Finding, ...]:
    """Tell what the list says of the credential that carries `entry`, in the words of status.check_entry.

    The caller has fetched the list and verified its proof. `issuer`: who must have issued it, None for anyone.
    """
    known = {name: value for name, value in entry.items() if name in MEMBERS}
    return status.check_entry(known, list_credential, issuer=issuer, now=now, method=METHOD)
