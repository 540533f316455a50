"""Evidence besides results, from CSV files: credentials, experience, attestations, prior learning, decisions.

The columns are those of `FILES`; the layout of a whole folder is in docs/evaluate.md. One bad row never stops the rest:
it becomes a Misread, with its file, its row as a spreadsheet counts it, and what to do. Only a file that cannot be
understood as a whole raises BadInput.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.competency.evidence import (
    CREDENTIAL_STATUSES,
    DECISIONS,
    RPL_DECISIONS,
    Attestation,
    Decision,
    Experience,
    HeldCredential,
    RplDecision,
)
from app.competency.framework import Framework
from app.competency.separator import separator_of
from app.errors import BadInput

MAX_CELL = 500  # characters; ids and URLs fit
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0", "")

Item = HeldCredential | Experience | Attestation | RplDecision | Decision


@dataclass(frozen=True, slots=True)
class Told:
    """One row read: what it says of whom."""

    learner: str
    item: Item


@dataclass(frozen=True, slots=True)
class Misread:
    """One row that says nothing: why, and what to do."""

    file: str
    row: int
    reason_code: str
    message: str


class _Wrong(Exception):  # noqa: N818 - a refusal on its way up
    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


class Row:
    """The cells of one row by column; each way of reading one raises when it does not fit."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        """`cells`: texts without white space around them."""
        self._cells = cells

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self._cells.get(name, "")
        if not value:
            raise _Wrong("MISSING_VALUE", f"{name} is empty; write it.")
        if len(value) > MAX_CELL:
            raise _Wrong("TOO_LONG", f"{name} has {len(value)} characters; at most {MAX_CELL} are read.")
        return value

    def day(self, name: str) -> date:
        """A day that must be there."""
        value = self.text(name)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _Wrong("BAD_DATE", f"{name} {value[:40]!r} is not a day such as 2026-02-01.") from None

    def day_or_none(self, name: str) -> date | None:
        """A day, or nothing."""
        return self.day(name) if self._cells.get(name) else None

    def one_of(self, name: str, words: tuple[str, ...]) -> str:
        """One of some words."""
        value = self.text(name)
        if value not in words:
            raise _Wrong("BAD_VALUE", f"{name} {value[:40]!r} is not one of {', '.join(words)}.")
        return value

    def flag(self, name: str) -> bool:
        """Yes or no; nothing is no."""
        value = self._cells.get(name, "").lower()
        if value not in (*_YES, *_NO):
            raise _Wrong("BAD_VALUE", f"{name} {value[:40]!r} is neither yes nor no.")
        return value in _YES


def _credential(row: Row, _framework: Framework) -> HeldCredential:
    return HeldCredential(
        id=row.text("credential_id"),
        issuer=row.text("issuer"),
        achievement=row.text("achievement"),
        issued_on=row.day("issued_on"),
        expires_on=row.day_or_none("expires_on"),
        status=row.one_of("status", CREDENTIAL_STATUSES),
        by_rpl=row.flag("by_rpl"),
    )


def _experience(row: Row, _framework: Framework) -> Experience:
    since, until = row.day("from"), row.day_or_none("to")
    if until is not None and until < since:
        raise _Wrong("BAD_DATE", f"to {until} lies before from {since}.")
    return Experience(since, until, row.flag("verified"))


def _attestation(row: Row, _framework: Framework) -> Attestation:
    return Attestation(row.text("type"), row.text("signed_by"), row.day("on"))


def _prior_learning(row: Row, framework: Framework) -> RplDecision:
    competency, level = row.text("competency"), row.text("level")
    if competency not in framework.competencies:
        raise _Wrong("UNKNOWN_COMPETENCY", f'The framework has no competency "{competency}".')
    if level not in framework.rules.levels:
        known = ", ".join(framework.rules.levels)
        raise _Wrong("UNKNOWN_LEVEL", f'The framework has no level "{level}"; it has {known}.')
    decided_on = row.day_or_none("decided_on")
    return RplDecision(
        claim=row.text("claim_id"),
        competency=competency,
        level=level,
        evidenced_on=row.day("evidence_date"),
        assessor=row.text("assessor_id"),
        decision=row.one_of("decision", RPL_DECISIONS) if decided_on else None,
        decided_on=decided_on,
    )


def _decision(row: Row, framework: Framework) -> Decision:
    award = row.text("award")
    if award not in framework.awards:
        raise _Wrong("UNKNOWN_AWARD", f'The framework has no award "{award}".')
    return Decision(award, row.text("officer_id"), row.day("decided_on"), row.one_of("decision", DECISIONS))


FILES: dict[str, tuple[tuple[str, ...], Callable[[Row, Framework], Item]]] = {
    "credentials.csv": (
        ("credential_id", "person_id", "issuer", "achievement", "issued_on", "expires_on", "status"),
        _credential,
    ),
    "experience.csv": (("person_id", "from", "to", "verified"), _experience),
    "attestations.csv": (("person_id", "type", "signed_by", "on"), _attestation),
    "rpl.csv": (
        ("claim_id", "person_id", "competency", "level", "evidence_date", "assessor_id", "decision", "decided_on"),
        _prior_learning,
    ),
    "decisions.csv": (("person_id", "award", "officer_id", "decided_on", "decision"), _decision),
}


def read_rows(name: str, data: bytes, framework: Framework) -> Iterator[Told | Misread]:
    """Read one of FILES; raises BadInput when it cannot be read as a whole. Columns beside those needed are ignored."""
    needed, make = FILES[name]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not UTF-8.", remedy="Save it as CSV, UTF-8.") from None
    header = text.partition("\n")[0]
    separator = separator_of(header)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restval="")
    columns = [column.strip() for column in reader.fieldnames or ()]
    missing = [column for column in needed if column not in columns]
    if missing:
        raise BadInput(f"{name} lacks the column {', '.join(missing)}.", pointer=missing[0], remedy="Add it.")
    reader.fieldnames = columns
    try:
        for number, cells in enumerate(reader, start=2):
            yield _read(name, number, cells, framework, make)
    except csv.Error as error:
        raise BadInput(f"{name} cannot be read near line {reader.line_num}: {error}.") from error


def _read(
    name: str,
    number: int,
    cells: Mapping[str, Any],
    framework: Framework,
    make: Callable[[Row, Framework], Item],
) -> Told | Misread:
    row = Row({column: value.strip() for column, value in cells.items() if isinstance(value, str)})
    try:
        return Told(row.text("person_id"), make(row, framework))
    except _Wrong as wrong:
        return Misread(name, number, wrong.reason_code, str(wrong))
