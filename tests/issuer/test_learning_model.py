"""The file for European Digital Credentials: the elements of Annex I at their places, and every node whole.

The Commission's SHACL shapes judge it beside the tests (docs/europass.md): they may not be kept here.
"""

import json

import pytest

from app.issuer.credential.learning_model import three_letters
from app.texts import LANGUAGES
from app.vc import elm
from app.vc.openbadge_values import Competency, Level
from tests.issuer.test_document import badge

JSON = {"Content-Type": "application/json"}


def changed(document):
    """A framework in which MC-02 speaks Bulgarian too, and its competencies and levels."""
    award = document["micro_credentials"][1]
    award["title"]["bg"] = "Проект за умен град"
    award["annex"]["prerequisites"] = {"en": "Two years of practice", "bg": "Две години практика"}
    for competency in document["competencies"]:
        competency["name"]["bg"] = f"БГ {competency['id']}"
    for level in document["levels"]:
        level["name"]["bg"] = f"Ниво {level['order']}"


@pytest.fixture
def award(loaded):
    return badge(loaded, changed)["id"].removeprefix("urn:uuid:")


def file_of(world, award_id):
    return world.client.get(f"/api/v1/credentials/{award_id}/elm", headers=world.headers)


@pytest.fixture
def told(loaded, award):
    answer = file_of(loaded, award)
    assert answer.status_code == 200, answer.text
    return answer.json()["credential"]


def nodes(value):
    """Every object with a type, at any depth."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from nodes(each)


# What the shapes of edc-generic-full ask of each class.
REQUIRED = {
    "Accreditation": {"title", "dcType", "accreditingAgent"},
    "Address": {"countryCode"},
    "AwardingProcess": {"awardingBody"},
    "Concept": {"inScheme"},
    "CreditPoint": {"framework", "point"},
    "DisplayDetail": {"image", "page"},
    "DisplayParameter": {"title", "language", "primaryLanguage", "individualDisplay"},
    "IndividualDisplay": {"language", "displayDetail"},
    "LearningAchievement": {"title", "awardedBy"},
    "LearningAssessment": {"title", "grade", "awardedBy"},
    "LearningAssessmentSpecification": {"title"},
    "LearningOutcome": {"title"},
    "Location": {"address"},
    "MediaObject": {"content", "contentType", "contentEncoding"},
    "Note": {"noteLiteral"},
    "Organisation": {"legalName", "location"},
    "Person": {"hasClaim"},
    "Qualification": {"title"},
}


def test_every_node_has_what_its_class_asks_for(told):
    assert {"credentialProfiles", "displayParameter", "issuer", "issued", "validFrom", "credentialSchema"} <= {*told}
    seen = set()
    for node in nodes(told["credentialSubject"]), nodes(told["displayParameter"]), nodes(told["issuer"]):
        for each in node:
            seen.add(each["type"])
            assert REQUIRED.get(each["type"], set()) <= each.keys(), each
            assert each["id"].startswith(("urn:epass:", "http://")), each
    assert REQUIRED.keys() <= seen


def test_nodes_of_one_id_say_the_same(told):
    said = {}
    for each in nodes(told):
        assert said.setdefault(each["id"], each) == each


def test_the_elements_of_annex_one_are_there(told):
    person = told["credentialSubject"]
    achievement = person["hasClaim"]
    of = achievement["specifiedBy"]
    first, *_ = achievement["provenBy"]
    assert person["fullName"] == {"en": "Ana Petrova"}
    assert achievement["title"]["en"] == "Smart City Project Design and Delivery"
    assert achievement["title"]["bg"] == "Проект за умен град"
    assert told["issuer"]["location"]["address"]["countryCode"]["id"].endswith("/country/BGR")
    assert achievement["awardedBy"]["awardingDate"] == told["issued"] == told["validFrom"]
    assert of["volumeOfLearning"] == "PT100H"
    assert of["creditPoint"]["point"] == "4"
    assert of["learningSetting"]["prefLabel"]["en"] == "non-formal learning"
    assert of["eqfLevel"]["id"] == "http://data.europa.eu/snb/eqf/6"
    kinds = {each["specifiedBy"]["dcType"]["prefLabel"]["en"] for each in achievement["provenBy"]}
    assert kinds == {"quiz", "project work"}
    assert of["mode"]["prefLabel"]["en"] == "Blended"
    assert of["mode"]["prefLabel"]["bg"] != "Blended"
    assert of["accreditation"]["dcType"]["prefLabel"]["en"] == "Program Quality Assurance"
    assert first["idVerification"]["prefLabel"]["en"] == "Supervised with ID Verification"
    assert of["entryRequirement"]["noteLiteral"]["bg"] == "Две години практика"
    assert [each["id"][-4:] for each in of["thematicArea"]] == ["0413", "0688"]


def test_outcomes_have_names_in_each_language_and_skills_of_esco(told):
    outcomes = told["credentialSubject"]["hasClaim"]["specifiedBy"]["learningOutcome"]
    assert all(each["title"]["bg"].startswith("БГ ") for each in outcomes)
    assert all("es" not in each["title"] for each in outcomes)  # where the framework has no words, none are said
    skills = [skill for each in outcomes for skill in each.get("relatedESCOSkill", ())]
    assert skills
    assert {each["inScheme"]["id"] for each in skills} == {elm.ESCO_SKILLS}
    grade = told["credentialSubject"]["hasClaim"]["provenBy"][0]["grade"]["noteLiteral"]
    assert all(f"{each['title']['bg']}: Ниво " in grade["bg"] for each in outcomes)


def test_the_file_has_a_name_and_nothing_of_what_signs(loaded, award):
    answer = file_of(loaded, award)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="MC-02.elm.json"'
    assert not {"@context", "proof", "credentialStatus"} & answer.json()["credential"].keys()


def test_a_revoked_award_gives_no_file(loaded, award):
    path = f"/api/v1/credentials/{award}/revoke"
    revoked = loaded.client.post(path, content=json.dumps({"reason": "test"}), headers=loaded.headers | JSON)
    assert revoked.status_code == 200, revoked.text
    assert file_of(loaded, award).status_code == 409


def test_without_the_european_elements_it_is_told_what_to_do(loaded):
    plain = badge(loaded, lambda document: document["micro_credentials"][1]["annex"].pop("assessment_types"))
    answer = file_of(loaded, plain["id"].removeprefix("urn:uuid:"))
    assert answer.status_code == 409
    assert "annex" in answer.json()["remedy"]


def test_a_concept_of_nobody_is_named_and_refused(loaded):
    def change(document):
        document["micro_credentials"][1]["annex"]["participation"] = "https://example.org/by-letter"

    answer = file_of(loaded, badge(loaded, change)["id"].removeprefix("urn:uuid:"))
    assert answer.status_code == 409
    assert "https://example.org/by-letter" in answer.json()["detail"]


def test_a_title_without_the_main_language_is_told_in_its_own(loaded):
    def change(document):
        document["framework"]["language"] = "bg"
        document["micro_credentials"][1]["title"] = {"en": "Projects"}

    made = file_of(loaded, badge(loaded, change)["id"].removeprefix("urn:uuid:")).json()["credential"]
    assert made["displayParameter"]["title"] == {"en": "Projects"}
    assert made["displayParameter"]["primaryLanguage"]["id"].endswith("/language/ENG")


@pytest.mark.parametrize(("shown", "level"), [({"A.1": "L1"}, "L1"), ({"A.1": None}, "L2"), ({}, "L2")])
def test_where_no_level_was_named_it_is_the_required_one(shown, level):
    levels = tuple(Level(id=name, name=name, points=place) for place, name in enumerate(("L1", "L2")))
    competency = Competency("A.1", "Digging", "https://example.org/a1", levels, "L2")
    assert competency.reached(shown).id == level


def test_every_language_of_ours_has_its_code():
    assert elm.LANGUAGES.keys() == LANGUAGES.keys()


@pytest.mark.parametrize(
    ("two", "three"), [("DE", "DEU"), ("FR", "FRA"), ("GR", "GRC"), ("RO", "ROU"), ("ES", "ESP"), ("BG", "BGR")]
)
def test_countries_have_the_letters_of_the_authority_table(two, three):
    assert three_letters(two) == three
