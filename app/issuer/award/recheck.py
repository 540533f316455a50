"""Awards that the rules would not give any more, because evidence was corrected or withdrawn, are put up for review.

Nothing is revoked by itself: a person revokes, or keeps with a reason.

Whoever takes evidence back marks the learner (`to_recheck`); marked learners are looked at when the list is read, and
by the sweep.
"""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import rfc8785
import structlog

from app.competency.evaluate import Evaluation, Evaluator
from app.competency.explain import why_not_yet
from app.competency.framework import Framework
from app.errors import Conflict, NotFound
from app.issuer import names
from app.issuer.award.evidence import evidence_of
from app.issuer.catalogue import find
from app.ports import Principal, Services
from app.store import assessment, audit
from app.store import award as store
from app.store.session import TenantSession
from app.store.tables import Award, AwardReview, Learner

NO_LONGER_MET = "NO_LONGER_MET"
OPEN, KEPT, RESOLVED = "open", "kept", "resolved"
MOST_AT_ONCE = 500  # learners looked at in one go
MAX_MESSAGE = 1000  # characters: the column's

log = structlog.get_logger()


def sweep(services: Services) -> int:
    """Look at the marked learners of all tenants; returns how many there were."""
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        marked = [(row.tenant_id, row.id) for row in assessment.learners_to_recheck(session, limit=MOST_AT_ONCE)]
    for tenant_id, learner_id in marked:
        _look_at(services, tenant_id, learner_id)
    return len(marked)


def recheck(services: Services, tenant_id: str) -> None:
    """Look at the marked learners of one tenant."""
    with services.database.reading(tenant_id) as session:
        marked = [row.id for row in assessment.learners_to_recheck(session, limit=MOST_AT_ONCE)]
    for learner_id in marked:
        _look_at(services, tenant_id, learner_id)


def _look_at(services: Services, tenant_id: str, learner_id: str) -> None:
    """Judge the learner's awards once more, and write down what was found, in one transaction."""
    with services.database.writing(tenant_id) as session:
        learner = assessment.learner_by_id(session, learner_id)
        learner.to_recheck = False
        for review in store.reviews_of_gone(session, learner_id):
            review.state, review.closed_at = RESOLVED, services.clock()
        for award in store.live_awards(session, learner_id):
            _judge(services, session, learner, award)


def _judge(services: Services, session: TenantSession, learner: Learner, award: Award) -> None:
    framework = find.achievement_as_awarded(services, session, award.achievement_id).framework
    evidence = evidence_of(services, session, framework, learner)
    awarded_on = date.fromisoformat(award.evaluation["as_of"])
    renewal = award.evaluation.get("basis") == "renewal"
    if renewal:  # it was judged on what came after the decision before
        before = tuple(one for one in evidence.decisions if one.valid_until != award.valid_until)
        evidence = replace(evidence, decisions=before)
    evaluator = Evaluator(framework, evidence)
    then = evaluator.evaluate(award.achievement_code, awarded_on, renewal=renewal)
    today = evaluator.evaluate(award.achievement_code, services.clock().date(), renewal=renewal)
    newest = store.newest_review(session, award.id)
    if then.is_met or today.is_met:  # evidence that has only grown old since does not count against an award
        if newest is not None and newest.state == OPEN:
            newest.state, newest.closed_at = RESOLVED, services.clock()
        return
    _put_up(services, session, award, newest, framework, then)


def _put_up(
    services: Services,
    session: TenantSession,
    award: Award,
    newest: AwardReview | None,
    framework: Framework,
    found: Evaluation,
) -> None:
    """Put an award up for review, unless a person has kept it knowing the same."""
    digest = hashlib.sha256(rfc8785.dumps(found.root.to_json())).hexdigest()
    message = " ".join(why_not_yet(found, framework))[:MAX_MESSAGE]
    if newest is not None and newest.state == OPEN:
        newest.message, newest.tree_digest = message, digest
        return
    if newest is not None and newest.state == KEPT and newest.tree_digest == digest:
        return
    now = services.clock()
    session.add(
        AwardReview(
            id=services.new_id(),
            award_id=award.id,
            reason=NO_LONGER_MET,
            message=message,
            tree_digest=digest,
            state=OPEN,
            created_at=now,
        )
    )
    audit.record(
        session, at=now, actor="recheck", action="award put up for review", subject=award.id, reason=NO_LONGER_MET
    )
    log.info("an award is to be looked at", award=award.id)


def keep(services: Services, principal: Principal, review_id: str, by: str, reason: str) -> AwardReview:
    """A person keeps an award in spite of what was found. Raises NotFound, BadInput; Conflict when it is settled."""
    who, why = names.text(by, "/by", most=200), names.text(reason, "/reason", most=1000)
    with services.database.writing(principal.tenant_id) as session:
        row = store.review(session, names.known_uuid(review_id, "review"))
        if row is None:
            raise NotFound(f"There is no review {review_id}.")
        if row.state != OPEN:
            raise Conflict(f"This review is {row.state} already.")
        row.state, row.closed_at, row.closed_by, row.note = KEPT, services.clock(), who, why
        audit.record(
            session, at=row.closed_at, actor=principal.key_id, action="award kept", subject=row.award_id, by=who
        )
    return row


def to_json(row: AwardReview, award: Award, learner: str) -> dict[str, Any]:
    """A review as the API shows it."""
    return {
        "id": row.id,
        "award": award.id,
        "achievement": award.achievement_code,
        "learner": learner,
        "reason": row.reason,
        "message": row.message,
        "state": row.state,
        "created_at": row.created_at.isoformat(),
        "closed_by": row.closed_by,
        "note": row.note,
    }
