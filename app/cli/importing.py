"""`attesta results`: files of results of any size and format, read as they are stored."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import typer

from app.cli.common import media_type, read_file
from app.cli.opened import open_services, operator
from app.competency import results
from app.competency.result_record import ResultRecord, Row
from app.competency.sources import formats
from app.competency.sources.reading import SourceMapping
from app.errors import BadInput
from app.issuer.assessment import learners, mappings, sources
from app.issuer.assessment.mappings import Kind, MappingBody, Subject
from app.issuer.assessment.results import OUTCOMES, Key, corrected_within, in_chunks, latest_today
from app.issuer.assessment.sources import Told
from app.issuer.assessment.statements import take_statements
from app.ports import Principal, Services
from app.vc import strict_json
from app.web.context import parse_model

results_app = typer.Typer(help="Assessment results.", no_args_is_help=True)
LINES = (formats.CSV, formats.TABLE)  # read line by line; the others are read whole, within ATTESTA_MAX_BODY_BYTES
MAX_LINE = 1_048_576  # bytes; what is longer is read in pieces, which are no rows


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(results_app, name="results")


@results_app.command("import")
def results_import(
    file: Path,
    form: str | None = typer.Option(
        None, "--format", help=f"Default: by the file's name. {', '.join(formats.FORMATS)}."
    ),
    assessment: str | None = typer.Option(None, help="All rows are of this one; its saved mapping is used."),
    course: str | None = typer.Option(None, help="The mapping that is saved for this course is used."),
    mapping: Path | None = typer.Option(None, help="A file with a mapping, instead of the saved one."),
    performed_on: str | None = typer.Option(None, help="The day, where the file tells none, e.g. 2026-02-01."),
    section: str | None = typer.Option(None, help="The section of results that do not say it."),
    source_system: str = typer.Option("", help="Where they come from, e.g. moodle-a."),
    attempt: int | None = typer.Option(None, min=1, max=1000, help="Which attempt a table is of."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Tell what would change; store nothing."),
    tenant: str | None = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one."),
) -> None:
    """Send results from a file; prints each refused row as it comes, then how many were what."""
    services = open_services()
    principal = operator(services, tenant)
    subject = _subject(assessment, course)
    told = Told(_format(form, file), subject, source_system, section, _day(performed_on), attempt)
    if told.format in LINES:
        saved = None if mapping is None else _mapping(services, mapping, subject)
        corrected = _corrected(services, principal, told, file, saved)
        with _lines(file) as (size, lines), _progress(size) as progress:
            rows = _rows(services, principal, told, _counted(lines, progress), saved)
            take = partial(in_chunks, assessment=assessment, dry_run=dry_run, corrected=corrected)
            _tell(take(services, principal, rows, services.new_id()))
    else:
        _tell(_whole(services, principal, told, read_file(file, services.settings.max_body_bytes), dry_run=dry_run))


def _corrected(
    services: Services, principal: Principal, told: Told, file: Path, mapping: SourceMapping | None
) -> dict[Key, ResultRecord]:
    """What the file corrects itself, found by reading it once before; the standard input is read once only."""
    if not file.is_file():
        return {}
    with _lines(file) as (_, lines):
        return corrected_within(_rows(services, principal, told, _counted(lines, lambda _: None), mapping))


def _format(wanted: str | None, file: Path) -> str:
    by_name = {"text/csv": formats.CSV, "application/json": formats.JSON}
    chosen = wanted or ("qti" if file.suffix.lower() == ".xml" else by_name.get(media_type(file), formats.CSV))
    return sources.format_of(chosen, "") or chosen


def _subject(assessment: str | None, course: str | None) -> Subject | None:
    if assessment is not None and course is not None:
        raise BadInput("Name an assessment or a course, not both.")
    kind: Kind = "courses" if course is not None else "assessments"
    code = course or assessment
    return None if code is None else Subject(kind, code)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a day.", remedy="Write it as 2026-02-01.") from None


def _mapping(services: Services, file: Path, subject: Subject | None) -> SourceMapping:
    """A mapping from a file, checked as if it were saved."""
    body = parse_model(MappingBody, read_file(file, services.settings.max_body_bytes), "application/json")
    return mappings.as_mapping(body.model_dump(exclude_defaults=True), subject.assessment if subject else None)


@contextmanager
def _progress(size: int) -> Iterator[Callable[[int], None]]:
    """Something to call with what was done of `size`: a bar for people, a line at every tenth for logs."""
    if sys.stderr.isatty():
        with typer.progressbar(length=size, label="Results", file=sys.stderr) as bar:
            yield bar.update
        return
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        before, done = done, done + more
        if size and done * 10 // size > before * 10 // size:
            typer.echo(f"Results: {done * 100 // size} %", err=True)

    yield tell


@contextmanager
def _lines(file: Path) -> Iterator[tuple[int, Iterable[bytes]]]:
    """The bytes of a file and its lines; `-` is the standard input."""
    if str(file) == "-":
        yield 0, iter(lambda: sys.stdin.buffer.readline(MAX_LINE), b"")
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    with opened:
        yield file.stat().st_size, iter(lambda: opened.readline(MAX_LINE), b"")


def _counted(lines: Iterable[bytes], progress: Callable[[int], None]) -> Iterator[str]:
    """The lines as text, telling how many bytes were read. Bytes that are not UTF-8 make their own row wrong."""
    for line in lines:
        progress(len(line))
        yield line.decode("utf-8", "surrogateescape")


def _rows(
    services: Services, principal: Principal, told: Told, lines: Iterable[str], mapping: SourceMapping | None
) -> Iterable[Row]:
    if told.format == formats.CSV:
        return results.iterate_csv(lines, today=latest_today(services.clock()))
    return sources.of_table(services, principal, told, lines, mapping)


def _whole(
    services: Services, principal: Principal, told: Told, content: bytes, *, dry_run: bool
) -> Iterable[list[dict[str, Any]]]:
    """What came of the rows of a document that is read whole."""
    assessment = told.subject.assessment if told.subject else None
    if told.format == formats.XAPI:
        return [take_statements(services, principal, strict_json.loads(content), told, dry_run=dry_run)["rows"]]
    if told.format == formats.JSON:
        items = learners.items_of(strict_json.loads(content), "results")
        if assessment is not None:
            items = [{"assessment": assessment} | item for item in items]
        rows = results.read_json(items, today=latest_today(services.clock()))
    else:
        rows = sources.rows_of(services, principal, told, content, strict_json.loads)
    with _progress(len(rows)) as progress:
        take = partial(in_chunks, assessment=assessment, dry_run=dry_run, corrected=corrected_within(rows))
        return list(take(services, principal, _each(rows, progress), services.new_id()))


def _each(rows: Iterable[Row], progress: Callable[[int], None]) -> Iterator[Row]:
    for row in rows:
        progress(1)
        yield row


def _tell(chunks: Iterable[list[dict[str, Any]]]) -> None:
    """Print one JSON object, written as it becomes known: memory does not grow with the file."""
    counts = Counter(dict.fromkeys(OUTCOMES, 0))
    typer.echo('{"refused": [', nl=False)
    separator = "\n"
    for chunk in chunks:
        counts.update(answer["outcome"] for answer in chunk)
        for answer in chunk:
            if answer["outcome"] == "refused":
                typer.echo(f"{separator}  {json.dumps(answer, ensure_ascii=True)}", nl=False)
                separator = ",\n"
    typer.echo(f'\n], "counts": {json.dumps(counts)}}}')
