"""The tables are what the migrations make of them, and no index is kept for nothing."""

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from app.store import migrate
from app.store.session import Scoped, Table

# On SQLite an index of expressions, learner_by_email, cannot be looked at.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index"),
]
TABLES = sorted(Table.metadata.tables.values(), key=lambda table: table.name)
SCOPED = {mapper.local_table for mapper in Table.registry.mappers if issubclass(mapper.class_, Scoped)}


def test_the_tables_are_what_the_migrations_make(world):
    with world.services.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def indexes(table):
    """Columns of the indexes that hold every row, in their order; of unique constraints too."""
    partial = [each for each in table.indexes if each.dialect_options["sqlite"].get("where") is not None]
    whole = [each.expressions for each in table.indexes if each not in partial]
    unique = [list(each) for each in table.constraints if isinstance(each, sqlalchemy.UniqueConstraint)]
    return [[getattr(column, "name", str(column)) for column in each] for each in (*whole, *unique)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_index_is_what_another_one_begins_with(table):
    kept = indexes(table)
    for number, each in enumerate(kept):
        others = kept[:number] + kept[number + 1 :]
        assert each not in [other[: len(each)] for other in others]


@pytest.mark.parametrize("table", sorted(SCOPED, key=lambda table: table.name), ids=lambda table: table.name)
def test_an_index_begins_with_the_tenant(table):
    assert "tenant_id" in [each[0] for each in indexes(table)]


def names_of_indexes(connection):
    looked = inspect(connection)
    return {index["name"] for table in looked.get_table_names() for index in looked.get_indexes(table)}


def test_a_revision_back_has_the_indexes_again(world):
    with world.services.database.engine.execution_options(attesta_writes=True).begin() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        newest = names_of_indexes(connection)
        command.downgrade(config, "0025")
        before = names_of_indexes(connection)
        command.upgrade(config, "head")
        assert names_of_indexes(connection) == newest
    assert newest < before
    assert len(before - newest) == 27
    assert {"ix_award_tenant_id", "ix_mail_tenant_id", "ix_batch_row_batch_id"} < before - newest
