"""Why a competency is at the level asked for, or not yet.

The answers, in this order (the first that holds is the reason):

    MET                  the confirmed evidence reaches the level
    NO_EVIDENCE          nothing has been recorded
    RESULT_PROVISIONAL   it would be reached if the provisional results were final           (pending)
    NEEDS_SIGN_OFF       it would be reached if the results were signed                      (pending)
    RPL_NEEDS_SIGNATURE  it would be reached if the claim of prior learning were signed      (pending)
    EVIDENCE_EXPIRED     it would be reached if the evidence were not too old                (expired)
    NEEDS_PRACTICE       the level's rule asks for practice, and there is none
    NEEDS_KNOWLEDGE      the level's rule asks for a knowledge test, and there is none
    LEVEL_TOO_LOW        there is evidence of the right kind, at a lower level
    EVIDENCE_SHORT       there is some at the level, but the rule asks for more pieces
    ASSESSORS_SHORT      there are enough pieces, but by too few different assessors

For the last five, what is provisional or unsigned is taken as confirmed: the reason names what is missing besides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from app.competency.attainment import (
    CONFIRMED,
    IF_AGELESS,
    IF_DECIDED,
    IF_FINAL,
    IF_RECOGNISED,
    IF_SIGNED,
    RPL,
    Piece,
    View,
    a_view,
    fits,
    meet,
)
from app.competency.exact import number_text
from app.competency.next_step import next_attempt, sections_that_show
from app.competency.nodes import Context, Node, Status, Step, Verdict
from app.competency.period import Period
from app.competency.rules import Clause, Section

IF_ANYTHING = a_view(provisional=True, unsigned=True, undecided=True, expired=True)


@dataclass(frozen=True, slots=True)
class Demand:
    """A competency at a level, of evidence not older than `max_age` (besides the framework's own limit)."""

    context: Context
    competency: str
    rank: int
    max_age: Period | None

    def pieces(self, view: View) -> tuple[Piece, ...]:
        """Return the evidence in this view."""
        return self.context.attainment.pieces(self.competency, view, self.max_age)

    def reached(self, view: View) -> int | None:
        """Return the lowest rank, of the one asked for and those above, whose rule is met; None for none."""
        gates = self.context.attainment.gates(self.competency, view, self.max_age)
        return next((rank for rank in range(self.rank, len(gates)) if gates[rank] is not None), None)

    def missing(self, view: View) -> list[Piece]:
        """Return the pieces that reach the level in this view and would not count as they are; empty for none."""
        attainment = self.context.attainment
        gates = attainment.gates(self.competency, view, self.max_age)
        rank = self.reached(view)
        if rank is None or gates is attainment.gates(self.competency, CONFIRMED, self.max_age):
            return []
        confirmed = {piece.refs: piece for piece in self.pieces(CONFIRMED)}
        found: dict[tuple[str, ...], Piece] = {}
        for clause in attainment.rules.gates[rank]:
            for piece in meet(clause, self.pieces(view)) or ():
                twin = confirmed.get(piece.refs)
                if twin is None or not fits(clause, [twin]):
                    found[piece.refs] = piece
        return list(found.values())


def competency_node(context: Context, node_id: str, competency: str, level: str, max_age: Period | None = None) -> Node:
    """Judge one competency at one level; `node_id` is the answer node's."""
    rules = context.attainment.rules
    demand = Demand(context, competency, rules.rank(level), max_age)
    verdict = _verdict(demand)
    reached = rules.level(context.attainment.rank(competency, CONFIRMED, max_age))
    levels = {"need_level": level} | ({"have_level": reached} if reached else {})
    return Node(
        id=node_id,
        kind="competency",
        label=context.framework.competencies[competency]["name"],
        status=verdict.status,
        reason=verdict.reason,
        ref=competency,
        numbers=levels | verdict.numbers,
        evidence=verdict.evidence,
        next_step=verdict.next_step,
        met_on=verdict.met_on,
    )


def _verdict(demand: Demand) -> Verdict:
    """Judge a demand, once for all awards of the same course."""
    key = (demand.competency, demand.rank, demand.max_age, demand.context.award.get("course"))
    known = demand.context.verdicts
    if key not in known:
        known[key] = next(found for judge in JUDGES if (found := judge(demand)) is not None)
    return known[key]


def is_shown(context: Context, competency: str, level: str, max_age: Period | None, view: View) -> bool:
    """Tell whether a competency is shown at a level in a view."""
    return Demand(context, competency, context.attainment.rules.rank(level), max_age).reached(view) is not None


def _met(demand: Demand) -> Verdict | None:
    rank = demand.reached(CONFIRMED)
    if rank is None:
        return None
    counted = demand.context.attainment.gates(demand.competency, CONFIRMED, demand.max_age)[rank] or ()
    return Verdict(Status.MET, "MET", evidence=_refs(counted), met_on=max(piece.shown_on for piece in counted))


def _nothing(demand: Demand) -> Verdict | None:
    context = demand.context
    sections = context.attainment.rules.sections_of.get(demand.competency, ())
    if any(context.attainment.records(section) for section in sections) or demand.pieces(IF_ANYTHING):
        return None
    clause = context.attainment.rules.gates[demand.rank][0]
    return Verdict(Status.NOT_MET, "NO_EVIDENCE", next_step=_show(demand, clause))


def _pending(demand: Demand) -> Verdict | None:
    for view, reason, code in (
        (IF_FINAL, "RESULT_PROVISIONAL", "WAIT_FOR_FINAL"),
        (IF_SIGNED, "NEEDS_SIGN_OFF", "ASK_SIGN_OFF"),
        (IF_RECOGNISED, "RPL_NEEDS_SIGNATURE", "ASK_RPL_SIGNATURE"),
        (IF_DECIDED, "RESULT_PROVISIONAL", "WAIT_FOR_FINAL"),
    ):
        missing = demand.missing(view)
        if missing and missing[0].kind == RPL:
            step = Step("ASK_RPL_SIGNATURE", {"claim": missing[0].source[1]})
            return Verdict(Status.PENDING, "RPL_NEEDS_SIGNATURE", _signatures(demand), _refs(missing), step)
        if missing:
            assessment, section = missing[0].source
            step = Step(code, {"assessment": assessment, "section": section})
            return Verdict(Status.PENDING, reason, evidence=_refs(missing), next_step=step)
    return None


def _signatures(demand: Demand) -> dict[str, str]:
    attainment = demand.context.attainment
    have = max(len(claim.signers) for claim in attainment.claims if claim.competency == demand.competency)
    return {"have": str(have), "need": str(attainment.rules.rpl.signatures)}


def _expired(demand: Demand) -> Verdict | None:
    old = demand.missing(IF_AGELESS)
    if not old:
        return None
    rules = demand.context.attainment.rules
    ages = [age for age in (rules.max_age.get(demand.competency), demand.max_age) if age is not None]
    through = min(age.after(piece.performed_on) for piece in old for age in ages)
    sections = [piece.section for piece in old if piece.section is not None]
    step = next_attempt(demand.context, sections or _sections(demand, rules.gates[demand.rank][0]))
    return Verdict(Status.EXPIRED, "EVIDENCE_EXPIRED", {"valid_through": through.isoformat()}, _refs(old), step)


def _lacking(demand: Demand) -> Verdict:
    """Name what the first unmet demand of the level's rule still misses."""
    pieces = demand.pieces(IF_DECIDED)
    clauses = demand.context.attainment.rules.gates[demand.rank]
    clause = next(clause for clause in clauses if meet(clause, pieces) is None)
    of_kind = [piece for piece in pieces if piece.kind in clause.kinds]
    fitting = fits(clause, of_kind)
    if not of_kind:
        return Verdict(Status.NOT_MET, _missing_kind(clause), next_step=_show(demand, clause))
    if not fitting:
        return _too_low(demand, clause, of_kind)
    others = _show(demand, clause, [piece.section for piece in fitting if piece.section is not None])
    if len(fitting) < clause.evidence:
        numbers = {"have": str(len(fitting)), "need": str(clause.evidence)}
        return Verdict(Status.NOT_MET, "EVIDENCE_SHORT", numbers, _refs(fitting), others)
    assessors = {assessor for piece in fitting for assessor in piece.assessors}
    numbers = {"have": str(len(assessors)), "need": str(clause.distinct_assessors)}
    return Verdict(Status.NOT_MET, "ASSESSORS_SHORT", numbers, _refs(fitting), others)


def _missing_kind(clause: Clause) -> str:
    practice, knowledge = "practice" in clause.kinds, "knowledge" in clause.kinds
    if practice == knowledge:
        return "NO_EVIDENCE"
    return "NEEDS_PRACTICE" if practice else "NEEDS_KNOWLEDGE"


@dataclass(frozen=True, slots=True)
class Near:
    """A piece of evidence of an assessment that could reach the level: `needed`, in the unit of its section."""

    piece: Piece
    section: Section
    needed: Fraction

    @property
    def gap(self) -> Fraction:
        """How much is missing, as a share of the maximum."""
        return self.section.points(self.needed - (self.piece.value or Fraction(0))) / self.section.max


def _too_low(demand: Demand, clause: Clause, pieces: list[Piece]) -> Verdict:
    """Tell the numbers of the nearest piece: one that can still be improved first, then the smallest gap."""
    able = [near for piece in pieces if (near := _near(piece, clause)) is not None]
    if not able:  # what was shown cannot reach the level, however good
        return Verdict(Status.NOT_MET, "LEVEL_TOO_LOW", evidence=_refs(pieces), next_step=_show(demand, clause))
    nearest = min(able, key=lambda near: (_is_closed(demand, near.section), near.gap, near.piece.refs))
    others = [section for section in _sections(demand, clause) if section != nearest.section]
    step = next_attempt(demand.context, [nearest.section, *others])
    return Verdict(Status.NOT_MET, "LEVEL_TOO_LOW", _shortfall(demand, nearest), nearest.piece.refs, step)


def _near(piece: Piece, clause: Clause) -> Near | None:
    section = piece.section
    needed = None if section is None or section.mapping is None else section.mapping.start(clause.rank)
    return None if section is None or needed is None else Near(piece, section, needed)


def _shortfall(demand: Demand, near: Near) -> dict[str, str]:
    section, value = near.section, near.piece.value
    numbers = {"assessment": section.assessment, "section": section.id, "of": number_text(section.max)}
    if value is None:  # n_times, or fewer than min_results: there is no value yet, only a number of results
        how = demand.context.attainment.rules.assessments[section.assessment].aggregation
        good = [share for share in _shares(demand, section) if section.value(share) >= how.threshold]
        count = {"have": str(len(good)), "need": str(max(how.n, how.min_results))}
        return numbers | count | {"each": number_text(section.points(how.threshold))}
    return numbers | {"have": number_text(section.points(value)), "need": number_text(section.points(near.needed))}


def _shares(demand: Demand, section: Section) -> list[Fraction]:
    return [record.share for record in demand.context.attainment.records(section) if record.share is not None]


def _is_closed(demand: Demand, section: Section) -> bool:
    return next_attempt(demand.context, [section]).code != "RETAKE"


def _sections(demand: Demand, clause: Clause) -> list[Section]:
    return sections_that_show(demand.context, demand.competency, clause.rank, clause.kinds)


def _show(demand: Demand, clause: Clause, besides: list[Section] | None = None) -> Step:
    """Return the step to an assessment that can meet the clause, other than those that did."""
    return next_attempt(demand.context, [item for item in _sections(demand, clause) if item not in (besides or [])])


def _refs(pieces: tuple[Piece, ...] | list[Piece]) -> tuple[str, ...]:
    return tuple(ref for piece in pieces for ref in piece.refs)


JUDGES: tuple[Callable[[Demand], Verdict | None], ...] = (_met, _nothing, _pending, _expired, _lacking)
