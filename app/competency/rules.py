"""The rules of a framework, parsed once: fractions, periods and levels as values that compare exactly and fast.

Levels are ranks here: 1 for the lowest, in the order of `levels[].order`; 0 means that no level is shown. The words are
those of the framework file (framework.schema.json); the rule language itself is walked in evaluate.py.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.competency.agreements import Equivalence, RplPolicy, equivalences, rpl_policy
from app.competency.exact import fraction
from app.competency.period import Period

NO_LEVEL = 0
ACCEPTED_STATUSES = ("final",)  # when the policy names none: a provisional result decides nothing


@dataclass(frozen=True, slots=True)
class Mapping:
    """Steps of (from, rank), rising. `of_points`: steps are in points, else in shares of the maximum."""

    id: str
    of_points: bool
    steps: tuple[tuple[Fraction, int], ...]

    def rank(self, value: Fraction) -> int:
        """Return the rank of the highest step at or below `value`, which is in the unit of the steps."""
        return max((rank for start, rank in self.steps if start <= value), default=NO_LEVEL)

    def start(self, rank: int) -> Fraction | None:
        """Return the smallest value that shows at least `rank`, None when no step does."""
        return min((start for start, reached in self.steps if reached >= rank), default=None)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an assessment with a score of its own. `competency` and `mapping` are there together or not at all."""

    assessment: str
    id: str
    max: Fraction
    competency: str | None
    mapping: Mapping | None

    @property
    def in_points(self) -> bool:
        """Return whether values of this section are points; else they are shares of the maximum."""
        return self.mapping is not None and self.mapping.of_points

    def value(self, share: Fraction) -> Fraction:
        """Return a share of the maximum in the unit of this section."""
        return share * self.max if self.in_points else share

    def points(self, value: Fraction) -> Fraction:
        """Return a value of this section in points."""
        return value if self.in_points else value * self.max


@dataclass(frozen=True, slots=True)
class Attempts:
    """Which attempts count: `count` is best, latest, first, all or best_per_section; `max` None means any number."""

    count: str
    max: int | None
    min_days_between: int
    carry_over: Period | None


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How several results become one value; members that a method does not use keep their default."""

    method: str
    weight_latest: Fraction = Fraction(1)
    weights: tuple[Fraction, ...] = ()
    n: int = 1
    threshold: Fraction = Fraction(0)
    min_results: int = 1


@dataclass(frozen=True, slots=True)
class Assessment:
    """A test, practical work or examination with its sections by id, in the order of the file. `most`: their points."""

    id: str
    kind: str
    course: str | None
    needs_sign_off: bool
    attempts: Attempts
    aggregation: Aggregation
    sections: dict[str, Section]
    most: Fraction


@dataclass(frozen=True, slots=True)
class Clause:
    """One demand of a level rule: `evidence` pieces of one of `kinds`, each at `rank` or higher."""

    evidence: int
    kinds: frozenset[str]
    rank: int
    signed_off: bool
    distinct_assessors: int


@dataclass(frozen=True, slots=True)
class Rules:
    """`levels`: ids by rank minus one. `gates`: rank -> clauses that must all hold. `max_age`: by competency."""

    levels: tuple[str, ...]
    gates: dict[int, tuple[Clause, ...]]
    assessments: dict[str, Assessment]
    sections_of: dict[str, tuple[Section, ...]]
    max_age: dict[str, Period | None]
    accepted_statuses: frozenset[str]
    sign_off_by_other_than: frozenset[str]
    equivalences: tuple[Equivalence, ...]
    rpl: RplPolicy

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Rules":
        """`document` has been validated (framework.validate)."""
        levels = tuple(level["id"] for level in sorted(document["levels"], key=lambda level: level["order"]))
        ranks = {level: position for position, level in enumerate(levels, start=1)}
        mappings = {item["id"]: _mapping(item, ranks) for item in document.get("mappings", [])}
        assessments = {item["id"]: _assessment(item, mappings) for item in document.get("assessments", [])}
        policy = document.get("policy", {})
        return cls(
            levels=levels,
            gates={ranks[rule["level"]]: _clauses(rule, ranks) for rule in policy.get("level_rules", [])},
            assessments=assessments,
            sections_of=_sections_of(assessments),
            max_age=_max_age(document["competencies"], policy),
            accepted_statuses=frozenset(policy.get("accepted_statuses", ACCEPTED_STATUSES)),
            # nobody signs for themselves, also where the policy does not say it
            sign_off_by_other_than=frozenset(policy.get("sign_off", {}).get("by_other_than", ())) | {"learner"},
            equivalences=equivalences(document, ranks),
            rpl=rpl_policy(policy),
        )

    @property
    def ranks(self) -> dict[str, int]:
        """Return the ranks by level id."""
        return {level: position for position, level in enumerate(self.levels, start=1)}

    def rank(self, level: str) -> int:
        """Return the rank of a level's id."""
        return self.levels.index(level) + 1

    def level(self, rank: int) -> str | None:
        """Return the id of the level of this rank, None for no level."""
        return self.levels[rank - 1] if rank else None


def period(text: str | None) -> Period | None:
    """Return a period, or None for none."""
    return None if text is None else Period.of(text)


def _mapping(item: dict[str, Any], ranks: dict[str, int]) -> Mapping:
    steps = tuple((fraction(step["from"]), ranks[step["level"]]) for step in item["steps"])
    return Mapping(item["id"], item["of"] == "points", steps)


def _assessment(item: dict[str, Any], mappings: dict[str, Mapping]) -> Assessment:
    attempts = item["attempts"]
    sections = [
        Section(
            item["id"], part["id"], fraction(part["max"]), part.get("competency"), mappings.get(part.get("mapping"))
        )
        for part in item["sections"]
    ]
    return Assessment(
        id=item["id"],
        kind=item["kind"],
        course=item.get("course"),
        needs_sign_off=item.get("needs_sign_off", False),
        attempts=Attempts(
            count=attempts["count"],
            max=attempts.get("max"),
            min_days_between=attempts.get("min_days_between", 0),
            carry_over=period(attempts.get("carry_over")),
        ),
        aggregation=aggregation(item["aggregation"]),
        sections={section.id: section for section in sections},
        most=sum((section.max for section in sections), Fraction(0)),
    )


def aggregation(item: dict[str, Any]) -> Aggregation:
    """Read {"method": ..., ...} of the framework file."""
    return Aggregation(
        method=item["method"],
        weight_latest=fraction(item.get("weight_latest", "1")),
        weights=tuple(fraction(weight) for weight in item.get("weights", ())),
        n=item.get("n", 1),
        threshold=fraction(item.get("threshold", "0")),
        min_results=item.get("min_results", 1),
    )


def _clauses(rule: dict[str, Any], ranks: dict[str, int]) -> tuple[Clause, ...]:
    return tuple(
        Clause(
            evidence=clause["evidence"],
            kinds=frozenset(clause["kinds"]),
            rank=ranks[clause["at_least"]],
            signed_off=clause.get("signed_off", False),
            distinct_assessors=clause.get("distinct_assessors", 0),
        )
        for clause in rule["all"]
    )


def _sections_of(assessments: dict[str, Assessment]) -> dict[str, tuple[Section, ...]]:
    found: dict[str, tuple[Section, ...]] = {}
    for assessment in assessments.values():
        for section in assessment.sections.values():
            if section.competency is not None:
                found[section.competency] = (*found.get(section.competency, ()), section)
    return found


def _max_age(competencies: list[dict[str, Any]], policy: dict[str, Any]) -> dict[str, Period | None]:
    default = policy.get("evidence_max_age", {}).get("default")
    return {item["id"]: period(item.get("evidence_max_age", default)) for item in competencies}
