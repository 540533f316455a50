"""What learners are told, in their language, and when there is nothing to tell."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app.issuer.assessment import learners
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Order, issue, reissue, revoke
from app.settings import Settings
from app.store import mail as outbox
from app.store.tables import Award
from app.texts import LANGUAGES
from app.wallet import notices, offering, offers, post, reminders
from tests import certification, service

PLACE = re.compile(r"\{\w*\}|%\(\w+\)s")


def correct(world, **members):
    values = {"name": "Ana Petrova", "email": "ana.petrova@example.org"} | members
    learners.put(world.services, world.principal, learners.check("p-ana", values))


def told(world):
    """(subject, text) of the mails that go out now."""
    before = len(world.mailbox.sent)
    post.deliver(world.services)
    return [(str(each["Subject"]), each.get_body(("plain",)).get_content()) for each in world.mailbox.sent[before:]]


def changed(world, award, **columns):
    with world.services.database.writing(world.principal.tenant_id) as session:
        row = session.get(Award, award.id)
        for name, value in columns.items():
            setattr(row, name, value)


def queue(world, kind, award, **details):
    with world.services.database.writing(world.principal.tenant_id) as session:
        outbox.queue(
            session, kind, f"{kind} test", learner_id=award.learner_id, award_id=award.id, at=world.clock(),
            details=details,
        )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_written_in_her_language(loaded, language):
    correct(loaded, language=f"{language}-XX")
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT)).award
    letters = told(loaded)
    for kind in ("link", "reissued", "reminder", "reinstated"):
        queue(loaded, kind, award)
    changed(loaded, award, valid_until=loaded.clock().date().replace(year=2027))
    queue(loaded, "expiring", award, days=30)
    letters += told(loaded)
    changed(loaded, award, suspended_at=loaded.clock())
    queue(loaded, "suspended", award, reason="An appeal is open.")
    letters += told(loaded)
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    letters += told(loaded)
    assert len(letters) == len(set(letters)) == 8
    title = letters[0][0].split(":")[0]
    for subject, text in letters:
        assert title in subject
        assert title in text
        assert "Ana Petrova" in text
        assert not PLACE.search(subject + text)
    assert (language == "en") == ("See it and take it" in letters[0][1])


def test_a_language_that_we_do_not_speak_is_answered_in_english(loaded):
    correct(loaded, language="tlh")
    issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT))
    assert "Hello Ana Petrova," in told(loaded)[0][1]


def test_nothing_is_told_that_is_not_so_any_more(loaded):
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT, offer=False)).award
    for kind in ("suspended", "revoked", "expiring"):
        queue(loaded, kind, award, days=30)
    assert told(loaded) == []
    changed(loaded, award, suspended_at=loaded.clock())
    for kind in ("offer", "link", "reissued", "reminder", "reinstated"):
        with loaded.services.database.writing(loaded.principal.tenant_id) as session:
            at = loaded.clock()
            outbox.queue(session, kind, f"{kind} again", learner_id=award.learner_id, award_id=award.id, at=at)
    assert told(loaded) == []


def test_a_mail_never_offers_without_the_code_what_was_offered_with_one(loaded):
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT, offer=False)).award
    made = offering.offer(loaded.services, loaded.principal, award.id, with_mail=True, with_tx_code=True)
    [(_, text)] = told(loaded)
    assert "кодът, който сте получили по друг път" in text
    assert made["tx_code"] not in text
    loaded.clock.move(days=31)
    queue(loaded, "link", award)
    [(_, text)] = told(loaded)
    assert offers.look(loaded.services, re.search(r"/claim/([\w-]+)", text)[1]).ended == "EXPIRED"


def test_who_took_it_by_her_providers_link_is_told_that_it_was_taken_back(loaded):
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT)).award  # its mail waits
    made = offering.offer(loaded.services, loaded.principal, award.id, with_mail=False, with_tx_code=False)
    assert told(loaded) == []  # the newer offer put it out of date
    assert loaded.client.post(f"{made['link']}/file", data={"kind": "json"}).status_code == 200
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    [(subject, _)] = told(loaded)
    assert "отнето" in subject


def test_the_first_mail_is_no_new_link_though_another_offer_came_before_it(loaded):
    correct(loaded, language="en")
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT)).award  # its mail waits
    offering.offer(loaded.services, loaded.principal, award.id, with_mail=True, with_tx_code=False)
    [(subject, text)] = told(loaded)
    assert subject == "Smart City Project Design and Delivery: yours to take"
    assert "has awarded you" in text
    assert "new link" not in text
    offering.offer(loaded.services, loaded.principal, award.id, with_mail=True, with_tx_code=False)
    [(subject, _)] = told(loaded)
    assert subject.endswith("your new link")
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    [(subject, _)] = told(loaded)  # she was told of it, if not by the first mail
    assert subject.endswith("was taken back")


def test_a_certificate_s_holder_learns_what_officers_decided_and_why(backend):
    world = service.build(backend.fresh("golden", certification.load), now=certification.GRANT_DAY)
    application, _ = certification.granted(world)
    [(_, text)] = told(world)
    assert offers.look(world.services, re.search(r"/claim/([\w-]+)", text)[1]).award.licence_number
    for decision, said in (("suspend", "спря"), ("reinstate", "възстанови"), ("withdraw", "отне")):
        world.clock.move(minutes=1)
        certification.decided(world, application, decision, reason="The practice log is forged.")
        [(_, text)] = told(world)
        assert said in text
        assert ("The practice log is forged." in text) == (decision != "reinstate")
    world.services.database.close()


def test_dates_are_written_as_people_write_them(loaded):
    assert notices.day(loaded.clock(), "de") == "1. September 2026"
    assert notices.day(loaded.clock(), "en") == "September 1, 2026"


def test_reissuing_what_nobody_was_told_of_tells_nothing(loaded):
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT, offer=False)).award
    correct(loaded, email="ana@new.example.org")
    reissue(loaded.services, loaded.principal, award.id)
    assert told(loaded) == []


def test_reminded_once_of_what_was_not_taken(loaded):
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT)).award
    told(loaded)
    loaded.clock.move(days=6)
    assert reminders.queue_due(loaded.services) == 0
    loaded.clock.move(days=1)
    assert reminders.queue_due(loaded.services) == 1
    assert reminders.queue_due(loaded.services) == 0
    [(subject, text)] = told(loaded)
    assert "waits for you" in subject or "очаква" in subject
    found = offers.look(loaded.services, re.search(r"/claim/([\w-]+)", text)[1])
    assert found.award.id == award.id


def test_nobody_is_reminded_of_what_she_took(loaded):
    issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT))
    [(_, text)] = told(loaded)
    loaded.clock.move(days=8)
    assert reminders.queue_due(loaded.services) == 1
    found = offers.look(loaded.services, re.search(r"/claim/([\w-]+)", text)[1])
    offers.taken(loaded.services, found, "download pdf")
    assert told(loaded) == []


def test_told_90_and_30_days_before_the_last_day_each_once(loaded):
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT, offer=False)).award
    loaded.clock.move(days=1)
    changed(loaded, award, valid_until=loaded.clock().date().replace(year=2027))
    days = []
    for _ in range(370):
        reminders.queue_due(loaded.services)
        days += [365 - _ for each in told(loaded) if each]
        loaded.clock.move(days=1)
    assert days == [90, 30]


def test_short_awards_are_not_announced_on_the_day_they_are_made(loaded):
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT, offer=False)).award
    changed(loaded, award, valid_until=loaded.clock().date().replace(day=20))
    assert reminders.queue_due(loaded.services) == 1
    assert told(loaded) == []


def test_the_rounds_look_once_an_hour(loaded):
    rounds = reminders.Rounds(loaded.services)
    issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT))
    told(loaded)
    assert rounds() == 0
    loaded.clock.move(days=8)
    assert [rounds(), rounds()] == [1, 0]


def test_the_operator_chooses_the_days_and_may_choose_none(loaded):
    award = issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT, offer=False)).award
    changed(loaded, award, valid_until=loaded.clock().date() + timedelta(days=70))
    for chosen, expected in (("", 0), ("60, 7", 0), ("69,7", 0), ("70", 1)):
        settings = Settings(**loaded.services.settings.model_dump() | {"expiry_notice_days": chosen})
        assert reminders.queue_due(replace(loaded.services, settings=settings)) == expected


@pytest.mark.parametrize("wrong", ["a week", "0", "-1", "1.5", "90,", "10000", "1,2,3,4,5,6,7,8,9,10,11"])
def test_days_that_are_none_are_told(wrong):
    with pytest.raises(ValueError, match="whole numbers of days"):
        Settings(expiry_notice_days=wrong)
