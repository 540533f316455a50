"""What a badge means: what kind it is, which competencies it shows, how they were assessed, who says so of whom. Pure.

All of it repeats what the document says of itself, and is only as true as the checks. It is told as keys and values
that a page can say in any language; `sentences` says the most important of it in plain English (meaning_words).
"""

from collections.abc import Mapping
from typing import Any

from app.verifier.foreign import MAX_COMPETENCY_TEXT, first_object, members, number, objects, text, texts
from app.verifier.judgement import Judgement
from app.verifier.meaning_competencies import alignments_of, results
from app.verifier.meaning_european import european
from app.verifier.meaning_holder import Presenter, holder
from app.verifier.meaning_receipt import receipt_of
from app.verifier.meaning_words import sentences
from app.verifier.secured import said_by

MAX_EVIDENCE = 10  # ours: pieces of evidence that are shown
MAX_NARRATIVE = 2000  # characters of one piece of evidence

# What a credential is, by its type: these are no badges about a learner's achievement.
KINDS_OF_CREDENTIAL = {
    "EndorsementCredential": "endorsement",
    "ClrCredential": "learner_record",
    "VerificationReceiptCredential": "verification_receipt",
    "BitstringStatusListCredential": "status_list",
    "StatusList2021Credential": "status_list",
}
# What an achievement is, by its achievementType (Open Badges 3.0, enumeration AchievementType).
KINDS_OF_ACHIEVEMENT = {
    "MicroCredential": "micro_credential",
    "Certification": "role_certificate",
    "License": "licence",
    "Certificate": "certificate",
    "MasterCertificate": "certificate",
    "ApprenticeshipCertificate": "certificate",
    "JourneymanCertificate": "certificate",
    "QualityAssuranceCredential": "certificate",
    "CertificateOfCompletion": "completion",
    "Course": "completion",
    "LearningProgram": "completion",
    "Assessment": "assessment",
    "Assignment": "assessment",
    "Competency": "competency",
    "Membership": "membership",
    "CommunityService": "participation",
    "CoCurricular": "participation",
    "Fieldwork": "participation",
    **dict.fromkeys(("Degree", "AssociateDegree", "BachelorDegree", "MasterDegree", "DoctoralDegree"), "degree"),
    **dict.fromkeys(("Diploma", "ProfessionalDoctorate", "ResearchDoctorate"), "degree"),
    **dict.fromkeys(("GeneralEducationDevelopment", "SecondarySchoolDiploma"), "degree"),
}
ATTENDANCE = "attend"  # in types of an issuer's own, such as ext:Attendance
PARTICIPATION = "particip"


def meaning(judgement: Judgement, presenter: Presenter | None = None) -> dict[str, Any]:
    """Tell what one credential means. `presenter`: who presents it, when it stands in a presentation."""
    credential = said_by(judgement.document.secured)
    subject = first_object(credential.get("credentialSubject"))
    achievement = first_object(subject.get("achievement"))
    competencies, grades = results(subject, achievement)
    told: dict[str, Any] = {
        "kind": kind(credential, achievement),
        "achievement_type": text(achievement.get("achievementType"), MAX_COMPETENCY_TEXT),
        "name": text(achievement.get("name")) or text(credential.get("name")),
        "license_number": text(subject.get("licenseNumber"), MAX_COMPETENCY_TEXT),
        "language": text(achievement.get("inLanguage"), 40),
        "competencies": competencies,
        "alignments": alignments_of(achievement),
        "assessment": assessment(credential, subject, achievement, grades),
        "european": european(achievement),
        "issuer": issuer(credential, subject, achievement),
        "holder": holder(judgement, credential, presenter),
        "receipt_of": receipt_of(credential),
    }
    return told | {"sentences": sentences(told)}


def kind(credential: Mapping[str, Any], achievement: Mapping[str, Any]) -> str:
    """Tell what kind it is; `achievement` when it says nothing that we know, `other` when it is none."""
    for name in texts(credential.get("type")):
        if name in KINDS_OF_CREDENTIAL:
            return KINDS_OF_CREDENTIAL[name]
    named = text(achievement.get("achievementType")) or ""
    for word, found in ((ATTENDANCE, "attendance"), (PARTICIPATION, "participation")):
        if word in named.lower():
            return found
    return KINDS_OF_ACHIEVEMENT.get(named, "achievement" if achievement else "other")


def assessment(
    credential: Mapping[str, Any],
    subject: Mapping[str, Any],
    achievement: Mapping[str, Any],
    grades: list[dict[str, Any]],
) -> dict[str, Any]:
    """Tell how it was assessed: criteria, grades, evidence; and credit hours, whose unit Open Badges leaves open."""
    criteria = first_object(achievement.get("criteria"))
    return {
        "criteria": {"url": text(criteria.get("id")), "narrative": text(criteria.get("narrative"))},
        "grades": grades,
        "evidence": [evidence(one) for one in objects(credential.get("evidence"))[:MAX_EVIDENCE]],
        "credit_hours": number(subject.get("creditsEarned")) or number(achievement.get("creditsAvailable")),
    }


def evidence(one: Mapping[str, Any]) -> dict[str, str | None]:
    """Tell one piece of evidence."""
    names = {"url": "id", "name": "name", "genre": "genre", "description": "description", "narrative": "narrative"}
    return {name: text(one.get(member), MAX_NARRATIVE) for name, member in names.items()}


def issuer(credential: Mapping[str, Any], subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> dict[str, Any]:
    """Tell who issued it, and on whose behalf: who assessed (`source`), and who made the achievement (`creator`)."""
    named = credential.get("issuer")
    told = profile(named)
    address = first_object(first_object(named).get("address"))
    return told | {
        "description": text(first_object(named).get("description"), MAX_NARRATIVE),
        "country": text(address.get("addressCountry"), 200),
        "country_code": text(address.get("addressCountryCode"), 20),
        "locality": text(address.get("addressLocality"), 200),
        "assessed_by": profile(subject["source"]) if "source" in subject else None,
        "created_by": profile(achievement["creator"]) if "creator" in achievement else None,
    }


def profile(value: Any) -> dict[str, str | None]:
    """Tell somebody's id, name and address."""
    if isinstance(value, str):
        return {"id": text(value, MAX_COMPETENCY_TEXT), "name": None, "url": None}
    found = first_object(value)
    return members(found, ("id", "name", "url"), MAX_COMPETENCY_TEXT)
