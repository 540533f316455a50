"""`attesta match ROLE FILE...`: badges against a role of a framework. Exit code: 0 met, 1 not met, 3 not found out."""

from pathlib import Path
from typing import Any

import typer

from app import services as composition
from app.cli.common import media_type, read_file, settings, show
from app.competency.framework import Framework, read_yaml
from app.ports import Services
from app.vc import strict_json
from app.verifier.case import Policy
from app.verifier.freshness import read_as_of
from app.verifier.match import Role
from app.verifier.matching import Sent, framework_of, match_documents
from app.verifier.options import read_recipient

MET, NOT_MET, NOT_FOUND_OUT = 0, 1, 3
MARKS = {"met": "+", "level_too_low": "-", "level_unknown": "?", "missing": "-"}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("match")(match)


def match(
    role: str = typer.Argument(help="Id of the role."),
    badges: list[Path] = typer.Argument(metavar="FILE...", help="Badges, presentations, pictures with badges."),
    framework: str = typer.Option(help="Framework: a YAML or JSON file, or the code of a published one."),
    recipient: str | None = typer.Option(None, help="Whom the badges must be about: e-mail address, DID, identifier."),
    as_of: str | None = typer.Option(None, help="Judge at another time: 2026-09-01 or 2026-09-01T12:00:00Z."),
    lang: str = typer.Option("en", help="Language of the framework's texts."),
    as_json: bool = typer.Option(False, "--json", help="Answer as JSON."),
) -> None:
    """Tell which competencies of a role badges show. Exit code: 0 all, 1 not all, 3 a badge could not be checked."""
    chosen = settings()
    services = composition.build_verifier(chosen)
    wanted = Role.of(framework_at(framework, services), role)
    sent = tuple(Sent(str(path), read_file(path, chosen.verify_max_file_bytes), media_type(path)) for path in badges)
    policy = Policy(recipient=read_recipient(recipient), as_of=None if as_of is None else read_as_of(as_of))
    told = match_documents(sent, wanted, services, policy, language=lang)
    if as_json:
        show(told)
    else:
        tell(told)
    raise typer.Exit(exit_code(told))


def framework_at(name: str, services: Services) -> Framework:
    """Return the framework of a file, or the published one of that code. Raises BadInput, NotFound."""
    path = Path(name)
    if not path.is_file():
        return framework_of(name, services)
    content = read_file(path, services.settings.max_body_bytes)
    return framework_of(strict_json.loads(content) if content.lstrip()[:1] == b"{" else read_yaml(content), services)


def exit_code(told: dict[str, Any]) -> int:
    """Tell the exit code: what is not met may only not be known to be met."""
    if told["outcome"] == "met":
        return MET
    is_unsure = told["unreadable"] or any(one["outcome"] == "unknown" for one in told["badges"])
    return NOT_FOUND_OUT if is_unsure else NOT_MET


def tell(told: dict[str, Any]) -> None:
    """Print the match for people."""
    typer.echo(told["summary"])
    for one in told["badges"]:
        state = "counts" if one["counts"] else f"does not count: {one['why_not']}"
        typer.echo(
            f"  {one['badge']}: {one['name'] or '?'}, by {one['issuer']['name'] or one['issuer']['id']}: {state}"
        )
    for one in told["unreadable"]:
        typer.echo(f"  {one['badge']}: {one['why']}")
    for person in told["persons"]:
        typer.echo(f"{person['subject'] or 'no subject'}: {person['outcome']}")
        electives = person["electives"]
        for line in person["mandatory"]:
            tell_line(line)
        if electives["competencies"]:
            typer.echo(f"  electives: {electives['met']} of at least {electives['at_least']}")
        for line in electives["competencies"]:
            tell_line(line)


def tell_line(line: dict[str, Any]) -> None:
    """Print one competency."""
    best = line["shown_by"][0] if line["shown_by"] else None
    shown = f"{best['level_as_told'] or 'no level told'} in {best['badge']}" if best else "not shown"
    asked = line["min_level"]["name"]
    typer.echo(f"  {MARKS[line['status']]} {line['competency']} {line['name']}: asked {asked}; {shown}")
