"""The audit log: who did what, when. A chain of SHA-256 digests per tenant, so that a changed history is noticed."""

import hashlib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

import orjson
import rfc8785
from sqlalchemy import select

from app.store.prepared import scoped
from app.store.session import TenantSession
from app.store.tables import AuditEntry

FIRST_DIGEST = "0" * 64
LAST = "last_audit_entry"  # of a session
_LAST = scoped(select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1))


def _digest(entry: Mapping[str, Any], previous: str) -> str:
    at: datetime = entry["at"]
    told = (entry["actor"], entry["action"], entry["subject"], entry["detail"])
    text = "\n".join((previous, entry["tenant_id"], str(entry["number"]), at.isoformat(timespec="microseconds"), *told))
    return hashlib.sha256(text.encode()).hexdigest()


def record(session: TenantSession, *, at: datetime, actor: str, action: str, subject: str, **detail: Any) -> None:
    """Write one entry in the transaction of the act itself. `detail`: JSON values, never secrets or names of people."""
    number, digest = _last(session)
    entry = {
        "tenant_id": session.tenant_id,
        "number": number + 1,
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": _canonical(detail),
    }
    entry["digest"] = _digest(entry, digest)
    session.insert_values(AuditEntry, entry)
    session.info[LAST] = entry["number"], entry["digest"]


def _canonical(detail: dict[str, Any]) -> str:
    """Canonical JSON (RFC 8785). Texts under our own names, which are ASCII, are written so by any careful writer."""
    if all(type(value) is str for value in detail.values()):
        return orjson.dumps(detail, option=orjson.OPT_SORT_KEYS).decode()
    return rfc8785.dumps(detail).decode()


def _last(session: TenantSession) -> tuple[int, str]:
    """(number, digest) of the newest entry; kept, since a session is one transaction and a tenant's writers wait."""
    if LAST in session.info:
        number, digest = session.info[LAST]
        return number, digest
    last = session.rows(_LAST)
    return (last[0].number, last[0].digest) if last else (0, FIRST_DIGEST)


def entries(
    session: TenantSession, *, after: int = 0, subject: str | None = None, limit: int = 100
) -> list[AuditEntry]:
    """Entries in order, at most `limit`, with a number greater than `after`."""
    query = select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number).limit(limit)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    return list(session.scalars(query))


def first_broken(session: TenantSession) -> int | None:
    """The number of the first entry that was changed, removed or put in, or None when the chain is whole."""
    previous, expected = FIRST_DIGEST, 1
    query = select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=500)
    with closing(session.scalars(query)) as entries_in_order:
        for entry in entries_in_order:
            if entry.number != expected or entry.digest != _digest(vars(entry), previous):
                return expected
            previous, expected = entry.digest, expected + 1
    return None
