"""The other side of the API: a badge is pushed to another host (Open Badges 3.0 sections 6 and 7, as consumer).

1. the host's service description tells the addresses (host.py)
2. we register there (RFC 7591)
3. the learner says yes in her browser (RFC 6749 section 4.1, RFC 7636); what comes back is held against what was asked
   (state, RFC 9207)
4. the code becomes an access token
5. the badge goes to it (upsertCredential)
6. the token is given back, where the host takes it (RFC 7009)
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

from app import __version__
from app.errors import BadInput, Forbidden
from app.ports import FetchFailed, Sender
from app.settings import Settings
from app.texts import N_
from app.wallet.oauth import scopes
from app.wallet.ob_api import carried
from app.wallet.ob_api.host import JSON, Host, cut, object_of, origin, send, text_of, why

TEXT, FORM = "text/plain", "application/x-www-form-urlencoded"
SOFTWARE_ID = "3b0f3c1e-6a55-4a0e-9a57-0e4b8f3f9d21"  # of Attesta, as RFC 7591 section 2 asks for
ADDED, REPLACED, KEPT = "added", "replaced", "kept"
OUTCOMES = {201: ADDED, 200: REPLACED, 304: KEPT}
NO_REGISTRATION = N_("The other service does not let this one register.")
NO_TOKEN = N_("The other service did not keep its word: it gave no access.")
NOT_TAKEN = N_("The other service did not take the badge.")
NOT_ALLOWED = N_("It was not allowed there, so nothing was sent.")
NOT_OURS = N_("What came back does not belong to what was asked.")
OTHER_ISSUER = N_("The answer came from another service than the one that was asked.")
BEGIN_AGAIN = N_("Begin again.")


@dataclass(frozen=True, slots=True)
class Registration:
    """How a host knows us. `redirect_uri`: where browsers come back to."""

    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Question:
    """What only we know of a question to a learner: the state that must come back, and the verifier of the code."""

    state: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The verifier's SHA-256 in base64url (RFC 7636 section 4.2)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Access:
    """What a host gave: the access token, and the refresh token if there was one, which is never used."""

    token: str
    refresh: str | None = None


def connect(
    sender: Sender, host: Host, registration: Registration, ask: Callable[[str], str], new_secret: Callable[[], str]
) -> Access:
    """Ask the learner, and wait for her. `ask`: sends her browser to an address; the one that it came back with.

    Raises BadInput, Forbidden, Unavailable.
    """
    question = Question(new_secret(), new_secret())
    back = ask(address_to_ask(host, registration, question))
    code = code_of(host, question, parse_qsl(urlsplit(back).query, keep_blank_values=True))
    return access_of(sender, host, registration, question, code)


def register(sender: Sender, settings: Settings, host: Host, redirect_uri: str) -> Registration:
    """Register there; raises BadInput, Unavailable."""
    base = settings.public_url
    metadata = {
        "client_name": "Attesta",
        "client_uri": base,
        "logo_uri": f"{base}/static/attesta.svg",
        "tos_uri": settings.terms_url or f"{base}/",
        "policy_uri": settings.privacy_url or f"{base}/",
        "software_id": SOFTWARE_ID,
        "software_version": __version__,
        "redirect_uris": [redirect_uri],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": scopes.UPSERT,
    }
    headers = {"content-type": JSON, "accept": JSON}
    answer = send(sender, "POST", host.register, headers, json.dumps(metadata).encode())
    told = object_of(answer, NO_REGISTRATION)
    client_id, client_secret = (text_of(told, name, NO_REGISTRATION) for name in ("client_id", "client_secret"))
    return Registration(client_id, client_secret, redirect_uri)


def address_to_ask(host: Host, registration: Registration, question: Question) -> str:
    """Where the learner's browser goes to be asked."""
    asked = {
        "response_type": "code",
        "client_id": registration.client_id,
        "redirect_uri": registration.redirect_uri,
        "scope": scopes.UPSERT,
        "state": question.state,
        "code_challenge": question.challenge,
        "code_challenge_method": "S256",
    }
    return f"{host.authorize}{'&' if '?' in host.authorize else '?'}{urlencode(asked)}"


def code_of(host: Host, question: Question, back: Sequence[tuple[str, str]]) -> str:
    """The code that her browser brought back; `back`: the parameters that came.

    Raises BadInput for an answer to another question or from another server (RFC 9207 section 2.4), Forbidden when she,
    or the host, said no.
    """
    given = dict(back)
    if len(given) < len(back) or not hmac.compare_digest(given.get("state", "").encode(), question.state.encode()):
        raise BadInput(NOT_OURS, remedy=BEGIN_AGAIN)
    issuer = given.get("iss")
    if host.issuer is None:
        is_from_there = issuer is None or origin(issuer) == origin(host.authorize)
    else:
        is_from_there = issuer == host.issuer or (issuer is None and not host.tells_issuer)
    if not is_from_there:
        raise BadInput(OTHER_ISSUER, remedy=BEGIN_AGAIN)
    if "error" in given or not given.get("code"):
        said = (given.get("error", ""), given.get("error_description", ""))
        raise Forbidden(NOT_ALLOWED, details=cut(": ".join(filter(None, said))))
    return given["code"]


def access_of(sender: Sender, host: Host, registration: Registration, question: Question, code: str) -> Access:
    """Access for adding badges (RFC 6749 sections 4.1.3 and 5.1).

    Raises BadInput, whose member `error` is the host's code for what was wrong; Forbidden, Unavailable.
    """
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": registration.redirect_uri,
        "code_verifier": question.verifier,
        "scope": scopes.UPSERT,
    }
    headers = _as_client(registration) | {"accept": JSON}
    told = object_of(send(sender, "POST", host.token, headers, urlencode(sent).encode()), NO_TOKEN)
    if str(told.get("token_type", "Bearer")).lower() != "bearer":
        raise BadInput(NO_TOKEN, details=cut(f"token_type {told['token_type']}"))
    allowed = told.get("scope", scopes.UPSERT)
    if not isinstance(allowed, str) or scopes.UPSERT not in scopes.split(allowed):
        raise Forbidden(NOT_ALLOWED, details=cut(str(allowed)))
    refresh = text_of(told, "refresh_token", NO_TOKEN) if told.get("refresh_token") else None
    return Access(text_of(told, "access_token", NO_TOKEN), refresh)


def _as_client(registration: Registration) -> dict[str, str]:
    pair = f"{quote_plus(registration.client_id)}:{quote_plus(registration.client_secret)}"
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", "content-type": FORM}


def push(sender: Sender, host: Host, token: str, content: bytes, media_type: str) -> str:
    """Send a badge; ADDED, REPLACED or KEPT (the host has a newer one).

    Raises BadInput for what is none or what the host refuses, Unavailable.
    """
    value = carried.value_of(content, media_type)
    if value is None:
        raise BadInput("This is no badge that the Open Badges 3.0 API carries.", remedy="Push it as JSON or VC-JWT.")
    is_text = isinstance(value, str)
    body = value.encode() if isinstance(value, str) else json.dumps(value, ensure_ascii=False).encode()
    kinds = {"content-type": TEXT if is_text else JSON, "accept": f"{JSON}, {TEXT}"}
    headers = kinds | {"authorization": f"Bearer {token}"}
    answer = send(sender, "POST", f"{host.api}/credentials", headers, body)
    if answer.status not in OUTCOMES:
        raise BadInput(NOT_TAKEN, details=why(answer))
    return OUTCOMES[answer.status]


def give_back(sender: Sender, host: Host, registration: Registration, access: Access) -> None:
    """Let it count no more, where the host takes it back (a refresh token ends with all that came of it).

    Elsewhere the access token ends by itself.
    """
    if host.revoke is None:
        return
    body = urlencode({"token": access.refresh or access.token}).encode()
    try:
        sender.send("POST", host.revoke, headers=_as_client(registration), content=body)
    except FetchFailed:
        return
