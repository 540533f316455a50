"""Named queries about tenants, their API keys and their signing keys."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.store.prepared import TENANT, scoped
from app.store.session import TenantSession
from app.store.tables import ApiKey, SigningKey, Tenant

_TENANT = select(Tenant).where(Tenant.id == bindparam(TENANT))
_ACTIVE_KEY = scoped(
    select(SigningKey)
    .where(SigningKey.key_type == bindparam("key_type"), SigningKey.retired_at.is_(None))
    .order_by(SigningKey.created_at.desc(), SigningKey.id)
    .limit(1)
)
_API_KEY = (
    select(Tenant.id, Tenant.slug, ApiKey.id.label("key_id"), ApiKey.scopes, ApiKey.expires_at)
    .join(Tenant, Tenant.id == ApiKey.tenant_id)
    .where(ApiKey.key_hash == bindparam("key_hash"), ApiKey.revoked_at.is_(None))
)
_RETIRED = scoped(select(SigningKey.retired_at).where(SigningKey.id == bindparam("key_id")))


def hash_api_key(key: str) -> str:
    """SHA-256 in hex. Enough for keys of 256 random bits: there is nothing to guess, so nothing to slow down."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def tenants(session: TenantSession) -> list[Tenant]:
    """All tenants, the first made first."""
    return list(session.scalars(select(Tenant).order_by(Tenant.created_at, Tenant.id)))


def tenant_by_slug(session: TenantSession, slug: str) -> Tenant | None:
    """The tenant of that slug."""
    return session.scalars(select(Tenant).where(Tenant.slug == slug)).one_or_none()


def tenant(session: TenantSession, tenant_id: str) -> Tenant:
    """The tenant of that id, which must exist."""
    return session.scalars(select(Tenant).where(Tenant.id == tenant_id)).one()


def own_tenant(session: TenantSession) -> Tenant:
    """The session's tenant, to read only."""
    tenant: Tenant = session.rows(_TENANT)[0]
    return tenant


def usable_api_key(session: TenantSession, key: str, now: datetime) -> Any | None:
    """(id, slug) of the tenant, key_id and scopes of the key, unless it is unknown, expired or withdrawn.

    In a session across tenants, of whom the key tells which it is.
    """
    found = session.rows_of_any(_API_KEY, key_hash=hash_api_key(key))
    return next((row for row in found if row.expires_at is None or row.expires_at > now), None)


def api_keys(session: TenantSession) -> list[ApiKey]:
    """All API keys, withdrawn ones too."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)))


def signing_keys(session: TenantSession) -> list[SigningKey]:
    """All signing keys, the oldest first; retired and revoked ones stay, since old badges name them."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.created_at, SigningKey.id)))


def active_signing_key(session: TenantSession, key_type: str) -> SigningKey | None:
    """The newest key of that type that is not retired, to read only."""
    return next(iter(session.rows(_ACTIVE_KEY, key_type=key_type)), None)


def is_retired(session: TenantSession, key_id: str) -> bool:
    """Whether the signing key of that id, which must exist, signs no new badge any more."""
    return session.rows(_RETIRED, key_id=key_id)[0].retired_at is not None


def revoked_keys(session: TenantSession) -> list[SigningKey]:
    """All signing keys that were revoked."""
    return list(session.scalars(select(SigningKey).where(SigningKey.revoked_at.is_not(None))))


def signing_key_named(session: TenantSession, name: str) -> SigningKey | None:
    """The signing key of that name, active or not."""
    return session.scalars(select(SigningKey).where(SigningKey.name == name)).one_or_none()


def signing_key(session: TenantSession, key_id: str) -> SigningKey:
    """The signing key of that id, which must exist."""
    return session.scalars(select(SigningKey).where(SigningKey.id == key_id)).one()
