"""An offer: a link nobody can guess, a code that works once, and an end that follows what it is about."""

import threading

import pytest

from app.errors import Conflict, Gone, NotFound
from app.issuer.assessment import learners
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Order, issue, revoke
from app.store import audit
from app.store.tables import Award, Offer, OfferLink
from app.wallet import offers


@pytest.fixture
def award(loaded):
    return issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT, offer=False)).award


def made(world, award, **how):
    with world.services.database.writing(world.principal.tenant_id) as session:
        return offers.make(world.services, session, award, actor="test", **how)


def in_session(world, work):
    with world.services.database.writing(world.principal.tenant_id) as session:
        return work(session)


def ended(world, token):
    found = offers.look(world.services, token)
    with pytest.raises(Gone) as caught:
        offers.refuse_ended(found)
    assert caught.value.members["reason"] == found.ended
    return found.ended


def test_a_link_leads_to_the_offer_as_often_as_somebody_looks(loaded, award):
    offer = made(loaded, award)
    for _ in range(3):
        found = offers.look(loaded.services, offer.token)
    assert (found.award.id, found.learner.code, found.offer.state) == (award.id, "p-ana", "open")
    assert (found.offer.sent_to, found.offer.taken_at) == ("ana.petrova@example.org", None)


def test_what_nobody_gave_out_leads_nowhere(loaded, award):
    made(loaded, award)
    for token in ("", "x", award.id, "ü" * 50):
        with pytest.raises(NotFound):
            offers.look(loaded.services, token)


def test_secrets_are_not_stored(loaded, award):
    offer = made(loaded, award, with_tx_code=True)
    code = offers.code_for(loaded.services, offers.look(loaded.services, offer.token))
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        rows = [*session.query(Offer), *session.query(OfferLink)]
        stored = " ".join(str(value) for row in rows for value in vars(row).values())
        told = " ".join(entry.detail for entry in audit.entries(session, limit=1000))
    for secret in (offer.token, offer.tx_code, code):
        assert secret not in stored
        assert secret not in told


def test_it_ends_with_its_time(loaded, award):
    offer = made(loaded, award)
    loaded.clock.move(days=30)
    assert ended(loaded, offer.token) == "EXPIRED"


def test_it_ends_with_the_award(loaded, award):
    offer = made(loaded, award)
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    assert ended(loaded, offer.token) == "WITHDRAWN"
    with pytest.raises(Conflict):
        in_session(
            loaded, lambda session: offers.make(loaded.services, session, session.get(Award, award.id), actor="")
        )


def test_it_rests_while_the_award_is_suspended(loaded, award):
    offer = made(loaded, award)
    in_session(loaded, lambda session: setattr(session.get(Award, award.id), "suspended_at", loaded.clock()))
    assert ended(loaded, offer.token) == "SUSPENDED"
    in_session(loaded, lambda session: setattr(session.get(Award, award.id), "suspended_at", None))
    assert offers.look(loaded.services, offer.token).ended is None


def test_whoever_has_the_old_mailbox_gets_nothing_after_the_address_was_corrected(loaded, award):
    offer = made(loaded, award)
    code = offers.code_for(loaded.services, offers.look(loaded.services, offer.token))
    corrected = learners.check("p-ana", {"name": "Ana Petrova", "email": "ana@new.example.org"})
    learners.put(loaded.services, loaded.principal, corrected)
    assert ended(loaded, offer.token) == "WITHDRAWN"
    assert offers.find_by_code(loaded.services, code) is None
    assert offers.look(loaded.services, made(loaded, award).token).offer.sent_to == "ana@new.example.org"


def test_a_newer_offer_ends_the_one_before(loaded, award):
    first, second = made(loaded, award), made(loaded, award)
    assert ended(loaded, first.token) == "WITHDRAWN"
    assert offers.look(loaded.services, second.token).offer.state == "open"


def test_withdrawn_is_withdrawn_once(loaded, award):
    offer = made(loaded, award)
    for _ in range(2):
        row = in_session(loaded, lambda session: offers.withdraw(loaded.services, session, offer.offer.id, actor="me"))
        assert row.state == "withdrawn"
    assert ended(loaded, offer.token) == "WITHDRAWN"
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        acts = [entry.action for entry in audit.entries(session, subject=award.id, limit=100)]
    assert acts.count("offer withdrawn") == 1


def test_a_code_is_used_once_also_when_two_try_at_the_same_instant(loaded, award):
    found = offers.look(loaded.services, made(loaded, award).token)
    code = offers.code_for(loaded.services, found)
    start, won = threading.Barrier(4), []

    def use():
        start.wait()
        won.append(offers.use_code(loaded.services, found, code))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]
    assert offers.find_by_code(loaded.services, code) is None


def test_a_used_code_does_not_close_the_offer_until_a_wallet_has_it(loaded, award):
    token = made(loaded, award).token
    found = offers.look(loaded.services, token)
    code = offers.code_for(loaded.services, found)
    assert offers.use_code(loaded.services, found, code)
    again = offers.code_for(loaded.services, offers.look(loaded.services, token))  # the wallet crashed
    assert offers.find_by_code(loaded.services, again).offer.id == found.offer.id
    assert in_session(loaded, lambda session: offers.claimed(loaded.services, session, found.offer.id))
    assert not in_session(loaded, lambda session: offers.claimed(loaded.services, session, found.offer.id))
    assert offers.find_by_code(loaded.services, again) is None
    with pytest.raises(Gone):
        offers.code_for(loaded.services, offers.look(loaded.services, token))
    loaded.clock.move(hours=1)
    assert ended(loaded, token) == "CLAIMED"


def test_a_newer_code_ends_the_one_before_and_codes_grow_old(loaded, award):
    found = offers.look(loaded.services, made(loaded, award).token)
    first, second = (offers.code_for(loaded.services, found) for _ in range(2))
    assert offers.find_by_code(loaded.services, first) is None
    assert offers.find_by_code(loaded.services, second) is not None
    loaded.clock.move(minutes=15)
    assert offers.find_by_code(loaded.services, second) is None


def test_wrong_transaction_codes_are_counted_and_then_the_offer_is_withdrawn(loaded, award):
    offer = made(loaded, award, with_tx_code=True)
    found = offers.look(loaded.services, offer.token)
    wrong = "000000" if offer.tx_code != "000000" else "000001"
    for _ in range(offers.MOST_WRONG_TX_CODES - 1):
        assert not offers.is_tx_code(loaded.services, found, wrong)
    assert offers.is_tx_code(loaded.services, found, offer.tx_code)
    assert not offers.is_tx_code(loaded.services, found, wrong)
    assert not offers.is_tx_code(loaded.services, found, offer.tx_code)
    assert ended(loaded, offer.token) == "WITHDRAWN"


def test_without_a_transaction_code_none_is_asked_for(loaded, award):
    found = offers.look(loaded.services, made(loaded, award).token)
    assert offers.is_tx_code(loaded.services, found, "")
    assert found.offer.tx_tries == 0


def test_what_was_taken_is_noted_once(loaded, award):
    found = offers.look(loaded.services, made(loaded, award).token)
    for how in ("download pdf", "download png"):
        offers.taken(loaded.services, found, how)
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        acts = [entry for entry in audit.entries(session, subject=award.id, limit=100) if entry.action == "taken"]
        assert [entry.detail for entry in acts] == ['{"how":"download pdf","offer":"' + found.offer.id + '"}']
        assert session.get(Offer, found.offer.id).taken_at == loaded.clock()
