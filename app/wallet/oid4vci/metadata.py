"""What a credential issuer tells wallets about itself, and about its authorization server, which is itself.

OpenID4VCI 1.0 section 12.2 (https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-12.2),
RFC 8414. Every tenant is an issuer: its identifier is the address of its page.
"""

from typing import Any

from app.errors import NotFound
from app.issuer.credential.identity import issuer_url
from app.ports import Services
from app.settings import Settings
from app.store import tenancy
from app.store.tables import Tenant
from app.wallet.oid4vci import configurations

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
BATCH_SIZE = 10  # keys in one request, and for one offer: a wallet that wants to be hard to recognise uses several
PATH = "/oid4vci"


def tenant_of(services: Services, slug: str) -> Tenant:
    """The tenant of that public name; raises NotFound."""
    with services.database.everywhere(why="an issuer's metadata are public") as session:
        tenant = tenancy.tenant_by_slug(session, slug)
    if tenant is None:
        raise NotFound(f"There is no issuer {slug[:63]}.")
    return tenant


def credential_issuer(services: Services, slug: str, accept_language: str | None = None) -> dict[str, Any]:
    """The Credential Issuer Metadata of a tenant (section 12.2.4); raises NotFound."""
    tenant, base = tenant_of(services, slug), services.settings.public_url
    with services.database.reading(tenant.id) as session:
        supported = configurations.supported(services, session, accept_language)
    return {
        "credential_issuer": issuer_url(services.settings, slug),
        "credential_endpoint": f"{base}{PATH}/credential",
        "nonce_endpoint": f"{base}{PATH}/nonce",
        "notification_endpoint": f"{base}{PATH}/notification",
        "batch_credential_issuance": {"batch_size": BATCH_SIZE},
        "display": [_display(tenant)],
        "credential_configurations_supported": supported,
    }


def _display(tenant: Tenant) -> dict[str, Any]:
    profile: dict[str, str] = tenant.profile
    shown: dict[str, Any] = {"name": profile["name"], "locale": "en"}
    if "image" in profile:
        shown["logo"] = {"uri": profile["image"], "alt_text": profile["name"]}
    return shown


def authorization_server(settings: Settings, tenant: Tenant) -> dict[str, Any]:
    """The metadata of the tenant's authorization server (RFC 8414 section 2, OpenID4VCI 1.0 section 12.3)."""
    return {
        "issuer": issuer_url(settings, tenant.slug),
        "token_endpoint": f"{settings.public_url}{PATH}/token",
        "token_endpoint_auth_methods_supported": ["none"],
        "response_types_supported": [],
        "grant_types_supported": [PRE_AUTHORIZED],
        "pre-authorized_grant_anonymous_access_supported": True,
        "authorization_details_types_supported": ["openid_credential"],
    }
