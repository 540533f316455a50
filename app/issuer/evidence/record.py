"""Record evidence of any kind: each row is new, the same, a correction, or refused with the reason. Take it back again.

A record is known by the id that its source gives it, else by what identifies it. Corrections keep what was there
before. What was withdrawn stays withdrawn, however often the same file is sent.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Generic

import rfc8785

from app.competency.attestation_node import types_asked_for
from app.competency.framework import Framework
from app.errors import NotFound
from app.issuer import names
from app.issuer.assessment.results import latest_today
from app.issuer.catalogue import find
from app.issuer.evidence.rows import Refusal, Sent, checked
from app.ports import Principal, Services
from app.store import assessment, audit
from app.store import evidence as store
from app.store.evidence import Item
from app.store.session import TenantSession
from app.store.tables import Learner

CHUNK = 200  # rows of one transaction: other writers get their turn
OUTCOMES = ("new", "same", "correction", "refused")
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Known:
    """What a row is checked against. `today`: the latest day that it is anywhere. `now`: for what is written."""

    session: TenantSession
    principal: Principal
    frameworks: tuple[Framework, ...]
    attestation_types: frozenset[str]
    today: date
    now: datetime
    new_id: Callable[[], str]


def nothing_more(known: Known, row: Any, sent: Any) -> bool:
    """A kind whose rows say nothing beside the record itself."""
    del known, row, sent
    return False


@dataclass(frozen=True, slots=True)
class Kind(Generic[Item, Sent]):
    """One kind of evidence.

    `members`: the columns of a row that was sent; `identity`: what identifies it without an id of its source;
    `refusal`: why it is not taken, given the row that it would correct. `kept`: members that silence does not take
    away while the rest is the same (who verified). `after`: store what else the row says, once its record is
    there; returns whether that was new.
    """

    name: str
    table: type[Item]
    model: type[Sent]
    members: Callable[[Sent], dict[str, Any]]
    identity: Callable[[Sent], list[str]]
    refusal: Callable[[Known, Sent, Item | None], Refusal | None]
    kept: tuple[str, ...] = ()
    after: Callable[[Known, Item, Sent], bool] = nothing_more

    def key(self, sent: Sent) -> str:
        """What identifies the record, of fixed length."""
        return hashlib.sha256(rfc8785.dumps([sent.record_id or "", *self.identity(sent)])).hexdigest()


def record(
    services: Services,
    principal: Principal,
    kind: Kind[Item, Sent],
    rows: Sequence[dict[str, Any]],
    *,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Store what can be stored, in transactions of CHUNK rows.

    Returns {"import_id", "counts", "rows": [{"row", "outcome", "id"?, "reason"?, "message"?}]}, and "dry_run" when
    nothing was stored.
    """
    import_id = services.new_id()
    answers: list[dict[str, Any]] = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        answers += services.database.settle(
            partial(_record_chunk, services, principal, kind, chunk, start + 1, import_id, dry_run)
        )
        progress(len(chunk))
    counts = {each: sum(answer["outcome"] == each for answer in answers) for each in OUTCOMES}
    answer: dict[str, Any] = {"import_id": import_id, "counts": counts, "rows": answers}
    return answer | {"dry_run": True} if dry_run else answer


def known_of(services: Services, session: TenantSession, principal: Principal) -> Known:
    """What rows are checked against now."""
    now = services.clock()
    frameworks = tuple(find.newest_frameworks(services, session))
    asked_for = frozenset().union(*map(types_asked_for, frameworks))
    return Known(session, principal, frameworks, asked_for, latest_today(now), now, services.new_id)


def _record_chunk(
    services: Services,
    principal: Principal,
    kind: Kind[Item, Sent],
    rows: Sequence[dict[str, Any]],
    first: int,
    import_id: str,
    dry_run: bool,  # noqa: FBT001 - given by name in record
) -> list[dict[str, Any]]:
    with services.database.writing(principal.tenant_id) as session:
        known = known_of(services, session, principal)
        read = [checked(kind.model, row) for row in rows]
        sent = [row for row in read if not isinstance(row, Refusal)]
        current = store.current(session, kind.table, (kind.key(row) for row in sent))
        learners = assessment.learners_by_code(session, (row.learner for row in sent))
        answers = [
            {"row": number} | _answer(row if isinstance(row, Refusal) else _take(known, kind, row, learners, current))
            for number, row in enumerate(read, start=first)
        ]
        if dry_run:
            session.take_back()
            return answers
        changed = {name: sum(answer["outcome"] == name for answer in answers) for name in ("new", "correction")}
        if any(changed.values()):
            audit.record(
                session,
                at=known.now,
                actor=principal.key_id,
                action=f"{kind.name} recorded",
                subject=import_id,
                counts=changed,
            )
    return answers


def _answer(taken: Refusal | tuple[str, str]) -> dict[str, Any]:
    if isinstance(taken, Refusal):
        return {"outcome": "refused", "reason": taken.reason, "message": taken.message}
    return {"outcome": taken[0], "id": taken[1]}


def _take(
    known: Known, kind: Kind[Item, Sent], sent: Sent, learners: dict[str, Learner], current: dict[str, Item]
) -> Refusal | tuple[str, str]:
    """Take one row: (outcome, item id), or why not."""
    learner = learners.get(sent.learner)
    if learner is None:
        return Refusal("UNKNOWN_LEARNER", f"There is no learner {sent.learner}; add her, then send this row again.")
    key = kind.key(sent)
    stored = current.get(key)
    if stored is not None and stored.learner_id != learner.id:
        return Refusal("OTHER_LEARNER", f"This record belongs to another learner than {sent.learner}.")
    if stored is not None and stored.withdrawn_at is not None:
        return Refusal("WITHDRAWN", "This record was withdrawn; send it with a record_id of its own if it is true.")
    refusal = kind.refusal(known, sent, stored)
    if refusal is not None:
        return refusal
    outcome, row = _store(known, kind, key, sent, learner, stored)
    current[key] = row
    if outcome == "correction":  # what was awarded may rest on what it said before
        learner.to_recheck = True
    if kind.after(known, row, sent) and outcome == "same":
        outcome = "new"
    return outcome, row.item_id


def _store(
    known: Known, kind: Kind[Item, Sent], key: str, sent: Sent, learner: Learner, stored: Item | None
) -> tuple[str, Item]:
    members = kind.members(sent)
    if stored is not None:
        told = {name for name, value in members.items() if name not in kind.kept or value is not None}
        if all(getattr(stored, name) == members[name] for name in told):
            return "same", stored
    row = next_version(known, kind.table, key, sent.record_id, learner.id, stored, members)
    return ("new" if stored is None else "correction"), row


def next_version(
    known: Known,
    table: type[Item],
    key: str,
    record_id: str | None,
    learner_id: str,
    stored: Item | None,
    members: dict[str, Any],
) -> Item:
    """Add a row; the one that it corrects is kept."""
    if stored is not None:
        stored.replaced_at = known.now
        known.session.flush()  # the old row must give up its place before the new one takes it
    whole = members | {
        "id": known.new_id(),
        "item_id": known.new_id() if stored is None else stored.item_id,
        "record_key": key,
        "record_id": record_id,
        "learner_id": learner_id,
        "recorded_by": known.principal.key_id,
        "created_at": known.now,
    }
    row = table(**whole)
    known.session.add(row)
    known.session.flush()
    return row


def find_item(session: TenantSession, table: type[Item], item_id: str) -> Item:
    """The current version of that item; raises NotFound."""
    row = store.item(session, table, names.known_uuid(item_id, "record"))
    if row is None:
        raise NotFound(f"There is no record {item_id}.")
    return row


def withdraw(services: Services, principal: Principal, table: type[Item], item_id: str, reason: str) -> Item:
    """It counts no more; it stays to be seen with the reason. Doing it again changes nothing. Raises NotFound."""
    told = names.text(reason, "/reason", most=1000)
    with services.database.writing(principal.tenant_id) as session:
        row = find_item(session, table, item_id)
        if row.withdrawn_at is None:
            now = services.clock()
            row.withdrawn_at, row.withdrawal_reason = now, told
            assessment.learner_by_id(session, row.learner_id).to_recheck = True
            audit.record(session, at=now, actor=principal.key_id, action="evidence withdrawn", subject=row.item_id)
    return row
