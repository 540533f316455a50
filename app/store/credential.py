"""Named queries about awards, renditions and status lists."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from app.ports import RandomBelow
from app.store.prepared import scoped
from app.store.session import TenantSession
from app.store.tables import Award, Rendition, StatusList, VcApiCredential
from app.vc.status import mirrored

# Share of a list that is taken before a new one is begun: half, as each index keeps its mirror free. So random indexes
# stay quick to find.
FULL_ABOVE = 0.25
SEALED: tuple[type[Rendition] | type[VcApiCredential], ...] = (Rendition, VcApiCredential)  # share the status lists
ASKED_AT_ONCE = 500  # indexes in one query: SQLite takes 32,766 values or more, PostgreSQL 65,535
INDEX_TRIES = 64  # at half full, 64 taken indexes in a row do not happen (2**-64)
_LIVE_AWARD = scoped(
    select(Award.id).where(
        Award.learner_id == bindparam("learner_id"),
        Award.achievement_code == bindparam("code"),
        Award.rule_version == bindparam("rule_version"),
        Award.rule_hash == bindparam("rule_hash"),
        Award.revoked_at.is_(None),
        Award.replaced_at.is_(None),
    )
)
_AWARD = scoped(
    select(*(column for column in Award.__table__.c if column.name != "evidence")).where(
        Award.id == bindparam("award_id")
    )
)
_IS_ISSUED = scoped(
    select(Rendition.id).where(Rendition.award_id == bindparam("award_id"), Rendition.state == "issued").limit(1)
)
_NEWEST_LIST = scoped(
    select(StatusList.id, StatusList.url, StatusList.entries, StatusList.allotted)
    .where(StatusList.issuer == bindparam("issuer"), StatusList.purpose == bindparam("purpose"))
    .order_by(StatusList.created_at.desc())
    .limit(1)
)
_TAKEN = select(
    *(
        scoped(
            select(table.id).where(
                table.status_list_id == bindparam("list_id"),
                table.status_index.in_((bindparam("index"), bindparam("mirror"))),
            )
        ).exists()
        for table in SEALED
    )
)
_ALLOT = scoped(
    update(StatusList).where(StatusList.id == bindparam("list_id")).values(allotted=StatusList.allotted + 1)
)
_OF_AWARD = scoped(
    select(
        Award.revoked_at,
        Rendition.id,
        Rendition.state,
        Rendition.form,
        Rendition.holder,
        Rendition.basis,
        Rendition.created_at,
    )
    .join(Award, Award.id == Rendition.award_id)
    .where(Rendition.award_id == bindparam("award_id"))
    .order_by(Rendition.created_at, Rendition.id)
    .with_for_update()
)
_ISSUE = scoped(
    update(Rendition)
    .where(Rendition.id == bindparam("rendition_id"))
    .values(
        state="issued",
        content=bindparam("content"),
        media_type=bindparam("media_type"),
        sha256=bindparam("sha256"),
    )
)


@dataclass(frozen=True, slots=True)
class OpenList:
    """A status list with room for more. `entries`: how many it has."""

    id: str
    url: str
    entries: int


def live_award(session: TenantSession, learner_id: str, code: str, rule_version: str, rule_hash: str) -> Award | None:
    """The one live award of this learner, achievement and rule; it may have expired."""
    found = session.rows(_LIVE_AWARD, learner_id=learner_id, code=code, rule_version=rule_version, rule_hash=rule_hash)
    return award(session, found[0].id) if found else None


def award(session: TenantSession, award_id: str, *, lock: bool = False) -> Award | None:
    """The award of that id, live or not; with `lock`, nobody else changes it until the transaction ends."""
    query = select(Award).where(Award.id == award_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def read_award(session: TenantSession, award_id: str) -> Award | None:
    """The same, to read only, without its evidence."""
    return next(iter(session.rows(_AWARD, award_id=award_id)), None)


def is_issued(session: TenantSession, award_id: str) -> bool:
    """Whether any rendition of the award counts."""
    return bool(session.rows(_IS_ISSUED, award_id=award_id))


def awards(session: TenantSession, *, learner_id: str | None = None, after: str = "", limit: int = 100) -> list[Award]:
    """Awards in the order of their ids, after one."""
    query = select(Award).where(Award.id > after).order_by(Award.id).limit(limit)
    return list(session.scalars(query if learner_id is None else query.where(Award.learner_id == learner_id)))


def issued_rendition(session: TenantSession, award_id: str, form: str, holder: str = "") -> Rendition | None:
    """The sealed rendition of that form that counts; with `holder` the one that is bound to that key."""
    bound = (Rendition.award_id == award_id, Rendition.form == form, Rendition.holder == holder)
    return session.scalars(select(Rendition).where(*bound, Rendition.state == "issued")).one_or_none()


def newest_sealed(session: TenantSession, award_id: str, form: str) -> Rendition | None:
    """The rendition of that form sealed last, bound to no wallet's key, whether it still counts or was revoked."""
    own = (Rendition.award_id == award_id, Rendition.form == form, Rendition.holder == "")
    return session.scalars(
        select(Rendition)
        .where(*own, Rendition.state.in_(("issued", "revoked")))
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


def renditions_to_record(session: TenantSession, award_id: str) -> Sequence[Any]:
    """All renditions of an award, the oldest first, each with the award's `revoked_at`.

    Both are locked until the transaction ends. Rows of what recording one of them asks for, and not their bytes.
    """
    return session.rows(_OF_AWARD, award_id=award_id)


def record_issued(session: TenantSession, rendition_id: str, content: bytes, media_type: str, sha256: str) -> None:
    """Store what was sealed, as issued."""
    values = {"content": content, "media_type": media_type, "sha256": sha256}
    session.change(_ISSUE, rendition_id=rendition_id, **values)


def open_status_list(session: TenantSession, issuer: str, purpose: str) -> OpenList | None:
    """A list of this issuer with room for more."""
    rows = session.rows(_NEWEST_LIST, issuer=issuer, purpose=purpose)
    return next(
        (OpenList(row.id, row.url, row.entries) for row in rows if row.allotted < row.entries * FULL_ABOVE), None
    )


def status_list(session: TenantSession, list_id: str, *, lock: bool = False) -> StatusList | None:
    """The status list of that id; with `lock`, nobody else changes it until the transaction ends."""
    query = select(StatusList).where(StatusList.id == list_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def reserve(
    session: TenantSession, row: Rendition | VcApiCredential, status_list: OpenList, random_below: RandomBelow
) -> None:
    """Insert the row under a random index of the list that was never used before, nor the one that mirrors it.

    Nobody else takes it meanwhile: the list is the tenant's, whose writers are one after another.
    """
    for _ in range(INDEX_TRIES):
        index = random_below(status_list.entries)
        if any(session.rows(_TAKEN, list_id=status_list.id, index=index, mirror=mirrored(index))[0]):
            continue
        row.status_list_id, row.status_list_url, row.status_index = status_list.id, status_list.url, index
        session.insert(row)
        session.change(_ALLOT, list_id=status_list.id)
        return
    raise RuntimeError(f"no free index found in status list {status_list.id}")


def allotted(session: TenantSession, list_id: str, indexes: set[int]) -> set[int]:
    """Those of the indexes that were given to a credential."""
    found: set[int] = set()
    asked = sorted(indexes)
    for table, begin in product(SEALED, range(0, len(asked), ASKED_AT_ONCE)):
        some = asked[begin : begin + ASKED_AT_ONCE]
        taken = select(table.status_index).where(table.status_list_id == list_id, table.status_index.in_(some))
        found.update(session.scalars(taken))
    return found


def abandon_reserved(session: TenantSession, before: datetime) -> None:
    """Mark what a crash left behind. Their indexes stay taken for ever."""
    for table in SEALED:
        stale = (table.state == "reserved", table.created_at < before)
        session.execute(update(table).where(*stale).values(state="abandoned"))


def unsealed_awards(session: TenantSession, before: datetime) -> list[Award]:
    """Live awards, decided before that moment, of which no rendition is issued or in the making.

    One whose badge was revoked with its key is not among them: whether it is issued again is for people to decide. Nor
    is a suspended certificate.
    """
    sealed = exists().where(Rendition.award_id == Award.id, Rendition.state.in_(("issued", "reserved", "revoked")))
    live = (
        Award.revoked_at.is_(None),
        Award.replaced_at.is_(None),
        Award.suspended_at.is_(None),
        Award.awarded_at < before,
    )
    return list(session.scalars(select(Award).where(*live, ~sealed).limit(1000)))


def abandon_unsealed(session: TenantSession, key_id: str) -> dict[str, list[int]]:
    """Abandon what a key may be sealing; gives the indexes to set, by status list.

    Those that were abandoned before are among them: somebody may have signed before giving up.
    """
    indexes: dict[str, list[int]] = defaultdict(list)
    for table in SEALED:
        unsealed = (table.signing_key_id == key_id, table.state.in_(("reserved", "abandoned")))
        for list_id, index in session.execute(select(table.status_list_id, table.status_index).where(*unsealed)):
            indexes[list_id].append(index)
        session.execute(update(table).where(*unsealed).values(state="abandoned"))
    return indexes


def has_in_force(session: TenantSession, key_id: str) -> bool:
    """Whether anything that the key sealed is neither revoked nor superseded."""
    return any(
        session.scalars(
            select(table.id).where(table.signing_key_id == key_id, table.state.in_(("issued", "suspended"))).limit(1)
        ).first()
        for table in SEALED
    )


def revoke_sealed(session: TenantSession, key_id: str, limit: int) -> dict[str, list[int]]:
    """Revoke what a key sealed and that is in force, at most `limit` of each kind; gives the indexes, by status list.

    The rows are named by their primary key: for `id IN (...)` beside a tenant SQLite reads all that the tenant has.
    """
    indexes: dict[str, list[int]] = defaultdict(list)
    for table in SEALED:
        in_force = (table.signing_key_id == key_id, table.state.in_(("issued", "suspended")))
        rows = session.execute(select(table.id, table.status_list_id, table.status_index).where(*in_force).limit(limit))
        changed = []
        for row_id, list_id, index in rows:
            indexes[list_id].append(index)
            changed.append({"id": row_id, "state": "revoked"})
        if changed:
            session.execute(update(table), changed)
    return indexes


def sealed_with(session: TenantSession, key_id: str) -> list[tuple[str, datetime]]:
    """(issuer, when it was made) of everything that a key sealed, whether it still counts or not."""
    sealed = (Rendition.signing_key_id == key_id, Rendition.sha256.is_not(None))
    return [
        (issuer, at) for issuer, at in session.execute(select(Rendition.issuer, Rendition.created_at).where(*sealed))
    ]


def awards_without_badge(session: TenantSession, key_id: str, today: date) -> list[tuple[str, datetime]]:
    """(award, when its first such badge was made) of awards in force that lose a badge with that key, or lost it.

    That is: they have no badge of the same form from another key; or a wallet lost one, which it has to fetch anew, and
    she was not told yet. In the order of the awards' ids.
    """
    again = aliased(Rendition)
    issued_again = exists().where(
        again.award_id == Rendition.award_id,
        again.form == Rendition.form,
        again.holder == "",
        again.state == "issued",
        again.signing_key_id != key_id,
    )
    sealed = ("issued", "revoked")
    in_force = (
        Award.revoked_at.is_(None),
        Award.replaced_at.is_(None),
        or_(Award.valid_until.is_(None), Award.valid_until >= today),
    )
    query = (
        select(Award.id, func.min(Rendition.created_at))
        .join(Rendition, Rendition.award_id == Award.id)
        .where(Rendition.signing_key_id == key_id, Rendition.state.in_(sealed), *in_force)
        .where(or_(Rendition.holder != "", ~issued_again))
        .group_by(Award.id)
        .order_by(Award.id)
    )
    return [(award_id, at) for award_id, at in session.execute(query)]


def status_lists_of_key(session: TenantSession, key_id: str) -> list[StatusList]:
    """The status lists that this key signs, locked until the transaction ends."""
    query = select(StatusList).where(StatusList.signing_key_id == key_id).order_by(StatusList.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def close_status_lists(session: TenantSession) -> None:
    """Allot nothing more in any list that there is."""
    session.execute(update(StatusList).values(allotted=StatusList.entries))
