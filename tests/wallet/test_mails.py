"""The outbox: told in the transaction of the act, sent once, tried again, given up in plain sight."""

import re
import sqlite3
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy.exc import OperationalError

from app.issuer import tenancy
from app.issuer.assessment import learners
from app.issuer.credential import seal
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Order, issue, reissue, resume, revoke
from app.ports import MailFailed
from app.store import mail as outbox
from app.store.session import Unanswered
from app.store.tables import Learner, Mail, Offer
from app.wallet import mails, offers, post

LATER = MailFailed("The mail server was not reached: timeout.", for_good=False)
NEVER = MailFailed("The mail server does not take this address (550).", for_good=True)


def given(world, achievement="MC-02", learner="p-ana", **how):
    return issue(world.services, world.principal, Order(achievement, learner, DEFAULT, **how)).award


def rows(world, **which):
    with world.services.database.reading(world.principal.tenant_id) as session:
        return outbox.mails(session, **which)


def link_in(message):
    """The token in the link of a mail."""
    return re.search(r"/claim/([\w-]+)", message.get_body(("plain",)).get_content())[1]


def correct(world, **members):
    values = {"name": "Ana Petrova", "email": "ana.petrova@example.org"} | members
    learners.put(world.services, world.principal, learners.check("p-ana", values))


class Killed(BaseException):
    """The process is gone."""


def killed_at(monkeypatch, module, function, work):
    """Do the work, and be killed where that function is called."""

    def killed(*_arguments):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(module, function, killed)
        with pytest.raises(Killed):
            work()


def test_an_award_is_offered_by_one_mail_whose_link_works(loaded):
    award = given(loaded)
    given(loaded)  # asked again
    assert post.deliver(loaded.services) == 1
    assert post.deliver(loaded.services) == 0
    [message] = loaded.mailbox.sent
    assert message["To"] == "ana.petrova@example.org"
    assert offers.look(loaded.services, link_in(message)).award.id == award.id
    [row] = rows(loaded)
    assert (row.kind, row.state, row.tries, row.sent_at) == ("offer", "sent", 1, loaded.clock())


def test_what_programs_of_mailboxes_look_for(loaded):
    given(loaded)
    post.deliver(loaded.services)
    [message] = loaded.mailbox.sent
    parsed = message_from_bytes(message.as_bytes(), policy=default)
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Message-ID"] == f"<{rows(loaded)[0].id}@127.0.0.1>"
    assert parsed["List-Id"] == "<badges.main.127.0.0.1>"
    assert parsed["From"] == "My training organisation <no-reply@localhost>"
    html = parsed.get_body(("html",)).get_content()
    assert link_in(parsed) in html
    assert "<img" not in html  # nothing that tells us who reads


def test_an_award_that_is_not_to_be_offered_is_not(loaded):
    given(loaded, offer=False)
    assert rows(loaded) == []


def test_nothing_is_sent_before_it_is_sealed(loaded, monkeypatch):
    killed_at(monkeypatch, seal, "signed", lambda: given(loaded))
    assert post.deliver(loaded.services) == 0
    loaded.clock.move(minutes=5)
    assert resume(loaded.services) == 1
    assert post.deliver(loaded.services) == 1
    assert [row.tries for row in rows(loaded)] == [1]


def test_an_award_revoked_before_its_mail_went_out_is_not_offered(loaded):
    award = given(loaded)
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    assert post.deliver(loaded.services) == 0
    assert {row.kind: row.state for row in rows(loaded)} == {"offer": "dropped", "revoked": "dropped"}


def test_a_process_killed_after_sending_sends_once_more_under_the_same_id(loaded, monkeypatch):
    given(loaded)
    killed_at(monkeypatch, mails, "_note", lambda: post.deliver(loaded.services))
    assert post.deliver(loaded.services) == 0  # somebody may be at it
    loaded.clock.move(minutes=11)
    assert post.deliver(loaded.services) == 1
    first, second = loaded.mailbox.sent
    assert first["Message-ID"] == second["Message-ID"]
    assert (
        offers.look(loaded.services, link_in(first)).offer.id == offers.look(loaded.services, link_in(second)).offer.id
    )


def test_a_server_that_is_away_is_tried_again_ever_more_rarely(loaded):
    given(loaded)
    waits = []
    for _ in range(mails.MOST_TRIES):
        loaded.mailbox.fails = [LATER]
        assert post.deliver(loaded.services) == 0
        [row] = rows(loaded)
        waits.append(row.due_at - loaded.clock())
        loaded.clock.now = row.due_at
    assert waits[:3] == [mails._wait(1), mails._wait(2), mails._wait(3)]
    assert sorted(waits[:-1]) == waits[:-1]
    assert (row.state, row.error) == ("failed", LATER.message)


def test_one_sign_that_the_server_is_away_ends_the_round(loaded):
    for learner in ("p-ana", "p-carmen", "p-boris"):
        given(loaded, "MC-01", learner)
    loaded.mailbox.fails = [LATER, LATER, LATER]
    assert post.deliver(loaded.services) == 0
    assert {row.state for row in rows(loaded)} == {"waiting"}
    loaded.clock.move(minutes=3)
    assert post.deliver(loaded.services) == 3


def test_an_address_that_is_refused_is_told_and_can_be_tried_again_when_corrected(loaded):
    given(loaded)
    loaded.mailbox.fails = [NEVER]
    post.deliver(loaded.services)
    [failed] = rows(loaded, state="failed")
    assert failed.error == NEVER.message
    correct(loaded, email="ana@new.example.org")
    mails.send_again(loaded.services, loaded.principal, failed.id)
    assert post.deliver(loaded.services) == 1
    assert loaded.mailbox.sent[0]["To"] == "ana@new.example.org"


def test_an_address_that_no_mail_can_have_fails_and_holds_up_nobody(loaded):
    correct(loaded, email="ana@" + "ü" * 70 + ".example.org")
    given(loaded)
    given(loaded, "MC-01", "p-carmen")
    assert post.deliver(loaded.services) == 1
    assert [row.error for row in rows(loaded, state="failed")] == ["No mail can have this address."]


def test_a_mail_that_cannot_be_written_holds_up_nobody(loaded):
    award = given(loaded)
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        outbox.queue(session, "no such kind", "x", learner_id=award.learner_id, at=loaded.clock())
    assert post.deliver(loaded.services) == 1
    [waiting] = rows(loaded, state="waiting")
    assert (waiting.kind, waiting.error) == ("no such kind", "It could not be written.")


def test_a_database_that_does_not_answer_is_not_the_mails_fault(loaded):
    def locked(*_given):
        raise OperationalError("SELECT", None, sqlite3.OperationalError("database is locked"))

    award = given(loaded)
    with pytest.raises(Unanswered):
        mails.deliver_due(loaded.services, {"offer": locked})
    (waiting,) = rows(loaded)
    assert (waiting.state, waiting.tries, waiting.error) == ("waiting", 0, None)
    assert post.deliver(loaded.services) == 1
    assert rows(loaded)[0].award_id == award.id


def test_who_sits_and_waits_comes_first(loaded):
    for learner in ("p-ana", "p-carmen", "p-boris"):
        award = given(loaded, "MC-01", learner)
    loaded.clock.move(seconds=1)
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        outbox.queue(session, "link", "x", learner_id=award.learner_id, award_id=award.id, at=loaded.clock())
    post.deliver(loaded.services)
    assert (
        loaded.mailbox.sent[0]["Message-ID"]
        == f"<{next(row.id for row in rows(loaded) if row.kind == 'link')}@127.0.0.1>"
    )


def test_two_workers_do_not_send_the_same_mail(loaded):
    given(loaded)
    tenant, now = loaded.principal.tenant_id, loaded.clock()
    with loaded.services.database.writing(tenant) as session:
        taken = outbox.take_due(session, now, now + mails.LEASE, mails.CHUNK)
    assert len(taken) == 1
    assert post.deliver(loaded.services) == 0


def test_more_than_one_chunk_goes_out_in_one_round(loaded):
    award = given(loaded)
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        for number in range(2 * mails.CHUNK):
            outbox.queue(
                session, "link", f"{number}", learner_id=award.learner_id, award_id=award.id, at=loaded.clock()
            )
    assert post.deliver(loaded.services) == 2 * mails.CHUNK + 1


def test_the_outbox_holds_no_address_and_no_link(loaded):
    given(loaded)
    post.deliver(loaded.services)
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        stored = " ".join(str(vars(row)) for row in session.query(Mail))
    assert "ana.petrova" not in stored
    assert link_in(loaded.mailbox.sent[0]) not in stored


def test_a_corrected_credential_is_brought_again(loaded):
    award = given(loaded)
    post.deliver(loaded.services)
    correct(loaded, email="ana@new.example.org")
    reissue(loaded.services, loaded.principal, award.id)
    assert post.deliver(loaded.services) == 1
    assert rows(loaded, state="sent")[0].kind in ("offer", "reissued")
    again = loaded.mailbox.sent[-1]
    assert (again["To"], offers.look(loaded.services, link_in(again)).ended) == ("ana@new.example.org", None)
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        assert sorted(row.state for row in session.query(Offer)) == ["open", "withdrawn"]


def test_a_tenant_with_many_mails_holds_up_nobody_else(world, monkeypatch):
    monkeypatch.setattr(mails, "CHUNK", 1)
    other = tenancy.add_tenant(world.services, "other", {"name": "Other", "country_code": "EL"}).id
    now = world.clock()
    values = {"name": "Ana", "email": "n@example.org", "to_recheck": False, "created_at": now, "updated_at": now}
    for tenant in (world.principal.tenant_id, other):
        with world.services.database.writing(tenant) as session:
            learner = Learner(id=world.services.new_id(), code="p-ana", **values)
            session.insert(learner)
            for about in ("first", "second"):
                outbox.queue(session, "told", about, learner_id=learner.id, at=now)
    asked = []

    def compose(_services, session, _mail, _learner):
        asked.append(session.tenant_id)

    mails.deliver_due(world.services, {"told": compose})
    assert set(asked[:2]) == set(asked[2:]) == {world.principal.tenant_id, other}
