"""The review list: rows that were not taken, and how a person settles them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.competency.result_record import Accepted, ResultRecord
from app.errors import Conflict, NotFound
from app.issuer import names
from app.issuer.assessment import people
from app.issuer.assessment.results import take
from app.ports import Principal, Services
from app.store import assessment as store
from app.store import audit
from app.store.tables import ReviewItem

UNCLEAR_PERSON = ("UNKNOWN_LEARNER", "AMBIGUOUS_LEARNER")
MOST_AT_ONCE = 5000  # waiting rows that are looked through


def to_json(item: ReviewItem) -> dict[str, Any]:
    """One item as the API shows it."""
    return {
        "id": item.id,
        "reason": item.reason,
        "message": item.message,
        "state": item.state,
        "record": item.raw,
        "import_id": item.import_id,
        "created_at": item.created_at.isoformat(),
    }


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person decided: `retry` (perhaps for another learner, assessment or section) or `dismiss`."""

    action: str
    learner: str | None = None
    assessment: str | None = None
    section: str | None = None
    remember: bool = True


def settle(services: Services, principal: Principal, item_id: str, settled: Settled) -> dict[str, Any]:
    """`retry` the row, perhaps corrected, or `dismiss` it.

    When the person was unclear, the source is remembered to mean that learner, and other rows that wait for the same
    person are taken too (`also`). Raises NotFound; Conflict when the item was settled before.
    """
    with services.database.reading(principal.tenant_id) as session:
        item = store.review_item(session, names.known_uuid(item_id, "review item"))
    if item is None:
        raise NotFound(f"There is no review item {item_id}.")
    if item.state != "open":
        raise Conflict(f"This item is {item.state} already.")
    answer: dict[str, Any] = {"id": item.id}
    if settled.action != "retry":
        return answer | {"state": _dismiss(services, principal, item.id)}
    done = take(services, principal, [Accepted(1, _record(item, settled))], keeps_review=False)
    answer["result"] = done["rows"][0]  # taking the record closes the item
    if answer["result"]["outcome"] == "refused":
        return answer | {"state": "open"}
    also = _remembered(services, principal, item, settled)
    return answer | {"state": "resolved"} | ({"also": also} if also else {})


def _remembered(services: Services, principal: Principal, item: ReviewItem, settled: Settled) -> list[dict[str, Any]]:
    """Remember whom the source means, and take what else waited only for that; returns what came of those rows."""
    if settled.learner is None or not settled.remember or item.reason not in UNCLEAR_PERSON:
        return []
    system, reference = item.raw["source_system"], item.raw["learner"]
    if not people.remember(services, principal, system, reference, settled.learner):
        return []
    with services.database.reading(principal.tenant_id) as session:
        waiting = store.review_items(session, limit=MOST_AT_ONCE)
    same = [
        _record(each, Settled("retry"))
        for each in waiting
        if each.reason in UNCLEAR_PERSON and (each.raw["source_system"], each.raw["learner"]) == (system, reference)
    ]
    rows = [Accepted(number, record) for number, record in enumerate(same, start=1)]
    return list(take(services, principal, rows, keeps_review=False)["rows"]) if rows else []


def _record(item: ReviewItem, settled: Settled) -> ResultRecord:
    members = dict(item.raw)
    for name in ("performed_on", "signed_off_on"):
        members[name] = date.fromisoformat(members[name]) if members[name] else None
    stated_at = members.get("stated_at")
    members["stated_at"] = datetime.fromisoformat(stated_at) if stated_at else None
    for name in ("learner", "assessment", "section"):
        told = getattr(settled, name)
        if told is not None:
            members[name] = names.text(told, f"/{name}", most=200)
    return ResultRecord(**members)


def _dismiss(services: Services, principal: Principal, item_id: str) -> str:
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        item = store.review_item(session, item_id)
        if item is not None and item.state == "open":
            item.state, item.closed_at = "dismissed", now
            audit.record(session, at=now, actor=principal.key_id, action="review item dismissed", subject=item.id)
    return "dismissed"
