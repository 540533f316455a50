"""The registry as signed credential (app.vc.recognition): signed anew when it changed, or grows old, when it is read.

As with status lists: what the database knows is never newer than what is served.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.errors import Unavailable
from app.issuer.credential import identity
from app.issuer.credential.identity import Identity
from app.issuer.registry.entries import as_value
from app.issuer.sign import sign
from app.ports import Fetched, Services
from app.store import registry as store
from app.store import tenancy
from app.store.session import TenantSession
from app.store.tables import IssuerRegistry, Tenant
from app.vc import issuance
from app.vc.recognition import Publisher, registry_credential

KEY_TYPE = "Ed25519"
CRYPTOSUITE = "eddsa-rdfc-2022"
VALID_FOR = timedelta(days=14)  # an old copy, in which somebody is recognised still, is worth nothing after that
SIGN_ANEW_AFTER = timedelta(days=7)
MAX_AGE_S = 300  # how long others may keep a copy
MEDIA_TYPE = issuance.DATA_INTEGRITY_MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class Served:
    """A signed registry as bytes. `etag` without quotes."""

    content: bytes
    etag: str


def serve(services: Services, slug: str) -> Served | None:
    """The registry of a tenant, signed; None when it has none."""
    with services.database.everywhere(why="whom a tenant recognises is public by its slug") as session:
        tenant = tenancy.tenant_by_slug(session, slug)
    if tenant is None:
        return None
    with services.database.reading(tenant.id) as session:
        row = store.registry(session)
        signer = None if row is None else publisher(services, session, tenant)
    if row is None or signer is None or not row.entries:
        return None
    content = row.signed_document
    if content is None or is_behind(row, signer, services.clock()):
        content = signed(services, tenant, row, signer)
    return Served(content, hashlib.sha256(content).hexdigest()[:32])


def is_behind(row: IssuerRegistry, signer: Identity, now: datetime) -> bool:
    """Whether the signed form is not that of now: other entries, another key, or old."""
    is_other = row.signed_revision < row.revision or row.signed_by != signer.key.id
    return is_other or row.signed_at is None or now - row.signed_at > SIGN_ANEW_AFTER


def signed(services: Services, tenant: Tenant, row: IssuerRegistry, signer: Identity) -> bytes:
    """Sign what was read, then store it unless somebody stored a newer one; signing is outside the transaction."""
    now = services.clock()
    document = credential(services, tenant, signer, row.entries, now)
    securing = issuance.DataIntegrity(CRYPTOSUITE, signer.verification_method, now)
    content = sign(services, document, securing, services.keys.signer(signer.key.name), signer.public).content
    with services.database.writing(row.tenant_id) as session:
        current = store.registry(session, lock=True)
        if current is not None and current.signed_revision <= row.revision:
            current.signed_revision, current.signed_at, current.signed_by = row.revision, now, signer.key.id
            current.signed_document = content
    return content


def credential(
    services: Services, tenant: Tenant, signer: Identity, entries: list[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    """The unsigned credential."""
    url = f"{identity.issuer_url(services.settings, tenant.slug)}/registry"
    own = Publisher(signer.issuer, tenant.profile["name"])
    return registry_credential(url, own, map(as_value, entries), now, now + VALID_FOR)


def publisher(services: Services, session: TenantSession, tenant: Tenant) -> Identity:
    """Who signs the registry now. Raises Unavailable."""
    signer = identity.active(services, session, tenant, KEY_TYPE)
    if signer is None:
        raise Unavailable("There is no key to sign the registry with.", remedy="Make one with `attesta key rotate`.")
    return signer


def unsigned(services: Services, session: TenantSession, slug: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """What would be signed now."""
    tenant = tenancy.tenant(session, session.tenant_id)
    if tenant.slug != slug:
        raise RuntimeError("a registry of another tenant was about to be changed")
    return credential(services, tenant, publisher(services, session, tenant), entries, services.clock())


def local_document(services: Services, url: str) -> Fetched | None:
    """A registry of our own by its URL: part of the LocalDocuments port."""
    base = f"{services.settings.public_url}/issuers/"
    slug, _, rest = url.removeprefix(base).partition("/") if url.startswith(base) else ("", "", "")
    served = serve(services, slug) if slug and rest == "registry" else None
    return None if served is None else Fetched(url, MEDIA_TYPE, served.content)
