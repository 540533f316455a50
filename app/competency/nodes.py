"""The answer tree of an evaluation: each node with its status, the reason, the numbers, the evidence and the next step.

Reason codes are stable names; explain.py has a sentence for each. A tree is frozen with the award (`to_json`), so that
it can be shown, audited and replayed long after.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.competency.attainment import Attainment
from app.competency.evidence import Evidence
from app.competency.framework import Framework
from app.competency.period import Period


class Status(StrEnum):
    """What a node can come to. `pending`: it will be met when somebody else acts. `blocked`: a person must look."""

    MET = "met"
    PENDING = "pending"
    NOT_MET = "not_met"
    EXPIRED = "expired"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Step:
    """What helps next: a code that explain.py words, and its parameters (ids, numbers and ISO dates, all texts)."""

    code: str
    params: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"code": self.code, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the answer. `label`: a language map; `ref`: the id of the competency or assessment it is about.

    `numbers`: texts by name, exact ("17", "50/3"): have, need, of, have_level, need_level, ... `evidence`: references
    of the results that count ("system:record"). `met_on`: the day on which the last of them was performed or signed.
    """

    id: str
    kind: str
    label: dict[str, str]
    status: Status
    reason: str
    ref: str | None = None
    numbers: dict[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    next_step: Step | None = None
    met_on: date | None = None
    children: "tuple[Node, ...]" = ()

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, the same for the same answer: what is frozen with an award."""
        return {
            "id": self.id,
            "kind": self.kind,
            "label": dict(self.label),
            "status": self.status.value,
            "reason": self.reason,
            "ref": self.ref,
            "numbers": dict(self.numbers),
            "evidence": list(self.evidence),
            "next_step": self.next_step.to_json() if self.next_step else None,
            "met_on": self.met_on.isoformat() if self.met_on else None,
            "children": [child.to_json() for child in self.children],
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge of one node found; becomes the second half of its Node."""

    status: Status
    reason: str
    numbers: dict[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    next_step: Step | None = None
    met_on: date | None = None

    def node(self, node: dict[str, Any], kind: str, ref: str | None = None) -> Node:
        """Return the answer node of this verdict for a node of the rule."""
        return Node(
            id=node["id"],
            kind=kind,
            label=node["label"],
            status=self.status,
            reason=self.reason,
            ref=ref,
            numbers=self.numbers,
            evidence=self.evidence,
            next_step=self.next_step,
            met_on=self.met_on,
        )


VerdictKey = tuple[str, int, Period | None, str | None]
"""A competency, the rank asked for, the age allowed, and the award's course, whose assessments come first."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the judges of nodes may look at: the framework, the award's part of it, what is known of one learner.

    `last_decision`: the day of the last grant or renewal of this award, from which "since last decision" counts.
    `verdicts`: what was found of competencies so far, for the learner's other awards on the same day.
    """

    framework: Framework
    award: dict[str, Any]
    attainment: Attainment
    evidence: Evidence = field(default_factory=Evidence)
    last_decision: date | None = None
    verdicts: dict[VerdictKey, Verdict] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The day of the evaluation."""
        return self.attainment.as_of


def worst(statuses: Sequence[Status]) -> Status:
    """Combine what must all be met: blocked before not_met before expired before pending before met."""
    order = (Status.BLOCKED, Status.NOT_MET, Status.EXPIRED, Status.PENDING)
    return next((status for status in order if status in statuses), Status.MET)


def at_least(number: int, statuses: Sequence[Status]) -> Status:
    """Combine what must be met `number` times: met, else pending when pending ones would make it, else open."""
    met = statuses.count(Status.MET)
    if met >= number:
        return Status.MET
    if met + statuses.count(Status.PENDING) >= number:
        return Status.PENDING
    open_ones = [status for status in statuses if status not in {Status.MET, Status.PENDING}]
    return Status.EXPIRED if all(status is Status.EXPIRED for status in open_ones) else Status.NOT_MET
