"""Sessions in the scope of one tenant: the one way to the database.

Every table with a `tenant_id` inherits `Scoped`. A session made by `Database.reading` or `Database.writing` adds
`tenant_id = ...` to each statement that touches such a table and refuses to write rows of another tenant, so that a
forgotten filter cannot show one tenant's data to another. `Database.everywhere` is for what is public by its random id,
and for operators.

SQLite (WAL) and PostgreSQL are treated alike. Writing transactions begin IMMEDIATE on SQLite: a transaction that reads
first and then writes would fail with SQLITE_BUSY instead of waiting (https://www.sqlite.org/lang_transaction.html).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    String,
    TypeDecorator,
    Update,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, OperationalError, TimeoutError  # noqa: A004
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.pool import PoolProxiedConnection

from app.errors import BadInput, Unavailable
from app.store import sqlite
from app.store.json_column import json_text
from app.store.prepared import COLUMN, TENANT, AnySelect, Ready, Statements
from app.store.shelf import ACHIEVEMENTS, FrameworkShelf, Shelf
from app.store.turns import Turns

BUSY_TIMEOUT_MS = 5000  # how long a writer waits for another one; longer than any transaction of ours
EVERYWHERE = "*"
SETTLE_TRIES = 5
STATE = "_sa_instance_state"  # what the ORM keeps in each row
Outcome = TypeVar("Outcome")


class Unanswered(Unavailable):
    """The database did not answer; whoever asks it next waits as long."""


class AlreadyThere(Exception):  # noqa: N818 - for the caller to settle, not a failure
    """A row with this natural key was stored by somebody else in the meantime; the transaction is rolled back."""


class Table(DeclarativeBase):
    """All tables."""


class Scoped:
    """A table whose rows belong to one tenant. One of its indexes begins with it."""

    tenant_id: Mapped[str] = mapped_column(String(36), ForeignKey("tenant.id"))


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite keeps no time zone, so it is taken off and put on here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes: they mean something else on every machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware datetime."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TenantSession(Session):
    """A session that knows whose it is, in a transaction that somebody else begins and ends.

    What goes through the ORM joins that transaction when it is first asked for something.
    """

    def __init__(self, driver: PoolProxiedConnection, opened: "Opened", tenant_id: str) -> None:
        """`driver`: the connection, in its transaction. A faulty flush in a writing one takes back itself alone."""
        super().__init__(expire_on_commit=False, join_transaction_mode=opened.join_mode, info={})
        self.tenant_id = tenant_id  # or `*`
        self._driver = driver
        self._direct = driver.dbapi_connection  # past the pool's wrapper, which costs as much as the statement
        self._opened = opened
        self._joined: Connection | None = None
        self.is_taken_back = False

    def get_bind(self, *_args: Any, **_more: Any) -> Connection:
        """The connection for the ORM, which asks for it."""
        if self._joined is None:
            self._joined = Connection(self._opened.engine, connection=self._driver)
            self._joined.begin()
        return self._joined

    def close(self) -> None:
        """End it; where the ORM was asked for nothing, it has nothing to give back."""
        if self._joined is not None or not self._is_clean():
            super().close()

    def settle(self) -> None:
        """Send what the ORM has not sent yet: afterwards the transaction can end."""
        if not self._is_clean():
            self.flush()
        if self._joined is not None:
            self.commit()  # its savepoint

    def take_back(self) -> None:
        """Nothing of this transaction is to be stored; the block may go on, and what it did is undone at its end."""
        self.expunge_all()
        self.is_taken_back = True

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the transaction that is taken back alone when it raises.

        Raises Unanswered when the database does not answer: then the transaction is to end too.
        """
        known = self.info.copy()
        try:
            with self.begin_nested():
                self.connection()  # the savepoint is made when the ORM is asked for something, so now
                yield
        except BaseException as error:
            self.info.clear()  # what was remembered of the part is not there any more
            self.info.update(known)
            if isinstance(error, OperationalError):
                raise _unanswered() from error
            raise

    def rows(self, query: AnySelect, **values: Any) -> list[Any]:
        """What a statement of store/prepared.py finds for this tenant: rows whose columns are attributes."""
        return self._ready(query, values).rows(self._direct, values)

    def rows_of_any(self, query: AnySelect, **values: Any) -> list[Any]:
        """The same across tenants, for a statement whose values tell which tenant it is about."""
        if self.tenant_id != EVERYWHERE:
            raise RuntimeError("a statement across tenants was about to be executed for one of them")
        return self._opened.statements.of(query, values).rows(self._direct, values)

    def change(self, query: Update, **values: Any) -> None:
        """Execute an update of store/prepared.py for this tenant."""
        self._ready(query, values).execute(self._direct, values).close()

    def insert(self, row: Table) -> None:
        """Insert one row at once. Unlike one that is added, it is not watched: what is changed on it is not stored."""
        _claim(self, row)
        self.insert_values(type(row), {name: value for name, value in vars(row).items() if name != STATE})

    def insert_values(self, table: type[Table], values: dict[str, Any]) -> None:
        """The same for a row that nobody needs afterwards; of a table of tenants it has the `tenant_id` of ours."""
        self.flush()
        if values.get(COLUMN, self.tenant_id) != self.tenant_id != EVERYWHERE:
            raise RuntimeError("a row of another tenant was about to be written")
        self._opened.statements.insertion(table.__table__, values).execute(self._direct, values).close()

    def _ready(self, query: AnySelect | Update, values: dict[str, Any]) -> Ready:
        """The statement; the tenant comes to its values."""
        if self.tenant_id == EVERYWHERE:
            raise RuntimeError("a statement that has the tenant in it was about to be executed across tenants")
        self.flush()  # as the ORM does it: what was added or changed is seen
        values[TENANT] = self.tenant_id
        return self._opened.statements.of(query, values)


@dataclass(frozen=True, slots=True)
class Opened:
    """How sessions of one kind are opened. `engine`: for the ORM, begins nothing as everything has begun."""

    engine: Engine
    statements: Statements
    join_mode: Literal["rollback_only", "create_savepoint"]


@lru_cache(1024)
def _of_tenant(tenant_id: str) -> ORMOption:
    """The criterion that every statement of this tenant gets; made once, since making it costs as much as a query."""
    return with_loader_criteria(Scoped, lambda table: table.tenant_id == tenant_id, include_aliases=True)


@event.listens_for(TenantSession, "do_orm_execute")
def _only_this_tenant(state: ORMExecuteState) -> None:
    session = cast("TenantSession", state.session)
    if session.tenant_id != EVERYWHERE and not state.is_column_load:
        state.statement = state.statement.options(_of_tenant(session.tenant_id))


@event.listens_for(TenantSession, "before_flush")
def _write_only_this_tenant(session: TenantSession, _context: Any, _instances: Any) -> None:
    for row in (*session.new, *session.dirty):
        _claim(session, row)


def _claim(session: TenantSession, row: Any) -> None:
    tenant_id = session.tenant_id
    if tenant_id == EVERYWHERE or not isinstance(row, Scoped):
        return
    if row.tenant_id is None:
        row.tenant_id = tenant_id
    elif row.tenant_id != tenant_id:
        raise RuntimeError("a row of another tenant was about to be written")


class Database:
    """One database, many short sessions."""

    def __init__(self, url: str, connections: int = 20) -> None:
        """`url`: a SQLAlchemy URL; the folder of an SQLite file is made when missing. `connections`: most at once."""
        try:
            self.url = make_url(url)
        except ArgumentError:
            raise BadInput(
                "ATTESTA_DATABASE_URL is not a database address.", remedy="docs/settings.md has one."
            ) from None
        if self.is_sqlite and self.url.database:
            sqlite.make_private(Path(self.url.database))
        # hide_parameters: statements may be logged, the people in them never
        pool: dict[str, Any] = {"pool_size": connections, "max_overflow": 0, "hide_parameters": True}
        pool["json_serializer"] = json_text
        self.engine = self._engine(pool)
        self.frameworks = FrameworkShelf()
        self.achievements: Shelf[Any] = Shelf(ACHIEVEMENTS)  # as the catalogue finds them
        begun = self.engine.execution_options(attesta_begun=True)
        statements = Statements(self.engine.dialect)
        self._read = Opened(begun, statements, "rollback_only")
        self._write = Opened(begun, statements, "create_savepoint")
        self._turns = Turns(self.engine.raw_connection, BUSY_TIMEOUT_MS / 1000) if self.is_sqlite else None
        driver: Any = self.engine.dialect.loaded_dbapi
        self._no_answer = (OperationalError, TimeoutError, driver.OperationalError)  # locked, gone, full

    def _engine(self, pool: dict[str, Any]) -> Engine:
        if self.is_sqlite:
            return sqlite.engine(self.url, BUSY_TIMEOUT_MS, pool)
        from app.store import postgresql  # noqa: PLC0415 - psycopg is not everywhere, and takes a while to import

        return postgresql.engine(self.url, BUSY_TIMEOUT_MS, pool)

    def has_table(self, name: str) -> bool:
        """Whether the database has that table."""
        with self.asked():
            return inspect(self.engine).has_table(name)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self, tenant_id: str) -> Iterator[TenantSession]:
        """A read-only look at one tenant's data."""
        with self.asked(tenant_id):
            driver = self.engine.raw_connection()
            try:
                if self.is_sqlite:
                    driver.dbapi_connection.execute("BEGIN")  # type: ignore[union-attr] # of SQLite it has this
                with TenantSession(driver, self._read, tenant_id) as session:
                    yield session
            finally:
                driver.close()  # which rolls back

    @contextmanager
    def writing(self, tenant_id: str) -> Iterator[TenantSession]:
        """One transaction on one tenant's data: stored at the end, undone when the block raises or takes it back.

        A tenant's writers are one after another: SQLite has it so, and on PostgreSQL the tenant's row is locked first,
        so that entries of its audit log have one order and two writers can never wait for each other.
        """
        turn = self._transaction(tenant_id) if self._turns is None else self._turns.transaction()
        with (
            self.asked(tenant_id),
            suppress(_TakenBack),
            turn as driver,
            TenantSession(driver, self._write, tenant_id) as session,
        ):
            yield session
            if session.is_taken_back:
                raise _TakenBack
            session.settle()

    @contextmanager
    def _transaction(self, tenant_id: str) -> Iterator[PoolProxiedConnection]:
        """A transaction on PostgreSQL, which begins it with the first statement."""
        driver = self.engine.raw_connection()
        try:
            if tenant_id != EVERYWHERE:
                driver.cursor().execute("SELECT id FROM tenant WHERE id = %s FOR UPDATE", (tenant_id,))
            yield driver
            driver.commit()
        finally:
            driver.close()  # which rolls back what is not committed

    @contextmanager
    def everywhere(self, *, why: str, writes: bool = False) -> Iterator[TenantSession]:
        """Across tenants: what is public by its random id, and operators' work. `why` is for the reader of the call."""
        if not why:
            raise ValueError("say why this query may cross tenants")
        if not writes:
            with self.reading(EVERYWHERE) as session:
                yield session
            return
        with self.writing(EVERYWHERE) as session:
            yield session

    @contextmanager
    def asked(self, tenant_id: str = EVERYWHERE) -> Iterator[None]:
        """Tell what the database says instead of an answer; raises Unanswered, AlreadyThere, BadInput."""
        if not tenant_id:
            raise ValueError("a session needs a tenant")
        try:
            yield
        except IntegrityError as error:
            if _is_duplicate(error):
                raise AlreadyThere("another one was quicker") from error
            raise
        except DataError as error:  # longer or larger than its column, which PostgreSQL minds and SQLite does not
            raise BadInput("A value is too long or too large to be stored.") from error
        except self._no_answer as error:  # nothing that the caller sent is wrong
            raise _unanswered() from error

    @staticmethod
    def settle(work: Callable[[], Outcome]) -> Outcome:
        """Do the work again when somebody stored the same natural key meanwhile: it will find that one."""
        for _ in range(SETTLE_TRIES):
            try:
                return work()
            except AlreadyThere:
                continue
        raise Unavailable("Others kept changing the same data.", remedy="Nothing was stored. Try again in a moment.")

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


class _TakenBack(Exception):  # noqa: N818 - an answer
    """Unwinds a transaction of which nothing is to be stored."""


def _unanswered() -> Unanswered:
    """Nothing is half done; yet an award may be decided and not sealed, or the answer to a commit lost on its way."""
    remedy = "Try again in a moment: what was stored already is not stored twice."
    return Unanswered("The database did not answer in time.", remedy=remedy)


def _is_duplicate(error: IntegrityError) -> bool:
    """Whether a natural key exists already (SQLSTATE 23505), and not some other constraint that we broke."""
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)
