"""What a learner sees behind a claim link, and what she can do there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.errors import Conflict, Forbidden
from app.issuer.credential.render.downloads import Download
from app.ports import Services
from app.store import audit, mail
from app.texts import N_
from app.wallet import offers
from app.wallet.backpack import Badge, badge_of
from app.wallet.files import file_of
from app.wallet.offers import Offered
from app.wallet.sessions import OwnLearner

LINKS_AGAIN = ("EXPIRED", "CLAIMED")  # why a link may have ended for which she can have a new one by herself


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take an offer into a wallet. `name` stands in its address; `text` and `button` are translated.

    `begin(services, offered, code)` gives what the page of this way shows, with a fresh pre-authorized code: `template`
    is that page. It may raise a Problem. Those that are not usual stand apart, so that nobody has to know of them; one
    that is not listed is offered by the page of another. `asks_for_code`: its wallets can ask for a transaction code.
    """

    name: str
    text: str
    button: str
    template: str
    begin: Callable[[Services, Offered, str], dict[str, Any]]
    is_usual: bool = True
    is_listed: bool = True
    asks_for_code: bool = True


def owner_of(found: Offered) -> OwnLearner:
    """The learner whom the offer is for."""
    learner, tenant = found.learner, found.tenant
    return OwnLearner(
        tenant.id,
        tenant.slug,
        tenant.profile["name"],
        learner.id,
        learner.code,
        learner.name,
        learner.did,
        learner.language,
    )


def offered_badge(services: Services, found: Offered, language: str) -> Badge:
    """What is offered, in the reader's language as far as the framework has it."""
    with services.database.reading(found.tenant.id) as session:
        return badge_of(services, session, found.award, owner_of(found), language)


def begin(services: Services, found: Offered, way: Way) -> dict[str, Any]:
    """Take it by that way, with a code that is made now. Raises Gone when a wallet has it already."""
    offers.refuse_ended(found)
    return way.begin(services, found, offers.code_for(services, found))


def download(services: Services, found: Offered, kind: str, tx_code: str, language: str) -> Download:
    """A file of it. Raises Gone, Forbidden for a wrong transaction code, NotFound for a kind that there is not."""
    offers.refuse_ended(found)
    if not offers.is_tx_code(services, found, "".join(tx_code.split())):
        raise Forbidden(N_("This is not the code that you were given."), remedy=N_("Look at it again, and try again."))
    made = file_of(services, owner_of(found), found.award.id, kind, language)
    offers.taken(services, found, f"download {kind}")
    return made


def refuse_guarded(found: Offered) -> None:
    """Raise Conflict when a transaction code guards the offer: for wallets that cannot ask for one."""
    if found.offer.tx_code_hash is not None:
        raise Conflict(
            N_("This wallet cannot ask for the code that guards this offer."), remedy=N_("Choose another way.")
        )


def state(found: Offered) -> str:
    """What a page that waits for a wallet asks: open, claimed, or why it ended (in lower case)."""
    return found.ended.lower() if found.ended is not None else found.offer.state


def handed_over(services: Services, found: Offered) -> None:
    """Note that a wallet in her browser says that it has stored what the page handed to it. Raises Gone, Conflict."""
    offers.refuse_ended(found)
    refuse_guarded(found)
    offers.taken(services, found, "wallet in the browser")


def can_ask_again(found: Offered) -> bool:
    """Whether she can have a new link by herself: not of what was withdrawn, nor of what a transaction code guards."""
    return found.ended in LINKS_AGAIN and found.offer.tx_code_hash is None


def ask_again(services: Services, found: Offered) -> None:
    """Send her a new link, at most one a day. Raises Conflict when she cannot ask for it."""
    if not can_ask_again(found):
        raise Conflict(N_("There is no new link for this offer."), remedy=N_("Ask who awarded it."))
    now = services.clock()
    about = f"{found.offer.id} {now.date().isoformat()}"
    with services.database.writing(found.tenant.id) as session:
        if not mail.is_queued(session, "link", about):
            mail.queue(session, "link", about, learner_id=found.learner.id, award_id=found.award.id, at=now)
            audit.record(
                session,
                at=now,
                actor="learner",
                action="new link asked for",
                subject=found.award.id,
                offer=found.offer.id,
            )
