import pytest

from app.web.quick_turns import LONG_S, PAUSE, QuickTurns


class Clock:
    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clocks():
    return Clock(), Clock()


def working(cpu, seconds):
    """Work that takes so many seconds of CPU time."""

    def work():
        cpu.seconds += seconds
        return "done"

    return work


def test_quick_work_is_done_again_and_again(clocks):
    monotonic, cpu = clocks
    turns = QuickTurns(monotonic, cpu)
    for _ in range(1000):
        assert turns.is_open
        assert turns.do(working(cpu, LONG_S / 2)) == "done"


def test_after_work_that_took_long_there_is_a_pause(clocks):
    monotonic, cpu = clocks
    turns = QuickTurns(monotonic, cpu)
    assert turns.do(working(cpu, 0.5)) == "done"
    monotonic.seconds += 0.5 * PAUSE - 0.1
    assert not turns.is_open
    monotonic.seconds += 0.2
    assert turns.is_open


def test_work_that_fails_counts_too(clocks):
    monotonic, cpu = clocks
    turns = QuickTurns(monotonic, cpu)

    def work():
        working(cpu, 1.0)()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        turns.do(work)
    assert not turns.is_open
