"""`attesta tenant ...` and `attesta key ...`."""

from datetime import UTC, datetime

import typer

from app.cli import signing_keys
from app.cli.common import show
from app.cli.opened import open_services, operator
from app.errors import BadInput, NotFound
from app.issuer import tenancy
from app.issuer.credential.signing_keys import find
from app.store import tenancy as store

tenant_app = typer.Typer(help="Issuing organisations.", no_args_is_help=True)
key_app = typer.Typer(help="API keys and signing keys.", no_args_is_help=True)
Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(tenant_app, name="tenant")
    app.add_typer(key_app, name="key")


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
    told = dict(_member(each) for each in members)
    if profile["country_code"] != told.get("country_code", profile["country_code"]):
        profile.pop("country", None)  # the name of another country
    profile |= told
    show(tenancy.set_profile(services, principal.tenant_id, profile, actor="operator").profile)


def _member(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} is not of the form name=value.")
    return name, value


@tenant_app.command("offers")
def switch_offers(
    *,
    on: bool = typer.Option(..., "--on/--off", help="Whether new awards are offered to their learners by mail."),
    tenant: str | None = Tenant,
) -> None:
    """Switch the mails that offer new awards on or off for one tenant; an offer that is asked for is still made."""
    services = open_services()
    principal = operator(services, tenant)
    switched = tenancy.set_offers(services, principal.tenant_id, on=on, actor="operator")
    show({"tenant": switched.slug, "offers": switched.offers})


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
    """List API keys and signing keys, with their history."""
    services = open_services()
    principal = operator(services, tenant)
    with services.database.reading(principal.tenant_id) as session:
        api_keys, own_keys = store.api_keys(session), store.signing_keys(session)
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
            "signing_keys": [signing_keys.history(key) for key in own_keys],
        }
    )


key_app.command("rotate")(signing_keys.rotate_keys)


@key_app.command("revoke")
def revoke_key(
    key: str = typer.Argument(help="Id of an API key, or name of a signing key."),
    since: str | None = typer.Option(None, help="Signing key: the day since when it was in wrong hands."),
    reason: str | None = typer.Option(None, help="Signing key: for your own records; not published."),
    reissue: bool = typer.Option(False, "--reissue", help="Signing key: issue again what it sealed before that day."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Signing key: only tell what would happen."),
    tenant: str | None = Tenant,
) -> None:
    """Withdraw an API key at once; or revoke a signing key for good, with every badge that it ever sealed."""
    services = open_services()
    principal = operator(services, tenant)
    compromised = signing_keys.moment(since)
    signing_key = find(services, principal.tenant_id, key)
    if signing_key is None:
        if since or reason or reissue or dry_run:
            raise NotFound(f"There is no signing key {key[:100]}.", remedy="`attesta key list` shows them.")
        tenancy.revoke_api_key(services, principal.tenant_id, key)
        typer.echo(f"API key {key} is withdrawn.")
    elif dry_run:
        signing_keys.consider(services, signing_key, compromised)
    else:
        signing_keys.revoke(services, principal, key, compromised, reason, again=reissue)
