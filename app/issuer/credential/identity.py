"""Who signs: the issuer's identifier and its verification methods.

Under a public https address a tenant is `did:web:HOST:issuers:SLUG`, one identity over several keys. Anywhere else (a
laptop, a test) nobody could fetch that, so every key is its own issuer: did:key, or did:jwk for RSA, whose did:key few
read. The proof of such a badge verifies anywhere; its status list only where the base URL can be reached.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.ports import Services
from app.settings import Settings
from app.store import tenancy
from app.store.session import TenantSession
from app.store.tables import SigningKey, Tenant
from app.vc import did, keys, timestamps
from app.vc.keys import PublicKey


@dataclass(frozen=True, slots=True)
class Identity:
    """One key under its issuer's name. `issuer` is a DID, `verification_method` a DID URL under it."""

    issuer: str
    verification_method: str
    key: SigningKey
    public: PublicKey


def is_public(base_url: str) -> bool:
    """Whether others can reach this address by https: a name, not an IP address, not of this machine."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if parts.scheme != "https" or "." not in host or host.endswith((".localhost", ".local", ".test", ".internal")):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def issuer_url(settings: Settings, slug: str) -> str:
    """The page of an issuer; its DID document is at /did.json below."""
    return f"{settings.public_url}/issuers/{slug}"


def identity(settings: Settings, slug: str, key: SigningKey) -> Identity:
    """The name under which this key signs now."""
    if is_public(settings.public_url):
        return named(did.did_web(issuer_url(settings, slug)), key)
    return named(None, key)


def named(issuer: str | None, key: SigningKey) -> Identity:
    """The key under that issuer: a did:web, or (None, or what the key is called) its own name."""
    public = keys.from_jwk(key.public_jwk)
    if issuer is not None and issuer.startswith("did:web:"):
        return Identity(issuer, f"{issuer}#{key.name}", key, public)
    if public.key_type == "RSA":
        own = did.did_jwk(public)
        return Identity(own, f"{own}#0", key, public)
    own = did.did_key(public)
    return Identity(own, f"{own}#{own.removeprefix('did:key:')}", key, public)


def did_document(settings: Settings, tenant: Tenant, signing_keys: Sequence[SigningKey]) -> dict[str, Any]:
    """The tenant's did:web document: all its keys, retired ones too, since old badges name them."""
    in_order = sorted(signing_keys, key=lambda key: key.key_type == "RSA")  # Multikeys first
    methods = [_method(key) for key in in_order]
    return did.controlled_identifier_document(did.did_web(issuer_url(settings, tenant.slug)), methods)


def _method(key: SigningKey) -> did.Method:
    """A revoked key stays, so that verifiers can tell why they refuse, but is good for nothing any more.

    `revoked` is the moment since when it must not be used (Controlled Identifiers 1.0, section 2.2): that of the
    compromise, where it is known. Verifiers that do not mind `revoked` find the key under no relationship.
    """
    form = "JsonWebKey" if key.key_type == "RSA" else "Multikey"
    public = keys.from_jwk(key.public_jwk)
    if key.revoked_at is None:
        return did.Method(key.name, public, form)
    revoked = timestamps.write(key.compromised_since or key.revoked_at)
    return did.Method(key.name, public, form, revoked=revoked, purposes=())


def jwks(signing_keys: Sequence[SigningKey]) -> dict[str, Any]:
    """The tenant's public keys as JWK set (RFC 7517, section 5), which has no word for revoked: those are left out."""
    return {
        "keys": [key.public_jwk | {"kid": key.name, "use": "sig"} for key in signing_keys if key.revoked_at is None]
    }


def tenant_and_keys(services: Services, slug: str) -> tuple[Tenant, list[SigningKey]] | None:
    """A tenant by its public slug, with its signing keys."""
    with services.database.everywhere(why="an issuer's page and DID document are public") as session:
        tenant = tenancy.tenant_by_slug(session, slug)
    if tenant is None:
        return None
    with services.database.reading(tenant.id) as session:
        return tenant, tenancy.signing_keys(session)


def active(services: Services, session: TenantSession, tenant: Tenant, key_type: str) -> Identity | None:
    """The identity that signs with this type of key now."""
    key = tenancy.active_signing_key(session, key_type)
    return None if key is None else identity(services.settings, tenant.slug, key)
