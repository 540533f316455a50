"""Named queries about applications for certificates and what was done about them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import undefer

from app.store.session import TenantSession
from app.store.tables import Achievement, Application, Award, CertificationAct, FrameworkVersion

CHUNK = 500  # names in one IN (...); SQLite's oldest limit is 999 variables


def _chunks(names: Iterable[str]) -> list[list[str]]:
    wanted = sorted(set(names))
    return [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]


def application(session: TenantSession, application_id: str) -> Application | None:
    """The application of that id."""
    return session.scalars(select(Application).where(Application.id == application_id)).one_or_none()


def open_application(session: TenantSession, learner_id: str, code: str) -> Application | None:
    """The learner's one open application for that certificate."""
    query = select(Application).where(
        Application.learner_id == learner_id, Application.achievement_code == code, Application.closed_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def applications(
    session: TenantSession,
    *,
    learner_id: str | None = None,
    code: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[Application]:
    """Applications in the order of their ids, after one; closed ones too."""
    query = select(Application).where(Application.id > after).order_by(Application.id).limit(limit)
    if learner_id is not None:
        query = query.where(Application.learner_id == learner_id)
    return list(session.scalars(query if code is None else query.where(Application.achievement_code == code)))


def by_licence(session: TenantSession, number: str) -> Application | None:
    """The application under which that licence number was given."""
    return session.scalars(select(Application).where(Application.licence_number == number)).one_or_none()


def acts(session: TenantSession, application_id: str, *, with_evidence: bool = False) -> list[CertificationAct]:
    """What was done about an application, in order."""
    query = select(CertificationAct).where(CertificationAct.application_id == application_id)
    if with_evidence:
        query = query.options(undefer(CertificationAct.evidence))
    return list(session.scalars(query.order_by(CertificationAct.number)))


def act(session: TenantSession, act_id: str) -> CertificationAct | None:
    """The act of that id."""
    return session.scalars(select(CertificationAct).where(CertificationAct.id == act_id)).one_or_none()


def appeals(session: TenantSession, *, after: str = "", limit: int = 100) -> list[CertificationAct]:
    """Appeals in the order of their ids, after one."""
    query = select(CertificationAct).where(CertificationAct.kind == "appeal", CertificationAct.id > after)
    return list(session.scalars(query.order_by(CertificationAct.id).limit(limit)))


def acts_of_learners(
    session: TenantSession, framework_code: str, learner_ids: Iterable[str]
) -> list[tuple[Application, CertificationAct]]:
    """(application, act) of the open applications of these learners under a framework, in the order of the acts."""
    found: list[tuple[Application, CertificationAct]] = []
    for chunk in _chunks(learner_ids):
        query = (
            select(Application, CertificationAct)
            .join(CertificationAct, CertificationAct.application_id == Application.id)
            .join(Achievement, Achievement.id == Application.achievement_id)
            .join(FrameworkVersion, FrameworkVersion.id == Achievement.framework_version_id)
            .where(
                Application.learner_id.in_(chunk),
                Application.closed_at.is_(None),
                FrameworkVersion.code == framework_code,
            )
            .order_by(Application.id, CertificationAct.number)
        )
        found.extend((row[0], row[1]) for row in session.execute(query))
    return found


def awards_of(session: TenantSession, application_id: str) -> list[Award]:
    """The certificates given under an application, the oldest first; renewals replace one another."""
    query = select(Award).where(Award.application_id == application_id).order_by(Award.awarded_at, Award.id)
    return list(session.scalars(query))


def award_with_evidence(session: TenantSession, award_id: str) -> Award | None:
    """The award of that id with its frozen evidence."""
    return session.scalars(select(Award).where(Award.id == award_id).options(undefer(Award.evidence))).one_or_none()


def found_awards(
    session: TenantSession,
    today: date,
    *,
    learner_id: str | None = None,
    code: str | None = None,
    status: str | None = None,
    certificates: bool = False,
    after: str = "",
    limit: int = 100,
) -> list[Award]:
    """Awards in the order of their ids, after one. `status`: as app/issuer/award/shown.py tells it today."""
    query = select(Award).where(Award.id > after).order_by(Award.id).limit(limit)
    if learner_id is not None:
        query = query.where(Award.learner_id == learner_id)
    if code is not None:
        query = query.where(Award.achievement_code == code)
    if certificates:
        query = query.where(Award.application_id.is_not(None), Award.revoked_at.is_(None), Award.replaced_at.is_(None))
    return list(session.scalars(query if status is None else _with_status(query, status, today)))


def _with_status(query: Select[Any], status: str, today: date) -> Select[Any]:
    kept, not_suspended = Award.revoked_at.is_(None), Award.suspended_at.is_(None)
    is_over = and_(Award.valid_until.is_not(None), Award.valid_until < today)
    lasts = or_(Award.valid_until.is_(None), Award.valid_until >= today)
    conditions = {
        "revoked": (Award.revoked_at.is_not(None),),
        "suspended": (kept, Award.suspended_at.is_not(None)),
        "expired": (kept, not_suspended, is_over),
        "valid": (kept, not_suspended, lasts),
    }
    return query.where(*conditions[status])
