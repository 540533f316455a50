"""Several awards at once come to what each comes to alone."""

import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from app.errors import Conflict, NotFound, RulesNotMet, Unavailable, attempt
from app.issuer.credential import forms, together
from app.issuer.credential.issue import Issued, Order, issue, resume, revoke
from app.issuer.credential.together import issue_together
from app.store import audit
from app.store import credential as store
from app.store.session import Unanswered
from tests import service
from tests.service import MemoryKeys

ANA, BORIS, CARMEN = (Order("MC-02", f"p-{name}", forms.DEFAULT) for name in ("ana", "boris", "carmen"))
MIXED = [
    ANA,
    Order("MC-02", "p-kiril", forms.DEFAULT),  # his practice is not signed off
    BORIS,
    Order("MC-02", "p-nobody", forms.DEFAULT),
    Order("MC-99", "p-ana", forms.DEFAULT),
    ANA,
    replace(ANA, form=forms.JWT_FORMS["ES256"]),
    Order("MC-01", "p-ana", forms.DEFAULT, offer=False),
    Order("A code\x00 that no code is", "p-ana", forms.DEFAULT),
]


def at_once(world, orders):
    return issue_together(world.services, world.principal, orders)


def one_by_one(world, orders):
    return [attempt(issue, world.services, world.principal, order) for order in orders]


def told(outcomes):
    """What can be compared of outcomes."""
    return [
        (each.learner.code, each.achievement.row.code, each.rendition.form, each.rendition.state, each.is_new)
        if isinstance(each, Issued)
        else (type(each), str(each))
        for each in outcomes
    ]


def stored(world):
    """What is stored, by learner and achievement: renditions, the audit log, whether a mail offers it."""
    with world.services.database.reading(world.principal.tenant_id) as session:
        log = audit.entries(session)
        assert audit.first_broken(session) is None
        return sorted(
            (
                award.learner_id,
                award.achievement_code,
                award.revocation_reason,
                sorted((row.form, row.state, row.sha256 is not None) for row in store.renditions(session, award.id)),
                [entry.action for entry in log if entry.subject == award.id],
            )
            for award in store.awards(session)
        )


def without_ids(rows):
    return sorted(row[1:] for row in rows)


@pytest.fixture
def another(backend):
    world = service.build(backend.fresh("loaded", service.load))
    yield world
    world.services.database.close()


def test_they_come_to_what_each_comes_to_alone(loaded, another):
    outcomes, alone = at_once(loaded, MIXED), one_by_one(another, MIXED)
    assert told(outcomes) == told(alone)
    assert [type(each) for each in outcomes[1:5]] == [RulesNotMet, Issued, NotFound, NotFound]
    assert outcomes[0].rendition.content == outcomes[5].rendition.content
    assert outcomes[0].is_new
    assert not outcomes[5].is_new
    assert without_ids(stored(loaded)) == without_ids(stored(another))
    for each in (outcomes[0], outcomes[2], outcomes[7]):
        assert loaded.client.post("/verify", content=each.rendition.content).json()["outcome"] == "valid"


def test_asked_again_they_are_the_same_bytes(loaded):
    first, second = at_once(loaded, [ANA, BORIS]), at_once(loaded, [BORIS, ANA])
    assert [each.rendition.content for each in first] == [each.rendition.content for each in reversed(second)]
    assert not any(each.is_new for each in second)


def test_status_indexes_are_never_shared(loaded):
    outcomes = at_once(loaded, [ANA, BORIS, CARMEN])
    assert len({each.rendition.status_index for each in outcomes}) == 3


def between(monkeypatch, name, meanwhile):
    """Have something happen after this step of ours, once."""
    really = getattr(together, name)

    def step(*given):
        monkeypatch.setattr(together, name, really)
        done = really(*given)
        meanwhile(done)
        return done

    monkeypatch.setattr(together, name, step)


def test_where_another_request_was_quicker_its_award_is_the_one(loaded, monkeypatch):
    quicker = []
    between(monkeypatch, "_looked", lambda _: quicker.extend(one_by_one(loaded, [BORIS])))
    outcomes = at_once(loaded, [ANA, BORIS, CARMEN])
    assert [each.is_new for each in outcomes] == [True, False, True]
    assert outcomes[1].rendition.content == quicker[0].rendition.content
    assert [row[4] for row in stored(loaded)] == [["awarded", "will sign", "signed"]] * 3


def test_one_that_is_revoked_meanwhile_stops_no_other(loaded, monkeypatch):
    really = together.signed

    def signed(services, work, award, row):
        sealed = really(services, work, award, row)
        if work.learner.code == "p-boris":
            revoke(loaded.services, loaded.principal, award.id, "a mistake")
        return sealed

    monkeypatch.setattr(together, "signed", signed)
    outcomes = at_once(loaded, [ANA, BORIS, CARMEN])
    assert [isinstance(each, Issued) for each in outcomes] == [True, False, True]
    assert isinstance(outcomes[1], Conflict)
    states = {row[2]: row[3] for row in stored(loaded)}
    assert [form[1] for form in states["a mistake"]] == ["abandoned"]
    assert [form[1] for form in states[None]] == ["issued"]


def test_what_cannot_be_signed_is_taken_back_alone(loaded):
    class Once(MemoryKeys):
        """Cannot open the key for the second badge."""

        asked = 0

        def signer(self, name):
            self.asked += 1
            if self.asked == 2:
                raise Unavailable("The key does not open.")
            return loaded.services.keys.signer(name)

    world = replace(loaded, services=replace(loaded.services, keys=Once()))
    outcomes = at_once(world, [ANA, BORIS, CARMEN])
    assert [isinstance(each, Issued) for each in outcomes] == [True, False, True]
    assert str(outcomes[1]) == "The key does not open."
    states = {row[2]: row[3] for row in stored(loaded)}
    assert [form[1] for form in states["never sealed"]] == ["abandoned"]


def test_a_mistake_of_ours_with_one_stops_no_other(loaded, monkeypatch):
    really = together.make

    def make(services, session, principal, ready, now):
        if ready.work.learner.code == "p-boris":
            raise ZeroDivisionError
        return really(services, session, principal, ready, now)

    monkeypatch.setattr(together, "make", make)
    outcomes = at_once(loaded, [ANA, BORIS])
    assert [each.is_new for each in outcomes] == [True, True]  # alone, none of them is made here
    assert len(stored(loaded)) == 2


def test_a_database_that_does_not_answer_is_asked_once_and_the_sweep_goes_on(loaded, monkeypatch):
    def record(*_given):
        raise OperationalError("UPDATE", None, sqlite3.OperationalError("disk I/O error"))

    with monkeypatch.context() as patched:
        patched.setattr(together, "record", record)
        outcomes = at_once(loaded, [ANA, replace(ANA, learner="p-nobody"), BORIS])
    assert [type(each) for each in outcomes] == [Unanswered, NotFound, Unanswered]
    assert {form[1] for row in stored(loaded) for form in row[3]} == {"reserved"}
    loaded.clock.move(minutes=2)
    assert resume(loaded.services) == 2
    assert all(not each.is_new for each in at_once(loaded, [ANA, BORIS]))


def test_a_database_that_does_not_answer_while_it_looks_is_no_mistake_of_ours(loaded, monkeypatch):
    def look(*_given):
        raise OperationalError("SELECT", None, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(together, "look", look)
    assert [type(each) for each in at_once(loaded, [ANA, BORIS])] == [Unanswered, Unanswered]


def test_a_mistake_of_ours_while_it_looks_stops_no_other(loaded, monkeypatch):
    def look(*_given):
        raise ZeroDivisionError

    monkeypatch.setattr(together, "look", look)
    assert all(each.is_new for each in at_once(loaded, [ANA, BORIS]))
