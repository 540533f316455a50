"""RevocationList of Open Badges 2.0: which signed assertions an issuer has revoked. Read only.

https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#RevocationList

    {"id": URL, "type": "RevocationList", "issuer": URL,
     "revokedAssertions": [id or {"id" | "uid", "revocationReason"?}]}

In 1.x it is an object from uid to reason. The list has no proof: the issuer's profile names its URL.
"""

from collections.abc import Mapping
from typing import Any

from app.vc.openbadges2 import id_of, is_same_id
from app.vc.outcome import Finding, Unsound, unknown
from app.vc.status import malformed_list


def check(document: Any, assertion: Mapping[str, Any], issuer: str) -> tuple[Finding, ...]:
    """Tell what a list that was fetched says against an assertion. `issuer`: the id of whose list it must be."""
    try:
        entries = _entries(document, issuer)
    except Unsound as problem:
        return (problem.finding,)
    names = {name for name in (assertion.get("id"), assertion.get("uid")) if isinstance(name, str) and name}
    for entry, reason in entries:
        if any(is_same_id(entry, name) for name in names):
            said = f" The reason given is {reason[:200]!r}." if reason else ""
            return (Finding("revoked", f"The issuer has revoked this badge.{said}"),)
    return ()


def _entries(document: Any, issuer: str) -> list[tuple[str, str]]:
    """Return (id or uid, reason) of each revoked assertion."""
    if not isinstance(document, dict):
        raise malformed_list("The revocation list is no JSON object.")
    if "revokedAssertions" not in document:
        return _older_entries(document)
    owner = id_of(document.get("issuer"))
    if owner and not is_same_id(owner, issuer):
        raise unknown("status_list_of_another_issuer", "The revocation list is of another issuer than the badge.")
    listed = document["revokedAssertions"]
    return [_entry(one) for one in (listed if isinstance(listed, list) else [listed])]


def _entry(one: Any) -> tuple[str, str]:
    reason = one.get("revocationReason") if isinstance(one, dict) else ""
    name = one.get("id", one.get("uid")) if isinstance(one, dict) else one
    if not isinstance(name, str) or not name:
        raise malformed_list("The revocation list has an entry that names no badge.")
    return name, reason if isinstance(reason, str) else ""


def _older_entries(document: dict[str, Any]) -> list[tuple[str, str]]:
    entries = {name: reason for name, reason in document.items() if not name.startswith("@")}
    if {"id", "type", "issuer"} & entries.keys() or not all(isinstance(one, str) for one in entries.values()):
        if entries.keys() <= {"id", "type", "issuer"}:
            return []  # an empty array that was left out
        raise malformed_list("What the profile names as revocation list has no `revokedAssertions`.")
    return list(entries.items())
