"""`attesta evaluate DIR`: try a framework's rules on a folder of files, without a server or a database.

1. results.csv is read line by line into a temporary file, where the last version of each record counts
2. the other files, which are small, are kept in memory, by person
3. person by person, each award is judged, and told at once
"""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import typer

from app.cli.common import media_type, read_file
from app.cli.gathered import Gathered, gathering
from app.competency import results
from app.competency.evaluate import Evaluator
from app.competency.evidence_csv import FILES, read_rows
from app.competency.framework import Framework, read_yaml
from app.competency.identified import written
from app.competency.trial import case
from app.errors import BadInput
from app.vc import strict_json

MAX_BYTES = 64 * 1024 * 1024  # of the framework, and of each file beside results.csv, which may be of any length
RESULTS = "results.csv"
TOLD = 20  # refused rows that are printed for people; --json has all of them


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    folder: Path = typer.Argument(metavar="DIR", help="Folder with results.csv and others; see docs/evaluate.md."),
    framework: Path | None = typer.Option(
        None, help="Framework file; default framework.yaml in the folder, else the reference framework."
    ),
    as_of: str | None = typer.Option(None, help="Judge as of this day, e.g. 2026-09-01; default today."),
    as_json: bool = typer.Option(False, "--json", help="Answer as JSON."),
) -> None:
    """Judge everybody in a folder by every award of a framework: try rules before you publish them."""
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder.", remedy="Name the folder with results.csv.")
    day = read_day(as_of)
    rules = read_framework(folder, framework)
    with gathering(rules) as gathered:
        if not gather(folder, gathered, day):
            wanted = f"{RESULTS}, {', '.join(FILES)}"
            raise BadInput(f"{folder} has none of {wanted}.", remedy="docs/evaluate.md tells what stands in them.")
        told = cases(gathered, day)
        (tell_json if as_json else tell)(told, gathered)


def read_day(text: str | None) -> date:
    """Read a day, today for none; raises BadInput."""
    try:
        return date.fromisoformat(text) if text else datetime.now(UTC).date()
    except ValueError:
        raise BadInput(f"{text!r} is not a day.", remedy="Write it as 2026-09-01.") from None


def read_framework(folder: Path, file: Path | None) -> Framework:
    """Read and check the framework; raises BadInput."""
    own = folder / "framework.yaml"
    with as_file(files("app.demo") / "data" / "smart-city-framework.yaml") as reference:
        path = file or (own if own.exists() else reference)
        content = read_file(path, MAX_BYTES)
    return written(strict_json.loads(content) if media_type(path) == "application/json" else read_yaml(content))


def gather(folder: Path, gathered: Gathered, as_of: date) -> int:
    """Read the files that are there, with a bar where somebody looks; returns how many there were."""
    found = [folder / name for name in (RESULTS, *FILES) if (folder / name).exists()]
    today = max(as_of, datetime.now(UTC).date())
    for path in found:
        if path.name == RESULTS:
            gather_results(path, gathered, today)
        else:
            for row in read_rows(path.name, read_file(path, MAX_BYTES), gathered.framework):
                gathered.add_other(row)
    return len(found)


def gather_results(path: Path, gathered: Gathered, today: date) -> None:
    """Read results.csv, however long it is."""
    try:
        with (
            path.open("rb") as file,
            io.TextIOWrapper(file, encoding="utf-8", newline="") as lines,
            typer.progressbar(length=path.stat().st_size, label="Results", file=typer.get_text_stream("stderr")) as bar,
        ):
            for number, row in enumerate(results.iterate_csv(lines, today=today)):
                gathered.add_result(row, path.name)
                if number % 1000 == 0:
                    bar.update(file.tell() - bar.pos)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read as UTF-8: {error}.", remedy="Save it as CSV, UTF-8.") from error


def cases(gathered: Gathered, as_of: date) -> Iterator[dict[str, Any]]:
    """Judge everybody by every award, in the order of the people's ids and of the framework."""
    people = gathered.people()
    with typer.progressbar(people, label="People", file=typer.get_text_stream("stderr")) as bar:
        for learner in bar:
            evaluator = Evaluator(gathered.framework, gathered.evidence(learner))
            for award in gathered.framework.awards:
                yield case(evaluator, award, as_of)


def tell_json(told: Iterator[dict[str, Any]], gathered: Gathered) -> None:
    """Print one JSON document, a case a line, so that nothing has to be kept."""
    typer.echo('{"cases": [')
    for number, one in enumerate(told):
        typer.echo(("," if number else "") + json.dumps(one, ensure_ascii=False))
    refused = [
        {"file": row.file, "row": row.row, "reason": row.reason_code, "message": row.message}
        for row in gathered.misread
    ]
    typer.echo(f'], "import_log": {json.dumps(dict(gathered.log))}, "refused": {json.dumps(refused)}}}')


def tell(told: Iterator[dict[str, Any]], gathered: Gathered) -> None:
    """Print for people."""
    for one in told:
        until = f", valid until {one['valid_until']}" if one["valid_until"] else ""
        block = f" ({one['block']})" if one["block"] else ""
        typer.echo(f"{one['person']}  {one['award']}  {one['outcome']}{block}{until}")
        for line in (*one["why"], *one["competencies"]):
            typer.echo(f"    {line}")
    for row in gathered.misread[:TOLD]:
        typer.secho(f"{row.file} row {row.row}: {row.reason_code}: {row.message}", fg="red", err=True)
    if len(gathered.misread) > TOLD:
        typer.echo(f"... and {len(gathered.misread) - TOLD} more rows; --json lists them all.", err=True)
    for reason, count in sorted(gathered.log.items()):
        typer.echo(f"{reason}: {count}", err=True)
