"""What learners are told because time went by: an offer that nobody took, an award whose last day comes nearer."""

from collections import defaultdict
from datetime import datetime, timedelta

from app.ports import Services
from app.store import mail
from app.store import wallet as store
from app.store.tables import Award, Offer

EVERY = timedelta(hours=1)
AT_ONCE = 500  # mails queued in one go for each notice: the rest comes an hour later


class Rounds:
    """Looks once an hour, however often it is called, and at the first call."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looked_at: datetime | None = None

    def __call__(self) -> int:
        """Queue what is due; returns how many mails."""
        now = self._services.clock()
        if self._looked_at is not None and now < self._looked_at + EVERY:
            return 0
        self._looked_at = now
        return queue_due(self._services)


def queue_due(services: Services) -> int:
    """Put what is due into the outbox, each once; returns how many mails."""
    queued = _reminders(services)
    earlier = -1  # its last day is one of its days
    for days in services.settings.notice_days:
        queued += _notices(services, earlier, days)
        earlier = days
    return queued


def _reminders(services: Services) -> int:
    days, now = services.settings.remind_after_days, services.clock()
    if days == 0:
        return 0
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        found = store.offers_not_taken(session, now - timedelta(days=days), now, limit=AT_ONCE)
    return _queue(services, "reminder", {offer.id: offer for offer in found}, {})


def _notices(services: Services, after_days: int, days: int) -> int:
    """Of awards that end in more than `after_days` and not more than `days` days."""
    today = services.clock().date()
    after, until = today + timedelta(days=after_days), today + timedelta(days=days)
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        found = store.awards_that_end(session, f"P{days}D", after, until, limit=AT_ONCE)
    return _queue(services, "expiring", {f"{award.id} P{days}D": award for award in found}, {"days": days})


def _queue(services: Services, kind: str, due: dict[str, Award] | dict[str, Offer], details: dict[str, int]) -> int:
    """Queue them by tenant, unless another process was quicker; `due`: what it is about, by its key."""
    by_tenant: dict[str, list[tuple[str, Award | Offer]]] = defaultdict(list)
    for about, row in due.items():
        by_tenant[row.tenant_id].append((about, row))
    queued, now = 0, services.clock()
    for tenant_id, rows in by_tenant.items():
        with services.database.writing(tenant_id) as session:
            for about, row in rows:
                if not mail.is_queued(session, kind, about):
                    award_id = row.award_id if isinstance(row, Offer) else row.id
                    mail.queue(
                        session, kind, about, learner_id=row.learner_id, award_id=award_id, at=now, details=details
                    )
                    queued += 1
    return queued
