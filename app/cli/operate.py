"""Operators' commands: serve, demo, migrate, backup, restore, openapi."""

import errno
import json
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
import uvicorn
from fastapi import FastAPI

from app import alone, asgi
from app import services as composition
from app.adapters import backup as backups
from app.cli import tls
from app.cli.common import settings
from app.cli.opened import open_services
from app.demo import demo as demonstration
from app.errors import NotStarted
from app.issuer import tenancy
from app.logs import configure
from app.ports import Services
from app.settings import Settings
from app.store import migrate
from app.web import processes
from app.web.bounded_http import BoundedHttp


@dataclass(frozen=True, slots=True)
class Program:
    """What is served: how it is made in this process, and by which name each of several processes makes it."""

    create: Callable[[Services], FastAPI]
    factory: str


class Part(StrEnum):
    """A part of the service that can be served alone."""

    VERIFIER = "verifier"


WHOLE = Program(asgi.create_app, "app.asgi:from_environment")
FIRST_FREE_PORT = 1024  # below it ports are for the superuser alone (ip(7))
UNNAMED = "Badges call their issuer {name!r} until you say who you are: attesta tenant set name=... country_code=..."
OTHER_PORTS = (8001, 8002)  # to name as an example
VERIFIER = Program(alone.create_app, "app.alone:from_environment")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (serve, demo, migrate_database, backup, restore, openapi):
        name = "migrate" if command is migrate_database else command.__name__
        app.command(name)(command)


def serve(
    workers: int = typer.Option(1, min=1, max=64, help="Processes; more than one wants PostgreSQL."),
    tls_cert: Path | None = typer.Option(None, help="Certificate (PEM, with its chain): serve https."),
    tls_key: Path | None = typer.Option(None, help="Its private key (PEM, without a passphrase)."),
    only: Part | None = typer.Option(None, help="Serve this part alone; the verifier needs no database."),
) -> None:
    """Serve the API and the pages."""
    configure()
    https = tls.read(tls_cert, tls_key)
    asked = settings()
    chosen = asked if https is None else tls.with_https(asked)
    refuse_several_harnesses(chosen, workers)
    refuse_taken_port(chosen)
    if only is Part.VERIFIER:
        run(composition.build_alone(chosen), workers, https, VERIFIER)
        return
    services = open_services(chosen)
    composition.receipt_key(chosen).create()
    first_key = tenancy.ensure_first_key(services)
    if first_key is not None:
        typer.echo(f"API key of the first tenant (shown once): {first_key}")
    if tenancy.first_tenant(services).profile == tenancy.FIRST_PROFILE:
        typer.echo(UNNAMED.format(name=tenancy.FIRST_PROFILE["name"]))
    if chosen.base_url != asked.base_url:
        typer.echo(f"Other commands must be told this address: ATTESTA_BASE_URL={chosen.public_url}")
    run(services, workers, https)


def refuse_several_harnesses(chosen: Settings, workers: int) -> None:
    """Each process would have conformance keys and lists of its own; raises NotStarted."""
    if chosen.conformance and workers > 1:
        raise NotStarted("The conformance harness lives in one process.", remedy="Leave out --workers.")


def refuse_taken_port(chosen: Settings) -> None:
    """Say so before anything is touched, when the service cannot listen where it was told to; raises NotStarted."""
    try:
        socket.create_server((chosen.host, chosen.port)).close()
    except OSError as error:
        other = next(port for port in OTHER_PORTS if port != chosen.port)
        remedies = {
            errno.EADDRINUSE: f"Stop what runs there, or choose another port: ATTESTA_PORT={other}.",
            errno.EACCES: f"Ports below {FIRST_FREE_PORT} are the system's; choose another one: ATTESTA_PORT={other}.",
        }
        reason = (error.strerror or str(error)).split(" (while ")[0]  # CPython adds the address, which is told already
        raise NotStarted(
            f"{chosen.host} port {chosen.port} cannot be listened on: {reason}.",
            remedy=remedies.get(error.errno or 0, "ATTESTA_HOST must be a name or address of this machine."),
        ) from error


def run(services: Services, workers: int = 1, https: tls.Tls | None = None, program: Program = WHOLE) -> None:
    """Serve until stopped."""
    chosen = services.settings
    typer.echo(f"Attesta runs at {chosen.public_url} (stop with Ctrl-C).")
    common: dict[str, Any] = {
        "host": chosen.host,
        "port": chosen.port,
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "forwarded_allow_ips": chosen.forwarded_allow_ips,
        "timeout_graceful_shutdown": 10,
        "http": BoundedHttp,
        "timeout_worker_healthcheck": 60,  # s; a process that still imports on a busy machine must not be killed for it
    }
    if https is not None:
        common |= {"ssl_certfile": https.certificate, "ssl_keyfile": https.key}
    if workers > 1:
        services.database.close()
        os.environ["ATTESTA_BASE_URL"] = chosen.public_url  # which the processes read: https may have changed it
        processes.serve(program.factory, workers, **common)
    else:
        uvicorn.run(program.create(services), **common)


def demo(
    issue_only: bool = typer.Option(False, "--issue-only", help="Load and issue, then stop instead of serving."),
) -> None:
    """Load the reference framework and its invented learners, issue a badge, and serve."""
    configure()
    if not issue_only:
        refuse_taken_port(settings())
    services = open_services()
    composition.receipt_key(services.settings).create()
    demonstration.prepare(services, typer.echo)
    if not issue_only:
        run(services)


def migrate_database() -> None:
    """Bring the database to the newest revision."""
    services = composition.build(settings())
    migrate.upgrade(services.database)
    typer.echo("The database is up to date.")


def backup(file: Path = typer.Argument(help="Where to write the backup (.tar).")) -> None:
    """Write database, signing keys and passphrase to one file. Keep it as safe as the keys."""
    typer.echo(backups.write(open_services(), file))


def restore(
    file: Path = typer.Argument(help="A backup made by `attesta backup`."),
    replace: bool = typer.Option(False, "--replace", help="Replace what is there."),
) -> None:
    """Bring back database, signing keys and passphrase from a backup. Stop the service first."""
    typer.echo(backups.restore(settings(), file, replace=replace))


def openapi() -> None:
    """Print the OpenAPI document."""
    typer.echo(json.dumps(asgi.openapi_document(), indent=1, ensure_ascii=False))
