"""Whether a credential is revoked or suspended, by each of the kinds of status that are read. Pure.

Bitstring Status List 1.0 (https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm), its predecessor
StatusList2021, 1EdTechRevocationList, and of an SD-JWT VC a Token Status List (app.verifier.token_status):

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
from functools import partial
from typing import Any

from app.errors import BadInput
from app.ports import Fetched
from app.vc import revocation_list, status, status_list_2021, strict_json
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Outcome
from app.verifier.binding import binding_finding
from app.verifier.evidence import EvidenceSet, NotFetched
from app.verifier.examine import Examination, examine
from app.verifier.freshness import untimely
from app.verifier.plan import read_list
from app.verifier.secured import (
    LIST_URL_IN,
    MAX_STATUS_ENTRIES,
    STATUS_CLAIM,
    Kept,
    Secured,
    issuer_id,
    objects_in,
    status_entries,
    status_kind,
    status_list_url,
)
from app.verifier.token_status import read_token, token_findings
from app.verifier.work import BYTES_PER_OBJECT, PER_STATUS_ENTRY, Work, exhausted

MAX_LIST_OBJECTS = 200  # ours: a list has three, and its issuer's profile; one badge may name eight lists
KEPT_BITS = 131_072  # ours: bytes of an unpacked list that are kept with it; eight times what the smallest has


@dataclass(frozen=True, slots=True)
class StatusCase:
    """What the status of one credential is looked up with. `work`: what looking into lists may still cost."""

    secured: Secured
    evidence: EvidenceSet
    now: datetime
    work: Work

    @property
    def credential(self) -> dict[str, Any]:
        """The credential itself."""
        return self.secured.credential


def status_findings(case: StatusCase) -> tuple[Finding, ...]:
    """Tell what stands against the status of a credential; () when every entry is fine, or there is none."""
    return tuple(
        finding for number, entry in enumerate(entries(case)) for finding in entry_findings(case, number, entry)
    )


def entries(case: StatusCase) -> tuple[tuple[str, Any], ...]:
    """List (pointer, entry)."""
    return status_entries(case.secured)


def entry_findings(case: StatusCase, number: int, pointed: tuple[str, Any]) -> Iterator[Finding]:
    """Tell what stands against one entry."""
    pointer, entry = pointed
    if number == MAX_STATUS_ENTRIES:
        message = f"There are more than {MAX_STATUS_ENTRIES} status entries; the others were not looked at."
        yield Finding("too_many_status_entries", message, pointer, Outcome.UNKNOWN)
    elif not isinstance(entry, dict):
        yield Finding("malformed_status_entry", "A status entry is an object.", pointer)
    elif not status_kind(entry):
        kind = str(entry.get("type") or ", ".join(entry))[:80]
        message = f"Status entries of the kind {kind} are not read yet, so it is not known whether this one is revoked."
        yield Finding("unsupported_status_type", message, pointer, Outcome.UNKNOWN)
    else:
        found = listed_findings(case, entry, status_kind(entry))
        yield from (replace(finding, pointer=pointer + finding.pointer) for finding in found)


def listed_findings(case: StatusCase, entry: dict[str, Any], kind: str) -> tuple[Finding, ...]:
    """Tell what stands against an entry of a kind that is read; pointers lead into the entry."""
    url = status_list_url(entry)
    if url is None:
        message = "The status entry does not name its list."
        place = child("", LIST_URL_IN[kind]) if kind in LIST_URL_IN else child("", kind, "uri")
        return (Finding("malformed_status_entry", message, place),)
    had = case.evidence.get(url)
    if not isinstance(had, Fetched):
        return (missing_list(case.evidence, url),)
    if stale := untimely(case.evidence, url, kind, issuer_id(case.credential), case.now):
        return (stale,)
    if not case.work.take(lambda: PER_STATUS_ENTRY + len(had.content) // BYTES_PER_OBJECT):
        return (exhausted(),)
    if kind in LOOK_UP:
        return signed_list_findings(case, url, entry, kind)
    return (token_list_findings if kind == STATUS_CLAIM else revocation_list_findings)(case, url, entry)


def signed_list_findings(case: StatusCase, url: str, entry: dict[str, Any], kind: str) -> tuple[Finding, ...]:
    """Look up an entry in a list that is a credential."""
    secured = read_list(case.evidence, url)
    if secured is None:
        return (unreadable_list(url),)
    untrusted = list_objection(secured, case)
    if untrusted:
        message = f"The status list is not proved by its issuer, so it tells nothing. {untrusted}"
        return (Finding("status_list_unproven", message, outcome=Outcome.UNKNOWN),)
    return LOOK_UP[kind](entry, secured, issuer_id(case.credential), case.now)


def in_status_list_2021(entry: dict[str, Any], secured: Secured, issuer: str, now: datetime) -> tuple[Finding, ...]:
    """Look up an entry in a StatusList2021."""
    return status_list_2021.check_entry(entry, secured.credential, issuer=issuer, now=now)


def in_bitstring(entry: dict[str, Any], secured: Secured, issuer: str, now: datetime) -> tuple[Finding, ...]:
    """Look up an entry in a BitstringStatusList."""
    method = replace(status.BITSTRING, decode=partial(unpacked, secured.kept))
    return status.check_entry(entry, secured.credential, issuer=issuer, now=now, method=method)


# How an entry is looked up in a list that is a credential itself: the types of secured.SIGNED_LISTS.
LOOK_UP: Mapping[str, Callable[[dict[str, Any], Secured, str, datetime], tuple[Finding, ...]]] = {
    "BitstringStatusListEntry": in_bitstring,
    "StatusList2021Entry": in_status_list_2021,
}


def unpacked(kept: Kept | None, encoded: str) -> bytes:
    """Return the bits of an `encodedList`; those of a list that is kept are unpacked once. Raises Unsound."""
    before = None if kept is None else kept.unpacked
    if before is not None and before[0] == encoded:
        return before[1]
    bits = status.decode(encoded)
    if kept is not None and len(bits) <= KEPT_BITS:
        kept.unpacked = (encoded, bits)
    return bits


def token_list_findings(case: StatusCase, url: str, entry: dict[str, Any]) -> tuple[Finding, ...]:
    """Look up an SD-JWT VC in a Token Status List."""
    issuer = issuer_id(case.credential)
    token = read_token(case.evidence, url, issuer)
    if token is None:
        return (unreadable_list(url),)
    reference = entry[STATUS_CLAIM]
    return tuple(
        replace(finding, pointer=child("", STATUS_CLAIM) + finding.pointer)
        for finding in token_findings(token, reference, issuer, case.evidence, case.now, case.work)
    )


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


def list_objection(secured: Secured, case: StatusCase) -> str:
    """Tell why a status list is not proved by its own issuer; "" when it is."""
    if secured.findings:
        return secured.findings[0].message
    is_known = secured.kept is not None and bool(secured.kept.held)
    if not is_known and objects_in(secured.credential) > MAX_LIST_OBJECTS:
        return f"It holds more than {MAX_LIST_OBJECTS} objects, which no status list does."
    examined = examine(secured, Examination(case.evidence, case.now, case.work))
    if not any(one.holds for one in examined):
        return next((finding.message for one in examined for finding in one.findings), "It is not signed.")
    objections = [binding_finding(one, secured.owner, case.evidence, case.now) for one in examined if one.holds]
    return "" if None in objections else next(finding.message for finding in objections if finding)
