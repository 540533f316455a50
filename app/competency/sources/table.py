"""A table with one learner a row and one item a column: Moodle's grade export, or any spreadsheet saved as CSV.

https://docs.moodle.org/en/Grade_export: the columns have the names of the site's language, `-` is no result,
the separator is comma, semicolon or tab, numbers may have a decimal comma, and no date is told. So a mapping that a
person saved says which columns are what. Where an item stands twice, in points and in per cent (`Quiz: T1 (Real)` and
`Quiz: T1 (Percentage)`), the per cent tell whether the points are on the scale that the mapping says.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

from app.competency.exact import number_text
from app.competency.result_record import PROVISIONAL, Refused
from app.competency.sources.reading import BY_EMAIL, BY_NAME, MappedItem, Read, Reading, SourceMapping
from app.errors import BadInput
from app.mailbox import folded

SEPARATORS = (",", ";", "\t")
NO_RESULT = ("", "-")
MAX_COLUMNS = 2000
DATE_FORMS = {
    "YYYY-MM-DD": re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    "DD.MM.YYYY": re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
    "DD/MM/YYYY": re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"),
    "MM/DD/YYYY": re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})"),
}
_KIND = re.compile(r"(?P<item>.*\S)\s*\((?P<kind>[^()]*)\)")
_PERCENT = re.compile(r"(?P<number>[0-9]{1,6}(?:[.,][0-9]{1,9})?)\s*%")
_POINTS = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Table:
    """The header, and the rows with their numbers as a spreadsheet counts them."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class _Column:
    """A mapped column; `others`: where else the same item stands, perhaps in per cent."""

    position: int
    name: str
    item: MappedItem
    others: tuple[int, ...]


def open_table(lines: Iterable[str]) -> Table:
    """Read the header; the rows are read as they are asked for. Raises BadInput when there is no header."""
    source = iter(lines)
    first = next(source, "").removeprefix("\ufeff")
    separator = max(SEPARATORS, key=lambda each: _width(first, each))
    reader = csv.reader(chain([first], source), delimiter=separator, strict=True)
    header = tuple(cell.strip() for cell in next(_numbered(reader), (1, []))[1])
    if len(header) < 2 or len(header) > MAX_COLUMNS:  # noqa: PLR2004 - a person and one item
        raise BadInput(
            f"The first line names {len(header)} columns; 2 to {MAX_COLUMNS} are needed.",
            pointer="line 1",
            remedy="Send the export as it is: CSV in UTF-8 whose first line names the columns.",
        )
    return Table(header, _numbered(reader, start=2))


def _width(line: str, separator: str) -> int:
    """Return how many values a line has with that separator, 0 when it is not CSV with it."""
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return 0


def _numbered(reader: Any, start: int = 1) -> Iterator[tuple[int, list[str]]]:
    try:
        for number, cells in enumerate(reader, start=start):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise BadInput(
            f"The CSV cannot be read near line {reader.line_num}: {error}.",
            pointer=f"line {reader.line_num}",
            remedy="Close the quotes there, and double quotes inside quoted text.",
        ) from error


def read(lines: Iterable[str], mapping: SourceMapping) -> Iterator[Read]:
    """Read every mapped column of every row. Raises BadInput when a column that the mapping names is not there."""
    table = open_table(lines)
    if not mapping.items:
        raise BadInput("No mapping says which column is which section.", remedy="Save a mapping first.")
    if mapping.performed_on is None and mapping.date_column is None:
        raise BadInput(
            "This kind of file does not tell when it was performed.",
            pointer="performed_on",
            remedy="Say performed_on=2026-02-01, or name the date_column in the mapping.",
        )
    columns = _columns(table.header, mapping)
    for number, cells in table.rows:
        if len(cells) != len(table.header):
            message = (
                f"The row has {len(cells)} values for {len(table.header)} columns; quote what holds the separator."
            )
            yield Refused(number, "WRONG_COLUMN_COUNT", message, None)
            continue
        yield from _of_row(number, [cell.strip() for cell in cells], table.header, columns, mapping)


def _columns(header: tuple[str, ...], mapping: SourceMapping) -> list[_Column]:
    told = (mapping.id_column, mapping.email_column, mapping.date_column, *mapping.name_columns, *mapping.items)
    for name in filter(None, told):
        if header.count(name) != 1:
            raise BadInput(
                f'The column "{name[:100]}" stands {header.count(name)} times in the file; once is needed.',
                pointer=name[:100],
                remedy="Change the mapping, or export the file with that column.",
            )
    mapped = ((header.index(name), name, item) for name, item in mapping.items.items())
    return sorted((_Column(*each, _others(header, each[1])) for each in mapped), key=lambda each: each.position)


def item_of(column: str) -> str:
    """Return a column's name without the kind of grade in brackets at its end."""
    found = _KIND.fullmatch(column)
    return found["item"] if found else column


def _others(header: tuple[str, ...], name: str) -> tuple[int, ...]:
    return tuple(at for at, other in enumerate(header) if other != name and item_of(other) == item_of(name))


def _of_row(
    number: int, cells: list[str], header: tuple[str, ...], columns: list[_Column], mapping: SourceMapping
) -> Iterator[Read]:
    by_name = dict(zip(header, cells, strict=True))
    person = _person(by_name, cells, mapping)
    day = _day(by_name, mapping)
    for column in columns:
        cell = cells[column.position]
        percent = next((cells[at] for at in column.others if _PERCENT.fullmatch(cells[at])), "")
        yield Reading(
            number=number,
            record_id="",
            person=person,
            items=(column.name,),
            score=_plain(cell),
            max=_scale(cell, percent, column.item),
            performed_on=day,
            attempt=mapping.attempt,
            status=PROVISIONAL if cell in NO_RESULT else mapping.status,
        )


def _plain(cell: str) -> str:
    """Return a number with a decimal point and without the sign of per cent; anything else as it is."""
    found = _PERCENT.fullmatch(cell)
    number = found["number"] if found else cell
    return number.replace(",", ".") if _POINTS.fullmatch(number) else cell


def _person(by_name: dict[str, str], cells: list[str], mapping: SourceMapping) -> str:
    """Return the id, else the address, else the name (by default the first two columns), which is nobody's id."""
    if by_name.get(mapping.id_column or ""):
        return by_name[mapping.id_column or ""]
    if by_name.get(mapping.email_column or ""):
        return BY_EMAIL + folded(by_name[mapping.email_column or ""])
    names = [by_name[name] for name in mapping.name_columns] or cells[:2]
    return BY_NAME + " ".join(filter(None, names))


def _day(by_name: dict[str, str], mapping: SourceMapping) -> str:
    """Return the row's day as year-month-day; what is not in the form that was told stays as it is, and is refused."""
    if mapping.date_column is None:
        return mapping.performed_on.isoformat() if mapping.performed_on else ""
    cell = by_name[mapping.date_column]
    found = DATE_FORMS[mapping.date_form].fullmatch(cell)
    return f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}" if found else cell


def _scale(cell: str, percent: str, item: MappedItem) -> str | None:
    """Return the scale of a cell: 100 for per cent, what the per cent beside it imply if that differs, else as told."""
    if _PERCENT.fullmatch(cell):
        return "100"
    implied = implied_max(cell, percent)
    if implied is None or item.max is None:
        return item.max
    told = Fraction(item.max)
    return item.max if implied.holds(told) else number_text(implied.nearest)


@dataclass(frozen=True, slots=True)
class ImpliedMax:
    """What points and per cent, both rounded, say of the maximum."""

    points: Fraction
    percent: Fraction
    slack: Fraction

    def holds(self, most: Fraction) -> bool:
        """Whether the points of `most` are these per cent, as far as both are rounded."""
        return abs(self.points * 100 / most - self.percent) <= self.slack * (1 + Fraction(100) / most)

    @property
    def nearest(self) -> Fraction:
        """The maximum, as a whole number where that holds, else with two decimals."""
        exact = self.points * 100 / self.percent
        whole = Fraction(round(exact))
        return whole if whole > 0 and self.holds(whole) else max(Fraction(round(exact * 100), 100), Fraction(1, 100))


def implied_max(points: str, percent: str) -> ImpliedMax | None:
    """Return what a cell in points and one in per cent imply, None when they are not that or both are zero."""
    found = _PERCENT.fullmatch(percent)
    if found is None or not _POINTS.fullmatch(points):
        return None
    share, number = found["number"].replace(",", "."), points.replace(",", ".")
    if not Fraction(share) or not Fraction(number):
        return None
    decimals = min(len(text.partition(".")[2]) for text in (share, number))
    return ImpliedMax(Fraction(number), Fraction(share), Fraction(1, 2 * 10**decimals))
