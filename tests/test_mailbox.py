"""Two addresses are the same by ASCII case alone: everywhere, and in every database."""

import pytest

from app.issuer.evidence.holder import holder
from app.mailbox import folded
from app.store.source import learners_by_email
from app.vc.openbadge import email_identity
from app.verifier.recipient import Identity
from app.wallet import sessions
from tests.backpacks import add_learner, link_for

KELVIN = "\u212aim@example.org"  # its lower case by Unicode is kim@example.org
DOTTED = "\u0130lke@example.org"


@pytest.mark.parametrize(
    ("address", "same"),
    [
        (" Ana.Petrova@Example.ORG\n", "ana.petrova@example.org"),
        (KELVIN, KELVIN),
        (DOTTED, DOTTED),
        ("ÄNNE@example.org", "Änne@example.org"),
        ("a\u017fb@example.org", "a\u017fb@example.org"),
    ],
)
def test_ascii_letters_fold_and_nothing_else(address, same):
    assert folded(address) == same


def test_who_looks_alike_is_another_one_to_every_database(world):
    tenant = world.principal.tenant_id
    kim = add_learner(world, tenant, "p-1", "Kim@Example.org")
    other = add_learner(world, tenant, "p-2", KELVIN)
    with world.services.database.everywhere(why="a test") as session:
        found = learners_by_email(session, ["kim@example.org", KELVIN])
    assert {address: [row.id for row in rows] for address, rows in found.items()} == {
        "kim@example.org": [kim],
        KELVIN: [other],
    }


def test_who_signs_in_is_who_reads_that_mailbox(world):
    tenant = world.principal.tenant_id
    kim = add_learner(world, tenant, "p-1", "Kim@Example.org")
    other = add_learner(world, tenant, "p-2", KELVIN)
    for typed, owner in ((KELVIN, other), ("KIM@EXAMPLE.ORG", kim)):
        cookie, _ = sessions.sign_in(world.services, link_for(world, folded(typed)))
        who = sessions.find(world.services, cookie)
        assert who is not None
        assert who.learner_ids == (owner,)


def test_a_badge_names_one_mailbox(world):
    badge = {"credentialSubject": {"identifier": [email_identity(KELVIN, "salt")]}}
    assert holder(badge, did=None, email=KELVIN) == "email"
    assert holder(badge, did=None, email="kim@example.org") is None
    assert not Identity("email", "kim@example.org", "").is_of(KELVIN)
    assert Identity("email", "Kim@example.org", "").is_of("mailto:KIM@example.org")
