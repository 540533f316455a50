"""What commands with a database share: the services on it, and the operator as principal."""

from app import services as composition
from app.cli.common import settings
from app.errors import BadInput
from app.issuer import tenancy
from app.ports import Principal, Services
from app.settings import Settings
from app.store import migrate


def open_services(chosen: Settings | None = None) -> Services:
    """The services on a migrated database; `chosen`: other settings than those of the environment."""
    services = composition.build(chosen or settings())
    if services.database.is_sqlite:
        migrate.upgrade(services.database)
    elif not migrate.is_current(services.database):
        raise BadInput("The database is not migrated.", remedy="Run `attesta migrate` once, then start again.")
    return services


def operator(services: Services, tenant: str | None) -> Principal:
    """The person at the keyboard, acting for a tenant (default: the first)."""
    if tenant is None:
        tenancy.first_tenant(services)
    found = tenancy.find_tenant(services, tenant)
    return Principal(found.id, found.slug, "operator", frozenset(tenancy.SCOPES))
