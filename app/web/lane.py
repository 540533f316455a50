"""What many ask for at once, done together, by one thread.

To hand each request to a thread of its own costs as much as ten queries, and such threads stand in each other's way:
one at a time has Python's lock. So who asks while others are worked on waits, and all who wait are worked on together,
which also lets them share what each would pay alone: a transaction, say. Nobody waits for more to come.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Asked, Told]):
    asked: Asked
    told: asyncio.Future[Told]


class Lane(Generic[Asked, Told]):
    """Of one process; may be asked in several event loops."""

    def __init__(
        self, work: Callable[[Sequence[Asked]], Sequence[Told | Exception]], *, most: int, threads: int = 1
    ) -> None:
        """`work`: gives what came of each, in their order. `most`: how many are worked on together."""
        self._work = work
        self._most = most
        self._guard = threading.Lock()
        self._waiting: deque[_Waiting[Asked, Told]] = deque()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="together")
        self._idle = threads

    async def do(self, asked: Asked) -> Told:
        """Have it done, and return or raise what came of it. Who goes away meanwhile has it done all the same."""
        mine: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        with self._guard:
            self._waiting.append(_Waiting(asked, mine))
            begins = self._idle > 0
            self._idle -= begins
        if begins:
            self._pool.submit(self._work_off)
        return await mine

    def _work_off(self) -> None:
        """Until nobody waits."""
        while some := self._next():
            by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Told], Told | Exception]]] = {}
            for each, outcome in zip(some, self._done([each.asked for each in some]), strict=True):
                by_loop.setdefault(each.told.get_loop(), []).append((each.told, outcome))
            for loop, outcomes in by_loop.items():
                _tell(loop, outcomes)

    def _next(self) -> list[_Waiting[Asked, Told]]:
        with self._guard:
            some = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            self._idle += not some
            return some

    def _done(self, asked: Sequence[Asked]) -> Sequence[Told | Exception]:
        try:
            return [outcome for _, outcome in zip(asked, self._work(asked), strict=True)]
        except Exception as error:  # noqa: BLE001 - raised where it was asked for
            return [error] * len(asked)


def _tell(loop: asyncio.AbstractEventLoop, outcomes: Sequence[tuple[asyncio.Future[Told], Told | Exception]]) -> None:
    def settle() -> None:
        for future, outcome in outcomes:
            if future.done():  # who asked went away
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:  # the loop is closed: nobody waits there any more
        return
