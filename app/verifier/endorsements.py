"""The endorsements that a credential carries: who else stands for the badge, its achievement or its issuer. Pure.

Open Badges 3.0, Verification of OpenBadgeCredential step 6 and Verification of EndorsementCredential
(https://www.imsglobal.org/spec/ob/v3p0/#verification): each is a credential of its own, and is verified like one. They
stand as objects in `endorsement` and as VC-JWTs in `endorsementJwt`, on any object of the credential.

An endorsement is of the object that holds it: what was said of something else, and is put here, is no endorsement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.vc import enveloped
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Unsound, unsound
from app.vc.problem_types import MALFORMED_VALUE_ERROR
from app.vc.shape_kinds import items, objects
from app.vc.shape_openbadges import is_endorsement
from app.verifier.reading import secured_of
from app.verifier.secured import Secured

MEMBERS = ("endorsement", "endorsementJwt")
NOT_ENTERED = ("@context", "proof", "verifiableCredential", *MEMBERS)  # other documents, with checks of their own
MAX_ENDORSEMENTS = 16  # ours: an honest badge has one or two; each costs what a badge costs
MAX_DEPTH = 2  # ours: the endorsements of a badge, and the endorsements in those


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One endorsement. `secured`: its pointer leads into the credential that carries it.

    `endorsed`: the id of the object that holds it, None when that has none.
    """

    secured: Secured
    endorsed: str | None


def endorsements_of(secured: Secured) -> tuple[Endorsement, ...]:
    """Return the endorsements of a document; that it has none, as nearly all, is told quickly."""
    return endorsements_in(secured.credential) if secured.may_be_endorsed else ()


def endorsements_in(credential: dict[str, Any]) -> tuple[Endorsement, ...]:
    """Return the endorsements of a credential, in their order; at most MAX_ENDORSEMENTS + 1."""
    found = zip(carried(credential), range(MAX_ENDORSEMENTS + 1), strict=False)
    return tuple(endorsement for endorsement, _ in found)


def carried(value: Any, *path: str | int) -> Iterator[Endorsement]:
    """Go through a JSON value and return what it endorses; strict_json has bounded how deep it nests.

    `path`: names and positions that led here. A pointer is written only for what is found: names may be very long.
    """
    if isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from carried(item, *path, position)
    elif isinstance(value, dict):
        for name in MEMBERS:
            if name in value:
                for item, place in items(value[name], child("", *path, name)):
                    yield read(item, place, value.get("id"))
        for name, member in value.items():
            if isinstance(member, dict | list) and name not in NOT_ENTERED:
                yield from carried(member, *path, name)


def read(value: Any, pointer: str, endorsed: Any) -> Endorsement:
    """Read one endorsement; what is none has findings."""
    name = endorsed if isinstance(endorsed, str) else None
    if isinstance(value, dict | str):
        return Endorsement(secured_of(enveloped.open_credential(value, pointer)), name)
    wrong = malformed("An endorsement is a credential, as an object or as the text of a VC-JWT.", pointer)
    return Endorsement(Secured("vc_jwt", {}, findings=(wrong.finding,), pointer=pointer), name)


def subject_findings(endorsement: Endorsement) -> Iterator[Finding]:
    """Tell whether a credential is an endorsement, and of the object that holds it; pointers lead into it."""
    credential = endorsement.secured.credential
    if not is_endorsement(credential):
        yield malformed("What stands here is not of the type EndorsementCredential.", "/type").finding
    ids = [subject.get("id") for subject in objects(credential.get("credentialSubject", []))]
    if endorsement.endorsed is None or endorsement.endorsed not in ids:
        message = f"The endorsement is of {str(ids[0])[:200] if ids else 'nothing'}, not of the object that carries it."
        yield Finding("endorsement_of_something_else", message, "/credentialSubject")


def malformed(message: str, pointer: str) -> Unsound:
    """Say that something is no endorsement."""
    return unsound("malformed_endorsement", message, pointer, problem_type=MALFORMED_VALUE_ERROR)
