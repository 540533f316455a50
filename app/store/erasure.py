"""Erasing a person: everything that hangs on her row is found by the foreign keys of the tables, and deleted.

So a new table that names a learner, her award or her offer is erased too, without being named here.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, case, delete, or_, select, true, update

from app.competency.sources.reading import BY_NAME
from app.store.ascii_lower import ascii_lower
from app.store.session import Table, TenantSession
from app.store.tables import (
    Application,
    Award,
    BatchRow,
    CertificationAct,
    IdempotentAnswer,
    Learner,
    Rendition,
    ReviewItem,
    RplClaimRecord,
    RplDecisionRecord,
)

Rows = dict[str, set[str]]
"""Primary keys by table."""

LEARNER = "learner"
EMPTIED = ("award", "application", "certification_act", "rendition")  # they stay, without what tells of a person
CHUNK = 500  # names in one IN (...); SQLite's oldest limit is 999 variables
ERASED = "erased"
PLAIN = re.compile(r"\d{1,6}|\w{1,2}", re.ASCII)  # an id that is a word or number like any other
NAMING = ("learner", "learners", "id", "person")  # members in which our records and answers name a learner


def rows_of(session: TenantSession, learner_id: str) -> Rows:
    """Everything that hangs on the learner, her own row too."""
    return _hanging_on(session, {LEARNER: {learner_id}})


def rows_of_address(session: TenantSession, email: str) -> Rows:
    """Everything outside of tenants that belongs to this address (folded)."""
    owned: Rows = {}
    for table in Table.metadata.sorted_tables:
        if "email" in table.columns and "tenant_id" not in table.columns:
            query = select(_key(table.name)).where(ascii_lower(table.columns["email"]) == email)
            owned[table.name] = set(session.scalars(query))
    return _hanging_on(session, owned)


def _key(table: str) -> Column[str]:
    (column,) = Table.metadata.tables[table].primary_key.columns
    return column


def _hanging_on(session: TenantSession, found: Rows) -> Rows:
    for table in Table.metadata.sorted_tables:  # what is named stands before what names it
        for foreign_key in table.foreign_keys:
            for chunk in _chunks(found.get(foreign_key.column.table.name, set())):
                query = select(_key(table.name)).where(foreign_key.parent.in_(chunk))
                found.setdefault(table.name, set()).update(session.scalars(query))
    return {name: keys for name, keys in found.items() if keys}


def _chunks(keys: set[str]) -> Iterator[list[str]]:
    wanted = sorted(keys)
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def delete_rows(session: TenantSession, rows: Rows) -> None:
    """Delete them, but for the learner and what is only emptied; decisions on her claims of prior learning too."""
    session.flush()
    for chunk in _chunks(rows.get("rpl_claim", set())):
        claims = select(RplClaimRecord.item_id).where(RplClaimRecord.id.in_(chunk))
        items = list(session.scalars(claims))
        session.execute(delete(RplDecisionRecord).where(RplDecisionRecord.claim_id.in_(items)))
    for table in reversed(Table.metadata.sorted_tables):
        if table.name not in (LEARNER, *EMPTIED):
            for chunk in _chunks(rows.get(table.name, set())):
                session.execute(table.delete().where(_key(table.name).in_(chunk)))
    session.expire_all()


def empty(session: TenantSession, learner: Learner, rows: Rows) -> None:
    """Take everything that tells of the person out of what stays, but for records that a scheme still keeps."""
    retained = select(Application.id).where(Application.retained_until.is_not(None))
    is_free = or_(Award.application_id.is_(None), Award.application_id.not_in(retained))
    nobody = case((Rendition.holder == "", ""), else_=ERASED + " " + Rendition.id)  # still another one in each row
    unseen = {"evaluation": None, "evidence": None, "reason": None}
    for name, table, is_to_change, values in (
        ("award", Award, true(), {"salt": "", "subject_id": ""}),
        ("award", Award, is_free, {"evidence": None, "revocation_reason": None}),
        ("rendition", Rendition, true(), {"content": None, "basis": "", "holder": nobody}),
        ("certification_act", CertificationAct, CertificationAct.application_id.not_in(retained), unseen),
    ):
        for chunk in _chunks(rows.get(name, set())):
            changed = update(table).where(table.id.in_(chunk), is_to_change).values(**values)
            session.execute(changed.execution_options(synchronize_session=False))
    for chunk in _chunks(rows.get("rendition", set())):  # what is being sealed at this moment finds nothing to record
        being_made = (Rendition.id.in_(chunk), Rendition.state == "reserved")
        session.execute(update(Rendition).where(*being_made).values(state="abandoned"))
    handed_in = ("apply", "appeal")
    for chunk in _chunks(rows.get("certification_act", set())):
        mine = (CertificationAct.id.in_(chunk), CertificationAct.kind.in_(handed_in))
        session.execute(update(CertificationAct).where(*mine).values(person=ERASED))
    session.execute(
        update(BatchRow).where(BatchRow.learner == learner.code).values(learner=learner.id, message=None, remedy=None)
    )
    session.expire_all()


def erased_since(session: TenantSession, since: datetime) -> list[Learner]:
    """Learners who were erased since then, in a session across tenants."""
    query = select(Learner).where(Learner.erased_at >= since).order_by(Learner.tenant_id, Learner.id)
    return list(session.scalars(query.limit(CHUNK)))


def retained_before(session: TenantSession, today: date) -> list[Application]:
    """Applications of erased learners whose records are kept no longer, in a session across tenants."""
    query = select(Application).where(Application.retained_until < today).order_by(Application.retained_until)
    return list(session.scalars(query.limit(CHUNK)))


def is_empty(session: TenantSession, rows: Rows) -> bool:
    """Whether nothing came in after she was erased, from somebody who had begun before."""
    if rows.keys() - {LEARNER, *EMPTIED}:
        return False
    awarded = select(Award.id).where(Award.id.in_(rows.get("award", set())), Award.salt != "")
    sealed = select(Rendition.id).where(Rendition.id.in_(rows.get("rendition", set())), Rendition.content.is_not(None))
    return session.scalars(awarded).first() is None and session.scalars(sealed).first() is None


def awards(session: TenantSession, rows: Rows) -> list[Award]:
    """Her awards, locked until the transaction ends."""
    query = select(Award).where(Award.id.in_(rows.get("award", set()))).order_by(Award.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def applications(session: TenantSession, rows: Rows) -> list[Application]:
    """Her applications for certificates."""
    query = select(Application).where(Application.id.in_(rows.get("application", set()))).order_by(Application.id)
    return list(session.scalars(query))


def forget_mentions(session: TenantSession, words: list[str]) -> int:
    """Delete kept answers, and rows that wait for review, in which one of these words stands; returns how many.

    A word is a whole one: p-1 does not stand in p-10. A plain one, such as the number 1, stands in much that tells of
    nobody: it counts where a learner is named only. An answer with a credential names the award in its Location, also
    where its body is a JWT that nobody can search.
    """
    tells_of_her = _Words(words)
    mentioning: list[tuple[type[Table], str]] = []
    kept = select(IdempotentAnswer.id, IdempotentAnswer.body, IdempotentAnswer.headers)
    for row_id, body, headers in session.execute(kept.execution_options(yield_per=100)):
        if tells_of_her.stand_in(_value_of(body)) or tells_of_her.stand_in(headers):
            mentioning.append((IdempotentAnswer, row_id))
    items = session.execute(select(ReviewItem.id, ReviewItem.raw, ReviewItem.message).execution_options(yield_per=100))
    for row_id, raw, message in items:
        if tells_of_her.stand_in([raw, message]):
            mentioning.append((ReviewItem, row_id))
    for table in (IdempotentAnswer, ReviewItem):
        ids = {row_id for kind, row_id in mentioning if kind is table}
        for chunk in _chunks(ids):
            session.execute(delete(table).where(table.id.in_(chunk)))
    return len(mentioning)


def _value_of(body: bytes) -> Any:
    """The value of a JSON body, so that its texts are without escapes; another body as text."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


class _Words:
    """Words that tell of a person, to be looked for in JSON values."""

    def __init__(self, words: list[str]) -> None:
        given = {word for word in words if word}
        plain = {re.escape(word) for word in given if PLAIN.fullmatch(word)}
        anywhere = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in given if not PLAIN.fullmatch(word)]
        named = [rf"\blearners?[ /]{word}(?![\w@.+-])" for word in plain]  # as our own messages and addresses do
        self._anywhere = re.compile("|".join([*anywhere, *named]) or r"(?!)", re.IGNORECASE)
        as_reference = [rf"(?<![\w@.+-]){word}(?![\w@.+-])" for word in plain]
        self._as_reference = re.compile("|".join(as_reference) or r"(?!)", re.IGNORECASE)

    def stand_in(self, value: Any) -> bool:
        """Whether one of them does."""
        return any(
            self._anywhere.search(text)
            or (member in NAMING and not text.startswith(BY_NAME) and self._as_reference.search(text))
            for member, text in _texts(value, "")
        )


def _texts(value: Any, member: str) -> Iterator[tuple[str, str]]:
    """All texts in a JSON value, each with the name of the member that it stands in."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield "", name
            yield from _texts(inner, name)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, member)
    elif value is not None:
        yield member, str(value)
