"""From an award's rule and a learner's evidence to an answer: met or not, why, and what comes next.

The rule language is that of framework.schema.json ($defs/node). Each kind of node is judged by one small function in
KINDS. Nothing here decides about a certificate: the engine says what the rules say; where a scheme asks, a named
officer decides (certification.py).

Statuses combine so (all): blocked before not_met before expired before pending before met. any and at_least are met
when enough members are, and pending when pending members would make it enough.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.competency.assessment_node import assessment_node
from app.competency.attainment import Attainment
from app.competency.attempts import LeftOut
from app.competency.attestation_node import attestation_node
from app.competency.competencies_node import competencies_node
from app.competency.competency_node import competency_node
from app.competency.credential_node import credential_node, credits_node
from app.competency.evidence import GRANT, RENEW, Evidence
from app.competency.experience_node import experience_node
from app.competency.framework import Framework
from app.competency.nodes import Context, Node, Status, Step, Verdict, VerdictKey, at_least, worst
from app.competency.rules import period
from app.errors import NotFound

__all__ = [
    "Evaluation",
    "Evaluator",
    "Evidence",
    "Node",
    "Status",
    "Step",
    "attained_levels",
    "evaluate",
    "valid_until",
]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answer for one award (`achievement`: its id) as of a date, with the versions that it was found under.

    `levels`: competency -> level reached (None for none), for the competencies of the rule. `met_on`: when met, the day
    on which the last piece of evidence that counts was performed or signed. `left_out`: results that could have
    mattered and do not count.
    """

    status: Status
    root: Node
    as_of: date
    achievement: str
    rule_version: str
    rule_hash: str
    framework_id: str
    framework_version: str
    framework_hash: str
    levels: dict[str, str | None]
    met_on: date | None
    left_out: tuple[LeftOut, ...]

    @property
    def is_met(self) -> bool:
        """Whether the award may be given."""
        return self.status is Status.MET

    def nodes(self) -> "list[Node]":
        """Return the nodes of the answer, each before its parts."""
        return _walk(self.root)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, the same for the same answer: what is frozen with an award."""
        return {
            "achievement": self.achievement,
            "status": self.status.value,
            "as_of": self.as_of.isoformat(),
            "met_on": self.met_on.isoformat() if self.met_on else None,
            "rule_version": self.rule_version,
            "rule_hash": self.rule_hash,
            "framework": {"id": self.framework_id, "version": self.framework_version, "hash": self.framework_hash},
            "levels": dict(self.levels),
            "left_out": [{"result": item.ref, "reason": item.reason} for item in self.left_out],
            "root": self.root.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Evaluator:
    """One learner under one framework: what the evidence shows as of a day is worked out once for all awards."""

    framework: Framework
    evidence: Evidence
    _attainments: dict[date, Attainment] = field(default_factory=dict, repr=False)
    _verdicts: dict[date, dict[VerdictKey, Verdict]] = field(default_factory=dict, repr=False)

    def attainment(self, as_of: date) -> Attainment:
        """Return what the evidence shows; raises BadInput when its results belong to several learners."""
        if as_of not in self._attainments:
            self._attainments[as_of] = Attainment.of(self.framework.rules, self.evidence, as_of)
        return self._attainments[as_of]

    def evaluate(self, award_id: str, as_of: date, *, renewal: bool = False) -> Evaluation:
        """See the function `evaluate`. `renewal`: judge by the award's tree for renewal, where it has one."""
        framework, award, attainment = self.framework, _award(self.framework, award_id), self.attainment(as_of)
        last_decision = _last_decision(award_id, self.evidence, as_of)
        rule = award.get("renewal", award) if renewal else award
        verdicts = self._verdicts.setdefault(as_of, {})
        context = Context(framework, award, attainment, self.evidence, last_decision, verdicts)
        root = _judge(rule["requirements"], context)
        nodes = _walk(root)
        competencies = _refs(nodes, "competency")
        return Evaluation(
            status=root.status,
            root=root,
            as_of=as_of,
            achievement=award_id,
            rule_version=award["rule_version"],
            rule_hash=framework.rule_hashes[award_id],
            framework_id=framework.id,
            framework_version=framework.version,
            framework_hash=framework.content_hash,
            levels={name: framework.rules.level(attainment.rank(name)) for name in competencies},
            met_on=root.met_on,
            left_out=_left_out(attainment, competencies, _refs(nodes, "assessment")),
        )


def evaluate(framework: Framework, award_id: str, evidence: Evidence, *, as_of: date) -> Evaluation:
    """Evaluate one award for one learner; what was performed or signed after `as_of` is not there yet.

    Raises NotFound for an award that the framework does not have, and BadInput when the results belong to several
    learners.
    """
    return Evaluator(framework, evidence).evaluate(award_id, as_of)


def attained_levels(framework: Framework, evidence: Evidence, *, as_of: date) -> dict[str, str | None]:
    """Return the level reached in every competency of the framework, None where none is."""
    attainment = Attainment.of(framework.rules, evidence, as_of)
    return {name: framework.rules.level(attainment.rank(name)) for name in framework.competencies}


def valid_until(framework: Framework, award_id: str, awarded_on: date) -> date | None:
    """Return the last day on which an award of this day is valid, None when it does not end; raises NotFound."""
    limit = period(_award(framework, award_id).get("validity", {}).get("period"))
    return limit.after(awarded_on) if limit else None


def _award(framework: Framework, award_id: str) -> dict[str, Any]:
    award = framework.awards.get(award_id)
    if award is None:
        known = ", ".join(framework.awards)
        raise NotFound(f'The framework {framework.id} has no award "{award_id}".', remedy=f"It has {known}.")
    return award


def _last_decision(award_id: str, evidence: Evidence, as_of: date) -> date | None:
    """Return the day on which the award was last granted or renewed."""
    days = (
        item.decided_on
        for item in evidence.decisions
        if item.award == award_id and item.decision in (GRANT, RENEW) and item.decided_on <= as_of
    )
    return max(days, default=None)


def _judge(node: dict[str, Any], context: Context) -> Node:
    kind = next(name for name in node if name not in {"id", "label"})
    return KINDS[kind](node, context)


def _refs(nodes: list[Node], kind: str) -> list[str]:
    """Return what the nodes of a kind are about, each once, in the order of the rule."""
    return list(dict.fromkeys(node.ref for node in nodes if node.kind == kind and node.ref is not None))


def _left_out(attainment: Attainment, competencies: list[str], assessments: list[str]) -> tuple[LeftOut, ...]:
    """Return the results left out of the assessments that could matter for the rule."""
    of_competencies = {
        section.assessment for name in competencies for section in attainment.rules.sections_of.get(name, ())
    }
    relevant = of_competencies.union(assessments)
    return tuple(item for item in attainment.attempts.left_out if item.assessment in relevant)


def _walk(node: Node) -> list[Node]:
    """Return the node and all below it, each before its parts."""
    found = [node]
    for child in node.children:
        found.extend(_walk(child) if child.children else (child,))
    return found


def _group(node: dict[str, Any], kind: str, need: int, status: Status, children: tuple[Node, ...]) -> Node:
    """Make the node of a group; its reason is a count, its parts tell why."""
    met = [child.met_on or date.max for child in children if child.status is Status.MET]
    return Node(
        id=node["id"],
        kind=kind,
        label=node["label"],
        status=status,
        reason="MET" if status is Status.MET else "N_OF_M_SHORT",
        numbers={"have": str(len(met)), "need": str(need), "of": str(len(children))},
        met_on=sorted(met)[need - 1] if status is Status.MET else None,  # the day on which enough were met
        children=children,
    )


def _all(node: dict[str, Any], context: Context) -> Node:
    children = tuple(_judge(member, context) for member in node["all"])
    return _group(node, "all", len(children), worst([child.status for child in children]), children)


def _any(node: dict[str, Any], context: Context) -> Node:
    children = tuple(_judge(member, context) for member in node["any"])
    return _group(node, "any", 1, at_least(1, [child.status for child in children]), children)


def _at_least(node: dict[str, Any], context: Context) -> Node:
    need = node["at_least"]["n"]
    children = tuple(_judge(member, context) for member in node["at_least"]["of"])
    return _group(node, "at_least", need, at_least(need, [child.status for child in children]), children)


def _competency(node: dict[str, Any], context: Context) -> Node:
    rule = node["competency"]
    return competency_node(context, node["id"], rule["ref"], rule["min_level"], period(rule.get("max_age")))


KINDS: dict[str, Callable[[dict[str, Any], Context], Node]] = {
    "all": _all,
    "any": _any,
    "at_least": _at_least,
    "competency": _competency,
    "competencies": competencies_node,
    "credential": credential_node,
    "credits": credits_node,
    "assessment": assessment_node,
    "experience": experience_node,
    "attestation": attestation_node,
}
