"""Decide on an application: a named officer, checked, on what is known at that moment.

1 READ     the application, its history and all evidence, in the writing transaction: nothing changes meanwhile
2 CHECK    does it follow on what was decided; may this person decide; is it what she has seen; are the rules met
3 RECORD   the act with the frozen evaluation and evidence, the certificate, its reserved credential, the audit log
4 SEAL     after the transaction; a crash before it leaves a decision whose credential the sweep seals
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.competency.certification import CONFLICT, Outcome, barring_acts, validity_after
from app.competency.evidence import GRANT, REFUSE, REINSTATE, RENEW, SUSPEND, WITHDRAW, Decision
from app.competency.explain import explain, why_not_yet
from app.competency.rules import period
from app.errors import BadInput, Conflict, RulesNotMet
from app.issuer import names
from app.issuer.certification import certificate, record
from app.issuer.certification.assess import Assessed, assess
from app.issuer.certification.history import APPEALABLE, History
from app.issuer.certification.record import Act
from app.issuer.credential.issue import audit_award
from app.issuer.credential.seal import Work
from app.ports import Principal, Services
from app.store.session import TenantSession
from app.store.tables import Award, CertificationAct, Rendition

# what must have been decided before: None for nothing
FOLLOWS = {
    GRANT: (None,),
    REFUSE: (None,),
    SUSPEND: (Outcome.GRANTED,),
    REINSTATE: (Outcome.SUSPENDED,),
    WITHDRAW: (Outcome.GRANTED, Outcome.SUSPENDED),
    RENEW: (Outcome.GRANTED, Outcome.EXPIRED),
}
NEED_REASON = (REFUSE, SUSPEND, WITHDRAW)
NEED_HASH = (GRANT, RENEW)
MOST_OF_A_REASON = 2000


@dataclass(frozen=True, slots=True)
class Sent:
    """A decision as it was sent. `evaluation_hash`: of the evaluation that the officer has seen."""

    application: str
    officer: str
    decision: str
    reason: str | None = None
    evaluation_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A decision as recorded, and the application as it is after it."""

    act: CertificationAct
    assessed: Assessed
    is_new: bool


def decide(services: Services, principal: Principal, sent: Sent) -> Made:
    """Record a decision, and give, extend, suspend or withdraw the certificate. The same one again changes nothing.

    Raises NotFound, BadInput, RulesNotMet, and Conflict with a `reason`: NOT_NOW, CONFLICT_OF_INTEREST,
    EVALUATION_CHANGED, RENEWAL_TOO_EARLY.
    """
    checked = Sent(
        sent.application,
        names.text(sent.officer, "/officer", most=200),
        sent.decision,
        names.text(sent.reason, "/reason", most=MOST_OF_A_REASON) if sent.reason else None,
        sent.evaluation_hash,
    )
    if checked.decision in NEED_REASON and checked.reason is None:
        raise BadInput(f"To {checked.decision} needs a reason.", pointer="/reason", remedy="The learner is told it.")
    if checked.decision in NEED_HASH and checked.evaluation_hash is None:
        raise BadInput(
            f"To {checked.decision} needs the hash of the evaluation that the officer has seen.",
            pointer="/evaluation_hash",
            remedy="GET the application; it has `evaluation.hash`.",
        )
    made, to_seal = services.database.settle(lambda: _decide(services, principal, checked))
    if to_seal is not None:
        certificate.seal_credential(services, *to_seal)
    return made


def _decide(services: Services, principal: Principal, sent: Sent) -> tuple[Made, tuple[Work, Award, Rendition] | None]:
    now = services.clock()
    to_seal = None
    with services.database.writing(principal.tenant_id) as session:
        application = record.find_application(session, sent.application)
        assessed = assess(services, session, application)
        last = assessed.history.acts[-1]
        if (last.kind, last.person, last.reason) == (sent.decision, sent.officer, sent.reason):
            return Made(last, assessed, is_new=False), None
        _refuse(assessed, sent, now.date())
        award, until = None, None
        if sent.decision in (GRANT, RENEW):
            award, until = _given(services, session, assessed, sent, now)
            audit_award(session, principal, award, now)
            work, row = certificate.reserve_credential(services, session, principal, assessed, award, now)
            to_seal = work, award, row
        act = record.add(services, session, principal, application, _act(assessed, sent, award, until, now.date()))
        if sent.decision in (SUSPEND, REINSTATE, WITHDRAW):
            certificate.settle(session, application, History.of(session, application.id), now, sent.reason)
        after = assess(services, session, application)
    return Made(act, after, is_new=True), to_seal


def _given(
    services: Services, session: TenantSession, assessed: Assessed, sent: Sent, now: datetime
) -> tuple[Award, date | None]:
    code = assessed.application.achievement_code
    decision = Decision(code, sent.officer, now.date(), sent.decision)
    until = validity_after(assessed.framework, decision, assessed.history.valid_until)
    return certificate.give(services, session, assessed, until, now), until


def _act(assessed: Assessed, sent: Sent, award: Award | None, until: date | None, today: date) -> Act:
    return Act(
        kind=sent.decision,
        person=sent.officer,
        reason=sent.reason,
        evaluation=assessed.to_json(),
        evidence=assessed.frozen_evidence,
        award_id=award.id if award else None,
        valid_until=until,
        deadline=appeal_until(assessed, today) if sent.decision in APPEALABLE else None,
    )


def appeal_until(assessed: Assessed, decided_on: date) -> date | None:
    """The last day of an appeal against a decision of that day, None when the scheme sets none."""
    window = period(assessed.award.get("process", {}).get("appeal_window"))
    return window.after(decided_on) if window else None


def _refuse(assessed: Assessed, sent: Sent, today: date) -> None:
    """Raise what speaks against the decision."""
    _refuse_what_does_not_follow(assessed, sent, today)
    refuse_conflict_of_interest(assessed, sent.officer, today)
    if sent.evaluation_hash is not None and sent.evaluation_hash != assessed.hash:
        raise Conflict(
            "Since the evaluation that the officer has seen, something has changed.",
            pointer="/evaluation_hash",
            remedy="Look at the new evaluation, and decide on that one.",
            reason="EVALUATION_CHANGED",
            evaluation=assessed.to_json(),
        )
    if sent.decision in (GRANT, RENEW) and assessed.outcome is not Outcome.READY_FOR_DECISION:
        sentences = why_not_yet(assessed.evaluation, assessed.framework)
        raise RulesNotMet(
            f"{assessed.application.achievement_code} cannot be given: {' '.join(sentences)}",
            remedy="The explanation names the next step; or refuse, with a reason.",
            reason=assessed.block or "RULES_NOT_MET",
            blocking=assessed.blocking(),
            evaluation=assessed.to_json(),
            explanation=explain(assessed.evaluation, assessed.framework),
        )


def _refuse_what_does_not_follow(assessed: Assessed, sent: Sent, today: date) -> None:
    state = assessed.history.state(today)
    if assessed.application.closed_at is not None or state not in FOLLOWS[sent.decision]:
        raise Conflict(
            f"The application is {assessed.state().value}, so nobody can {sent.decision} now.",
            pointer="/decision",
            remedy="GET the application to see what was decided; docs/certification.md tells what may follow.",
            reason="NOT_NOW",
            outcome=assessed.state().value,
        )
    if sent.decision == RENEW and assessed.window is not None and assessed.window.is_early(today):
        opens_on = assessed.window.opens_on
        raise Conflict(
            f"It can be renewed from {opens_on} on.",
            remedy="Renew it then; what is in force stays so.",
            reason="RENEWAL_TOO_EARLY",
            opens_on=opens_on.isoformat() if opens_on else None,
        )


def refuse_conflict_of_interest(assessed: Assessed, person: str, today: date) -> None:
    """Raise Conflict when the person is the learner, or acted for her in a role that bars from deciding."""
    code = assessed.application.achievement_code
    acted = barring_acts(assessed.framework, Decision(code, person, today, GRANT), assessed.evidence)
    told = [{"role": role, "on": day.isoformat()} for role, day in acted]
    if told:
        roles = ", ".join(f"{act['role']} on {act['on']}" for act in told)
        raise Conflict(
            f"{person} may not decide: {roles}.",
            remedy="Let somebody decide who was not involved.",
            reason=CONFLICT,
            acts=told,
        )
