import json
from typing import Any

import pytest

from app.verifier.foreign import MAX_SHOWN
from app.verifier.meaning import KINDS_OF_ACHIEVEMENT, KINDS_OF_CREDENTIAL
from app.verifier.meaning_shape import MeaningShape
from app.verifier.meaning_words import SENTENCES
from tests.verifier.badges import badge, signed, verified
from tests.verifier.test_presented import HOLDER, presentation, presented
from tests.verifier.test_sd_jwt import bound, issued
from tests.verifier.test_sd_jwt import judged as sd_jwt_judged

ISS = "did:web:university.example"


def meant(document: Any) -> dict[str, Any]:
    told = verified(document).to_json()["meaning"]
    MeaningShape.model_validate(told)
    return told


def with_achievement(**members: Any) -> dict[str, Any]:
    document = badge()
    document["credentialSubject"]["achievement"] |= members
    return document


def keys(told: dict[str, Any]) -> list[str]:
    return [one["key"] for one in told["sentences"]]


def test_a_micro_credential_tells_its_competency_with_its_level():
    told = meant(signed(badge()))
    assert told["kind"] == "micro_credential"
    (competency,) = told["competencies"]
    assert competency["name"] == "Data analysis"
    assert competency["level"]["name"] == "Proficient"
    assert (competency["level"]["position"], competency["level"]["of"]) == (1, 1)
    assert keys(told)[:3] == ["kind.micro_credential", "competencies.one", "competency.level"]
    assert told["sentences"][2]["text"] == "Data analysis: Proficient, level 1 of 1."
    assert told["issuer"]["name"] == "University of Example"


def test_levels_are_ordered_by_their_points_and_name_what_was_asked_for():
    levels = [
        {"id": f"urn:x:{points}", "name": name, "level": f"L{points}", "points": points}
        for name, points in (("Expert", "3"), ("Beginner", "1"), ("Practitioner", "2"))
    ]
    alignment = {
        "targetName": "GOV.1",
        "targetCode": "GOV.1",
        "targetFramework": "F 1.0",
        "targetUrl": "https://f.example/GOV.1",
    }
    description = {
        "id": "urn:x:d", "name": "Governance", "requiredLevel": "urn:x:1", "rubricCriterionLevel": levels,
        "alignment": [alignment],
    }  # fmt: skip
    document = with_achievement(resultDescription=[description])
    document["credentialSubject"]["result"] = [{"resultDescription": "urn:x:d", "achievedLevel": "urn:x:2"}] * 2
    first, second = meant(document)["competencies"]
    assert first["code"] == "GOV.1"
    assert first["level"]["position"] == 2
    assert first["level"]["scale"] == ["Beginner", "Practitioner", "Expert"]
    assert first["required_level"] == "Beginner"
    assert first["alignments"] == [alignment | {"targetType": None}]
    assert second["level"]["position"] == 2
    assert second["level"]["scale"] == []
    assert second["alignments"] == []


def test_grades_are_no_competencies():
    description = {
        "id": "urn:x:g",
        "name": "Final grade",
        "resultType": "LetterGrade",
        "valueMax": "10",
        "valueMin": "1",
    }
    document = with_achievement(resultDescription=[description])
    document["credentialSubject"]["result"] = [{"resultDescription": "urn:x:g", "value": "8.5"}]
    told = meant(document)
    assert told["competencies"] == []
    (grade,) = told["assessment"]["grades"]
    assert (grade["name"], grade["value"], grade["least"], grade["most"]) == ("Final grade", "8.5", "1", "10")


@pytest.mark.parametrize(
    ("achievement_type", "kind"),
    [
        ("MicroCredential", "micro_credential"),
        ("Certification", "role_certificate"),
        ("License", "licence"),
        ("CertificateOfCompletion", "completion"),
        ("ext:Attendance", "attendance"),
        ("ext:CertificateOfAttendance", "attendance"),
        ("ext:EventParticipation", "participation"),
        ("MasterDegree", "degree"),
        ("Badge", "achievement"),
        ("ext:Anything", "achievement"),
        (None, "achievement"),
    ],
)
def test_kinds_are_told_apart(achievement_type, kind):
    assert meant(with_achievement(achievementType=achievement_type))["kind"] == kind


def test_what_is_no_badge_is_told():
    document = badge(type=["VerifiableCredential", "EndorsementCredential"])
    assert meant(document)["kind"] == "endorsement"
    assert meant(badge(credentialSubject={"id": "did:example:1"}))["kind"] == "other"


def test_every_kind_has_a_sentence():
    kinds = {*KINDS_OF_ACHIEVEMENT.values(), *KINDS_OF_CREDENTIAL.values(), "attendance", "achievement", "other"}
    assert {f"kind.{kind}" for kind in kinds} <= SENTENCES.keys()


def test_the_number_of_a_certificate_and_who_assessed_are_told():
    document = with_achievement(creator={"id": "https://c.example", "name": "Consortium"})
    document["credentialSubject"] |= {"licenseNumber": "SC-2026-1", "source": {"id": "https://p.example", "name": "P"}}
    document["issuer"] |= {"address": {"addressCountry": "Bulgaria", "addressCountryCode": "BG"}}
    told = meant(document)
    assert told["license_number"] == "SC-2026-1"
    assert "license_number" in keys(told)
    assert told["issuer"]["assessed_by"] == {"id": "https://p.example", "name": "P", "url": None}
    assert told["issuer"]["created_by"]["name"] == "Consortium"
    assert (told["issuer"]["country"], told["issuer"]["country_code"]) == ("Bulgaria", "BG")


def test_criteria_and_evidence_tell_how_it_was_assessed():
    document = badge(evidence=[{"id": "https://e.example/1", "name": "Report", "narrative": "n" * 9000}] * 99)
    told = meant(document)["assessment"]
    assert told["criteria"] == {"url": None, "narrative": "Pass the examination."}
    assert len(told["evidence"]) == 10
    assert len(told["evidence"][0]["narrative"]) == 2000


def strange(value: Any) -> dict[str, Any]:
    members = ("name", "achievementType", "euCredit", "euLevel", "euWorkload", "euAssessmentType", "ECTS", "criteria")
    levels = [value, {"points": value}]
    achievement = dict.fromkeys(members, value) | {
        "alignment": [value, {"targetUrl": value}],
        "resultDescription": [value, {"id": value, "rubricCriterionLevel": levels}],
    }
    subject = dict.fromkeys(("id", "identifier", "licenseNumber", "source"), value)
    subject |= {"result": [value, {"resultDescription": value}], "achievement": achievement}
    return badge(issuer=value, type=value, evidence=value, name=value, credentialSubject=subject)


@pytest.mark.parametrize(
    "value", [None, 5, True, [], {}, [[]], [None], "x" * 10_000, {"@value": 3}, [{"id": []}], 1e300, "nan", "inf"]
)
def test_strange_values_are_only_data(value):
    assert len(json.dumps(meant(strange(value)))) < 120_000


def test_a_small_document_makes_no_large_report():
    level = {"id": "urn:x:l", "name": "n" * 9000, "description": "d" * 9000}
    description = {
        "id": "urn:x:d", "name": "N" * 9000, "rubricCriterionLevel": [level] * 10,
        "alignment": [{"targetName": "t" * 9000, "targetUrl": "u" * 9000}] * 20,
    }  # fmt: skip
    document = with_achievement(resultDescription=[description])
    document["credentialSubject"]["result"] = [{"resultDescription": "urn:x:d", "achievedLevel": "urn:x:l"}] * 1000
    told = meant(document)
    assert len(told["competencies"]) == MAX_SHOWN
    assert len(json.dumps(told)) < 150_000


def test_a_badge_alone_proves_no_sender():
    told = meant(signed(badge()))
    assert told["holder"]["binding"] == "not_presented"
    assert keys(told)[-1] == "holder.not_presented"


def test_the_subject_is_told_by_what_identifies_it():
    document = badge()
    document["credentialSubject"] |= {
        "id": "urn:uuid:11111111-1111-4111-8111-111111111111",
        "identifier": [{"hashed": True, "identityHash": "sha256$aa", "identityType": "emailAddress"}],
    }
    told = meant(document)["holder"]
    assert told["identified_by"] == ["random_id", "hashed_email"]
    assert told["identifiers"] == [{"type": "emailAddress", "hashed": True, "value": None}]
    document["credentialSubject"] = {
        "achievement": {},
        "identifier": [{"hashed": False, "identityHash": "Ana", "identityType": "name"}],
    }
    told = meant(document)["holder"]
    assert told["identified_by"] == ["name"]
    assert told["identifiers"][0]["value"] == "Ana"
    told = meant(badge(credentialSubject={"achievement": {}, "name": "Ana", "email": "ana@city.example"}))["holder"]
    assert told["identified_by"] == ["name", "email"]
    assert [one["value"] for one in told["identifiers"]] == ["Ana", "ana@city.example"]
    assert meant(badge(credentialSubject={"achievement": {}}))["holder"]["identified_by"] == ["nothing"]


def about(subject: str) -> dict[str, Any]:
    document = badge()
    document["credentialSubject"]["id"] = subject
    return signed(document)


@pytest.mark.parametrize(
    ("subject", "binding"),
    [
        (HOLDER, "proved"),
        ("did:web:somebody.example", "differs"),
        ("urn:uuid:11111111-1111-4111-8111-111111111111", "not_comparable"),
    ],
)
def test_who_presents_it_is_compared_with_whom_it_is_about(subject, binding):
    shown = presentation(about(subject))
    (part,) = verified(presented(shown)).to_json()["credentials"]
    assert part["outcome"] == "valid"
    assert part["meaning"]["holder"]["binding"] == binding
    assert part["meaning"]["holder"]["presented_by"] == HOLDER
    (part,) = verified(shown).to_json()["credentials"]
    assert part["meaning"]["holder"]["binding"] == "not_proved"


def sd_jwt_badge(issuer: str = ISS) -> dict[str, Any]:
    document = badge(issuer)
    return {name: document[name] for name in ("credentialSubject", "issuer")}


def test_an_sd_jwt_vc_with_the_members_of_a_badge_tells_what_it_means():
    told = verified(issued(**sd_jwt_badge()).encode()).to_json()
    assert told["outcome"] == "valid"
    assert told["meaning"]["kind"] == "micro_credential"
    assert told["meaning"]["competencies"][0]["level"]["name"] == "Proficient"
    assert told["issuer"] == {"id": ISS, "name": "University of Example", "url": None}
    assert told["meaning"]["holder"]["identified_by"][-1] == "key"
    assert told["meaning"]["holder"]["binding"] == "not_presented"


def test_the_profile_of_somebody_else_is_not_shown_as_its_issuers():
    told = verified(issued(**sd_jwt_badge("did:web:other.example")).encode()).to_json()
    assert told["issuer"] == {"id": ISS, "name": None, "url": None}
    assert told["meaning"]["issuer"]["name"] is None


def test_who_proves_the_key_of_an_sd_jwt_is_its_holder():
    report = sd_jwt_judged(bound(issued(**sd_jwt_badge())), domain="https://attesta.example", challenge="n1")
    assert report.to_json()["meaning"]["holder"]["binding"] == "proved"
