"""Who would get an award: the learners judged by its rule, a page at a time. Nothing is stored."""

from collections import Counter
from datetime import date
from typing import Any

from app.competency.certification import standing
from app.competency.evaluate import Evaluator
from app.competency.framework import Framework
from app.issuer.award.answers import brief
from app.issuer.award.evidence import evidence_of_many
from app.ports import Services
from app.store import assessment
from app.store import award as store
from app.store.session import TenantSession


def candidates(
    services: Services,
    session: TenantSession,
    framework: Framework,
    code: str,
    as_of: date,
    *,
    outcome: str | None = None,
    after: str = "",
    limit: int = 100,
) -> dict[str, Any]:
    """Judge `limit` learners after one, in the order of their ids, by an award of the framework.

    Returns {"achievement", "framework", "framework_version", "as_of", "examined", "counts": {outcome: how many},
    "candidates": [{"learner", "outcome", "why", ..., "award": id of one that she has, None for none}], "next"?}; with
    `outcome`, candidates of that one only.
    """
    people = assessment.learners(session, after=after, limit=limit)
    known = evidence_of_many(services, session, framework, people)
    has = {
        award.learner_id: award.id
        for award, home in store.awards_of(session, known)
        if (home, award.achievement_code) == (framework.id, code) and not (award.revoked_at or award.replaced_at)
    }
    found = [
        {"learner": one.code, "award": has.get(one.id)}
        | brief(standing(Evaluator(framework, known[one.id]), code, as_of))
        for one in people
    ]
    page: dict[str, Any] = {
        "achievement": code,
        "framework": framework.id,
        "framework_version": framework.version,
        "as_of": as_of.isoformat(),
        "examined": len(found),
        "counts": dict(Counter(str(one["outcome"]) for one in found)),
        "candidates": [one for one in found if outcome in (None, one["outcome"])],
    }
    return page | {"next": people[-1].code} if len(people) == limit else page
