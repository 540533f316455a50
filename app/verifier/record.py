"""The credentials that a learner record (CLR 2.0) holds, each judged like one that was sent alone. Pure.

https://www.imsglobal.org/spec/clr/v2p0/: who signs the record says that they belong together; what each of them says is
said by its own issuer, whose proof it carries.
"""

from dataclasses import replace
from itertools import islice
from typing import Any

from app.vc import clr, enveloped
from app.vc.enveloped import MAX_CREDENTIALS
from app.vc.outcome import Finding, Outcome
from app.verifier.case import Case
from app.verifier.endorsements import MAX_DEPTH
from app.verifier.form import UNREADABLE
from app.verifier.judgement import Check, Judgement, found, part_findings, skipped
from app.verifier.reading import secured_of
from app.verifier.secured import Secured


def credentials_in(credential: dict[str, Any]) -> tuple[Secured, ...]:
    """Return what a learner record holds, in its order, at most MAX_CREDENTIALS; () for any other credential.

    Pointers lead into the record.
    """
    if not clr.is_clr(credential):
        return ()
    listed = ((value, pointer) for value, pointer in clr.contents(credential) if isinstance(value, dict | str))
    return tuple(
        secured_of(enveloped.open_credential(value, pointer)) for value, pointer in islice(listed, MAX_CREDENTIALS)
    )


def credentials(case: Case) -> Check:
    """Judge each credential of a learner record."""
    if not case.secured.is_readable:
        return skipped("credentials", UNREADABLE)
    if case.depth >= MAX_DEPTH:
        message = f"Records in records are followed {MAX_DEPTH} steps; these credentials were not looked at."
        return found("credentials", (Finding("credentials_too_deep", message, outcome=Outcome.UNKNOWN),), "")
    inside = credentials_in(case.credential)
    parts = tuple(case.judged(replace(case.inside(one), depth=case.depth + 1)) for one in inside)
    findings = tuple(finding for part in parts for finding in findings_of(part))
    if len(list(islice(clr.contents(case.credential), MAX_CREDENTIALS + 1))) > MAX_CREDENTIALS:
        message = f"The record holds more credentials than are looked at; the first {MAX_CREDENTIALS} were."
        findings += (Finding("too_many_credentials", message, "/credentialSubject", Outcome.UNKNOWN),)
    fine = f"Each of its {len(parts)} credentials is valid." if len(parts) > 1 else "Its credential is valid."
    return found("credentials", findings, fine, parts)


def findings_of(part: Judgement) -> tuple[Finding, ...]:
    """Tell that a credential of the record is not valid."""
    return tuple(part_findings(part, "credential", "invalid_credential", "unconfirmed_credential"))
