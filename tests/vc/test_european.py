import hashlib
from dataclasses import replace

import pytest
import rfc8785

from app.errors import BadInput
from app.vc import jsonld
from app.vc.european import (
    EUROPEAN_CONTEXT,
    EUROPEAN_CONTEXT_SHA256,
    Credit,
    Eqf,
    EuropeanElements,
    european_context,
    european_members,
)
from tests.vc.badge_examples import ACHIEVEMENT, EUROPEAN, badge

FIRST_EDITION_SHA256 = "58dc770a0019520b050ba00f65aac03798f81c388249442509716abd1bb4785d"


def test_the_context_is_the_one_that_verifiers_recognise():
    assert hashlib.sha256(rfc8785.dumps(EUROPEAN_CONTEXT)).hexdigest() == EUROPEAN_CONTEXT_SHA256


def test_a_document_may_change_its_copy_of_the_context():
    european_context()["EuCredit"]["@context"]["points"] = "changed"
    assert hashlib.sha256(rfc8785.dumps(european_context())).hexdigest() == EUROPEAN_CONTEXT_SHA256


def test_every_element_of_annex_i_is_carried_in_full():
    assert european_members(EUROPEAN) == {
        "euWorkload": "PT100H",
        "euLevel": "http://data.europa.eu/snb/eqf/6",
        "euLevelStatus": "indicative",
        "euAssessmentType": [
            "http://data.europa.eu/snb/assessment/b1b68f6735",
            "http://data.europa.eu/snb/assessment/795dac4096",
        ],
        "euParticipation": "http://data.europa.eu/snb/learning-assessment/e92d221e4d",
        "euQualityAssurance": "http://data.europa.eu/snb/accreditation/820101cba6",
        "euSupervision": "http://data.europa.eu/snb/supervision-verification/70be69aaf9",
        "euStackability": "stackable",
        "euPrerequisite": "none",
        "euCredit": {
            "type": "EuCredit",
            "system": "http://data.europa.eu/snb/education-credit/6fcec5c5af",
            "points": "4",
            "status": "indicative",
        },
    }


def test_every_member_is_a_term_of_the_context():
    members = european_members(EUROPEAN)
    assert set(members) | {"EuCredit", "@protected"} == set(EUROPEAN_CONTEXT)
    scoped = EUROPEAN_CONTEXT["EuCredit"]["@context"]
    assert set(members["euCredit"]) <= set(scoped)


def test_every_element_is_signed_with_the_meaning_of_the_european_learning_model():
    elm, own = "http://data.europa.eu/snb/model/elm/", "urn:uuid:3677d0ab-768b-431e-94aa-412f6461df48#"
    objects = {quad.predicate.strip("<>"): quad.object for quad in jsonld.to_quads(badge())}
    assert objects[f"{elm}volumeOfLearning"] == '"PT100H"^^<http://www.w3.org/2001/XMLSchema#duration>'
    assert objects[f"{elm}EQFLevel"] == "<http://data.europa.eu/snb/eqf/6>"
    assert objects[f"{elm}mode"] == "<http://data.europa.eu/snb/learning-assessment/e92d221e4d>"
    assert objects[f"{elm}idVerification"] == "<http://data.europa.eu/snb/supervision-verification/70be69aaf9>"
    assert objects[f"{elm}framework"] == "<http://data.europa.eu/snb/education-credit/6fcec5c5af>"
    assert objects[f"{elm}point"] == '"4"'
    assert objects[f"{own}creditStatus"] == objects[f"{own}levelStatus"] == '"indicative"'
    assert objects[f"{own}qualityAssuranceType"] == "<http://data.europa.eu/snb/accreditation/820101cba6>"
    assert objects[f"{own}stackability"] == '"stackable"'
    assert objects[f"{own}prerequisite"] == '"none"'
    assert objects[f"{own}assessmentType"] in {
        "<http://data.europa.eu/snb/assessment/b1b68f6735>",
        "<http://data.europa.eu/snb/assessment/795dac4096>",
    }


def test_the_context_changes_the_meaning_of_no_other_term():
    bare = badge(achievement=replace(ACHIEVEMENT, european=None))
    without = {**bare, "@context": bare["@context"][:2]}
    assert jsonld.canonicalize(bare) == jsonld.canonicalize(without)


def test_badges_of_the_first_edition_say_the_same():
    """It gave texts the type xsd:string, which RDF leaves out; its badges are verified for ever."""
    first, text = european_context(), {"@type": "http://www.w3.org/2001/XMLSchema#string"}
    for terms in (first, first["EuCredit"]["@context"]):
        texts = [term for term in terms.values() if isinstance(term, dict) and set(term) == {"@id"}]
        for term in texts:
            term.update(text)
    assert hashlib.sha256(rfc8785.dumps(first)).hexdigest() == FIRST_EDITION_SHA256
    document = badge()
    assert document["@context"][2] == EUROPEAN_CONTEXT
    older = document | {"@context": [*document["@context"][:2], first]}
    assert jsonld.canonicalize(older) == jsonld.canonicalize(document)


def test_optional_elements_that_are_not_given_leave_no_trace():
    bare = EuropeanElements(
        workload_hours=50,
        level=Eqf(5, "referenced"),
        assessment_types=("http://data.europa.eu/snb/assessment/b1b68f6735",) * 2,
        participation="http://data.europa.eu/snb/learning-assessment/920fbb3cbe",
        quality_assurance="http://data.europa.eu/snb/accreditation/820101cba6",
    )
    members = european_members(bare)
    assert set(members) == {
        "euWorkload",
        "euLevel",
        "euLevelStatus",
        "euAssessmentType",
        "euParticipation",
        "euQualityAssurance",
    }
    assert members["euAssessmentType"] == ["http://data.europa.eu/snb/assessment/b1b68f6735"]


@pytest.mark.parametrize(
    ("hours", "duration"), [(50, "PT50H"), (50.0, "PT50H"), (37.5, "PT37H30M"), (0.25, "PT0H15M"), (0.1, "PT0H6M")]
)
def test_a_workload_is_a_duration_in_hours_and_minutes(hours, duration):
    assert european_members(replace(EUROPEAN, workload_hours=hours))["euWorkload"] == duration


@pytest.mark.parametrize(
    ("change", "term"),
    [
        ({"workload_hours": 0}, "euWorkload"),
        ({"level": Eqf(9)}, "euLevel"),
        ({"level": Eqf(0)}, "euLevel"),
        ({"level": Eqf(6, "certain")}, "euLevelStatus"),
        ({"assessment_types": ()}, "euAssessmentType"),
        ({"credit": Credit("http://data.europa.eu/snb/education-credit/6fcec5c5af", "4 ECTS")}, "euCredit"),
        ({"credit": Credit("http://data.europa.eu/snb/education-credit/6fcec5c5af", "4,5")}, "euCredit"),
    ],
)
def test_values_that_say_nothing_are_refused_with_their_place(change, term):
    with pytest.raises(BadInput) as refusal:
        european_members(replace(EUROPEAN, **change))
    assert refusal.value.pointer == f"/credentialSubject/achievement/{term}"
    assert refusal.value.remedy
