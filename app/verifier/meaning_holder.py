"""Whom a badge is about, how that person is told, and whether the one who showed it proved to be that person. Pure.

VCDM 2.0 section 4.13 and "subject-holder relationships"; Open Badges 3.0 class IdentityObject; `cnf` of SD-JWT VC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.vc.outcome import Outcome
from app.verifier.foreign import first_object, objects, text
from app.verifier.judgement import Judgement

MAX_IDENTIFIERS = 5  # ours: a learner has one or two
MAX_ID = 500  # characters of an id


@dataclass(frozen=True, slots=True)
class Presenter:
    """Who presents a credential: the holder that the presentation names, and whether a proof shows it."""

    id: str
    is_proved: bool


def presenter_of(presentation: Judgement) -> Presenter:
    """Return who presents the credentials of a presentation."""
    binding = {check.id: check.outcome for check in presentation.checks}
    is_proved = binding.get("proof") is Outcome.VALID and binding.get("holder_binding") is Outcome.VALID
    return Presenter(presentation.document.secured.owner, is_proved)


def holder(judgement: Judgement, credential: Mapping[str, Any], presenter: Presenter | None) -> dict[str, Any]:
    """Tell the subject: `identified_by` (most certain first), `identifiers`, and `binding`, which is one of these.

    proved          who presented it proved to be the subject
    differs         somebody else than the subject presented it
    not_comparable  somebody presented it, but the badge names its subject in another way, so nobody can tell
    not_proved      it was presented, and nothing shows by whom
    not_presented   the badge alone was sent: whoever has the file can send it
    """
    secured = judgement.document.secured
    claims = secured.sd_jwt.claims if secured.form == "sd_jwt_vc" and secured.sd_jwt else {}
    subject = first_object(credential.get("credentialSubject"))
    name = text(subject.get("id"), MAX_ID) or text(claims.get("sub"), MAX_ID)
    told = [identifier(one) for one in objects(subject.get("identifier"))[:MAX_IDENTIFIERS]]
    identifiers = told + list(plain_identifiers(subject))
    by = [*by_id(name), *(["key"] if isinstance(claims.get("cnf"), dict) else []), *by_identifiers(identifiers)]
    return {
        "id": name,
        "identified_by": by or ["nothing"],
        "identifiers": identifiers,
        "presented_by": presenter.id[:MAX_ID] or None if presenter else None,
        "binding": key_binding(judgement) or binding(name, presenter),
    }


def identifier(one: Mapping[str, Any]) -> dict[str, Any]:
    """Tell one identifier; a hashed one has no value that a person could read."""
    is_hashed = one.get("hashed") is not False
    value = None if is_hashed else text(one.get("identityHash"), MAX_ID)
    return {"type": text(one.get("identityType"), 100), "hashed": is_hashed, "value": value}


def plain_identifiers(subject: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a name and an e-mail address that stand in the subject itself, as many write them."""
    for member, kind in (("name", "name"), ("email", "emailAddress")):
        value = text(subject.get(member), MAX_ID)
        if value:
            yield {"type": kind, "hashed": False, "value": value}


def by_id(name: str | None) -> list[str]:
    """Tell what kind of id it is: one that can be proved, a random one, or an address."""
    if not name:
        return []
    if name.startswith("did:"):
        return ["did"]
    if name.startswith("urn:uuid:"):
        return ["random_id"]
    return ["email" if name.startswith("mailto:") else "url"]


def by_identifiers(identifiers: list[dict[str, Any]]) -> list[str]:
    """Tell what kinds of identifiers there are, each once."""
    words = {"emailAddress": "email", "name": "name"}
    kinds = [(words.get(one["type"] or "", "identifier"), one["hashed"]) for one in identifiers]
    return list(dict.fromkeys(f"hashed_{kind}" if is_hashed else kind for kind, is_hashed in kinds))


def key_binding(judgement: Judgement) -> str | None:
    """Tell what came of the Key Binding JWT of an SD-JWT; None when there was none to check."""
    if judgement.document.secured.is_presentation:
        return None
    for check in judgement.checks:
        if check.id == "holder_binding":
            return "proved" if check.outcome is Outcome.VALID else "not_proved"
    return None


def binding(name: str | None, presenter: Presenter | None) -> str:
    """Compare who presents with whom the badge is about."""
    if presenter is None:
        return "not_presented"
    if not presenter.is_proved:
        return "not_proved"
    if not presenter.id or not name or not name.startswith("did:"):
        return "proved" if presenter.id and presenter.id == name else "not_comparable"
    return "proved" if presenter.id == name else "differs"
