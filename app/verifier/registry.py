"""Registries of issuers, as they are written down, to what can be asked: three forms, one port. Pure.

1. a plain list: `{"issuers": ["did:web:…"], "name": "…"}`, or what the caller of a verification gives
2. a RecognizedEntityCredential (app.vc.recognition), once it was verified
3. the known-issuer registry of the Digital Credentials Consortium, a dictionary by DID
   (https://github.com/digitalcredentials/issuer-registry-client): `{"meta": …, "registry": {"did:…": {"name": …}}}`

Lists that are not signed are believed as far as the place that they came from: a file that the operator put there, or
an https address that she chose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import BadInput
from app.vc import recognition
from app.vc.recognition import Entry
from app.verifier.trust import Authority, Recognition, TrustRegistry

MAX_ISSUERS = 10_000  # of one list; ours: the largest known registry has some hundreds
MAX_ID = 4_096  # characters of an issuer's id, as of any DID (app.vc.did)


@dataclass(frozen=True, slots=True)
class ListedIssuers:
    """Issuers by their ids, recognised without limits: a plain list, or that of the DCC."""

    by: Authority
    entries: Mapping[str, Entry]

    def recognitions(self, issuer: str) -> tuple[Recognition, ...]:
        """The one entry of an issuer."""
        entry = self.entries.get(issuer)
        return () if entry is None else (Recognition(self.by, entry),)


@dataclass(frozen=True, slots=True)
class RecognisedIssuers:
    """The entries of a registry that was verified; an issuer may have several."""

    by: Authority
    entries: Mapping[str, tuple[Entry, ...]]

    def recognitions(self, issuer: str) -> tuple[Recognition, ...]:
        """All entries of an issuer."""
        return tuple(Recognition(self.by, entry) for entry in self.entries.get(issuer, ()))


def listed(issuers: Any, name: str, source: str, pointer: str = "/issuers") -> TrustRegistry:
    """Make a registry of a plain list of ids. Raises BadInput."""
    if not isinstance(issuers, list) or not all(isinstance(one, str) and 0 < len(one) <= MAX_ID for one in issuers):
        raise BadInput("Issuers are a list of their ids.", pointer=pointer, remedy='E.g. ["did:web:example.org"].')
    if len(issuers) > MAX_ISSUERS:
        raise BadInput(f"At most {MAX_ISSUERS} issuers are taken.", pointer=pointer)
    return ListedIssuers(Authority(name, source), {issuer: Entry(issuer) for issuer in issuers})


def known_issuers(document: Mapping[str, Any], source: str) -> TrustRegistry:
    """Make one of a registry as the DCC writes it; older ones say `entries` for `registry`. Raises BadInput."""
    entries = document.get("registry", document.get("entries"))
    if not isinstance(entries, dict) or len(entries) > MAX_ISSUERS:
        raise BadInput(f"A registry is an object of at most {MAX_ISSUERS} entries by DID.", pointer="/registry")
    made = {issuer: known(issuer, one) for issuer, one in entries.items() if isinstance(one, dict)}
    name = document.get("name")
    return ListedIssuers(Authority(name if isinstance(name, str) else source, source), made)


def known(issuer: str, told: Mapping[str, Any]) -> Entry:
    """Read one entry of the DCC's registry."""
    name, url = told.get("name"), told.get("url")
    return Entry(issuer, name if isinstance(name, str) else None, url if isinstance(url, str) else None)


def recognised(credential: dict[str, Any], source: str) -> TrustRegistry:
    """Make one of a RecognizedEntityCredential; the caller has verified it."""
    issuer = credential.get("issuer")
    profile = issuer if isinstance(issuer, dict) else {"id": issuer}
    name, publisher = profile.get("name"), str(profile.get("id"))
    entries: dict[str, list[Entry]] = {}
    for entry in recognition.read_entries(credential):
        entries.setdefault(entry.issuer, []).append(entry)
    authority = Authority(name if isinstance(name, str) else publisher, source, publisher)
    return RecognisedIssuers(authority, {issuer: tuple(found) for issuer, found in entries.items()})


def unsigned(value: Any, source: str) -> TrustRegistry | None:
    """Make a registry of a list that is not signed; None for what is none, such as a credential. Raises BadInput."""
    if not isinstance(value, dict) or "credentialSubject" in value:
        return None
    if "issuers" in value:
        name = value.get("name")
        return listed(value["issuers"], name if isinstance(name, str) else source, source)
    return known_issuers(value, source) if "registry" in value or "entries" in value else None
