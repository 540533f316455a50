"""Parsed frameworks, kept in memory."""

import json
import threading
from typing import Protocol

from cachetools import LRUCache

from app.competency.framework import Framework

SHELF_SIZE = 32  # frameworks held parsed in memory; the reference one takes about 1 MB


class PublishedFramework(Protocol):
    """What the shelf needs of a framework version's row."""

    id: str
    document: str


class FrameworkShelf:
    """Parsed frameworks by version id. A published version never changes, so nothing here can be stale."""

    def __init__(self) -> None:
        self._parsed: LRUCache[str, Framework] = LRUCache(SHELF_SIZE)
        self._lock = threading.Lock()

    def of(self, row: PublishedFramework) -> Framework:
        """The parsed framework of this version."""
        with self._lock:
            found = self._parsed.get(row.id)
        if found is None:
            found = Framework.of(json.loads(row.document))
            with self._lock:
                self._parsed[row.id] = found
        return found
