"""Named queries about evidence besides results. `table`: the kind of evidence; all kinds have the same history."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import BindParameter, bindparam, select

from app.store.prepared import AnySelect, scoped
from app.store.session import TenantSession
from app.store.tables import Application, Award, EvidenceItem, Result, RplDecisionRecord

CHUNK = 500  # names in one IN (...); SQLite's oldest limit is 999 variables
Item = TypeVar("Item", bound=EvidenceItem)
Owned = EvidenceItem | Application | Award


def _chunks(names: Iterable[str]) -> list[list[str]]:
    wanted = sorted(set(names))
    return [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]


def current(session: TenantSession, table: type[Item], keys: Iterable[str]) -> dict[str, Item]:
    """The current rows of these record keys, withdrawn ones too."""
    found: dict[str, Item] = {}
    for chunk in _chunks(keys):
        query = select(table).where(table.record_key.in_(chunk), table.replaced_at.is_(None))
        found.update({row.record_key: row for row in session.scalars(query)})
    return found


def item(session: TenantSession, table: type[Item], item_id: str) -> Item | None:
    """The current row of that item."""
    return session.scalars(select(table).where(table.item_id == item_id, table.replaced_at.is_(None))).one_or_none()


def history(session: TenantSession, table: type[Item], item_id: str) -> list[Item]:
    """All rows of that item, the first version first."""
    order = (table.created_at, table.replaced_at.is_(None), table.id)
    return list(session.scalars(select(table).where(table.item_id == item_id).order_by(*order)))


def page(
    session: TenantSession, table: type[Item], *, learner_id: str | None, after: str = "", limit: int = 100
) -> list[Item]:
    """Current rows in the order of their item ids, after one; withdrawn ones too."""
    query = select(table).where(table.item_id > after, table.replaced_at.is_(None)).order_by(table.item_id)
    return list(
        session.scalars((query if learner_id is None else query.where(table.learner_id == learner_id)).limit(limit))
    )


def counting(session: TenantSession, table: type[Item], learner_ids: Iterable[str]) -> list[Item]:
    """What is not withdrawn of these learners, in a stable order."""
    found: list[Item] = []
    for chunk in _chunks(learner_ids):
        query = (
            select(table)
            .where(table.learner_id.in_(chunk), table.replaced_at.is_(None), table.withdrawn_at.is_(None))
            .order_by(table.item_id)
        )
        found.extend(session.scalars(query))
    return found


def known(session: TenantSession, tables: tuple[type[Owned], ...], learner_ids: Iterable[str]) -> set[type[Owned]]:
    """Those of the tables that have any row of these learners: one query, which spares most of the others."""
    found: set[type[Owned]] = set()
    for chunk in _chunks(learner_ids):
        answers = session.rows(_known(tables), learner_ids=chunk)[0]
        found.update(table for table, is_there in zip(tables, answers, strict=True) if is_there)
    return found


@lru_cache(8)  # of the few selections of kinds that the code asks for
def _known(tables: tuple[type[Owned], ...]) -> AnySelect:
    wanted: BindParameter[list[str]] = bindparam("learner_ids", expanding=True)
    return select(*(scoped(select(table.id).where(table.learner_id.in_(wanted))).exists() for table in tables))


def rpl_decisions(session: TenantSession, claim_ids: Iterable[str]) -> dict[str, list[RplDecisionRecord]]:
    """The decisions on these claims, in the order they were made."""
    found: dict[str, list[RplDecisionRecord]] = {}
    for chunk in _chunks(claim_ids):
        query = (
            select(RplDecisionRecord)
            .where(RplDecisionRecord.claim_id.in_(chunk))
            .order_by(RplDecisionRecord.decided_on, RplDecisionRecord.created_at, RplDecisionRecord.id)
        )
        for row in session.scalars(query):
            found.setdefault(row.claim_id, []).append(row)
    return found


def results_by_id(session: TenantSession, ids: Collection[str]) -> dict[str, Result]:
    """Results of these ids, current or not."""
    found: dict[str, Result] = {}
    for chunk in _chunks(ids):
        found.update({row.id: row for row in session.scalars(select(Result).where(Result.id.in_(chunk)))})
    return found


def unsigned_results(
    session: TenantSession,
    assessments: Collection[str],
    *,
    learner_id: str | None = None,
    assessor: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[Result]:
    """Final results of these assessments that nobody has signed, in the order of their ids."""
    query = select(Result).where(
        Result.id > after,
        Result.assessment.in_(sorted(assessments)),
        Result.replaced_at.is_(None),
        Result.signed_off_by.is_(None),
        Result.status == "final",
        Result.score.is_not(None),
    )
    if learner_id is not None:
        query = query.where(Result.learner_id == learner_id)
    if assessor is not None:
        query = query.where(Result.assessor == assessor)
    return list(session.scalars(query.order_by(Result.id).limit(limit)))
