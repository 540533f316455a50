"""How many may be inside at once: in all, and per key (a host)."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.ports import FetchFailed


class Turnstile:
    """Counts who is inside. Safe to share between threads; keeps nothing about keys that nobody uses."""

    def __init__(self, *, per_key: int, in_all: int) -> None:
        """`per_key`, `in_all`: how many may be inside at once."""
        self._per_key = per_key
        self._in_all = in_all
        self._inside: Counter[str] = Counter()
        self._changed = threading.Condition()

    @contextmanager
    def passage(self, key: str, timeout_s: float) -> Iterator[None]:
        """Wait for room, at most `timeout_s` seconds; raises FetchFailed("timeout")."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._has_room(key), timeout_s):
                raise FetchFailed("timeout", f"Too many requests to {key} are under way; try again in a moment.")
            self._inside[key] += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside[key] -= 1
                if not self._inside[key]:
                    del self._inside[key]
                self._changed.notify_all()

    def _has_room(self, key: str) -> bool:
        return self._inside[key] < self._per_key and self._inside.total() < self._in_all
