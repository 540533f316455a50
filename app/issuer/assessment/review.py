"""The review list: rows that were not taken, and how a person settles them."""

from datetime import date
from typing import Any

from app.competency.result_record import Accepted, ResultRecord
from app.errors import Conflict, NotFound
from app.issuer import names
from app.issuer.assessment.results import take
from app.ports import Principal, Services
from app.store import assessment as store
from app.store import audit
from app.store.tables import ReviewItem


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


def settle(services: Services, principal: Principal, item_id: str, action: str, learner: str | None) -> dict[str, Any]:
    """`retry` the row (perhaps for another `learner`, when its person was unclear), or `dismiss` it.

    Raises NotFound; Conflict when the item was settled before.
    """
    with services.database.reading(principal.tenant_id) as session:
        item = store.review_item(session, names.known_uuid(item_id, "review item"))
    if item is None:
        raise NotFound(f"There is no review item {item_id}.")
    if item.state != "open":
        raise Conflict(f"This item is {item.state} already.")
    answer: dict[str, Any] = {"id": item.id}
    if action == "retry":
        record = _record(item, learner)
        done = take(services, principal, [Accepted(1, record)], keeps_review=False)
        answer["result"] = done["rows"][0]  # taking the record closes the item
        return answer | {"state": "open" if answer["result"]["outcome"] == "refused" else "resolved"}
    return answer | {"state": _dismiss(services, principal, item.id)}


def _record(item: ReviewItem, learner: str | None) -> ResultRecord:
    members = dict(item.raw)
    for name in ("performed_on", "signed_off_on"):
        members[name] = date.fromisoformat(members[name]) if members[name] else None
    if learner is not None:
        members["learner"] = names.code(learner, "/learner")
    return ResultRecord(**members)


def _dismiss(services: Services, principal: Principal, item_id: str) -> str:
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        item = store.review_item(session, item_id)
        if item is not None and item.state == "open":
            item.state, item.closed_at = "dismissed", now
            audit.record(session, at=now, actor=principal.key_id, action="review item dismissed", subject=item.id)
    return "dismissed"
