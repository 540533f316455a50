"""Where tests put what is gone afterwards: into memory, where there is room, since a disk takes its time to be sure."""

import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - names in it are made by tempfile
ENOUGH_BYTES = 3 * 1024**3  # two processes of tests at a time, each with a PostgreSQL server; containers have 64 MB


def folder() -> Path | None:
    """A folder for temporary ones; None is the system's own."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES else None
