"""Rows of evidence as they are sent: CSV or JSON to checked values, or to the reason why not.

A wrong row never stops the rest. In CSV an empty cell is a member that is not there, and columns of other kinds are
left aside; in JSON every member must be known.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic import StringConstraints as Line
from pydantic_core import PydanticCustomError

from app.competency.separator import separator_of
from app.errors import BadInput, TooLarge
from app.issuer import names

MAX_ROWS = 50_000  # as for results
EARLIEST = date(1900, 1, 1)  # before this it is a spreadsheet's zero
YES, NO = ("yes", "true", "1"), ("no", "false", "0")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
UNPRINTABLE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


def _printable(text: str) -> str:
    if UNPRINTABLE.search(text):
        raise PydanticCustomError("control", "control characters and line breaks are not taken")
    return text


def _day(value: Any) -> Any:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value.strip()) else None
    except ValueError:
        day = None
    if day is None or day < EARLIEST:
        raise PydanticCustomError("day", "a day such as 2026-02-01 is needed, from 1900 on")
    return day


def _flag(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() in (*YES, *NO):
        return value.strip().lower() in YES
    return value


Short = Annotated[str, Line(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)]
Text = Annotated[str, Line(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_printable)]
Long = Annotated[str, Line(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(_printable)]
Link = Annotated[str, Line(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_printable)]
Code = Annotated[str, Line(strip_whitespace=True, pattern=f"^{names.CODE.pattern}$")]
Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]


def also(name: str, *others: str) -> Any:
    """Names under which a member may come: those of the files of `attesta evaluate` too."""
    return AliasChoices(name, *others)


class SentRow(BaseModel):
    """What every kind has: whose it is, and the id that its source gives it, if any."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)
    record_id: Short | None = None
    learner: Code = Field(validation_alias=also("learner", "person_id"))


Sent = TypeVar("Sent", bound=SentRow)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not taken, and what to do."""

    reason: str
    message: str


_REASONS = {"missing": "MISSING_VALUE", "extra_forbidden": "UNKNOWN_MEMBER", "day": "BAD_DATE"}
_SAID = {"missing": "it is missing", "extra_forbidden": "there is no such member here"}


def checked(model: type[Sent], raw: dict[str, Any]) -> Sent | Refusal:
    """The row as its model, or what is wrong with it."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part)[:60] for part in first["loc"]) or "the row"
        return Refusal(_REASONS.get(first["type"], "BAD_VALUE"), f"{place}: {_SAID.get(first['type'], first['msg'])}.")


def read_csv(data: bytes, model: type[SentRow]) -> list[dict[str, Any]]:
    """The rows of a CSV file (UTF-8, comma or semicolon) whose first line names the columns; raises BadInput."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"Byte {error.start} is not UTF-8.", remedy="Save the file as CSV, UTF-8.") from error
    if "\0" in text:
        raise BadInput("The file contains NUL characters.", remedy="Save the file as CSV, UTF-8.")
    header = text.partition("\n")[0]
    separator = separator_of(header)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise BadInput(f"Line {reader.line_num} is not CSV: {error}.") from error
    if len(lines) > MAX_ROWS + 1:
        raise TooLarge(f"More than {MAX_ROWS} rows.", remedy="Send the file in parts.")
    columns = _columns(lines[0] if lines else [], model)
    return [
        {name: cell.strip() for name, cell in zip(columns, line, strict=False) if name and cell.strip()}
        for line in lines[1:]
    ]


def _columns(header: Sequence[str], model: type[SentRow]) -> list[str]:
    """What each column holds, empty for one that is left aside; raises BadInput for repeated and missing ones."""
    known = known_names(model)
    columns = [known.get(cell.strip().lower(), "") for cell in header]
    needed = [name for name, member in model.model_fields.items() if member.is_required()]
    missing = [name for name in needed if name not in columns]
    twice = [name for name in set(columns) - {""} if columns.count(name) > 1]
    if missing or twice:
        what = [*(f"{name} is missing" for name in missing), *(f"{name} stands twice" for name in sorted(twice))]
        raise BadInput(
            f"The first line does not name the columns as it must: {', '.join(what)}.",
            pointer="line 1",
            remedy=f"Known are {', '.join(known)}.",
        )
    return columns


def known_names(model: type[SentRow]) -> dict[str, str]:
    """Every name that a member may have -> the member."""
    known: dict[str, str] = {}
    for name, member in model.model_fields.items():
        alias = member.validation_alias
        choices = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [name]
        known.update(dict.fromkeys(choices, name))
    return known


def read_json(value: Any, member: str) -> list[dict[str, Any]]:
    """The rows of a JSON body: an array of objects, an object with it as `member`, or one object; raises BadInput."""
    items = value.get(member, [value]) if isinstance(value, dict) else value
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadInput(f"A JSON object, an array of objects, or an object with it as {member} is needed.", pointer="")
    if len(items) > MAX_ROWS:
        raise TooLarge(f"More than {MAX_ROWS} {member}.", remedy="Send them in parts.")
    return items
