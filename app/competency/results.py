"""What was shown: reading results from CSV and JSON, and judging each against the framework and what is stored.

Order of work of an import: read_csv or read_json, then for each accepted record check_against(framework), then
compare(stored). One bad row never stops the rest: it becomes a Refused with a code and a sentence. Only a file that
cannot be understood as a whole (its header, its encoding, its size) raises.

CSV is RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180) in UTF-8 with a header, separated by comma or semicolon; only
with the semicolon a decimal comma is a number, because with the comma nobody could tell 3,5 from two columns.
"""

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any

from app.competency.exact import number_text
from app.competency.framework import Framework
from app.competency.result_fields import ALIASES, MEMBERS, OPTIONAL, read_fields
from app.competency.result_record import Accepted, Refusal, Refused, ResultRecord, Row
from app.competency.separator import separator_of
from app.competency.yaml_subset import MAX_SAFE_INTEGER
from app.errors import BadInput, TooLarge

__all__ = [
    "Accepted", "Refusal", "Refused", "ResultRecord", "Row", "bounded_csv", "check_against", "compare", "iterate_csv",
    "read_csv", "read_json",
]  # fmt: skip

MAX_ROWS = 200_000  # a MOOC of 4,000 learners with 50 sections each
MAX_ITEMS = 50_000  # JSON is read as a whole
MAX_BYTES = 16_777_216  # 200,000 rows of 80 characters
SMALLER = "Send it in several parts, or use `attesta results import`, which takes files of any size."
ADD_IT = "Add what is missing; all are told in docs/your-data.md. A table of grades needs a saved mapping."
MAX_LINES_OF_A_ROW = 5  # a quoted value may hold line breaks, though no value of ours does
MAX_RAW = 200  # characters of a refused value that are repeated


def read_csv(data: bytes, *, today: date) -> list[Row]:
    """Read the canonical CSV; raises BadInput when the file as a whole cannot be read (pointer: the column or row).

    `today` is the last day on which something can have happened. Empty rows are skipped.
    """
    return list(bounded_csv(decoded(data), today=today))


def bounded_csv(text: str, *, today: date) -> Iterator[Row]:
    """Read the canonical CSV row by row; raises BadInput, and TooLarge at the row that is one too many."""
    for count, row in enumerate(iterate_csv(io.StringIO(text, newline=""), today=today)):
        if count >= MAX_ROWS:
            raise TooLarge(f"The file has more than {MAX_ROWS} rows.", remedy=SMALLER)
        yield row


def iterate_csv(lines: Iterable[str], *, today: date) -> Iterator[Row]:
    """Read the canonical CSV line by line, however long it is; otherwise like read_csv.

    Quotes that are not closed cost their own line only: following lines are taken into a value only where that makes a
    row of as many values as there are columns.
    """
    source = iter(lines)
    header = next(source, "").removeprefix("\ufeff")
    separator = separator_of(header)
    try:
        columns = _columns(_cells(header, separator))
    except csv.Error as error:
        raise BadInput(f"The first line is not CSV: {error}.", pointer="line 1", remedy="Close its quotes.") from error
    for number, cells in enumerate(_split(source, separator, len(columns)), start=2):
        if isinstance(cells, csv.Error):
            message = f"The row is not CSV: {cells}. Close its quotes, and double quotes inside quoted text."
            yield Refused(number, "BAD_QUOTES", message, None)
        elif any(cell.strip() for cell in cells):
            yield _csv_row(number, cells, columns, today, decimal_comma=separator == ";")


def _split(source: Iterator[str], separator: str, width: int) -> Iterator[list[str] | csv.Error]:
    """Return the values of each row, or why it is none."""
    ahead: deque[str] = deque()
    while ahead or (ahead := deque(islice(source, 1))):
        try:
            yield _cells(ahead[0], separator)
        except csv.Error as error:
            ahead.extend(islice(source, MAX_LINES_OF_A_ROW - len(ahead)))
            whole = _joined(ahead, separator, width)
            if whole is None:
                yield error
            else:
                lines, cells = whole
                for _ in range(lines - 1):
                    ahead.popleft()
                yield cells
        ahead.popleft()


def _joined(lines: Sequence[str], separator: str, width: int) -> tuple[int, list[str]] | None:
    """Return how many of the lines make one row of `width` values, and these; None when none do."""
    for count in range(2, len(lines) + 1):
        try:
            cells = next(csv.reader(islice(lines, count), delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        if len(cells) == width:
            return count, cells
    return None


def _cells(line: str, separator: str) -> list[str]:
    """Return the values of one line; raises csv.Error."""
    return next(csv.reader((line,), delimiter=separator, strict=True), [])


def read_json(items: list[Any], *, today: date) -> list[Row]:
    """Read records that came as JSON objects with the members of the CSV; `number` counts from 1."""
    if len(items) > MAX_ITEMS:
        raise TooLarge(f"The list has more than {MAX_ITEMS} results.", remedy=SMALLER)
    return [_json_row(number, item, today) for number, item in enumerate(items, start=1)]


def decoded(data: bytes) -> str:
    """Return the text of a CSV file; raises BadInput when it is not UTF-8, TooLarge."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"The file has {len(data)} bytes; at most {MAX_BYTES} are read.", remedy=SMALLER)
    if b"\x00" in data:
        raise BadInput("The file contains NUL bytes, so it is not CSV in UTF-8.", remedy="Save it as CSV, UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"Line {line} of the file is not UTF-8.", pointer=f"line {line}", remedy="Save it as CSV, UTF-8."
        ) from error


def _columns(header: list[str]) -> list[str]:
    """Return the member that each column holds; raises BadInput for unknown, repeated and missing columns."""
    names = [name.strip() for name in header]
    columns = [ALIASES.get(name, name) for name in names]
    if not any(names):
        raise BadInput("The file is empty.", remedy=f"Begin with the header: {','.join(MEMBERS)}")
    for name, column in zip(names, columns, strict=True):
        if column not in MEMBERS:
            raise BadInput(
                f'The column "{name[:60]}" is not known.',
                pointer=name[:60],
                remedy=f"Known are {', '.join(MEMBERS)}. A table of grades needs a saved mapping (docs/your-data.md).",
            )
        if columns.count(column) > 1:
            raise BadInput(f'The column "{name}" stands more than once.', pointer=name, remedy="Keep one of them.")
    missing = [name for name in MEMBERS if name not in columns and name not in OPTIONAL]
    if missing:
        columns_are = "column" if len(missing) == 1 else "columns"
        raise BadInput(f"The file lacks the {columns_are} {', '.join(missing)}.", pointer=missing[0], remedy=ADD_IT)
    return columns


def _csv_row(number: int, cells: list[str], columns: list[str], today: date, *, decimal_comma: bool) -> Row:
    if len(cells) != len(columns):
        message = (
            f"The row has {len(cells)} values for {len(columns)} columns; quote values that contain the separator."
        )
        return Refused(number, "WRONG_COLUMN_COUNT", message, [_short(cell) for cell in cells[: len(columns) + 1]])
    raw = dict(zip(columns, cells, strict=True))
    return _row(number, raw, read_fields(raw, today=today, decimal_comma=decimal_comma))


def _json_row(number: int, item: Any, today: date) -> Row:
    if not isinstance(item, dict):
        return Refused(number, "BAD_VALUE", "A result is an object with members such as learner and score.", None)
    names = {str(name): ALIASES.get(str(name), str(name)) for name in item}
    unknown = [name for name, member in names.items() if member not in MEMBERS]
    if unknown:
        message = f'The member "{_short(unknown[0])}" is not known; known are {", ".join(MEMBERS)}.'
        return Refused(number, "UNKNOWN_MEMBER", message, _short_members(item))
    raw = {names[str(name)]: value for name, value in item.items()}
    if len(raw) < len(item):
        return Refused(number, "BAD_VALUE", "A member stands there under two names; keep one.", _short_members(item))
    return _row(number, raw, read_fields(raw, today=today))


def _row(number: int, raw: dict[str, Any], outcome: ResultRecord | Refusal) -> Row:
    if isinstance(outcome, Refusal):
        return Refused(number, outcome.reason_code, outcome.message, _short_members(raw))
    return Accepted(number, outcome)


def _short_members(raw: dict[str, Any]) -> dict[str, Any]:
    return {_short(name): _short(value) for name, value in list(raw.items())[: len(MEMBERS)]}


def _short(value: Any) -> Any:
    """Return a value that is safe to repeat: scalars, with long text cut and half surrogates replaced."""
    if isinstance(value, str):
        return value[:MAX_RAW].encode("utf-8", "replace").decode()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER else "…"  # NaN is no JSON either
    return value if value is None or isinstance(value, bool) else "…"


def check_against(framework: Framework, record: ResultRecord) -> Refusal | None:
    """Return why the framework's rules do not take this record, None when they do."""
    return next(_refusals(framework, record), None)


def _refusals(framework: Framework, record: ResultRecord) -> Iterator[Refusal]:
    assessment = framework.rules.assessments.get(record.assessment)
    if assessment is None:
        yield Refusal("UNKNOWN_ASSESSMENT", f'The framework has no assessment "{record.assessment}".')
        return
    section = assessment.sections.get(record.section)
    if section is None:
        known = ", ".join(assessment.sections)
        yield Refusal("UNKNOWN_SECTION", f'{assessment.id} has no section "{record.section}"; it has {known}.')
        return
    if Fraction(record.max) != section.max:
        yield Refusal(
            "SCALE_MISMATCH",
            f"max is {record.max}, but {assessment.id} {section.id} is scored out of {number_text(section.max)}; "
            "scores are not converted, so send them on that scale.",
        )
    most = assessment.attempts.max
    if most is not None and record.attempt > most:
        yield Refusal("ATTEMPT_OVER_LIMIT", f"This is attempt {record.attempt}; {assessment.id} allows {most}.")
    yield from _conflicts(framework, record)


def _conflicts(framework: Framework, record: ResultRecord) -> Iterator[Refusal]:
    if record.assessor == record.learner:
        yield Refusal("SELF_ASSESSED", "The assessor is the learner; somebody else must assess.")
    if record.signed_off_by == record.learner:
        yield Refusal("SELF_SIGN_OFF", "The learner signed off this result; somebody else must sign.")
    if (
        "assessor" in framework.rules.sign_off_by_other_than
        and record.signed_off_by is not None
        and record.signed_off_by == record.assessor
    ):
        yield Refusal("SELF_SIGN_OFF", "The assessor signed off this result; here somebody else must sign.")
    if record.signed_off_on is not None and record.signed_off_on < record.performed_on:
        yield Refusal("SIGN_OFF_TOO_EARLY", f"It was signed off on {record.signed_off_on}, before it was performed.")


def compare(record: ResultRecord, stored: ResultRecord | None) -> str:
    """Return "new", "same" or "correction"; `stored` is the record of the same key, None when there is none.

    Numbers are compared by value: 24.0 of 30 is the same as 24 of 30.
    """
    if stored is None:
        return "new"
    return "same" if _content(record) == _content(stored) else "correction"


def _content(record: ResultRecord) -> tuple[Any, ...]:
    return (
        record.key, record.learner, record.assessment, record.section, record.attempt, record.share,
        Fraction(record.max), record.performed_on, record.status, record.assessor, record.signed_off_by,
        record.signed_off_on,
    )  # fmt: skip
