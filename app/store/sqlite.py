"""SQLite as the embedded default: its file, and how each connection to it is set up."""

import errno
import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from app.errors import Unavailable

# Pages of the write-ahead log, 32 MB: most are written more than once in it, and in the file once for all of them.
CHECKPOINT_PAGES = 8000
STATEMENTS = 500  # which each connection keeps parsed; more than there are


def make_private(path: Path) -> None:
    """The file holds names and addresses: it is made for its owner only.

    One that is there is not opened: closing it would drop the locks that SQLite holds on it in this process, and then
    others may overwrite what we read (https://www.sqlite.org/howtocorrupt.html section 2.2).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        elif not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise Unavailable(
            f"The database {path} cannot be opened: {error.strerror}.", remedy="Check ATTESTA_DATA_DIR."
        ) from None


def engine(url: URL, busy_timeout_ms: int, pool: dict[str, Any]) -> Engine:
    """An engine whose transactions begin when it says so. `busy_timeout_ms`: how long a writer waits for others."""
    timeout_s = busy_timeout_ms / 1000
    arguments = {"timeout": timeout_s, "check_same_thread": False, "cached_statements": STATEMENTS}
    # The connection that was given back last has most of the pages that are asked for next.
    made = create_engine(url, connect_args=arguments, poolclass=QueuePool, pool_use_lifo=True, **pool)

    @event.listens_for(made, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        own = (f"busy_timeout={busy_timeout_ms}", f"wal_autocheckpoint={CHECKPOINT_PAGES}")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *own):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def _begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get("attesta_begun", False):
            return
        writes = options.get("attesta_writes", False)
        # By the driver itself: SQLAlchemy's way of executing a statement costs twenty times what this one does.
        connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made
