"""The checks, in their order: each a small function from the case to what it found. Pure.

Their ids are API and stand in docs/verification.md, as does every code of a finding. A check whose precondition failed
is skipped, and says because of what. No check may call something valid that it could not check.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from app.vc import timestamps
from app.vc.outcome import Finding, Outcome
from app.vc.shape import check_shape
from app.verifier.binding import binding_finding
from app.verifier.evidence import EvidenceSet
from app.verifier.examine import Examined, examine
from app.verifier.intake import Submission
from app.verifier.report import Check
from app.verifier.secured import issuer_id
from app.verifier.status import StatusCase, entries, status_findings


@dataclass(frozen=True, slots=True)
class Policy:
    """What the caller may choose.

    `clock_skew_s`: how far ahead of our clock an issuer's clock may be, in seconds; 300 is the default of Digital
    Bazaar's verifier (`maxClockSkew`, https://github.com/digitalbazaar/vc). `bind_issuer`: whether the key must be the
    issuer's; False leaves that check out, for test harnesses only. `domain`, `challenge`: what the proof of the
    document that was sent must carry, None asks for nothing. `proof_purpose`: what a credential's proof must be for; a
    presentation's is for authentication, or for assertions too when no challenge was given.
    """

    clock_skew_s: int = 300
    bind_issuer: bool = True
    domain: str | None = None
    challenge: str | None = None
    proof_purpose: str = "assertionMethod"


@dataclass(frozen=True)  # no slots: a cached_property needs a place
class Case:
    """All that the checks look at. `now`: aware."""

    submission: Submission
    evidence: EvidenceSet
    policy: Policy
    now: datetime

    @cached_property
    def proofs(self) -> tuple[Examined, ...]:
        """Every proof, examined once."""
        return examine(self.submission.secured, self.evidence, self.now)

    @property
    def is_readable(self) -> bool:
        """Whether there is a credential: a JWT may be beyond reading."""
        return self.submission.secured.form != "vc_jwt" or self.submission.secured.jws is not None


UNREADABLE = "Skipped because the JWT could not be read."


def worst(findings: tuple[Finding, ...]) -> Outcome:
    """Invalid when something is wrong, unknown when something could not be checked, else valid."""
    outcomes = {finding.outcome for finding in findings}
    return next((worse for worse in (Outcome.INVALID, Outcome.UNKNOWN) if worse in outcomes), Outcome.VALID)


def found(check_id: str, findings: tuple[Finding, ...], fine: str) -> Check:
    """Make a check of its findings; `fine` is its message when there are none."""
    outcome = worst(findings)
    told = next((finding.message for finding in findings if finding.outcome is outcome), fine)
    return Check(check_id, outcome, told, findings)


def structure(case: Case) -> Check:
    """Tell whether the credential has the structure of VCDM and Open Badges, and agrees with the JWT around it."""
    if not case.is_readable:
        return Check("structure", None, UNREADABLE)
    findings = case.submission.secured.findings + check_shape(case.submission.credential)
    return found("structure", findings, "The credential has the structure that its standards ask for.")


def proof(case: Case) -> Check:
    """Tell whether a proof holds; one suffices (Open Badges 3.0 section 8), but others that do not are told."""
    findings = tuple(finding for one in case.proofs for finding in one.findings)
    holding = sum(one.holds for one in case.proofs)
    if not case.proofs:
        unsigned = Finding("not_signed", "It is not signed, so there is nothing that could prove it.")
        return Check("proof", Outcome.INVALID, unsigned.message, (unsigned,))
    if not holding:
        return found("proof", findings, "")
    others = f" Another {len(case.proofs) - holding} could not be confirmed." if holding < len(case.proofs) else ""
    return Check("proof", Outcome.VALID, f"The signature fits: nothing was changed.{others}", findings)


def issuer_binding(case: Case) -> Check:
    """Tell whether a proof that holds was made with a key of the issuer (Controlled Identifiers 1.0 section 3.3)."""
    holding = [one for one in case.proofs if one.holds]
    if not holding:
        return Check("issuer_binding", None, "Skipped because no proof holds.")
    issuer = issuer_id(case.submission.credential)
    objections = [binding_finding(one, issuer, case.evidence, case.now) for one in holding]
    if None in objections:
        return Check("issuer_binding", Outcome.VALID, f"It was signed by its issuer, {issuer[:200]}.")
    findings = tuple(finding for finding in objections if finding is not None)
    if any(one.is_unknown for one in case.proofs):
        message = "Another proof, which could not be checked, may be the issuer's."
        findings = (Finding("issuer_unconfirmed", message, "/issuer", Outcome.UNKNOWN), *findings)
        return Check("issuer_binding", Outcome.UNKNOWN, message, findings)
    return found("issuer_binding", findings, "")


def validity_period(case: Case) -> Check:
    """Tell whether the credential is in force now (VCDM 2.0 section 4.9; issuanceDate and expirationDate in 1.1)."""
    if not case.is_readable:
        return Check("validity_period", None, UNREADABLE)
    findings = tuple(start_findings(case) + end_findings(case))
    until = date_of(case, "validUntil", "expirationDate")[1]
    fine = f"It is in force until {until:%Y-%m-%d %H:%M} UTC." if until else "It is in force, without an end."
    return found("validity_period", findings, fine)


def start_findings(case: Case) -> list[Finding]:
    """Tell what stands against the beginning."""
    name, moment, objections = date_of(case, "validFrom", "issuanceDate")
    if moment is not None and moment > case.now + timedelta(seconds=case.policy.clock_skew_s):
        return [Finding("not_yet_valid", f"It is valid only from {moment:%Y-%m-%d %H:%M} UTC.", f"/{name}")]
    return objections


def end_findings(case: Case) -> list[Finding]:
    """Tell what stands against the end; no tolerance here, for an issuer says it long before."""
    name, moment, objections = date_of(case, "validUntil", "expirationDate")
    if moment is not None and moment < case.now:
        return [Finding("expired", f"It was valid until {moment:%Y-%m-%d %H:%M} UTC.", f"/{name}")]
    return objections


def date_of(case: Case, *names: str) -> tuple[str, datetime | None, list[Finding]]:
    """Return (member, moment, findings) of the first member that is there; no moment and no finding when none is."""
    credential = case.submission.credential
    name = next((name for name in names if name in credential), None)
    if name is None:
        return names[0], None, []
    moment = timestamps.read(credential[name])
    return name, moment, [] if moment else [unreadable_date(name)]


def unreadable_date(name: str) -> Finding:
    """Say that a date cannot be compared with now."""
    return Finding("unreadable_date", f"{name} is no date and time with offset.", f"/{name}", Outcome.UNKNOWN)


def status(case: Case) -> Check:
    """Tell whether the credential is revoked or suspended (Bitstring Status List 1.0)."""
    if not case.is_readable:
        return Check("status", None, UNREADABLE)
    lookup = StatusCase(case.submission.credential, case.evidence, case.now)
    if not entries(lookup):
        return Check("status", Outcome.VALID, "No status is declared: its issuer has no way to revoke it.")
    return found("status", status_findings(lookup), "It is neither revoked nor suspended.")


CHECKS: tuple[tuple[str, Callable[[Case], Check]], ...] = (
    ("structure", structure),
    ("proof", proof),
    ("issuer_binding", issuer_binding),
    ("validity_period", validity_period),
    ("status", status),
)
