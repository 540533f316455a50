"""From results to the levels of competencies that they show, as of a date.

1. attempts.py says which results count as attempts of each section.
2. For each section, `evidence_of` takes those that are decided (accepted status), signed where the assessment needs it,
   and recent enough (a period is added to performed_on and holds through that day); then attempts.count and aggregation
   make one value of them, and the mapping makes a level of the value: one piece of evidence.
3. Prior learning that enough assessors accepted, and foreign credentials that are agreed to be equivalent, are pieces
   of evidence too (agreements.py), of the kinds rpl and recognised.
4. A competency has the highest level whose rule (policy.level_rules) its pieces meet.

A `View` says what is taken as given. CONFIRMED decides. The others answer "what if": if the provisional results were
final, if the missing signatures were there, if old evidence still counted, if prior learning did not. They find the
reason and the next step, and decide nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache

from app.competency.aggregate import aggregate
from app.competency.agreements import Claim, Recognised, claims, recognised
from app.competency.attempts import Attempts, sort_out
from app.competency.evidence import Evidence
from app.competency.period import Period
from app.competency.result_record import PROVISIONAL, ResultRecord
from app.competency.rules import NO_LEVEL, Clause, Rules, Section

MaxAges = tuple[Period, ...]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What is taken as given, besides what is confirmed. There is one of each (a_view), told apart by identity."""

    provisional: bool = False
    unsigned: bool = False
    undecided: bool = False
    expired: bool = False
    prior_learning: bool = True


@cache
def a_view(
    *, provisional: bool = False, unsigned: bool = False, undecided: bool = False, expired: bool = False,
    prior_learning: bool = True,
) -> View:  # fmt: skip
    """Return the one view of these flags."""
    return View(provisional, unsigned, undecided, expired, prior_learning)


CONFIRMED = a_view()
IF_FINAL = a_view(provisional=True)
IF_SIGNED = a_view(unsigned=True)
IF_RECOGNISED = a_view(undecided=True)
IF_DECIDED = a_view(provisional=True, unsigned=True, undecided=True)
IF_AGELESS = a_view(expired=True)
WITHOUT_RPL = a_view(prior_learning=False)

RPL, RECOGNISED = "rpl", "recognised"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence. `value`, in the unit of the section, is None when the results make none (too few of them).

    `source`: what tells it from others: (assessment, section), or kind and id of a claim or credential, which has no
    section. `performed_on`: the day of the oldest of its results, from which its age counts. `shown_on`: the day on
    which the last of them was performed or signed.
    """

    kind: str
    source: tuple[str, str]
    section: Section | None
    value: Fraction | None
    rank: int
    signed: bool
    assessors: frozenset[str]
    performed_on: date
    shown_on: date
    refs: tuple[str, ...]


Gates = tuple[tuple[Piece, ...] | None, ...]
"""By rank: the pieces that meet the rule of that level, None when they do not."""


@dataclass(frozen=True, slots=True)
class Attainment:
    """One learner's evidence under one framework, as of one date."""

    rules: Rules
    attempts: Attempts
    as_of: date
    claims: tuple[Claim, ...] = ()
    recognised: tuple[Recognised, ...] = ()
    _views: dict[tuple[View, Period | None], View] = field(default_factory=dict, repr=False)
    _pieces: dict[tuple[str, View, Period | None], tuple[Piece, ...]] = field(default_factory=dict, repr=False)
    _gates: dict[tuple[str, View, Period | None], Gates] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, rules: Rules, evidence: Evidence, as_of: date) -> "Attainment":
        """`evidence` is of one learner, in any order; raises BadInput when its results are not."""
        return cls(
            rules,
            sort_out(rules, evidence.results, as_of),
            as_of,
            tuple(claims(rules.rpl, rules.ranks, evidence, as_of)),
            tuple(recognised(rules.equivalences, evidence, as_of)),
        )

    def pieces(self, competency: str, view: View = CONFIRMED, max_age: Period | None = None) -> tuple[Piece, ...]:
        """Return the evidence for a competency; `max_age` applies besides the framework's own."""
        view = self.effective(view, max_age)
        key = (competency, view, max_age)
        if key not in self._pieces:
            ages = tuple(age for age in (self.rules.max_age.get(competency), max_age) if age is not None)
            sections = self.rules.sections_of.get(competency, ())
            found = [evidence_of(self, section, view, ages) for section in sections]
            found += self._agreed(competency, view, ages)
            self._pieces[key] = tuple(piece for piece in found if piece is not None)
        return self._pieces[key]

    def _agreed(self, competency: str, view: View, ages: MaxAges) -> Iterator[Piece]:
        """Yield the evidence that is not of assessments."""
        found = [agreed_piece(item) for item in self.recognised if item.competency == competency]
        if view.prior_learning:
            complete = (item for item in self.claims if item.is_complete or view.undecided)
            found += [claim_piece(item, self.as_of) for item in complete if item.competency == competency]
        for piece in found:
            if view.expired or all(age.covers(piece.performed_on, self.as_of) for age in ages):
                yield piece

    def rank(self, competency: str, view: View = CONFIRMED, max_age: Period | None = None) -> int:
        """Return the rank of the level reached, NO_LEVEL for none."""
        gates = self.gates(competency, view, max_age)
        return next((rank for rank in range(len(gates) - 1, NO_LEVEL, -1) if gates[rank] is not None), NO_LEVEL)

    def gates(self, competency: str, view: View = CONFIRMED, max_age: Period | None = None) -> Gates:
        """Return what meets the rules of the levels in a view; worked out once."""
        key = (competency, view, max_age)
        found = self._gates.get(key)
        if found is None:
            effective = self.effective(view, max_age)
            if effective is view:
                pieces = self.pieces(competency, view, max_age)
                found = tuple(gate(self.rules, rank, pieces) for rank in range(len(self.rules.levels) + 1))
            else:
                found = self.gates(competency, effective, max_age)
            self._gates[key] = found
        return found

    def effective(self, view: View, max_age: Period | None) -> View:
        """Return the view without what this learner has nothing of, so that the same answer is found once."""
        key = (view, max_age)
        if key not in self._views:
            records = [record for counting in self.attempts.counting.values() for record in counting]
            days = [record.performed_on for record in records]
            days += [claim.evidenced_on for claim in self.claims]
            days += [item.credential.issued_on for item in self.recognised]
            ages = {*self.rules.max_age.values(), max_age} - {None}
            self._views[key] = a_view(
                provisional=view.provisional and any(record.status == PROVISIONAL for record in records),
                unsigned=view.unsigned and not all(self.signed(record) for record in records),
                undecided=view.undecided and not all(claim.is_complete for claim in self.claims),
                expired=view.expired and not all(age.covers(min(days), self.as_of) for age in ages if days and age),
                prior_learning=view.prior_learning or not self.claims,
            )
        return self._views[key]

    def records(self, section: Section) -> tuple[ResultRecord, ...]:
        """Return the attempts of a section that count, oldest first."""
        return self.attempts.counting.get((section.assessment, section.id), ())

    def accepted(self, record: ResultRecord, view: View) -> bool:
        """Return whether the status of a result lets it decide."""
        return record.status in self.rules.accepted_statuses or (view.provisional and record.status == PROVISIONAL)

    def signed(self, record: ResultRecord) -> bool:
        """Return whether somebody who may has signed the result, by the date."""
        barred = {"learner": record.learner, "assessor": record.assessor}
        return (
            record.signed_off_by is not None
            and record.signed_off_on is not None
            and record.signed_off_on <= self.as_of
            and all(record.signed_off_by != barred[role] for role in self.rules.sign_off_by_other_than)
        )


def evidence_of(attainment: Attainment, section: Section, view: View, ages: MaxAges) -> Piece | None:
    """Return the piece of evidence of one section, None when no result of it counts."""
    usable = _usable(attainment, section, view, ages)
    if not usable or section.mapping is None:
        return None
    assessment = attainment.rules.assessments[section.assessment]
    chosen = choose(assessment.attempts.count, usable)
    values = [section.value(record.share) for record in chosen if record.share is not None]
    value, used = aggregate(values, assessment.aggregation)
    counted = [chosen[position] for position in used] or chosen
    signed_on = [record.signed_off_on for record in counted if attainment.signed(record)]
    performed_on = [record.performed_on for record in counted]
    return Piece(
        kind=assessment.kind,
        source=(section.assessment, section.id),
        section=section,
        value=value,
        rank=NO_LEVEL if value is None else section.mapping.rank(value),
        signed=view.unsigned or len(signed_on) == len(counted),
        assessors=frozenset(record.assessor for record in counted if record.assessor),
        performed_on=min(performed_on),
        shown_on=max(*performed_on, *(day for day in signed_on if day is not None), date.min),
        refs=tuple(record.ref for record in counted),
    )


def claim_piece(claim: Claim, as_of: date) -> Piece:
    """Return the piece of evidence of a claim of prior learning: its assessors' decisions are its signatures."""
    return Piece(
        kind=RPL,
        source=(RPL, claim.id),
        section=None,
        value=None,
        rank=claim.rank,
        signed=True,
        assessors=frozenset(signer for signer, _ in claim.signers),
        performed_on=claim.evidenced_on,
        shown_on=max([claim.evidenced_on, *(day for _, day in claim.signers)]) if claim.is_complete else as_of,
        refs=(f"{RPL}:{claim.id}",),
    )


def agreed_piece(item: Recognised) -> Piece:
    """Return the piece of evidence of a credential that is agreed to be equivalent."""
    return Piece(
        kind=RECOGNISED,
        source=(RECOGNISED, item.credential.id),
        section=None,
        value=None,
        rank=item.rank,
        signed=True,
        assessors=frozenset(),
        performed_on=item.credential.issued_on,
        shown_on=item.since,
        refs=(f"credential:{item.credential.id}",),
    )


def _usable(attainment: Attainment, section: Section, view: View, ages: MaxAges) -> list[ResultRecord]:
    """Return the attempts of a section that are decided, signed and recent, as far as the view asks; oldest first."""
    records = attainment.records(section)
    assessment = attainment.rules.assessments[section.assessment]
    if assessment.attempts.count == "first":  # the first attempt stands, also when it is too old or not decided yet
        records = records[:1]
    needs_signature = assessment.needs_sign_off and not view.unsigned
    limits = () if view.expired else ages
    return [
        record
        for record in records
        if attainment.accepted(record, view)
        and (not needs_signature or attainment.signed(record))
        and all(age.covers(record.performed_on, attainment.as_of) for age in limits)
    ]


def choose(count: str, records: list[ResultRecord]) -> list[ResultRecord]:
    """Return the attempts of one section that count (attempts.count); `records` is not empty and oldest first.

    A section is a competency of its own, so its best attempt counts even when another attempt is better as a whole; the
    whole is judged in assessment_node.py.
    """
    if count == "all":
        return records
    if count == "latest":
        return records[-1:]
    if count == "first":
        return records[:1]
    best = max(record.share for record in records if record.share is not None)
    return [next(record for record in records if record.share == best)]


def gate(rules: Rules, rank: int, pieces: Sequence[Piece]) -> tuple[Piece, ...] | None:
    """Return the pieces that meet the rule of a level, None when they do not."""
    clauses = rules.gates.get(rank)
    if clauses is None or not pieces:
        return None
    counted: dict[tuple[str, str], Piece] = {}
    for clause in clauses:
        enough = meet(clause, pieces)
        if enough is None:
            return None
        counted.update((piece.source, piece) for piece in enough)
    return tuple(counted.values())


def meet(clause: Clause, pieces: Sequence[Piece]) -> list[Piece] | None:
    """Return the earliest pieces that meet one demand of a level rule, None when there are not enough.

    Prior learning comes last: other evidence is counted first.
    """
    fitting = sorted(fits(clause, pieces), key=lambda piece: (piece.kind == RPL, piece.shown_on, piece.source))
    assessors: set[str] = set()
    for number, piece in enumerate(fitting, start=1):
        assessors |= piece.assessors
        if number >= clause.evidence and len(assessors) >= clause.distinct_assessors:
            return fitting[:number]
    return None


def fits(clause: Clause, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces that each meet the clause: kind, level, signature."""
    return [
        piece
        for piece in pieces
        if piece.kind in clause.kinds and piece.rank >= clause.rank and (piece.signed or not clause.signed_off)
    ]
