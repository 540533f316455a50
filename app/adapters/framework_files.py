"""Frameworks out of the operator's files, for matching badges against them where there is no database."""

import threading
from pathlib import Path

from app.competency.framework import Framework, read_yaml
from app.competency.identified import written
from app.errors import BadInput, NotFound, Unavailable
from app.vc import strict_json

REMEDY = "Send the framework itself, as object under `framework`."
MAX_FILE_BYTES = 16 * 1024 * 1024


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
        return written(read_yaml(content) if is_yaml else strict_json.loads(content))
    except (OSError, BadInput) as error:
        why = error.detail if isinstance(error, BadInput) else error.strerror
        raise Unavailable(f"{path} cannot be used: {why}", remedy="Correct ATTESTA_FRAMEWORK_FILES.") from None
