"""A training provider's commands: frameworks, learners, evaluation."""

from datetime import date
from pathlib import Path

import typer

from app.cli.common import media_type, read_file, show
from app.cli.opened import open_services, operator
from app.competency.explain import explain
from app.errors import BadInput
from app.issuer.assessment import learners as people
from app.issuer.award.decide import decide
from app.issuer.catalogue import formats, read
from app.issuer.catalogue.imports import Wish, import_file
from app.issuer.credential.render import pictures
from app.texts import LANGUAGES, SOURCE
from app.wallet.erasure import erase

framework_app = typer.Typer(help="Competency frameworks.", no_args_is_help=True)
learners_app = typer.Typer(help="Learners.", no_args_is_help=True)
Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")
DryRun = typer.Option(False, "--dry-run", help="Tell what would change; store nothing.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(framework_app, name="framework")
    app.add_typer(learners_app, name="learners")


@framework_app.command("import")
def framework_import(
    file: Path,
    form: str | None = typer.Option(None, "--format", help=f"Default: by name and content. {', '.join(formats.IN)}"),
    language: str | None = typer.Option(None, help="Of the texts; a file of moodle does not tell."),
    draft: bool = typer.Option(False, "--draft", help="Keep it as a draft; publish nothing."),
    dry_run: bool = DryRun,
    tenant: str | None = Tenant,
) -> None:
    """Publish a framework file: YAML, JSON, a CASE package, CSV, or Moodle's competency CSV."""
    services = open_services()
    body = read_file(file, services.settings.max_body_bytes)
    sent = formats.recognise(body, media_type(file) or "text/plain", form, language)
    wish = Wish(dry_run=dry_run, draft=draft)
    show(import_file(services, operator(services, tenant), sent, wish).to_json())


@framework_app.command("export")
def framework_export(
    code: str,
    form: str = typer.Option("yaml", "--format", help=", ".join(formats.OUT)),
    version: str | None = typer.Option(None, help="Default: the newest."),
    language: str | None = typer.Option(None, help="For moodle, which has one language."),
    output: Path | None = typer.Option(None, help="Default: the standard output."),
    tenant: str | None = Tenant,
) -> None:
    """Write a published framework in another form."""
    services = open_services()
    content = read.export(services, operator(services, tenant), code, version, form, language).body
    if output is None:
        typer.echo(content.decode(), nl=not content.endswith(b"\n"))
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}.") from error


@framework_app.command("diff")
def framework_diff(
    code: str,
    older: str | None = typer.Option(None, "--from", help="Default: the version before."),
    newer: str | None = typer.Option(None, "--to", help="Default: the newest. Or: draft."),
    tenant: str | None = Tenant,
) -> None:
    """Tell what changed between two versions of a framework, and which rules are other ones."""
    services = open_services()
    show(read.compare(services, operator(services, tenant), code, older, newer))


@framework_app.command("picture")
def framework_picture(
    achievement: str,
    file: Path | None = typer.Argument(None, help="PNG, JPEG or WebP; without it, the drawn picture comes back."),
    tenant: str | None = Tenant,
) -> None:
    """Use a picture of your own for an achievement, or the one that is drawn."""
    services = open_services()
    if file is None:
        pictures.remove(services, operator(services, tenant), achievement)
        return
    content = read_file(file, services.settings.max_body_bytes)
    kept = pictures.bring(services, operator(services, tenant), achievement, content)
    show({"achievement": achievement, "sha256": kept.sha256})


@learners_app.command("import")
def learners_import(file: Path, tenant: str | None = Tenant) -> None:
    """Add and correct learners from a CSV roster (id, name, email, did, language)."""
    services = open_services()
    principal = operator(services, tenant)
    rows = people.read_roster(read_file(file, services.settings.max_body_bytes))
    with typer.progressbar(length=len(rows), label="Learners") as progress:
        done = people.put_roster(services, principal, rows, progress.update)
    show({"counts": done["counts"], "refused": [row for row in done["rows"] if row["outcome"] == "refused"]})


@learners_app.command("evaluate")
def learners_evaluate(
    learner: str,
    achievement: str,
    as_of: str | None = typer.Option(None, help="Judge as of this day, e.g. 2026-09-01; default today."),
    lang: str = typer.Option(SOURCE, help=f"Of the sentences: {', '.join(LANGUAGES)}."),
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
    for sentence in explain(decided.evaluation, decided.achievement.framework, lang):
        typer.echo(f"- {sentence}")


@learners_app.command("erase")
def learners_erase(
    learner: str,
    revoke: bool = typer.Option(False, "--revoke", help="Revoke what she was awarded; default: it stays valid."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
    tenant: str | None = Tenant,
) -> None:
    """Erase a learner for good: everything that tells of her, and what was sealed."""
    services = open_services()
    principal = operator(services, tenant)
    if not yes:
        typer.confirm(f"Erase {learner} for good?", abort=True)
    show(erase(services, principal, learner, revoke=revoke).to_json())
