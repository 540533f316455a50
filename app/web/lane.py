"""What many ask for at once, done together: for each who asks, one after another by one thread.

To hand each request to a thread of its own costs as much as ten queries, and such threads stand in each other's way:
one at a time has Python's lock. So what somebody asks for while others of hers are worked on waits, and all that waits
is worked on together, which also lets it share what each would pay alone: a transaction, say. Nobody waits for more to
come, and nobody for what others ask for, as long as there are threads.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Asked, Told]):
    asked: Asked
    future: asyncio.Future[Told]

    def tell(self, outcome: Told | Exception) -> None:
        """To the event loop where it was asked for, unless that has ended."""
        with suppress(RuntimeError, MemoryError):
            self.future.get_loop().call_soon_threadsafe(self._settle, outcome)

    def _settle(self, outcome: Told | Exception) -> None:
        if self.future.done():  # who asked went away
            return
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class Lane(Generic[Asked, Told]):
    """Of one process; may be asked in several event loops."""

    def __init__(
        self, work: Callable[[Sequence[Asked]], Sequence[Told | Exception]], *, most: int, threads: int
    ) -> None:
        """`work`: gives what came of each, in their order. `most`: how many are worked on together."""
        self._work = work
        self._most = most
        self._threads = threads
        self._working = 0
        self._guard = threading.Lock()
        self._waiting: dict[Hashable, deque[_Waiting[Asked, Told]]] = {}  # by who asked, while she is worked on too
        self._next: deque[Hashable] = deque()  # those of them whom nobody works on

    async def do(self, asked: Asked, who: Hashable) -> Told:
        """Have it done, and return or raise what came of it. Who goes away meanwhile has it done all the same.

        What is worked on together is of one `who`. Raises RuntimeError when there is no thread to be had.
        """
        mine: _Waiting[Asked, Told] = _Waiting(asked, asyncio.get_running_loop().create_future())
        with self._guard:
            if who in self._waiting:
                self._waiting[who].append(mine)
            else:
                self._begin(who, mine)
        return await mine.future

    def _begin(self, who: Hashable, first: _Waiting[Asked, Told]) -> None:
        self._waiting[who] = deque([first])
        self._next.append(who)
        if self._working == self._threads:
            return
        try:  # not by a pool, which keeps for later what it has no thread for
            threading.Thread(target=self._work_off, name="together").start()
        except RuntimeError:  # no new thread
            if self._working == 0:  # nor one that would come to it
                self._next.remove(who)
                del self._waiting[who]
                raise
        else:
            self._working += 1

    def _work_off(self) -> None:
        """Until nobody waits."""
        while (turn := self._turn()) is not None:
            who, some = turn
            with suppress(Exception):  # no memory
                self._answer(some)
            self._end_turn(who)

    def _turn(self) -> tuple[Hashable, list[_Waiting[Asked, Told]]] | None:
        """Who waits longest, and what she waits for; None when nobody does."""
        with self._guard:
            if not self._next:
                self._working -= 1
                return None
            who = self._next.popleft()
            waiting = self._waiting[who]
            return who, [waiting.popleft() for _ in range(min(self._most, len(waiting)))]

    def _end_turn(self, who: Hashable) -> None:
        """What she asked for meanwhile is done when others had their turn."""
        with self._guard:
            if self._waiting[who]:
                self._next.append(who)
            else:
                del self._waiting[who]

    def _answer(self, some: Sequence[_Waiting[Asked, Told]]) -> None:
        for each, outcome in zip(some, self._done([each.asked for each in some]), strict=True):
            each.tell(outcome)

    def _done(self, asked: Sequence[Asked]) -> Sequence[Told | Exception]:
        try:
            return [outcome for _, outcome in zip(asked, self._work(asked), strict=True)]
        except Exception as error:  # noqa: BLE001 - raised where it was asked for
            return [error] * len(asked)
        except BaseException as error:  # noqa: BLE001 - native code that panics
            return [RuntimeError(repr(error))] * len(asked)
