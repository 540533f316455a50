"""getProfile and putProfile: who the learner is, as a Profile of Open Badges 3.0 (sections 6.2.4 and 6.2.5).

A client may put any profile for her, but for the e-mail address: that is the one where she was asked.
"""

from typing import Any
from urllib.parse import urlsplit

from app.errors import BadInput, TooLarge
from app.mailbox import folded
from app.ports import Services
from app.store import oauth as store
from app.store.tables import LearnerProfile
from app.wallet.sessions import SignedIn, acting
from app.web.context import parse_json

MOST_BYTES = 65_536  # ours: one with a picture as data URL still fits


def get(services: Services, who: SignedIn) -> dict[str, Any]:
    """What was put for her, else what we know: her name and address."""
    with services.database.everywhere(why="a profile is of an address") as session:
        row = store.profile(session, who.email)
    document: dict[str, Any] = own(who) if row is None else row.document
    return document


def own(who: SignedIn) -> dict[str, Any]:
    """What we know of her. `id`: random, and the same each time."""
    first = who.learners[0]
    subject = first.did or f"urn:uuid:{first.id}"
    return {"id": subject, "type": ["Profile"], "name": first.name, "email": who.email}


def put(services: Services, who: SignedIn, body: bytes, kind: str) -> dict[str, Any]:
    """Replace her profile as a whole; what is stored is what was sent. Raises BadInput, Unsupported, TooLarge."""
    if len(body) > MOST_BYTES:
        raise TooLarge(f"A profile of at most {MOST_BYTES} bytes is taken.")
    document = parse_json(body, kind)
    _check(document, who)

    def work() -> None:
        with acting(services, who, "profile put by a service") as session:
            row = store.profile(session, who.email) or LearnerProfile(id=services.new_id(), email=who.email)
            row.document, row.changed_at = document, services.clock()
            session.add(row)
            session.flush()

    services.database.settle(work)
    checked: dict[str, Any] = document
    return checked


def _check(document: Any, who: SignedIn) -> None:
    """As a Profile must be (appendix B.1.13), as far as clients rely on it."""
    if not isinstance(document, dict):
        raise BadInput("A Profile must be a JSON object.")
    told = document.get("id")
    if not isinstance(told, str) or not _is_uri(told):
        raise BadInput("A Profile needs an id that is a URI.", pointer="/id")
    types = document.get("type")
    if not isinstance(types, list) or "Profile" not in types or not all(isinstance(each, str) for each in types):
        raise BadInput("The type must be a list that has Profile.", pointer="/type")
    for name in ("name", "url", "phone", "description", "givenName", "familyName", "official"):
        if name in document and not isinstance(document[name], str):
            raise BadInput(f"{name} must be a text.", pointer=f"/{name}")
    email = document.get("email", who.email)
    if not isinstance(email, str) or folded(email) != who.email:
        raise BadInput(
            "The email is not the one where this learner signs in.", pointer="/email", remedy="Leave it as it was read."
        )


def _is_uri(text: str) -> bool:
    try:
        return bool(urlsplit(text).scheme) and text.isprintable() and " " not in text
    except ValueError:
        return False
