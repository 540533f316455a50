"""Apply for a certificate: the framework and rule version valid on that day are the ones to be judged by."""

from app.competency.certification import Outcome
from app.errors import Conflict
from app.issuer.assessment import learners
from app.issuer.catalogue import find
from app.issuer.certification import record
from app.issuer.certification.assess import Assessed, assess
from app.issuer.certification.history import APPLY, History
from app.issuer.certification.record import Act
from app.ports import Principal, Services
from app.store import certification as store
from app.store.session import TenantSession
from app.store.tables import Application


def apply(services: Services, principal: Principal, learner_code: str, code: str) -> tuple[Assessed, bool]:
    """(the application as judged today, whether it is new). A learner has one application open for a certificate.

    After a refusal or a withdrawal another one may follow; while a certificate is in force it is renewed. Raises
    NotFound, Conflict.
    """
    return services.database.settle(lambda: _apply(services, principal, learner_code, code))


def _apply(services: Services, principal: Principal, learner_code: str, code: str) -> tuple[Assessed, bool]:
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        learner = learners.find(session, learner_code)
        achievement = find.achievement(services, session, code)
        if "process" not in achievement.framework.awards[code]:
            raise Conflict(
                f"{code} is awarded by its rules alone; nobody applies for it.",
                remedy="POST /api/v1/credentials awards it.",
                reason="NO_DECISION_NEEDED",
            )
        there = store.open_application(session, learner.id, code)
        if there is not None and not _is_over(session, there):
            return assess(services, session, there), False
        if there is not None:
            there.closed_at = now
            session.flush()
        application = Application(
            id=services.new_id(),
            learner_id=learner.id,
            achievement_id=achievement.row.id,
            achievement_code=code,
            created_at=now,
        )
        session.add(application)
        session.flush()
        judged = assess(services, session, application)
        record.add(services, session, principal, application, Act(APPLY, learner.code, evaluation=judged.to_json()))
        return assess(services, session, application), True


def _is_over(session: TenantSession, application: Application) -> bool:
    """Whether it was refused or its certificate withdrawn; raises Conflict while an appeal is open."""
    history = History.of(session, application.id)
    if history.decided not in (Outcome.REFUSED, Outcome.WITHDRAWN):
        return False
    if history.open_appeal is not None:
        raise Conflict(
            "The application before is under appeal.",
            remedy="Decide on the appeal first, or apply after it.",
            reason="UNDER_APPEAL",
            application=application.id,
        )
    return True
