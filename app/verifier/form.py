"""What was sent: whether it could be read, and whether the contexts of it are ones whose meaning is known. Pure.

Contexts: Data Integrity 1.0 section 4.6 (https://www.w3.org/TR/vc-data-integrity/#validating-contexts). They are never
fetched. A JWT is signed as text, so nothing of its signature depends on them; what is signed as RDF stands and falls
with them.
"""

from typing import Any

from app.vc import pinned_contexts
from app.vc.cryptosuite import suite_of
from app.vc.inline_contexts import check_contexts
from app.vc.outcome import Finding, Outcome, Unsound
from app.verifier.case import Case
from app.verifier.examine import context_findings
from app.verifier.judgement import Check, found, skipped
from app.verifier.secured import Secured

ELSEWHERE = ("proof", "verifiableCredential")  # judged by themselves
UNREADABLE = "what secures it could not be read"
FORMS = {  # of Secured -> as what it was read
    "data_integrity": "JSON",
    "vc_jwt": "a signed text (JWT)",
    "sd_jwt": "a signed text with parts that can be left out (SD-JWT)",
    "sd_jwt_vc": "a signed text with parts that can be left out (SD-JWT VC)",
    "open_badges_2": "a badge of Open Badges 2.0",
}
READ = {form: Check("form", Outcome.VALID, f"It was read as {words}.") for form, words in FORMS.items()}
AS_TEXT = Check("context", Outcome.VALID, "It was signed as text, so its signature does not depend on contexts.")
SIGNED = Check("context", Outcome.VALID, "Its contexts are known, and those that were signed.")


def form(case: Case) -> Check:
    """Tell as what the document was read."""
    secured = case.secured
    if not secured.is_readable:
        return found("form", secured.findings or (unreadable(),), "")
    return READ[secured.form]


def unreadable() -> Finding:
    """Say that nothing could be read, where nothing says why."""
    return Finding("unreadable_document", "What secures it could not be read.", outcome=Outcome.UNKNOWN)


def context(case: Case) -> Check:
    """Tell whether the JSON-LD contexts are known and allowed; where a proof holds they were what was signed."""
    secured = case.secured
    if not secured.is_readable:
        return skipped("context", UNREADABLE)
    if secured.form != "data_integrity":
        return AS_TEXT
    if case.is_proved:
        return SIGNED
    return found("context", objections(secured), "Its contexts are known.")


def objections(secured: Secured) -> tuple[Finding, ...]:
    """Tell what stands against the contexts: of one proof after the other where all of them keep their own (jcs)."""
    document = {name: value for name, value in secured.credential.items() if name not in ELSEWHERE}
    proofs = [one for _, one in secured.proofs]
    if proofs and all(keeps_context(one) for one in proofs):
        return next((told for one in proofs if (told := context_findings(document, one))), ())
    try:
        check_contexts(document, pinned_contexts.verifying())
    except Unsound as problem:
        return (problem.finding,)
    return ()


def keeps_context(one: Any) -> bool:
    """Whether a proof signs the contexts as mere JSON."""
    suite = suite_of(one) if isinstance(one, dict) else None
    return suite is not None and suite.keeps_context
