"""Clients register themselves, and show by their secret who they are.

Open Badges 3.0 section 7.2 "Dynamic Client Registration" on RFC 7591 (https://www.rfc-editor.org/rfc/rfc7591): no
initial token, every URL https and on one host, client_secret_basic and nothing else. Beside that a program on the
learner's own machine may be answered at a loopback address (RFC 8252 section 7.3).
"""

import base64
import binascii
import hmac
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, unquote_plus, urlsplit

from app.errors import BadInput
from app.ports import Services
from app.store import oauth as store
from app.store.tables import OAuthClient
from app.vc import strict_json
from app.wallet.oauth import scopes
from app.wallet.oid4vci.refused import Refused
from app.wallet.sessions import hash_of

URLS = ("client_uri", "logo_uri", "tos_uri", "policy_uri")
TEXTS = ("client_name", "software_id", "software_version")
GRANT_TYPES = ("authorization_code", "refresh_token")
RESPONSE_TYPES = ("code",)
BASIC = "client_secret_basic"
LOOPBACK = ("127.0.0.1", "localhost")  # a redirect to [::1] could not be named in our pages' form-action
URI_MOST = 1000  # characters: with state and scopes it must come through the sign-in (sessions.PATH_MOST)
TEXT_MOST = 300
REDIRECTS_MOST = 10
METADATA = "invalid_client_metadata"


def register(services: Services, body: bytes) -> dict[str, Any]:
    """Register a client; the client information response (RFC 7591 section 3.2.1). Raises Refused."""
    sent = _read(body)
    on_http = services.settings.public_url.startswith("http:")
    registered: dict[str, Any] = {name: _text(sent, name) for name in TEXTS}
    urls = {name: _text(sent, name, URI_MOST) for name in URLS}
    redirects = _redirect_uris(sent)
    _check_hosts(urls, redirects, allows_loopback=on_http)
    _check_choices(sent)
    wanted = scopes.joined(scopes.split(_text(sent, "scope", 2000)))
    if not wanted:
        raise Refused(METADATA, "None of the scopes is known here.")
    registered |= urls | {
        "redirect_uris": redirects,
        "scope": wanted,
        "grant_types": list(GRANT_TYPES),
        "response_types": list(RESPONSE_TYPES),
        "token_endpoint_auth_method": BASIC,
    }
    secret, now = services.new_secret(), services.clock()
    row = OAuthClient(id=services.new_id(), secret_hash=hash_of(secret), registered=registered, created_at=now)
    with services.database.everywhere(why="a client is of no tenant", writes=True) as session:
        session.add(row)
    told = {"client_id": row.id, "client_secret": secret, "client_id_issued_at": int(now.timestamp())}
    return registered | told | {"client_secret_expires_at": 0}


def _read(body: bytes) -> dict[str, Any]:
    try:
        sent = strict_json.loads(body)
    except BadInput as problem:
        raise Refused(METADATA, problem.detail) from None
    if not isinstance(sent, dict):
        raise Refused(METADATA, "The body must be a JSON object.")
    return sent


def _text(sent: dict[str, Any], name: str, most: int = TEXT_MOST) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > most or not value.isprintable():
        raise Refused(METADATA, f"{name} must be a text of 1 to {most} characters.")
    return value


def _redirect_uris(sent: dict[str, Any]) -> list[str]:
    found = sent.get("redirect_uris")
    if not isinstance(found, list) or not 1 <= len(found) <= REDIRECTS_MOST:
        raise Refused("invalid_redirect_uri", f"redirect_uris must list 1 to {REDIRECTS_MOST} addresses.")
    if not all(isinstance(each, str) and 0 < len(each) <= URI_MOST for each in found):
        raise Refused("invalid_redirect_uri", f"Each redirect URI is a text of at most {URI_MOST} characters.")
    return found


def _check_hosts(urls: dict[str, str], redirects: list[str], *, allows_loopback: bool) -> None:
    """All on one host, so that nobody registers another one's name with an address of his own."""
    parts = {name: _split(name, url, METADATA) for name, url in urls.items()}
    for name, url in parts.items():
        if url.scheme != "https" and not (allows_loopback and is_loopback(url)):
            raise Refused(METADATA, f"{name} must begin with https.")
    hosts = {url.hostname for url in parts.values()}
    if len(hosts) > 1:
        raise Refused(METADATA, f"{', '.join(URLS)} must all be on one host.")
    for text in redirects:
        url = _split("redirect_uris", text, "invalid_redirect_uri")
        if "#" in text or not (is_loopback(url) or (url.scheme == "https" and url.hostname in hosts)):
            message = "A redirect URI must be https, on the host of client_uri and without fragment; or a loopback one."
            raise Refused("invalid_redirect_uri", message)


def _split(name: str, text: str, code: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port  # which raises for one that is none
    except ValueError:
        raise Refused(code, f"{name} has an address that cannot be read.") from None
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
    if not url.hostname or "@" in url.netloc or not is_plain:
        raise Refused(code, f"{name} must be an absolute URL, without user name.")
    return url


def is_loopback(url: SplitResult) -> bool:
    """Whether it leads to the learner's own machine."""
    return url.scheme == "http" and url.hostname in LOOPBACK


def _check_choices(sent: dict[str, Any]) -> None:
    if sent.get("token_endpoint_auth_method", BASIC) != BASIC:
        raise Refused(METADATA, f"token_endpoint_auth_method must be {BASIC}.")
    for name, offered in (("grant_types", GRANT_TYPES), ("response_types", RESPONSE_TYPES)):
        chosen = sent.get(name, [offered[0]])
        if not isinstance(chosen, list) or offered[0] not in chosen or any(each not in offered for each in chosen):
            raise Refused(METADATA, f"{name} must have {offered[0]}, and none but {', '.join(offered)}.")


def find(services: Services, client_id: str) -> OAuthClient | None:
    """The client of that id."""
    with services.database.everywhere(why="a client is of no tenant") as session:
        return store.client(session, client_id)


def authenticate(services: Services, authorization: str | None) -> OAuthClient:
    """The client that sent this Authorization header (RFC 6749 section 2.3.1); raises Refused invalid_client."""
    pair = next(_basic(authorization or ""), None)
    row = find(services, pair[0]) if pair else None
    if pair is None or row is None or not hmac.compare_digest(row.secret_hash, hash_of(pair[1])):
        raise Refused("invalid_client", "Send your client_id and client_secret by HTTP Basic authentication.")
    return row


def _basic(header: str) -> Iterator[tuple[str, str]]:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        return
    try:
        name, colon, secret = base64.b64decode(text.strip(), validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        return
    if colon and name.isprintable():
        yield unquote_plus(name)[:100], unquote_plus(secret)
