"""Bring the database to the newest revision."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.errors import Unavailable
from app.store.session import Database, Unanswered

_HERE = Path(__file__).resolve()
# In a checkout the migrations stand beside app/; a wheel carries them inside it.
MIGRATIONS = next(
    folder for folder in (_HERE.parents[1] / "_migrations", _HERE.parents[2] / "migrations") if folder.is_dir()
)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@cache
def _newest() -> str | None:
    """The newest revision there is: reading all of them takes as long as some requests, and they do not change."""
    return ScriptDirectory.from_config(_config()).get_current_head()


@contextmanager
def _reached(database: Database) -> Iterator[None]:
    """Who begins or looks after the service is told what to look at."""
    try:
        with database.asked():
            yield
    except Unanswered as error:
        raise Unavailable(
            "The database cannot be reached, or others are busy with it.",
            remedy="Check ATTESTA_DATABASE_URL and the server, or try again in a moment.",
        ) from error


def upgrade(database: Database) -> None:
    """Run what is missing, in one transaction. Raises Unavailable."""
    config = _config()
    writing = database.engine.execution_options(attesta_writes=True)
    with _reached(database), writing.begin() as connection:
        if MigrationContext.configure(connection).get_current_revision() == _newest():
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Whether nothing is missing. Raises Unavailable."""
    with _reached(database), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _newest()
