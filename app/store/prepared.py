"""Statements that are made once, for what every badge asks.

Making a statement anew, and having the tenant's criterion put in, costs several times what SQLite takes to answer it.
So the hot path has its statements ready, with the tenant in them, and `TenantSession.rows` executes them past the ORM.
What comes back are rows of columns: nothing that is changed on them is stored.
"""

from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import FromClause, Insert, Select, TableClause, Update, bindparam, insert
from sqlalchemy.sql.util import find_tables

COLUMN, TENANT = "tenant_id", "own_tenant_id"  # of the table; of the statement, where a column's name would mean SET
AnySelect = Select[*tuple[Any, ...]]
Query = TypeVar("Query", AnySelect, Update)


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


@lru_cache(128)
def insertion(table: FromClause) -> Insert:
    """Return the statement that inserts a row into a table."""
    return insert(cast("TableClause", table))
