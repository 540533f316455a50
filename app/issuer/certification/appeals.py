"""Appeal against a decision: within its window, decided by somebody else, on the rules of the application.

An overturned decision counts as if it had not been made, and what it did to the certificate is undone; both stay in the
history. Where a refusal falls, the application is open again, and an officer decides on what is then known.
"""

from dataclasses import dataclass

from app.competency.certification import CONFLICT
from app.errors import BadInput, Conflict, NotFound
from app.issuer import names
from app.issuer.certification import certificate, record
from app.issuer.certification.assess import Assessed, assess
from app.issuer.certification.decide import MOST_OF_A_REASON, refuse_conflict_of_interest
from app.issuer.certification.history import APPEAL, APPEALABLE, OVERTURN, UPHOLD, History
from app.issuer.certification.record import Act
from app.ports import Principal, Services
from app.store import certification as store
from app.store.session import TenantSession
from app.store.tables import CertificationAct


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal, the decision that it is against, and what was decided on it, if anything was.

    `assessed`: the application as it is now.
    """

    appeal: CertificationAct
    against: CertificationAct
    answer: CertificationAct | None
    assessed: Assessed
    is_new: bool = False


def file(services: Services, principal: Principal, decision_id: str, reason: str) -> Appeal:
    """Appeal against a decision; once. Raises NotFound, BadInput, and Conflict with a `reason`.

    NOT_APPEALABLE, APPEAL_TOO_LATE, NOT_NOW.
    """
    told = names.text(reason, "/reason", most=MOST_OF_A_REASON)
    return services.database.settle(lambda: _file(services, principal, decision_id, told))


def _file(services: Services, principal: Principal, decision_id: str, reason: str) -> Appeal:
    today = services.clock().date()
    with services.database.writing(principal.tenant_id) as session:
        against, assessed = _found(services, session, decision_id, "decision")
        history = assessed.history
        there = next((act for act in history.acts if act.kind == APPEAL and act.about == against.id), None)
        if there is not None and there.reason == reason:
            return Appeal(there, against, _answer(history, there), assessed)
        if there is not None or assessed.application.closed_at is not None or against != history.decisions[-1]:
            raise Conflict(
                "One appeal against the decision that stands is possible.",
                remedy="GET the application to see its history.",
                reason="NOT_NOW",
            )
        if against.deadline is not None and today > against.deadline:
            raise Conflict(
                f"An appeal was possible until {against.deadline}.",
                remedy="Apply again.",
                reason="APPEAL_TOO_LATE",
                appeal_until=against.deadline.isoformat(),
            )
        act = Act(APPEAL, assessed.learner.code, reason, against.id)
        appeal = record.add(services, session, principal, assessed.application, act)
        return Appeal(appeal, against, None, assess(services, session, assessed.application), is_new=True)


def decide(services: Services, principal: Principal, appeal_id: str, officer: str, outcome: str, reason: str) -> Appeal:
    """Uphold or overturn the decision that an appeal is against. The same one again changes nothing.

    Raises NotFound, BadInput, and Conflict with a `reason`: CONFLICT_OF_INTEREST, NOT_NOW.
    """
    person = names.text(officer, "/officer", most=200)
    told = names.text(reason, "/reason", most=MOST_OF_A_REASON)
    if outcome not in (UPHOLD, OVERTURN):
        raise BadInput(f"{outcome[:20]!r} is no outcome.", pointer="/decision", remedy=f"{UPHOLD} or {OVERTURN}.")
    return services.database.settle(lambda: _decide(services, principal, appeal_id, Act(outcome, person, told)))


def _decide(services: Services, principal: Principal, appeal_id: str, sent: Act) -> Appeal:
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        appeal, against, answer, assessed = _appeal(services, session, appeal_id)
        if answer is not None and (answer.kind, answer.person, answer.reason) == (sent.kind, sent.person, sent.reason):
            return Appeal(appeal, against, answer, assessed)
        if answer is not None or assessed.application.closed_at is not None:
            raise Conflict("This appeal has been decided.", remedy="GET it to see how.", reason="NOT_NOW")
        if sent.person == against.person:
            raise Conflict(
                f"{sent.person} made the decision that the appeal is against.",
                remedy="Let somebody else decide on it.",
                reason=CONFLICT,
                acts=[{"role": "officer", "on": against.at.date().isoformat()}],
            )
        refuse_conflict_of_interest(assessed, sent.person, now.date())
        act = Act(
            sent.kind,
            sent.person,
            sent.reason,
            about=appeal.id,
            evaluation=assessed.to_json(),
            evidence=assessed.frozen_evidence,
        )
        answer = record.add(services, session, principal, assessed.application, act)
        history = History.of(session, assessed.application.id)
        certificate.settle(session, assessed.application, history, now, None)
        after = assess(services, session, assessed.application)
    return Appeal(appeal, against, answer, after, is_new=True)


def get(services: Services, session: TenantSession, appeal_id: str) -> Appeal:
    """The appeal of that id; raises NotFound."""
    return Appeal(*_appeal(services, session, appeal_id))


def _appeal(
    services: Services, session: TenantSession, appeal_id: str
) -> tuple[CertificationAct, CertificationAct, CertificationAct | None, Assessed]:
    appeal, assessed = _found(services, session, appeal_id, "appeal")
    against = assessed.history.act(appeal.about or "")
    if against is None:
        raise RuntimeError(f"the decision that appeal {appeal.id} is against is gone")
    return appeal, against, _answer(assessed.history, appeal), assessed


def _answer(history: History, appeal: CertificationAct) -> CertificationAct | None:
    return next((act for act in history.acts if act.kind in (UPHOLD, OVERTURN) and act.about == appeal.id), None)


def _found(services: Services, session: TenantSession, act_id: str, what: str) -> tuple[CertificationAct, Assessed]:
    """The act of that id, an appeal or a decision, and its application; raises NotFound, Conflict."""
    act = store.act(session, names.known_uuid(act_id, what))
    if act is None or (act.kind == APPEAL) != (what == "appeal"):
        raise NotFound(f"There is no {what} {act_id}.")
    if what == "decision" and act.kind not in APPEALABLE:
        raise Conflict(
            f"Nobody can appeal against an act of the kind {act.kind}.",
            remedy=f"Appeal against one of {', '.join(APPEALABLE)}.",
            reason="NOT_APPEALABLE",
        )
    return act, assess(services, session, record.find_application(session, act.application_id))
