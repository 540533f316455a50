"""What a picture with a badge baked into it holds: rules that PNG and SVG share.

Open Badges 3.0, "File format" and the baking rules (https://www.imsglobal.org/spec/ob/v3p0/#docformat): a picture
holds at most one credential, as a compact JWS or as JSON. Pictures of Open Badges 2.0 are told apart, not understood.
"""

import re
from dataclasses import dataclass

from app.errors import BadInput
from app.vc import strict_json
from app.vc.outcome import Unsound, unsound

MAX_IMAGE_BYTES = 16_777_216  # ours: a photograph of good quality; pictures are never decoded
MAX_TEXT_BYTES = 1_048_576  # ours: as much as the verifier takes of any document

_COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_JSON_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_UNPORTABLE = re.compile(r"[^\x20-\x7e]|[{}<>]")


@dataclass(frozen=True, slots=True)
class Baked:
    """What was found in a picture. Nothing in it has been checked.

    `version`: of Open Badges, "3.0" or "2.0". `text`: JSON or a compact JWS; in 2.0 also a URL.
    """

    version: str
    text: str


def only_one(found: list[Baked]) -> Baked:
    """Return the one credential of a picture; one of 3.0 goes before one of 2.0.

    Raises Unsound `no_baked_credential`, or `ambiguous_picture` when there are several.
    """
    for version in ("3.0", "2.0"):
        of_version = [one for one in found if one.version == version]
        if len(of_version) > 1:
            raise unsound("ambiguous_picture", "The picture holds more than one credential; it may hold one.")
        if of_version:
            return of_version[0]
    raise unsound("no_baked_credential", "The picture holds no Open Badges credential.")


def refuse_large(image: bytes) -> None:
    """Raise Unsound `picture_too_large`."""
    if len(image) > MAX_IMAGE_BYTES:
        raise unsound("picture_too_large", f"The picture has more than {MAX_IMAGE_BYTES} bytes.")


def portable(credential: str) -> str:
    r"""Return a credential as every reader finds it in a picture: printable ASCII, the same JSON value.

    `credential`: a compact JWS, or the text of a JSON object. Inside JSON strings, what is not ASCII becomes a `\u`
    escape; so do braces, which the Learner Credential Wallet counts to find the end, and `<` and `>`, which could end
    a CDATA section. Raises Unsound `not_bakeable`.
    """
    text = credential.strip()
    if len(text) > MAX_TEXT_BYTES:
        raise _not_bakeable(f"it has more than {MAX_TEXT_BYTES} characters")
    if _COMPACT_JWS.fullmatch(text):
        return text
    try:
        value = strict_json.loads(text)
    except BadInput as problem:
        raise _not_bakeable(f"it is no compact JWS, and as JSON: {problem.detail}") from None
    if not isinstance(value, dict):
        raise _not_bakeable("it is JSON, but no object")
    escaped = _JSON_STRING.sub(lambda string: _UNPORTABLE.sub(_escape, string[0]), text)
    if len(escaped) > MAX_TEXT_BYTES:
        raise _not_bakeable(f"it has more than {MAX_TEXT_BYTES} characters")
    return escaped


def _escape(match: re.Match[str]) -> str:
    """Write one character as JSON escapes (RFC 8259 section 7): one, or a surrogate pair."""
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def _not_bakeable(why: str) -> Unsound:
    return unsound("not_bakeable", f"This cannot be baked into a picture: {why}")
