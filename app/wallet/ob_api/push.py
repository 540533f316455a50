"""The other side of the API: a badge is pushed to another host (Open Badges 3.0 sections 6 and 7, as consumer).

1. the host's service description tells the addresses (getServiceDescription)
2. we register (RFC 7591), once for each push: nothing is kept
3. the learner says yes in her browser (RFC 6749 section 4.1, RFC 7636)
4. the code becomes an access token
5. the badge goes to it (upsertCredential)
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

from app import __version__
from app.errors import BadInput, Forbidden, Unavailable
from app.ports import Answered, FetchFailed, Sender
from app.settings import Settings
from app.vc import strict_json
from app.wallet.oauth import scopes
from app.wallet.ob_api import carried
from app.wallet.ob_api.description import PATH, SECURITY

JSON, TEXT, FORM = "application/json", "text/plain", "application/x-www-form-urlencoded"
SOFTWARE_ID = "3b0f3c1e-6a55-4a0e-9a57-0e4b8f3f9d21"  # of Attesta, as RFC 7591 section 2 asks for
SHOWN = 300  # characters of a foreign error that we repeat
Ask = Callable[[str], str]
"""Sends the learner's browser to an address; the address with which it came back."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where a host of badges is asked what."""

    api: str
    register: str
    authorize: str
    token: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of it: whether the host added or replaced it, or keeps a newer one."""

    status: int

    @property
    def outcome(self) -> str:
        """In a word."""
        return {201: "added", 304: "kept a newer one"}.get(self.status, "replaced")


def discover(sender: Sender, host: str) -> Host:
    """Ask a host where its endpoints are; `host`: its address, with or without the path of the API. BadInput."""
    api = host.rstrip("/") if host.rstrip("/").endswith(PATH) else host.rstrip("/") + PATH
    told = _object(_send(sender, "GET", f"{api}/discovery", {"accept": JSON}), "its service description")
    try:
        security = told["components"]["securitySchemes"][SECURITY]
        flow = security["flows"]["authorizationCode"]
        found = (security["x-imssf-registrationUrl"], flow["authorizationUrl"], flow["tokenUrl"])
    except (KeyError, TypeError):
        raise BadInput("The host's service description does not tell how to get a token.") from None
    if not all(isinstance(url, str) and urlsplit(url).scheme in ("https", "http") for url in found):
        raise BadInput("The host's service description names no addresses for its tokens.")
    return Host(api, *found)


@dataclass(frozen=True, slots=True)
class Browser:
    """The way through the learner's browser: `redirect_uri`, where it comes back to, and what sends it off."""

    redirect_uri: str
    ask: Ask


def connect(sender: Sender, settings: Settings, host: Host, browser: Browser, new_secret: Callable[[], str]) -> str:
    """An access token for adding badges, when the learner says yes. Raises BadInput, Forbidden, Unavailable."""
    client = _register(sender, settings, host, browser.redirect_uri)
    verifier, state = new_secret(), new_secret()
    code = _code(host, client["client_id"], browser, state, verifier)
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": browser.redirect_uri,
        "code_verifier": verifier,
        "scope": scopes.UPSERT,
    }
    pair = f"{quote_plus(client['client_id'])}:{quote_plus(client['client_secret'])}"
    basic = f"Basic {base64.b64encode(pair.encode()).decode()}"
    headers = {"authorization": basic, "content-type": FORM, "accept": JSON}
    answer = _object(_send(sender, "POST", host.token, headers, urlencode(sent).encode()), "a token")
    return _told(answer, "access_token")


def _code(host: Host, client_id: str, browser: Browser, state: str, verifier: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": browser.redirect_uri,
        "scope": scopes.UPSERT,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in host.authorize else "?"
    back = dict(parse_qsl(urlsplit(browser.ask(f"{host.authorize}{joint}{urlencode(asked)}")).query))
    if not hmac.compare_digest(back.get("state", "").encode(), state.encode()):
        raise BadInput("What came back does not belong to this request.", remedy="Begin again.")
    if "code" not in back:
        raise Forbidden(f"The host did not allow it: {back.get('error', 'no code came back')[:SHOWN]}.")
    return back["code"]


def _register(sender: Sender, settings: Settings, host: Host, redirect_uri: str) -> dict[str, str]:
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
    answer = _object(_send(sender, "POST", host.register, headers, json.dumps(metadata).encode()), "a registration")
    return {name: _told(answer, name) for name in ("client_id", "client_secret")}


def push(sender: Sender, host: Host, token: str, content: bytes, media_type: str) -> Pushed:
    """Send a badge; raises BadInput for what is none or what the host refuses."""
    value = carried.value_of(content, media_type)
    if value is None:
        raise BadInput("This is no badge that the Open Badges 3.0 API carries.", remedy="Push it as JSON or VC-JWT.")
    is_text = isinstance(value, str)
    body = value.encode() if isinstance(value, str) else json.dumps(value, ensure_ascii=False).encode()
    kinds = {"content-type": TEXT if is_text else JSON, "accept": f"{JSON}, {TEXT}"}
    headers = kinds | {"authorization": f"Bearer {token}"}
    answer = _send(sender, "POST", f"{host.api}/credentials", headers, body)
    if answer.status not in (200, 201, 304):
        raise BadInput(f"The host refused the badge with status {answer.status}: {_why(answer)}")
    return Pushed(answer.status)


def _send(sender: Sender, method: str, url: str, headers: Mapping[str, str], content: bytes = b"") -> Answered:
    try:
        return sender.send(method, url, headers=headers, content=content)
    except FetchFailed as failure:
        raise Unavailable(failure.message) from None


def _object(answer: Answered, what: str) -> dict[str, Any]:
    """The JSON object of a good answer; raises BadInput."""
    value: Any = None
    if answer.status in (200, 201):
        value = strict_json.loads(answer.content)
    if not isinstance(value, dict):
        raise BadInput(f"The host did not give {what}: status {answer.status}. {_why(answer)}")
    return value


def _told(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise BadInput(f"The host's answer has no {name}.")
    return value


def _why(answer: Answered) -> str:
    text = answer.content[: SHOWN * 4].decode("utf-8", "replace")
    return "".join(one if one.isprintable() else " " for one in text)[:SHOWN]
