"""How often one address may ask for work that is open to anyone: a token bucket per address (GCRA).

The state is one process's memory: with several processes each allows its share more. Good enough against one noisy
client; a flood is the reverse proxy's business.
"""

import ipaddress
import threading
import time

from cachetools import LRUCache
from fastapi import Request

from app.errors import TooMany

LOOPBACK = ("127.0.0.1", "::1")
ADDRESSES = 10_000  # remembered at once; the longest unseen is forgotten first


class Throttle:
    """Allows `per_minute` requests a minute and address, in bursts up to the same number."""

    def __init__(self, per_minute: int) -> None:
        self._interval_s = 60 / per_minute
        self._burst_s = 60.0
        self._due: LRUCache[str, float] = LRUCache(ADDRESSES)
        self._lock = threading.Lock()

    def wait_s(self, address: str, now_s: float) -> float:
        """Seconds that this address must wait; 0 when the request may go on (and is counted)."""
        with self._lock:
            due = max(self._due.get(address, now_s), now_s)
            if due - now_s > self._burst_s - self._interval_s:
                return due - now_s - self._burst_s + self._interval_s
            self._due[address] = due + self._interval_s
            return 0.0


def _network(address: str) -> str:
    """One household: an IPv4 address, or the /64 of an IPv6 one (RFC 6177: a site has at least that)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address  # noqa: PLR2004


async def open_to_anyone(request: Request) -> None:
    """A dependency for open endpoints that cost work; raises TooMany."""
    count(request)


def count(request: Request) -> None:
    """Count a request that costs work, the first time that it is seen; raises TooMany.

    Who sits at the machine itself is not held up, unless the service is public: then it may be a proxy that does not
    say for whom it asks.
    """
    address = request.client.host if request.client else "unknown"
    if address in LOOPBACK and not request.app.state.services.settings.public_url.startswith("https:"):
        return
    if getattr(request.state, "is_counted", False):
        return
    throttle: Throttle = request.app.state.throttle
    wait_s = throttle.wait_s(_network(address), time.monotonic())
    if wait_s > 0:
        raise TooMany("Too many requests from your address.", retry_after_s=int(wait_s) + 1)
    request.state.is_counted = True
