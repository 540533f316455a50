"""The canonical result record: one score of one learner in one section of one assessment at one attempt.

Every source (CSV, JSON, later Moodle, LTI, xAPI ...) is read to this. Its key is (source_system, source_record_id): the
same content again is nothing new, other content is a correction.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

FINAL, PROVISIONAL, VOIDED = STATUSES = ("final", "provisional", "voided")


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """`score` and `max` are decimal texts ("19.99"); `score` is None for no result, which is not the same as zero.

    `learner`, `assessor` and `signed_off_by` are the client's ids of persons. `performed_on` is the day of the
    assessment, not of the import. `stated_at`: when the source said so, where it tells; an older statement never
    replaces a newer one. `share` is score / max, exact, None without a score.
    """

    source_system: str
    source_record_id: str
    learner: str
    assessment: str
    section: str
    attempt: int
    score: str | None
    max: str
    performed_on: date
    status: str = FINAL
    assessor: str | None = None
    signed_off_by: str | None = None
    signed_off_on: date | None = None
    stated_at: datetime | None = None
    share: Fraction | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work out the share once: evaluation compares it many times."""
        share = None if self.score is None else Fraction(self.score) / Fraction(self.max)
        object.__setattr__(self, "share", share)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the record in its source."""
        return self.source_system, self.source_record_id

    @property
    def ref(self) -> str:
        """The key as one text, "moodle-a:r0005": two systems may use the same number."""
        return f"{self.source_system}:{self.source_record_id}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a record is not taken: a stable code and a sentence that says what to do."""

    reason_code: str
    message: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """`number`: the row as a spreadsheet counts it (the header is row 1), or the position in a JSON list, from 1."""

    number: int
    record: ResultRecord


@dataclass(frozen=True, slots=True)
class Refused:
    """`raw`: what was sent, shortened, as JSON values; `number` as in Accepted.

    `record`: what it would be if a person said that it is right.
    """

    number: int
    reason_code: str
    message: str
    raw: Any
    record: ResultRecord | None = None


Row = Accepted | Refused
