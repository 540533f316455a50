"""What a check can come to: valid, invalid, or unknown (could not be checked). Cannot check is never valid."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The three outcomes of judging; a check that was skipped has none."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found wrong, or that could not be found out.

    `code`: stable snake_case name. `message`: a sentence for a person. `pointer`: JSON Pointer (RFC 6901) into the
    document, "" for the whole. `problem_type`: the W3C problem type URL where one exists.
    """

    code: str
    message: str
    pointer: str = ""
    outcome: Outcome = Outcome.INVALID
    problem_type: str | None = None


class Unsound(Exception):  # noqa: N818 - a finding on its way up, not a failure of ours
    """Carries a finding out of pure code that cannot go on; verifying makes a result of it, issuing a refusal."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding."""
        super().__init__(finding.message)
        self.finding = finding


def unsound(code: str, message: str, pointer: str = "", *, problem_type: str | None = None) -> Unsound:
    """Say in one line that a document is invalid."""
    return Unsound(Finding(code, message, pointer, problem_type=problem_type))


def unknown(code: str, message: str, pointer: str = "", *, problem_type: str | None = None) -> Unsound:
    """Say in one line that something could not be checked."""
    return Unsound(Finding(code, message, pointer, Outcome.UNKNOWN, problem_type))
