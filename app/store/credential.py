"""Named queries about awards, renditions and status lists."""

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from app.ports import RandomBelow
from app.store.session import TenantSession
from app.store.tables import Award, Rendition, StatusList

FULL_ABOVE = 0.5  # share of a list that is taken before a new one is begun: random indexes stay quick to find
INDEX_TRIES = 64  # at half full, 64 taken indexes in a row do not happen (2**-64)


def live_award(session: TenantSession, learner_id: str, code: str, rule_version: str, rule_hash: str) -> Award | None:
    """The one live award of this learner, achievement and rule; it may have expired."""
    return session.scalars(
        select(Award).where(
            Award.learner_id == learner_id,
            Award.achievement_code == code,
            Award.rule_version == rule_version,
            Award.rule_hash == rule_hash,
            Award.revoked_at.is_(None),
            Award.replaced_at.is_(None),
        )
    ).one_or_none()


def award(session: TenantSession, award_id: str, *, lock: bool = False) -> Award | None:
    """The award of that id, live or not; with `lock`, nobody else changes it until the transaction ends."""
    query = select(Award).where(Award.id == award_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def awards(session: TenantSession, *, learner_id: str | None = None, after: str = "", limit: int = 100) -> list[Award]:
    """Awards in the order of their ids, after one."""
    query = select(Award).where(Award.id > after).order_by(Award.id).limit(limit)
    return list(session.scalars(query if learner_id is None else query.where(Award.learner_id == learner_id)))


def issued_rendition(session: TenantSession, award_id: str, form: str) -> Rendition | None:
    """The sealed rendition of that form that counts."""
    return session.scalars(
        select(Rendition).where(Rendition.award_id == award_id, Rendition.form == form, Rendition.state == "issued")
    ).one_or_none()


def newest_sealed(session: TenantSession, award_id: str, form: str) -> Rendition | None:
    """The rendition of that form sealed last, whether it still counts or was revoked."""
    return session.scalars(
        select(Rendition)
        .where(Rendition.award_id == award_id, Rendition.form == form, Rendition.state.in_(("issued", "revoked")))
        .order_by(Rendition.created_at.desc(), Rendition.id)
        .limit(1)
    ).one_or_none()


def renditions(session: TenantSession, award_id: str) -> list[Rendition]:
    """All renditions of an award, the oldest first."""
    return list(
        session.scalars(
            select(Rendition).where(Rendition.award_id == award_id).order_by(Rendition.created_at, Rendition.id)
        )
    )


def rendition(session: TenantSession, rendition_id: str) -> Rendition:
    """The rendition of that id, which must exist, locked until the transaction ends."""
    query = select(Rendition).where(Rendition.id == rendition_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def open_status_list(session: TenantSession, issuer: str, purpose: str) -> StatusList | None:
    """A list of this issuer with room for more."""
    rows = session.scalars(
        select(StatusList)
        .where(StatusList.issuer == issuer, StatusList.purpose == purpose)
        .order_by(StatusList.created_at.desc())
        .limit(1)
    )
    return next((row for row in rows if row.allotted < row.entries * FULL_ABOVE), None)


def status_list(session: TenantSession, list_id: str, *, lock: bool = False) -> StatusList | None:
    """The status list of that id; with `lock`, nobody else changes it until the transaction ends."""
    query = select(StatusList).where(StatusList.id == list_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def reserve(session: TenantSession, row: Rendition, status_list: StatusList, random_below: RandomBelow) -> None:
    """Add the rendition under a random index of the list that was never used before."""
    for _ in range(INDEX_TRIES):
        index = random_below(status_list.entries)
        taken = session.scalars(
            select(Rendition.id).where(Rendition.status_list_id == status_list.id, Rendition.status_index == index)
        ).first()
        if taken is not None:
            continue
        row.status_list_id, row.status_list_url, row.status_index = status_list.id, status_list.url, index
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another process took it a moment ago
            continue
        session.execute(
            update(StatusList).where(StatusList.id == status_list.id).values(allotted=StatusList.allotted + 1)
        )
        return
    raise RuntimeError(f"no free index found in status list {status_list.id}")


def abandon_reserved(session: TenantSession, before: datetime) -> None:
    """Mark what a crash left behind. Their indexes stay taken for ever."""
    stale = (Rendition.state == "reserved", Rendition.created_at < before)
    session.execute(update(Rendition).where(*stale).values(state="abandoned"))


def unsealed_awards(session: TenantSession, before: datetime) -> list[Award]:
    """Live awards, decided before that moment, of which no rendition is issued or in the making."""
    sealed = exists().where(Rendition.award_id == Award.id, Rendition.state.in_(("issued", "reserved")))
    live = (Award.revoked_at.is_(None), Award.replaced_at.is_(None), Award.awarded_at < before)
    return list(session.scalars(select(Award).where(*live, ~sealed).limit(1000)))


def close_status_lists(session: TenantSession) -> None:
    """Allot nothing more in any list that there is."""
    session.execute(update(StatusList).values(allotted=StatusList.entries))
