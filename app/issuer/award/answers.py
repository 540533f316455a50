"""What the API tells of an evaluation: the whole answer for one award, or all awards and competencies in short."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.competency.certification import Standing, standing
from app.competency.evaluate import Evaluator, attained_levels
from app.competency.evidence import REJECTED
from app.competency.explain import explain
from app.competency.framework import Framework
from app.competency.open_leaves import open_competencies, open_leaves
from app.issuer.award.decide import Decided
from app.issuer.award.evidence import evidence_of
from app.issuer.catalogue import find
from app.ports import Services
from app.store import evidence as store
from app.store.session import TenantSession
from app.store.tables import Learner, RplClaimRecord


def brief(found: Standing) -> dict[str, Any]:
    """What an award has come to, with what is open: `<node id> <REASON>`, as `attesta evaluate` tells it."""
    root = found.evaluation.root
    return {
        "achievement": found.evaluation.achievement,
        "outcome": found.outcome.value,
        "status": found.evaluation.status.value,
        "why": [f"{leaf.id} {leaf.reason}" for leaf in open_leaves(root)],
        "competencies": [f"{node.ref} {node.reason}" for node in open_competencies(root)],
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
        "block": found.block,
    }


def whole(session: TenantSession, decided: Decided, language: str) -> dict[str, Any]:
    """Whether the learner meets the rules, and why or why not yet: tree, numbers, sentences."""
    evaluation, achievement = decided.evaluation, decided.achievement
    return brief(decided.standing) | {
        "learner": decided.learner.code,
        "as_of": evaluation.as_of.isoformat(),
        "rule_version": achievement.row.rule_version,
        "rule_hash": achievement.row.rule_hash,
        "framework": achievement.version.code,
        "framework_version": achievement.version.version,
        "levels": evaluation.levels,
        "tree": evaluation.root.to_json(),
        "explanation": explain(evaluation, achievement.framework, language),
        "rejected_claims": list(rejected_claims(session, decided.learner, set(evaluation.levels))),
    }


def rejected_claims(session: TenantSession, learner: Learner, competencies: set[str]) -> Iterator[dict[str, Any]]:
    """Claims of prior learning that an assessor has rejected, with the reason, for the learner to read."""
    claims = [row for row in store.counting(session, RplClaimRecord, [learner.id]) if row.competency in competencies]
    made = store.rpl_decisions(session, (row.item_id for row in claims))
    for claim in claims:
        for decision in made.get(claim.item_id, ()):
            if decision.decision == REJECTED:
                yield {
                    "claim": claim.item_id,
                    "competency": claim.competency,
                    "level": claim.level,
                    "assessor": decision.assessor,
                    "decided_on": decision.decided_on.isoformat(),
                    "reason": decision.reason,
                }


def all_awards(services: Services, session: TenantSession, learner: Learner, as_of: date) -> list[dict[str, Any]]:
    """Every award of the newest frameworks in short."""
    return [
        {"framework": framework.id, "framework_version": framework.version} | brief(standing(evaluator, code, as_of))
        for framework, evaluator in _evaluators(services, session, learner)
        for code in framework.awards
    ]


def attainments(services: Services, session: TenantSession, learner: Learner, as_of: date) -> list[dict[str, Any]]:
    """The level reached in every competency of the newest frameworks, None where none is."""
    return [
        {
            "framework": framework.id,
            "framework_version": framework.version,
            "levels": attained_levels(framework, evaluator.evidence, as_of=as_of),
        }
        for framework, evaluator in _evaluators(services, session, learner)
    ]


def _evaluators(services: Services, session: TenantSession, learner: Learner) -> Iterator[tuple[Framework, Evaluator]]:
    for framework in find.newest_frameworks(services, session):
        yield framework, Evaluator(framework, evidence_of(services, session, framework, learner))
