"""Judge an application on what is known now, by the rules that apply to it, as an officer would see it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.competency import evidence_json
from app.competency.certification import Outcome, Standing, by_rules
from app.competency.evaluate import Evaluation, Evaluator
from app.competency.evidence import Evidence
from app.competency.explain import explain
from app.competency.framework import Framework
from app.competency.nodes import Node, Status
from app.competency.open_leaves import open_competencies, open_leaves
from app.competency.rules import period
from app.errors import Conflict, NotFound
from app.issuer.award.evidence import evidence_of
from app.issuer.catalogue import find
from app.issuer.catalogue.find import FoundAchievement
from app.issuer.certification.history import History
from app.ports import Services
from app.store import assessment
from app.store.session import TenantSession
from app.store.tables import Application, Learner

REQUIREMENTS, RENEWAL = "requirements", "renewal"


@dataclass(frozen=True, slots=True)
class Window:
    """When a certificate can be renewed: from one day to another, both included; None for any day."""

    opens_on: date | None
    closes_on: date | None

    def is_early(self, day: date) -> bool:
        """Whether the day lies before the window."""
        return self.opens_on is not None and day < self.opens_on


@dataclass(frozen=True, slots=True)
class Assessed:
    """An application judged. `basis`: which tree of the rule; `hash`: what an officer must have seen to decide on it.

    `achievement`: the version of the rules that applies, for a renewal the newest one.
    """

    application: Application
    learner: Learner
    achievement: FoundAchievement
    history: History
    evidence: Evidence
    frozen_evidence: dict[str, Any]
    evaluation: Evaluation
    outcome: Outcome
    block: str | None
    basis: str
    window: Window | None

    @property
    def framework(self) -> Framework:
        """The framework version that applies."""
        return self.achievement.framework

    @property
    def award(self) -> dict[str, Any]:
        """The scheme: the part of the framework that is about this certificate."""
        scheme: dict[str, Any] = self.framework.awards[self.application.achievement_code]
        return scheme

    @property
    def hash(self) -> str:
        """See app/competency/evidence_json.py."""
        return evidence_json.judged_hash(self.evaluation, self.frozen_evidence, acts=len(self.history.acts))

    def state(self) -> Outcome:
        """What the application has come to: what was decided, else what the rules say."""
        return self.history.state(self.evaluation.as_of) or self.outcome

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """The answer with its reasons: what is shown to an officer, and frozen with a decision."""
        root = self.evaluation.root
        return {
            "hash": self.hash,
            "basis": self.basis,
            "outcome": self.outcome.value,
            "block": self.block,
            "status": self.evaluation.status.value,
            "as_of": self.evaluation.as_of.isoformat(),
            "rule_version": self.evaluation.rule_version,
            "rule_hash": self.evaluation.rule_hash,
            "framework": self.framework.id,
            "framework_version": self.framework.version,
            "framework_hash": self.framework.content_hash,
            "why": [f"{leaf.id} {leaf.reason}" for leaf in open_leaves(root)],
            "competencies": [f"{node.ref} {node.reason}" for node in open_competencies(root)],
            "levels": self.evaluation.levels,
            "tree": root.to_json(),
            "explanation": explain(self.evaluation, self.framework, language),
        }

    def blocking(self) -> list[dict[str, Any]]:
        """The nodes that need a person's look, with their numbers: {"node", "reason", "numbers"}."""
        return [
            {"node": node.id, "reason": node.reason, "numbers": node.numbers}
            for node in self.evaluation.nodes()
            if node.status is Status.BLOCKED and not any(child.status is Status.BLOCKED for child in node.children)
        ]

    def parts(self) -> list[str]:
        """The awards of the framework that count as parts of the certificate, by id, in the order of the rule."""
        return list(dict.fromkeys(node.ref or "" for node in met_credentials(self.evaluation.nodes())))


def met_credentials(nodes: list[Node]) -> list[Node]:
    """The nodes of credentials that are held."""
    return [node for node in nodes if node.kind == "credential" and node.status is Status.MET]


def assess(services: Services, session: TenantSession, application: Application) -> Assessed:
    """Judge on what is known now: by the rules valid at application; of a certificate in force, its renewal."""
    today = services.clock().date()
    learner = assessment.learner_by_id(session, application.learner_id)
    history = History.of(session, application.id)
    renews = history.state(today) in (Outcome.GRANTED, Outcome.EXPIRED)
    achievement = _rules(services, session, application, newest=renews)
    scheme = achievement.framework.awards[application.achievement_code]
    window = window_of(scheme, history.valid_until) if renews else None
    in_time = window is not None and (window.closes_on is None or today <= window.closes_on)
    basis = RENEWAL if in_time and RENEWAL in scheme else REQUIREMENTS
    evidence = evidence_of(services, session, achievement.framework, learner)
    found = _standing(Evaluator(achievement.framework, evidence), application.achievement_code, today, basis)
    return Assessed(
        application=application,
        learner=learner,
        achievement=achievement,
        history=history,
        evidence=evidence,
        frozen_evidence=evidence_json.to_json(evidence),
        evaluation=found.evaluation,
        outcome=found.outcome,
        block=found.block,
        basis=basis,
        window=window,
    )


def _rules(services: Services, session: TenantSession, application: Application, *, newest: bool) -> FoundAchievement:
    """The version valid at application; for a renewal the newest, as long as there is one of that code."""
    if newest:
        try:
            return find.achievement(services, session, application.achievement_code)
        except (NotFound, Conflict):
            pass
    return find.achievement_as_awarded(services, session, application.achievement_id)


def _standing(evaluator: Evaluator, code: str, today: date, basis: str) -> Standing:
    if basis == REQUIREMENTS:
        return by_rules(evaluator, code, today)
    evaluation = evaluator.evaluate(code, today, renewal=True)
    outcomes = {Status.MET: Outcome.READY_FOR_DECISION, Status.PENDING: Outcome.PENDING}
    return Standing(outcomes.get(evaluation.status, Outcome.NOT_MET), evaluation)


def window_of(scheme: dict[str, Any], valid_until: date | None) -> Window:
    """When a certificate that is valid until then can be renewed by the scheme's tree for renewal."""
    rule = scheme.get("renewal", {})
    before, grace = period(rule.get("window_before_expiry")), period(rule.get("grace_after_expiry"))
    if valid_until is None:
        return Window(None, None)
    closes_on = grace.after(valid_until) if grace else valid_until
    return Window(before.before(valid_until) if before else None, closes_on)
