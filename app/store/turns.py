"""Writers of one SQLite database in one process: one after another, and several in one transaction.

SQLite has one writer at a time, and most of its time a writer waits for the disk: a commit returns when its bytes lie
there. So who is done hands the open transaction on to who waits for a turn, and the last one commits for all of them.
Nobody goes on before that: what was accepted is stored. Each has a savepoint of its own
(https://www.sqlite.org/lang_savepoint.html), so what fails is undone alone. If the commit fails, or the disk is full in
the midst of it, all fail, and nothing of any is stored.

A later writer sees what earlier ones of the same transaction wrote, as if it were stored. It may, since all of it will
be or nothing; and it hears of its own failure, which may be due to that, when the others are stored.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.pool import PoolProxiedConnection

MOST = 64  # writers in one transaction
LOOK_AGAIN_S = 0.002  # how often it is asked whether another process has ended its transaction
LONGEST_S = 0.05  # nobody joins a transaction that is older: those in it wait, and other processes too


@dataclass(slots=True, eq=False)
class _Shared:
    """One transaction. `ended`: it is committed, or it has `failed`, for whatever reason."""

    connection: PoolProxiedConnection
    begun_s: float = 0.0
    writers: int = 0
    failed: BaseException | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def execute(self, statement: str) -> None:
        driver: Any = self.connection.dbapi_connection
        driver.execute(statement)


class Turns:
    """Whose turn it is to write."""

    def __init__(self, connect: Callable[[], PoolProxiedConnection], patience_s: float) -> None:
        """`connect`: takes a connection out of the pool. `patience_s`: how long to wait for a turn."""
        self._connect = connect
        self._patience_s = patience_s
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_taken = False
        self._open: _Shared | None = None  # of who has the turn

    @contextmanager
    def transaction(self) -> Iterator[PoolProxiedConnection]:
        """A connection in a transaction, in which everything is undone when the block raises.

        Returns when what was written is stored. Raises sqlite3.OperationalError when it could not be.
        """
        self._take_turn()
        shared = self._joined()
        try:
            yield shared.connection
        except BaseException:
            self._leave(shared, "ROLLBACK TO writer", "RELEASE writer")
            raise
        self._leave(shared, "RELEASE writer")

    def _take_turn(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        try:
            is_mine = mine.wait(self._patience_s)
        except BaseException:
            if not self._withdraws(mine):  # it was handed on to us in this very moment
                self._end(self._open)
            raise
        if not is_mine and self._withdraws(mine):
            raise sqlite3.OperationalError("another writer of this process took too long")

    def _withdraws(self, mine: threading.Event) -> bool:
        """Wait no longer; False when the turn has just come."""
        with self._guard:
            if mine.is_set():
                return False
            self._waiting.remove(mine)
            return True

    def _joined(self) -> _Shared:
        """The open transaction, or one that is begun now, with a savepoint for who has the turn."""
        try:
            shared = self._open or self._begun()
            shared.execute("SAVEPOINT writer")
        except BaseException:
            self._end(self._open)
            raise
        return shared

    def _begun(self) -> _Shared:
        shared = _Shared(self._connect())
        try:
            self._begin(shared)
        except BaseException:
            shared.connection.close()
            raise
        self._open = shared
        return shared

    def _begin(self, shared: _Shared) -> None:
        """Begin when no other process writes any more.

        SQLite itself would look ten times a second, and hardly ever between two transactions of a process whose writers
        queue: its own writers follow each other within a millisecond.
        """
        ends_s = time.monotonic() + self._patience_s
        shared.execute("PRAGMA busy_timeout=0")
        try:
            while not self._has_begun(shared, ends_s):
                time.sleep(LOOK_AGAIN_S)
        finally:
            shared.execute(f"PRAGMA busy_timeout={round(self._patience_s * 1000)}")
        shared.begun_s = time.monotonic()

    @staticmethod
    def _has_begun(shared: _Shared, ends_s: float) -> bool:
        try:
            shared.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends_s:
                raise
            return False
        return True

    def _leave(self, shared: _Shared, *statements: str) -> None:
        """End one's part of the transaction, hand it on or commit it, and wait for that."""
        try:
            for statement in statements:
                shared.execute(statement)
        except BaseException as error:  # noqa: BLE001 - told below
            shared.failed = error  # no memory, or no savepoint any more: SQLite itself has rolled back everything
        shared.writers += 1
        if not self._hands_on(shared):
            self._end(shared)
        shared.ended.wait()
        if shared.failed is not None:
            raise sqlite3.OperationalError(f"not committed: {shared.failed}") from shared.failed

    def _hands_on(self, shared: _Shared) -> bool:
        """Give the turn, with the transaction, to who waits longest; False when there is nobody, or it is full."""
        if shared.failed is not None or shared.writers >= MOST or time.monotonic() - shared.begun_s > LONGEST_S:
            return False
        with self._guard:
            if not self._waiting:
                return False
            self._waiting.popleft().set()
            return True

    def _end(self, shared: _Shared | None) -> None:
        """Commit for all, or roll back what has failed; then the turn is the next one's."""
        self._open = None
        try:
            if shared is not None:
                self._commit(shared)
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting.popleft().set()
                else:
                    self._is_taken = False

    @staticmethod
    def _commit(shared: _Shared) -> None:
        try:
            if shared.failed is None:
                shared.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - told by all who wait for it
            shared.failed = error
        try:
            with suppress(sqlite3.Error):
                shared.connection.close()  # which rolls back what is not committed
        finally:
            shared.ended.set()
