"""xAPI statements: each is recorded by its id, so that it cannot change, and its voiding counts whenever it comes.

1 RECORD  tx 1: ids and digests; the same id with other content is a conflict
2 TAKE    what tells a result is taken like any result
3 VOID    results of statements that are voided, by these statements or by earlier ones, count no more

Step 3 looks after step 2, so of a statement and its voiding that come at once the second one to finish sees both.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.competency.result_record import VOIDED, Accepted, Refused, Row
from app.competency.sources import xapi
from app.competency.sources.reading import Reading
from app.competency.sources.rows import to_rows
from app.errors import BadInput, Conflict
from app.issuer.assessment.results import as_record, record_key, take
from app.issuer.assessment.sources import Setting, Told, setting
from app.ports import Principal, Services
from app.store import assessment, source
from app.store.session import TenantSession
from app.store.tables import XapiStatement

MEANT = ("actor", "verb", "object", "result", "context")  # xAPI-Data 2.3: a store may set the others
NO_RESULT = frozenset({"NOT_A_RESULT", "WAIVED_IS_PRIOR_LEARNING", "SCALE_UNKNOWN", "SCALE_MISMATCH"})


def take_statements(
    services: Services, principal: Principal, document: Any, told: Told, *, dry_run: bool = False, strict: bool = False
) -> dict[str, Any]:
    """Take the results that statements tell; returns what `take` does.

    `strict`, as a Learning Record Store: the first wrong statement refuses all (BadInput), and so does one that
    contradicts what is stored (Conflict); one without a timestamp is of when it came (xAPI-Data 2.4.7). Else such
    statements are refused one by one.
    """
    found = setting(services, principal, told)
    readings = list(xapi.read(document))
    digests, contradictory = _digests(document)
    known = _known(services, principal, digests)
    changed = {key for key, row in known.items() if row.sha256 != digests[key]} | contradictory
    if strict:
        readings = [_dated(each, known, services.clock()) for each in readings]
        _refuse_any(readings, changed, found)
    if not dry_run:
        _record(services, principal, readings, {key: digests[key] for key in digests if key not in changed}, found)
    rows = list(_rows(readings, changed, found))
    done = take(
        services, principal, rows, assessment=told.subject.assessment if told.subject else None, dry_run=dry_run
    )
    if not dry_run:
        voided = {each.target for each in readings if isinstance(each, xapi.Voiding)}
        _void(services, principal, {*digests, *voided})
    return done


def _digests(document: Any) -> tuple[dict[str, str], set[str]]:
    """By statement id the digest of what it means, and the ids that several different statements have."""
    found: dict[str, str] = {}
    contradictory: set[str] = set()
    items = document.get("statements", document) if isinstance(document, dict) else document
    for item in items if isinstance(items, list) else [items]:
        own_id = xapi.statement_id(item)
        if own_id is not None:
            meant = {name: item[name] for name in MEANT if name in item}
            digest = hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()
            if found.setdefault(own_id, digest) != digest:
                contradictory.add(own_id)
    return found, contradictory


def _known(services: Services, principal: Principal, ids: Iterable[str]) -> dict[str, XapiStatement]:
    """Those of the statements that were recorded before."""
    wanted = set(ids)
    with services.database.reading(principal.tenant_id) as session:
        return {row.statement_id: row for row in source.statements(session, wanted) if row.statement_id in wanted}


def _dated(told: xapi.Told, known: dict[str, XapiStatement], now: datetime) -> xapi.Told:
    """The reading of the day on which its statement came first, when it names none."""
    if not isinstance(told, Reading) or told.performed_on:
        return told
    came = known[told.record_id].stored_at if told.record_id in known else now
    return replace(told, performed_on=came.date().isoformat())


def _refuse_any(readings: Iterable[xapi.Told], changed: set[str], found: Setting) -> None:
    if changed:
        raise Conflict(
            f"The statement {min(changed)} is stored with other content.",
            remedy="Statements do not change: void that one and send a new one.",
        )
    for row in _rows(readings, changed, found):
        if isinstance(row, Refused) and row.reason_code not in NO_RESULT:
            raise BadInput(
                f"Statement {row.number}: {row.message}", pointer=f"/{row.number - 1}", reason=row.reason_code
            )


def _rows(readings: Iterable[xapi.Told], changed: set[str], found: Setting) -> Iterable[Row]:
    message = "A statement of this id is stored with other content; statements do not change."
    for each in readings:
        if isinstance(each, xapi.Voiding):
            continue
        if isinstance(each, Reading) and each.record_id in changed:
            yield Refused(each.number, "STATEMENT_CHANGED", message, None)
        else:
            yield from to_rows([each], found.places, found.mapping, today=found.today)


def _record(
    services: Services, principal: Principal, readings: Iterable[xapi.Told], digests: dict[str, str], found: Setting
) -> None:
    voids = {each.statement_id: each.target for each in readings if isinstance(each, xapi.Voiding)}
    systems = {
        each.record_id: each.source_system or found.mapping.source_system
        for each in readings
        if isinstance(each, Reading)
    }

    def work() -> None:
        with services.database.writing(principal.tenant_id) as session:
            known = {row.statement_id for row in source.statements(session, digests)}
            session.add_all(
                XapiStatement(
                    id=services.new_id(),
                    statement_id=own_id,
                    sha256=digest,
                    source_system=systems.get(own_id),
                    voids=voids.get(own_id),
                    stored_at=services.clock(),
                )
                for own_id, digest in digests.items()
                if own_id not in known
            )

    services.database.settle(work)


def _void(services: Services, principal: Principal, ids: set[str]) -> None:
    with services.database.writing(principal.tenant_id) as session:
        rows = source.statements(session, ids)
        targets = {row.voids for row in rows if row.voids} & ids
        keys = {
            (row.source_system, row.statement_id)
            for row in source.statements(session, targets)
            if row.statement_id in targets and row.source_system and not row.voids  # a voiding is never voided itself
        }
        voided = _voided(session, keys)
        _dismiss(services, session, keys)
    if voided:
        take(services, principal, voided, keeps_review=False)


def _voided(session: TenantSession, keys: set[tuple[str, str]]) -> list[Row]:
    """Current results of these statements, as they read once they are voided."""
    rows = [row for row in assessment.current_results(session, keys).values() if row.status != VOIDED]
    people = {row.learner_id: assessment.learner_by_id(session, row.learner_id).code for row in rows}
    return [
        Accepted(number, replace(as_record(row, people[row.learner_id]), status=VOIDED))
        for number, row in enumerate(rows, start=1)
    ]


def _dismiss(services: Services, session: TenantSession, keys: set[tuple[str, str]]) -> None:
    """What waits for a person need not be looked at when it was voided."""
    waiting = assessment.review_items_by_key(session, map(record_key, keys))
    for item in waiting.values():
        if item.state == "open":
            item.state, item.closed_at = "dismissed", services.clock()
