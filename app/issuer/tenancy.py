"""Tenants: the issuing organisations, their profile, their API keys and signing keys."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import rfc8785

from app.errors import BadInput, Conflict, Fault, NotFound
from app.issuer import names
from app.issuer.assessment.learners import EMAIL
from app.ports import Services
from app.store import audit, tenancy
from app.store.session import AlreadyThere
from app.store.tables import ApiKey, SigningKey, Tenant

SCOPES = {
    "read": "see everything of the tenant",
    "profile:write": "change the tenant's profile",
    "frameworks:write": "import frameworks",
    "learners:write": "add and correct learners",
    "learners:erase": "erase a learner for good",
    "results:write": "send assessment results, also over xAPI; mappings; settle the review list",
    "evidence:write": "record practice, attestations, prior learning and credentials of others; withdraw them",
    "evidence:sign": "sign results off, verify practice, decide on prior learning, settle whose a badge is",
    "credentials:issue": "award, seal and re-issue credentials",
    "credentials:revoke": "revoke credentials",
    "certification:apply": "apply for certificates, and appeal",
    "certification:decide": "record what officers decide about certificates and appeals",
    "registry:write": "change whom the tenant recognises",
    "vc-api": "have other credentials signed, suspended and revoked over VC-API",
}
KEY_TYPES = ("Ed25519", "P-256", "RSA")  # eddsa-rdfc-2022; ES256 and RS256 for VC-JWT
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
FIRST_SLUG = "main"
ADMIN_KEY_NAME = "ATTESTA_ADMIN_KEY"
PROFILE_MEMBERS = {
    "name": 300,
    "url": 2000,
    "email": 320,
    "country_code": 2,
    "country": 100,
    "locality": 200,
    "image": 2000,
    "description": 2000,
}


def check_profile(profile: Mapping[str, Any]) -> dict[str, str]:
    """The profile with empty members left out; raises BadInput naming every wrong member."""
    faults: list[Fault] = []
    checked: dict[str, str] = {}
    for name, value in profile.items():
        if value in (None, ""):
            continue
        if name not in PROFILE_MEMBERS or not isinstance(value, str):
            faults.append(Fault(f"/{name}", f"{name[:50]} is not a member of a profile, or not a text."))
            continue
        try:
            checked[name] = names.text(value, f"/{name}", most=PROFILE_MEMBERS[name])
        except BadInput as problem:
            faults.append(Fault(f"/{name}", problem.detail))
    if "name" not in checked:
        faults.append(Fault("/name", "An issuer needs a name."))
    if not re.fullmatch(r"[A-Z]{2}", checked.get("country_code", "")):
        faults.append(Fault("/country_code", "A country code of two capital letters is needed (ISO 3166-1), e.g. BG."))
    faults += [
        Fault(f"/{name}", "An address that begins with https:// or http:// is needed.")
        for name in ("url", "image")
        if name in checked and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", checked[name])
    ]
    if "email" in checked and not EMAIL.fullmatch(checked["email"]):  # learners' mails name it, and could not be sent
        faults.append(Fault("/email", "An e-mail address is needed."))
    if faults:
        raise BadInput(faults[0].detail, pointer=faults[0].pointer, faults=tuple(faults))
    return checked


def add_tenant(services: Services, slug: str, profile: Mapping[str, Any], *, actor: str = "operator") -> Tenant:
    """A new tenant with its signing keys. Raises BadInput, or Conflict when the slug is taken."""
    if not SLUG.fullmatch(slug):
        raise BadInput(f"{slug!r} cannot be a slug.", pointer="/slug", remedy="Use a-z, 0-9 and -, at most 63.")
    checked = check_profile(profile)
    with services.database.everywhere(why="is the slug free") as session:
        if tenancy.tenant_by_slug(session, slug) is not None:  # before keys are made that nobody would use
            raise Conflict(f"There is a tenant {slug} already.", remedy="Choose another slug.")
    keys = [(key_type, *services.keys.create(key_type)) for key_type in KEY_TYPES]
    now = services.clock()
    tenant = Tenant(id=services.new_id(), slug=slug, profile=checked, created_at=now)
    try:
        with services.database.writing(tenant.id) as session:
            session.add(tenant)
            session.flush()
            session.add_all(signing_key_row(services, key_type, name, jwk, now) for key_type, name, jwk in keys)
            audit.record(session, at=now, actor=actor, action="tenant added", subject=tenant.id, slug=slug)
    except AlreadyThere as error:
        raise Conflict(f"There is a tenant {slug} already.", remedy="Choose another slug.") from error
    return tenant


def signing_key_row(services: Services, key_type: str, name: str, jwk: dict[str, str], now: datetime) -> SigningKey:
    """The public side of a key that the Keys port has made."""
    return SigningKey(
        id=services.new_id(),
        name=name,
        key_type=key_type,
        public_jwk=jwk,
        thumbprint=hashlib.sha256(rfc8785.dumps(jwk)).hexdigest(),
        created_at=now,
    )


def set_profile(services: Services, tenant_id: str, profile: Mapping[str, Any], *, actor: str) -> Tenant:
    """Replace the profile; badges issued from now on carry it."""
    checked = check_profile(profile)
    with services.database.writing(tenant_id) as session:
        tenant = tenancy.tenant(session, tenant_id)
        if tenant.profile != checked:
            tenant.profile = checked
            audit.record(
                session, at=services.clock(), actor=actor, action="profile set", subject=tenant_id, profile=checked
            )
    return tenant


def set_offers(services: Services, tenant_id: str, *, on: bool, actor: str) -> Tenant:
    """Whether the tenant's awards are offered to their learners by mail without being asked to."""
    with services.database.writing(tenant_id) as session:
        tenant = tenancy.tenant(session, tenant_id)
        if tenant.offers != on:
            tenant.offers = on
            audit.record(session, at=services.clock(), actor=actor, action="offers switched", subject=tenant_id, on=on)
    return tenant


def find_tenant(services: Services, slug: str | None) -> Tenant:
    """The tenant of that slug, or the first one; raises NotFound."""
    with services.database.everywhere(why="operators name a tenant by its slug") as session:
        found = tenancy.tenant_by_slug(session, slug) if slug else next(iter(tenancy.tenants(session)), None)
    if found is None:
        raise NotFound(f"There is no tenant {slug or 'yet'}.", remedy="Make one with `attesta tenant add`.")
    return found


def add_api_key(
    services: Services,
    tenant_id: str,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: datetime | None = None,
    clear: str | None = None,
    actor: str = "operator",
) -> tuple[ApiKey, str]:
    """A new API key and its clear text, which is stored nowhere. Raises BadInput for an unknown scope."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise BadInput(
            f"Not a scope: {', '.join(unknown) or '(none given)'}.", remedy=f"Choose from {', '.join(SCOPES)}."
        )
    clear = clear or f"att_{services.new_secret()}"
    now = services.clock()
    if expires_at is not None and expires_at <= now:
        raise BadInput("The key would have expired already.", pointer="/expires_at", remedy="Name a later day.")
    row = ApiKey(
        id=services.new_id(),
        name=names.text(name, "/name", most=200),
        key_hash=tenancy.hash_api_key(clear),
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    with services.database.writing(tenant_id) as session:
        session.add(row)
        audit.record(session, at=now, actor=actor, action="API key added", subject=row.id, scopes=wanted)
    return row, clear


def revoke_api_key(services: Services, tenant_id: str, key_id: str, *, actor: str = "operator") -> None:
    """Withdraw an API key at once; raises NotFound."""
    with services.database.writing(tenant_id) as session:
        row = next((key for key in tenancy.api_keys(session) if key.id == key_id), None)
        if row is None:
            raise NotFound(f"There is no API key {key_id}.", remedy="`attesta key list` shows them.")
        if row.revoked_at is None:
            row.revoked_at = services.clock()
            audit.record(session, at=row.revoked_at, actor=actor, action="API key revoked", subject=row.id)


def first_tenant(services: Services) -> Tenant:
    """The first tenant, made on an empty database; without an API key."""
    with services.database.everywhere(why="is there any tenant yet") as session:
        existing = tenancy.tenants(session)
    return existing[0] if existing else add_tenant(services, FIRST_SLUG, FIRST_PROFILE)


def ensure_first_key(services: Services) -> str | None:
    """The first tenant can be used: returns the clear text of an API key that was made now, else None.

    With ATTESTA_ADMIN_KEY the first tenant has exactly that key, also when it was changed since the last start.
    """
    tenant = first_tenant(services)
    wanted = services.settings.admin_key
    if wanted is not None:
        _ensure_admin_key(services, tenant.id, wanted.get_secret_value())
        return None
    with services.database.reading(tenant.id) as session:
        if tenancy.api_keys(session):
            return None
    return add_api_key(services, tenant.id, "first key", SCOPES)[1]


FIRST_PROFILE = {"name": "My training organisation", "country_code": "BG", "country": "Bulgaria"}


def _ensure_admin_key(services: Services, tenant_id: str, clear: str) -> None:
    hashed, now = tenancy.hash_api_key(clear), services.clock()
    with services.database.writing(tenant_id) as session:
        keys = [key for key in tenancy.api_keys(session) if key.name == ADMIN_KEY_NAME]
        wanted = next((key for key in keys if key.key_hash == hashed), None)
        for key in keys:
            if key is not wanted and key.revoked_at is None:
                key.revoked_at = now
                audit.record(session, at=now, actor="operator", action="API key revoked", subject=key.id)
        if wanted is not None and wanted.revoked_at is not None:  # an earlier one is back
            wanted.revoked_at = None
            audit.record(session, at=now, actor="operator", action="API key restored", subject=wanted.id)
        if wanted is not None and wanted.scopes != sorted(SCOPES):  # a newer version knows more of them
            wanted.scopes = sorted(SCOPES)
            audit.record(session, at=now, actor="operator", action="API key widened", subject=wanted.id)
    if wanted is None:
        add_api_key(services, tenant_id, ADMIN_KEY_NAME, SCOPES, clear=clear)
