"""The European elements of a badge: the award's own, else those of its course."""

import json

import pytest

from app.competency import framework as frameworks
from tests.service import DATA


@pytest.fixture
def issued(loaded):
    """Change MC-02 and its course in a new version of the framework, then issue it: the achievement of the badge."""

    def issue(change):
        document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
        document["framework"]["version"] = "0.2.0"
        change(document["micro_credentials"][1], document["courses"][1])
        headers = loaded.headers | {"Content-Type": "application/json"}
        sent = loaded.client.post("/api/v1/frameworks", content=json.dumps(document), headers=headers)
        assert sent.status_code == 201, sent.text
        body = {"achievement": "MC-02", "learner": "p-ana"}
        answer = loaded.client.post("/api/v1/credentials", json=body, headers=loaded.headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["credential"]["credentialSubject"]["achievement"]

    return issue


def european(achievement):
    return {name: value for name, value in achievement.items() if name.startswith("eu")}


def test_what_the_award_leaves_out_is_the_courses(issued):
    def change(award, course):
        course |= {"workload_hours": 99.5, "quality_assurance": "http://data.europa.eu/snb/accreditation/bb4618238e"}
        course["eqf"] = {"level": 6, "status": "referenced"}
        for name in ("workload_hours", "eqf_level", "participation", "quality_assurance", "prerequisites"):
            award["annex"].pop(name, None)
        course["prerequisites"] = {"en": "MC-01 or the like"}

    found = european(issued(change))
    assert found["euWorkload"] == "PT99H30M"
    assert (found["euLevel"], found["euLevelStatus"]) == ("http://data.europa.eu/snb/eqf/6", "referenced")
    assert found["euQualityAssurance"] == "http://data.europa.eu/snb/accreditation/bb4618238e"
    assert found["euParticipation"] == "http://data.europa.eu/snb/learning-assessment/e92d221e4d"
    assert found["euPrerequisite"] == "MC-01 or the like"


def test_a_level_of_the_award_is_referenced_only_where_the_course_has_the_same(issued):
    def change(award, course):
        award["annex"]["eqf_level"] = 5
        course["eqf"] = {"level": 6, "status": "referenced"}

    found = european(issued(change))
    assert (found["euLevel"], found["euLevelStatus"]) == ("http://data.europa.eu/snb/eqf/5", "indicative")


def test_where_a_mandatory_element_is_said_nowhere_the_badge_claims_none_and_is_issued(issued):
    found = issued(lambda award, _course: award["annex"].pop("quality_assurance"))
    assert european(found) == {}
    assert "Notional workload: " in found["criteria"]["narrative"]
