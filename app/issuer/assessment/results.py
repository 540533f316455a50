"""Take assessment results: each row is new, the same, a correction, or refused with the reason.

Nothing is guessed and nobody is created: rows that a person must look at go to the review list, the rest goes in.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any

import rfc8785

from app.competency import results
from app.competency.framework import Framework
from app.competency.result_record import Accepted, Refusal, Refused, ResultRecord, Row
from app.issuer.assessment import people
from app.issuer.catalogue import find
from app.ports import Principal, Services
from app.store import assessment as store
from app.store import audit
from app.store.session import TenantSession
from app.store.tables import Learner, Result, ReviewItem

# What a person can settle; other refusals are plain mistakes in the file, told in the answer.
FOR_REVIEW = frozenset(
    {
        "UNKNOWN_LEARNER",
        "AMBIGUOUS_LEARNER",
        "UNKNOWN_ASSESSMENT",
        "UNKNOWN_SECTION",
        "AMBIGUOUS_ASSESSMENT",
        "SCALE_MISMATCH",
        "SCALE_UNKNOWN",
        "OTHER_LEARNER",
    }
)
OUTCOMES = ("new", "same", "correction", "refused")

Key = tuple[str, str]
Progress = Callable[[int], None]


CHUNK = 500  # rows of one transaction: other writers get their turn, and an interrupted import goes on where it stood


@dataclass(slots=True)
class _Import:
    """One chunk of an import on its way: what is known beforehand, and what came of each row so far.

    `settled`: records that the file states several times and that end as what is stored: it is sent again.
    """

    id: str
    now: datetime
    session: TenantSession
    frameworks: dict[str, list[Framework]]
    people: people.People
    current: dict[Key, Result]
    reviews: dict[str, ReviewItem]
    assessment: str | None
    keeps_review: bool
    new_id: Callable[[], str]
    settled: frozenset[Key] = frozenset()


def corrected_within(rows: Iterable[Row]) -> dict[Key, ResultRecord]:
    """The records that a file states several times, as it states them last; for `corrected` of take and in_chunks."""
    seen: set[int] = set()  # hashes: of a large file only these are kept
    last: dict[Key, ResultRecord] = {}
    for row in rows:
        if isinstance(row, Accepted):
            if hash(row.record.key) in seen:
                last[row.record.key] = row.record
            seen.add(hash(row.record.key))
    return last


def take(
    services: Services,
    principal: Principal,
    rows: Iterable[Row],
    *,
    assessment: str | None = None,
    dry_run: bool = False,
    keeps_review: bool = True,
    corrected: Mapping[Key, ResultRecord] = MappingProxyType({}),
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Store what can be stored, in transactions of CHUNK rows; `assessment` refuses rows of another one.

    `keeps_review`: whether refused rows go to the review list. `corrected`: what the rows correct among themselves
    (corrected_within), so that the same file sent again changes nothing. `progress` is called with the number of rows
    done. Returns {"import_id", "counts", "rows": [{"row", "outcome", "source_record_id"?, "reason"?, "message"?,
    "review_id"?}]}, and "dry_run" when nothing was stored.
    """
    import_id = services.new_id()
    answers: list[dict[str, Any]] = []
    told = partial(in_chunks, assessment=assessment, dry_run=dry_run, keeps_review=keeps_review, corrected=corrected)
    for chunk in told(services, principal, rows, import_id):
        answers += chunk
        progress(len(chunk))
    counts = {each: sum(answer["outcome"] == each for answer in answers) for each in OUTCOMES}
    answer: dict[str, Any] = {"import_id": import_id, "counts": counts, "rows": answers}
    return answer | {"dry_run": True} if dry_run else answer


def in_chunks(
    services: Services,
    principal: Principal,
    rows: Iterable[Row],
    import_id: str,
    *,
    assessment: str | None = None,
    dry_run: bool = False,
    keeps_review: bool = True,
    corrected: Mapping[Key, ResultRecord] = MappingProxyType({}),
) -> Iterator[list[dict[str, Any]]]:
    """Like take, however many rows there are: reads CHUNK of them, stores them, and gives what came of them."""
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        work = partial(_take_chunk, services, principal, import_id, chunk, assessment, keeps_review, dry_run, corrected)
        yield services.database.settle(work)


def _take_chunk(
    services: Services,
    principal: Principal,
    import_id: str,
    rows: Sequence[Row],
    assessment: str | None,
    keeps_review: bool,  # noqa: FBT001 - given by name in take
    dry_run: bool,  # noqa: FBT001
    corrected: Mapping[Key, ResultRecord],
) -> list[dict[str, Any]]:
    with services.database.writing(principal.tenant_id) as session:
        records = [row.record for row in rows if row.record is not None]
        last = corrected_within(rows)
        last |= {record.key: corrected[record.key] for record in records if record.key in corrected}
        records += last.values()
        done = _prepare(services, session, import_id, records, assessment, keeps_review=keeps_review and not dry_run)
        done.settled = frozenset(key for key, record in last.items() if _is_stored(done, record))
        answers = [_one(done, row) for row in rows]
        if dry_run:
            session.take_back()
            return answers
        changed = {name: sum(answer["outcome"] == name for answer in answers) for name in ("new", "correction")}
        if any(changed.values()):
            audit.record(
                session, at=done.now, actor=principal.key_id, action="results taken", subject=import_id, counts=changed
            )
    return answers


def _prepare(
    services: Services,
    session: TenantSession,
    import_id: str,
    records: Sequence[ResultRecord],
    assessment: str | None,
    *,
    keeps_review: bool,
) -> _Import:
    return _Import(
        id=import_id,
        now=services.clock(),
        session=session,
        frameworks=find.frameworks_of_assessments(services, session, {record.assessment for record in records}),
        people=people.load(session, records),
        current=store.current_results(session, (record.key for record in records)),
        reviews=store.review_items_by_key(session, (record_key(record.key) for record in records)),
        assessment=assessment,
        keeps_review=keeps_review,
        new_id=services.new_id,
    )


def latest_today(now: datetime) -> date:
    """The latest day that it is anywhere on earth (UTC+14): nothing of that day lies in the future yet."""
    return (now + timedelta(hours=14)).date()


def record_key(key: Key) -> str:
    """What identifies the record of that source system and id, of fixed length."""
    return hashlib.sha256(rfc8785.dumps(list(key))).hexdigest()


def _one(done: _Import, row: Row) -> dict[str, Any]:
    if isinstance(row, Refused):
        if row.record is not None and _is_stored(done, row.record):  # a person said that it is right
            return {"row": row.number, "outcome": "same", "source_record_id": row.record.source_record_id}
        return _refused(done, row, row.record)
    if row.record.key in done.settled:
        return {"row": row.number, "outcome": "same", "source_record_id": row.record.source_record_id}
    record, learner = row.record, done.people.find(row.record)
    if isinstance(learner, Learner):  # from here on she has the one name that is ours
        record = replace(record, learner=learner.code)
    refusal = _against_catalogue(done, record)
    if refusal is None:
        refusal = learner if isinstance(learner, Refusal) else _against_stored(done, record, learner)
    if refusal is not None:
        return _refused(done, Refused(row.number, refusal.reason_code, refusal.message, None), row.record)
    assert isinstance(learner, Learner)  # noqa: S101 - for the type checker: a refusal was answered above
    outcome = _store(done, record, learner)
    return {"row": row.number, "outcome": outcome, "source_record_id": record.source_record_id}


def _is_stored(done: _Import, record: ResultRecord) -> bool:
    learner, stored = done.people.find(record), done.current.get(record.key)
    if stored is None or isinstance(learner, Refusal) or stored.learner_id != learner.id:
        return False
    return results.compare(replace(record, learner=learner.code), as_record(stored, learner.code)) == "same"


def _against_stored(done: _Import, record: ResultRecord, learner: Learner) -> Refusal | None:
    stored = done.current.get(record.key)
    if stored is None:
        return None
    if stored.learner_id != learner.id:
        return Refusal("OTHER_LEARNER", f"Record {record.source_record_id} belonged to another learner until now.")
    if record.stated_at is not None and stored.stated_at is not None and record.stated_at < stored.stated_at:
        said = f"of {record.stated_at.isoformat()}; there is a newer one of {stored.stated_at.isoformat()}"
        return Refusal("OLDER_THAN_STORED", f"The statement is {said}, which stays.")
    return None


def _against_catalogue(done: _Import, record: ResultRecord) -> Refusal | None:
    if done.assessment is not None and record.assessment != done.assessment:
        return Refusal("OTHER_ASSESSMENT", f"The row is for {record.assessment}, the request for {done.assessment}.")
    homes = done.frameworks[record.assessment]
    if not homes:
        return Refusal("UNKNOWN_ASSESSMENT", f"There is no assessment {record.assessment}.")
    if len(homes) > 1:
        return Refusal("AMBIGUOUS_ASSESSMENT", f"Several frameworks have an assessment {record.assessment}.")
    return results.check_against(homes[0], record)


def _refused(done: _Import, refusal: Refused, record: ResultRecord | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = {"row": refusal.number, "outcome": "refused"}
    if record is not None:
        answer["source_record_id"] = record.source_record_id
    answer |= {"reason": refusal.reason_code, "message": refusal.message}
    if refusal.reason_code in FOR_REVIEW and record is not None and done.keeps_review:
        answer["review_id"] = _review(done, refusal, record)
    return answer


def _review(done: _Import, refusal: Refused, record: ResultRecord) -> str:
    """Put the row on the review list: one item a record, however often it is sent."""
    key = record_key(record.key)
    item = done.reviews.get(key)
    if item is None:
        item = ReviewItem(id=done.new_id(), record_key=key, created_at=done.now)
        done.reviews[key] = item
        done.session.add(item)
    elif item.state == "open" and _is_older(record, item):
        return item.id  # the newer statement is the one that waits
    item.reason, item.message = refusal.reason_code, refusal.message[:1000]
    item.raw, item.import_id = to_json(record), done.id
    item.state, item.closed_at = "open", None
    return item.id


def _is_older(record: ResultRecord, item: ReviewItem) -> bool:
    """Tell whether the source said this before it said what waits in the review list."""
    waiting = item.raw.get("stated_at")
    return record.stated_at is not None and waiting is not None and record.stated_at < datetime.fromisoformat(waiting)


def _store(done: _Import, record: ResultRecord, learner: Learner) -> str:
    key = (record.source_system, record.source_record_id)
    stored = done.current.get(key)
    before = None if stored is None else as_record(stored, learner.code)
    outcome = results.compare(record, before)
    if before is not None and stored is not None and stored.signed_here and record.signed_off_by is None:
        # The source does not know of the signature: sending the same again does not take it away, other content does.
        unsigned = replace(before, signed_off_by=None, signed_off_on=None)
        outcome = results.compare(record, unsigned)
    waiting = done.reviews.get(record_key(record.key))
    if waiting is not None and waiting.state == "open":  # what was taken needs nobody's attention any more
        waiting.state, waiting.closed_at = "resolved", done.now
    if outcome == "same":
        if stored is not None and record.stated_at is not None:  # it was confirmed: what is older does not count
            stored.stated_at = record.stated_at
        return outcome
    if stored is not None:
        learner.to_recheck = True  # what was awarded may rest on what it said before
        stored.replaced_at = done.now
        done.session.flush()  # the old row must give up its place before the new one takes it
    members = _members(record)
    del members["learner"]
    row = Result(
        id=done.new_id(),
        learner_id=learner.id,
        import_id=done.id,
        created_at=done.now,
        replaced_at=None,
        **members,
    )
    done.session.add(row)
    done.current[key] = row
    return outcome


def as_record(row: Result, learner: str) -> ResultRecord:
    """A stored result as the value that rules are evaluated on."""
    return ResultRecord(
        source_system=row.source_system,
        source_record_id=row.source_record_id,
        learner=learner,
        assessment=row.assessment,
        section=row.section,
        attempt=row.attempt,
        score=row.score,
        max=row.max,
        performed_on=row.performed_on,
        status=row.status,
        assessor=row.assessor,
        signed_off_by=row.signed_off_by,
        signed_off_on=row.signed_off_on,
        stated_at=row.stated_at,
    )


def to_json(record: ResultRecord) -> dict[str, Any]:
    """A record as JSON values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in _members(record).items()}


def _members(record: ResultRecord) -> dict[str, Any]:
    """What was sent: all members but those that are worked out."""
    return {each.name: getattr(record, each.name) for each in fields(record) if each.init}
