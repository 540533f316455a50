"""Pages that a learner makes for others: some of her badges, or parts of them, until a day that she chooses.

Making one is her consent; the address is random, she can end it at once, and what she did not choose is not in it. An
award is shown only while its learner has the e-mail address that the page was made with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import BadInput, Conflict, Gone, NotFound
from app.issuer import names
from app.issuer.credential.forms import DEFAULT
from app.mailbox import folded
from app.ports import Services
from app.store import assessment
from app.store import backpack as store
from app.store import credential as credentials
from app.store.session import TenantSession
from app.store.tables import ForeignBadge, Share, ShareItem
from app.texts import N_
from app.wallet import backpack, foreign
from app.wallet.backpack import Badge
from app.wallet.foreign import Foreign
from app.wallet.sessions import SignedIn, acting, own_learners

MOST_DAYS = 730  # ours: a page that nobody remembers should end by itself
MOST_ITEMS = 50
MOST_SHARES = 200  # that are kept of one person
TITLE_MOST = 300
PUBLIC = "who has the random address of a page may see it"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One badge to share: an own one or one from elsewhere. `content`: the derived credential of a part of it."""

    award_id: str | None = None
    foreign_badge_id: str | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What she fills in. `days`: how long; `names_her`: show her name; `indexed`: search engines may list it."""

    title: str
    days: int
    names_her: bool
    indexed: bool
    items: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One badge on a shared page: `badge` (own) or `foreign`. `is_part`: only what she chose of it is shown."""

    id: str
    badge: Badge | None
    foreign: Foreign | None
    is_part: bool


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What anyone with the address sees. `holder`: her name, or None when she does not want it shown."""

    share: Share
    holder: str | None
    items: tuple[Item, ...]


def create(services: Services, who: SignedIn, wish: Wish) -> Share:
    """Make a page. Raises BadInput, NotFound for a badge that is not hers, Conflict for one that is not in force."""
    title = names.text(wish.title, "/title", most=TITLE_MOST)
    if not wish.items or len(wish.items) > MOST_ITEMS:
        raise BadInput(N_("Choose at least one badge, and not more than fifty."), pointer="/badge")
    if not 1 <= wish.days <= MOST_DAYS:
        raise BadInput(N_("A page lasts at least a day and at most two years."), pointer="/days")
    for item in wish.items:
        _refuse_what_cannot_be_shown(services, who, item)
    now = services.clock()
    row = Share(
        id=services.new_id(),
        email=who.email,
        title=title,
        names_her=wish.names_her,
        indexed=wish.indexed,
        created_at=now,
        expires_at=now + timedelta(days=wish.days),
    )
    with acting(services, who, "badges shared") as session:
        if len(store.shares(session, who.email)) >= MOST_SHARES:
            raise Conflict(N_("You have too many pages."), remedy=N_("Delete some that have ended."))
        session.add(row)
        session.flush()
        session.add_all(_items(services, row, wish.items))
    return row


def _refuse_what_cannot_be_shown(services: Services, who: SignedIn, item: Chosen) -> None:
    if item.award_id is not None and not backpack.badge(services, who, item.award_id, "en").is_in_force:
        raise Conflict(N_("This badge does not count today, so it is not shared."))
    if item.foreign_badge_id is not None:
        foreign.content_of(services, who, item.foreign_badge_id)


def _items(services: Services, share: Share, items: Sequence[Chosen]) -> Iterator[ShareItem]:
    for number, item in enumerate(items, start=1):
        yield ShareItem(
            id=services.new_id(),
            share_id=share.id,
            number=number,
            award_id=item.award_id,
            foreign_badge_id=item.foreign_badge_id,
            content=item.content,
        )


def pages_of(services: Services, who: SignedIn) -> list[tuple[Share, str]]:
    """(page, state) of all her pages, the newest first; state: open, ended or over."""
    now = services.clock()
    with services.database.everywhere(why="a page is of no tenant") as session:
        return [(row, state_of(row, now)) for row in store.shares(session, who.email)]


def state_of(share: Share, now: datetime) -> str:
    """`open`, `ended` (by her) or `over` (its day has come)."""
    if share.revoked_at is not None:
        return "ended"
    return "over" if share.expires_at <= now else "open"


def end(services: Services, who: SignedIn, share_id: str) -> None:
    """Nobody sees the page any more, from now on. Raises NotFound."""
    with acting(services, who, "share ended") as session:
        row = _own(session, who, share_id)
        row.revoked_at = row.revoked_at or services.clock()


def delete(services: Services, who: SignedIn, share_id: str) -> None:
    """Forget a page altogether. Raises NotFound."""
    with acting(services, who, "share deleted") as session:
        store.remove_share(session, _own(session, who, share_id).id)


def _own(session: TenantSession, who: SignedIn, share_id: str) -> Share:
    row = store.share(session, names.known_uuid(share_id, "page"))
    if row is None or row.email != who.email:
        raise NotFound(N_("You have no such page."))
    return row


def open_page(services: Services, share_id: str, language: str) -> SharedPage:
    """What a page shows to anyone. Raises NotFound, and Gone when it has ended."""
    with services.database.everywhere(why=PUBLIC) as session:
        share = _standing(services, session, share_id)
        who = SignedIn(share.email, "", own_learners(session, share.email))
        rows = store.share_items(session, share.id)
        badges = {row.id: store.foreign_badge(session, share.email, row.foreign_badge_id or "") for row in rows}
    items = tuple(item for row in rows for item in _shown(services, who, row, badges[row.id], language))
    holder = who.learners[0].name if share.names_her and who.learners else None
    return SharedPage(share, holder, items)


def _standing(services: Services, session: TenantSession, share_id: str) -> Share:
    share = store.share(session, names.known_uuid(share_id, "page"))
    if share is None:
        raise NotFound(N_("There is no such page."), remedy=N_("Check that the whole address was copied."))
    state = state_of(share, services.clock())
    if state != "open":
        raise Gone(
            N_("This page is not shown any more: its owner has ended it, or its time is over."),
            remedy=N_("Ask the person who gave you the address for a new one."),
            reason=state.upper(),
        )
    return share


def _shown(
    services: Services, who: SignedIn, row: ShareItem, badge: ForeignBadge | None, language: str
) -> Iterator[Item]:
    """The item, unless there is nothing of it any more: erased, or its learner has another address now."""
    is_part = row.content is not None
    if badge is not None:
        yield Item(row.id, None, Foreign(badge), is_part)
    if row.award_id is not None:
        try:
            yield Item(row.id, backpack.badge(services, who, row.award_id, language), None, is_part)
        except NotFound:
            return


def content_of(services: Services, share_id: str, item_id: str) -> bytes:
    """The badge, or the part of it, that a page shows, as it was signed. Raises NotFound, Gone."""
    missing = NotFound(N_("This page shows no such badge."))
    with services.database.everywhere(why=PUBLIC) as session:
        share = _standing(services, session, share_id)
        row = next((each for each in store.share_items(session, share.id) if each.id == item_id), None)
        if row is None:
            raise missing
        if row.foreign_badge_id is not None:
            badge = store.foreign_badge(session, share.email, row.foreign_badge_id)
            if badge is None:
                raise missing
            return badge.content
        award = credentials.award(session, row.award_id or "")
        if award is None or folded(assessment.learner_by_id(session, award.learner_id).email) != share.email:
            raise missing
        sealed = credentials.newest_sealed(session, award.id, DEFAULT.name)
    content = row.content or (sealed.content if sealed else None)
    if content is None:
        raise missing
    return content
