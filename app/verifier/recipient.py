"""Whether a credential is about the person that the caller names: by e-mail address, DID or another identifier. Pure.

Open Badges 3.0, Verification, step 5 "(Optional) Verify recipient"
(https://www.imsglobal.org/spec/ob/v3p0/#verification), classes AchievementSubject, IdentityObject and IdentityHash; the
`recipient` of Open Badges 2.0 (https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#IdentityObject);
`sub` of an SD-JWT VC.

1. everything that says who the subject is: the subject's id, its identifiers, hashed or plain
2. one of them is what was given: valid
3. one of them is of the same kind (an e-mail address, a DID) and another one: invalid
4. nothing of that kind is there to compare: unknown
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.mailbox import folded
from app.vc.outcome import Finding, Outcome
from app.vc.shape_kinds import items
from app.verifier.case import Case
from app.verifier.form import UNREADABLE
from app.verifier.judgement import Check, found, skipped
from app.verifier.secured import Secured

MAX_IDENTITIES = 50  # ours: an honest badge has one or two; each hashed one costs a few digests
HASHES = {"sha256": hashlib.sha256, "md5": hashlib.md5}  # IdentityHash; md5 is for Open Badges 2.0 only
EMAIL, NAME, OTHER = "email", "name", "identifier"
KINDS = {"emailAddress": EMAIL, "email": EMAIL, "name": NAME}  # identityType of 3.0, type of 2.0
SCHEMES = ("did", "https", "http", "urn", "tel", "mailto")  # of identifiers that are URLs


@dataclass(frozen=True, slots=True)
class Identity:
    """Something that says who the subject is. `kind`: email, name, a URL's scheme, or identifier.

    `salt`: None when `value` is plain, else `value` is the digest of the identifier and the salt.
    """

    kind: str
    value: str
    pointer: str
    salt: str | None = None

    def is_of(self, given: str) -> bool:
        """Whether it names the person whom the caller gave."""
        spellings = {given, given.strip(), plain(given)}
        if self.salt is None:
            return self.value in spellings or (self.kind == EMAIL and plain(self.value) == plain(given))
        algorithm, _, digest = self.value.partition("$")
        hashed = HASHES.get(algorithm.lower())
        if hashed is None:
            return False
        digests = {hashed(f"{one}{self.salt}".encode(), usedforsecurity=False).hexdigest() for one in spellings}
        return digest.lower() in digests


def recipient(case: Case) -> Check:
    """Tell whether the credential is about the one whom the caller named."""
    if not case.secured.is_readable:
        return skipped("recipient", UNREADABLE)
    given = case.policy.recipient or ""
    told = identities(case.secured)[:MAX_IDENTITIES]
    for one in told:
        if one.is_of(given):
            return Check("recipient", Outcome.VALID, "It is about the one whom you named.")
    kind = kind_of(given)
    others = [one for one in told if one.kind == kind]
    if others:
        message = "It is about somebody else than the one whom you named."
        return found("recipient", (Finding("wrong_recipient", message, others[0].pointer),), "")
    what = {EMAIL: "e-mail address", "did": "DID"}.get(kind, "identifier of this kind")
    message = f"It holds no {what} to compare with, so it is not known whether it is about the one whom you named."
    return found("recipient", (Finding("recipient_unknown", message, "/credentialSubject", Outcome.UNKNOWN),), "")


def kind_of(value: str) -> str:
    """Tell what kind of identifier a text is."""
    scheme = value.strip().partition(":")[0].lower()
    if ":" in value and scheme in SCHEMES:
        return EMAIL if scheme == "mailto" else "https" if scheme == "http" else scheme
    return EMAIL if "@" in value else OTHER


def plain(value: str) -> str:
    """Return an e-mail address as it is compared: folded, without scheme."""
    return folded(value.strip().removeprefix("mailto:"))


def identities(secured: Secured) -> list[Identity]:
    """List what says who the subject is, in the order of the document."""
    credential = secured.credential
    claims = secured.sd_jwt.claims if secured.form == "sd_jwt_vc" and secured.sd_jwt is not None else {}
    named = [(claims.get(name), f"/{name}") for name in ("sub", "email")]
    of_claims = [Identity(kind_of(value), value, pointer) for value, pointer in named if isinstance(value, str)]
    return [*of_claims, *of_subjects(credential), *of_objects(credential.get("recipient"), "/recipient")]


def of_subjects(credential: dict[str, Any]) -> Iterator[Identity]:
    """Go through the subjects: their ids and identifiers. A random name (urn:uuid:) tells nobody who it is."""
    for subject, pointer in items(credential.get("credentialSubject"), "/credentialSubject"):
        if not isinstance(subject, dict):
            continue
        name = subject.get("id")
        if isinstance(name, str) and not name.startswith("urn:uuid:"):
            yield Identity(kind_of(name), name, f"{pointer}/id")
        yield from of_objects(subject.get("identifier"), f"{pointer}/identifier")


def of_objects(value: Any, pointer: str) -> Iterator[Identity]:
    """Go through IdentityObjects of 3.0 (`identityHash`) and of 2.0 (`identity`), hashed or plain."""
    for one, place in items(value, pointer):
        text = one.get("identityHash", one.get("identity")) if isinstance(one, dict) else None
        if not isinstance(text, str):
            continue
        said = one.get("identityType", one.get("type"))
        is_hashed = one.get("hashed") is True or (one.get("hashed") is None and "$" in text)
        kind = KINDS.get(said, "") if isinstance(said, str) else ""
        salt = str(one.get("salt", "")) if is_hashed else None
        yield Identity(kind or (OTHER if is_hashed else kind_of(text)), text, place, salt)
