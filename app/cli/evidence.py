"""`attesta evidence`: what is known of learners besides results, from a folder of files."""

from pathlib import Path
from typing import Any

import typer

from app.cli.common import read_file, show
from app.cli.opened import open_services, operator
from app.errors import BadInput
from app.issuer.evidence.attestations import ATTESTATIONS
from app.issuer.evidence.experience import EXPERIENCE
from app.issuer.evidence.recognitions import RECOGNITIONS
from app.issuer.evidence.record import Kind, record
from app.issuer.evidence.rows import read_csv
from app.issuer.evidence.rpl import RPL_CLAIMS
from app.ports import Principal, Services

evidence_app = typer.Typer(help="Evidence besides results.", no_args_is_help=True)
FILES: dict[str, Kind[Any, Any]] = {
    "experience.csv": EXPERIENCE,
    "attestations.csv": ATTESTATIONS,
    "rpl.csv": RPL_CLAIMS,
    "credentials.csv": RECOGNITIONS,
}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(evidence_app, name="evidence")


@evidence_app.callback()
def evidence() -> None:
    """Evidence besides results."""


@evidence_app.command("import")
def evidence_import(
    folder: Path = typer.Argument(metavar="DIR", help=f"Folder with any of {', '.join(FILES)}; see docs/evidence.md."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Tell what would change; store nothing."),
    tenant: str | None = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one."),
) -> None:
    """Record practice, attestations, prior learning and credentials of others from the CSV files of a folder."""
    found = {name: kind for name, kind in FILES.items() if (folder / name).is_file()}
    if not found:
        raise BadInput(
            f"{folder} has none of {', '.join(FILES)}.", remedy="docs/evidence.md tells what stands in them."
        )
    services = open_services()
    principal = operator(services, tenant)
    show({name: _one(services, principal, folder / name, kind, dry_run=dry_run) for name, kind in found.items()})


def _one(
    services: Services, principal: Principal, path: Path, kind: Kind[Any, Any], *, dry_run: bool
) -> dict[str, Any]:
    rows = read_csv(read_file(path, services.settings.max_body_bytes), kind.model)
    with typer.progressbar(length=len(rows), label=path.name, file=typer.get_text_stream("stderr")) as bar:
        done = record(services, principal, kind, rows, dry_run=dry_run, progress=bar.update)
    return {"counts": done["counts"], "refused": [row for row in done["rows"] if row["outcome"] == "refused"]}
