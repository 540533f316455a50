"""The evidence of a folder, gathered in a temporary file: a million results need little memory."""

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from app.competency import results
from app.competency.evidence import Attestation, Decision, Evidence, Experience, HeldCredential, RplDecision
from app.competency.evidence_csv import Misread, Told
from app.competency.framework import Framework
from app.competency.result_record import Refused, ResultRecord, Row

_MEMBERS = tuple(each.name for each in fields(ResultRecord) if each.init)
_LOGGED = {"same": "DUPLICATE", "correction": "CORRECTION"}


@dataclass
class Gathered:
    """What was read so far. `log`: how often each thing worth telling happened; `misread`: rows that do not count."""

    framework: Framework
    disk: sqlite3.Connection
    log: Counter[str] = field(default_factory=Counter)
    misread: list[Misread] = field(default_factory=list)
    others: dict[str, list[Any]] = field(default_factory=dict)

    def add_result(self, row: Row, file: str) -> None:
        """Take one row of results: of two with one key the later one counts."""
        if isinstance(row, Refused):
            self.add_other(Misread(file, row.number, row.reason_code, row.message))
            return
        record = row.record
        refusal = results.check_against(self.framework, record)
        known = self._stored(record)
        if refusal is None and known is not None and known.learner != record.learner:
            message = f"This record was of {known.learner} before; one record is of one person."
            refusal = results.Refusal("OTHER_LEARNER", message)
        if refusal is not None:
            self.add_other(Misread(file, row.number, refusal.reason_code, refusal.message))
            return
        logged = _LOGGED.get(results.compare(record, known))
        self.log.update([logged] if logged else [])
        values = (*record.key, record.learner, json.dumps(_plain(record)))
        self.disk.execute("INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?)", values)

    def add_other(self, row: Told | Misread) -> None:
        """Take one row of another file."""
        if isinstance(row, Misread):
            self.log[row.reason_code] += 1
            self.misread.append(row)
        else:
            self.others.setdefault(row.learner, []).append(row.item)

    def people(self) -> list[str]:
        """List everybody of whom something is known, in order."""
        return sorted({*self.others, *(name for (name,) in self.disk.execute("SELECT DISTINCT learner FROM result"))})

    def evidence(self, learner: str) -> Evidence:
        """Return what is known of one learner."""
        rows = self.disk.execute("SELECT content FROM result WHERE learner = ?", (learner,))
        items = self.others.get(learner, [])
        return Evidence(
            results=tuple(_record(json.loads(content)) for (content,) in rows),
            credentials=tuple(item for item in items if isinstance(item, HeldCredential)),
            experience=tuple(item for item in items if isinstance(item, Experience)),
            attestations=tuple(item for item in items if isinstance(item, Attestation)),
            prior_learning=tuple(item for item in items if isinstance(item, RplDecision)),
            decisions=tuple(item for item in items if isinstance(item, Decision)),
            learner=learner,
        )

    def _stored(self, record: ResultRecord) -> ResultRecord | None:
        query = "SELECT content FROM result WHERE source_system = ? AND source_record_id = ?"
        found = self.disk.execute(query, record.key).fetchone()
        return None if found is None else _record(json.loads(found[0]))


@contextmanager
def gathering(framework: Framework) -> Iterator[Gathered]:
    """Open an empty one; its temporary file is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="attesta-") as folder:
        disk = sqlite3.connect(Path(folder) / "results.sqlite", isolation_level=None)
        try:
            disk.execute("PRAGMA journal_mode = OFF")
            disk.execute("PRAGMA synchronous = OFF")
            disk.execute(
                "CREATE TABLE result (source_system TEXT, source_record_id TEXT, learner TEXT, content TEXT,"
                " PRIMARY KEY (source_system, source_record_id)) WITHOUT ROWID"
            )
            disk.execute("CREATE INDEX by_learner ON result (learner)")
            yield Gathered(framework, disk)
        finally:
            disk.close()


def _plain(record: ResultRecord) -> list[Any]:
    values = (getattr(record, name) for name in _MEMBERS)
    return [value.isoformat() if isinstance(value, date) else value for value in values]


def _record(values: list[Any]) -> ResultRecord:
    by_name = dict(zip(_MEMBERS, values, strict=True))
    for name in ("performed_on", "signed_off_on"):
        by_name[name] = date.fromisoformat(by_name[name]) if by_name[name] else None
    return ResultRecord(**by_name)
