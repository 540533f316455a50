"""Plain CSV in and out: one row a thing, for people who keep their framework in a spreadsheet.

    kind       framework, level, area, competency (also when empty), criterion or role
    id         its code
    parent     the area or competency above it; the competency of a criterion
    uuid       may be left out: one is made from the ids, always the same
    version, language   of the framework's row
    name       title of the framework, name of anything else
    statement  description of a framework, level, area or role; text of a competency or criterion
    level.L2   what a competency means at level L2
    retired    the day from which it is no longer used
    name.bg, statement.bg, level.L2.bg   the same in another language

Courses, assessments and rules have no row: what the framework has of them stays (carry_over.py).
"""

from collections.abc import Iterator
from typing import Any

from app.competency import framework_table, schema
from app.competency.carry_over import carry_over
from app.competency.identifiers import name_based
from app.competency.notices import Imported
from app.errors import BadInput, Fault

KINDS = ("framework", "level", "area", "competency", "criterion", "role")
COLUMNS = ("kind", "id", "parent", "uuid", "version", "language", "name", "statement", "retired")
_STATEMENTS = {
    "framework": "description", "level": "descriptor", "area": "description", "role": "summary",
    "competency": "statement", "criterion": "text",
}  # fmt: skip

Thing = dict[str, Any]
Row = tuple[int, dict[str, str]]


def read(data: bytes, known: Thing | None, *, today: str) -> Imported:
    """Read a framework table over `known`, the newest document of the same framework. `today`: an ISO date.

    The document is not validated yet. Raises BadInput naming every wrong row.
    """
    table = _table(data)
    head = next((cells for _, cells in table if cells["kind"] == "framework"), None)
    if head is None:
        raise BadInput(
            "No row says which framework this is.",
            pointer="row 2",
            remedy="Add a row of kind framework with id, version and name.",
        )
    reading = _Reading(head, known)
    framework_table.refuse([fault for row in table for fault in reading.take(row)])
    counts = {"rows": len(table)}
    return Imported(
        carry_over(known, reading.document(), retired_on=today, tells=("roles", "performance_criteria")), (), counts
    )


def _table(data: bytes) -> list[Row]:
    lines = framework_table.rows(data)
    _, header = next(lines, (1, []))
    names = [name.strip().lower() if name.lower() in COLUMNS else name for name in header]
    if "id" not in names or "name" not in names:
        raise BadInput(
            "The first row lacks the columns id and name.", pointer="row 1", remedy=f"Columns are {', '.join(COLUMNS)}."
        )
    if len(set(names)) != len(names):
        raise BadInput("Two columns have one name.", pointer="row 1", remedy="Rename one of them.")
    blank = dict.fromkeys(COLUMNS, "")
    rows = [(number, blank | dict(zip(names, cells, strict=False))) for number, cells in lines]
    return [(number, cells | {"kind": cells["kind"].lower() or "competency"}) for number, cells in rows]


class _Reading:
    """The rows so far, as parts of a framework document."""

    def __init__(self, head: dict[str, str], known: Thing | None) -> None:
        about = (known or {}).get("framework", {})
        self.language = head["language"] or about.get("language", "en")
        self.uuid = head["uuid"] or about.get("uuid") or name_based("framework", head["id"])
        self.uuids = {
            (kind, each["id"]): each["uuid"]
            for kind, name in (("area", "areas"), ("competency", "competencies"), ("role", "roles"))
            for each in (known or {}).get(name, [])
        }
        self.languages = {self.language: None}
        self.framework: Thing = {}
        self.lists: dict[str, list[Thing]] = {"levels": [], "areas": [], "competencies": [], "roles": []}
        self.by_id: dict[tuple[str, str], Thing] = {}

    def take(self, row: Row) -> Iterator[Fault]:
        """Take one row; yields what is wrong with it."""
        number, cells = row
        kind = cells["kind"]
        if kind not in KINDS:
            yield Fault(f"row {number}", f"{kind[:40]!r} is no kind; write one of {', '.join(KINDS)}.")
        elif not cells["id"]:
            yield Fault(f"row {number}", "The id is empty; give it a code.")
        elif kind == "criterion" and ("competency", cells["parent"]) not in self.by_id:
            yield Fault(f"row {number}", "parent must be a competency of a row above.")
        elif kind == "competency" and cells["parent"] and not self._above(cells["parent"]):
            yield Fault(
                f"row {number}", f"parent {cells['parent'][:40]!r} is neither area nor competency of a row above."
            )
        elif not cells["name"] and not cells["statement"]:
            yield Fault(f"row {number}", "name and statement are both empty; write one.")
        else:
            self._keep(kind, cells)

    def _above(self, parent: str) -> Thing | None:
        return self.by_id.get(("area", parent)) or self.by_id.get(("competency", parent))

    def _keep(self, kind: str, cells: dict[str, str]) -> None:
        thing: Thing = {"id": cells["id"]}
        name, statement = self._texts(cells, "name"), self._texts(cells, "statement")
        if kind == "framework":
            thing |= {"uuid": self.uuid, "version": cells["version"] or "1", "title": name or statement}
            thing["language"] = self.language
            self.framework = thing | ({"description": statement} if statement else {})
            return
        if kind == "criterion":
            told = self.by_id["competency", cells["parent"]].setdefault("performance_criteria", [])
            told.append(thing | {"text": statement or name} | self._retired(cells))
            return
        if kind == "level":
            thing |= {"order": len(self.lists["levels"]) + 1, "name": name or statement}
            thing["descriptor"] = statement or name
            self.lists["levels"].append(thing)
            return
        thing["uuid"] = cells["uuid"] or self.uuids.get((kind, cells["id"])) or name_based(self.uuid, kind, cells["id"])
        thing |= self._retired(cells)
        if kind == "competency":
            thing |= self._place(cells["parent"]) | {"name": name or statement, "statement": statement or name}
            thing["level_descriptors"] = self._descriptors(cells)
        else:
            thing |= {"name": name or statement} | ({_STATEMENTS[kind]: statement} if statement and name else {})
        self.lists["competencies" if kind == "competency" else f"{kind}s"].append(thing)
        self.by_id[kind, cells["id"]] = thing

    def _place(self, parent: str) -> Thing:
        if ("area", parent) in self.by_id:
            return {"area": parent}
        above = self.by_id.get(("competency", parent))
        if above is None:
            return {}
        return ({"area": above["area"]} if "area" in above else {}) | {"parent": parent}

    @staticmethod
    def _retired(cells: dict[str, str]) -> Thing:
        return {"retired": cells["retired"]} if cells["retired"] else {}

    def _texts(self, cells: dict[str, str], column: str) -> dict[str, str]:
        texts = {self.language: cells[column]} if cells.get(column) else {}
        for name, text in cells.items():
            language = name.removeprefix(f"{column}.")
            if text and language != name:
                texts[language] = text
                self.languages[language] = None
        return texts

    def _descriptors(self, cells: dict[str, str]) -> dict[str, dict[str, str]]:
        """Read the columns level.L2 and level.L2.bg: the longest beginning that is a level counts."""
        ids = {level["id"] for level in self.lists["levels"]}
        told: dict[str, dict[str, str]] = {}
        for name, text in cells.items():
            level = name.removeprefix("level.")
            if level == name or not text:
                continue
            home, _, language = level.rpartition(".")
            if level not in ids and home in ids:
                told.setdefault(home, {})[language] = text
                self.languages[language] = None
            else:
                told.setdefault(level, {})[self.language] = text
        return told

    def document(self) -> Thing:
        """Return the framework document."""
        if not self.lists["roles"]:
            del self.lists["roles"]
        self.framework["languages"] = list(self.languages)
        return {"format": schema.FORMAT, "framework": self.framework, **self.lists}


def write(document: Thing) -> bytes:
    """Return the table of a framework: as far as it has columns, reading it back gives the same."""
    about = document["framework"]
    main = about.get("language", "en")
    lines = list(_lines(document, main))
    further = sorted({name for line in lines for name in line} - set(COLUMNS))
    columns = [*COLUMNS, *further]
    return framework_table.written([columns, *([line.get(name, "") for name in columns] for line in lines)])


def _lines(document: Thing, main: str) -> Iterator[dict[str, str]]:
    about = document["framework"]
    yield _line("framework", about | {"name": about["title"]}, "", main) | {
        "version": about["version"],
        "language": main,
    }
    for level in sorted(document["levels"], key=lambda each: int(each["order"])):
        yield _line("level", level, "", main)
    for area in document["areas"]:
        yield _line("area", area, "", main)
    for each in document["competencies"]:
        line = _line("competency", each, each.get("parent") or each.get("area", ""), main)
        for level, texts in each["level_descriptors"].items():
            line |= _cells(f"level.{level}", texts, main)
        yield line
        for criterion in each.get("performance_criteria", []):
            yield _line("criterion", criterion, each["id"], main)
    for role in document.get("roles", []):
        yield _line("role", role, "", main)


def _line(kind: str, thing: Thing, parent: str, main: str) -> dict[str, str]:
    line = {"kind": kind, "id": thing["id"], "parent": parent, "uuid": thing.get("uuid", "")}
    line["retired"] = thing.get("retired", "")
    return (
        line | _cells("name", thing.get("name", {}), main) | _cells("statement", thing.get(_STATEMENTS[kind], {}), main)
    )


def _cells(column: str, texts: dict[str, str], main: str) -> dict[str, str]:
    return {column if language == main else f"{column}.{language}": text for language, text in texts.items()}
