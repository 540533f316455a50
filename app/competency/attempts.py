"""Which results count as attempts, as of a date, and why the others do not.

For each section of each assessment, in this order:

1. results performed after the date, voided results, results without a score and results of assessments that the
   framework does not have (they belong to another one) are no attempts;
2. a result that does not fit the framework (unknown section, another scale) is left out with its reason;
3. an attempt beyond `attempts.max` is left out;
4. of two records of one attempt number one counts: a final one before a provisional one, then the later performed, then
   the lower score, so that a doubtful second record never helps;
5. an attempt less than `attempts.min_days_between` days after the last one that counts is left out.

Provisional results are kept: what they would change is told, but they decide nothing (attainment.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.competency.result_record import FINAL, VOIDED, ResultRecord
from app.competency.rules import Assessment, Rules
from app.errors import BadInput

Key = tuple[str, str]
"""(assessment id, section id)"""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A result that does not count: its reference and a reason code (as in results.check_against)."""

    ref: str
    reason: str
    assessment: str


@dataclass(frozen=True, slots=True)
class Attempts:
    """`counting`: by section, oldest first. `last`: by section, the highest attempt number and last day ever used."""

    counting: dict[Key, tuple[ResultRecord, ...]]
    last: dict[Key, tuple[int, date]]
    left_out: tuple[LeftOut, ...]


def sort_out(rules: Rules, results: Iterable[ResultRecord], as_of: date) -> Attempts:
    """Group one learner's results; raises BadInput when they are of several learners."""
    groups: dict[Key, list[ResultRecord]] = {}
    last: dict[Key, tuple[int, date]] = {}
    left_out: list[LeftOut] = []
    learners: set[str] = set()
    for record in results:
        learners.add(record.learner)
        if record.performed_on > as_of:
            continue
        key = (record.assessment, record.section)
        number, day = last.get(key, (0, record.performed_on))
        last[key] = (max(number, record.attempt), max(day, record.performed_on))
        assessment = rules.assessments.get(record.assessment)
        if record.share is None or record.status == VOIDED or assessment is None:
            continue
        reason = _misfit(assessment, record)
        if reason is None:
            groups.setdefault(key, []).append(record)
        else:
            left_out.append(LeftOut(record.ref, reason, record.assessment))
    if len(learners) > 1:
        raise BadInput("The results belong to more than one learner.", remedy="Evaluate one learner at a time.")
    counting = {key: _counting(rules.assessments[key[0]], groups[key], left_out) for key in sorted(groups)}
    return Attempts(counting, last, tuple(sorted(left_out, key=lambda item: (item.ref, item.reason))))


def _misfit(assessment: Assessment, record: ResultRecord) -> str | None:
    """Return why a stored result does not fit this version of the framework, None when it does."""
    section = assessment.sections.get(record.section)
    if section is None:
        return "UNKNOWN_SECTION"
    if section.max != Fraction(record.max):
        return "SCALE_MISMATCH"
    over = assessment.attempts.max is not None and record.attempt > assessment.attempts.max
    return "ATTEMPT_OVER_LIMIT" if over else None


def _counting(assessment: Assessment, records: list[ResultRecord], left_out: list[LeftOut]) -> tuple[ResultRecord, ...]:
    counting: list[ResultRecord] = []
    for record in _one_per_attempt(records, left_out):
        wait = assessment.attempts.min_days_between
        if counting and (record.performed_on - counting[-1].performed_on).days < wait:
            left_out.append(LeftOut(record.ref, "ATTEMPT_TOO_SOON", record.assessment))
        else:
            counting.append(record)
    return tuple(counting)


def _one_per_attempt(records: list[ResultRecord], left_out: list[LeftOut]) -> list[ResultRecord]:
    """Return one record of each attempt number, oldest first."""
    chosen: dict[int, ResultRecord] = {}
    for record in records:
        other = chosen.get(record.attempt)
        if other is None:
            chosen[record.attempt] = record
            continue
        keep, drop = sorted((record, other), key=_trust, reverse=True)
        chosen[record.attempt] = keep
        left_out.append(LeftOut(drop.ref, "REPEATED_ATTEMPT", drop.assessment))
    return sorted(chosen.values(), key=lambda record: (record.performed_on, record.attempt))


def _trust(record: ResultRecord) -> tuple[bool, date, Fraction, tuple[str, str]]:
    return record.status == FINAL, record.performed_on, -(record.share or Fraction(0)), record.key
