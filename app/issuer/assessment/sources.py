"""Results as other systems write them, to rows that `take` understands."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from app.competency import results
from app.competency.result_fields import ALIASES, MEMBERS
from app.competency.result_record import Row
from app.competency.sources import formats, suggestion, table
from app.competency.sources.places import Places
from app.competency.sources.reading import SourceMapping
from app.competency.sources.rows import to_rows
from app.errors import BadInput, TooLarge, Unsupported
from app.issuer.assessment import mappings
from app.issuer.assessment.mappings import Subject
from app.issuer.assessment.results import latest_today
from app.ports import Principal, Services


@dataclass(frozen=True, slots=True)
class Told:
    """What the sender says of the results as a whole; goes before what the saved mapping says."""

    format: str
    subject: Subject | None = None
    source_system: str = ""
    section: str | None = None
    performed_on: date | None = None
    attempt: int | None = None
    is_guessed: bool = False  # nobody said the format: the media type did


@dataclass(frozen=True, slots=True)
class Setting:
    """What readings are turned into rows with."""

    mapping: SourceMapping
    places: Places
    today: date


def setting(services: Services, principal: Principal, told: Told, mapping: SourceMapping | None = None) -> Setting:
    """The saved mapping (or the given one) with what was told, and the framework's sections; raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        frameworks = mappings.all_frameworks(services, session)
        if told.subject is not None:
            mappings.refuse_unknown(frameworks, told.subject)
        saved = mapping or mappings.load(session, told.subject)
    chosen = replace(
        saved,
        source_system=told.source_system or saved.source_system or told.format,
        section=told.section or saved.section,
        performed_on=told.performed_on or saved.performed_on,
        attempt=told.attempt or saved.attempt,
    )
    assessment = told.subject.assessment if told.subject else None
    return Setting(chosen, Places(frameworks, chosen, assessment), latest_today(services.clock()))


def rows_of(
    services: Services, principal: Principal, told: Told, content: bytes, parse: Callable[[bytes], Any]
) -> list[Row]:
    """The rows of a whole document; `parse` reads JSON. Raises BadInput, TooLarge, NotFound, Unsupported."""
    if told.format == formats.TABLE:
        table_rows = of_table(services, principal, told, io.StringIO(results.decoded(content), newline=""))
        rows = list(islice(table_rows, results.MAX_ITEMS + 1))
        if len(rows) > results.MAX_ITEMS:
            raise TooLarge(f"The table has more than {results.MAX_ITEMS} results.", remedy=results.SMALLER)
        return rows
    found = setting(services, principal, told)
    if told.format in formats.FROM_XML:
        readings = formats.FROM_XML[told.format](content)
    elif told.format in formats.FROM_JSON:
        readings = formats.FROM_JSON[told.format](parse(content))
    else:
        raise Unsupported(f"{told.format[:40]} is not a format.", remedy=f"Known are {', '.join(formats.FORMATS)}.")
    return list(to_rows(readings, found.places, found.mapping, today=found.today))


def recognised(services: Services, principal: Principal, told: Told, content: bytes) -> Told:
    """What was told; a CSV of which nobody said what it is, with the columns of the saved mapping, is a table."""
    if told.format != formats.CSV or not told.is_guessed or told.subject is None:
        return told
    with services.database.reading(principal.tenant_id) as session:
        saved = mappings.load(session, told.subject)
    mapped = {saved.id_column, saved.email_column, *saved.items} - {None, *MEMBERS, *ALIASES}
    if not mapped:
        return told
    header = table.open_table(io.StringIO(results.decoded(content), newline="")).header
    return replace(told, format=formats.TABLE) if mapped.intersection(header) else told


def of_table(
    services: Services,
    principal: Principal,
    told: Told,
    lines: Iterable[str],
    mapping: SourceMapping | None = None,
) -> Iterator[Row]:
    """The rows of a table, read as they are asked for. Raises BadInput, NotFound."""
    if told.subject is None and mapping is None:
        raise BadInput(
            "A table needs a mapping of its columns.",
            remedy="Name the assessment or course for which one is saved, or on the command line a --mapping file.",
        )
    found = setting(services, principal, told, mapping)
    yield from to_rows(table.read(lines, found.mapping), found.places, found.mapping, today=found.today)


def suggest(services: Services, principal: Principal, subject: Subject, content: bytes) -> dict[str, Any]:
    """The columns of a table and a first mapping of them, to be completed and saved. Raises BadInput, NotFound."""
    found = setting(services, principal, Told(formats.TABLE, subject), SourceMapping())
    suggested = suggestion.suggest(io.StringIO(results.decoded(content), newline=""), found.places)
    items = suggested["mapping"]["items"]
    if subject.assessment is not None:  # a course's file has columns of other assessments too
        suggested["mapping"]["items"] = {
            name: item for name, item in items.items() if item["assessment"] == subject.assessment
        }
    return suggested


def format_of(wanted: str | None, media_type: str) -> str | None:
    """The format that was asked for or that the media type says, None for our own CSV and JSON."""
    if wanted is not None and wanted not in formats.FORMATS:
        raise BadInput(
            f'"{wanted[:40]}" is not a format.', pointer="format", remedy=f"Known are {', '.join(formats.FORMATS)}."
        )
    found = wanted or formats.OF_MEDIA_TYPE.get(media_type)
    return None if found in (None, formats.CSV, formats.JSON) else found
