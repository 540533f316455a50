"""Many threads at once, all kinds of operations mixed: no error, and every answer the same as in one thread alone."""

import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.properties.operations import OPERATIONS

THREADS = 8


def answer(task):
    operation, number = task
    return repr(OPERATIONS[operation](number))


def mixed_load(operations_in_all):
    """Every thread has the same tasks in an order of its own, so that the same work is often done at the same time."""
    sys.setswitchinterval(1e-4)  # a fiftieth of the usual: threads change places in the midst of everything
    each = operations_in_all // THREADS
    tasks = [(number % len(OPERATIONS), number) for number in range(each)]
    expected = {task: answer(task) for task in tasks}
    start = threading.Barrier(THREADS)

    def work(seed):
        own = random.Random(seed).sample(tasks, each)
        start.wait()
        return [task for task in own if answer(task) != expected[task]], len(own)

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(work, range(THREADS)))
    assert [wrong for wrong, _ in results] == [[]] * THREADS
    return sum(done for _, done in results)


@pytest.fixture(autouse=True)
def _usual_switching():
    usual = sys.getswitchinterval()
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("operation", range(len(OPERATIONS)), ids=[operation.__name__ for operation in OPERATIONS])
def test_every_operation_gives_the_same_answer_twice(operation):
    for number in range(8):
        assert answer((operation, number)) == answer((operation, number))


def test_four_hundred_operations_in_eight_threads():
    assert mixed_load(400) == 400


@pytest.mark.long
def test_ten_thousand_operations_in_eight_threads():
    assert mixed_load(10_000) == 10_000
