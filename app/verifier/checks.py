"""The checks of a credential, in their order: each a small function from the case to what it found. Pure.

Their ids are API and stand in docs/verification.md, as does every code of a finding. A check whose precondition failed
is skipped, and says because of what. No check may call something valid that it could not check. Those of a presentation
are in app.verifier.presented.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from app.vc import clr, ecdsa_sd, sd_jwt, timestamps
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Outcome
from app.vc.problem_types import MALFORMED_VALUE_ERROR
from app.vc.shape import check_shape
from app.verifier.binding import ISSUER, Role, binding_finding
from app.verifier.case import Case, Policy
from app.verifier.endorsements import MAX_DEPTH, MAX_ENDORSEMENTS, endorsements_of, subject_findings
from app.verifier.form import UNREADABLE, context, form
from app.verifier.judgement import Check, Judgement, found, part_findings, skipped
from app.verifier.key_status import key_status
from app.verifier.recipient import recipient
from app.verifier.record import credentials
from app.verifier.references import refresh, schema
from app.verifier.status import StatusCase, entries, status_findings
from app.verifier.work import PER_ENDORSEMENT, exhausted

__all__ = ["CHECKS", "Policy", "checks_of"]  # Policy: its name for whoever calls the verifier

UNPROVED = "no proof holds"
# Members of the W3C's data model by which a credential is judged. In SD-JWT VC `status`, `nbf` and `exp` say that.
JUDGED_IN_W3C = ("credentialStatus", "validFrom", "validUntil", "issuanceDate", "expirationDate")
# What is missing when a holder does not show it, and where: a badge without a subject and its achievement is none.
WITHHELD, INSIDE_SUBJECT = ("missing_member", "missing_type", "no_criteria"), "/credentialSubject/"
BEGINNINGS, ENDS = ("validFrom", "issuanceDate"), ("validUntil", "expirationDate")  # of VCDM 2.0 and of 1.1
HOLDS = Check("proof", Outcome.VALID, "The signature fits: nothing was changed.")
NO_STATUS = Check("status", Outcome.VALID, "No status is declared: its issuer has no way to revoke it.")
NO_ENDORSEMENTS = Check("endorsements", Outcome.VALID, "It carries no endorsements.")
ANY_AGE = timedelta(days=36_500)  # a Key Binding JWT that nobody asked for may have been made at any time


def structure(case: Case) -> Check:
    """Tell whether the credential has the structure of its data model, and agrees with the JWT around it."""
    if not case.secured.is_readable:
        return skipped("structure", UNREADABLE)
    is_claims = case.secured.form == "sd_jwt_vc"
    findings = tuple(claims_findings(case)) if is_claims else check_shape(case.credential)
    if findings and shows_a_part(case):
        findings = tuple(perhaps_withheld(finding) for finding in findings)
    fine = "The credential has the structure that its standards ask for."
    return found("structure", case.secured.findings + findings, fine)


def shows_a_part(case: Case) -> bool:
    """Whether a holder derived it from what the issuer signed, and may have left something out."""
    return any(
        isinstance(one, dict) and one.get("cryptosuite") == ecdsa_sd.CRYPTOSUITE for _, one in case.secured.proofs
    )


def perhaps_withheld(finding: Finding) -> Finding:
    """Return what is missing within the subject as unknown: the holder may not have shown it, which is no fault."""
    is_missing = finding.outcome is Outcome.INVALID and finding.code in WITHHELD
    if not is_missing or not finding.pointer.startswith(INSIDE_SUBJECT):
        return finding
    message = f"{finding.message} What was signed may have it; the holder shows a part."
    return replace(finding, message=message, outcome=Outcome.UNKNOWN)


def claims_findings(case: Case) -> Iterator[Finding]:
    """Tell what keeps the claims of an SD-JWT from being a credential (SD-JWT VC section 2.2)."""
    whole = case.secured.sd_jwt
    if whole is None:
        return
    yield from sd_jwt.check_vc(whole)
    if "vct" not in whole.claims and "@context" in whole.claims:
        message = "An SD-JWT with contexts and without `vct` is a credential only as vc+sd-jwt."
        yield Finding("missing_member", message, "/vct", problem_type=MALFORMED_VALUE_ERROR)
    for name in JUDGED_IN_W3C:
        if name in whole.claims:
            message = f"An SD-JWT VC is judged by its claims; what its member {name} means beside them is not known."
            yield Finding("ambiguous_credential", message, child("", name), Outcome.UNKNOWN)


def proof(case: Case) -> Check:
    """Tell whether a proof holds; one suffices where the policy says so, but others that do not are told."""
    holding = len(case.holding)
    if holding and holding == len(case.proofs):
        return HOLDS
    findings = tuple(finding for one in case.proofs for finding in one.findings)
    if not case.proofs:
        unsigned = Finding("not_signed", "It is not signed, so there is nothing that could prove it.")
        return Check("proof", Outcome.INVALID, unsigned.message, (unsigned,))
    if not holding or (case.policy.every_proof and holding < len(case.proofs)):
        return found("proof", findings, "")
    others = f"Another {len(case.proofs) - holding} could not be confirmed."
    return Check("proof", Outcome.VALID, f"{HOLDS.message} {others}", findings)


def issuer_binding(case: Case) -> Check:
    """Tell whether a proof that holds was made with a key of the issuer (Controlled Identifiers 1.0 section 3.3)."""
    return bound("issuer_binding", case, ISSUER)


def bound(check_id: str, case: Case, role: Role) -> Check:
    """Tell whether a proof that holds was made with a key of the document's owner."""
    holding = case.holding
    if not holding:
        return skipped(check_id, UNPROVED)
    owner = case.secured.owner
    objections = [binding_finding(one, owner, case.evidence, case.now, role) for one in holding]
    if None in objections:
        return Check(check_id, Outcome.VALID, f"It was signed by its {role.word}, {owner[:200]}.")
    findings = tuple(finding for finding in objections if finding is not None)
    if any(one.is_unknown for one in case.proofs):
        message = f"Another proof, which could not be checked, may be the {role.word}'s."
        findings = (Finding(role.unconfirmed, message, role.pointer, Outcome.UNKNOWN), *findings)
        return Check(check_id, Outcome.UNKNOWN, message, findings)
    return found(check_id, findings, "")


def validity_period(case: Case) -> Check:
    """Tell whether the credential is in force now (VCDM 2.0 section 4.9; issuanceDate and expirationDate in 1.1)."""
    if not case.secured.is_readable:
        return skipped("validity_period", UNREADABLE)
    findings = tuple(start_findings(case) + end_findings(case))
    until = min([moment for _, moment in dates_of(case, *ENDS) if moment], default=None)
    fine = f"It is in force until {to_the_minute(until)} UTC." if until else "It is in force, without an end."
    return found("validity_period", findings, fine)


def start_findings(case: Case) -> list[Finding]:
    """Tell what stands against the beginning."""
    latest = case.now + timedelta(seconds=case.policy.clock_skew_s)
    return [
        Finding("not_yet_valid", f"It is valid only from {to_the_minute(moment)} UTC.", f"/{name}")
        if moment
        else unreadable_date(name)
        for name, moment in dates_of(case, *BEGINNINGS)
        if moment is None or moment > latest
    ]


def end_findings(case: Case) -> list[Finding]:
    """Tell what stands against the end; no tolerance here, for an issuer says it long before."""
    return [
        Finding("expired", f"It was valid until {to_the_minute(moment)} UTC.", f"/{name}")
        if moment
        else unreadable_date(name)
        for name, moment in dates_of(case, *ENDS)
        if moment is None or moment < case.now
    ]


def dates_of(case: Case, *names: str) -> list[tuple[str, datetime | None]]:
    """List (member, moment) of those members that are there, of either data model; no moment for what is no date."""
    credential = case.credential
    return [(name, timestamps.read(credential[name])) for name in names if name in credential]


def to_the_minute(moment: datetime) -> str:
    """Write a moment in UTC for a person; `strftime` would take ten times as long."""
    return moment.isoformat(" ", "minutes")[:16]


def unreadable_date(name: str) -> Finding:
    """Say that a date cannot be compared with now."""
    return Finding("unreadable_date", f"{name} is no date and time with offset.", f"/{name}", Outcome.UNKNOWN)


def status(case: Case) -> Check:
    """Tell whether the credential is revoked or suspended, by each of its status entries."""
    if not case.secured.is_readable:
        return skipped("status", UNREADABLE)
    lookup = StatusCase(case.secured, case.evidence, case.now, case.list_work)
    if not entries(lookup):
        return NO_STATUS
    return found("status", status_findings(lookup), "It is neither revoked nor suspended.")


def holder_binding(case: Case) -> Check:
    """Tell whether the holder himself presented an SD-JWT, for whom and when it was asked (RFC 9901 section 7.3)."""
    whole = case.secured.sd_jwt
    if whole is None or not case.is_proved:
        return skipped("holder_binding", UNPROVED)
    policy = case.policy
    max_age = sd_jwt.MAX_BINDING_AGE if policy.challenge is not None else ANY_AGE
    findings = sd_jwt.verify_binding(
        whole, audience=policy.domain, nonce=policy.challenge, now=case.now, max_age=max_age
    )
    return found("holder_binding", findings, f"The holder's key presents it.{occasion(case)}")


def occasion(case: Case) -> str:
    """Say what a presentation does not prove when nobody asked for an answer to a challenge."""
    if case.policy.challenge is not None:
        return ""
    return " No challenge was given, so it may have been made for another occasion."


def endorsements(case: Case) -> Check:
    """Tell whether what others are said to stand for holds (Open Badges 3.0, verification, step 6)."""
    if not case.secured.is_readable:
        return skipped("endorsements", UNREADABLE)
    carried = endorsements_of(case.secured)
    if not carried:
        return NO_ENDORSEMENTS
    if case.depth == MAX_DEPTH:
        message = f"Endorsements in endorsements are followed {MAX_DEPTH} steps; these were not looked at."
        return found("endorsements", (Finding("endorsements_too_deep", message, outcome=Outcome.UNKNOWN),), "")
    findings: list[Finding] = []
    parts: list[Judgement] = []
    for number, endorsement in enumerate(carried):
        pointer = endorsement.secured.pointer
        if number == MAX_ENDORSEMENTS:
            message = f"There are more endorsements than are looked at; the first {number} were."
            findings.append(Finding("too_many_endorsements", message, pointer, Outcome.UNKNOWN))
        elif not case.work.take(lambda: PER_ENDORSEMENT):
            findings.append(exhausted(pointer))
        else:
            parts.append(case.judged(case.inside(endorsement.secured, endorsement)))
            findings += part_findings(parts[-1], "endorsement", "invalid_endorsement", "unconfirmed_endorsement")
    fine = f"Each of its {len(parts)} endorsements holds." if len(parts) > 1 else "Its endorsement holds."
    return found("endorsements", tuple(findings), fine, tuple(parts))


def endorsed_object(case: Case) -> Check:
    """Tell whether an endorsement is of the object that carries it."""
    if case.endorsement is None or not case.secured.is_readable:
        return skipped("endorsed_object", UNREADABLE)
    findings = tuple(subject_findings(case.endorsement))
    return found("endorsed_object", findings, "It endorses the object that carries it.")


CHECKS: tuple[tuple[str, Callable[[Case], Check]], ...] = (
    ("form", form),
    ("structure", structure),
    ("context", context),
    ("proof", proof),
    ("issuer_binding", issuer_binding),
    ("key_status", key_status),
    ("validity_period", validity_period),
    ("status", status),
    ("refresh", refresh),
    ("schema", schema),
    ("endorsements", endorsements),
)
RECIPIENT_CHECKS = (("recipient", recipient),)  # when the caller named somebody
SD_JWT_CHECKS = (("holder_binding", holder_binding),)  # when it was presented, or asked to be
ENDORSEMENT_CHECKS = (("endorsed_object", endorsed_object),)
RECORD_CHECKS = (("credentials", credentials),)  # of a learner record


def checks_of(case: Case) -> tuple[tuple[str, Callable[[Case], Check]], ...]:
    """Return the checks that are made of a credential."""
    made = CHECKS if case.policy.bind_issuer else tuple(one for one in CHECKS if one[0] != "issuer_binding")
    if case.policy.recipient is not None and case.endorsement is None:
        made += RECIPIENT_CHECKS
    whole, is_sent = case.secured.sd_jwt, not case.secured.pointer
    if whole is not None and is_sent and (whole.key_binding is not None or case.policy.asks_for_binding):
        made += SD_JWT_CHECKS
    if clr.is_clr(case.credential):
        made += RECORD_CHECKS
    return made + (ENDORSEMENT_CHECKS if case.endorsement is not None else ())
