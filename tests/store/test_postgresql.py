"""A PostgreSQL server that is slow, gone or silent: who asks is told so in bounded time, and it is asked again."""

import socket
import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy
from psycopg import sql
from sqlalchemy import text

from app.adapters import backup
from app.errors import Unavailable
from app.store import migrate, postgresql
from app.store.session import Database, Unanswered
from tests.postgres import find_binaries

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL server binaries are missing"),
]


@pytest.fixture
def url(postgres_house):
    with postgres_house.lent("empty", lambda _: None) as lent:
        yield lent


@pytest.fixture
def database(url):
    made = Database(url)
    yield made
    made.close()


def tenant_of(database):
    with database.everywhere(why="the test writes as its tenant") as session:
        return session.execute(text("SELECT id FROM tenant")).scalar_one()


@contextmanager
def beside(url):
    """A connection of somebody else's."""
    plain = sqlalchemy.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as other:
        yield other


def test_a_writer_waits_for_its_tenant_as_long_as_on_sqlite(url, monkeypatch):
    monkeypatch.setattr("app.store.session.BUSY_TIMEOUT_MS", 50)
    database = Database(url)
    tenant = tenant_of(database)
    with database.writing(tenant), pytest.raises(Unanswered, match="did not answer"), database.writing(tenant):
        pass
    with database.writing(tenant) as session:  # it was given back in order
        assert session.execute(text("SHOW lock_timeout")).scalar_one() == "50ms"
    database.close()


def test_two_that_wait_for_each_other_are_told_so(database):
    met = threading.Barrier(2)
    told = []

    def lock(first, second):
        try:
            with database.everywhere(why="the test locks", writes=True) as session:
                session.execute(text(f"SELECT pg_advisory_xact_lock({first})"))
                met.wait(10)
                session.execute(text(f"SELECT pg_advisory_xact_lock({second})"))
        except Unanswered as problem:
            told.append(problem)

    other = threading.Thread(target=lock, args=(2, 1))
    other.start()
    lock(1, 2)
    other.join()
    (problem,) = told
    assert "deadlock detected" in str(problem.__cause__)


def test_a_connection_that_the_server_closed_is_not_used(database, url):
    tenant = tenant_of(database)
    with beside(url) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with database.writing(tenant) as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


@pytest.mark.parametrize("asks", [True, False], ids=["then asks", "then commits"])
def test_one_that_is_closed_in_the_midst_of_it_is_no_mistake_of_ours(database, url, asks):
    tenant = tenant_of(database)

    def write(session):
        session.execute(text("UPDATE tenant SET slug = 'half'"))
        with beside(url) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        if asks:
            session.execute(text("SELECT 1"))

    with pytest.raises(Unanswered), database.writing(tenant) as session:
        write(session)
    with database.reading(tenant) as session:
        assert session.execute(text("SELECT slug FROM tenant")).scalar_one() != "half"


def test_a_part_in_which_it_is_closed_ends_the_whole(database, url):
    tenant = tenant_of(database)

    def write(session):
        with session.part():
            with beside(url) as other:
                other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            session.execute(text("SELECT 1"))

    with pytest.raises(Unanswered), database.writing(tenant) as session:
        write(session)


def test_who_holds_up_others_and_does_nothing_is_thrown_out(url, monkeypatch):
    monkeypatch.setattr(postgresql, "IDLE_MS", 50)
    database = Database(url)
    tenant = tenant_of(database)

    def idle(session):
        threading.Event().wait(0.5)
        session.execute(text("SELECT 1"))

    with pytest.raises(Unanswered), database.writing(tenant) as session:
        idle(session)
    database.close()


def test_a_server_that_takes_nothing_more_is_no_mistake_of_ours(url):
    with beside(url) as other:
        other.execute(
            sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(
                sql.Identifier(other.info.dbname)
            )
        )
    database = Database(url)
    tenant = tenant_of(database)
    with pytest.raises(Unanswered), database.writing(tenant):
        pass
    database.close()


@pytest.mark.parametrize("kind", ["reading", "writing"])
def test_a_server_that_says_nothing_is_not_waited_for(database, monkeypatch, kind):
    tenant = tenant_of(database)
    monkeypatch.setattr(postgresql, "SILENCE_S", 0.2)
    begun = time.monotonic()
    with pytest.raises(Unanswered), getattr(database, kind)(tenant) as session:
        session.execute(text("SELECT pg_sleep(20)"))
    assert time.monotonic() - begun < 10
    with database.reading(tenant) as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


def test_a_migration_may_take_its_time_and_others_may_not(database, monkeypatch):
    monkeypatch.setattr(postgresql, "SILENCE_S", 0.2)
    with database.engine.execution_options(attesta_writes=True).begin() as connection:
        connection.execute(text("SELECT pg_sleep(0.5)"))
    with pytest.raises(sqlalchemy.exc.OperationalError, match="said nothing"), database.engine.begin() as connection:
        connection.execute(text("SELECT pg_sleep(0.5)"))


def test_a_migration_that_would_wait_for_others_is_told_so(url, monkeypatch):
    monkeypatch.setattr("app.store.session.BUSY_TIMEOUT_MS", 50)
    database = Database(url)
    with beside(url) as other, other.transaction():
        other.execute("LOCK TABLE alembic_version")
        for ask in (migrate.upgrade, migrate.is_current):
            with pytest.raises(Unavailable, match="others are busy with it"):
                ask(database)
    assert migrate.is_current(database)
    database.close()


@pytest.mark.parametrize("is_there", [False, True], ids=["not there", "silent"])
def test_a_server_that_does_not_answer_is_told_as_that(tmp_path, monkeypatch, is_there):
    monkeypatch.setattr("app.store.session.BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr(backup, "CONNECT_TIMEOUT_S", "2")
    database = Database(f"postgresql+psycopg://attesta@/postgres?host={tmp_path}")
    listener = socket.socket(socket.AF_UNIX)
    if is_there:
        listener.bind(str(tmp_path / ".s.PGSQL.5432"))
        listener.listen()
    for ask in (migrate.upgrade, migrate.is_current):
        with pytest.raises(Unavailable, match="cannot be reached"):
            ask(database)
    with pytest.raises(Unanswered):
        database.has_table("tenant")
    with pytest.raises(Unavailable, match="pg_dump failed"):
        backup._run_postgres("pg_dump", database.url)
    listener.close()
    database.close()
