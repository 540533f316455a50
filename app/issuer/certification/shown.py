"""What the API shows of applications, decisions and appeals."""

from typing import Any

from app.issuer.assessment import learners
from app.issuer.award.shown import summary
from app.issuer.certification import certificate, record
from app.issuer.certification.appeals import Appeal
from app.issuer.certification.assess import Assessed
from app.issuer.certification.consequences import warnings
from app.ports import Principal, Services
from app.store import certification as store
from app.store.session import TenantSession
from app.store.tables import Application, CertificationAct


def act(row: CertificationAct) -> dict[str, Any]:
    """One act, without what it rests on."""
    members = {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "person": row.person,
        "reason": row.reason,
        "about": row.about,
        "at": row.at.isoformat(),
        "evaluation_hash": row.evaluation_hash,
        "award": row.award_id,
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "appeal_until": row.deadline.isoformat() if row.deadline else None,
    }
    return {name: value for name, value in members.items() if value is not None}


def application_in_short(row: Application) -> dict[str, Any]:
    """An application in a list."""
    return {
        "id": row.id,
        "achievement": row.achievement_code,
        "applied_at": row.created_at.isoformat(),
        "licence_number": row.licence_number,
        "is_open": row.closed_at is None,
    }


def page_of_applications(
    services: Services,
    principal: Principal,
    *,
    learner: str | None = None,
    achievement: str | None = None,
    after: str = "",
    limit: int = 100,
) -> dict[str, Any]:
    """{"applications", "next"?}: in the order of their ids; `next` is the `after` of the next page. Raises NotFound."""
    learner_id = learners.get(services, principal, learner).id if learner else None
    with services.database.reading(principal.tenant_id) as session:
        rows = store.applications(session, learner_id=learner_id, code=achievement, after=after, limit=limit)
    page: dict[str, Any] = {"applications": [application_in_short(row) for row in rows]}
    return page | {"next": rows[-1].id} if len(rows) == limit else page


def history(session: TenantSession, row: Application) -> dict[str, Any]:
    """What was done about an application, and whether that is what the audit log says."""
    return {
        "application": row.id,
        "history": [act(each) for each in store.acts(session, row.id)],
        "history_is_intact": record.is_intact(session, row.id),
    }


def application(services: Services, session: TenantSession, assessed: Assessed, language: str = "en") -> dict[str, Any]:
    """An application on one page: outcome, reasons, evidence, certificate, history."""
    history, today = assessed.history, assessed.evaluation.as_of
    award = certificate.current(session, assessed.application.id)
    shown = application_in_short(assessed.application) | {
        "learner": assessed.learner.code,
        "outcome": assessed.state().value,
        "valid_until": history.valid_until.isoformat() if history.valid_until else None,
        "open_appeal": history.open_appeal.id if history.open_appeal else None,
        "evaluation": assessed.to_json(language),
        "evidence": assessed.frozen_evidence,
        "award": summary(services.settings, award, services.clock()) if award else None,
        "warnings": warnings(services, session, award) if award else [],
        "history": [act(row) for row in history.acts],
    }
    if assessed.window is not None:
        opens_on, closes_on = assessed.window.opens_on, assessed.window.closes_on
        shown["renewal"] = {
            "opens_on": opens_on.isoformat() if opens_on else None,
            "closes_on": closes_on.isoformat() if closes_on else None,
            "is_early": assessed.window.is_early(today),
        }
    return shown


def decision(services: Services, session: TenantSession, row: CertificationAct, assessed: Assessed) -> dict[str, Any]:
    """A decision as recorded, and what has become of the application."""
    given = store.award_with_evidence(session, row.award_id) if row.award_id else None
    return act(row) | {
        "decision": row.kind,
        "officer": row.person,
        "application": row.application_id,
        "outcome": assessed.state().value,
        "licence_number": assessed.application.licence_number,
        "award": summary(services.settings, given, services.clock()) if given else None,
    }


def appeal(found: Appeal) -> dict[str, Any]:
    """An appeal with the decision that it is against, the decision on it, and what the rules say now."""
    return {
        "id": found.appeal.id,
        "application": found.appeal.application_id,
        "filed_at": found.appeal.at.isoformat(),
        "reason": found.appeal.reason,
        "against": act(found.against),
        "decision": act(found.answer) if found.answer else None,
        "outcome": found.assessed.state().value,
        "evaluation": found.assessed.to_json(),
    }
