"""Badges from elsewhere that a learner keeps here: judged when she brings them, and again when she looks at them.

Whatever the verdict, it is kept and shown with it, for it is hers; whether it counts for an award is settled with her
provider (app/issuer/evidence/recognitions.py). A badge that names somebody else is kept too, and it is told.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import BadInput, Conflict, NotFound
from app.issuer import names
from app.issuer.evidence import recognitions
from app.issuer.evidence.holder import holder
from app.ports import Judged, Services
from app.store import backpack as store
from app.store.session import TenantSession
from app.store.tables import ForeignBadge
from app.texts import N_
from app.wallet.backpack import acting_for
from app.wallet.ob_api import carried
from app.wallet.own_award import own_award
from app.wallet.sessions import SignedIn, acting

MOST_KEPT = 500  # badges of one person; ours
ID_MOST = 4000
NAME_MOST = 300
FORMS_AT_ONCE = 50  # badges of one transaction: other writers get their turn


@dataclass(frozen=True, slots=True)
class Foreign:
    """A badge from elsewhere as it is shown. `holder`: by what it is hers (did, email), or None.

    `could_check`: False when it could not be judged just now; then `outcome` is what was found at `checked_at`.
    """

    row: ForeignBadge
    could_check: bool = True

    @property
    def name(self) -> str:
        """What it calls itself."""
        report: dict[str, Any] = self.row.report
        named = (report.get("credential") or {}).get("name") or (report.get("achievement") or {}).get("name")
        return str(named or self.row.credential_id or self.row.sha256)[:NAME_MOST]

    @property
    def issuer(self) -> str:
        """Who it says that issued it."""
        report: dict[str, Any] = self.row.report
        return str((report.get("issuer") or {}).get("name") or self.row.issuer_id)[:NAME_MOST]


def bring(services: Services, who: SignedIn, content: bytes, media_type: str) -> ForeignBadge:
    """Judge a badge and keep it with the report; the same bytes are kept once.

    Raises BadInput for what is no badge and TooLarge as the verifier does; Conflict when she keeps too many, or when it
    is one of her awards here (`award` has its id).
    """
    judged = services.judge.judge(content, media_type)  # outside of any transaction: it asks foreign servers
    if judged.is_presentation or not judged.credential:
        raise BadInput(
            N_("This is not a single badge."), remedy=N_("Bring the badge itself: a file or a text with one badge.")
        )
    if award_id := own_award(services, who, content, media_type, judged.credential):
        raise Conflict(N_("It is among your badges here already, so it was not kept a second time."), award=award_id)
    digest = hashlib.sha256(content).hexdigest()

    def work() -> ForeignBadge:
        with acting(services, who, "badge from elsewhere kept") as session:
            row = store.foreign_badge_by_digest(session, who.email, digest)
            if row is None:
                if store.foreign_badge_count(session, who.email) >= MOST_KEPT:
                    raise Conflict(N_("You keep too many badges from elsewhere."), remedy=N_("Remove one first."))
                row = new_row(services, who, content, media_type)
            note_judged(row, judged, who, services.clock())
            session.add(row)
            session.flush()
        return row

    return services.database.settle(work)


def new_row(services: Services, who: SignedIn, content: bytes, media_type: str) -> ForeignBadge:
    """A badge that came just now; note_judged fills in the rest."""
    return ForeignBadge(
        id=services.new_id(),
        email=who.email,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        media_type=media_type[:100],
        added_at=services.clock(),
    )


def note_judged(row: ForeignBadge, judged: Judged, who: SignedIn, now: datetime) -> None:
    """Fill in what the badge says of itself and what was found; its content must be there."""
    issuer = judged.credential.get("issuer")
    row.credential_id = _text(judged.credential.get("id"))
    row.issuer_id = _text(issuer.get("id") if isinstance(issuer, dict) else issuer)
    row.outcome, row.report, row.checked_at = judged.outcome, judged.report, now
    row.holder = held_by(judged.credential, who)
    row.api_form = _api_form(row)


def _api_form(row: ForeignBadge) -> str:
    return carried.form_of(row.content, row.media_type) or ""


class Forms:
    """Finds the form in which the Open Badges 3.0 API carries what was brought before there was that API.

    For the sweep: it looks until there is nothing left, and then not any more, since what comes now has its form.
    """

    def __init__(self, services: Services, at_once: int = FORMS_AT_ONCE) -> None:
        """`at_once`: badges of one call."""
        self._services, self._at_once = services, at_once
        self._is_done = False

    def __call__(self) -> int:
        """Find those of some badges; returns how many."""
        if self._is_done:
            return 0
        with self._services.database.everywhere(why="the sweep serves all", writes=True) as session:
            found = store.foreign_badges_without_form(session, self._at_once)
            for row in found:
                row.api_form = _api_form(row)
        self._is_done = len(found) < self._at_once
        return len(found)


def _text(value: Any) -> str:
    return value[:ID_MOST] if isinstance(value, str) else ""


def held_by(credential: dict[str, Any], who: SignedIn) -> str | None:
    """By what a badge is hers, as any of her learners: did, email, or None."""
    found = (holder(credential, did=each.did, email=who.email) for each in who.learners)
    return next((each for each in found if each is not None), None)


def kept(services: Services, who: SignedIn) -> list[Foreign]:
    """All that she keeps, the newest first, with what was found last."""
    with services.database.everywhere(why="what she keeps is of no tenant") as session:
        return [Foreign(row) for row in store.foreign_badges(session, who.email)]


def look(services: Services, who: SignedIn, badge_id: str) -> Foreign:
    """One of them, judged again now; when that could not be found out, what was found before stands. NotFound."""
    with services.database.everywhere(why="what she keeps is of no tenant") as session:
        row = _own(session, who, badge_id)
        content, media_type = row.content, row.media_type
    judged = services.judge.judge(content, media_type)
    if judged.outcome == "unknown" and row.outcome != "unknown":
        return Foreign(row, could_check=False)
    with services.database.everywhere(why="what she keeps is of no tenant", writes=True) as session:
        row = _own(session, who, badge_id)
        note_judged(row, judged, who, services.clock())
    return Foreign(row)


def content_of(services: Services, who: SignedIn, badge_id: str) -> tuple[bytes, str]:
    """(bytes as she brought them, media type); raises NotFound."""
    with services.database.everywhere(why="what she keeps is of no tenant") as session:
        row = _own(session, who, badge_id)
        return row.content, row.media_type


def found_last(services: Services, who: SignedIn, badge_id: str) -> ForeignBadge:
    """One of them with what was found last; raises NotFound."""
    with services.database.everywhere(why="what she keeps is of no tenant") as session:
        return _own(session, who, badge_id)


def suffix(content: bytes) -> str:
    """What a file with these bytes is called at the end."""
    begins = content.lstrip()[:5]
    kinds = {b"{": ".json", b"\x89PNG": ".png", b"%PDF": ".pdf", b"<": ".svg", b"ey": ".jwt"}
    return next((kind for start, kind in kinds.items() if begins.startswith(start)), ".txt")


def hand_over(services: Services, who: SignedIn, badge_id: str, learner_id: str) -> None:
    """Give one to a tenant of hers, where it counts as far as an agreement says so (docs/evidence.md).

    Raises NotFound, NotVerified for one that is not valid, Unavailable, Conflict when it counts there already.
    """
    owner = next((each for each in who.learners if each.id == learner_id), None)
    if owner is None:
        raise NotFound(N_("There is no such page."))
    content, media_type = content_of(services, who, badge_id)
    recognitions.bring(services, acting_for(owner), owner.code, content, media_type)


def remove(services: Services, who: SignedIn, badge_id: str) -> None:
    """Forget one; shares do not show it any more. Raises NotFound."""
    with acting(services, who, "badge from elsewhere removed") as session:
        store.remove_foreign_badge(session, _own(session, who, badge_id))


def _own(session: TenantSession, who: SignedIn, badge_id: str) -> ForeignBadge:
    row = store.foreign_badge(session, who.email, names.known_uuid(badge_id, "badge"))
    if row is None:
        raise NotFound(N_("You have no such badge."), remedy=N_("Look at the list of your badges."))
    return row
