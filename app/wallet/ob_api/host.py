"""Another host of badges: where it is asked what, and how its answers are read.

Open Badges 3.0 section 6.2.1 (getServiceDescription), RFC 8414 section 3.

Its authorization server is one origin: authorization, registration and token. So a host that names somebody else's
authorization page gets neither the code that comes from there nor our secret (mix-up, RFC 9700 section 4.4).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from app.errors import BadInput, Unavailable
from app.ports import Answered, FetchFailed, Sender
from app.texts import N_
from app.vc import strict_json
from app.wallet.ob_api.description import PATH, SECURITY

JSON = "application/json"
METADATA = "/.well-known/oauth-authorization-server"
TYPED_MOST = 500  # characters of an address that somebody types
URL_MOST = 2000
TEXT_MOST = 8000  # characters of a token or of a client's id, which stand in headers
SHOWN = 300  # characters of a foreign answer that we repeat
SAID_IN = ("imsx_description", "error_description", "error", "detail", "message")  # members of an answer that says why
FAILED = {
    "refused": N_("Badges go only to public addresses that begin with https."),
    "too_large": N_("The other service answers with more than is read."),
}
AWAY = N_("The other service does not answer.")
AGAIN = N_("Try it again later.")


@dataclass(frozen=True, slots=True)
class Host:
    """Where a host of badges is asked what; each an address.

    `issuer`: who its authorization server says it is, None when it does not say so; `tells_issuer`: whether its answers
    name it (RFC 9207 section 3).
    """

    api: str
    register: str
    authorize: str
    token: str
    revoke: str | None = None
    issuer: str | None = None
    tells_issuer: bool = False

    @property
    def name(self) -> str:
        """The name of the host that gets the badges."""
        return urlsplit(self.api).netloc

    @property
    def asks_at(self) -> str:
        """The name of the host where the learner says yes."""
        return urlsplit(self.authorize).netloc

    def to_json(self) -> dict[str, Any]:
        """As JSON value; `Host(**value)` reads it."""
        return asdict(self)


def discover(sender: Sender, typed: str) -> Host:
    """Ask a host where its endpoints are; `typed`: its address, with or without the path of the API.

    Raises BadInput for a host that does not say it well, Unavailable.
    """
    api = _api_of(typed)
    told = object_of(send(sender, "GET", f"{api}/discovery", {"accept": JSON}), NO_DESCRIPTION)
    try:
        security = told["components"]["securitySchemes"][SECURITY]
        flow = security["flows"]["authorizationCode"]
        found = (security["x-imssf-registrationUrl"], flow["authorizationUrl"], flow["tokenUrl"])
    except (KeyError, TypeError):
        raise BadInput(NO_DESCRIPTION) from None
    if not all(_is_address(url, api) for url in found):
        raise BadInput(NO_DESCRIPTION)
    if len({origin(url) for url in found}) > 1:
        raise BadInput(N_("The other service names several others for allowing it, which is not safe."))
    return _with_metadata(sender, Host(api, *found))


NO_DESCRIPTION = N_("There is no service at this address that takes badges over the Open Badges 3.0 API.")


def _api_of(typed: str) -> str:
    text = typed.strip()
    if not 0 < len(text) <= TYPED_MOST or not text.isprintable() or set(text) & set(" ?#\\"):
        raise BadInput(N_("This is not the address of a service."), remedy=N_("Check how it is written."))
    address = text if "://" in text else f"https://{text}"
    base = address.rstrip("/").removesuffix("/discovery")
    return base if base.endswith(PATH) else f"{base}{PATH}"


def _is_address(url: object, api: str) -> bool:
    """Whether it is one that a browser can be sent to, as safe as the API's own."""
    if not isinstance(url, str) or len(url) > URL_MOST or not url.isascii() or not url.isprintable() or "#" in url:
        return False
    try:
        parts, own = urlsplit(url), urlsplit(api)
        _ = parts.port  # which raises for one that is none
    except ValueError:
        return False
    is_plain = bool(parts.hostname) and "@" not in parts.netloc and not set(url) & set(' "<>\\^`{|}')
    return is_plain and parts.scheme in ("https", own.scheme)


def origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _with_metadata(sender: Sender, host: Host) -> Host:
    """The same with what the authorization server says of itself, which it need not (RFC 8414 section 3)."""
    at = origin(host.authorize)
    try:
        answer = sender.send("GET", f"{at}{METADATA}", headers={"accept": JSON})
        told = object_of(answer, NO_DESCRIPTION)
    except (BadInput, FetchFailed):
        return host
    if told.get("issuer") != at:  # another server's: what it says counts for nothing (RFC 8414 section 3.3)
        return host
    revoke = told.get("revocation_endpoint")
    is_ours = _is_address(revoke, host.api) and origin(str(revoke)) == at
    tells = told.get("authorization_response_iss_parameter_supported") is True
    return Host(host.api, host.register, host.authorize, host.token, str(revoke) if is_ours else None, at, tells)


def send(sender: Sender, method: str, url: str, headers: Mapping[str, str], content: bytes = b"") -> Answered:
    """Send it; raises Unavailable, or BadInput for an address that we do not go to."""
    try:
        return sender.send(method, url, headers=headers, content=content)
    except FetchFailed as failure:
        if failure.code in FAILED:
            raise BadInput(FAILED[failure.code], details=failure.message) from None
        raise Unavailable(AWAY, remedy=AGAIN, details=failure.message) from None


def object_of(answer: Answered, otherwise: str) -> dict[str, Any]:
    """The JSON object of a good answer; raises BadInput with that sentence, the host's own and its error's code."""
    value = _json(answer.content)
    if answer.status in (200, 201) and isinstance(value, dict):
        return value
    code = value.get("error") if isinstance(value, dict) else None
    raise BadInput(otherwise, details=why(answer), error=code if isinstance(code, str) else None)


def text_of(answer: dict[str, Any], name: str, otherwise: str) -> str:
    """A text of such an answer that can stand in a header; raises BadInput."""
    value = answer.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= TEXT_MOST or not value.isascii() or not value.isprintable():
        raise BadInput(otherwise, details=f"{name}?")
    return value


def why(answer: Answered) -> str:
    """What a host says when it refuses something, in its own words, cut."""
    value = _json(answer.content)
    said = [value[name] for name in SAID_IN if isinstance(value.get(name), str)] if isinstance(value, dict) else []
    text = said[0] if said else answer.content[: SHOWN * 4].decode("utf-8", "replace")
    return cut(f"{answer.status} {text}")


def cut(text: str) -> str:
    """A foreign text as we repeat it."""
    return "".join(one if one.isprintable() else " " for one in text[:SHOWN]).strip()


def _json(content: bytes) -> Any:
    try:
        return strict_json.loads(content)
    except BadInput:
        return None
