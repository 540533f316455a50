"""Keeping a registry: read, replaced, changed by one entry. What changes stands in the audit log."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.errors import NotFound
from app.issuer.credential.identity import issuer_url
from app.issuer.registry.entries import LAST_SECOND as LAST
from app.issuer.registry.entries import EntryBody, RegistryBody, checked, key_of, moment
from app.issuer.registry.signing import unsigned
from app.ports import Principal, Services
from app.store import audit
from app.store import registry as store
from app.store.session import TenantSession
from app.store.tables import IssuerRegistry
from app.vc import issuance, timestamps
from app.web import caching

Entries = list[dict[str, Any]]
CHANGES = {"added": "issuer recognised", "changed": "recognition changed", "removed": "recognition removed"}


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did. Issuers by their ids. `revision`: of the list after it."""

    entries: Entries
    added: list[str]
    changed: list[str]
    removed: list[str]
    url: str
    revision: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON value."""
        is_same = not (self.added or self.changed or self.removed)
        return {
            "outcome": "unchanged" if is_same else "changed",
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "url": self.url,
            "entries": self.entries,
        }


def get(services: Services, principal: Principal) -> tuple[dict[str, Any], int]:
    """The registry as it is kept, and its revision; without entries, and 0, when there is none yet."""
    with services.database.reading(principal.tenant_id) as session:
        row = store.registry(session)
    updated = timestamps.write(row.updated_at) if row else None
    entries = row.entries if row else []
    url = registry_url(services, principal.tenant_slug)
    return {"url": url, "updated_at": updated, "entries": entries}, row.revision if row else 0


def put(
    services: Services, principal: Principal, sent: RegistryBody, *, if_match: str | None = None, dry_run: bool = False
) -> Change:
    """Replace the list. An issuer that is not in it any more is recognised no longer, also for the past.

    `if_match`: the header, with the tag of what the caller has read. Raises BadInput for what cannot be signed, and
    Outdated for a list that was changed since; then nothing is stored.
    """
    wanted = checked(sent.entries)
    return change(services, principal, lambda _: wanted, if_match=if_match, dry_run=dry_run)


def etag(revision: int) -> str:
    """The entity tag of a revision of the list, with its quotes."""
    return f'"{revision}"'


def add(services: Services, principal: Principal, sent: EntryBody) -> Change:
    """Recognise an issuer, or change the entry that begins on the same day. Raises BadInput."""
    (wanted,) = checked([sent])

    def with_entry(entries: Entries) -> Entries:
        others = [one for one in entries if key_of(one) != key_of(wanted)]
        return entries if wanted in entries else [*others, wanted]

    return change(services, principal, with_entry)


def end(services: Services, principal: Principal, issuer: str, until: str) -> Change:
    """End the recognition of an issuer on a day; what it issued before stays recognised.

    Raises NotFound for an issuer that is not recognised, BadInput for what is no day.
    """
    ends = moment(until, "/valid_until", LAST)
    text = timestamps.write(ends) if ends else None

    def ended(entries: Entries) -> Entries:
        if all(one["issuer"] != issuer for one in entries):
            raise NotFound(f"{issuer[:200]} is not recognised.", remedy="`attesta registry list` shows who is.")
        kept = [one for one in entries if one["issuer"] != issuer or not begins_after(one, text)]
        return [one | {"valid_until": text} if one["issuer"] == issuer and outlasts(one, text) else one for one in kept]

    return change(services, principal, ended)


def outlasts(kept: dict[str, Any], until: str | None) -> bool:
    """Whether an entry goes on after that moment; both are written in UTC, so that texts compare."""
    return until is not None and (kept["valid_until"] is None or kept["valid_until"] > until)


def begins_after(kept: dict[str, Any], until: str | None) -> bool:
    """Whether an entry has not begun by then."""
    return until is not None and kept["valid_from"] is not None and kept["valid_from"] > until


def change(
    services: Services,
    principal: Principal,
    new: Callable[[Entries], Entries],
    *,
    if_match: str | None = None,
    dry_run: bool = False,
) -> Change:
    """Change the entries in one transaction; what would not be signed is refused before anything is stored."""
    if dry_run:
        with services.database.reading(principal.tenant_id) as session:
            return compared(services, session, principal, new, if_match)[0]

    def work() -> Change:
        with services.database.writing(principal.tenant_id) as session:
            told, row = compared(services, session, principal, new, if_match)
            if told.added or told.changed or told.removed:
                store_change(services, session, principal, told, row)
                return replace(told, revision=told.revision + 1)
            return told

    return services.database.settle(work)


def compared(
    services: Services,
    session: TenantSession,
    principal: Principal,
    new: Callable[[Entries], Entries],
    if_match: str | None,
) -> tuple[Change, IssuerRegistry | None]:
    """What a change would do, and the row that it would change. Raises Outdated."""
    row = store.registry(session, lock=True)
    revision = row.revision if row else 0
    caching.refuse_outdated(if_match, etag(revision))
    before = {key_of(one): one for one in row.entries} if row else {}
    entries = new(list(before.values()))
    if entries:
        issuance.check(unsigned(services, session, principal.tenant_slug, entries))
    after = {key_of(one): one for one in entries}
    told = Change(
        entries,
        [issuer for issuer, begins in after if (issuer, begins) not in before],
        [key[0] for key, one in after.items() if key in before and before[key] != one],
        [issuer for issuer, begins in before if (issuer, begins) not in after],
        registry_url(services, principal.tenant_slug),
        revision,
    )
    return told, row


def store_change(
    services: Services, session: TenantSession, principal: Principal, told: Change, row: IssuerRegistry | None
) -> None:
    """Write the entries, and one line of the audit log for each issuer."""
    now = services.clock()
    if row is None:
        row = IssuerRegistry(
            id=services.new_id(), entries=[], revision=0, updated_at=now, signed_revision=0, signed_document=None
        )
        session.add(row)
    row.entries, row.updated_at, row.revision = told.entries, now, row.revision + 1
    session.flush()
    for name, action in CHANGES.items():
        for issuer in getattr(told, name):
            audit.record(session, at=now, actor=principal.key_id, action=action, subject=row.id, issuer=issuer)


def registry_url(services: Services, slug: str) -> str:
    """Where the signed registry is served."""
    return f"{issuer_url(services.settings, slug)}/registry"
