"""upsertCredential: another host adds a badge to the learner's, or replaces it (section 6.2.3).

What comes is judged like any badge that she brings herself, and kept among those from elsewhere with its verdict: also
one that has expired, was revoked, or names somebody else. One that was changed since it was signed, or that is no badge
of Open Badges 3.0, is refused. Which two are the same: section 10, "Credential equality and comparison algorithm".
"""

import hashlib
import re
from typing import Any
from urllib.parse import unquote

from app.errors import BadInput, Conflict, Unsupported
from app.ports import Judged, Services
from app.store import backpack as store
from app.store.session import TenantSession
from app.store.tables import ForeignBadge
from app.vc import strict_json, timestamps
from app.wallet import foreign
from app.wallet.ob_api import carried, held
from app.wallet.own_award import own_award
from app.wallet.sessions import SignedIn, acting
from app.web.context import is_json, not_taken

CREATED, REPLACED, KEPT = "created", "replaced", "kept"  # kept: the one that is here is newer
UNCHANGED = ("form", "structure", "context", "proof", "issuer_binding")  # checks that no honest host's badge fails
COMPACT_JWS = re.compile(rb"[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]+")
TEXT = "text/plain"


def upsert(services: Services, who: SignedIn, body: bytes, kind: str) -> str:
    """Add or replace a badge: created, replaced or kept. Raises BadInput, Unsupported, TooLarge, Conflict."""
    _check_form(body, kind)
    judged = _judged(services, body, kind)
    if carried.value_of(body, kind) is None:
        raise BadInput("This is no AchievementCredential that is secured.", remedy="Send a signed badge.")
    failed = [check for check in judged.report["checks"] if check["id"] in UNCHANGED and check["outcome"] == "invalid"]
    if failed:
        raise BadInput(f"This badge is not as it was signed: {failed[0]['message']}")
    if own_award(services, who, body, kind, judged.credential) is not None:
        return REPLACED  # by what we have: a sealed badge never changes
    return services.database.settle(lambda: _store(services, who, body, kind, judged))


def _judged(services: Services, body: bytes, kind: str) -> Judged:
    """Outside of any transaction, since the verifier asks foreign servers."""
    try:
        return services.judge.judge(body, kind)
    except Unsupported as problem:  # the media type is right, and what it holds is no badge
        raise BadInput(problem.detail, remedy="Send a signed badge of Open Badges 3.0.") from None


def _check_form(body: bytes, kind: str) -> None:
    """A JSON object as JSON, a compact JWS as text/plain, and nothing else."""
    if kind == TEXT:
        if not COMPACT_JWS.fullmatch(body.strip()):
            raise BadInput("text/plain must be a compact JWS.", remedy="Send JSON as application/json.")
        return
    if not is_json(kind):
        raise not_taken(kind, f"application/json or {TEXT}")
    value = strict_json.loads(body)
    if not isinstance(value, dict):
        raise BadInput("An AchievementCredential must be a JSON object.", remedy=f"Send a compact JWS as {TEXT}.")
    if not carried.is_achievement_credential(value):
        raise BadInput("The type must have AchievementCredential or OpenBadgeCredential.", pointer="/type")


def _store(services: Services, who: SignedIn, body: bytes, kind: str, judged: Judged) -> str:
    now, outcome = services.clock(), REPLACED
    incoming = foreign.new_row(services, who, body, kind)
    foreign.note_judged(incoming, judged, who, now)
    with acting(services, who, "badge from another host") as session:
        row = store.foreign_badge_by_digest(session, who.email, hashlib.sha256(body).hexdigest())
        if row is None:
            same = _same(session, who, incoming)
            newest = max(same, key=held.issued_at, default=None)
            if newest is not None and _is_older(incoming, newest):
                return KEPT
            row, outcome = (incoming, CREATED) if newest is None else (newest, REPLACED)
        if outcome == CREATED and store.foreign_badge_count(session, who.email) >= foreign.MOST_KEPT:
            raise Conflict("She keeps too many badges from elsewhere.", remedy="She can remove one.")
        row.content, row.media_type, row.sha256 = incoming.content, incoming.media_type, incoming.sha256
        foreign.note_judged(row, judged, who, now)
        session.add(row)
        session.flush()
    return outcome


def _same(session: TenantSession, who: SignedIn, incoming: ForeignBadge) -> list[ForeignBadge]:
    """Those of hers that are the same badge (section 10)."""
    wanted = _compared(incoming)
    return [row for row in store.foreign_badges(session, who.email) if all(wanted) and _compared(row) == wanted]


def _compared(row: ForeignBadge) -> tuple[str, str]:
    """The ids of issuer and credential, unescaped (RFC 3986) and without white space around them."""
    return unquote(row.issuer_id).strip(), unquote(row.credential_id).strip()


def _is_older(incoming: ForeignBadge, kept: ForeignBadge) -> bool:
    """Whether the one that came is older than the one that is here; raises BadInput when it may be forged.

    One that could not be checked never takes the place of one that was: anybody can write the ids of another's badge.
    """
    if incoming.outcome == "unknown" and kept.outcome != "unknown":
        raise BadInput(
            "This badge could not be checked, and the one that is here could.", remedy="Send it again in a while."
        )
    said: tuple[Any, Any] = (_valid_from(incoming), _valid_from(kept))
    return None not in said and said[0] < said[1]


def _valid_from(row: ForeignBadge) -> Any:
    return timestamps.read((row.report.get("credential") or {}).get("validFrom"))
