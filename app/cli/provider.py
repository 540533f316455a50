"""A training provider's commands: frameworks, learners, results, evaluation."""

from datetime import date
from pathlib import Path

import typer

from app.cli.common import media_type, open_services, operator, read_file, show
from app.competency import results
from app.competency.explain import explain
from app.errors import BadInput
from app.issuer.assessment import learners as people
from app.issuer.assessment.results import latest_today, take
from app.issuer.award.decide import decide
from app.issuer.catalogue.imports import import_framework, read_document
from app.vc import strict_json

framework_app = typer.Typer(help="Competency frameworks.", no_args_is_help=True)
results_app = typer.Typer(help="Assessment results.", no_args_is_help=True)
learners_app = typer.Typer(help="Learners.", no_args_is_help=True)
Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")
DryRun = typer.Option(False, "--dry-run", help="Tell what would change; store nothing.")


@framework_app.command("import")
def framework_import(file: Path, dry_run: bool = DryRun, tenant: str | None = Tenant) -> None:
    """Publish a framework file (YAML or JSON)."""
    services = open_services()
    document = read_document(read_file(file, services.settings.max_body_bytes), media_type(file) or "text/plain")
    show(import_framework(services, operator(services, tenant), document, dry_run=dry_run).to_json())


@learners_app.command("import")
def learners_import(file: Path, tenant: str | None = Tenant) -> None:
    """Add and correct learners from a CSV roster (id, name, email, did, language)."""
    services = open_services()
    principal = operator(services, tenant)
    rows = people.read_roster(read_file(file, services.settings.max_body_bytes))
    with typer.progressbar(length=len(rows), label="Learners") as progress:
        done = people.put_roster(services, principal, rows, progress.update)
    show({"counts": done["counts"], "refused": [row for row in done["rows"] if row["outcome"] == "refused"]})


@results_app.command("import")
def results_import(file: Path, dry_run: bool = DryRun, tenant: str | None = Tenant) -> None:
    """Send results from a file: the canonical CSV, or a JSON array of the same."""
    services = open_services()
    principal = operator(services, tenant)
    content = read_file(file, services.settings.max_body_bytes)
    today = latest_today(services.clock())
    if media_type(file) == "application/json":
        rows = results.read_json(people.items_of(strict_json.loads(content), "results"), today=today)
    else:
        rows = results.read_csv(content, today=today)
    with typer.progressbar(length=len(rows), label="Results") as progress:
        done = take(services, principal, rows, dry_run=dry_run, progress=progress.update)
    show({"counts": done["counts"], "refused": [row for row in done["rows"] if row["outcome"] == "refused"]})


@learners_app.command("evaluate")
def learners_evaluate(
    learner: str,
    achievement: str,
    as_of: str | None = typer.Option(None, help="Judge as of this day, e.g. 2026-09-01; default today."),
    tenant: str | None = Tenant,
) -> None:
    """Tell whether a learner meets the rules of an achievement, and why or why not yet."""
    services = open_services()
    principal = operator(services, tenant)
    try:
        day = date.fromisoformat(as_of) if as_of else services.clock().date()
    except ValueError:
        raise BadInput(f"{as_of!r} is not a day.", remedy="Write it as 2026-09-01.") from None
    with services.database.reading(principal.tenant_id) as session:
        decided = decide(services, session, learner, achievement, day)
    typer.echo(decided.evaluation.status)
    for sentence in explain(decided.evaluation, decided.achievement.framework):
        typer.echo(f"- {sentence}")
