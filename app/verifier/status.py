"""Whether a credential is revoked or suspended, by each of the kinds of status that are read. Pure.

Bitstring Status List 1.0 (https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm), its predecessor
StatusList2021, and 1EdTechRevocationList:

1. every entry is looked at; a kind that we do not read is unknown, never fine
2. the list must be there and readable; a list that is a credential must be proved by its own issuer
3. the entry is looked up in the list (app.vc.status, status_list_2021, revocation_list)

Whatever keeps us from knowing is `unknown`: a server that is down, or a list that anybody could have made, says nothing
about the badge, and never that it is fine. A 1EdTechRevocationList has no proof: the issuer has signed its URL, which
is fetched over https.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.errors import BadInput
from app.ports import Fetched
from app.vc import revocation_list, status, status_list_2021, strict_json
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Outcome
from app.verifier.binding import binding_finding
from app.verifier.evidence import EvidenceSet, NotFetched
from app.verifier.examine import examine
from app.verifier.plan import read_list
from app.verifier.secured import (
    LIST_URL_IN,
    MAX_STATUS_ENTRIES,
    Secured,
    issuer_id,
    objects_in,
    status_entries,
    status_kind,
    status_list_url,
)

MAX_LIST_OBJECTS = 200  # ours: a list has three, and its issuer's profile; one badge may name eight lists
# How an entry is looked up in a list that is a credential itself: the types of secured.SIGNED_LISTS.
LOOK_UP: Mapping[str, Callable[..., tuple[Finding, ...]]] = {
    "BitstringStatusListEntry": status.check_entry,
    "StatusList2021Entry": status_list_2021.check_entry,
}


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
    elif not status_kind(entry):
        kind = str(entry.get("type"))[:80]
        message = f"Status entries of the kind {kind} are not read yet, so it is not known whether this one is revoked."
        yield Finding("unsupported_status_type", message, child(pointer, "type"), Outcome.UNKNOWN)
    else:
        found = listed_findings(case, entry, status_kind(entry))
        yield from (replace(finding, pointer=pointer + finding.pointer) for finding in found)


def listed_findings(case: StatusCase, entry: dict[str, Any], kind: str) -> tuple[Finding, ...]:
    """Tell what stands against an entry of a kind that is read; pointers lead into the entry."""
    url = status_list_url(entry)
    if url is None:
        message = "The status entry does not name its list."
        return (Finding("malformed_status_entry", message, child("", LIST_URL_IN[kind])),)
    if not isinstance(case.evidence.get(url), Fetched):
        return (missing_list(case.evidence, url),)
    if kind in LOOK_UP:
        return signed_list_findings(case, url, entry, LOOK_UP[kind])
    return revocation_list_findings(case, url, entry)


def signed_list_findings(
    case: StatusCase, url: str, entry: dict[str, Any], check_entry: Callable[..., tuple[Finding, ...]]
) -> tuple[Finding, ...]:
    """Look up an entry in a list that is a credential."""
    secured = read_list(case.evidence, url)
    if secured is None:
        return (unreadable_list(url),)
    untrusted = list_objection(secured, case.evidence, case.now)
    if untrusted:
        message = f"The status list is not proved by its issuer, so it tells nothing. {untrusted}"
        return (Finding("status_list_unproven", message, outcome=Outcome.UNKNOWN),)
    return check_entry(entry, secured.credential, issuer=issuer_id(case.credential), now=case.now)


def revocation_list_findings(case: StatusCase, url: str, entry: dict[str, Any]) -> tuple[Finding, ...]:
    """Look up the credential in a 1EdTechRevocationList."""
    had = case.evidence.get(url)
    try:
        document = strict_json.loads(had.content) if isinstance(had, Fetched) else None
    except BadInput:
        return (unreadable_list(url),)
    name, issuer = case.credential.get("id"), issuer_id(case.credential)
    return revocation_list.check_entry(entry, document, credential_id=name, issuer=issuer)


def missing_list(evidence: EvidenceSet, url: str) -> Finding:
    """Tell why there is no status list."""
    had = evidence.get(url)
    why = had.reason if isinstance(had, NotFetched) else "It was not asked for."
    message = f"The status list could not be had, so it is not known whether this is revoked. {why}"
    return Finding("status_list_unavailable", message, outcome=Outcome.UNKNOWN)


def unreadable_list(url: str) -> Finding:
    """Say that what was fetched is no list."""
    message = f"What {url[:200]} holds cannot be read as a status list."
    return Finding("status_list_unreadable", message, outcome=Outcome.UNKNOWN)


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
