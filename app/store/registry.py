"""Named queries about the registry of recognised issuers."""

from sqlalchemy import select

from app.store.session import TenantSession
from app.store.tables import IssuerRegistry


def registry(session: TenantSession, *, lock: bool = False) -> IssuerRegistry | None:
    """The tenant's registry; None when it has none. `lock`: for a change in this transaction."""
    query = select(IssuerRegistry)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()
