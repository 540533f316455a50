"""What the checks come to, as values: a check with its findings, and the judgement on one document. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from app.vc.outcome import Finding, Outcome
from app.verifier.reading import Document
from app.verifier.trust import NOT_ASKED, Trust


class Check(NamedTuple):
    """One check. `outcome` None: skipped, and `message` says because of what.

    `parts`: what was judged for it, such as the credentials of a presentation. `is_required`: whether the document is
    valid only when this check is; one that only informs may be skipped.
    """

    id: str
    outcome: Outcome | None
    message: str
    findings: tuple[Finding, ...] = ()
    parts: tuple["Judgement", ...] = ()
    is_required: bool = True


class Judgement(NamedTuple):
    """What came of judging a document. `trust`: in its issuer, which is no part of `outcome`.

    `failures`: exceptions that checks raised by mistake of ours; whoever called the judge logs them.
    """

    document: Document
    outcome: Outcome
    checks: tuple[Check, ...]
    failures: tuple[Exception, ...] = ()
    trust: Trust = NOT_ASKED

    @property
    def why(self) -> str:
        """The sentence of the check that decided."""
        told = (check.message for check in self.checks if check.outcome is self.outcome)
        return next(told, "A check could not be made.")


def worst(findings: tuple[Finding, ...]) -> Outcome:
    """Invalid when something is wrong, unknown when something could not be checked, else valid."""
    outcomes = {finding.outcome for finding in findings}
    return next((worse for worse in (Outcome.INVALID, Outcome.UNKNOWN) if worse in outcomes), Outcome.VALID)


def found(check_id: str, findings: tuple[Finding, ...], fine: str, parts: tuple[Judgement, ...] = ()) -> Check:
    """Make a check of its findings; `fine` is its message when there are none."""
    if not findings:
        return Check(check_id, Outcome.VALID, fine, (), parts)
    outcome = worst(findings)
    told = next((finding.message for finding in findings if finding.outcome is outcome), fine)
    return Check(check_id, outcome, told, findings, parts)


def informing(check_id: str, findings: tuple[Finding, ...], fine: str) -> Check:
    """Make a check that does not keep a document from being valid unless it finds something wrong."""
    return found(check_id, findings, fine)._replace(is_required=False)


def skipped(check_id: str, why: str, *, is_required: bool = True) -> Check:
    """Say that a check was not made, and because of what."""
    return Check(check_id, None, f"Skipped because {why}.", is_required=is_required)


def part_findings(part: Judgement, word: str, invalid: str, unconfirmed: str) -> Iterator[Finding]:
    """Tell that a document inside this one is not valid. `invalid`, `unconfirmed`: codes."""
    pointer = part.document.secured.pointer
    if part.outcome is Outcome.INVALID:
        yield Finding(invalid, f"The {word} is not valid: {part.why}", pointer)
    elif part.outcome is Outcome.UNKNOWN:
        message = f"It could not be found out whether the {word} is valid: {part.why}"
        yield Finding(unconfirmed, message, pointer, Outcome.UNKNOWN)


def overall(checks: tuple[Check, ...]) -> Outcome:
    """Combine the outcomes: valid only when each required check was made and is valid, and nothing is invalid."""
    valid, invalid = Outcome.VALID, Outcome.INVALID  # asked for once: an enumeration is slow to ask
    if any([check.outcome is invalid for check in checks]):  # noqa: C419 - a dozen: a list is quicker
        return invalid
    required = [check.outcome is valid for check in checks if check.is_required]
    return valid if required and all(required) else Outcome.UNKNOWN
