"""Published frameworks, for matching badges against them: out of the database, or out of the operator's files."""

import threading
from pathlib import Path
from typing import Any

from app.competency import framework as frameworks
from app.competency.framework import Framework
from app.errors import BadInput, Conflict, NotFound, Unavailable
from app.store import catalogue
from app.store.session import Database
from app.vc import strict_json

REMEDY = "Send the framework itself, as object under `framework`."
MAX_FILE_BYTES = 16 * 1024 * 1024


class PublishedFrameworks:
    """The Frameworks port on the database: the newest published version of a code, or any version by its id."""

    def __init__(self, database: Database, public_url: str) -> None:
        self._database = database
        self._prefix = f"{public_url}/frameworks/"

    def find(self, name: str) -> Framework:
        """The framework of this code, id or address; raises NotFound, or Conflict when several tenants have it."""
        wanted = name.removeprefix(self._prefix)
        with self._database.everywhere(why="published frameworks are public by code and id") as session:
            by_id = catalogue.framework_version(session, wanted)
            rows = [by_id] if by_id else [row for row in catalogue.framework_versions(session, wanted) if row.is_newest]
            if len(rows) > 1:
                remedy = f"Name one by its id: {', '.join(row.id for row in rows)}."
                raise Conflict(f"Several organisations have a framework {name[:200]}.", remedy=remedy)
            if not rows:
                raise NotFound(f"There is no published framework {name[:200]}.", remedy=REMEDY)
            return self._database.frameworks.of(rows[0])


class FrameworkFiles:
    """The Frameworks port on files that the operator chose (YAML or JSON), read when the first is asked for."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths
        self._lock = threading.Lock()
        self._read: dict[str, Framework] | None = None

    def find(self, name: str) -> Framework:
        """The framework of this code; raises NotFound, or Unavailable when a file is none."""
        with self._lock:
            if self._read is None:
                self._read = {one.id: one for one in map(_read, self._paths)}
        if name not in self._read:
            known = f" There are: {', '.join(self._read)}." if self._read else ""
            raise NotFound(f"This verifier has no framework {name[:200]}.{known}", remedy=REMEDY)
        return self._read[name]


def _read(path: Path) -> Framework:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        is_yaml = path.suffix.lower() in (".yaml", ".yml")
        document: dict[str, Any] = frameworks.read_yaml(content) if is_yaml else strict_json.loads(content)
        frameworks.validate(document)
    except (OSError, BadInput) as error:
        why = error.detail if isinstance(error, BadInput) else error.strerror
        raise Unavailable(f"{path} cannot be used: {why}", remedy="Correct ATTESTA_FRAMEWORK_FILES.") from None
    return Framework.of(document)
