"""PostgreSQL for who outgrows one machine: how each connection to it is set up, and how long it is waited for.

A writer waits for another one as long as on SQLite, and who has begun to write and does nothing is thrown out: the
server sees to both. What it cannot see to is itself. One that was stopped says nothing, while its system goes on taking
what it is sent, so it has to be noticed here.
"""

import math
import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction
from sqlalchemy import URL, Connection, Engine, create_engine, event

# Ours: longer than a writer waits for others, and than any statement takes but those of migrations.
SILENCE_S = 30.0
IDLE_MS = 60_000  # ours: the statements of a transaction are milliseconds apart
REFUSED = (IdleInTransactionSessionTimeout, ReadOnlySqlTransaction)  # to psycopg mistakes of ours, which they are not
Result = TypeVar("Result")
Steps = Generator[Any, Any, Result]  # as psycopg has them: what is to be waited for, what came


class Patient(psycopg.Connection[Any]):
    """A connection that is closed when the server says nothing for too long, unless it `waits_for_ever`."""

    waits_for_ever = False

    def wait(self, gen: Steps[Result], *more: Any, **named: Any) -> Result:
        """Do what psycopg does in these steps; raises OperationalError too when the server says nothing, or refuses."""
        try:
            return super().wait(gen if self.waits_for_ever else self._heard(gen), *more, **named)
        except REFUSED as error:
            raise psycopg.OperationalError(str(error)) from error

    def rollback(self) -> None:
        """Do what psycopg does; where the connection is lost, nothing is left to be undone."""
        try:
            super().rollback()
        except psycopg.OperationalError:
            if not self.closed:
                raise

    def _heard(self, steps: Steps[Result]) -> Steps[Result]:
        """The same steps. Several times a second psycopg takes one with nothing that came."""
        came = None
        ends_s = time.monotonic() + SILENCE_S
        try:
            while True:
                came = yield steps.send(came)
                if came:
                    ends_s = time.monotonic() + SILENCE_S
                elif time.monotonic() > ends_s:
                    self.close()
                    raise psycopg.OperationalError(f"the server said nothing for {SILENCE_S:g} seconds")
        except StopIteration as end:
            result: Result = end.value
            return result


def engine(url: URL, busy_timeout_ms: int, pool: dict[str, Any]) -> Engine:
    """An engine whose connections are patient to a point. `busy_timeout_ms`: how long a writer waits for others."""
    query = {"connect_timeout": str(math.ceil(busy_timeout_ms / 1000)), **url.query}
    made = create_engine(url.set(query=query), pool_pre_ping=True, **pool)

    @event.listens_for(made, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Patient:
        return Patient.connect(*arguments, **named)

    @event.listens_for(made, "connect")
    def _configure(connection: Patient, _record: Any) -> None:
        own = (f"lock_timeout={busy_timeout_ms}", f"idle_in_transaction_session_timeout={IDLE_MS}")
        connection.execute(";".join(f"SET {setting}" for setting in own))
        connection.commit()

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("attesta_writes", False):  # a migration
            driver: Any = connection.connection.dbapi_connection
            driver.waits_for_ever = True

    @event.listens_for(made, "checkin")
    def _end(connection: Patient | None, _record: Any) -> None:
        if connection is not None:
            connection.waits_for_ever = False

    return made
