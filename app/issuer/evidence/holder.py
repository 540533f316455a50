"""Whose badge it is: what it says of its subject, against what we know of the learner. Pure."""

import hashlib
from typing import Any

from app.mailbox import folded

DID, EMAIL = "did", "email"
MAX_IDENTIFIERS = 20  # a badge names its subject once or twice
HASHED = "sha256$"


def holder(credential: dict[str, Any], *, did: str | None, email: str) -> str | None:
    """By what the subject is this learner: `did`, `email` (Open Badges 3.0, IdentityObject), or None.

    The address is compared as it is hashed by ourselves: folded (app/mailbox.py); as it was registered, too.
    """
    subject = subject_of(credential)
    if did is not None and subject.get("id") == did:
        return DID
    identifiers = subject.get("identifier")
    listed = identifiers if isinstance(identifiers, list) else [identifiers]
    named = [one for one in listed[:MAX_IDENTIFIERS] if isinstance(one, dict)]
    return EMAIL if any(_is_of(one, email) for one in named) else None


def subject_of(credential: dict[str, Any]) -> dict[str, Any]:
    """The first subject of a credential; {} when it has none."""
    subject = credential.get("credentialSubject")
    first = subject[0] if isinstance(subject, list) and subject else subject
    return first if isinstance(first, dict) else {}


def _is_of(identity: dict[str, Any], email: str) -> bool:
    told, salt = identity.get("identityHash"), identity.get("salt")
    if not isinstance(told, str):
        return False
    spellings = {email.strip(), folded(email)}
    if identity.get("hashed") is not True:
        return folded(told.removeprefix("mailto:")) in spellings
    appended = salt if isinstance(salt, str) else ""  # IdentityObject: the salt is optional
    hashes = {
        HASHED + hashlib.sha256((address + appended).encode("utf-8", "surrogatepass")).hexdigest()
        for address in spellings
    }
    return told.lower() in hashes
