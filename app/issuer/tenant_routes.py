"""/api/v1/profile and /api/v1/audit: the tenant itself."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, StrictBool

from app.issuer import names, tenancy
from app.issuer.credential import identity
from app.ports import Principal, Services
from app.store import audit
from app.store import tenancy as store
from app.web.context import Body, MediaType, ServicesOf, caller, parse_json, takes

router = APIRouter(prefix="/api/v1", tags=["tenant"])
Reader = Annotated[Principal, caller("read")]


class Offers(BaseModel):
    """Whether awards are offered."""

    model_config = ConfigDict(extra="forbid")
    offers: StrictBool


def _shown(services: Services, tenant_id: str) -> dict[str, Any]:
    with services.database.reading(tenant_id) as session:
        tenant = store.tenant(session, tenant_id)
        signers = [identity.active(services, session, tenant, key_type) for key_type in tenancy.KEY_TYPES]
    issuers = {one.key.key_type: one.issuer for one in signers if one is not None}
    url = identity.issuer_url(services.settings, tenant.slug)
    shown = {"slug": tenant.slug, "profile": tenant.profile, "issuers": issuers, "url": url}
    return shown | {"offers": tenant.offers and services.settings.offers}


@router.get("/profile")
def get_profile(services: ServicesOf, principal: Reader) -> dict[str, Any]:
    """The tenant's public profile and the identifiers under which it signs."""
    return _shown(services, principal.tenant_id)


@router.put("/profile", openapi_extra=takes("application/json"))
def put_profile(
    services: ServicesOf,
    principal: Annotated[Principal, caller("profile:write")],
    body: Body,
    media_type: MediaType,
) -> dict[str, Any]:
    """Replace the profile: name, url, email, country_code, country, locality, image, description."""
    sent = parse_json(body, media_type)
    profile = sent if isinstance(sent, dict) else {}
    tenancy.set_profile(services, principal.tenant_id, profile, actor=principal.key_id)
    return _shown(services, principal.tenant_id)


@router.put("/profile/offers")
def put_offers(
    services: ServicesOf, principal: Annotated[Principal, caller("profile:write")], sent: Offers
) -> dict[str, Any]:
    """Whether new awards are offered to their learners by mail without being asked to; the settings may say no to all.

    It counts from now on, also for mails that were not sent yet.
    """
    tenancy.set_offers(services, principal.tenant_id, on=sent.offers, actor=principal.key_id)
    return _shown(services, principal.tenant_id)


@router.get("/audit")
def get_audit(
    services: ServicesOf,
    principal: Reader,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    subject: Annotated[str | None, Query(max_length=36, pattern=f"^{names.UUID.pattern}$")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    check: Annotated[bool, Query(description="Also check the whole chain of digests, which reads all of it.")] = False,
) -> dict[str, Any]:
    """Who did what, in order; with `check`, `intact` tells whether the chain of digests is whole.

    A chain cannot tell that its newest entries were cut off: note the last number and digest elsewhere to notice that.
    """
    with services.database.reading(principal.tenant_id) as session:
        rows = audit.entries(session, after=after, subject=subject, limit=limit)
        broken = audit.first_broken(session) if check else None
    entries = [
        {
            "number": row.number,
            "at": row.at.isoformat(),
            "actor": row.actor,
            "action": row.action,
            "subject": row.subject,
            "detail": row.detail,
            "digest": row.digest,
        }
        for row in rows
    ]
    page: dict[str, Any] = {"entries": entries}
    if len(rows) == limit:
        page["next"] = rows[-1].number
    return page | {"intact": broken is None, "first_broken": broken} if check else page
