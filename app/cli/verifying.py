"""`attesta verify FILE|URL`: exit code 0 valid, 1 invalid, 3 unknown."""

from pathlib import Path

import typer

from app import services as composition
from app.cli.common import media_type, read_file, settings, show
from app.errors import Unavailable
from app.ports import FetchFailed
from app.vc.outcome import Outcome
from app.verifier.report import Report
from app.verifier.verify import verify as check

EXIT_CODES = {Outcome.VALID: 0, Outcome.INVALID: 1, Outcome.UNKNOWN: 3}
ACCEPT = "application/vc, application/vc+jwt, application/vc+ld+json, application/json;q=0.9, text/plain;q=0.5"


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("verify")(verify)


def verify(
    source: str = typer.Argument(help="A file, - for stdin, or an address beginning with https://."),
    as_json: bool = typer.Option(False, "--json", help="Print the whole report as JSON."),
) -> None:
    """Check a credential. Exit code: 0 valid, 1 invalid, 3 could not be found out."""
    chosen = settings()
    services = composition.build_verifier(chosen)
    if source.startswith(("https://", "http://")):
        try:
            fetched = composition.fetcher_for_operator(chosen).get(source, accept=ACCEPT)
        except FetchFailed as failure:
            raise Unavailable(failure.message) from failure
        report = check(fetched.content, fetched.media_type, services)
    else:
        path = Path(source)
        report = check(read_file(path, chosen.verify_max_bytes), media_type(path), services)
    if as_json:
        show(report.to_json())
    else:
        typer.echo(f"{report.outcome.value}: {report.summary}")
        show_checks(report)
    raise typer.Exit(EXIT_CODES[report.outcome])


def show_checks(report: Report, margin: str = "  ") -> None:
    """Print each check, and under it those of the presented credentials and of the endorsements."""
    for each in report.checks:
        typer.echo(f"{margin}{(each.outcome.value if each.outcome else 'skipped'):8} {each.id}: {each.message}")
    for word, parts in (("credential", report.credentials), ("endorsement", report.endorsements)):
        for part in parts:
            typer.echo(f"{margin}{word} {part.submission.secured.pointer}: {part.summary}")
            show_checks(part, f"{margin}  ")
