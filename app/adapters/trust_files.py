"""Whom the operator chose in ATTESTA_TRUST_FILES, read now and then: registries are verified once, and not every time.

A registry that was changed is seen after FRESH_S; one that could not be read is tried again sooner.
"""

import threading
import time
from collections.abc import Callable

from app.ports import Services
from app.verifier.trust import TrustPolicy
from app.verifier.trust_sources import policy_of

FRESH_S = 300.0  # as long as our own status lists and DID documents may be kept by others
RETRY_S = 15.0  # a server that is down costs one verification in a while, not each one


class TrustFiles:
    """The TrustChoice port. The services record holds this and this needs the record, so it asks for it late."""

    def __init__(
        self,
        sources: tuple[str, ...],
        services: Callable[[], Services],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`sources`: files and https addresses, in the order in which they are asked."""
        self._sources = sources
        self._services = services
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: tuple[float, TrustPolicy] | None = None

    def policy(self, remaining_s: Callable[[], float]) -> TrustPolicy | None:
        """What to ask; read anew when it is no longer fresh, by one thread at a time."""
        if not self._sources:
            return None
        known = self._known
        if known is not None and (self._monotonic() < known[0] or self._lock.locked()):
            return known[1]
        with self._lock:
            known = self._known
            if known is not None and self._monotonic() < known[0]:  # another thread was quicker
                return known[1]
            read = policy_of(self._sources, self._services(), remaining_s)
            self._known = (self._monotonic() + (RETRY_S if read.unread else FRESH_S), read)
            return read
