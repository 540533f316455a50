"""The Memory port: one contract, in the database and in the process."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.adapters.memory_database import DatabaseMemory
from app.adapters.memory_process import ProcessMemory
from app.store.tables import BriefText
from tests.service import TODAY, Clock

SOON = TODAY + timedelta(minutes=15)


@pytest.fixture
def clock():
    return Clock(TODAY)


@pytest.fixture(params=["database", "process"])
def memory(request, world, clock):
    return ProcessMemory(clock) if request.param == "process" else DatabaseMemory(world.services.database, clock)


def test_it_keeps_and_reads(memory):
    memory.keep("a", "one", SOON)
    memory.keep("b", "two", SOON)
    assert (memory.read("a"), memory.read("b"), memory.read("c")) == ("one", "two", None)
    memory.keep("a", "three", SOON)
    assert memory.read("a") == "three"


def test_what_is_taken_is_gone(memory):
    memory.keep("a", "one", SOON)
    assert (memory.take("a"), memory.take("a"), memory.read("a")) == ("one", None, None)


def test_it_forgets_when_the_time_is_over(memory, clock):
    memory.keep("a", "one", SOON)
    clock.move(minutes=14)
    assert memory.read("a") == "one"
    clock.move(minutes=1)
    assert (memory.read("a"), memory.take("a")) == (None, None)


def test_of_several_takers_one_gets_it(memory):
    memory.keep("a", "one", SOON)
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda _: memory.take("a"), range(16)))
    assert sorted(got, key=str) == [None] * 15 + ["one"]


def test_it_counts_as_long_as_the_number_is_kept(memory, clock):
    assert memory.count("n") is None
    memory.keep("n", "0", SOON)
    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(lambda _: memory.count("n"), range(12))) == list(range(1, 13))
    assert memory.read("n") == "12"
    clock.move(minutes=15)
    assert memory.count("n") is None


def test_the_database_knows_no_names_and_loses_what_has_expired(world, clock):
    memory = DatabaseMemory(world.services.database, clock)
    memory.keep("a-secret", "one", SOON)
    memory.keep("another", "two", SOON + timedelta(minutes=5))
    with world.services.database.everywhere(why="a test looks") as session:
        assert "a-secret" not in session.scalars(select(BriefText.name_hash)).all()
    clock.move(minutes=15)
    assert (memory.forget_expired(), memory.forget_expired()) == (1, 0)
    assert memory.read("another") == "two"


def test_the_process_holds_no_more_than_it_may(clock):
    few = ProcessMemory(clock, max_texts=2)
    for name in "abc":
        few.keep(name, name, SOON)
    assert [few.read(name) for name in "abc"] == [None, "b", "c"]
    small = ProcessMemory(clock, max_characters=10)
    small.keep("a", "x" * 6, SOON)
    small.keep("b", "x" * 6, SOON)
    assert (small.read("a"), small.read("b")) == (None, "x" * 6)
    small.keep("c", "x" * 11, SOON)
    assert small.read("c") is None
