"""What is kept for some minutes, in the memory of this process: for a verifier without a database."""

import threading
from collections import OrderedDict
from datetime import datetime

from app.ports import Clock

MAX_TEXTS = 4_000  # ours: a thousand requests at once, of up to four texts each
MAX_CHARACTERS = 33_554_432  # ours: 32 Mi, some hundred reports


class ProcessMemory:
    """The Memory port of one process. When it is full the oldest is forgotten."""

    def __init__(self, clock: Clock, max_texts: int = MAX_TEXTS, max_characters: int = MAX_CHARACTERS) -> None:
        self._clock = clock
        self._max_texts, self._max_characters = max_texts, max_characters
        self._texts: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, name: str, text: str, until: datetime) -> None:
        """Keep a text, in the place of one that was there."""
        with self._lock:
            self._texts.pop(name, None)
            self._texts[name] = (text, until)
            self._make_room()

    def read(self, name: str) -> str | None:
        """The text of that name; None when there is none, or its time is over."""
        with self._lock:
            return self._standing(self._texts.get(name))

    def take(self, name: str) -> str | None:
        """The same, once: of several who ask for it one gets it."""
        with self._lock:
            return self._standing(self._texts.pop(name, None))

    def count(self, name: str) -> int | None:
        """Add one to the number of that name; None when there is none, or its time is over."""
        with self._lock:
            kept = self._texts.get(name)
            standing = self._standing(kept)
            if kept is None or standing is None:
                return None
            total = int(standing) + 1
            self._texts[name] = (str(total), kept[1])
            return total

    def _standing(self, kept: tuple[str, datetime] | None) -> str | None:
        return kept[0] if kept is not None and kept[1] > self._clock() else None

    def _make_room(self) -> None:
        now = self._clock()
        for name in [name for name, (_, until) in self._texts.items() if until <= now]:
            del self._texts[name]
        size = sum(len(text) for text, _ in self._texts.values())
        while len(self._texts) > self._max_texts or size > self._max_characters:
            _, (text, _) = self._texts.popitem(last=False)
            size -= len(text)
