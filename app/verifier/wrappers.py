"""What people wrap credentials into when they send them, taken off again. Nothing is checked or fetched.

1. members around it: VC-API (https://w3c-ccg.github.io/vc-api/), OpenID4VCI (credential response), OpenID4VP (vp_token)
2. an array of one, or a JSON text in a JSON string
3. a `data:` URL (RFC 2397)
4. an address (`url`), or a text that is one

At most three wrappers are taken off: nobody sends more.
"""

import base64
import binascii
import re
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from app.errors import BadInput, Unsupported
from app.vc import strict_json
from app.verifier.link import Link
from app.verifier.reading import ACCEPTED, Document, read_any, read_text

WRAPPERS = (
    "credential",
    "verifiableCredential",
    "presentation",
    "verifiablePresentation",
    "jwt",
    "credentials",
    "vp_token",
    "url",
)
WHOLE = 3  # wrappers that are taken off
WEB_URL = re.compile(r"https?://[^\s<>\"]{1,4000}")
DATA_URL = re.compile(r"data:(?P<head>[^,]{0,200}),(?P<data>.*)", re.DOTALL | re.IGNORECASE)
# Schemes of messages to wallets -> what such a message is.
WALLET_SCHEMES = {
    "openid-credential-offer": "an offer of a credential, for a wallet to fetch it",
    "openid-initiate-issuance": "an offer of a credential, for a wallet to fetch it",
    "openid4vp": "a request to a wallet to show a credential",
    "haip": "a message to a wallet",
    "mdoc-openid4vp": "a request to a wallet to show a credential",
    "dccrequest": "a request to a wallet to fetch a credential",
    "didcomm": "a message to a wallet",
}


def read_value(value: Any, left: int = WHOLE) -> Document | Link:
    """Read a JSON value. `left`: wrappers that may still be taken off. Raises Unsupported or BadInput."""
    if isinstance(value, str):
        return read_words(value, left)
    if isinstance(value, list):
        return read_value(only_one(value), left - 1) if left else nothing()
    if not isinstance(value, dict):
        nothing()
    if left and "@context" not in value and "type" not in value:
        for name in WRAPPERS:
            if name in value:
                return read_value(value[name], left - 1)
    return read_any(value)


def read_words(text: str, left: int = WHOLE, *, is_baked: bool = False) -> Document | Link:
    """Read a text: a JWT or SD-JWT, JSON, or an address. Raises Unsupported or BadInput."""
    words = text.strip()
    if words[:1] in ("{", "[") and left:
        return read_value(strict_json.loads(words), left - 1)
    if WEB_URL.fullmatch(words):
        why = "The picture says that its badge is there." if is_baked else "This address was sent to be verified."
        return Link(words, why, is_baked)
    if words[:5].lower() == "data:" and left:
        return read_words(text_of(read_data_url(words)), left - 1)
    what = WALLET_SCHEMES.get(words.partition(":")[0].lower())
    if what is not None:
        message = f"This is {what}, and no credential."
        raise Unsupported(
            message, remedy="Open it with a wallet, and send the credential that it gives.", code="for_a_wallet"
        )
    return read_text(words)


def read_data_url(text: str) -> bytes:
    """Return what a `data:` URL holds. Raises BadInput."""
    match = DATA_URL.fullmatch(text.strip())
    if match is None:
        raise BadInput("This `data:` URL has no comma before its content.", remedy=ACCEPTED, code="unknown_form")
    content = unquote_to_bytes(match["data"])
    if not match["head"].lower().endswith(";base64"):
        return content
    try:
        return base64.b64decode(
            b"".join(content.split()), altchars=b"-_" if {45, 95} & set(content) else None, validate=True
        )
    except binascii.Error:
        raise BadInput("This `data:` URL holds no base64.", remedy=ACCEPTED, code="unknown_form") from None


def text_of(data: bytes) -> str:
    """Return bytes as text. Raises BadInput."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "What this `data:` URL holds is no text; send a picture as file."
        raise BadInput(message, remedy=ACCEPTED, code="not_utf_8") from None


def only_one(listed: list[Any]) -> Any:
    """Return the one document of an array. Raises Unsupported."""
    if len(listed) == 1:
        return listed[0]
    message = f"This is an array of {len(listed)} documents; one is verified at a time."
    raise Unsupported(message, remedy="Send each of them alone.", code="several_documents")


def nothing() -> NoReturn:
    """Refuse a JSON value that is no object."""
    raise Unsupported("This JSON is no object, so it is no credential.", remedy=ACCEPTED, code="no_credential")
