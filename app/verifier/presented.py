"""The checks of a presentation, in their order (VCDM 2.0 section 4.13). Pure.

What is proven of a presentation is who presents it, and for whom; what its credentials say is proven by each of them,
judged like one that was sent alone. A presentation need not be signed: then nothing shows who presents it, and its own
outcome is unknown, whatever its credentials are. When a challenge or domain was asked for, it must be signed.
"""

from collections.abc import Callable

from app.vc.outcome import Finding, Outcome
from app.verifier.binding import HOLDER
from app.verifier.case import Case
from app.verifier.checks import UNPROVED, bound, occasion
from app.verifier.checks import proof as proof_of_any
from app.verifier.form import UNREADABLE, context, form
from app.verifier.judgement import Check, found, part_findings, skipped


def structure(case: Case) -> Check:
    """Tell whether the presentation has the structure of its data model; its credentials are checked by themselves."""
    if not case.secured.is_readable:
        return skipped("structure", UNREADABLE)
    fine = "The presentation has the structure that its standard asks for."
    return found("structure", case.secured.findings, fine)


def proof(case: Case) -> Check:
    """Tell whether a proof of the presentation holds, for the domain and challenge that were asked for."""
    if case.proofs or case.policy.asks_for_binding:
        return proof_of_any(case)
    message = "The presentation is not signed, so nothing shows who presents it. Its credentials are judged each alone."
    return found("proof", (Finding("presentation_not_signed", message, outcome=Outcome.UNKNOWN),), "")


def holder_binding(case: Case) -> Check:
    """Tell whether a proof that holds was made with a key of the holder; without one, who signed presents it."""
    if case.secured.owner:
        made = bound("holder_binding", case, HOLDER)
        is_fine = made.outcome is Outcome.VALID
        return made._replace(message=made.message + occasion(case)) if is_fine else made
    holding = case.holding
    if not holding:
        return skipped("holder_binding", UNPROVED)
    signers = [one.controller for one in holding if one.controller]
    if signers:
        message = f"It names no holder; {signers[0][:200]} signed it.{occasion(case)}"
        return Check("holder_binding", Outcome.VALID, message)
    message = "It names no holder, and the key of its signature came with it, so nothing says who presents it."
    return found("holder_binding", (Finding("holder_unconfirmed", message, "", Outcome.UNKNOWN),), "")


def credentials(case: Case) -> Check:
    """Judge each credential like one that was sent alone."""
    if not case.secured.is_readable:
        return skipped("credentials", UNREADABLE)
    parts = tuple(case.judged(case.inside(secured)) for secured in case.document.presented)
    findings = tuple(
        finding
        for part in parts
        for finding in part_findings(part, "credential", "invalid_credential", "unconfirmed_credential")
    )
    fine = f"Each of its {len(parts)} credentials is valid." if len(parts) > 1 else "Its credential is valid."
    return found("credentials", findings, fine if parts else "It presents no credential.", parts)


PRESENTATION_CHECKS: tuple[tuple[str, Callable[[Case], Check]], ...] = (
    ("form", form),
    ("structure", structure),
    ("context", context),
    ("proof", proof),
    ("holder_binding", holder_binding),
    ("credentials", credentials),
)


def checks_of(case: Case) -> tuple[tuple[str, Callable[[Case], Check]], ...]:
    """Return the checks that are made of a presentation."""
    if case.policy.bind_issuer:
        return PRESENTATION_CHECKS
    return tuple(one for one in PRESENTATION_CHECKS if one[0] != "holder_binding")
