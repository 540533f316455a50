"""Decide: judge what is stored of a learner by an achievement's rule. The rule itself is pure (app.competency)."""

from dataclasses import dataclass
from datetime import date

from app.competency.evaluate import Evaluation, Evidence, evaluate
from app.competency.explain import explain
from app.errors import RulesNotMet
from app.issuer.assessment import learners
from app.issuer.assessment.results import as_record
from app.issuer.catalogue import find
from app.issuer.catalogue.find import FoundAchievement
from app.ports import Services
from app.store import assessment as store
from app.store.session import TenantSession
from app.store.tables import Learner


@dataclass(frozen=True, slots=True)
class Decided:
    """An evaluation with what it was about."""

    learner: Learner
    achievement: FoundAchievement
    evaluation: Evaluation


def evaluate_now(session: TenantSession, learner: Learner, achievement: FoundAchievement, as_of: date) -> Evaluation:
    """The learner's current results judged by the achievement's rule as of a day."""
    results = tuple(as_record(row, learner.code) for row in store.results_of(session, learner.id))
    return evaluate(achievement.framework, achievement.row.code, Evidence(results=results), as_of=as_of)


def decide(
    services: Services, session: TenantSession, learner_code: str, achievement_code: str, as_of: date
) -> Decided:
    """Evaluate by codes; raises NotFound or Conflict when a code names nothing or too much."""
    achievement = find.achievement(services, session, achievement_code)
    learner = learners.find(session, learner_code)
    return Decided(learner, achievement, evaluate_now(session, learner, achievement, as_of))


def refuse_unless_met(decided: Decided) -> None:
    """Raise RulesNotMet with the explanation unless the evaluation is met."""
    evaluation = decided.evaluation
    if evaluation.status == "met":
        return
    sentences = explain(evaluation, decided.achievement.framework)
    raise RulesNotMet(
        f"{decided.achievement.row.code} cannot be awarded to {decided.learner.code}: {' '.join(sentences)}",
        remedy="The explanation names the next step; the learner's evaluation tells more.",
        evaluation={"status": evaluation.status, "tree": evaluation.root.to_json()},
        explanation=sentences,
    )
