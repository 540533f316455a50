"""Tables of frameworks as spreadsheets write them: UTF-8 with or without BOM, comma, semicolon or tab, bounded.

https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
from collections.abc import Iterable, Iterator

from app.errors import BadInput, Fault, TooLarge

MAX_ROWS = 50_000  # a framework of 200,000 values (yaml_subset.MAX_NODES) has fewer
MAX_CELL = 10_000  # characters, as framework.schema.json has it
SEPARATORS = (",", ";", "\t")
MAX_FAULTS = 50


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, with their number in the file; cells without white space around them.

    Raises BadInput (TooLarge beyond the limits) with the row.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(f"Line {line} is not UTF-8.", pointer=f"row {line}", remedy="Save the file as UTF-8.") from error
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MAX_ROWS:
                raise TooLarge(f"The table has more than {MAX_ROWS} rows.", remedy="Split the framework.")
            stripped = [cell.strip() for cell in cells]
            if any(len(cell) > MAX_CELL for cell in stripped):
                raise TooLarge(f"Row {number} has a cell of more than {MAX_CELL} characters.", pointer=f"row {number}")
            if any(stripped):
                yield number, stripped
    except csv.Error as error:
        raise BadInput(f"Row {number + 1} is no CSV: {error}.", pointer=f"row {number + 1}") from error


def refuse(faults: list[Fault]) -> None:
    """Raise BadInput when there are faults; their pointers are rows."""
    if faults:
        raise BadInput(
            f"{len(faults)} rows are not right. {faults[0].pointer}: {faults[0].detail}",
            pointer=faults[0].pointer,
            remedy="Correct the rows named in errors and import again; nothing was stored.",
            faults=tuple(faults[:MAX_FAULTS]),
        )


def written(lines: Iterable[Iterable[str]]) -> bytes:
    """Return a table as CSV in UTF-8.

    A cell that a spreadsheet would take for a formula is text to us: it is written as it stands, since the same file
    is read again (https://owasp.org/www-community/attacks/CSV_Injection is for files that people only look at).
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode()
