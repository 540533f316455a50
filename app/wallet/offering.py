"""What a provider does with offers: make one, see how they stand, withdraw one; and see what became of its mails."""

from datetime import datetime
from typing import Any

from app.issuer.assessment import learners
from app.issuer.credential.issue import find_award
from app.ports import Principal, Services
from app.store import assessment, mail
from app.store import wallet as store
from app.store.tables import Award, Learner, Mail, Offer
from app.wallet import mails, offers
from app.wallet.notices import WITH_LINK


def offer(
    services: Services, principal: Principal, credential_id: str, *, with_mail: bool, with_tx_code: bool
) -> dict[str, Any]:
    """Offer a credential to its learner: the offer with `link` and, if asked for, `tx_code`, which are told only here.

    An open offer of it is withdrawn. Raises NotFound, Conflict when the credential is not in force.
    """
    with services.database.writing(principal.tenant_id) as session:
        award = find_award(session, credential_id, lock=True)
        made = offers.make(services, session, award, actor=principal.key_id, with_tx_code=with_tx_code)
        mail.drop(session, WITH_LINK, award.id)
        if with_mail:
            now = services.clock()
            mail.queue(session, "link", made.offer.id, learner_id=award.learner_id, award_id=award.id, at=now)
        learner = assessment.learner_by_id(session, award.learner_id)
        shown = to_json(made.offer, award, learner, services.clock())
    told = {"link": offers.claim_url(services, made.token), "tx_code": made.tx_code}
    return shown | {name: value for name, value in told.items() if value is not None}


def withdraw(services: Services, principal: Principal, offer_id: str) -> dict[str, Any]:
    """End an offer, its links and its code; doing it again changes nothing. Raises NotFound."""
    with services.database.writing(principal.tenant_id) as session:
        row = offers.withdraw(services, session, offer_id, actor=principal.key_id)
        found = offers.offered(session, row, services.clock())
    return to_json(row, found.award, found.learner, services.clock())


def page_of_offers(
    services: Services,
    principal: Principal,
    *,
    credential_id: str | None = None,
    learner: str | None = None,
    after: str = "",
    limit: int = 100,
) -> dict[str, Any]:
    """Offers in the order of their ids; `next` is the `after` of the next page. Raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        award_id = find_award(session, credential_id).id if credential_id else None
        learner_id = learners.find(session, learner).id if learner else None
        rows = store.offers(session, award_id=award_id, learner_id=learner_id, after=after, limit=limit)
    page: dict[str, Any] = {"offers": [to_json(*row, services.clock()) for row in rows]}
    return page | ({"next": rows[-1][0].id} if len(rows) == limit else {})


def page_of_mails(
    services: Services,
    principal: Principal,
    *,
    state: str | None = None,
    learner: str | None = None,
    after: str = "",
    limit: int = 100,
) -> dict[str, Any]:
    """Mails in the order of their ids, without their texts, which are not kept. Raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        learner_id = learners.find(session, learner).id if learner else None
        rows = mail.mails(session, state=state, learner_id=learner_id, after=after, limit=limit)
        people = assessment.learners_by_id(session, {row.learner_id for row in rows})
    page: dict[str, Any] = {"mails": [_mail_json(row, people[row.learner_id]) for row in rows]}
    return page | ({"next": rows[-1].id} if len(rows) == limit else {})


def send_again(services: Services, principal: Principal, mail_id: str) -> dict[str, Any]:
    """Put a mail that failed back into the outbox. Raises NotFound, Conflict."""
    sent = mails.send_again(services, principal, mail_id)
    with services.database.reading(principal.tenant_id) as session:
        return _mail_json(sent, assessment.learner_by_id(session, sent.learner_id))


def to_json(row: Offer, award: Award, learner: Learner, now: datetime) -> dict[str, Any]:
    """An offer as its provider sees it. `state`: open, claimed, withdrawn, expired or suspended."""
    ended = offers.ended(row, award, learner, now)
    state = row.state if ended in (None, "CLAIMED") else ended.lower()
    whole = {
        "id": row.id,
        "credential": row.award_id,
        "learner": learner.code,
        "sent_to": row.sent_to,
        "state": state,
        "has_tx_code": row.tx_code_hash is not None,
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "claimed_at": row.claimed_at.isoformat() if row.claimed_at else None,
        "taken_at": row.taken_at.isoformat() if row.taken_at else None,
    }
    return {name: value for name, value in whole.items() if value is not None}


def _mail_json(row: Mail, learner: Learner) -> dict[str, Any]:
    """Whom it is for, what it tells, what came of it."""
    whole = {
        "id": row.id,
        "kind": row.kind,
        "learner": learner.code,
        "credential": row.award_id,
        "state": row.state,
        "created_at": row.created_at.isoformat(),
        "tries": row.tries,
        "next_try_at": row.due_at.isoformat() if row.state == mails.WAITING else None,
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "error": row.error,
    }
    return {name: value for name, value in whole.items() if value is not None}
