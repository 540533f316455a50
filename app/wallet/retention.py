"""What a certification scheme keeps of a certificate when its holder is erased, and for how long.

A scheme may say `process.retention`, a period from the end of the certificate (ISO/IEC 17024, 7.1 wants records to be
kept for a time; GDPR, article 17(3): what the law wants kept is not erased). So long its file keeps what the decisions
rested on: evaluation, evidence, reasons. Her name, addresses and everything else go at once all the same. Of a scheme
that says nothing, nothing is kept.
"""

from datetime import date
from typing import Any

from app.competency.period import Period
from app.issuer.catalogue import find
from app.ports import Services
from app.store import certification as certifications
from app.store.session import TenantSession
from app.store.tables import Application, Award
from app.wallet.backpack import by_tenant
from app.wallet.sessions import SignedIn


def until(services: Services, session: TenantSession, application: Application, awards: list[Award]) -> date | None:
    """The last day on which the records of an application are kept, were she erased today; None for not at all.

    `awards`: those given on it. The certificate ends with the last of them; one without an end, or none, ends today.
    """
    found = find.achievement_as_awarded(services, session, application.achievement_id)
    process: dict[str, Any] = found.framework.awards[application.achievement_code].get("process", {})
    if "retention" not in process:
        return None
    today = services.clock().date()
    ends = (each.revoked_at.date() if each.revoked_at else each.valid_until for each in awards)
    return Period.of(process["retention"]).after(max((end for end in ends if end), default=today))


def retain(
    services: Services, session: TenantSession, applications: list[Application], awards: list[Award]
) -> dict[str, date]:
    """Note on each application how long its records are kept; the days by licence number, else by id."""
    kept: dict[str, date] = {}
    for application in applications:
        given = [each for each in awards if each.application_id == application.id]
        last_day = until(services, session, application, given)
        if last_day is not None and last_day >= services.clock().date():
            application.retained_until = last_day
            kept[application.licence_number or application.id] = last_day
    return kept


def foreseen(services: Services, who: SignedIn) -> dict[str, date]:
    """What would be kept of hers until when, for her to know before she erases herself; as `retain`."""
    kept: dict[str, date] = {}
    for tenant_id, learners in by_tenant(who).items():
        with services.database.reading(tenant_id) as session:
            for learner in learners:
                for application in certifications.applications(session, learner_id=learner.id):
                    given = certifications.awards_of(session, application.id)
                    last_day = until(services, session, application, given)
                    if last_day is not None:
                        kept[application.licence_number or application.id] = last_day
    return kept
