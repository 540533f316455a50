"""Requests to sign in are answered here, away from those who ask: a mail for an address that is known, else nothing."""

from datetime import timedelta
from urllib.parse import quote

from app.mailbox import folded
from app.ports import Services
from app.store import backpack as store
from app.store import mail as outbox
from app.store.session import TenantSession
from app.store.tables import Learner, Mail
from app.texts import translations
from app.wallet.letters import Letter
from app.wallet.oid4vci.refused import tell
from app.wallet.sessions import LINK_LASTS, LINKS_AN_HOUR, LINKS_KEPT, link_token, own_learners

KIND = "sign_in"
SIGN_IN = "sign-in"  # in the service's log


def answer_requests(services: Services) -> int:
    """Put a mail into the outbox for every request whose address is known; returns how many. Forgets what has ended.

    A request that gets no mail is a line in the service's log, without its address.
    """
    now = services.clock()
    with services.database.everywhere(why="an address is of no tenant", writes=True) as session:
        store.forget_ended(session, now, now - LINKS_KEPT)
        asked = store.asked_links(session)
        homes = {each.id: own_learners(session, each.email) for each in asked}
        for link in asked:
            if not homes[link.id]:
                session.delete(link)
    for link in asked:
        if not homes[link.id]:
            tell(SIGN_IN, "unknown_address")  # the address itself would be somebody's
    return sum(
        _answer(services, link.id, learners[0].tenant_id, learners[0].id)
        for link in asked
        if (learners := homes[link.id])
    )


def _answer(services: Services, link_id: str, tenant_id: str, learner_id: str) -> bool:
    """Queue the mail in the name of one of her tenants; False when there were enough of late."""
    now = services.clock()
    with services.database.writing(tenant_id) as session:
        link = store.sign_in_link_by_id(session, link_id, lock=True)
        if link is None or link.expires_at is not None:  # another process was quicker
            return False
        if store.links_answered_since(session, link.email, now - timedelta(hours=1)) >= LINKS_AN_HOUR:
            session.delete(link)
            tell(SIGN_IN, "too_many_links")
            return False
        link.expires_at = now + LINK_LASTS
        outbox.queue(session, KIND, link.id, learner_id=learner_id, at=now, details={"link": link.id})
        return True


def letter(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """The mail with the link, whose token is made now; None when it is over, or the address changed."""
    found = link_token(services, session, mail.details["link"])
    if found is None or found[0].email != folded(learner.email):
        return None
    link, token = found
    _ = translations(link.language).gettext
    return Letter(
        language=link.language,
        to=learner.email,
        subject=_("Your link to your badges"),
        paragraphs=(
            _("Somebody asked to see the badges that belong to this address. If it was you, follow this link."),
        ),
        link=(
            _("Sign in"),
            f"{services.settings.public_url}/me/sign-in/link?lang={link.language}&token={quote(token, safe='')}",
        ),
        after=(
            _("The link works once, for half an hour."),
            _("If it was not you, do nothing: without the link nobody sees anything."),
        ),
    )
