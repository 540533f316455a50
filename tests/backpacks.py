"""A learner's side of the tests: signing in as the mail's reader does."""

from datetime import timedelta

from app.store import backpack
from app.store.tables import Learner
from app.wallet import sessions
from app.wallet.sessions import SignedIn
from tests.service import World

ANA = "ana.petrova@example.org"


def link_for(world: World, email: str, goes_on_to: str = "/me") -> str:
    """The token of a link, as the mail to this address has it."""
    sessions.ask(world.services, email, "en", goes_on_to)
    with world.services.database.everywhere(why="what the mail does", writes=True) as session:
        (link,) = backpack.asked_links(session, email)
        link.expires_at = world.clock() + timedelta(minutes=30)
        session.flush()
        found = sessions.link_token(world.services, session, link.id)
    assert found is not None
    return found[1]


def signed_in(world: World, email: str) -> SignedIn:
    """A session of this address; its cookie is in the world's client too."""
    cookie, _ = sessions.sign_in(world.services, link_for(world, email))
    world.client.cookies.set(sessions.cookie_name(world.services), cookie)
    who = sessions.find(world.services, cookie)
    assert who is not None
    return who


def add_learner(world: World, tenant_id: str, code: str, email: str) -> str:
    """A learner of any tenant; returns her id."""
    now, learner_id = world.clock(), world.services.new_id()
    with world.services.database.writing(tenant_id) as session:
        session.add(Learner(id=learner_id, code=code, name="N", email=email, created_at=now, updated_at=now))
    return learner_id


def issue(world: World, achievement: str, learner: str) -> str:
    """Award it; returns the award's id."""
    body = {"achievement": achievement, "learner": learner}
    answer = world.client.post("/api/v1/credentials", json=body, headers=world.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
