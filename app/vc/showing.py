"""What of a badge its holder can show or withhold with ecdsa-sd-2023, and what she cannot withhold. Pure.

vc-di-ecdsa, section 3.6 (https://www.w3.org/TR/vc-di-ecdsa/#ecdsa-sd-2023): mandatory pointers are the issuer's choice.
Mandatory is what makes it a badge that can be judged: by whom, since when, until when, its status, and what Open Badges
3.0 demands of an Achievement (id, type, name, description, criteria). All else is the holder's to show.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TOP = ("name", "issuer", "validFrom", "validUntil", "credentialStatus", "termsOfUse", "refreshService")
_ACHIEVEMENT = ("achievementType", "name", "description")
_ABOUT = ("humanCode", "version", "inLanguage", "fieldOfStudy", "image", "related", "tag")
_IN = "/credentialSubject/achievement"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is shown or withheld as a whole.

    `kind`: identity, result, narrative, alignment, european, evidence, licence, date or about. `name`: what the badge
    calls it, for results; `pointers`: JSON Pointers (RFC 6901) into the credential.
    """

    id: str
    kind: str
    name: str
    pointers: tuple[str, ...]


def mandatory(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the JSON Pointers of what every derived proof shows."""
    achievement = document["credentialSubject"]["achievement"]
    criteria = [f"{_IN}/criteria/id"] if "id" in achievement["criteria"] else [f"{_IN}/criteria"]
    top = [f"/{name}" for name in _TOP if name in document]
    return (*top, *(f"{_IN}/{name}" for name in _ACHIEVEMENT if name in achievement), *criteria)


def parts(document: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return what the holder can choose from, in the order in which it is offered."""
    return tuple(_parts(document, document["credentialSubject"], document["credentialSubject"]["achievement"]))


def _parts(document: Mapping[str, Any], subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> Iterator[Part]:
    yield from _results(subject, achievement)
    if "narrative" in achievement["criteria"] and "id" in achievement["criteria"]:
        yield Part("narrative", "narrative", "", (f"{_IN}/criteria/narrative",))
    european = tuple(f"{_IN}/{name}" for name in achievement if name.startswith("eu"))
    single = (
        ("european", european),
        ("alignment", (f"{_IN}/alignment",) if "alignment" in achievement else ()),
        ("about", tuple(f"{_IN}/{name}" for name in _ABOUT if name in achievement)),
        ("evidence", ("/evidence",) if "evidence" in document else ()),
        ("date", ("/awardedDate",) if "awardedDate" in document else ()),
        ("licence", ("/credentialSubject/licenseNumber",) if "licenseNumber" in subject else ()),
        ("identity", ("/credentialSubject/identifier",) if "identifier" in subject else ()),
    )
    for name, pointers in single:
        if pointers:
            yield Part(name, name, "", pointers)


def _results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> Iterator[Part]:
    """Yield each result with the description that it points at: without it nobody could read the level."""
    described = achievement.get("resultDescription", [])
    at = {one["id"]: number for number, one in enumerate(described)}
    for number, result in enumerate(subject.get("result", [])):
        description = at.get(result.get("resultDescription"))
        if description is not None:
            pointers = (f"/credentialSubject/result/{number}", f"{_IN}/resultDescription/{description}")
            yield Part(f"result-{number}", "result", described[description]["name"], pointers)
