"""Named queries about credentials that were signed over VC-API."""

from sqlalchemy import func, select

from app.store.session import TenantSession
from app.store.tables import VcApiCredential


def by_credential_id(session: TenantSession, credential_id: str) -> VcApiCredential | None:
    """What is signed, or being signed, under that id; locked until the transaction ends."""
    query = select(VcApiCredential).where(
        VcApiCredential.credential_id == credential_id, VcApiCredential.state != "abandoned"
    )
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def by_id(session: TenantSession, row_id: str) -> VcApiCredential:
    """The row of that id, which must exist, locked until the transaction ends."""
    query = select(VcApiCredential).where(VcApiCredential.id == row_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def sealed_with(session: TenantSession, key_id: str) -> int:
    """How many credentials of other programs a key signed, whether they still count or not."""
    query = select(func.count(VcApiCredential.id)).where(
        VcApiCredential.signing_key_id == key_id, VcApiCredential.sha256.is_not(None)
    )
    return session.scalars(query).one()
