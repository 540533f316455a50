"""Work that is done where the request was read, in the thread of the event loop, as long as it is quick.

To hand a request to a thread and back costs as much CPU time as a third of judging a badge. Whoever knows that some
work is small, and waits for nothing, has it done here. When it takes long all the same, because somebody made it so,
others wait meanwhile: then nothing is done here for PAUSE times as long, so that such work never has more than a
twentieth of the time.
"""

import time
from collections.abc import Callable
from typing import TypeVar

LONG_S = 0.05  # ours: fifty times what a large badge takes
PAUSE = 20
Result = TypeVar("Result")


class QuickTurns:
    """Of one process; used in the thread of its event loop only."""

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, worked: Callable[[], float] = time.thread_time
    ) -> None:
        """`monotonic`: seconds that pass. `worked`: seconds of this thread's own work, the same on a busy machine."""
        self._monotonic = monotonic
        self._worked = worked
        self._open_at = 0.0

    def do(self, work: Callable[[], Result | None]) -> Result | None:
        """Do it, and return or raise what it does; None in a pause, when nothing is done here."""
        if self._monotonic() < self._open_at:
            return None
        begun = self._worked()
        try:
            return work()
        finally:
            took_s = self._worked() - begun
            if took_s > LONG_S:
                self._open_at = self._monotonic() + PAUSE * took_s
