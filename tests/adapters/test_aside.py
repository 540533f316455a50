import threading

import anyio
import anyio.to_thread

from app.adapters.aside import MOST_WAITING, StepAside

THREADS = 2


async def limiter():
    found = anyio.to_thread.current_default_thread_limiter()
    found.total_tokens = THREADS
    return found


def test_places_of_those_who_wait_are_given_to_others():
    aside, inside, go_on, answered = StepAside(THREADS), threading.Barrier(THREADS + 1), threading.Event(), []

    def wait():
        with aside():
            inside.wait(60)
            go_on.wait(60)

    async def run():
        found = await limiter()
        async with anyio.create_task_group() as group:
            for _ in range(THREADS):
                group.start_soon(anyio.to_thread.run_sync, wait)
            await anyio.to_thread.run_sync(inside.wait, 60)  # gets a thread although both are taken
            answered.append(found.total_tokens)
            go_on.set()
        return found.total_tokens

    assert anyio.run(run) == THREADS
    assert answered == [THREADS * 2]


def test_there_are_at_most_so_many_more():
    aside = StepAside(THREADS)

    async def run():
        found = await limiter()
        found.total_tokens = THREADS + MOST_WAITING

        def wait():
            with aside():
                return found.total_tokens

        return await anyio.to_thread.run_sync(wait), found.total_tokens

    assert anyio.run(run) == (THREADS + MOST_WAITING, THREADS + MOST_WAITING)


def test_other_threads_are_let_through():
    with StepAside(THREADS)():
        assert threading.current_thread() is threading.main_thread()
