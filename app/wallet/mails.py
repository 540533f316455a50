"""Send what waits in the outbox: written when it is sent, tried again when a server is away, given up in plain sight.

Taking, sending and noting are three steps. A crash after sending and before noting sends the mail again, under the same
Message-ID: nobody can do better over SMTP (RFC 5321, section 6.1). A mail's links are made when it is written, so that
the outbox holds no secret.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog

from app.errors import Conflict, NotFound
from app.issuer import names
from app.ports import MailFailed, Principal, Services
from app.store import assessment, audit, tenancy
from app.store import mail as store
from app.store.session import TenantSession, Unanswered
from app.store.tables import Learner, Mail
from app.wallet.letters import Letter, message

WAITING, SENT, FAILED, DROPPED = ("waiting", "sent", "failed", "dropped")
CHUNK = 10  # mails taken at once: what a crash may send twice
MOST_RESTS = 19  # each as long as it worked, while the process is at work for others: a twentieth of a core
BUSY_SHARE = 0.2  # of a core, which others in the process use
LEASE = timedelta(minutes=10)  # longer than a slow server takes for a chunk; then another process tries
LOOK_AGAIN = timedelta(minutes=1)  # for what is not sealed yet
MOST_TRIES = 14  # with the waits below about two days; RFC 5321, section 4.5.4.1 asks for four to five, of servers
LONGEST_WAIT = timedelta(hours=6)

Composer = Callable[[Services, TenantSession, Mail, Learner], Letter | None]
"""Writes a mail of one kind: None when there is nothing to tell any more. Raises NotYet."""

log = structlog.get_logger()


class NotYet(Exception):  # noqa: N818 - an answer
    """What the mail tells is not there yet: look again in a minute."""


def deliver_due(
    services: Services, composers: Mapping[str, Composer], rest: Callable[[float], bool] = lambda _seconds: False
) -> int:
    """Send the mails that are due; returns how many went out. Stops at the first sign that the server is away.

    `rest` is asked to wait so many seconds after each few mails, and says whether it is time to stop.
    """
    sent = 0
    while tenants := _with_due(services):  # a few mails of each in turn: thousands hold up nobody's link to sign in
        for tenant_id in tenants:
            began_s = time.thread_time()  # not how long the mail server took, which costs nobody anything
            states = _some(services, tenant_id, composers)
            sent += states.count(SENT)
            if WAITING in states or _rests(time.thread_time() - began_s, rest):
                return sent
    return sent


def _with_due(services: Services) -> list[str]:
    with services.database.everywhere(why="the post serves all tenants") as session:
        return store.tenants_with_due(session, services.clock())


def _rests(worked_s: float, rest: Callable[[float], bool]) -> bool:
    """Rest as long as it worked, and longer while others are busy; tells whether it is time to stop.

    Who issues a thousand badges shares one core with us, and comes first.
    """
    for _ in range(MOST_RESTS):
        busy_s, began_s = time.process_time(), time.monotonic()
        if rest(worked_s):
            return True
        if time.process_time() - busy_s < BUSY_SHARE * (time.monotonic() - began_s):
            return False
    return False


def _some(services: Services, tenant_id: str, composers: Mapping[str, Composer]) -> list[str]:
    """Write and send the next few mails of a tenant; the state of each that was tried, nothing when none was due."""
    now = services.clock()
    with services.database.writing(tenant_id) as session:
        tenant = tenancy.tenant(session, tenant_id)
        taken = store.take_due(session, now, now + LEASE, CHUNK)
        letters = [(mail, _compose(services, session, mail, composers, now)) for mail in taken]
    dropped = [DROPPED for _, letter in letters if letter is None]
    written: list[tuple[Mail, EmailMessage]] = []
    outcomes: list[tuple[Mail, MailFailed | None]] = []
    for mail, letter in letters:
        if letter is None:
            continue
        try:
            written.append((mail, message(services.settings, tenant, mail.id, letter, now)))
        except ValueError:
            outcomes.append((mail, MailFailed("No mail can have this address.", for_good=True)))
    sent = services.mailer.send([each for _, each in written])
    outcomes += zip((mail for mail, _ in written), sent, strict=True)
    return dropped + _note(services, tenant_id, outcomes) if outcomes else dropped


def _compose(
    services: Services, session: TenantSession, mail: Mail, composers: Mapping[str, Composer], now: datetime
) -> Letter | None:
    """The letter, in the transaction that takes it; None when it is dropped or looked at again later."""
    try:
        with session.part():
            learner = assessment.read_learner_by_id(session, mail.learner_id)
            gone = learner.erased_at is not None
            letter = None if gone else composers[mail.kind](services, session, mail, learner)
    except NotYet:
        mail.due_at, mail.tries = now + LOOK_AGAIN, mail.tries - 1
        return None
    except Unanswered:
        raise
    except Exception as error:  # noqa: BLE001 - one mail that cannot be written must not hold up the others
        log.warning("a mail could not be written", mail=mail.id, kind=mail.kind, error=type(error).__name__)
        mail.error, mail.due_at = "It could not be written.", now + _wait(mail.tries)
        mail.state = FAILED if mail.tries >= MOST_TRIES else WAITING
        return None
    if letter is None:
        mail.state = DROPPED
    return letter


def _wait(tries: int) -> timedelta:
    """How long to wait after so many tries: 2, 4, 8 minutes and so on."""
    return min(timedelta(minutes=2 ** min(tries, 12)), LONGEST_WAIT)


def _note(services: Services, tenant_id: str, outcomes: Sequence[tuple[Mail, MailFailed | None]]) -> list[str]:
    """Store what came of mails; returns their states."""
    now = services.clock()
    with services.database.writing(tenant_id) as session:
        states = [_settled(session, mail, failed, now) for mail, failed in outcomes]
    for (mail, failed), state in zip(outcomes, states, strict=True):
        if failed is not None and state == FAILED:
            log.warning("a mail was given up", mail=mail.id, kind=mail.kind, why=failed.message)
    return states


def _settled(session: TenantSession, mail: Mail, failed: MailFailed | None, now: datetime) -> str:
    """Store what came of a mail; returns its state."""
    if failed is None:
        store.note_sent(session, mail.id, now)
        return SENT
    if not failed.for_good and mail.tries < MOST_TRIES:
        store.settle(session, mail.id, due_at=now + _wait(mail.tries), error=failed.message)
        return WAITING
    store.settle(session, mail.id, state=FAILED, error=failed.message)
    subject = mail.award_id or mail.learner_id
    audit.record(session, at=now, actor="post", action="mail failed", subject=subject, kind=mail.kind)
    return FAILED


def send_again(services: Services, principal: Principal, mail_id: str) -> Mail:
    """Put a mail that failed back into the outbox. Raises NotFound, or Conflict when it did not fail."""
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        mail = store.mail(session, names.known_uuid(mail_id, "mail"))
        if mail is None:
            raise NotFound(f"There is no mail {mail_id}.")
        if mail.state not in (FAILED, WAITING):
            raise Conflict(f"This mail is {mail.state}.", remedy="Make a new offer to send a new link.")
        mail.state, mail.due_at, mail.tries = WAITING, now, 0
        audit.record(session, at=now, actor=principal.key_id, action="mail sent again", subject=mail.id)
    return mail
