"""Decide: judge what is stored of a learner by an achievement's rule. The rule itself is pure (app.competency)."""

from dataclasses import dataclass
from datetime import date

from app.competency.certification import Standing, standing
from app.competency.evaluate import Evaluation, Evaluator
from app.competency.evidence import Evidence
from app.competency.explain import explain, why_not_yet
from app.errors import Conflict, RulesNotMet
from app.issuer.assessment import learners
from app.issuer.award.evidence import evidence_of
from app.issuer.catalogue import find
from app.issuer.catalogue.find import FoundAchievement
from app.ports import Services
from app.store.session import TenantSession
from app.store.tables import Learner


@dataclass(frozen=True, slots=True)
class Decided:
    """An answer with what it was about. `standing`: what the award has come to, by rules and decisions."""

    learner: Learner
    achievement: FoundAchievement
    evidence: Evidence
    standing: Standing

    @property
    def evaluation(self) -> Evaluation:
        """What the rules say: as of the day asked about, or of the decision that stands."""
        return self.standing.evaluation


def judge(
    services: Services, session: TenantSession, learner: Learner, achievement: FoundAchievement, as_of: date
) -> Decided:
    """All that is stored of the learner judged by the achievement's rule as of a day."""
    evidence = evidence_of(services, session, achievement.framework, learner)
    evaluator = Evaluator(achievement.framework, evidence)
    return Decided(learner, achievement, evidence, standing(evaluator, achievement.row.code, as_of))


def decide(
    services: Services, session: TenantSession, learner_code: str, achievement_code: str, as_of: date
) -> Decided:
    """Evaluate by codes; raises NotFound or Conflict when a code names nothing or too much."""
    achievement = find.achievement(services, session, achievement_code)
    return judge(services, session, learners.find(session, learner_code), achievement, as_of)


def refuse_unless_met(decided: Decided) -> None:
    """Raise RulesNotMet with the explanation unless the rules are met; Conflict where an officer decides."""
    evaluation, code = decided.evaluation, decided.achievement.row.code
    if evaluation.is_met and "process" in decided.achievement.framework.awards[code]:
        raise Conflict(
            f"The rules of {code} are met, and a named officer decides about it.",
            remedy="Apply for it and let an officer decide: docs/certification.md.",
            reason="NEEDS_DECISION",
        )
    if evaluation.is_met:
        return
    framework = decided.achievement.framework
    raise RulesNotMet(
        f"{code} cannot be awarded to {decided.learner.code}: {' '.join(why_not_yet(evaluation, framework))}",
        remedy="The explanation names the next step; the learner's evaluation tells more.",
        evaluation={"status": evaluation.status, "tree": evaluation.root.to_json()},
        explanation=explain(evaluation, framework),
    )
