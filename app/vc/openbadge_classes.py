"""The classes of the Open Badges 3.0 data model as a table: required members, kinds of values, closed classes.

https://www.imsglobal.org/spec/ob/v3p0/

The facts are those of the official JSON Schema (ob_v3p0_achievementcredential_schema.json, draft 2019-09). One
difference, on purpose: where the schema wants an array, one value alone is taken too, since JSON-LD reads both alike
and signed badges exist in both forms. Ours hold arrays.

What genuine badges of well-known issuers have, though the schema does not, and what changes nothing about what they say
is told, and does not make them invalid: a picture as its address alone, or without its type; a word of their own in an
extensible enumeration; a status entry without id, and names in several languages, which VCDM 2.0 allows.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from app.vc.outcome import Finding
from app.vc.shape_kinds import (
    Kind,
    QuickKind,
    Shape,
    any_number,
    boolean,
    date_or_time,
    date_time_stamp,
    iri,
    is_iri,
    matching,
    missing,
    number,
    text,
    told,
    word,
    wrong_kind,
)
from app.vc.shape_vcdm import language_text

ENDORSEMENT_TYPE = "EndorsementCredential"

_LANGUAGE = matching(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", "a language code such as en or pt-BR")
_COMPACT_JWS = matching(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+", "a compact JWS")

_IDENTIFIER_TYPES = (
    *("name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "nationalIdentityNumber"),
    *("isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId"),
    *("ltiToolId", "ltiPlatformId", "ltiUserId", "identifier"),
)
_ACHIEVEMENT_TYPES = (
    *("Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge"),
    *("BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency"),
    *("Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment"),
    *("JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate"),
    *("QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate"),
    "SecondarySchoolDiploma",
)
_RESULT_TYPES = (
    *("GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result"),
    *("RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status"),
)
_RESULT_STATUSES = ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew")
_TARGET_TYPES = (
    *("ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel"),
    "CTDL",
)


def _a(name: str) -> QuickKind:
    """Expect an object of the class of that name; looked up late, because classes hold each other."""

    def check(value: Any, pointer: str) -> Iterator[Finding]:
        yield from CLASSES[name](value, pointer)

    def fits(value: Any) -> bool:
        return CLASSES[name].fits(value)

    return QuickKind(fits, check)


def _some(name: str) -> Kind:
    return any_number(_a(name))


@partial(QuickKind, lambda value: (is_iri if type(value) is str else CLASSES["Profile"].fits)(value))
def _profile_reference(value: Any, pointer: str) -> Iterator[Finding]:
    yield from (iri if isinstance(value, str) else _a("Profile"))(value, pointer)


@partial(QuickKind, _a("Image").fits)
def _image(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect an Image. Its address alone is the same to JSON-LD, and it is one without its type."""
    if is_iri(value):
        yield from told((wrong_kind(value, pointer, "an object with id and type"),))
    elif isinstance(value, dict) and "type" not in value:
        yield from told(missing(value, ("type",), pointer))
        yield from CLASSES["Image"](value | {"type": "Image"}, pointer)
    else:
        yield from CLASSES["Image"](value, pointer)


@partial(QuickKind, text.fits)
def _name(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect a text. VCDM 2.0 section 4.6 allows names and descriptions in several languages."""
    if isinstance(value, str):
        return
    yield from tuple(language_text(value, pointer)) or told(text(value, pointer))


_STATUS_ENTRY = Shape(None, ("type",), {"id": iri})


@partial(QuickKind, lambda value: _STATUS_ENTRY.fits(value) and "id" in value)
def _status_entry(value: Any, pointer: str) -> Iterator[Finding]:
    """Expect a CredentialStatus. VCDM 2.0 section 4.10 leaves its id to the kind of status."""
    yield from _STATUS_ENTRY(value, pointer)
    if isinstance(value, dict):
        yield from told(missing(value, ("id",), pointer))


_ENDORSEMENTS: dict[str, Kind] = {"endorsement": _some(ENDORSEMENT_TYPE), "endorsementJwt": any_number(_COMPACT_JWS)}
_CREDENTIAL: dict[str, Kind] = {
    "id": iri,
    "name": _name,
    "description": _name,
    "awardedDate": date_time_stamp,
    "issuer": _profile_reference,
    "credentialStatus": any_number(_status_entry),
    "refreshService": any_number(Shape(None, ("id", "type"), {"id": iri})),
}

CLASSES: dict[str, Shape] = {
    "OpenBadgeCredential": Shape(
        None,
        ("id", "credentialSubject"),
        {
            **_CREDENTIAL,
            "credentialSubject": _some("AchievementSubject"),
            "evidence": _some("Evidence"),
            "image": _image,
            **_ENDORSEMENTS,
        },
    ),
    ENDORSEMENT_TYPE: Shape(
        ENDORSEMENT_TYPE,
        ("id", "name", "credentialSubject", "issuer"),
        {**_CREDENTIAL, "credentialSubject": _some("EndorsementSubject")},
    ),
    "EndorsementSubject": Shape("EndorsementSubject", ("id",), {"id": iri, "endorsementComment": text}),
    "AchievementSubject": Shape(
        "AchievementSubject",
        ("achievement",),
        {
            "id": iri,
            "activityEndDate": date_or_time,
            "activityStartDate": date_or_time,
            "creditsEarned": number,
            "achievement": _a("Achievement"),
            "identifier": _some("IdentityObject"),
            "image": _image,
            "licenseNumber": text,
            "narrative": text,
            "result": _some("Result"),
            "role": text,
            "source": _a("Profile"),
            "term": text,
        },
    ),
    "IdentityObject": Shape(
        "IdentityObject",
        ("hashed", "identityHash", "identityType"),
        {
            "hashed": boolean,
            "identityHash": text,
            "identityType": word(*_IDENTIFIER_TYPES, extensible=True),
            "salt": text,
        },
        closed=True,
    ),
    "Achievement": Shape(
        "Achievement",
        ("id", "criteria", "description", "name"),
        {
            "id": iri,
            "alignment": _some("Alignment"),
            "achievementType": word(*_ACHIEVEMENT_TYPES, extensible=True),
            "creator": _a("Profile"),
            "creditsAvailable": number,
            "criteria": Shape(None, (), {"id": iri, "narrative": text}),
            "description": text,
            "fieldOfStudy": text,
            "humanCode": text,
            "image": _image,
            "inLanguage": _LANGUAGE,
            "name": text,
            "otherIdentifier": _some("IdentifierEntry"),
            "related": _some("Related"),
            "resultDescription": _some("ResultDescription"),
            "specialization": text,
            "tag": any_number(text),
            "version": text,
            **_ENDORSEMENTS,
        },
    ),
    "Alignment": Shape(
        "Alignment",
        ("targetName", "targetUrl"),
        {
            "targetCode": text,
            "targetDescription": text,
            "targetName": text,
            "targetFramework": text,
            "targetType": word(*_TARGET_TYPES, extensible=True),
            "targetUrl": iri,
        },
    ),
    "ResultDescription": Shape(
        "ResultDescription",
        ("id", "name", "resultType"),
        {
            "id": iri,
            "alignment": _some("Alignment"),
            "allowedValue": any_number(text),
            "name": text,
            "requiredLevel": iri,
            "requiredValue": text,
            "resultType": word(*_RESULT_TYPES, extensible=True),
            "rubricCriterionLevel": _some("RubricCriterionLevel"),
            "valueMax": text,
            "valueMin": text,
        },
    ),
    "RubricCriterionLevel": Shape(
        "RubricCriterionLevel",
        ("id", "name"),
        {
            "id": iri,
            "alignment": _some("Alignment"),
            "description": text,
            "level": text,
            "name": text,
            "points": text,
        },
    ),
    "Result": Shape(
        "Result",
        (),
        {
            "achievedLevel": iri,
            "alignment": _some("Alignment"),
            "resultDescription": iri,
            "status": word(*_RESULT_STATUSES),
            "value": text,
        },
    ),
    "Related": Shape("Related", ("id",), {"id": iri, "inLanguage": _LANGUAGE, "version": text}),
    "Evidence": Shape(
        "Evidence",
        (),
        {"id": iri, "narrative": text, "name": text, "description": text, "genre": text, "audience": text},
    ),
    "Image": Shape("Image", ("id",), {"id": iri, "caption": text}, closed=True),
    "IdentifierEntry": Shape(
        "IdentifierEntry",
        ("identifier", "identifierType"),
        {"identifier": text, "identifierType": word(*_IDENTIFIER_TYPES, extensible=True)},
        closed=True,
    ),
    "Profile": Shape(
        "Profile",
        ("id",),
        {
            "id": iri,
            **dict.fromkeys(("name", "description"), _name),
            **dict.fromkeys(("phone", "email", "official", "familyName", "givenName"), text),
            **dict.fromkeys(("additionalName", "patronymicName", "honorificPrefix", "honorificSuffix"), text),
            "familyNamePrefix": text,
            "url": iri,
            "image": _image,
            "address": _a("Address"),
            "otherIdentifier": _some("IdentifierEntry"),
            "parentOrg": _a("Profile"),
            "dateOfBirth": date_or_time,
            **_ENDORSEMENTS,
        },
    ),
    "Address": Shape(
        "Address",
        (),
        {
            **dict.fromkeys(("addressCountry", "addressCountryCode", "addressRegion", "addressLocality"), text),
            **dict.fromkeys(("streetAddress", "postOfficeBoxNumber", "postalCode"), text),
            "geo": Shape("GeoCoordinates", ("latitude", "longitude"), {"latitude": number, "longitude": number}),
        },
    ),
}
