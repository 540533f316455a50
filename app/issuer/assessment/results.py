"""Take assessment results: each row is new, the same, a correction, or refused with the reason.

Nothing is guessed and nobody is created: rows that a person must look at go to the review list, the rest goes in.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import rfc8785

from app.competency import results
from app.competency.framework import Framework
from app.competency.result_record import Accepted, Refusal, Refused, ResultRecord, Row
from app.issuer.catalogue import find
from app.ports import Principal, Services
from app.store import assessment as store
from app.store import audit
from app.store.session import AlreadyThere, TenantSession
from app.store.tables import Learner, Result, ReviewItem

# What a person can settle; other refusals are plain mistakes in the file, told in the answer.
FOR_REVIEW = frozenset(
    {
        "UNKNOWN_LEARNER",
        "UNKNOWN_ASSESSMENT",
        "UNKNOWN_SECTION",
        "AMBIGUOUS_ASSESSMENT",
        "SCALE_MISMATCH",
        "OTHER_LEARNER",
    }
)
OUTCOMES = ("new", "same", "correction", "refused")

Key = tuple[str, str]
Progress = Callable[[int], None]


@dataclass(slots=True)
class _Import:
    """One import on its way: what is known beforehand, and what came of each row so far."""

    id: str
    now: datetime
    session: TenantSession
    frameworks: dict[str, list[Framework]]
    learners: dict[str, Learner]
    current: dict[Key, Result]
    reviews: dict[str, ReviewItem]
    answers: list[dict[str, Any]]
    new_id: Callable[[], str]


def take(
    services: Services,
    principal: Principal,
    rows: Sequence[Row],
    *,
    assessment: str | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Store what can be stored, in one transaction; `assessment` refuses rows of another one.

    Returns {"import_id", "counts", "rows": [{"row", "outcome", "source_record_id"?, "reason"?, "message"?,
    "review_id"?}], "dry_run"}.
    """
    try:
        with services.database.writing(principal.tenant_id) as session:
            done = _prepare(services, session, rows)
            for row in rows:
                done.answers.append(_one(done, row, assessment))
            counts = {each: sum(answer["outcome"] == each for answer in done.answers) for each in OUTCOMES}
            if dry_run:
                session.expunge_all()
                session.rollback()
            elif counts["new"] or counts["correction"]:
                audit.record(
                    session, at=done.now, actor=principal.key_id, action="results taken", subject=done.id, counts=counts
                )
    except AlreadyThere:  # the same file came twice at once: the second look finds the first one's rows
        return take(services, principal, rows, assessment=assessment, dry_run=dry_run)
    answer: dict[str, Any] = {"import_id": done.id, "counts": counts, "rows": done.answers}
    return answer | {"dry_run": True} if dry_run else answer


def _prepare(services: Services, session: TenantSession, rows: Sequence[Row]) -> _Import:
    records = [row.record for row in rows if isinstance(row, Accepted)]
    codes = {record.assessment for record in records}
    return _Import(
        id=services.new_id(),
        now=services.clock(),
        session=session,
        frameworks=find.frameworks_of_assessments(services, session, codes),
        learners=store.learners_by_code(session, (record.learner for record in records)),
        current=store.current_results(session, ((record.source_system, record.source_record_id) for record in records)),
        reviews={},
        answers=[],
        new_id=services.new_id,
    )


def _one(done: _Import, row: Row, assessment: str | None) -> dict[str, Any]:
    if isinstance(row, Refused):
        return _refused(done, row)
    record = row.record
    refusal = _refusal(done, row, assessment)
    if refusal is not None:
        return _refused(done, refusal, record)
    outcome = _store(done, record, done.learners[record.learner])
    return {"row": row.number, "outcome": outcome, "source_record_id": record.source_record_id}


def _refusal(done: _Import, row: Accepted, assessment: str | None) -> Refused | None:
    record = row.record

    def refuse(reason: str, message: str) -> Refused:
        return Refused(row.number, reason, message, None)

    found = _against_catalogue(done, record, assessment)
    if found is not None:
        return refuse(found.reason_code, found.message)
    learner = done.learners.get(record.learner)
    if learner is None:
        return refuse("UNKNOWN_LEARNER", f"There is no learner {record.learner}; add her, then settle this row.")
    stored = done.current.get((record.source_system, record.source_record_id))
    if stored is not None and stored.learner_id != learner.id:
        return refuse("OTHER_LEARNER", f"Record {record.source_record_id} belonged to another learner until now.")
    return None


def _against_catalogue(done: _Import, record: ResultRecord, assessment: str | None) -> Refusal | None:
    if assessment is not None and record.assessment != assessment:
        return Refusal("OTHER_ASSESSMENT", f"The row is for {record.assessment}, the request for {assessment}.")
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
    if refusal.reason_code in FOR_REVIEW and record is not None:
        answer["review_id"] = _review(done, refusal, record)
    return answer


def _review(done: _Import, refusal: Refused, record: ResultRecord) -> str:
    """Put the row on the review list, once however often it is sent."""
    raw = to_json(record)
    digest = hashlib.sha256(rfc8785.dumps([refusal.reason_code, raw])).hexdigest()
    known = done.reviews.get(digest) or store.review_items_by_digest(done.session, [digest]).get(digest)
    if known is None:
        known = ReviewItem(
            id=done.new_id(),
            digest=digest,
            reason=refusal.reason_code,
            message=refusal.message[:1000],
            raw=raw,
            import_id=done.id,
            state="open",
            created_at=done.now,
        )
        done.session.add(known)
    elif known.state != "open":
        known.state, known.closed_at = "open", None
    done.reviews[digest] = known
    return known.id


def _store(done: _Import, record: ResultRecord, learner: Learner) -> str:
    key = (record.source_system, record.source_record_id)
    stored = done.current.get(key)
    outcome = results.compare(record, None if stored is None else as_record(stored, learner.code))
    if outcome == "same":
        return outcome
    if stored is not None:
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
    )


def to_json(record: ResultRecord) -> dict[str, Any]:
    """A record as JSON values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in _members(record).items()}


def _members(record: ResultRecord) -> dict[str, Any]:
    """What was sent: all members but those that are worked out."""
    return {each.name: getattr(record, each.name) for each in fields(record) if each.init}
