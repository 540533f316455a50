"""What a badge says: in which language, and the European elements: the award's own, else those of its course."""

import json

import pytest

from app.competency import framework as frameworks
from tests.service import DATA


@pytest.fixture
def issued(loaded):
    """Change MC-02 and its course in a new version of the framework, then issue it: the achievement of the badge."""

    def issue(change):
        def change_both(document):
            change(document["micro_credentials"][1], document["courses"][1])

        return badge(loaded, change_both)["credentialSubject"]["achievement"]

    return issue


def badge(loaded, change):
    """Ana's badge of MC-02, by a new version of the framework whose document `change` has changed."""
    document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    document["framework"]["version"] = "0.2.0"
    change(document)
    headers = loaded.headers | {"Content-Type": "application/json"}
    sent = loaded.client.post("/api/v1/frameworks", content=json.dumps(document), headers=headers)
    assert sent.status_code == 201, sent.text
    body = {"achievement": "MC-02", "learner": "p-ana"}
    answer = loaded.client.post("/api/v1/credentials", json=body, headers=loaded.headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["credential"]


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


def in_language(tag, only=None):
    """A change: the framework's main language is `tag`; with `only`, the award has texts in no other one."""

    def change(document):
        document["framework"]["language"] = tag
        award, course = document["micro_credentials"][1], document["courses"][1]
        if only is not None:
            award["title"] = {tag: only}
            award["annex"]["prerequisites"] = {tag: only}
            course["learning_outcomes"] = [each | {"text": {tag: only}} for each in course["learning_outcomes"][:1]]

    return change


def test_a_badge_is_signed_in_the_language_of_its_framework(loaded):
    signed = badge(loaded, in_language("bg"))
    achievement = signed["credentialSubject"]["achievement"]
    assert (achievement["inLanguage"], achievement["name"]) == ("bg", signed["name"])
    assert signed["name"] == "Проектиране и изпълнение на проекти за интелигентни градове"
    assert achievement["description"].startswith(f"{signed['name']}: 100 часа учене. Учащият може: ")
    assert "присъжда, когато това правило" in achievement["criteria"]["narrative"]
    assert signed["evidence"][0]["name"] == "Правило за присъждане"
    assert signed["evidence"][0]["narrative"].startswith("Решено по правилото на MC-02, версия 1.0.0 (sha256-")
    assert loaded.client.post("/verify", json=signed).json()["outcome"] == "valid"


def test_a_region_of_a_language_that_we_speak_is_that_language(loaded):
    signed = badge(loaded, in_language("de-AT", "Projekte"))
    achievement = signed["credentialSubject"]["achievement"]
    assert (achievement["inLanguage"], signed["name"]) == ("de-AT", "Projekte")
    assert "wird verliehen, wenn" in achievement["criteria"]["narrative"]


def test_in_a_language_that_we_do_not_speak_names_are_as_the_framework_has_them_and_sentences_english(loaded):
    signed = badge(loaded, in_language("fr", "Projets urbains"))
    achievement = signed["credentialSubject"]["achievement"]
    assert (achievement["inLanguage"], achievement["euPrerequisite"]) == ("fr", "Projets urbains")
    assert achievement["description"] == "Projets urbains: 100 hours of learning. The learner can: Projets urbains."
    assert "Projets urbains (MC-02) is awarded when this rule is met" in achievement["criteria"]["narrative"]
