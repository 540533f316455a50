"""Writers that wait for each other share a transaction; each is stored or undone as if it had been alone."""

import sqlite3
import threading
from contextlib import closing, suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.store import turns
from app.store.session import AlreadyThere, Database, Unanswered

PATIENCE_S = 60


class Crowd:
    """Writers that all wait while somebody holds the turn, in the order in which they came."""

    def __init__(self, database, told):
        self.database, self.told = database, told
        self.outcomes: dict[str, object] = {}

    def write(self, name, work=None):
        """Write a row of that name, or do the work; note what came of it."""

        def insert(session):
            session.execute(text("INSERT INTO x VALUES (:name)"), {"name": name})

        try:
            with self.database.writing("t") as session:
                (work or insert)(session)
        except (ArithmeticError, AlreadyThere, IntegrityError, Unanswered) as error:
            self.outcomes[name] = type(error)
        else:
            self.outcomes[name] = "stored"
        self.told.append(f"{name} goes on")

    def all_at_once(self, **works):
        """Let them queue behind one that holds the turn meanwhile and writes nothing; wait until all are done."""
        threads = [threading.Thread(target=self.write, args=each) for each in works.items()]
        with suppress(Unanswered), self.database.writing("t"):  # it shares what becomes of the others
            for number, thread in enumerate(threads, start=1):
                thread.start()
                self._wait_for(number)
            self.told.clear()
        for thread in threads:
            thread.join(PATIENCE_S)
        return self.outcomes

    def _wait_for(self, number):
        while len(self.database._turns._waiting) < number:
            threading.Event().wait(0.001)

    def rows(self):
        with self.database.reading("t") as session:
            return sorted(session.execute(text("SELECT y FROM x")).scalars())


@pytest.fixture
def crowd(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_S", PATIENCE_S)  # however slow the machine is
    monkeypatch.setattr("app.store.session.BUSY_TIMEOUT_MS", 1000 * PATIENCE_S)
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite3'}", connections=1)
    with database.writing("t") as session:
        session.execute(text("CREATE TABLE x (y TEXT UNIQUE)"))
        session.execute(text("CREATE TABLE z (y TEXT REFERENCES x (y))"))
    told: list[str] = []
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.set_trace_callback(told.append)
    yield Crowd(database, told)
    database.close()


def _fail(session):
    session.execute(text("INSERT INTO x VALUES ('not this')"))
    raise ArithmeticError


def _break_at_the_end(session):
    session.execute(text("PRAGMA defer_foreign_keys=ON"))
    session.execute(text("INSERT INTO z VALUES ('of nobody')"))


def _fill_the_disk(session):
    session.execute(text("INSERT INTO x VALUES ('much of ' || hex(zeroblob(1000000)))"))


def test_who_waits_shares_one_commit_and_nobody_goes_on_before_it(crowd):
    assert crowd.all_at_once(a=None, b=None, c=None) == dict.fromkeys("abc", "stored")
    assert crowd.told.count("COMMIT") == 1
    assert sorted(crowd.told[-3:]) == ["a goes on", "b goes on", "c goes on"]
    assert crowd.told.index("COMMIT") == len(crowd.told) - 4
    assert crowd.rows() == ["a", "b", "c"]


def test_a_transaction_has_only_so_many_writers(crowd, monkeypatch):
    monkeypatch.setattr(turns, "MOST", 2)
    crowd.all_at_once(a=None, b=None, c=None, d=None)
    assert crowd.told.count("COMMIT") == 3  # the first of two held the turn
    assert crowd.rows() == ["a", "b", "c", "d"]


def test_nobody_joins_a_transaction_that_has_been_open_for_long(crowd, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_S", -1)
    crowd.all_at_once(a=None, b=None)
    assert crowd.told.count("COMMIT") == 3
    assert crowd.rows() == ["a", "b"]


@pytest.mark.parametrize("place", range(3))
def test_what_one_does_wrong_is_undone_alone(crowd, place):
    works = [("a", None), ("b", None)]
    works.insert(place, ("bad", _fail))
    assert crowd.all_at_once(**dict(works)) == {"a": "stored", "b": "stored", "bad": ArithmeticError}
    assert crowd.told.count("COMMIT") == 1
    assert crowd.rows() == ["a", "b"]


def test_what_is_taken_back_is_undone_alone(crowd):
    def take_back(session):
        session.execute(text("INSERT INTO x VALUES ('not this')"))
        session.take_back()

    assert crowd.all_at_once(a=None, tried=take_back, b=None) == dict.fromkeys(("a", "tried", "b"), "stored")
    assert crowd.rows() == ["a", "b"]


def test_who_comes_second_hears_of_it_when_the_first_is_stored(crowd):
    """Else it would look, find nothing, and try in vain again and again."""

    def the_same(session):
        session.execute(text("INSERT INTO x VALUES ('a')"))

    assert crowd.all_at_once(a=None, second=the_same, b=None) == {"a": "stored", "second": AlreadyThere, "b": "stored"}
    assert crowd.told.index("COMMIT") < crowd.told.index("second goes on")


def test_a_commit_that_fails_fails_for_all(crowd):
    assert crowd.all_at_once(a=None, bad=_break_at_the_end, b=None) == dict.fromkeys(("a", "bad", "b"), Unanswered)
    assert crowd.rows() == []
    crowd.write("later")
    assert crowd.rows() == ["later"]


def test_a_full_disk_leaves_nobody_in_doubt(crowd):
    with crowd.database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA max_page_count=20")
    outcomes = crowd.all_at_once(a=None, much=_fill_the_disk, b=None)
    assert outcomes["much"] is Unanswered
    assert crowd.rows() == [name for name in ("a", "b") if outcomes[name] == "stored"]
    crowd.write("later")
    assert "later" in crowd.rows()


@pytest.mark.parametrize(("statement", "left"), [("COMMIT", []), ("RELEASE writer", ["c"])])
def test_no_memory_at_the_end_fails_for_all_until_then(crowd, monkeypatch, statement, left):
    """Python's SQLite then raises MemoryError, which is no error of the database."""
    execute, failing = turns._Shared.execute, iter([MemoryError])

    def in_need(shared, said):
        if said == statement and (error := next(failing, None)):
            raise error
        execute(shared, said)

    def begin_the_need(session):
        session.execute(text("INSERT INTO x VALUES ('b')"))
        monkeypatch.setattr(turns._Shared, "execute", in_need)

    outcomes = crowd.all_at_once(a=None, b=begin_the_need, c=None)
    assert outcomes == {name: "stored" if name in left else Unanswered for name in "abc"}
    crowd.write("later")
    assert crowd.rows() == [*left, "later"]


def test_a_writer_of_another_process_is_waited_for_by_looking_often(crowd):
    """SQLite's own waiting hardly ever looks in the moment between two transactions of a process that is busy."""
    with closing(sqlite3.connect(crowd.database.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = threading.Thread(target=crowd.write, args=("a",))
        waiting.start()
        while crowd.told.count("BEGIN IMMEDIATE") < 3:
            threading.Event().wait(0.001)
        assert crowd.outcomes == {}
        other.execute("COMMIT")
        waiting.join(PATIENCE_S)
    assert crowd.outcomes == {"a": "stored"}
    with crowd.database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == 1000 * PATIENCE_S


def test_a_writer_of_another_process_is_not_waited_for_for_ever(crowd):
    crowd.database._turns._patience_s = 0
    with closing(sqlite3.connect(crowd.database.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        crowd.write("a")
        other.execute("COMMIT")
    crowd.write("b")
    assert crowd.outcomes == {"a": Unanswered, "b": "stored"}


def test_who_loses_patience_leaves_the_turn_to_the_others(crowd):
    crowd.database._turns._patience_s = 0
    with crowd.database.writing("t"):
        crowd.write("hasty")
    assert crowd.outcomes == {"hasty": Unanswered}
    crowd.write("a")
    assert crowd.rows() == ["a"]


def test_an_interrupt_while_it_waits_leaves_the_turn_to_the_others(crowd, monkeypatch):
    class Interrupted(threading.Event):
        def wait(self, _timeout=None):
            raise KeyboardInterrupt

    with crowd.database.writing("t"), monkeypatch.context() as patched:
        patched.setattr(turns.threading, "Event", Interrupted)
        with suppress(KeyboardInterrupt):
            crowd.write("interrupted")
    assert not crowd.database._turns._waiting
    crowd.write("a")
    assert crowd.rows() == ["a"]
