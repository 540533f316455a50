"""The authorization endpoint: what a client asks of a learner, and the code that it gets when she allows it.

Open Badges 3.0 section 7.3 on RFC 6749 section 4.1, RFC 7636 (PKCE with S256, always) and RFC 9207 (`iss`). A browser
is sent back to a registered address, compared character by character, and nowhere else (RFC 9700 section 2.1).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from app.errors import BadInput
from app.ports import Services
from app.store import oauth as store
from app.store.tables import OAuthClient, OAuthGrant
from app.texts import N_
from app.wallet.oauth import clients, scopes
from app.wallet.oid4vci.refused import tell
from app.wallet.sessions import PATH_MOST, SignedIn, acting, hash_of

PATH = "/oauth/authorize"
CODE_LASTS = timedelta(minutes=10)  # RFC 6749 section 4.1.2: at most
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # RFC 7636 section 4.2: base64url of a SHA-256
STATE_MOST = 500
AGAIN = N_("Go back to where you came from and begin again.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be put to a learner."""

    client: OAuthClient
    redirect_uri: str
    scope: tuple[str, ...]
    state: str
    code_challenge: str

    @property
    def parameters(self) -> dict[str, str]:
        """The same request again, as parameters."""
        return {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.redirect_uri,
            "scope": scopes.joined(self.scope),
            "state": self.state,
            "code_challenge": self.code_challenge,
            "code_challenge_method": "S256",
        }

    @property
    def path(self) -> str:
        """The same request again, as path of ours, short enough for the way through the sign-in."""
        return f"{PATH}?{urlencode(self.parameters)}"

    @property
    def is_for_this_machine(self) -> bool:
        """Whether the answer goes to a program on the learner's own machine."""
        return clients.is_loopback(urlsplit(self.redirect_uri))


class SentBack(Exception):  # noqa: N818 - an answer, not a failure of ours
    """The request is refused, and its client is told so: the browser goes to `url`."""

    def __init__(self, url: str) -> None:
        super().__init__("sent back")
        self.url = url


def read(services: Services, sent: Sequence[tuple[str, str]]) -> Asked:
    """Read an authorization request.

    Raises BadInput, for the person herself, while it is not sure where to send her back to; after that SentBack.
    """
    given = dict(sent)
    client = clients.find(services, given.get("client_id", ""))
    if client is None:
        tell("OAuth", "unknown client")
        raise BadInput(N_("The service that sent you is not known here."), pointer="/client_id", remedy=AGAIN)
    redirect_uri = given.get("redirect_uri", "")
    if redirect_uri not in client.registered["redirect_uris"] or len(given) < len(sent):
        tell("OAuth", "foreign redirect address")
        raise BadInput(
            N_("The service that sent you asks in a way that is not safe."), pointer="/redirect_uri", remedy=AGAIN
        )
    state = given.get("state", "")
    asked = Asked(client, redirect_uri, scopes.split(given.get("scope", "")), state, given.get("code_challenge", ""))
    wrong = _wrong(given, asked)
    if wrong is not None:
        code, message = wrong
        raise SentBack(_back(services, asked, {"error": code, "error_description": message}))
    return asked


def _wrong(given: dict[str, str], asked: Asked) -> tuple[str, str] | None:
    """(error, description) by RFC 6749 section 4.1.2.1, or None."""
    if not asked.state or len(asked.state) > STATE_MOST:
        return "invalid_request", f"state must have 1 to {STATE_MOST} characters."
    if given.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code."
    if given.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(asked.code_challenge):
        return "invalid_request", "PKCE is needed: code_challenge, with code_challenge_method S256."
    if not asked.scope or not set(asked.scope) <= set(scopes.split(asked.client.registered["scope"])):
        return "invalid_scope", "scope must name scopes that the client registered."
    if len(asked.path) > PATH_MOST:
        return "invalid_request", "The request is too long; use a shorter state."
    return None


def _back(services: Services, asked: Asked, answer: dict[str, str]) -> str:
    told = answer | ({"state": asked.state} if 0 < len(asked.state) <= STATE_MOST else {})
    query = urlencode(told | {"iss": services.settings.public_url})
    return f"{asked.redirect_uri}{'&' if '?' in asked.redirect_uri else '?'}{query}"


def deny(services: Services, asked: Asked) -> str:
    """Where her browser goes when she does not allow it."""
    return _back(services, asked, {"error": "access_denied", "error_description": "The learner did not allow it."})


def allow(services: Services, who: SignedIn, asked: Asked) -> str:
    """Where her browser goes, with a code, when she allows it."""
    now, code, scope = services.clock(), services.new_secret(), scopes.joined(asked.scope)
    with acting(services, who, "learner let a service at her badges") as session:
        grant = OAuthGrant(
            id=services.new_id(),
            client_id=asked.client.id,
            email=who.email,
            scope=scope,
            redirect_uri=asked.redirect_uri,
            code_hash=hash_of(code),
            code_challenge=asked.code_challenge,
            created_at=now,
            code_expires_at=now + CODE_LASTS,
        )
        session.add(grant)
    return _back(services, asked, {"code": code, "scope": scope})


@dataclass(frozen=True, slots=True)
class Connected:
    """A client that a learner let at her badges. `scope`: all that it may, in the order of scopes.WORDS."""

    client: OAuthClient
    grants: tuple[OAuthGrant, ...]

    @property
    def scope(self) -> tuple[str, ...]:
        """All that it may."""
        allowed = {one for grant in self.grants for one in scopes.split(grant.scope)}
        return tuple(one for one in scopes.WORDS if one in allowed)


def connected(services: Services, who: SignedIn) -> list[Connected]:
    """Whom she let at her badges, the newest first."""
    with services.database.everywhere(why="a grant is of an address") as session:
        found = store.lasting_grants(session, who.email, services.clock())
    by_client: dict[str, list[OAuthGrant]] = {}
    for grant, client in found:
        by_client.setdefault(client.id, []).append(grant)
    known = {client.id: client for _, client in found}
    return [Connected(known[client_id], tuple(grants)) for client_id, grants in by_client.items()]


def end(services: Services, who: SignedIn, client_id: str) -> None:
    """Let a client at her badges no more; nothing happens when it was not."""
    if any(one.client.id == client_id for one in connected(services, who)):
        with acting(services, who, "learner ended what she had allowed a service") as session:
            store.end_grants_of(session, who.email, client_id, services.clock())
