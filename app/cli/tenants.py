"""`attesta tenant ...` and `attesta key ...`."""

from datetime import UTC, datetime

import typer

from app.cli.common import open_services, operator, show
from app.errors import BadInput
from app.issuer import tenancy
from app.store import tenancy as store

tenant_app = typer.Typer(help="Issuing organisations.", no_args_is_help=True)
key_app = typer.Typer(help="API keys; and the signing keys, listed.", no_args_is_help=True)
Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")


@tenant_app.command("add")
def add_tenant(
    slug: str = typer.Argument(help="Short name for addresses: a-z, 0-9 and -."),
    name: str = typer.Option(..., help="Name, as on badges."),
    country_code: str = typer.Option(..., help="ISO 3166-1 code of two letters, e.g. BG."),
    country: str = typer.Option("", help="Name of the country."),
    locality: str = typer.Option("", help="Town."),
    url: str = typer.Option("", help="Home page."),
    email: str = typer.Option("", help="E-mail address for the public."),
    image: str = typer.Option("", help="Address of the logo."),
    description: str = typer.Option("", help="A sentence about the organisation."),
) -> None:
    """Add a tenant with its signing keys, and print its first API key (all scopes)."""
    services = open_services()
    profile = {
        "name": name,
        "country_code": country_code,
        "country": country,
        "locality": locality,
        "url": url,
        "email": email,
        "image": image,
        "description": description,
    }
    tenant = tenancy.add_tenant(services, slug, profile)
    _, clear = tenancy.add_api_key(services, tenant.id, "first key", tenancy.SCOPES)
    show({"tenant": tenant.slug, "profile": tenant.profile, "api_key": clear})


@tenant_app.command("list")
def list_tenants() -> None:
    """List all tenants."""
    with open_services().database.everywhere(why="operators see all tenants") as session:
        show([{"tenant": row.slug, "profile": row.profile} for row in store.tenants(session)])


@tenant_app.command("set")
def set_tenant(
    members: list[str] = typer.Argument(help="name=value pairs of the profile, e.g. locality=Sofia; empty removes."),
    tenant: str | None = Tenant,
) -> None:
    """Change members of a tenant's profile; badges issued from now on carry it."""
    services = open_services()
    principal = operator(services, tenant)
    with services.database.reading(principal.tenant_id) as session:
        profile = dict(store.tenant(session, principal.tenant_id).profile)
    for member in members:
        name, equals, value = member.partition("=")
        if not equals:
            raise BadInput(f"{member!r} is not of the form name=value.")
        profile[name] = value
    show(tenancy.set_profile(services, principal.tenant_id, profile, actor="operator").profile)


@key_app.command("add")
def add_key(
    name: str = typer.Argument(help="What the key is for."),
    scope: list[str] = typer.Option(list(tenancy.SCOPES), "--scope", help="A scope; may be given several times."),
    expires: str | None = typer.Option(None, help="Last day of validity, e.g. 2027-01-31."),
    tenant: str | None = Tenant,
) -> None:
    """Make an API key; it is shown once and stored only as a hash."""
    services = open_services()
    principal = operator(services, tenant)
    row, clear = tenancy.add_api_key(
        services, principal.tenant_id, name, scope, expires_at=_end_of(expires) if expires else None
    )
    show({"id": row.id, "name": row.name, "scopes": row.scopes, "api_key": clear})


def _end_of(day: str) -> datetime:
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(hour=23, minute=59, second=59, tzinfo=UTC)
    except ValueError:
        raise BadInput(f"{day!r} is not a day.", remedy="Write it as 2027-01-31.") from None


@key_app.command("list")
def list_keys(tenant: str | None = Tenant) -> None:
    """List API keys and signing keys."""
    services = open_services()
    principal = operator(services, tenant)
    with services.database.reading(principal.tenant_id) as session:
        api_keys, signing_keys = store.api_keys(session), store.signing_keys(session)
    show(
        {
            "api_keys": [
                {
                    "id": key.id,
                    "name": key.name,
                    "scopes": key.scopes,
                    "expires_at": key.expires_at.isoformat() if key.expires_at else None,
                    "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
                }
                for key in api_keys
            ],
            "signing_keys": [
                {"id": key.id, "name": key.name, "type": key.key_type, "created_at": key.created_at.isoformat()}
                for key in signing_keys
            ],
        }
    )


@key_app.command("revoke")
def revoke_key(key_id: str = typer.Argument(help="Id of the API key."), tenant: str | None = Tenant) -> None:
    """Withdraw an API key at once."""
    services = open_services()
    tenancy.revoke_api_key(services, operator(services, tenant).tenant_id, key_id)
    typer.echo(f"API key {key_id} is withdrawn.")
