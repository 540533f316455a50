"""Whether an assessment is passed as a whole: total, each section, a number of sections, within a period.

A *sitting* is what may be judged together; attempts.count says how sittings are made of the attempts that count:

    best                each attempt is a sitting of its own
    latest, first       the latest or first attempt is the only sitting
    best_per_section    the best result of each section, of attempts that lie at most `carry_over` apart
    all                 every section with all its attempts, aggregated

The node is met when a sitting passes. A section without a result has no points. Signatures are not asked for here: they
belong to levels of competencies (policy.level_rules), and a rule that wants them asks for the competencies.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from app.competency.aggregate import aggregate
from app.competency.attainment import CONFIRMED, IF_AGELESS, IF_FINAL, View
from app.competency.exact import fraction, number_text
from app.competency.next_step import next_attempt
from app.competency.nodes import Context, Node, Status, Step, Verdict
from app.competency.period import Period
from app.competency.result_record import ResultRecord
from app.competency.rules import Assessment, Section, period

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Points by section id, for the sections that have any; their sum; the last day; the results behind them."""

    points: dict[str, Fraction]
    total: Fraction
    day: date
    records: tuple[ResultRecord, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """What an assessment node asks for. `least`: points by section id; `total`: points of them all, None for any."""

    context: Context
    assessment: Assessment
    least: dict[str, Fraction]
    total: Fraction | None
    mandatory: tuple[str, ...]
    sections_at_least: int
    within: Period | None

    @classmethod
    def of(cls, rule: dict[str, Any], context: Context) -> "Demand":
        """Read the value of the node's `assessment`. Without a choice of sections, section_min is for all of them."""
        assessment = context.attainment.rules.assessments[rule["ref"]]
        mandatory = tuple(rule.get("mandatory_sections", ()))
        chosen = "sections_at_least" in rule or mandatory
        every = "section_min" in rule and (rule.get("sections") == "all" or not chosen)
        share = fraction(rule.get("section_min", 0))
        return cls(
            context=context,
            assessment=assessment,
            least={part.id: share * part.max for part in assessment.sections.values()},
            total=fraction(rule["total_min"]) * assessment.most if "total_min" in rule else None,
            mandatory=tuple(assessment.sections) if every else mandatory,
            sections_at_least=rule.get("sections_at_least", 0),
            within=period(rule.get("within")),
        )

    def sittings(self, view: View) -> list[Sitting]:
        """Return what may be judged together, the earliest first."""
        found = SITTINGS[self.assessment.attempts.count](self.assessment, self._usable(view))
        return sorted(found, key=lambda sitting: (sitting.day, [record.key for record in sitting.records]))

    def _usable(self, view: View) -> list[ResultRecord]:
        attainment, within = self.context.attainment, self.within
        return [
            record
            for section in self.assessment.sections.values()
            for record in attainment.records(section)
            if attainment.accepted(record, view)
            and (view.expired or within is None or within.covers(record.performed_on, attainment.as_of))
        ]

    def passed(self, view: View) -> Sitting | None:
        """Return the first sitting that passes."""
        return next((sitting for sitting in self.sittings(view) if not self.shortfalls(sitting)), None)

    def below(self, sitting: Sitting) -> list[Section]:
        """Return the sections that do not reach section_min."""
        sections = self.assessment.sections.values()
        return [part for part in sections if sitting.points.get(part.id, NOTHING) < self.least[part.id]]

    def shortfalls(self, sitting: Sitting) -> list[Verdict]:
        """Return what the sitting misses; empty when it passes."""
        return [verdict for judge in SHORTFALLS for verdict in judge(self, sitting)]

    def step(self, *first: Section) -> Step:
        """Return the next attempt, of `first` before other sections."""
        open_ones = [*first, *(part for part in self.assessment.sections.values() if part not in first)]
        return next_attempt(self.context, open_ones[:1] if first else open_ones)


def assessment_node(node: dict[str, Any], context: Context) -> Node:
    """Judge a node of the kind `assessment`."""
    demand = Demand.of(node["assessment"], context)
    verdict = _verdict(demand)
    return Node(
        id=node["id"],
        kind="assessment",
        label=node["label"],
        status=verdict.status,
        reason=verdict.reason,
        ref=demand.assessment.id,
        numbers=verdict.numbers,
        evidence=verdict.evidence,
        next_step=verdict.next_step,
        met_on=verdict.met_on,
    )


def _verdict(demand: Demand) -> Verdict:
    exam = demand.assessment.kind == "exam"
    if passed := demand.passed(CONFIRMED):
        return Verdict(Status.MET, "MET", _total(demand, passed), _refs(passed), met_on=passed.day)
    if pending := demand.passed(IF_FINAL):
        step = Step("WAIT_FOR_FINAL", {"assessment": demand.assessment.id})
        return Verdict(Status.PENDING, "RESULT_PROVISIONAL", _total(demand, pending), _refs(pending), step)
    if old := demand.passed(IF_AGELESS):
        through = demand.within.after(min(record.performed_on for record in old.records)) if demand.within else old.day
        reason = "EXAM_TOO_OLD" if exam else "ASSESSMENT_TOO_OLD"
        numbers = {"valid_through": through.isoformat()}
        return Verdict(Status.EXPIRED, reason, numbers, _refs(old), demand.step())
    failed = demand.sittings(IF_FINAL)
    if not failed:
        return Verdict(Status.NOT_MET, "EXAM_MISSING" if exam else "ASSESSMENT_MISSING", next_step=demand.step())
    return demand.shortfalls(max(failed, key=lambda sitting: _nearness(demand, sitting)))[0]


def _nearness(demand: Demand, sitting: Sitting) -> tuple[int, int, Fraction]:
    """Return what makes one failed sitting better than another: fewer things missing, fewer sections, more points."""
    return -len(demand.shortfalls(sitting)), -len(demand.below(sitting)), sitting.total


def _mandatory_short(demand: Demand, sitting: Sitting) -> Iterator[Verdict]:
    if not demand.mandatory:
        return
    for part in demand.below(sitting):
        if part.id in demand.mandatory:
            numbers = _numbers(sitting.points.get(part.id, NOTHING), demand.least[part.id], part.max)
            numbers["section"] = part.id
            yield Verdict(Status.NOT_MET, "SECTION_BELOW_MIN", numbers, _refs(sitting), demand.step(part))


def _sections_short(demand: Demand, sitting: Sitting) -> Iterator[Verdict]:
    if not demand.sections_at_least:
        return
    below = demand.below(sitting)
    enough = len(demand.assessment.sections) - len(below)
    if demand.sections_at_least > enough:
        numbers = {
            "have": str(enough),
            "need": str(demand.sections_at_least),
            "of": str(len(demand.assessment.sections)),
            "below": ", ".join(part.id for part in below),
        }
        yield Verdict(Status.NOT_MET, "SECTIONS_SHORT", numbers, _refs(sitting), demand.step(*below[:1]))


def _total_short(demand: Demand, sitting: Sitting) -> Iterator[Verdict]:
    if demand.total is not None and sitting.total < demand.total:
        yield Verdict(Status.NOT_MET, "TOTAL_BELOW_MIN", _total(demand, sitting), _refs(sitting), demand.step())


def _total(demand: Demand, sitting: Sitting) -> dict[str, str]:
    return _numbers(sitting.total, demand.total or NOTHING, demand.assessment.most)


def _numbers(have: Fraction, need: Fraction, of: Fraction) -> dict[str, str]:
    return {"have": number_text(have), "need": number_text(need), "of": number_text(of)}


def _refs(sitting: Sitting) -> tuple[str, ...]:
    return tuple(record.ref for record in sitting.records)


def _points(assessment: Assessment, record: ResultRecord) -> Fraction:
    return (record.share or NOTHING) * assessment.sections[record.section].max


def _one(assessment: Assessment, records: list[ResultRecord]) -> Sitting:
    """Make a sitting of one result per section."""
    points = {record.section: _points(assessment, record) for record in records}
    return _sitting(points, records)


def _sitting(points: dict[str, Fraction], records: list[ResultRecord]) -> Sitting:
    total = sum(points.values(), NOTHING)
    return Sitting(points, total, max(record.performed_on for record in records), tuple(records))


def _by_attempt(records: list[ResultRecord]) -> list[list[ResultRecord]]:
    """Return the results of each attempt, in the order of their first days and numbers."""
    groups: dict[int, list[ResultRecord]] = {}
    for record in records:
        groups.setdefault(record.attempt, []).append(record)
    return sorted(groups.values(), key=lambda group: (min(item.performed_on for item in group), group[0].attempt))


def _each_attempt(assessment: Assessment, records: list[ResultRecord]) -> list[Sitting]:
    return [_one(assessment, group) for group in _by_attempt(records)]


def _windows(assessment: Assessment, records: list[ResultRecord]) -> list[Sitting]:
    """Make a sitting for each day on which something was taken: the best of each section that carries over to it."""
    carry = assessment.attempts.carry_over
    sittings = []
    for day in sorted({record.performed_on for record in records}):
        best: dict[str, ResultRecord] = {}
        for record in records:
            if record.performed_on > day or (carry is not None and not carry.covers(record.performed_on, day)):
                continue
            other = best.get(record.section)
            if other is None or (record.share or 0) > (other.share or 0):
                best[record.section] = record
        sittings.append(_one(assessment, list(best.values())))
    return sittings


def _aggregated(assessment: Assessment, records: list[ResultRecord]) -> list[Sitting]:
    points: dict[str, Fraction] = {}
    counted: list[ResultRecord] = []
    for section in assessment.sections.values():
        mine = [record for record in records if record.section == section.id]
        values = [section.value(record.share) for record in mine if record.share is not None]
        value, used = aggregate(values, assessment.aggregation)
        if value is not None:
            points[section.id] = section.points(value)
        counted.extend(mine[position] for position in used)
    return [_sitting(points, counted)] if counted else []


SITTINGS: dict[str, Callable[[Assessment, list[ResultRecord]], list[Sitting]]] = {
    "best": _each_attempt,
    "latest": lambda assessment, records: _each_attempt(assessment, records)[-1:],
    "first": lambda assessment, records: _each_attempt(assessment, records)[:1],
    "best_per_section": _windows,
    "all": _aggregated,
}
SHORTFALLS: tuple[Callable[[Demand, Sitting], Iterator[Verdict]], ...] = (
    _mandatory_short,
    _sections_short,
    _total_short,
)
