"""Whether a credential is revoked or suspended: Bitstring Status List 1.0, validate algorithm. Pure.

https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm

1. every entry is looked at; a kind that we do not read is unknown, never fine
2. the status list must be there, readable, and proved by its own issuer
3. the entry is looked up in the list (app.vc.status)

Whatever keeps us from knowing the bit is `unknown`: a server that is down, or a list that anybody could have made, says
nothing about the badge, and never that it is fine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.ports import Fetched
from app.vc import status
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Outcome
from app.verifier.binding import binding_finding
from app.verifier.evidence import EvidenceSet
from app.verifier.examine import examine
from app.verifier.plan import read_list
from app.verifier.secured import MAX_STATUS_ENTRIES, Secured, is_bitstring, issuer_id, objects_in, status_entries

MAX_LIST_OBJECTS = 200  # ours: a list has three, and its issuer's profile; one badge may name eight lists


@dataclass(frozen=True, slots=True)
class StatusCase:
    """What the status of one credential is looked up with."""

    credential: dict[str, Any]
    evidence: EvidenceSet
    now: datetime


def status_findings(case: StatusCase) -> tuple[Finding, ...]:
    """Tell what stands against the status of a credential; () when every entry is fine, or there is none."""
    return tuple(
        finding for number, entry in enumerate(entries(case)) for finding in entry_findings(case, number, entry)
    )


def entries(case: StatusCase) -> tuple[tuple[str, Any], ...]:
    """List (pointer, entry)."""
    return status_entries(case.credential)


def entry_findings(case: StatusCase, number: int, pointed: tuple[str, Any]) -> Iterator[Finding]:
    """Tell what stands against one entry."""
    pointer, entry = pointed
    if number == MAX_STATUS_ENTRIES:
        message = f"There are more than {MAX_STATUS_ENTRIES} status entries; the others were not looked at."
        yield Finding("too_many_status_entries", message, "/credentialStatus", Outcome.UNKNOWN)
    elif not isinstance(entry, dict):
        yield Finding("malformed_status_entry", "A status entry is an object.", pointer)
    elif not is_bitstring(entry):
        kind = str(entry.get("type"))[:80]
        message = f"Status entries of the kind {kind} are not read yet, so it is not known whether this one is revoked."
        yield Finding("unsupported_status_type", message, child(pointer, "type"), Outcome.UNKNOWN)
    else:
        yield from bitstring_findings(case, pointer, entry)


def bitstring_findings(case: StatusCase, pointer: str, entry: dict[str, Any]) -> Iterator[Finding]:
    """Tell what stands against a BitstringStatusListEntry."""
    url = entry.get("statusListCredential")
    if not isinstance(url, str):
        yield Finding(
            "malformed_status_entry", "The status entry does not name its list.", child(pointer, "statusListCredential")
        )
        return
    secured = read_list(case.evidence, url)
    if secured is None:
        yield missing_list(case.evidence, url, pointer)
        return
    untrusted = list_objection(secured, case.evidence, case.now)
    if untrusted:
        message = f"The status list is not proved by its issuer, so it tells nothing. {untrusted}"
        yield Finding("status_list_unproven", message, pointer, Outcome.UNKNOWN)
        return
    issuer = issuer_id(case.credential)
    for finding in status.check_entry(entry, secured.credential, issuer=issuer, now=case.now):
        yield replace(finding, pointer=pointer + finding.pointer)


def missing_list(evidence: EvidenceSet, url: str, pointer: str) -> Finding:
    """Tell why there is no status list."""
    had = evidence.get(url)
    if isinstance(had, Fetched):
        message = f"What {url[:200]} holds cannot be read as a status list."
        return Finding("status_list_unreadable", message, pointer, Outcome.UNKNOWN)
    why = had.reason if had else "It was not asked for."
    message = f"The status list could not be had, so it is not known whether this is revoked. {why}"
    return Finding("status_list_unavailable", message, pointer, Outcome.UNKNOWN)


def list_objection(secured: Secured, evidence: EvidenceSet, now: datetime) -> str:
    """Tell why a status list is not proved by its own issuer; "" when it is."""
    if secured.findings:
        return secured.findings[0].message
    if objects_in(secured.credential) > MAX_LIST_OBJECTS:
        return f"It holds more than {MAX_LIST_OBJECTS} objects, which no status list does."
    examined = examine(secured, evidence, now)
    if not any(one.holds for one in examined):
        return next((finding.message for one in examined for finding in one.findings), "It is not signed.")
    issuer = issuer_id(secured.credential)
    objections = [binding_finding(one, issuer, evidence, now) for one in examined if one.holds]
    return "" if None in objections else next(finding.message for finding in objections if finding)
