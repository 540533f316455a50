"""Statements that are made once, for what every badge asks.

Making a statement anew, and having the tenant's criterion put in, costs several times what SQLite takes to answer it;
so does the way through SQLAlchemy of one that stands ready. So the hot path has its statements ready, with the tenant
in them, and `TenantSession.rows` hands them to the driver: the SQL that SQLAlchemy wrote, values and columns converted
by their types as SQLAlchemy does. What comes back are rows of columns: nothing that is changed on them is stored.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Dialect, FromClause, Insert, Select, TableClause, Update, bindparam, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.util import find_tables

COLUMN, TENANT = "tenant_id", "own_tenant_id"  # of the table; of the statement, where a column's name would mean SET
AnySelect = Select[*tuple[Any, ...]]
Query = TypeVar("Query", AnySelect, Update)
Statement = AnySelect | Update | Insert
Convert = Callable[[Any], Any]
Lists = tuple[tuple[str, int], ...]


def scoped(query: Query) -> Query:
    """Return the statement with `tenant_id = :own_tenant_id` for each table of tenants that stands in it.

    A query within it needs `scoped` of its own, and an outer join would become an inner one
    (tests/store/test_prepared.py looks at every statement of app/store that is made so).
    """
    froms = [query.table] if isinstance(query, Update) else query.get_final_froms()
    for table in (each for one in froms for each in find_tables(one, include_joins=False)):
        if COLUMN in table.c:
            query = query.where(table.c[COLUMN] == bindparam(TENANT))
    return query


class Ready:
    """A statement as the driver takes it, with what converts its values and its columns."""

    def __init__(
        self, dialect: Dialect, statement: Statement, lists: Lists = (), columns: tuple[str, ...] | None = None
    ) -> None:
        """`lists`: the name of each list of values that it is given (`IN`), and how many there are in it.

        `columns`: those that are inserted.
        """
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        fixed = compiled.params | {name: [None] * length for name, length in lists}
        state = compiled.construct_expanded_state(fixed)
        in_lists = {
            part: (name, place) for name, parts in state.parameter_expansion.items() for place, part in enumerate(parts)
        }
        self._sql = state.statement
        self._dialect = dialect
        sent_as = tuple(state.positiontup or state.additional_parameters)
        self._sent_as = None if state.positiontup is not None else sent_as
        self._listed = [(place, *in_lists[name]) for place, name in enumerate(sent_as) if name in in_lists]
        names = [in_lists.get(name, (name,))[0] for name in sent_as]
        self._given = [(name, fixed[name]) for name in names]
        kinds = [compiled.binds[name].type.dialect_impl(dialect) for name in names]
        converts = [kind.bind_processor(dialect) for kind in kinds]
        self._converts = [(place, convert) for place, convert in enumerate(converts) if convert is not None]
        self._columns = tuple(statement.selected_columns) if isinstance(statement, Select) else ()
        self._row: Callable[[Sequence[Any]], Any] | None = None

    def execute(self, connection: Any, values: Mapping[str, Any]) -> Any:
        """Execute it on a driver's connection; returns the cursor. Raises DBAPIError, as SQLAlchemy does."""
        sent = [values.get(name, fixed) for name, fixed in self._given]
        for place, name, number in self._listed:
            sent[place] = values[name][number]
        for place, convert in self._converts:
            sent[place] = convert(sent[place])
        cursor = connection.cursor()
        try:
            cursor.execute(self._sql, sent if self._sent_as is None else dict(zip(self._sent_as, sent, strict=True)))
        except self._dialect.loaded_dbapi.Error as error:
            cursor.close()
            kind = self._dialect.loaded_dbapi.Error
            raise DBAPIError.instance(self._sql, None, error, kind, hide_parameters=True) from error
        return cursor

    def rows(self, connection: Any, values: Mapping[str, Any]) -> list[Any]:
        """Execute a query; its rows are tuples whose columns are attributes too."""
        cursor = self.execute(connection, values)
        found = cursor.fetchall()
        if self._row is None:
            self._row = self._reader(cursor.description)
        cursor.close()
        return [self._row(each) for each in found]

    def _reader(self, description: Sequence[Sequence[Any]]) -> Callable[[Sequence[Any]], Any]:
        """What makes a row of the driver's: columns converted by their types."""
        names = [about[0] for about in description]
        types = {column.key: column.type for column in self._columns}
        Row = namedtuple("Row", names)  # type: ignore[misc] # noqa: PYI024 - its columns are known only now
        known = [(place, types[name], description[place][1]) for place, name in enumerate(names) if name in types]
        converts = [
            (place, convert)
            for place, kind, code in known
            if (convert := kind.dialect_impl(self._dialect).result_processor(self._dialect, code)) is not None
        ]

        def read(row: Sequence[Any]) -> Any:
            columns = list(row)
            for place, convert in converts:
                columns[place] = convert(columns[place])
            return Row._make(columns)

        return read


class Statements:
    """The ready statements of one database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._ready: dict[Any, Ready] = {}

    def of(self, statement: AnySelect | Update, values: Mapping[str, Any]) -> Ready:
        """The statement, for lists of the lengths of these."""
        lists = tuple((name, len(value)) for name, value in values.items() if isinstance(value, list))
        return self._kept((statement, lists), lambda: Ready(self._dialect, statement, lists))

    def insertion(self, table: FromClause, names: Iterable[str]) -> Ready:
        """The statement that inserts a row of these columns into a table."""
        columns = tuple(names)
        return self._kept((table, columns), lambda: Ready(self._dialect, _insertion(table, columns), columns=columns))

    def _kept(self, key: Any, make: Callable[[], Ready]) -> Ready:
        found = self._ready.get(key)
        if found is None:
            found = self._ready[key] = make()
        return found


def _insertion(table: FromClause, columns: tuple[str, ...]) -> Insert:
    """Refuses to leave out a column whose default only SQLAlchemy's own way would fill in."""
    left_out = [column.name for column in table.c if column.name not in columns and column.default is not None]
    if left_out:
        raise RuntimeError(f"a row without {left_out} was about to be inserted")
    return insert(cast("TableClause", table)).inline()
