"""/api/v1/learners/{id}/evaluation and /attainments: what has been reached, why, and why not yet."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.issuer.assessment import learners
from app.issuer.award import answers
from app.issuer.award.decide import decide
from app.ports import Principal
from app.web.context import ServicesOf, caller
from app.web.language import SentenceLanguage

router = APIRouter(prefix="/api/v1", tags=["award"])
Reader = Annotated[Principal, caller("read")]
AsOf = Annotated[date | None, Query(description="Judge as of this day; default today.")]


@router.get("/learners/{learner_id}/evaluation")
def get_evaluation(
    services: ServicesOf,
    principal: Reader,
    language: SentenceLanguage,
    learner_id: str,
    achievement: Annotated[
        str | None, Query(max_length=100, description="Code of the achievement, e.g. MC-02; default all in short.")
    ] = None,
    as_of: AsOf = None,
) -> dict[str, Any]:
    """Whether the learner meets an achievement's rules, and why or why not yet: tree, numbers, sentences.

    All that is known counts: results, credentials held, practice, attestations, prior learning, decisions. Without
    `achievement`: what every award has come to, in short.
    """
    day = as_of or services.clock().date()
    with services.database.reading(principal.tenant_id) as session:
        if achievement is not None:
            return answers.whole(session, decide(services, session, learner_id, achievement, day), language)
        learner = learners.find(session, learner_id)
        awards = answers.all_awards(services, session, learner, day)
    return {"learner": learner.code, "as_of": day.isoformat(), "awards": awards}


@router.get("/learners/{learner_id}/attainments")
def get_attainments(services: ServicesOf, principal: Reader, learner_id: str, as_of: AsOf = None) -> dict[str, Any]:
    """The level that the learner has reached in every competency of the newest frameworks."""
    day = as_of or services.clock().date()
    with services.database.reading(principal.tenant_id) as session:
        learner = learners.find(session, learner_id)
        found = answers.attainments(services, session, learner, day)
    return {"learner": learner.code, "as_of": day.isoformat(), "frameworks": found}
