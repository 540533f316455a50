"""The post: every kind of mail, and who writes it."""

from collections.abc import Callable, Mapping
from threading import Event

from app.ports import Services
from app.wallet import mails, notices, sign_in_mails
from app.wallet.mails import Composer

KINDS: Mapping[str, Composer] = {
    sign_in_mails.KIND: sign_in_mails.letter,
    "offer": notices.offer,
    "reissued": notices.reissued,
    "link": notices.link,
    "reminder": notices.reminder,
    "expiring": notices.expiring,
    "revoked": notices.revoked,
    "suspended": notices.suspended,
    "reinstated": notices.reinstated,
}


def deliver(services: Services, rest: Callable[[float], bool] = lambda _seconds: False) -> int:
    """Send what is due; returns how many mails went out. `rest`: as in mails.deliver_due."""
    return mails.deliver_due(services, KINDS, rest)


def resting(services: Services, asked: Event, stopped: Event) -> Callable[[float], bool]:
    """A `rest` between mails, in which who asked for a link meanwhile gets one: it is sent before the others."""

    def rest(seconds: float) -> bool:
        if asked.is_set():
            asked.clear()
            sign_in_mails.answer_requests(services)
        return stopped.wait(seconds)

    return rest
