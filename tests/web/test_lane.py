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


async def behind(lane, work, numbers):
    """What becomes of these numbers, which are asked for while 0 is worked on."""
    first = asyncio.create_task(lane.do(0))
    await asyncio.to_thread(work.begun.wait, PATIENCE_S)
    tasks = [asyncio.create_task(lane.do(number)) for number in numbers]
    await asyncio.sleep(0)
    work.goes_on.set()
    return await first, tasks


def test_who_asks_meanwhile_is_answered_together_and_each_his_own():
    async def ask():
        work = Work()
        first, tasks = await behind(Lane(work, most=3), work, [2, 3, 4, 6])
        told = await asyncio.gather(*tasks, return_exceptions=True)
        return work.together, first, told[0], str(told[1]), told[2], told[3]

    assert asyncio.run(ask()) == ([[0], [2, 3, 4], [6]], 0, 4, "3 is odd", 8, 12)


def test_a_lane_goes_on_after_work_that_failed_as_a_whole():
    def fails(asked):
        if asked == [1]:
            raise MemoryError
        return [] if asked == [2] else asked

    async def ask():
        lane = Lane(fails, most=10)
        with pytest.raises(MemoryError):
            await lane.do(1)
        with pytest.raises(ValueError, match="argument 2 is shorter"):
            await lane.do(2)
        return await lane.do(3)

    assert asyncio.run(ask()) == 3


def test_who_goes_away_spoils_nothing_for_the_others():
    async def ask():
        work = Work()
        lane = Lane(work, most=10)
        first = asyncio.create_task(lane.do(0))
        await asyncio.to_thread(work.begun.wait, PATIENCE_S)
        gone, stays = asyncio.create_task(lane.do(2)), asyncio.create_task(lane.do(4))
        await asyncio.sleep(0)
        gone.cancel()
        work.goes_on.set()
        return await first, await stays, gone.cancelled(), work.together

    assert asyncio.run(ask()) == (0, 8, True, [[0], [2, 4]])


def test_it_may_be_asked_in_several_event_loops_at_once():
    work = Work()
    lane = Lane(work, most=10)
    told = []
    threads = [
        threading.Thread(target=lambda number=number: told.append(asyncio.run(lane.do(number))))
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
    lane = Lane(work, most=10)

    async def leave():
        task = asyncio.create_task(lane.do(0))
        await asyncio.to_thread(work.begun.wait, PATIENCE_S)
        task.cancel()

    asyncio.run(leave())
    work.goes_on.set()
    assert asyncio.run(lane.do(2)) == 4
