"""Runs migrations on the connection handed over by app/store/migrate.py, or on a database made from the settings."""

from alembic import context

from app.settings import Settings
from app.store import tables  # noqa: F401  (makes the tables known)
from app.store.session import Database, Table, UtcDateTime


def plain_types(kind, item, _context):  # noqa: ANN001, ANN201
    """A migration must not change when our own column types do."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection) -> None:  # noqa: ANN001
    context.configure(
        connection=connection, target_metadata=Table.metadata, render_as_batch=True, render_item=plain_types
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    writing = Database(Settings().sqlalchemy_url).engine.execution_options(attesta_writes=True)
    with writing.connect() as connection:
        run(connection)
        connection.commit()
