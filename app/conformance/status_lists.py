"""The status lists of the harness, in memory: one for each purpose, signed anew whenever one is read.

https://www.w3.org/TR/vc-bitstring-status-list/
"""

import json
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.conformance.profiles import Profile
from app.errors import NotFound, Unavailable
from app.issuer.vc_api import secure
from app.ports import Fetched, Services
from app.vc import status, timestamps, vc_api
from app.vc.vc_api import StatusRequest

MAX_ISSUED = 50_000  # ids that are remembered: far more than any suite issues
VALID_FOR = timedelta(days=1)
MEDIA_TYPE = "application/ld+json"  # what the suites' client reads as JSON


@dataclass(slots=True)
class _List:
    """One list. `indexes`: by the id of the credential."""

    purpose: str
    bits: bytes
    indexes: dict[str, int] = field(default_factory=dict)


class StatusLists:
    """Lists by their URL, which has the address under which the suite sees us."""

    def __init__(self, services: Services, profile: Profile) -> None:
        self._services = services
        self._profile = profile
        self._lists: dict[str, _List] = {}
        self._lock = threading.Lock()

    def entry(self, base_url: str, purpose: str, credential_id: str) -> dict[str, str]:
        """`credentialStatus` for one credential: a fresh index, or the one that its id has already."""
        url = f"{base_url}conformance/status-lists/{purpose}"
        with self._lock:
            if url not in self._lists:
                self._lists[url] = _List(purpose, status.new_bits(status.MIN_ENTRIES))
            held = self._lists[url].indexes
            if credential_id not in held and len(held) >= MAX_ISSUED:
                raise Unavailable("The harness has issued as many credentials as it remembers.", remedy="Restart it.")
            return status.entry(url, held.setdefault(credential_id, len(held)), purpose)

    def set(self, request: StatusRequest) -> None:
        """Set or clear the bits of a credential under a purpose; raises NotFound for one that has none."""
        with self._lock:
            touched = [
                one
                for url, one in self._lists.items()
                if one.purpose == request.purpose
                and request.credential_id in one.indexes
                and request.list_url in (None, url)
            ]
            for one in touched:
                one.bits = status.set_bit(one.bits, one.indexes[request.credential_id], request.value)
        if not touched:
            raise NotFound("No credential of that id has a status of that purpose here.")

    def document(self, url: str) -> Fetched | None:
        """The signed list at that URL, as it is now; None when there is none."""
        with self._lock:
            found = self._lists.get(url)
            bits = found.bits if found is not None else b""
        if found is None:
            return None
        now = self._services.clock()
        unsigned = status.list_credential(
            url,
            self._profile.issuer,
            found.purpose,
            status.encode(bits),
            timestamps.write(now),
            timestamps.write(now + VALID_FOR),
            ttl_ms=None,
        )
        signed = self._signed(unsigned)
        return Fetched(url, MEDIA_TYPE, json.dumps(signed, separators=(",", ":")).encode())

    def _signed(self, unsigned: dict[str, Any]) -> dict[str, Any]:
        profile = self._profile
        made = secure.sealed(
            self._services,
            unsigned,
            profile.signer,
            cryptosuite=profile.cryptosuite,
            verification_method=profile.verification_method,
        )
        return vc_api.with_single_proof(made.document)
