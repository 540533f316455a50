"""Many awards at once: each learner is a row with its outcome and remedy, and one bad row does not stop the others.

A batch is stored before it is worked on, a few rows at a time, by whichever process comes first. Awarding again gives
what was awarded, so that a crash or a second worker costs nothing but time. A batch that is done can be run again: rows
that were not issued are tried once more.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog

from app.errors import BadInput, Conflict, NotFound, Problem, RulesNotMet, TooLarge
from app.issuer import names
from app.issuer.catalogue import find
from app.issuer.credential.forms import FORMS, Form
from app.issuer.credential.issue import Issued, Order
from app.issuer.credential.together import issue_together
from app.ports import Principal, Services
from app.store import assessment, audit
from app.store import award as store
from app.store.session import TenantSession, Unanswered
from app.store.tables import Batch, BatchRow

ISSUED, ALREADY, NOT_MET, REFUSED, FAILED = OUTCOMES = ("issued", "already", "not_met", "refused", "failed")
MAX_LEARNERS = 50_000
AT_ONCE = 20  # rows worked on between two looks at the batch: what a crash makes somebody do again
LEASE = timedelta(minutes=2)  # longer than AT_ONCE rows take; then another process goes on

log = structlog.get_logger()


def create(
    services: Services,
    principal: Principal,
    achievement: str,
    learners: Sequence[str] | None,
    form: Form,
    *,
    offer: bool = True,
) -> Batch:
    """Store a batch for these learners, or for everybody (those who are not eligible come to `not_met`).

    `offer`: whether new awards are offered by mail. Raises NotFound, Conflict (the achievement), BadInput, TooLarge.
    """
    if learners is not None and not learners:
        raise BadInput("A batch needs learners.", pointer="/learners")
    if learners is not None and len(learners) > MAX_LEARNERS:
        raise TooLarge(f"More than {MAX_LEARNERS} learners.", pointer="/learners", remedy="Send them in parts.")
    with services.database.writing(principal.tenant_id) as session:
        code = find.achievement(services, session, achievement).row.code
        codes = _everybody(session) if learners is None else list(dict.fromkeys(learners))
        batch = Batch(
            id=services.new_id(),
            achievement_code=code,
            form=form.name,
            offer=offer,
            requested_by=principal.key_id,
            created_at=services.clock(),
        )
        session.add(batch)
        session.flush()
        store.add_batch_rows(session, batch.id, [(services.new_id(), names.code(one, "/learners")) for one in codes])
        audit.record(
            session, at=batch.created_at, actor=principal.key_id, action="batch asked for", subject=batch.id,
            achievement=code, rows=len(codes),
        )  # fmt: skip
    return batch


def _everybody(session: TenantSession) -> list[str]:
    codes = assessment.learner_codes(session, limit=MAX_LEARNERS + 1)
    if len(codes) > MAX_LEARNERS:
        raise TooLarge(f"There are more than {MAX_LEARNERS} learners.", remedy="Name the learners, in parts.")
    return codes


def work_off(services: Services, stopped: Callable[[], bool] = lambda: False) -> int:
    """Work on all batches that nobody works on, until they are done; returns how many rows were settled."""
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        waiting = [(row.tenant_id, row.id) for row in store.unfinished_batches(session, services.clock())]
    settled = 0
    for tenant_id, batch_id in waiting:
        while not stopped():
            done = _some_rows(services, tenant_id, batch_id)
            if done is None:
                break
            settled += done
    return settled


def _some_rows(services: Services, tenant_id: str, batch_id: str) -> int | None:
    """Settle the next few rows; None when there are none, somebody else works on the batch, or it is not the time."""
    now = services.clock()
    with services.database.writing(tenant_id) as session:
        if not store.lease_batch(session, batch_id, now, now + LEASE):
            return None
        batch = _find(session, batch_id)
        rows = store.batch_rows(session, batch_id, outcome="waiting", limit=AT_ONCE)
        if not rows:
            batch.finished_at, batch.leased_until = services.clock(), None
            counts = store.batch_counts(session, batch_id)
            audit.record(
                session, at=now, actor=batch.requested_by, action="batch done", subject=batch_id, counts=counts
            )
            return None
    principal = Principal(tenant_id, "", batch.requested_by, frozenset({"credentials:issue"}))
    orders = [Order(batch.achievement_code, row.learner, FORMS[batch.form], batch.offer) for row in rows]
    outcomes = issue_together(services, principal, orders)
    told = list(zip(rows, outcomes, strict=True))
    settled = {row.id: _settled(batch, each) for row, each in told if not isinstance(each, Unanswered)}
    with services.database.writing(tenant_id) as session:
        for row in store.batch_rows(session, batch_id, outcome="waiting", limit=AT_ONCE):
            for name, value in settled.get(row.id, {}).items():
                setattr(row, name, value)
        _find(session, batch_id).leased_until = None
    return len(settled) if len(settled) == len(rows) else None  # the database did not answer: later


def _settled(batch: Batch, outcome: Issued | Exception) -> dict[str, str]:
    """What came of a row, as it is stored."""
    if isinstance(outcome, Issued):
        return {"outcome": ISSUED if outcome.is_new else ALREADY, "award_id": outcome.award.id}
    if isinstance(outcome, RulesNotMet):
        return _told(NOT_MET, outcome)
    if isinstance(outcome, Problem):
        return _told(REFUSED, outcome)
    log.warning("a row of a batch failed", batch=batch.id, error=type(outcome).__name__)
    return {"outcome": FAILED, "message": "It failed by a mistake of ours.", "remedy": "Run the batch again."}


def _told(outcome: str, problem: Problem) -> dict[str, str]:
    return {"outcome": outcome, "message": problem.detail[:2000], "remedy": (problem.remedy or "")[:1000]}


def find_batch(session: TenantSession, batch_id: str) -> Batch:
    """The batch of that id; raises NotFound."""
    return _find(session, names.known_uuid(batch_id, "batch"))


def _find(session: TenantSession, batch_id: str) -> Batch:
    batch = store.batch(session, batch_id)
    if batch is None:
        raise NotFound(f"There is no batch {batch_id}.")
    return batch


def run_again(services: Services, principal: Principal, batch_id: str) -> Batch:
    """Try the rows again that were not issued. Raises NotFound; Conflict while the batch is not done."""
    with services.database.writing(principal.tenant_id) as session:
        batch = find_batch(session, batch_id)
        if batch.finished_at is None:
            raise Conflict("This batch is not done yet.", remedy="Look again in a moment.")
        batch.finished_at = None
        store.wait_again(session, batch.id, (NOT_MET, REFUSED, FAILED))
        audit.record(session, at=services.clock(), actor=principal.key_id, action="batch run again", subject=batch.id)
    return batch


def to_json(session: TenantSession, batch: Batch) -> dict[str, Any]:
    """A batch with its progress."""
    counts = store.batch_counts(session, batch.id)
    total = sum(counts.values())
    return {
        "id": batch.id,
        "achievement": batch.achievement_code,
        "form": batch.form,
        "state": "done" if batch.finished_at else "working",
        "total": total,
        "settled": total - counts.get("waiting", 0),
        "counts": counts,
        "created_at": batch.created_at.isoformat(),
        "finished_at": batch.finished_at.isoformat() if batch.finished_at else None,
    }


def row_json(row: BatchRow) -> dict[str, Any]:
    """One row as the API shows it."""
    whole = {
        "row": row.number,
        "learner": row.learner,
        "outcome": row.outcome or "waiting",
        "credential": row.award_id,
        "message": row.message,
        "remedy": row.remedy or None,
    }
    return {name: value for name, value in whole.items() if value is not None}
