import asyncio
import threading

import pytest

from app.web.lane import Lane

PATIENCE_S = 60


class Work:
    """Gives each number doubled, and waits in the middle of the first until it is told to go on."""

    def __init__(self):
        self.together: list[list[int]] = []
        self.begun, self.goes_on = threading.Event(), threading.Event()

    def __call__(self, asked):
        self.together.append(list(asked))
        self.begun.set()
        assert self.goes_on.wait(PATIENCE_S)
        return [ValueError(f"{each} is odd") if each % 2 else 2 * each for each in asked]


def lane_of(work, most=10, threads=1):
    return Lane(work, most=most, threads=threads)


async def behind(lane, work, asked):
    """What becomes of these (number, who), which are asked for while she works on 0."""
    first = asyncio.create_task(lane.do(0, "she"))
    await asyncio.to_thread(work.begun.wait, PATIENCE_S)
    tasks = [asyncio.create_task(lane.do(*each)) for each in asked]
    await asyncio.sleep(0)
    work.goes_on.set()
    return await first, tasks


def test_who_asks_meanwhile_is_answered_together_and_each_his_own():
    async def ask():
        work = Work()
        first, tasks = await behind(lane_of(work, most=3), work, [(number, "she") for number in (2, 3, 4, 6)])
        told = await asyncio.gather(*tasks, return_exceptions=True)
        return work.together, first, told[0], str(told[1]), told[2], told[3]

    assert asyncio.run(ask()) == ([[0], [2, 3, 4], [6]], 0, 4, "3 is odd", 8, 12)


def test_a_lane_goes_on_after_work_that_failed_as_a_whole():
    def fails(asked):
        if asked == [1]:
            raise MemoryError
        return [] if asked == [2] else asked

    async def ask():
        lane = lane_of(fails)
        with pytest.raises(MemoryError):
            await lane.do(1, "she")
        with pytest.raises(ValueError, match="argument 2 is shorter"):
            await lane.do(2, "she")
        return await lane.do(3, "she")

    assert asyncio.run(ask()) == 3


def test_who_goes_away_spoils_nothing_for_the_others():
    async def ask():
        work = Work()
        lane = lane_of(work)
        first = asyncio.create_task(lane.do(0, "she"))
        await asyncio.to_thread(work.begun.wait, PATIENCE_S)
        gone, stays = asyncio.create_task(lane.do(2, "she")), asyncio.create_task(lane.do(4, "she"))
        await asyncio.sleep(0)
        gone.cancel()
        work.goes_on.set()
        return await first, await stays, gone.cancelled(), work.together

    assert asyncio.run(ask()) == (0, 8, True, [[0], [2, 4]])


def test_it_may_be_asked_in_several_event_loops_at_once():
    work = Work()
    lane = lane_of(work)
    told = []
    threads = [
        threading.Thread(target=lambda number=number: told.append(asyncio.run(lane.do(number, "she"))))
        for number in range(0, 20, 2)
    ]
    for thread in threads:
        thread.start()
    work.goes_on.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert sorted(told) == list(range(0, 40, 4))


def test_an_event_loop_that_has_ended_holds_up_nobody():
    work = Work()
    lane = lane_of(work)

    async def leave():
        task = asyncio.create_task(lane.do(0, "she"))
        await asyncio.to_thread(work.begun.wait, PATIENCE_S)
        task.cancel()

    asyncio.run(leave())
    work.goes_on.set()
    assert asyncio.run(lane.do(2, "she")) == 4


def test_who_asks_much_lets_others_have_their_turn():
    async def ask():
        work = Work()
        asked = [(2, "she"), (4, "she"), (6, "he"), (8, "she"), (10, "they")]
        _, tasks = await behind(lane_of(work, most=2), work, asked)
        await asyncio.gather(*tasks)
        return work.together

    assert asyncio.run(ask()) == [[0], [6], [10], [2, 4], [8]]


def test_who_has_to_wait_holds_up_nobody_else_while_there_are_threads():
    async def ask():
        work, quick = Work(), threading.Event()

        def do(asked):
            return work(asked) if asked != [2] else [quick.set()]

        lane = lane_of(do, threads=2)
        first = asyncio.create_task(lane.do(0, "she"))
        await asyncio.to_thread(work.begun.wait, PATIENCE_S)
        await lane.do(2, "he")
        assert not first.done()
        work.goes_on.set()
        return await first, quick.is_set()

    assert asyncio.run(ask()) == (0, True)


def test_one_who_asks_is_never_worked_on_by_two_threads_at_once():
    at_once, most = [], []

    def do(asked):
        at_once.append(asked)
        most.append(len(at_once))
        threading.Event().wait(0.001)
        at_once.pop()
        return asked

    async def ask():
        lane = lane_of(do, most=1, threads=8)
        return await asyncio.gather(*(lane.do(number, "she") for number in range(50)))

    assert asyncio.run(ask()) == list(range(50))
    assert set(most) == {1}


class Panic(BaseException):
    """As of native code, which is no Exception."""


def test_a_lane_goes_on_after_a_panic():
    def panics(asked):
        if asked == [1]:
            raise Panic("out of order")
        return asked

    async def ask():
        lane = lane_of(panics)
        with pytest.raises(RuntimeError, match="out of order"):
            await lane.do(1, "she")
        return await asyncio.wait_for(lane.do(3, "she"), PATIENCE_S)

    assert asyncio.run(ask()) == 3


def test_a_lane_goes_on_when_there_was_no_thread_to_be_had(monkeypatch):
    def none(_thread):
        raise RuntimeError("can't start new thread")

    async def ask():
        lane = lane_of(lambda asked: asked)
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", none)
            with pytest.raises(RuntimeError, match="can't start new thread"):
                await lane.do(1, "she")
        return await asyncio.wait_for(lane.do(3, "she"), PATIENCE_S)

    assert asyncio.run(ask()) == 3


def test_a_lane_goes_on_when_there_was_no_memory_to_tell(monkeypatch):
    async def ask():
        lane, loop = lane_of(lambda asked: asked), asyncio.get_running_loop()

        def no_memory(*_given):
            raise MemoryError

        with monkeypatch.context() as patched:
            patched.setattr(loop, "call_soon_threadsafe", no_memory)
            lost = asyncio.create_task(lane.do(1, "she"))
            await asyncio.sleep(0)
            for thread in threading.enumerate():
                if thread.name == "together":
                    thread.join(PATIENCE_S)
        lost.cancel()
        return await asyncio.wait_for(lane.do(3, "she"), PATIENCE_S)

    assert asyncio.run(ask()) == 3
