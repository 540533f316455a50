"""In which form the Open Badges 3.0 API carries a badge: as JSON object, or as compact JWS."""

from typing import Any

from app.errors import Problem
from app.vc import jose
from app.vc.outcome import Unsound
from app.verifier.intake import Submission, read_bytes
from app.verifier.link import Link
from app.verifier.secured import Secured

CREDENTIAL, COMPACT_JWS = "credential", "compactJwsString"
TYPES = {"AchievementCredential", "OpenBadgeCredential"}  # aliases of each other


def is_achievement_credential(credential: dict[str, Any]) -> bool:
    """Whether it calls itself one."""
    return bool(TYPES & _types(credential))


def form_of(content: bytes, media_type: str) -> str | None:
    """One of the two members, or None for what is no AchievementCredential or cannot be given so (SD-JWT, links)."""
    secured = _read(content, media_type)
    if secured is None or not is_achievement_credential(secured.credential):
        return None
    if secured.form == "data_integrity":
        return CREDENTIAL if secured.credential.get("proof") else None
    return COMPACT_JWS if secured.form == "vc_jwt" and secured.jws is not None else None


def value_of(content: bytes, media_type: str) -> dict[str, Any] | str | None:
    """The badge itself: the JSON object as it was signed, or the compact JWS; None as `form_of`."""
    form = form_of(content, media_type)
    secured = _read(content, media_type)
    if form is None or secured is None:
        return None
    if form == CREDENTIAL or secured.jws is None:
        return secured.credential
    return jose.compact(secured.jws.signing_input, secured.jws.signature)


def _read(content: bytes, media_type: str) -> Secured | None:
    try:
        found: Any = read_bytes(content, media_type)
    except (Problem, Unsound):
        return None
    return None if isinstance(found, Link | Submission) or found.secured.is_presentation else found.secured


def _types(credential: dict[str, Any]) -> set[str]:
    found = credential.get("type")
    return {found} if isinstance(found, str) else {each for each in found or () if isinstance(each, str)}
