"""The elements that the European approach to micro-credentials asks for, as terms of an inline JSON-LD context.

Council Recommendation of 16 June 2022 on a European approach to micro-credentials, Annex I (OJ C 243, 27.6.2022,
p. 10): https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32022H0627(02)

Open Badges 3.0 has places of its own for the learner, the title, the issuer and its country, the dates, the learning
outcomes and the grade. The other elements of Annex I stand in the achievement under the terms below. Their meaning is
that of the European Learning Model v3 (http://data.europa.eu/snb/model/elm/) where ELM has a property of the same
range; the few others are our own, under a URN that nobody has to host. Why inline: docs/decisions/0003.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.errors import BadInput
from app.vc import strict_json

_ELM = "http://data.europa.eu/snb/model/elm/"
# Made once, at random. A urn:uuid is absolute, registered (RFC 9562 section 4) and needs neither a domain nor a server.
_OWN = "urn:uuid:3677d0ab-768b-431e-94aa-412f6461df48#"
_XSD = "http://www.w3.org/2001/XMLSchema#"

# No prefixes: a prefix would give meaning to every "elm:..." key in the document. Texts have no @type: xsd:string would
# say the same in RDF, but LearnCard's library writes it into its canonical form and finds the signature wrong. So the
# first edition had it, and says what this one says, quad for quad. New terms need a new edition in the same way.
EUROPEAN_CONTEXT: dict[str, Any] = {
    "@protected": True,
    "EuCredit": {
        "@id": _ELM + "CreditPoint",
        "@context": {
            "@protected": True,
            "id": "@id",
            "type": "@type",
            "points": {"@id": _ELM + "point"},
            "status": {"@id": _OWN + "creditStatus"},
            "system": {"@id": _ELM + "framework", "@type": "@id"},
        },
    },
    "euAssessmentType": {"@id": _OWN + "assessmentType", "@type": "@id", "@container": "@set"},
    "euCredit": {"@id": _ELM + "creditPoint", "@type": "@id"},
    "euLevel": {"@id": _ELM + "EQFLevel", "@type": "@id"},
    "euLevelStatus": {"@id": _OWN + "levelStatus"},
    "euParticipation": {"@id": _ELM + "mode", "@type": "@id"},
    "euPrerequisite": {"@id": _OWN + "prerequisite"},
    "euQualityAssurance": {"@id": _OWN + "qualityAssuranceType", "@type": "@id"},
    "euStackability": {"@id": _OWN + "stackability"},
    "euSupervision": {"@id": _ELM + "idVerification", "@type": "@id"},
    "euWorkload": {"@id": _ELM + "volumeOfLearning", "@type": _XSD + "duration"},
}
_WRITTEN = strict_json.dumps(EUROPEAN_CONTEXT)

# SHA-256 (hex) of the RFC 8785 bytes of EUROPEAN_CONTEXT, by which a verifier recognises it; a test computes it anew.
EUROPEAN_CONTEXT_SHA256 = "f499db1c3685a7f49f3037b38324afd64a188b8a8f078e2180e6d2a3d8cb7154"

EQF_URI = "http://data.europa.eu/snb/eqf/"
EQF_STATUSES = ("indicative", "referenced")
_DECIMAL = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Eqf:
    """A level of the European Qualifications Framework, 1 to 8.

    `status`: `referenced` only when the qualification is referenced to the EQF through a national framework, else
    `indicative`, which every rendering must show (Council Recommendation of 22 May 2017, OJ C 189, 15.6.2017, p. 15).
    """

    level: int
    status: str = "indicative"

    @property
    def uri(self) -> str:
        """The level's URI in the EU Vocabularies."""
        return f"{EQF_URI}{self.level}"


@dataclass(frozen=True, slots=True)
class Credit:
    """Credit points. `system`: URI of http://data.europa.eu/snb/education-credit; `points`: decimal text."""

    system: str
    points: str
    status: str = "indicative"


@dataclass(frozen=True, slots=True)
class EuropeanElements:
    """The elements of Annex I that Open Badges has no place for; URIs are those of the EU Vocabularies.

    Mandatory in Annex I and here: workload (hours), level, type of assessment, form of participation, type of
    quality assurance. Credits are asked for "wherever possible"; supervision and identity check, stackability and
    prerequisites are optional.
    """

    workload_hours: float
    level: Eqf
    assessment_types: tuple[str, ...]
    participation: str
    quality_assurance: str
    credit: Credit | None = None
    supervision: str | None = None
    stackability: str | None = None
    prerequisites: str | None = None


def european_context() -> dict[str, Any]:
    """Return a fresh copy of the context, for a document to hold."""
    return dict(strict_json.loads(_WRITTEN))  # a quarter of what copying it piece by piece takes


def european_members(elements: EuropeanElements) -> dict[str, Any]:
    """Return the members that the achievement gets; every element that was given is there.

    Raises BadInput when a mandatory element is empty or a number is not one. Source: Annex I, see above.
    """
    _refuse_wrong_values(elements)
    members: dict[str, Any] = {
        "euWorkload": duration(elements.workload_hours),
        "euLevel": elements.level.uri,
        "euLevelStatus": elements.level.status,
        "euAssessmentType": list(dict.fromkeys(elements.assessment_types)),
        "euParticipation": elements.participation,
        "euQualityAssurance": elements.quality_assurance,
        "euSupervision": elements.supervision,
        "euStackability": elements.stackability,
        "euPrerequisite": elements.prerequisites,
    }
    if elements.credit is not None:
        members["euCredit"] = _credit(elements.credit)
    return {name: value for name, value in members.items() if value is not None}


def duration(hours: float) -> str:
    """Return an xsd:duration in hours and minutes, since P100M would be a hundred months and PT37.5H is none."""
    whole, minutes = divmod(round(Fraction(str(hours)) * 60), 60)
    return f"PT{whole}H{minutes}M" if minutes else f"PT{whole}H"


def _credit(credit: Credit) -> dict[str, str]:
    return {"type": "EuCredit", "system": credit.system, "points": credit.points, "status": credit.status}


def _refuse_wrong_values(elements: EuropeanElements) -> None:
    if elements.workload_hours * 60 < 1:
        raise _wrong("euWorkload", "the workload must be at least one minute", "Give the workload in hours.")
    if elements.level.level not in range(1, 9):
        raise _wrong("euLevel", f"the EQF has no level {elements.level.level}", "Give a level from 1 to 8.")
    if elements.level.status not in EQF_STATUSES:
        raise _wrong("euLevelStatus", f"{elements.level.status!r} is no status", f"Give {' or '.join(EQF_STATUSES)}.")
    if not elements.assessment_types:
        raise _wrong("euAssessmentType", "no type of assessment is given", "Name at least one type of assessment.")
    if elements.credit is not None and not _DECIMAL.fullmatch(elements.credit.points):
        raise _wrong("euCredit", f"{elements.credit.points!r} is no number of credits", "Give it as in 4 or 2.5.")


def _wrong(term: str, what: str, remedy: str) -> BadInput:
    return BadInput(
        f"The European elements are not right: {what}.",
        pointer=f"/credentialSubject/achievement/{term}",
        remedy=remedy,
    )
