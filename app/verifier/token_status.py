"""The status of an SD-JWT VC by a Token Status List: out of the evidence, proved, and asked. Pure.

https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/ section 8.3; the list itself is app.vc.token_status_list.
The list counts only when the credential's own issuer signed it: the draft leaves to the ecosystem who else may, and
here nobody has said so.
"""

from datetime import datetime
from typing import Any

from app.ports import Fetched
from app.vc import jose, token_status_list
from app.vc.outcome import Finding, Outcome, Unsound
from app.verifier.binding import binding_finding
from app.verifier.evidence import EvidenceSet
from app.verifier.examine import Examination, examine
from app.verifier.secured import Secured
from app.verifier.work import Work


def read_token(evidence: EvidenceSet, url: str, issuer: str) -> Secured | None:
    """Return a status list token that was fetched and can be read. `issuer`: whose it is when it does not say so."""
    had = evidence.get(url)
    try:
        jws = jose.decode(had.content.decode("ascii").strip()) if isinstance(had, Fetched) else None
    except (Unsound, UnicodeDecodeError):
        return None
    if jws is None:
        return None
    named = jws.payload.get("iss", issuer)
    return Secured("status_list_token", {"issuer": named if isinstance(named, str) else ""}, jws)


def token_findings(
    token: Secured, reference: Any, issuer: str, evidence: EvidenceSet, now: datetime, work: Work
) -> tuple[Finding, ...]:
    """Tell what stands against a reference (`status.status_list`) by a token that was read."""
    if token.jws is None:
        raise ValueError("a status list token has a JWS")
    if token.owner != issuer:
        message = "The status list is of another issuer than the credential."
        return (Finding("status_list_of_another_issuer", message, outcome=Outcome.UNKNOWN),)
    (examined,) = examine(token, Examination(evidence, now, work))
    objection = next(iter(examined.findings), None) or binding_finding(examined, issuer, evidence, now)
    if objection is not None:
        message = f"The status list is not proved by its issuer, so it tells nothing. {objection.message}"
        return (Finding("status_list_unproven", message, outcome=Outcome.UNKNOWN),)
    return token_status_list.check(reference, token.jws, now=now)
