"""`attesta registry ...`: the issuers that a tenant recognises."""

import json
from pathlib import Path
from typing import Any

import typer

from app.cli.common import read_file, show
from app.cli.opened import open_services, operator
from app.errors import BadInput, NotFound
from app.issuer.registry import registry, signing
from app.issuer.registry.entries import EntryBody, RegistryBody
from app.web.context import parse_model

registry_app = typer.Typer(help="Issuers that a tenant recognises.", no_args_is_help=True)
Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(registry_app, name="registry")


@registry_app.command("list")
def registry_list(tenant: str | None = Tenant) -> None:
    """Show whom the tenant recognises, for what, from when to when."""
    services = open_services()
    show(registry.get(services, operator(services, tenant))[0])


@registry_app.command("import")
def registry_import(
    file: Path,
    dry_run: bool = typer.Option(False, "--dry-run", help="Tell what would change; store nothing."),
    tenant: str | None = Tenant,
) -> None:
    """Replace the list by that of a JSON file: {"entries": [{"issuer": "did:…", …}]}."""
    services = open_services()
    sent = parse_model(RegistryBody, read_file(file, services.settings.max_body_bytes), "application/json")
    show(registry.put(services, operator(services, tenant), sent, dry_run=dry_run).to_json())


@registry_app.command("add")
def registry_add(
    issuer: str = typer.Argument(help="Its id: a DID, or the https address of its profile."),
    name: str | None = typer.Option(None, help="Name of the issuer."),
    url: str | None = typer.Option(None, help="Its home page."),
    valid_from: str | None = typer.Option(None, "--from", help="First day, e.g. 2026-09-01."),
    valid_until: str | None = typer.Option(None, "--until", help="Last day."),
    framework: str | None = typer.Option(None, help="Recognised only for competencies of this framework."),
    competency: list[str] = typer.Option([], help="Only for these codes of it; may be given several times."),
    tenant: str | None = Tenant,
) -> None:
    """Recognise an issuer; the same issuer with the same first day again changes that entry."""
    if competency and framework is None:
        raise BadInput("Competencies need their framework.", remedy="Give --framework too.")
    services = open_services()
    entry: dict[str, Any] = {"issuer": issuer, "name": name, "url": url}
    entry |= {"valid_from": valid_from, "valid_until": valid_until}
    if framework is not None:
        entry["scope"] = [{"framework": framework, "competencies": competency}]
    sent = parse_model(EntryBody, json.dumps(entry).encode(), "application/json")
    show(registry.add(services, operator(services, tenant), sent).to_json())


@registry_app.command("end")
def registry_end(
    issuer: str,
    until: str | None = typer.Option(None, help="Last day; default today."),
    tenant: str | None = Tenant,
) -> None:
    """End the recognition of an issuer; what it issued until that day stays recognised."""
    services = open_services()
    day = until or services.clock().date().isoformat()
    show(registry.end(services, operator(services, tenant), issuer, day).to_json())


@registry_app.command("export")
def registry_export(
    output: Path | None = typer.Option(None, help="Default: the standard output."), tenant: str | None = Tenant
) -> None:
    """Write the signed registry, for verifiers without network: `attesta verify --trust FILE`."""
    services = open_services()
    served = signing.serve(services, operator(services, tenant).tenant_slug)
    if served is None:
        raise NotFound("The tenant recognises nobody yet.", remedy="`attesta registry add` does.")
    if output is None:
        typer.echo(served.content.decode())
        return
    try:
        output.write_bytes(served.content)
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}.") from error
