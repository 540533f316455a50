"""A learner sends badges of hers to another host of badges (docs/backpack.md, "To another service").

1 FIND    the host's endpoints are asked for, and kept with what she chose; nothing is sent yet
2 ASK     we register there, for this sending alone, and her browser goes to the host, with a state that works once
3 SEND    she is back: the code becomes a token, the badges go there one by one, what became of each is written at
          once, the token is given back. Nothing of it is kept.

A crash in 3 leaves a row that says so after a while; she goes through 2 again, and what has arrived is not sent
again. Registration and verifier can be read with her session alone: neither the database nor another browser has them.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken

from app.errors import BadInput, Conflict, Forbidden, Gone, NotFound, Problem, Unavailable
from app.issuer import names
from app.ports import Sender, Services
from app.store import push as store
from app.store.session import TenantSession
from app.store.tables import Push, PushItem
from app.texts import N_
from app.wallet import backpack, foreign
from app.wallet.ob_api import held
from app.wallet.ob_api import push as protocol
from app.wallet.ob_api.host import Host, cut, discover
from app.wallet.ob_api.push import Access, Question, Registration
from app.wallet.sessions import SignedIn, acting, hash_of

PATH = "/me/push"
MOST_BADGES = 10  # of one sending: each may take as long as a fetch
MOST_KEPT = 100  # sendings that are kept of one person
ASKED_LASTS = timedelta(minutes=15)  # she may have to sign in there first
SENDING_LASTS = timedelta(minutes=15)  # longer than MOST_BADGES fetches and two more can take, at 60 s each
KEPT_FOR = timedelta(days=90)
TITLE_MOST = 300
ARRIVED = (protocol.ADDED, protocol.REPLACED, protocol.KEPT)
REFUSED, NOT_SENT = "refused", "not_sent"
FOUND, ASKED, SENDING, DONE, STOPPED = "found", "asked", "sending", "done", "refused"
NO_FORM = N_("A badge in this form cannot be sent to other services.")
WHY = "what she sends elsewhere is of no tenant"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One badge to send: an own one or one from elsewhere."""

    award_id: str | None = None
    foreign_badge_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A sending as she sees it, at the moment `now`."""

    row: Push
    items: tuple[PushItem, ...]
    now: datetime

    @property
    def host(self) -> Host:
        """Where it goes."""
        return Host(**self.row.host)

    @property
    def stage(self) -> str:
        """That of the row; `interrupted` when nobody can be sending any more."""
        is_over = self.row.stage == SENDING and self.row.changed_at + SENDING_LASTS <= self.now
        return "interrupted" if is_over else str(self.row.stage)

    @property
    def can_go_on(self) -> bool:
        """Whether something is left to be sent, and nobody is sending it."""
        return self.stage != SENDING and any(each.outcome not in ARRIVED for each in self.items)


def begin(services: Services, who: SignedIn, typed: str, chosen: Sequence[Chosen], language: str) -> str:
    """Find out where that host is asked what; the id of the sending, of which nothing is sent yet.

    `language`: in which she is told what the badges are called.

    Raises BadInput for a host that is none and for badges that cannot be sent, NotFound for those that are not hers,
    Conflict when she keeps too many sendings, Unavailable.
    """
    if not chosen or len(chosen) > MOST_BADGES:
        raise BadInput(N_("Choose at least one badge, and not more than ten."), pointer="/badge")
    titles = [_title(services, who, each, language) for each in chosen]
    with services.aside():
        host = discover(_sender(services), typed)
    now = services.clock()
    row = Push(id=services.new_id(), email=who.email, host=host.to_json(), stage=FOUND, made_at=now, changed_at=now)
    with acting(services, who, "badges chosen for another service") as session:
        if store.push_count(session, who.email) >= MOST_KEPT:
            raise Conflict(N_("You keep too many sendings."), remedy=N_("Remove some first."))
        session.add(row)
        session.flush()
        session.add_all(_items(services, row, chosen, titles))
    return row.id


def _sender(services: Services) -> Sender:
    if services.sender is None:
        raise Unavailable("This service sends nothing to others.")
    return services.sender


def _title(services: Services, who: SignedIn, each: Chosen, language: str) -> str:
    """What a badge is called; raises BadInput, Conflict for one that cannot be sent, NotFound."""
    if each.award_id is not None:
        badge = backpack.badge(services, who, each.award_id, language)
        if not badge.is_in_force:
            raise Conflict(N_("This badge does not count today, so it is not sent."))
        title = str(badge.title)
    else:
        row = foreign.found_last(services, who, each.foreign_badge_id or "")
        if not row.api_form:
            raise BadInput(NO_FORM)
        title = foreign.Foreign(row).name
    return title[:TITLE_MOST]


def _items(services: Services, row: Push, chosen: Sequence[Chosen], titles: Sequence[str]) -> Iterator[PushItem]:
    for number, (each, title) in enumerate(zip(chosen, titles, strict=True), start=1):
        yield PushItem(
            id=services.new_id(),
            push_id=row.id,
            number=number,
            title=title,
            award_id=each.award_id,
            foreign_badge_id=each.foreign_badge_id,
        )


def ask(services: Services, who: SignedIn, push_id: str) -> str | None:
    """Register at the host: the address of it where she is asked; None when that fails, which the sending then tells.

    Raises NotFound, Conflict when nothing is left to be sent.
    """
    sent = look(services, who, push_id)
    _refuse_over(sent)
    back = f"{services.settings.public_url}{PATH}/{sent.row.id}/back"
    try:
        with services.aside():
            registration = protocol.register(_sender(services), services.settings, sent.host, back)
    except (BadInput, Unavailable) as trouble:
        _stop(services, who, sent.row.id, trouble)
        return None
    question = _question(who, services.new_secret())
    with acting(services, who, "another service asked to take badges") as session:
        row = _own(session, who, push_id, lock=True)
        _refuse_over(_sent(services, session, row))  # in another tab it may have gone on meanwhile
        row.stage, row.changed_at, row.why, row.told = ASKED, services.clock(), None, None
        row.state_hash, row.locked = hash_of(question.state), _lock(who, row.id).encrypt(_packed(registration))
    return protocol.address_to_ask(sent.host, registration, question)


def _refuse_over(sent: Sent) -> None:
    if not sent.can_go_on:
        raise Conflict(N_("Nothing of this is left to be sent."))


def _question(who: SignedIn, state: str) -> Question:
    """The verifier follows from the state and from her session, which no other browser has."""
    made = hashlib.sha256(f"verifier {state} {who.token}".encode()).digest()
    return Question(state, base64.urlsafe_b64encode(made).rstrip(b"=").decode())


def _lock(who: SignedIn, push_id: str) -> Fernet:
    """What only her session opens."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"push {push_id} {who.token}".encode()).digest()))


def _packed(registration: Registration) -> bytes:
    return json.dumps(asdict(registration)).encode()


def _stop(services: Services, who: SignedIn, push_id: str, trouble: Problem) -> None:
    """Note why it did not go on."""
    details = trouble.members.get("details")
    with acting(services, who, "badges not sent to another service") as session:
        row = store.push(session, who.email, push_id, lock=True)
        if row is not None:
            row.stage, row.changed_at, row.state_hash, row.locked = STOPPED, services.clock(), None, None
            row.why, row.told = trouble.detail, cut(details) if details else None


def come_back(services: Services, who: SignedIn, push_id: str, back: Sequence[tuple[str, str]]) -> None:
    """Her browser is back from the host: get access, and send. What became of it is told by the sending.

    Raises Gone for a way back that was used, is too old or is not one of this session's; NotFound.
    """
    state = dict(back).get("state", "")
    sent = look(services, who, push_id)
    gone = Gone(N_("This way back works once, and only for a while."), remedy=N_("Look at what you sent."))
    try:
        packed = _lock(who, sent.row.id).decrypt(sent.row.locked or b"")
    except InvalidToken:
        raise gone from None
    now = services.clock()
    with services.database.everywhere(why=WHY, writes=True) as session:
        is_first = store.claim(session, sent.row.id, hash_of(state), now, now - ASKED_LASTS)
    if not is_first:
        raise gone
    _finish(services, who, sent, Registration(**json.loads(packed)), back)


def _finish(
    services: Services, who: SignedIn, sent: Sent, registration: Registration, back: Sequence[tuple[str, str]]
) -> None:
    sender, host = _sender(services), sent.host
    question = _question(who, dict(back)["state"])
    try:
        code = protocol.code_of(host, question, back)
        with services.aside():
            access = protocol.access_of(sender, host, registration, question, code)
    except (BadInput, Forbidden, Unavailable) as trouble:
        _stop(services, who, sent.row.id, trouble)
        return
    try:
        _send_all(services, who, sent, access)
    finally:
        with services.aside():
            protocol.give_back(sender, host, registration, access)
    with acting(services, who, "badges sent to another service") as session:
        row = store.push(session, who.email, sent.row.id, lock=True)
        if row is not None:
            row.stage, row.changed_at = DONE, services.clock()


def _send_all(services: Services, who: SignedIn, sent: Sent, access: Access) -> None:
    """Send what has not arrived, and write down what became of each. Who does not answer is not asked again."""
    is_there = True
    for item in sent.items:
        if item.outcome in ARRIVED:
            continue
        outcome, told = NOT_SENT, None
        if is_there:
            try:
                outcome = _send(services, who, sent.host, access, item)
            except Unavailable as trouble:
                is_there, told = False, trouble.members.get("details")
            except Problem as trouble:
                outcome, told = REFUSED, trouble.members.get("details") or trouble.detail
        with services.database.everywhere(why=WHY, writes=True) as session:
            store.note_outcome(session, item.id, outcome, cut(told) if told else None)


def _send(services: Services, who: SignedIn, host: Host, access: Access, item: PushItem) -> str:
    content, media_type = _content(services, who, item)
    with services.aside():
        return protocol.push(_sender(services), host, access.token, content, media_type)


def _content(services: Services, who: SignedIn, item: PushItem) -> tuple[bytes, str]:
    """The signed bytes of a badge that is still hers, and their media type; raises NotFound, Conflict."""
    if item.award_id is None:
        return foreign.content_of(services, who, item.foreign_badge_id or "")
    badge = backpack.badge(services, who, item.award_id, "en")
    with services.database.reading(badge.owner.tenant_id) as session:
        content = held.content_of(session, badge.id)
    if content is None:
        raise Conflict(NO_FORM)
    return content


def look(services: Services, who: SignedIn, push_id: str) -> Sent:
    """One sending; raises NotFound."""
    with services.database.everywhere(why=WHY) as session:
        return _sent(services, session, _own(session, who, push_id))


def all_of(services: Services, who: SignedIn) -> list[Sent]:
    """All her sendings, the newest first."""
    with services.database.everywhere(why=WHY) as session:
        return [_sent(services, session, row) for row in store.pushes(session, who.email)]


def remove(services: Services, who: SignedIn, push_id: str) -> None:
    """Forget one; what the host has is the host's. Raises NotFound."""
    with acting(services, who, "sending of badges removed") as session:
        store.remove(session, _own(session, who, push_id).id)


def forget_old(services: Services) -> int:
    """For the sweep: forget what is longer ago than anybody asks; returns how many."""
    with services.database.everywhere(why="the sweep serves all tenants", writes=True) as session:
        return store.forget_before(session, services.clock() - KEPT_FOR)


def _sent(services: Services, session: TenantSession, row: Push) -> Sent:
    return Sent(row, tuple(store.items(session, row.id)), services.clock())


def _own(session: TenantSession, who: SignedIn, push_id: str, *, lock: bool = False) -> Push:
    row = store.push(session, who.email, names.known_uuid(push_id, "sending"), lock=lock)
    if row is None:
        raise NotFound(N_("You have sent no such thing."))
    return row


def can_be_sent(row: foreign.Foreign) -> bool:
    """Whether a badge from elsewhere has a form that other services take."""
    return bool(row.row.api_form)
