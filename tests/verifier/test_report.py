import json

from app.verifier.foreign import MAX_SHOWN, MAX_TEXT
from app.verifier.report import MAX_INSIDE, MAX_POINTER, achievement_json, credential_json, issuer_json
from app.verifier.report_shape import ReportShape
from tests.verifier.badges import (
    DID_DOCUMENT,
    LIST_URL,
    Web,
    badge,
    revocable,
    signed,
    status_list,
    verified,
    with_list,
)


def test_report_of_a_valid_badge():
    document = signed(revocable())
    told = verified(document, with_list(signed(status_list()))).to_json()
    assert told["outcome"] == "valid"
    assert told["summary"].startswith("This credential is valid")
    assert [check["id"] for check in told["checks"]] == [
        "form",
        "structure",
        "context",
        "proof",
        "issuer_binding",
        "key_status",
        "validity_period",
        "status",
        "refresh",
        "schema",
        "endorsements",
    ]
    assert all(set(check) == {"id", "outcome", "required", "message", "url", "findings"} for check in told["checks"])
    assert told["issuer"] == {"id": "did:web:university.example", "name": "University of Example", "url": None}
    assert told["credential"]["types"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert told["credential"]["validUntil"] == "2028-01-01T00:00:00Z"
    assert told["achievement"]["type"] == "MicroCredential"
    (competency,) = told["achievement"]["competencies"]
    assert (competency["name"], competency["level"], competency["value"]) == ("Data analysis", "Proficient", None)
    assert [(one["url"], one["ok"], one["kind"]) for one in told["fetched"]] == [
        (DID_DOCUMENT, True, "controlled_identifier"),
        (LIST_URL, True, "status_list"),
    ]
    assert told["verified_at"] == "2026-11-20T12:00:00Z"
    json.dumps(told)


def test_findings_carry_code_pointer_and_problem_type():
    told = verified(signed(badge()) | {"name": "Changed"}).to_json()
    assert told["outcome"] == "invalid"
    assert told["checks"][3]["message"] in told["summary"]
    (finding,) = told["checks"][3]["findings"]
    assert finding["outcome"] == "invalid"
    assert finding["pointer"].startswith("/proof/0")
    assert finding["problem_type"].startswith("https://w3id.org/security#")


def test_what_could_not_be_fetched_is_told_with_its_reason():
    told = verified(signed(badge()), Web()).to_json()
    assert told["outcome"] == "unknown"
    (fetched,) = told["fetched"]
    assert fetched["ok"] is False
    assert "could not be reached" in fetched["note"]
    assert told["checks"][4] == {
        "id": "issuer_binding",
        "outcome": None,
        "required": True,
        "url": "/checks/issuer_binding",
        "message": "Skipped because no proof holds.",
        "findings": [],
    }


def test_foreign_values_of_any_shape_are_only_data():
    for value in (
        None,
        5,
        True,
        [],
        {},
        [[]],
        [None],
        "x" * 10_000,
        {"@value": "v"},
        [{"@value": "v", "@language": "en"}],
    ):
        credential = {
            "id": value, "name": value, "type": value, "issuer": value, "validFrom": value,
            "credentialSubject": {"achievement": {"name": value, "resultDescription": value}, "result": value},
        }  # fmt: skip
        for told in (issuer_json(credential), credential_json(credential), achievement_json(credential)):
            assert len(json.dumps(told)) < 5 * MAX_TEXT
    assert issuer_json({"issuer": "did:web:a.example"}) == {"id": "did:web:a.example", "name": None, "url": None}
    assert credential_json({"name": {"@value": "Nom", "@language": "fr"}})["name"] == "Nom"


def test_results_are_bounded():
    many = {"credentialSubject": {"result": [{"value": "1"}] * 1000}}
    assert len(achievement_json(many)["competencies"]) == MAX_SHOWN


def test_reports_have_the_shape_that_the_api_describes():
    other = badge(id="urn:uuid:33333333-3333-4333-8333-333333333333")
    endorsed = signed(revocable() | {"endorsement": [other]})
    presentation = {"type": "VerifiablePresentation", "verifiableCredential": [endorsed, signed(badge()), {}]}
    for document in (signed(badge()), endorsed, presentation, {"@context": [], "credentialSubject": []}):
        told = verified(document).to_json()
        assert ReportShape.model_validate(told).model_dump(exclude_unset=True) == told


def long_winded():
    """A small badge of which much is told: fifty results are described by one description."""
    words = "x" * 500
    level = {"id": "urn:x:level", "type": ["RubricCriterionLevel"], "name": words, "description": words}
    description = {
        "id": "urn:x:description",
        "type": ["ResultDescription"],
        "name": words,
        "resultType": "Result",
        "requiredLevel": "urn:x:level",
        "rubricCriterionLevel": [level],
    }
    subject = badge()["credentialSubject"]
    result = {"type": ["Result"], "resultDescription": "urn:x:description", "achievedLevel": "urn:x:level"}
    achievement = subject["achievement"] | {"resultDescription": [description]}
    return signed(badge(credentialSubject=subject | {"achievement": achievement, "result": [result] * 50}))


def test_a_report_is_bounded_however_much_the_same_words_are_used():
    presented = {
        "@context": badge()["@context"][:1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [long_winded()] * 64,
    }
    told = verified(presented).to_json()
    ReportShape.model_validate(told)
    assert len(json.dumps(told)) < MAX_INSIDE * 1.2
    first = told["credentials"][0]
    cut = next(part for part in told["credentials"] if part["meaning"] is None)
    assert (first["outcome"], cut["outcome"]) == ("valid", "valid")
    assert cut["summary"].endswith("send it alone.")
    assert [check["outcome"] for check in cut["checks"]] == [check["outcome"] for check in first["checks"]]


def test_pointers_are_bounded():
    carried = signed(badge())
    long = "m" * 100_000
    told = verified(badge() | {long: {"id": badge()["id"], "endorsement": [carried] * 16}}).to_json()
    ReportShape.model_validate(told)
    assert len(told["endorsements"]) == 16
    pointers = [one["pointer"] for one in told["endorsements"]]
    pointers += [finding["pointer"] for check in told["checks"] for finding in check["findings"]]
    assert max(map(len, pointers)) <= MAX_POINTER
