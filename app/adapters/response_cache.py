"""Answers that may be used again, as their servers allow: Cache-Control of RFC 9111, for a shared cache, bounded.

https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2 : `no-store`, `no-cache` and `private` are not kept; `s-maxage`
goes before `max-age`; `Age` counts. A status list may say a shorter time itself (`ttl`). Without a lifetime an answer
is not kept: a guess would hide a revocation.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from app.errors import BadInput
from app.ports import Fetched
from app.vc import strict_json
from app.vc.multiformats import base64url_decode
from app.vc.outcome import Unsound

MAX_ENTRIES = 256  # design: small; a verification needs two or three documents
MAX_TOTAL_BYTES = 16_777_216  # 16 MiB of the service's 200 MB
MAX_LIFETIME_S = 3600  # whatever a server says: a revocation is seen within the hour
FORBIDDING = frozenset({"no-store", "no-cache", "private"})


def lifetime_s(headers: Mapping[str, str]) -> int:
    """Seconds for which an answer may be used again; 0 when it may not. `headers`: lower-case names."""
    directives = dict(_directive(part) for part in headers.get("cache-control", "").split(","))
    if FORBIDDING & directives.keys() or headers.get("vary", "").strip() == "*":
        return 0
    given = directives.get("s-maxage") or directives.get("max-age", "")
    return max(0, min(_seconds(given), MAX_LIFETIME_S) - _seconds(headers.get("age", "")))


def stated_ttl_s(content: bytes) -> int:
    """Seconds for which a status list says that it may be kept; MAX_LIFETIME_S for a document that says nothing.

    `ttl` of a Bitstring Status List is in milliseconds (https://www.w3.org/TR/vc-bitstring-status-list/, section 2.2),
    that of a Token Status List in seconds (https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/ 5.1).
    """
    document = _object(content)
    payload = document.get("vc", document)
    subject = payload.get("credentialSubject") if isinstance(payload, dict) else None
    if isinstance(subject, dict) and "ttl" in subject:
        return _whole(subject["ttl"], per_second=1000)
    return _whole(document.get("ttl", MAX_LIFETIME_S), per_second=1)


def _whole(value: object, *, per_second: int) -> int:
    """Whole seconds, at most MAX_LIFETIME_S; what is no number of them allows nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return 0
    return int(min(value / per_second, MAX_LIFETIME_S))


def _object(content: bytes) -> dict[str, Any]:
    """The JSON object, or the payload of the JWT; {} when it is neither, or says nothing of `ttl`."""
    try:
        text = content.strip()
        if not text.startswith(b"{"):
            text = base64url_decode(text.split(b".")[1].decode("ascii"))
        value = strict_json.loads(text) if b'"ttl"' in text else {}
    except (BadInput, Unsound, IndexError, UnicodeDecodeError):
        return {}
    return value if isinstance(value, dict) else {}


def _directive(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().lower(), value.strip().strip('"')


def _seconds(text: str) -> int:
    """Read a delta-seconds of RFC 9111 1.2.2; anything else is 0. Nine digits are thirty years."""
    text = text.strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


class ResponseCache:
    """The last answers by URL and Accept header. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, str], tuple[float, Fetched]] = OrderedDict()
        self._bytes = 0

    def find(self, url: str, accept: str) -> Fetched | None:
        """Return an answer that is still fresh."""
        with self._lock:
            entry = self._entries.get((url, accept))
            if entry is None:
                return None
            if entry[0] <= self._monotonic():
                self._drop((url, accept))
                return None
            self._entries.move_to_end((url, accept))
            return entry[1]

    def keep(self, url: str, accept: str, fetched: Fetched, headers: Mapping[str, str]) -> None:
        """Keep an answer as long as its headers allow; the least recently used ones make room."""
        seconds = min(lifetime_s(headers), stated_ttl_s(fetched.content))
        if not seconds:
            return
        with self._lock:
            self._drop((url, accept))
            self._entries[(url, accept)] = (self._monotonic() + seconds, fetched)
            self._bytes += len(fetched.content)
            while len(self._entries) > MAX_ENTRIES or self._bytes > MAX_TOTAL_BYTES:
                self._drop(next(iter(self._entries)))

    def _drop(self, key: tuple[str, str]) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= len(entry[1].content)
