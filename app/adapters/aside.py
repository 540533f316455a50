"""Who only waits for other servers steps aside: another request may use its thread's place meanwhile.

Requests share a few threads, since their work is CPU. A verification that waits for a server which answers a byte a
second would hold such a place for nothing, and ten of them all places there are: then nobody else is answered. So while
a thread waits there may be one thread more, up to MOST_WAITING.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio.from_thread
import anyio.to_thread

MOST_WAITING = 64  # threads that wait cost memory only; more than the fetcher lets through at once (fetch.AT_ONCE)


class StepAside:
    """The Aside port, for threads that the web framework made; others do not count and are let through."""

    def __init__(self, threads: int) -> None:
        """`threads`: how many there are when nobody waits."""
        self._most = threads + MOST_WAITING

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait in here."""
        is_more = self._change(1)
        try:
            yield
        finally:
            if is_more:
                self._change(-1)

    def _change(self, by: int) -> bool:
        try:
            return anyio.from_thread.run_sync(self._change_here, by)
        except RuntimeError:  # no thread of the web framework, or the service is being stopped
            return False

    def _change_here(self, by: int) -> bool:
        """In the event loop's thread, so that no two change it at once."""
        limiter = anyio.to_thread.current_default_thread_limiter()
        if limiter.total_tokens + by > self._most:
            return False
        limiter.total_tokens += by
        return True
