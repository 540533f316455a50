"""Named queries about sources of results: mappings, who is who there, xAPI statements."""

from collections.abc import Iterable

from sqlalchemy import delete, or_, select

from app.mailbox import folded
from app.store.ascii_lower import ascii_lower
from app.store.assessment import CHUNK
from app.store.session import TenantSession
from app.store.tables import Learner, PersonAlias, ResultMapping, XapiStatement


def mapping(session: TenantSession, subject: str) -> ResultMapping | None:
    """The mapping of that assessment or course."""
    return session.scalars(select(ResultMapping).where(ResultMapping.subject == subject)).one_or_none()


def mappings(session: TenantSession) -> list[ResultMapping]:
    """All mappings, in the order of their subjects."""
    return list(session.scalars(select(ResultMapping).order_by(ResultMapping.subject)))


def learners_by_email(session: TenantSession, addresses: Iterable[str]) -> dict[str, list[Learner]]:
    """Everybody who has one of these addresses, which are folded (app/mailbox.py)."""
    wanted = sorted(set(addresses))
    found: dict[str, list[Learner]] = {}
    for start in range(0, len(wanted), CHUNK):
        query = (
            select(Learner).where(ascii_lower(Learner.email).in_(wanted[start : start + CHUNK])).order_by(Learner.id)
        )
        for row in session.scalars(query):
            found.setdefault(folded(row.email), []).append(row)
    return found


def learners_by_alias(session: TenantSession, references: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Learner]:
    """Whom people said these (source system, reference) are."""
    by_system: dict[str, set[str]] = {}
    for system, reference in references:
        by_system.setdefault(system, set()).add(reference)
    found: dict[tuple[str, str], Learner] = {}
    for system, names in by_system.items():
        wanted = sorted(names)
        for start in range(0, len(wanted), CHUNK):
            query = (
                select(PersonAlias.reference, Learner)
                .join(Learner, Learner.id == PersonAlias.learner_id)
                .where(PersonAlias.source_system == system, PersonAlias.reference.in_(wanted[start : start + CHUNK]))
            )
            found.update({(system, row[0]): row[1] for row in session.execute(query)})
    return found


def alias(session: TenantSession, source_system: str, reference: str) -> PersonAlias | None:
    """What was said about one of them."""
    query = select(PersonAlias).where(PersonAlias.source_system == source_system, PersonAlias.reference == reference)
    return session.scalars(query).one_or_none()


def aliases_of(session: TenantSession, learner_id: str) -> list[PersonAlias]:
    """Everything that sources call this learner."""
    order = (PersonAlias.source_system, PersonAlias.reference)
    return list(session.scalars(select(PersonAlias).where(PersonAlias.learner_id == learner_id).order_by(*order)))


def forget_alias(session: TenantSession, alias_id: str) -> None:
    """Take one away."""
    session.execute(delete(PersonAlias).where(PersonAlias.id == alias_id))


def statements(session: TenantSession, statement_ids: Iterable[str]) -> list[XapiStatement]:
    """Statements of these ids, and those that void one of them."""
    wanted = sorted(set(statement_ids))
    found: list[XapiStatement] = []
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        query = select(XapiStatement).where(or_(XapiStatement.statement_id.in_(part), XapiStatement.voids.in_(part)))
        found += session.scalars(query)
    return found
