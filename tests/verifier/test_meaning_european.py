from typing import Any

import pytest

from app.vc.european import Credit, Eqf, EuropeanElements, european_members
from app.verifier.meaning_european import MANDATORY, european, hours

SNB = "http://data.europa.eu/snb/"
OURS = EuropeanElements(
    workload_hours=100,
    level=Eqf(6),
    assessment_types=(f"{SNB}assessment/795dac4096",),
    participation=f"{SNB}learning-assessment/e92d221e4d",
    quality_assurance=f"{SNB}accreditation/820101cba6",
    credit=Credit(f"{SNB}education-credit/6fcec5c5af", "4"),
    supervision=f"{SNB}supervision-verification/70be69aaf9",
)
DUTCH = {
    "ECTS": 3.0,
    "participationType": "onsite or blended",
    "assessmentType": "testing",
    "supervisionType": "onsite with identity verification",
    "identityChecked": True,
    "alignment": [
        {
            "targetType": "ext:QualityAssurance",
            "targetName": "A programme",
            "targetUrl": "https://data.example.com/AV-1",
        },
        {"targetType": "ext:EQF", "targetName": "EQF level 4", "targetCode": "4", "targetUrl": "https://e.example/eqf"},
    ],
}


def told(achievement: Any) -> Any:
    return european(achievement)


def test_the_elements_of_our_own_context():
    found = told(european_members(OURS))
    assert found["workload"] == {"duration": "PT100H", "hours": "100"}
    assert found["level"] == {"framework": "EQF", "level": 6, "status": "indicative"}
    assert found["credit"]["points"] == "4"
    assert found["credit"]["system"] == "European Credit Transfer System"
    assert [one["name"] for one in found["assessment_types"]] == ["project work"]
    assert found["participation"]["name"] == "Blended"
    assert found["quality_assurance"]["name"] == "Program Quality Assurance"
    assert found["supervision"]["name"] == "Supervised with ID Verification"
    assert found["missing"] == []


def test_the_elements_that_dutch_badges_carry():
    found = told(DUTCH)
    assert found["credit"] == {"points": "3.0", "system": "ECTS", "system_id": None, "status": None}
    assert found["level"] == {"framework": "EQF", "level": 4, "status": None}
    assert found["quality_assurance"] == {"id": "https://data.example.com/AV-1", "name": "A programme"}
    assert found["participation"] == {"id": None, "name": "onsite or blended"}
    assert found["identity_checked"] is True
    assert found["missing"] == ["workload"]
    assert told({"SBU": 42})["workload"] == {"duration": None, "hours": "42"}


def test_the_elements_under_the_names_of_the_learning_model():
    found = told(
        {
            "volumeOfLearning": "PT60H",
            "creditPoint": [
                {"type": "CreditPoint", "point": "2", "framework": {"id": f"{SNB}education-credit/6fcec5c5af"}}
            ],
            "eqfLevel": {"id": f"{SNB}eqf/5", "type": "Concept"},
            "mode": [{"id": f"{SNB}learning-assessment/920fbb3cbe"}],
            "entryRequirement": {"@value": "None", "@language": "en"},
        }
    )
    assert found["workload"]["hours"] == "60"
    assert (found["credit"]["points"], found["credit"]["system"]) == ("2", "European Credit Transfer System")
    assert found["level"] == {"framework": "EQF", "level": 5, "status": None}
    assert found["participation"]["name"] == "Online"
    assert found["prerequisites"] == "None"


def test_a_level_by_alignment_alone():
    aligned = [{"targetUrl": f"{SNB}eqf/5", "targetName": "EQF level 5 (indicative)"}]
    assert told({"alignment": aligned})["level"] == {"framework": "EQF", "level": 5, "status": "indicative"}
    assert told({"euLevel": f"{SNB}eqf/5", "euLevelStatus": "referenced"})["level"]["status"] == "referenced"
    assert told({"euLevel": f"{SNB}eqf/5", "euLevelStatus": "certified by me"})["level"]["status"] is None
    for url in (f"{SNB}eqf/9", f"{SNB}eqf/", "https://example.com/eqf/5", ""):
        assert told({"alignment": [{"targetUrl": url}]}) is None


def test_a_badge_without_any_is_told_to_have_none():
    assert told({"name": "Badge"}) is None
    assert told({"euPrerequisite": "None"})["missing"] == list(MANDATORY)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("PT100H", "100"), ("PT37H30M", "37.5"), ("P2DT4H", "52"), ("PT20M", "0.33"), ("P60M", None), ("P1Y", None),
     ("PT", None), ("P", None), ("100", None), ("PT" + "9" * 30 + "H", None)],
)  # fmt: skip
def test_hours_of_durations(duration, expected):
    assert hours(duration) == expected
