"""What never changes once it is published, kept in memory: parsed frameworks, achievements.

Whether a version is the newest does change, so that is asked of the database each time; nothing here can be stale.
"""

import json
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from cachetools import LRUCache

from app.competency.framework import Framework

FRAMEWORKS = 32  # held parsed in memory; the reference one takes about 1 MB
ACHIEVEMENTS = 1000  # held in memory; one takes some kilobytes beside its framework, which it shares
Value = TypeVar("Value")


class PublishedFramework(Protocol):
    """What the shelf needs of a framework version's row."""

    id: str
    document: str


class Shelf(Generic[Value]):
    """Values by the id of what they were made from; which was used longest ago is the first to go."""

    def __init__(self, size: int) -> None:
        """`size`: how many it holds."""
        self._kept: LRUCache[str, Value] = LRUCache(size)
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], Value]) -> Value:
        """What was made under that id, made now if it is not there."""
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = make()
            with self._lock:
                self._kept[key] = found
        return found


class FrameworkShelf(Shelf[Framework]):
    """Parsed frameworks by version id."""

    def __init__(self) -> None:
        super().__init__(FRAMEWORKS)

    def of(self, row: PublishedFramework) -> Framework:
        """The parsed framework of this version."""
        return self.get(row.id, lambda: Framework.of(json.loads(row.document)))
