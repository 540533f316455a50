"""The elements of the European approach to micro-credentials, wherever a badge carries them. Pure.

Council Recommendation of 16 June 2022, Annex I (OJ C 243, 27.6.2022, p. 10). Read are

1. the terms of our own context (app.vc.european), which mean what the European Learning Model means
2. properties of the European Learning Model v3 under their own names (`volumeOfLearning`, `creditPoint`, `eqfLevel`,
   `mode`, `entryRequirement`)
3. the members that Dutch educredentials carry: `ECTS`, `SBU` (study hours), `participationType`, `assessmentType`,
   `supervisionType`, `identityChecked`
4. core terms: an alignment to a level of the EQF, or to what assures quality

A level is `indicative` unless the badge says that it is referenced; where it says neither, `status` is null.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from app.competency.vocabulary import label
from app.vc.european import EQF_STATUSES, EQF_URI
from app.verifier.foreign import MAX_COMPETENCY_TEXT, first_object, number, objects, text, texts

MANDATORY = ("workload", "level", "assessment_types", "participation", "quality_assurance")
EQF_TYPES = ("ext:EQFLevel", "ext:EQF")
QUALITY_TYPES = ("ext:QualityAssurance",)
DURATION = re.compile(r"P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?)?", re.ASCII)
LEVEL_DIGIT = re.compile(r"[1-8]")
MAX_TYPES = 10  # ours: types of assessment that are shown


def european(achievement: Mapping[str, Any]) -> dict[str, Any] | None:
    """Tell the elements of Annex I; None when the badge carries none. `missing`: mandatory ones that it lacks."""
    aligned = objects(achievement.get("alignment"))
    elements = {
        "workload": workload(achievement),
        "credit": credit(achievement),
        "level": level(achievement, aligned),
        "assessment_types": assessment_types(achievement),
        "participation": concept(achievement, "euParticipation", "mode", "participationType"),
        "quality_assurance": concept(achievement, "euQualityAssurance") or assured_by(aligned),
        "supervision": concept(achievement, "euSupervision", "supervisionType"),
        "identity_checked": identity_checked(achievement),
        "prerequisites": text(achievement.get("euPrerequisite", achievement.get("entryRequirement"))),
        "stackability": text(achievement.get("euStackability"), MAX_COMPETENCY_TEXT),
    }
    if all(value is None or value == [] for value in elements.values()):
        return None
    return elements | {"missing": [name for name in MANDATORY if not elements[name]]}


def workload(achievement: Mapping[str, Any]) -> dict[str, str | None] | None:
    """Tell the notional workload: as it was written, and in hours (decimal text) where that can be told."""
    study_hours = number(achievement.get("SBU"))
    written = text(achievement.get("euWorkload", achievement.get("volumeOfLearning")), 40)
    if written is None:
        return None if study_hours is None else {"duration": None, "hours": study_hours}
    return {"duration": written, "hours": hours(written)}


def hours(duration: str) -> str | None:
    """Return the hours of an xsd:duration of days, hours and minutes; None for months and years, which vary."""
    match = DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        return None
    days, whole, minutes = (int(part or 0) for part in match.groups())
    total = Fraction(days * 24 + whole) + Fraction(minutes, 60)
    return str(total.numerator) if total.denominator == 1 else f"{float(total):.2f}".rstrip("0")


def credit(achievement: Mapping[str, Any]) -> dict[str, str | None] | None:
    """Tell the credit points and their system; Open Badges' own credit hours are told elsewhere, they are no points."""
    told = first_object(achievement.get("euCredit", achievement.get("creditPoint")))
    points = number(told.get("points", told.get("point")))
    if points is None:
        ects = number(achievement.get("ECTS"))
        return None if ects is None else {"points": ects, "system": "ECTS", "system_id": None, "status": None}
    system = concept_id(told.get("system", told.get("framework")))
    named = {"points": points, "system": label(system) if system else None, "system_id": system}
    return named | {"status": text(told.get("status"), MAX_COMPETENCY_TEXT)}


def level(achievement: Mapping[str, Any], aligned: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Tell the level of the European Qualifications Framework, 1 to 8."""
    found = eqf_level(concept_id(achievement.get("euLevel", achievement.get("eqfLevel"))))
    if found is not None:
        status = text(achievement.get("euLevelStatus"), 40)
        return {"framework": "EQF", "level": found, "status": status if status in EQF_STATUSES else None}
    for one in aligned:
        found = eqf_level(text(one.get("targetUrl")))
        if found is None and one.get("targetType") in EQF_TYPES:
            found = next((int(digit) for digit in LEVEL_DIGIT.findall(text(one.get("targetCode")) or "")), None)
        if found is not None:
            is_indicative = "indicative" in (text(one.get("targetName")) or "").lower()
            return {"framework": "EQF", "level": found, "status": "indicative" if is_indicative else None}
    return None


def eqf_level(url: str | None) -> int | None:
    """Return the level that a URI of the EU Vocabularies is of."""
    code = (url or "").removeprefix(EQF_URI)
    return int(code) if url != code and LEVEL_DIGIT.fullmatch(code) else None


def assessment_types(achievement: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """Tell the types of assessment."""
    named = texts(achievement.get("euAssessmentType"), MAX_COMPETENCY_TEXT)
    named = named or texts(achievement.get("assessmentType"), MAX_COMPETENCY_TEXT)
    return [concept_of(one) for one in named[:MAX_TYPES]]


def concept(achievement: Mapping[str, Any], *members: str) -> dict[str, str | None] | None:
    """Tell the first of these members that is there, as concept of a vocabulary."""
    for member in members:
        found = concept_id(achievement.get(member))
        if found:
            return concept_of(found)
    return None


def concept_id(value: Any) -> str | None:
    """Return the id of a concept, which many write as an object; a text stays what it is."""
    if value is None:
        return None
    return text(first_object(value).get("id", value), MAX_COMPETENCY_TEXT)


def concept_of(value: str) -> dict[str, str | None]:
    """Tell a concept: `id`, when it is a URI, and its English name."""
    return {"id": value if "://" in value else None, "name": label(value)}


def assured_by(aligned: list[dict[str, Any]]) -> dict[str, str | None] | None:
    """Tell what assures the quality, where an alignment says so."""
    for one in aligned:
        if one.get("targetType") in QUALITY_TYPES:
            url = text(one.get("targetUrl"), MAX_COMPETENCY_TEXT)
            return {"id": url, "name": text(one.get("targetName"), MAX_COMPETENCY_TEXT) or url}
    return None


def identity_checked(achievement: Mapping[str, Any]) -> bool | None:
    """Tell whether the learner's identity was checked, where a member says so."""
    told = achievement.get("identityChecked")
    return told if isinstance(told, bool) else None
