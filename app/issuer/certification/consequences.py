"""What follows for certificates when a part of them ends: a warning, or, where the scheme says so, suspension.

A certificate stays valid to its date when a part of it is revoked or expires; it is listed with a warning
(`maintenance.on_part_lost: warn`, the default). With `suspend` the sweep suspends it by the rule of the scheme: once
for each part lost, so that an officer who reinstates it has the last word, and it can be appealed against.
"""

from datetime import date
from typing import Any

import structlog

from app.competency.certification import Outcome
from app.competency.evaluate import Evaluator
from app.competency.evidence import SUSPEND
from app.competency.nodes import Node, Status
from app.competency.rules import period
from app.issuer.award.evidence import evidence_of
from app.issuer.catalogue import find
from app.issuer.certification import certificate, record
from app.issuer.certification.history import History
from app.issuer.certification.record import Act
from app.ports import Principal, Services
from app.store import assessment, tenancy
from app.store import certification as store
from app.store.session import TenantSession
from app.store.tables import Application, Award

BY_SCHEME = "scheme"  # instead of an officer's name
PAGE = 200

log = structlog.get_logger()


def warnings(services: Services, session: TenantSession, award: Award) -> list[dict[str, Any]]:
    """What an officer should know of a certificate that is neither withdrawn nor replaced.

    {"code", "message"} and what it is about: PART_LOST (part, reason), SUSPENDED_TOO_LONG, EXPIRES_SOON (valid_until).
    """
    if award.application_id is None or award.revoked_at is not None or award.replaced_at is not None:
        return []
    today = services.clock().date()
    scheme = _scheme(services, session, award)
    found = [_lost(node) for node in lost_parts(services, session, award)]
    return [*found, *_suspended_too_long(scheme, award, today), *_expires_soon(scheme, award, today)]


def _scheme(services: Services, session: TenantSession, award: Award) -> dict[str, Any]:
    achievement = find.achievement_as_awarded(services, session, award.achievement_id)
    scheme: dict[str, Any] = achievement.framework.awards[award.achievement_code]
    return scheme


def _lost(node: Node) -> dict[str, Any]:
    message = f"{node.ref}, a part of it, does not count any more: {node.reason}. The certificate stays valid."
    return {"code": "PART_LOST", "part": node.ref, "reason": node.reason, "message": message}


def lost_parts(services: Services, session: TenantSession, award: Award) -> list[Node]:
    """The credentials that the certificate was given on and that do not count any more."""
    counted = set(_met_credentials(award.evaluation.get("tree", {})))
    if not counted:
        return []
    achievement = find.achievement_as_awarded(services, session, award.achievement_id)
    learner = assessment.learner_by_id(session, award.learner_id)
    evaluator = Evaluator(achievement.framework, evidence_of(services, session, achievement.framework, learner))
    now = evaluator.evaluate(award.achievement_code, services.clock().date())
    return [node for node in now.nodes() if node.id in counted and node.status is not Status.MET]


def _met_credentials(node: dict[str, Any]) -> list[str]:
    own = [node["id"]] if node.get("kind") == "credential" and node["status"] == Status.MET else []
    return own + [name for child in node.get("children", ()) for name in _met_credentials(child)]


def _suspended_too_long(scheme: dict[str, Any], award: Award, today: date) -> list[dict[str, Any]]:
    limit = period(scheme.get("maintenance", {}).get("max_suspension"))
    if limit is None or award.suspended_at is None or limit.covers(award.suspended_at.date(), today):
        return []
    until = limit.after(award.suspended_at.date())
    return [{"code": "SUSPENDED_TOO_LONG", "message": f"It should have been reinstated or withdrawn by {until}."}]


def _expires_soon(scheme: dict[str, Any], award: Award, today: date) -> list[dict[str, Any]]:
    notices = [period(text) for text in scheme.get("process", {}).get("notice_of_expiry", ())]
    until = award.valid_until
    if until is None or today > until or not any(one and one.before(until) <= today for one in notices):
        return []
    message = f"It is valid until {until}, and can be renewed as the scheme says."
    return [{"code": "EXPIRES_SOON", "valid_until": until.isoformat(), "message": message}]


def enforce(services: Services) -> int:
    """Suspend the certificates that lost a part, where their scheme says so. Returns how many; for the sweep."""
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        tenants = tenancy.tenants(session)
    suspended = 0
    for one in tenants:
        try:
            suspended += _enforce(services, Principal(one.id, one.slug, "by the scheme", frozenset()))
        except Exception as error:  # noqa: BLE001 - one tenant's trouble must not spare the certificates of the others
            log.warning("certificates could not be looked at", tenant=one.id, error=type(error).__name__)
    return suspended


def _enforce(services: Services, principal: Principal) -> int:
    after, suspended = "", 0
    while True:
        with services.database.reading(principal.tenant_id) as session:
            page = store.found_awards(
                session, services.clock().date(), certificates=True, status="valid", after=after, limit=PAGE
            )
            concerned = [award for award in page if _suspends(_scheme(services, session, award))]
            lost = [award for award in concerned if lost_parts(services, session, award)]
        suspended += sum(_suspend(services, principal, award) for award in lost)
        if len(page) < PAGE:
            return suspended
        after = page[-1].id


def _suspends(scheme: dict[str, Any]) -> bool:
    return bool(scheme.get("maintenance", {}).get("on_part_lost") == "suspend")


def _suspend(services: Services, principal: Principal, award: Award) -> bool:
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        application = record.find_application(session, award.application_id or "")
        history = History.of(session, application.id)
        known = {act.reason for act in history.acts if act.person == BY_SCHEME}
        reasons = [f"PART_LOST {node.ref} {node.reason}" for node in lost_parts(services, session, award)]
        new = [reason for reason in reasons if reason not in known]
        if history.state(now.date()) is not Outcome.GRANTED or not new:
            return False
        _record(services, session, principal, application, new[0])
    return True


def _record(
    services: Services, session: TenantSession, principal: Principal, application: Application, reason: str
) -> None:
    now = services.clock()
    achievement = find.achievement_as_awarded(services, session, application.achievement_id)
    scheme = achievement.framework.awards[application.achievement_code]
    window = period(scheme.get("process", {}).get("appeal_window"))
    act = Act(SUSPEND, BY_SCHEME, reason, deadline=window.after(now.date()) if window else None)
    record.add(services, session, principal, application, act)
    certificate.settle(session, application, History.of(session, application.id), now, reason)
