import pytest

from app.competency import framework as frameworks
from app.competency.lint_warnings import impossible_credits, warnings
from tests.service import DATA


@pytest.fixture
def reference():
    return frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())


def told(document):
    frameworks.validate(document)
    return [(each.code, each.pointer, each.detail) for each in warnings(document) if each.code != "MISSING_TRANSLATION"]


def test_the_reference_framework_lacks_translations_and_nothing_else(reference):
    assert told(reference) == []
    found = warnings(reference)
    assert {each.detail for each in found} == {
        f"Texts are missing in {each}." for each in ("bg", "es", "el", "ro", "de")
    }
    assert found[0].count > 500


def practice(document, competency):
    """The sections of practice and exam that give evidence for a competency."""
    for assessment in document["assessments"]:
        for section in assessment["sections"]:
            if section.get("competency") == competency and assessment["kind"] == "practice":
                yield section


def test_a_level_that_no_assessment_can_show(reference):
    for section in practice(reference, "PRJ.1"):
        del section["competency"], section["mapping"]
    codes = told(reference)
    assert {code for code, _, _ in codes} == {"LEVEL_OUT_OF_REACH"}
    assert all("PRJ.1 at L3, which no assessment can show, only prior learning" in detail for _, _, detail in codes)


def test_an_award_that_nobody_can_get_and_what_builds_on_it(reference):
    for rule in reference["policy"]["level_rules"]:
        for clause in rule["all"]:
            clause["kinds"] = ["practice"]
    for section in practice(reference, "PRJ.1"):
        del section["competency"], section["mapping"]
    codes = {code for code, _, _ in told(reference)}
    assert {"LEVEL_OUT_OF_REACH", "NEVER_MET"} <= codes
    assert any(detail.endswith("rules of RC-SCPM.") for code, _, detail in told(reference) if code == "NEVER_MET")


def test_more_credits_than_there_are(reference):
    award = reference["micro_credentials"][0]
    rule = {"id": "c", "label": {"en": "Credits"}, "credits": {"system": "ECTS", "min": 500}}
    award["requirements"] = {"id": "x", "label": {"en": "Both"}, "all": [rule]}
    found = told(reference)
    assert ("CREDITS_OUT_OF_REACH", "/micro_credentials/0/requirements/all/0/credits/min") in {
        each[:2] for each in found
    }
    assert ("NEVER_MET", "/micro_credentials/0/requirements") in {each[:2] for each in found}
    [fault] = impossible_credits(reference)
    assert fault.pointer == "/micro_credentials/0/requirements/all/0/credits/min"
    other = {"id": "y", "label": {"en": "Code"}, "attestation": {"type": "code_of_conduct", "signatures": 1}}
    award["requirements"] = {"id": "x", "label": {"en": "One"}, "any": [rule, other]}
    assert impossible_credits(reference) == []  # there is another way
    assert "CREDITS_OUT_OF_REACH" in {each[0] for each in told(reference)}


def test_an_exam_section_about_nothing(reference):
    position, exam = next((p, a) for p, a in enumerate(reference["assessments"]) if a["kind"] == "exam")
    del exam["sections"][2]["area"]
    assert [each[:2] for each in told(reference)] == [("SECTION_OF_NOTHING", f"/assessments/{position}/sections/2")]


def test_a_retired_competency_in_use(reference):
    reference["competencies"][0]["retired"] = "2026-01-01"
    assert {code for code, _, _ in told(reference)} == {"RETIRED_IN_USE"}


def test_languages_that_are_not_listed(reference):
    reference["areas"][0]["name"]["fr"] = "Stratégie"
    assert told(reference) == [
        ("UNLISTED_LANGUAGE", "/areas/0/name", "Texts are in fr, which framework.languages lacks.")
    ]


def test_a_framework_of_nothing(reference):
    empty = {name: reference[name] for name in ("format", "framework")} | {
        "levels": [],
        "areas": [],
        "competencies": [],
    }
    assert [code for code, _, _ in told(empty)] == ["EMPTY"]


def test_a_learning_resource_that_belongs_nowhere(reference):
    title, url = dict.fromkeys(("en", "bg", "es", "el", "ro", "de"), "A walk"), "https://example.org/walk"
    there = {"id": "LR-1", "title": title, "url": url, "courses": ["C01"]}
    reference["learning_resources"] = [there, {"id": "LR-2", "title": title, "url": url}]
    sentence = "LR-2 names no competency and no course, so nobody finds it."
    assert told(reference) == [("RESOURCE_OF_NOTHING", "/learning_resources/1", sentence)]


def test_a_micro_credential_without_a_european_element(reference):
    award, course = reference["micro_credentials"][1], reference["courses"][1]
    del award["annex"]["quality_assurance"]
    sentence = "MC-02 says nothing of quality_assurance; badges claim no European elements."
    assert told(reference) == [("ANNEX_INCOMPLETE", "/micro_credentials/1", sentence)]
    course["quality_assurance"] = "http://data.europa.eu/snb/accreditation/bb4618238e"
    assert told(reference) == []
