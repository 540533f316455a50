"""Named queries about learners, results and what waits for review."""

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select

from app.store.prepared import scoped
from app.store.session import TenantSession
from app.store.tables import Learner, Result, ReviewItem

CHUNK = 500  # names in one IN (...); SQLite's oldest limit is 999 variables
_LEARNER = scoped(select(Learner).where(Learner.code == bindparam("code"), Learner.erased_at.is_(None)))
_LEARNER_BY_ID = scoped(select(Learner).where(Learner.id == bindparam("learner_id")))
_RESULTS = scoped(
    select(Result)
    .where(Result.learner_id.in_(bindparam("learner_ids", expanding=True)), Result.replaced_at.is_(None))
    .order_by(Result.performed_on, Result.source_system, Result.source_record_id)
)


def learner(session: TenantSession, code: str) -> Learner | None:
    """The learner of that code."""
    return session.scalars(select(Learner).where(Learner.code == code, Learner.erased_at.is_(None))).one_or_none()


def read_learner(session: TenantSession, code: str) -> Learner | None:
    """The learner of that code, to read only."""
    return next(iter(session.rows(_LEARNER, code=code)), None)


def read_learner_by_id(session: TenantSession, learner_id: str) -> Learner:
    """The learner of that id of ours, who must exist, to read only."""
    learner: Learner = session.rows(_LEARNER_BY_ID, learner_id=learner_id)[0]
    return learner


def learner_by_id(session: TenantSession, learner_id: str) -> Learner:
    """The learner of that id of ours, who must exist."""
    return session.scalars(select(Learner).where(Learner.id == learner_id)).one()


def learners(session: TenantSession, *, after: str = "", limit: int = 100) -> list[Learner]:
    """Learners in the order of their codes, after one."""
    query = select(Learner).where(Learner.code > after, Learner.erased_at.is_(None))
    return list(session.scalars(query.order_by(Learner.code).limit(limit)))


def learner_codes(session: TenantSession, *, limit: int) -> list[str]:
    """The codes of all learners, in order."""
    query = select(Learner.code).where(Learner.erased_at.is_(None))
    return list(session.scalars(query.order_by(Learner.code).limit(limit)))


def learners_by_code(session: TenantSession, codes: Iterable[str]) -> dict[str, Learner]:
    """Those of the codes that are known."""
    wanted = sorted(set(codes))
    found: dict[str, Learner] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(Learner).where(Learner.code.in_(wanted[start : start + CHUNK]))
        found.update({row.code: row for row in session.scalars(query)})
    return found


def learners_by_id(session: TenantSession, ids: Iterable[str]) -> dict[str, Learner]:
    """Learners by our own ids."""
    wanted = sorted(set(ids))
    found: dict[str, Learner] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(Learner).where(Learner.id.in_(wanted[start : start + CHUNK]))
        found.update({row.id: row for row in session.scalars(query)})
    return found


def results_of_many(session: TenantSession, learner_ids: Iterable[str]) -> dict[str, list[Result]]:
    """Current results by learner, to read only, each list in a stable order."""
    wanted = sorted(set(learner_ids))
    found: dict[str, list[Result]] = {}
    for start in range(0, len(wanted), CHUNK):
        for row in session.rows(_RESULTS, learner_ids=wanted[start : start + CHUNK]):
            found.setdefault(row.learner_id, []).append(row)
    return found


def learners_to_recheck(session: TenantSession, *, limit: int) -> list[Learner]:
    """Learners whose evidence was taken back since their awards were last looked at."""
    query = select(Learner).where(Learner.to_recheck.is_(True)).order_by(Learner.tenant_id, Learner.id)
    return list(session.scalars(query.limit(limit)))


def current_results(session: TenantSession, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Result]:
    """Current results by (source system, source record id)."""
    by_system: dict[str, list[str]] = {}
    for system, record_id in set(keys):
        by_system.setdefault(system, []).append(record_id)
    found: dict[tuple[str, str], Result] = {}
    for system, ids in by_system.items():
        for start in range(0, len(ids), CHUNK):
            query = select(Result).where(
                Result.source_system == system,
                Result.source_record_id.in_(ids[start : start + CHUNK]),
                Result.replaced_at.is_(None),
            )
            found.update({(system, row.source_record_id): row for row in session.scalars(query)})
    return found


def results_of(session: TenantSession, learner_id: str) -> list[Result]:
    """A learner's current results, in a stable order."""
    return list(
        session.scalars(
            select(Result)
            .where(Result.learner_id == learner_id, Result.replaced_at.is_(None))
            .order_by(Result.performed_on, Result.source_system, Result.source_record_id)
        )
    )


def history_of(session: TenantSession, learner_id: str) -> list[Result]:
    """A learner's results with the ones that were corrected, in the order they came."""
    order = (Result.created_at, Result.replaced_at.is_(None), Result.id)  # one import may correct itself
    return list(session.scalars(select(Result).where(Result.learner_id == learner_id).order_by(*order)))


def review_items(session: TenantSession, *, limit: int = 200) -> list[ReviewItem]:
    """What waits for a person, the oldest first."""
    query = select(ReviewItem).where(ReviewItem.state == "open").order_by(ReviewItem.created_at, ReviewItem.id)
    return list(session.scalars(query.limit(limit)))


def review_item(session: TenantSession, item_id: str) -> ReviewItem | None:
    """One of them."""
    return session.scalars(select(ReviewItem).where(ReviewItem.id == item_id)).one_or_none()


def review_items_by_key(session: TenantSession, keys: Iterable[str]) -> dict[str, ReviewItem]:
    """Those that are known already, by record key."""
    wanted = sorted(set(keys))
    found: dict[str, ReviewItem] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(ReviewItem).where(ReviewItem.record_key.in_(wanted[start : start + CHUNK]))
        found.update({row.record_key: row for row in session.scalars(query)})
    return found


def open_review_count(session: TenantSession) -> int:
    """How many wait."""
    return session.scalar(select(func.count()).select_from(ReviewItem).where(ReviewItem.state == "open")) or 0
