"""Whether a status list that was fetched at one time tells anything about another. Pure.

Judging at another time (`as_of`), or out of evidence that was saved, must not take today's list for that day's:

1. within an hour of fetching, the list counts (the longest time that an answer is used again: docs/verification.md)
2. later, it counts while it says itself that it is good: `validUntil`, or `exp` or `ttl` of a token
3. earlier, it counts when it was signed before that time: it was served unchanged from then until it was fetched

Else nobody knows what the list said then.
"""

from datetime import datetime, timedelta
from typing import Any

from app.errors import BadInput
from app.vc import timestamps
from app.vc.jose import numeric_date
from app.vc.outcome import Finding, Outcome
from app.verifier.evidence import EvidenceSet
from app.verifier.plan import read_list
from app.verifier.secured import STATUS_CLAIM, Secured
from app.verifier.token_status import read_token

COUNTS_FOR = timedelta(hours=1)
BEGINNINGS = ("validFrom", "issuanceDate")
ENDS = ("validUntil", "expirationDate")
YEARS = range(1970, 3000)  # ours: what a time to judge at may be in


def read_as_of(text: str) -> datetime:
    """Return the moment to judge at: a date (its last second, UTC) or a date and time with zone. Raises BadInput."""
    moment = timestamps.read(text) or timestamps.read(f"{text}T23:59:59Z")
    if moment is None or moment.year not in YEARS:
        raise BadInput(
            f"{text[:60]!r} is no date, and no time with a time zone.",
            pointer="as_of",
            remedy="Write it as in 2026-09-01 or 2026-09-01T12:00:00Z.",
        )
    return moment


def untimely(evidence: EvidenceSet, url: str, kind: str, issuer: str, now: datetime) -> Finding | None:
    """Tell that the list under this URL says nothing about `now`; None when it does. `kind`: of the status entry."""
    gathered_at = evidence.gathered_at
    stale = silent(evidence, now)
    if gathered_at is None or stale is None:
        return None
    since, until = period(evidence, url, kind, issuer)
    if now > gathered_at and until is not None and now <= until:
        return None
    if now < gathered_at and since is not None and since <= now:
        return None
    return stale


def silent(evidence: EvidenceSet, now: datetime) -> Finding | None:
    """Tell that an answer that does not say how long it is good tells nothing about `now`; None when it does."""
    gathered_at = evidence.gathered_at
    if gathered_at is None or abs(now - gathered_at) <= COUNTS_FOR:
        return None
    message = f"Its status was asked for on {gathered_at:%F %T} UTC, so what it was on {now:%F %T} UTC is not known."
    return Finding("status_list_of_another_time", message, outcome=Outcome.UNKNOWN)


def is_later(evidence: EvidenceSet, now: datetime) -> bool:
    """Tell whether `now` comes after the evidence: what was revoked by then, for good, is revoked."""
    return evidence.gathered_at is not None and now > evidence.gathered_at


def period(evidence: EvidenceSet, url: str, kind: str, issuer: str) -> tuple[datetime | None, datetime | None]:
    """Return since when a list has said what it says, and how long it says that it is good; None where it is silent."""
    secured = read_token(evidence, url, issuer) if kind == STATUS_CLAIM else read_list(evidence, url)
    if secured is None:
        return None, None
    beginnings = [*dates(secured.credential, BEGINNINGS), *signing_times(secured)]
    claims = secured.jws.payload if secured.jws is not None else {}
    ends = [*dates(secured.credential, ENDS), *claimed(claims, "exp")]
    ttl, issued = claims.get("ttl"), numeric_date(claims.get("iat"))
    if not ends and issued is not None and isinstance(ttl, int) and 0 <= ttl < 10**9:
        ends.append(issued + timedelta(seconds=ttl))
    return max(beginnings, default=None), min(ends, default=None)


def signing_times(secured: Secured) -> list[datetime]:
    """Return when a list was signed, as far as it says so."""
    claims = secured.jws.payload if secured.jws is not None else {}
    proofs = [one for _, one in secured.proofs if isinstance(one, dict)]
    created = [timestamps.read(one.get("created")) for one in proofs]
    return [one for one in created if one is not None] + claimed(claims, "iat") + claimed(claims, "nbf")


def dates(document: dict[str, Any], names: tuple[str, ...]) -> list[datetime]:
    """Return the moments under these names that can be read."""
    return [moment for name in names if (moment := timestamps.read(document.get(name))) is not None]


def claimed(claims: dict[str, Any], name: str) -> list[datetime]:
    """Return the moment of a claim, when there is one."""
    moment = numeric_date(claims.get(name))
    return [] if moment is None else [moment]
