"""Named queries about awards as evidence, awards to look at again, and batches."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update

from app.store.session import TenantSession
from app.store.tables import Achievement, Award, AwardReview, Batch, BatchRow, FrameworkVersion

CHUNK = 500  # names in one IN (...); SQLite's oldest limit is 999 variables


def awards_of(session: TenantSession, learner_ids: Iterable[str]) -> list[tuple[Award, str]]:
    """(award, code of its framework) of these learners, the oldest first; revoked and replaced ones too."""
    wanted = sorted(set(learner_ids))
    found: list[tuple[Award, str]] = []
    for start in range(0, len(wanted), CHUNK):
        query = (
            select(Award, FrameworkVersion.code)
            .join(Achievement, Achievement.id == Award.achievement_id)
            .join(FrameworkVersion, FrameworkVersion.id == Achievement.framework_version_id)
            .where(Award.learner_id.in_(wanted[start : start + CHUNK]))
            .order_by(Award.awarded_at, Award.id)
        )
        found.extend((award, code) for award, code in session.execute(query))
    return found


def live_awards(session: TenantSession, learner_id: str) -> list[Award]:
    """Awards of a learner that are neither revoked nor replaced."""
    query = select(Award).where(Award.learner_id == learner_id, Award.revoked_at.is_(None), Award.replaced_at.is_(None))
    return list(session.scalars(query.order_by(Award.id)))


def newest_review(session: TenantSession, award_id: str) -> AwardReview | None:
    """What was last found about an award."""
    query = select(AwardReview).where(AwardReview.award_id == award_id)
    return session.scalars(query.order_by(AwardReview.created_at.desc(), AwardReview.id).limit(1)).one_or_none()


def review(session: TenantSession, review_id: str) -> AwardReview | None:
    """The review of that id."""
    return session.scalars(select(AwardReview).where(AwardReview.id == review_id)).one_or_none()


def open_reviews(session: TenantSession, *, after: str = "", limit: int = 100) -> list[tuple[AwardReview, Award]]:
    """What waits for a person, in the order of the ids."""
    query = (
        select(AwardReview, Award)
        .join(Award, Award.id == AwardReview.award_id)
        .where(AwardReview.state == "open", AwardReview.id > after)
        .order_by(AwardReview.id)
        .limit(limit)
    )
    return [(row, award) for row, award in session.execute(query)]


def reviews_of_gone(session: TenantSession, learner_id: str) -> list[AwardReview]:
    """Open reviews of awards of a learner that were revoked or replaced since."""
    query = (
        select(AwardReview)
        .join(Award, Award.id == AwardReview.award_id)
        .where(AwardReview.state == "open", Award.learner_id == learner_id)
        .where(or_(Award.revoked_at.is_not(None), Award.replaced_at.is_not(None)))
    )
    return list(session.scalars(query))


def batch(session: TenantSession, batch_id: str) -> Batch | None:
    """The batch of that id."""
    return session.scalars(select(Batch).where(Batch.id == batch_id)).one_or_none()


def batches(session: TenantSession, *, after: str = "", limit: int = 100) -> list[Batch]:
    """Batches in the order of their ids, after one."""
    return list(session.scalars(select(Batch).where(Batch.id > after).order_by(Batch.id).limit(limit)))


def add_batch_rows(session: TenantSession, batch_id: str, rows: Iterable[tuple[str, str]]) -> None:
    """Add (id, learner) as the waiting rows of a batch, in that order and in one go."""
    values = [
        {"id": row_id, "batch_id": batch_id, "number": number, "learner": learner, "tenant_id": session.tenant_id}
        for number, (row_id, learner) in enumerate(rows, start=1)
    ]
    if values:
        session.execute(insert(BatchRow), values)


def batch_counts(session: TenantSession, batch_id: str) -> dict[str, int]:
    """How many rows have come to each outcome; those that wait under `waiting`."""
    query = select(BatchRow.outcome, func.count()).where(BatchRow.batch_id == batch_id).group_by(BatchRow.outcome)
    return {outcome or "waiting": count for outcome, count in session.execute(query)}


def batch_rows(
    session: TenantSession, batch_id: str, *, outcome: str | None = None, after: int = 0, limit: int = 100
) -> list[BatchRow]:
    """Rows of a batch in their order, after a number."""
    query = select(BatchRow).where(BatchRow.batch_id == batch_id, BatchRow.number > after)
    if outcome is not None:
        query = query.where(BatchRow.outcome.is_(None) if outcome == "waiting" else BatchRow.outcome == outcome)
    return list(session.scalars(query.order_by(BatchRow.number).limit(limit)))


def unfinished_batches(session: TenantSession, now: datetime) -> list[Batch]:
    """Batches that nobody works on now and that are not done, the oldest first."""
    free = or_(Batch.leased_until.is_(None), Batch.leased_until < now)
    query = select(Batch).where(Batch.finished_at.is_(None), free).order_by(Batch.created_at, Batch.id)
    return list(session.scalars(query.limit(100)))


def lease_batch(session: TenantSession, batch_id: str, now: datetime, until: datetime) -> bool:
    """Take a batch for oneself until then; False when somebody else works on it, or it is done."""
    free = or_(Batch.leased_until.is_(None), Batch.leased_until < now)
    query = (
        update(Batch)
        .where(Batch.id == batch_id, Batch.finished_at.is_(None), free)
        .values(leased_until=until)
        .returning(Batch.id)
    )
    return session.execute(query).first() is not None


def wait_again(session: TenantSession, batch_id: str, outcomes: Iterable[str]) -> None:
    """Let rows of these outcomes wait once more."""
    session.execute(
        update(BatchRow)
        .where(BatchRow.batch_id == batch_id, BatchRow.outcome.in_(list(outcomes)))
        .values(outcome=None, message=None, remedy=None)
    )
