"""The structural rules of a BitstringStatusListCredential: Bitstring Status List 1.0 section 2.2.

https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential
"""

from collections.abc import Iterator
from typing import Any

from app.vc.outcome import Finding
from app.vc.shape_kinds import Shape, items, matching, one_or_more, text, texts, wrong_kind

LIST_TYPE = "BitstringStatusListCredential"


def _milliseconds(value: Any, pointer: str) -> Iterator[Finding]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        yield wrong_kind(value, pointer, "a whole number of milliseconds")


_SUBJECT = Shape(
    type_name="BitstringStatusList",
    required=("statusPurpose", "encodedList"),
    members={
        "statusPurpose": one_or_more(text),
        "encodedList": matching(r"u[A-Za-z0-9_\-]+", "the letter u and a compressed list in base64url without padding"),
        "ttl": _milliseconds,
    },
)


def status_list(document: dict[str, Any]) -> Iterator[Finding]:
    """The subject of a status list is the list: of its type, with its purposes and its bits."""
    if LIST_TYPE not in texts(document.get("type")):
        return
    for subject, pointer in items(document.get("credentialSubject", []), "/credentialSubject"):
        if subject != {}:  # which the data model has told already
            yield from _SUBJECT(subject, pointer)


RULES = (status_list,)
