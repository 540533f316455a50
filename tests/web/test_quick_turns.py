import pytest

from app.web.quick_turns import LONG_S, PAUSE, QuickTurns


class Clock:
    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds

    def working(self, seconds):
        """Work that takes so long."""

        def work():
            self.seconds += seconds
            return "done"

        return work


def test_quick_work_is_done_again_and_again():
    clock = Clock()
    turns = QuickTurns(clock, clock)
    for _ in range(1000):
        assert turns.do(clock.working(LONG_S / 2)) == "done"


def test_after_work_that_took_long_there_is_a_pause():
    clock = Clock()
    turns = QuickTurns(clock, clock)
    assert turns.do(clock.working(0.5)) == "done"
    clock.seconds += 0.5 * PAUSE - 0.1
    began = clock.seconds
    assert turns.do(clock.working(0.5)) is None
    assert clock.seconds == began
    clock.seconds += 0.2
    assert turns.do(clock.working(0.0)) == "done"


def test_work_that_fails_counts_too():
    clock = Clock()
    turns = QuickTurns(clock, clock)

    def work():
        clock.working(1.0)()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        turns.do(work)
    assert turns.do(clock.working(0.0)) is None
