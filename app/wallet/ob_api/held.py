"""getCredentials: all badges of a learner, our own and those from elsewhere, page by page (section 6.2.2).

The oldest first, so that a page which somebody has read does not change when another badge comes. What is revoked or
has expired is among them: it is hers, and whoever reads it checks it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from app.errors import BadInput
from app.issuer.credential import forms
from app.ports import Services
from app.store import award as awards
from app.store import backpack as store
from app.store import credential as credentials
from app.store.session import TenantSession
from app.store.tables import ForeignBadge
from app.vc import timestamps
from app.wallet.backpack import by_tenant
from app.wallet.ob_api import carried
from app.wallet.sessions import SignedIn

PAGE_MOST = 100  # badges in one answer
OWN_FORMS = (forms.DEFAULT, *forms.JWT_FORMS.values())


@dataclass(frozen=True, slots=True)
class Held:
    """One badge. `issued_at`: as it says itself; `content`: (bytes, media type), read when the page is made."""

    issued_at: datetime
    id: str
    content: Callable[[], tuple[bytes, str]]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for. `limit` is None when the caller leaves that to us."""

    offset: int
    limit: int | None
    since: str | None

    @property
    def size(self) -> int:
        """How many are in one answer."""
        return min(self.limit or PAGE_MOST, PAGE_MOST)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: the body (GetOpenBadgeCredentialsResponse), how many there are in all, and the Link header."""

    body: dict[str, Any]
    total: int
    links: str


def page_of(services: Services, who: SignedIn, window: Window, url: str) -> Page:
    """The badges of that window; raises BadInput for a `since` that is no time. `url`: of the list itself."""
    since = _moment(window.since)
    found = [each for each in (*_own(services, who), *_foreign(services, who)) if not since or each.issued_at > since]
    found.sort(key=lambda each: (each.issued_at, each.id))
    body: dict[str, Any] = {carried.CREDENTIAL: [], carried.COMPACT_JWS: []}
    for each in found[window.offset : window.offset + window.size]:
        value = carried.value_of(*each.content())
        if value is not None:
            body[carried.COMPACT_JWS if isinstance(value, str) else carried.CREDENTIAL].append(value)
    return Page(body, len(found), _links(window, len(found), url))


def _moment(text: str | None) -> datetime | None:
    """ISO 8601; without time zone it is meant in UTC."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text.replace(" ", "+"))  # a plus that was not escaped
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("since must be a time as in 2026-09-01T12:00:00Z.", parameter="since") from None


def _own(services: Services, who: SignedIn) -> Iterator[Held]:
    for tenant_id, learners in by_tenant(who).items():
        with services.database.reading(tenant_id) as session:
            for award, _ in awards.awards_of(session, [each.id for each in learners]):
                content = None if award.replaced_at is not None else content_of(session, award.id)
                if content is not None:
                    yield Held(award.awarded_at, award.id, lambda content=content: content)  # type: ignore[misc]


def content_of(session: TenantSession, award_id: str) -> tuple[bytes, str] | None:
    """(signed bytes, media type) of an award in a form that this API carries; None while it is not sealed in one."""
    found = (credentials.newest_sealed(session, award_id, form.name) for form in OWN_FORMS)
    sealed = next((each for each in found if each is not None), None)
    return None if sealed is None or sealed.content is None else (sealed.content, sealed.media_type or "")


def _foreign(services: Services, who: SignedIn) -> Iterator[Held]:
    with services.database.everywhere(why="what she keeps is of no tenant") as session:
        rows = [row for row in store.foreign_badges(session, who.email) if row.api_form]
    for row in rows:
        yield Held(issued_at(row), row.id, _reader(services, who, row.id))


def issued_at(row: ForeignBadge) -> datetime:
    """When it was issued, as it says itself (validFrom); when it came here, if it does not say."""
    said = (row.report.get("credential") or {}).get("validFrom")
    return timestamps.read(said) or row.added_at


def _reader(services: Services, who: SignedIn, badge_id: str) -> Callable[[], tuple[bytes, str]]:
    def read() -> tuple[bytes, str]:
        with services.database.everywhere(why="what she keeps is of no tenant") as session:
            row = store.foreign_badge(session, who.email, badge_id)
            return (row.content, row.media_type) if row is not None else (b"", "")

    return read


def _links(window: Window, total: int, url: str) -> str:
    """The Link header (RFC 8288): last and first always, next and prev where there are such."""
    size = window.size
    starts = {"first": 0, "last": max(total - 1, 0) // size * size}
    if window.offset + size < total:
        starts["next"] = window.offset + size
    if window.offset > 0:
        starts["prev"] = max(window.offset - size, 0)
    asked = {"limit": size} | ({"since": window.since} if window.since else {})
    return ", ".join(f'<{url}?{urlencode(asked | {"offset": start})}>; rel="{rel}"' for rel, start in starts.items())
