"""One tenant never sees or touches another one's rows, whatever a query forgets."""

import subprocess
import sys
import threading

import pytest
import sqlalchemy
from sqlalchemy import delete, select, update

from app.errors import Unavailable
from app.issuer import tenancy
from app.store import migrate
from app.store.session import AlreadyThere, Database
from app.store.tables import Learner
from tests.service import World

PROFILE = {"name": "Other", "country_code": "EL", "country": "Greece"}


def _learner(world: World, code: str, **members: str) -> Learner:
    now = world.clock()
    values = {"name": "N", "email": "n@example.org"} | members
    return Learner(id=world.services.new_id(), code=code, **values, created_at=now, updated_at=now)


@pytest.fixture
def two(world: World) -> tuple[Database, str, str]:
    first, second = world.principal.tenant_id, tenancy.add_tenant(world.services, "other", PROFILE).id
    for tenant in (first, second):
        with world.services.database.writing(tenant) as session:
            session.add(_learner(world, "p-1", name=tenant))
    return world.services.database, first, second


def test_a_query_without_filter_sees_one_tenant_only(two):
    database, first, second = two
    for tenant in (first, second):
        with database.reading(tenant) as session:
            assert [row.name for row in session.scalars(select(Learner))] == [tenant]


def test_everywhere_sees_all_and_wants_a_reason(two):
    database, _, _ = two
    with database.everywhere(why="the test compares") as session:
        assert len(list(session.scalars(select(Learner)))) == 2
    with pytest.raises(ValueError, match="why"), database.everywhere(why=""):
        pass


def test_update_and_delete_without_filter_touch_one_tenant_only(two):
    database, first, second = two
    with database.writing(first) as session:
        session.execute(update(Learner).values(name="changed"))
    with database.reading(second) as session:
        assert session.scalars(select(Learner)).one().name == second
    with database.writing(first) as session:
        session.execute(delete(Learner))
    with database.everywhere(why="the test counts") as session:
        assert [row.tenant_id for row in session.scalars(select(Learner))] == [second]


def test_a_row_of_another_tenant_cannot_be_written(two, world):
    database, first, second = two
    row = _learner(world, "p-2")
    row.tenant_id = second
    with pytest.raises(RuntimeError, match="another tenant"), database.writing(first) as session:
        session.add(row)


def test_a_column_query_is_scoped_too(two):
    database, first, _ = two
    with database.reading(first) as session:
        assert session.execute(select(Learner.name)).scalars().all() == [first]


def test_a_session_needs_a_tenant(world):
    with pytest.raises(ValueError, match="tenant"), world.services.database.reading(""):
        pass


def test_a_natural_key_that_exists_is_told_apart_from_failures(two, world):
    database, first, _ = two
    with pytest.raises(AlreadyThere), database.writing(first) as session:
        session.add(_learner(world, "p-1"))


def test_an_exception_rolls_everything_back(two, world):
    database, first, _ = two

    def fail_after_writing(session):
        session.add(_learner(world, "p-9"))
        session.flush()
        raise KeyError

    with pytest.raises(KeyError), database.writing(first) as session:
        fail_after_writing(session)
    with database.reading(first) as session:
        assert [row.code for row in session.scalars(select(Learner))] == ["p-1"]


def test_a_locked_sqlite_database_is_unavailable_not_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr("app.store.session.BUSY_TIMEOUT_MS", 50)
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with database.writing("t") as holder:
        holder.execute(sqlalchemy.text("CREATE TABLE x (y INTEGER)"))
        with pytest.raises(Unavailable, match="did not answer"), database.writing("t") as other:
            other.execute(sqlalchemy.text("CREATE TABLE z (y INTEGER)"))
    database.close()


def test_a_locked_sqlite_database_is_not_migrated(tmp_path, monkeypatch):
    monkeypatch.setattr("app.store.session.BUSY_TIMEOUT_MS", 50)
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with database.writing("t"), pytest.raises(Unavailable, match="others are busy with it"):
        migrate.upgrade(database)
    migrate.upgrade(database)
    assert migrate.is_current(database)
    database.close()


def test_a_writer_begins_when_the_other_one_of_its_process_is_done(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with database.writing("t") as session:
        session.execute(sqlalchemy.text("CREATE TABLE x (y TEXT)"))
    begun = threading.Event()

    def second():
        begun.set()
        with database.writing("t") as session:
            session.execute(sqlalchemy.text("INSERT INTO x SELECT y || ' second' FROM x"))

    with database.writing("t") as session:
        other = threading.Thread(target=second)
        other.start()
        assert begun.wait(5)
        session.execute(sqlalchemy.text("INSERT INTO x VALUES ('first')"))
    other.join(5)
    with database.reading("t") as session:
        assert sorted(session.execute(sqlalchemy.text("SELECT y FROM x")).scalars()) == ["first", "first second"]
    database.close()


def test_a_second_database_in_a_process_does_not_drop_the_locks_of_the_first(tmp_path):
    """Else another process that closes the file takes itself for the last one, and the log of writes vanishes."""
    file = tmp_path / "x.sqlite3"
    first = Database(f"sqlite:///{file}")
    with first.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    with first.engine.connect() as held:
        held.exec_driver_sql("SELECT * FROM t").all()
        Database(f"sqlite:///{file}").close()
        other = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('INSERT INTO t VALUES (1)'); c.commit()"
        )
        subprocess.run([sys.executable, "-c", f"{other}; c.close()", str(file)], check=True)
        assert (tmp_path / "x.sqlite3-wal").exists()
    first.close()
