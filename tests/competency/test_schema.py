"""A framework of the wrong form is refused in words that a person can act on."""

import json
import re
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from app.competency import schema
from app.competency.framework import validate
from app.errors import BadInput, TooLarge


def faults_of(document):
    with pytest.raises(BadInput) as refused:
        validate(document)
    return [(fault.pointer, fault.detail) for fault in refused.value.faults]


def schema_document():
    return json.loads(resources.files("app.competency").joinpath("framework.schema.json").read_text())


def test_the_schema_is_sound_and_every_keyword_has_words():
    document = schema_document()
    Draft202012Validator.check_schema(document)
    keywords = set(
        re.findall(r'"(required|type|enum|const|pattern|(?:min|max|exclusive)[A-Z]?[a-z]+)":', json.dumps(document))
    )
    assert keywords == set(schema._TEMPLATES)
    assert set(schema._FORM_WORDS) <= set(document["$defs"])


def test_no_mapping_of_the_schema_lets_a_typo_through():
    open_mappings = []

    def walk(part, path):
        if isinstance(part, dict):
            if part.get("type") == "object" and "additionalProperties" not in part:
                open_mappings.append(path)
            for name, item in part.items():
                walk(item, f"{path}/{name}")
        elif isinstance(part, list):
            for position, item in enumerate(part):
                walk(item, f"{path}/{position}")

    walk(schema_document(), "")
    assert open_mappings == []


KINDS = "all, any, at_least, competency, competencies, credential, credits, assessment, experience, attestation"
NODE = {"id": "x", "label": {"en": "x"}, "credential": {"ref": "MC-01"}}


@pytest.mark.parametrize(
    ("change", "pointer", "sentence"),
    [
        (
            lambda d: d["framework"].update(version=1.0),
            "/framework/version",
            '"version" must be text (put it in quotes), not 1.0.',
        ),
        (lambda d: d["areas"][0].pop("uuid"), "/areas/0", 'GOV: this entry lacks "uuid"; add it.'),
        (
            lambda d: d["areas"][0].update(uuid=d["areas"][0]["uuid"] + "\n"),
            "/areas/0/uuid",
            'GOV: "uuid" must be a UUID in lower case, not "cd2a7fa5-060f-58c0-9c14-2ad8cc96be5f\\n".',
        ),
        (
            lambda d: d["levels"][0].update(name={"english": "x"}),
            "/levels/0/name",
            'L1: "name" has the key "english", which must be a language code such as en or bg.',
        ),
        (lambda d: d["levels"][0].update(name={}), "/levels/0/name", 'L1: "name" is empty; it needs at least 1.'),
        (
            lambda d: d["courses"][0].update(workload_hours="50"),
            "/courses/0/workload_hours",
            'C01: "workload_hours" must be a number, not "50".',
        ),
        (
            lambda d: d["policy"]["evidence_max_age"].update(default="36M"),
            "/policy/evidence_max_age/default",
            '"default" must be a period such as P36M, P2Y or P30D, not "36M".',
        ),
        (
            lambda d: d["micro_credentials"][1]["requirements"]["all"][1]["assessment"].update(total_min="0.667"),
            "/micro_credentials/1/requirements/all/1/assessment/total_min",
            'MC-02: "total_min" must be a fraction such as 2/3, or a whole number in quotes, not "0.667".',
        ),
        (
            lambda d: d["assessments"][0]["attempts"].update(maximum=3),
            "/assessments/0/attempts/maximum",
            'C01-T: "attempts" has a member "maximum" that is not known; did you mean "max"?',
        ),
        (
            lambda d: d["assessments"][0].update(kind="oral"),
            "/assessments/0/kind",
            'C01-T: "kind" must be one of knowledge, practice, exam, not "oral".',
        ),
        (
            lambda d: d.update(format="x/2"),
            "/format",
            '"format" must be smart-city-framework/0.1, not "x/2".',
        ),
        (
            lambda d: d["framework"].update(languages=[]),
            "/framework/languages",
            '"languages" is an empty list; it needs at least 1.',
        ),
        (lambda d: d.update(levels={}), "/levels", '"levels" must be a list, not a mapping.'),
        (
            lambda d: d["micro_credentials"][0]["requirements"].update(any=[NODE]),
            "/micro_credentials/0/requirements",
            f"MC-01: the rule MC-01 needs exactly one of {KINDS}; it has all and any.",
        ),
        (
            lambda d: d["micro_credentials"][0]["requirements"].pop("all"),
            "/micro_credentials/0/requirements",
            f"MC-01: the rule MC-01 needs exactly one of {KINDS}; it has none.",
        ),
    ],
)  # fmt: skip
def test_each_complaint_names_the_place_and_what_to_do(document, change, pointer, sentence):
    change(document)
    assert faults_of(document) == [(pointer, sentence)]


def test_every_wrong_place_is_named_and_at_most_fifty(document):
    document["notice"] = 5
    del document["roles"][2]["uuid"]
    assert [pointer for pointer, _ in faults_of(document)] == ["/notice", "/roles/2"]
    document["competencies"] = [{"id": f"X.{number}"} for number in range(100)]
    assert len(faults_of(document)) == schema.MAX_FAULTS


@pytest.mark.parametrize(
    "value",
    ["half \ud83d pair", "nul \x00", float("nan"), float("inf"), 2**53, b"bytes", {1: "x"}, {"\ud83d": "x"}],
)
def test_what_is_no_plain_json_is_refused_before_anything_else(document, value):
    document["notice"] = value
    with pytest.raises(BadInput):
        validate(document)


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_a_framework_is_a_mapping(value):
    with pytest.raises(BadInput, match="A framework is a mapping"):
        validate(value)


def test_depth_and_size_are_bounded(document):
    deep = []
    for _ in range(5000):
        deep = [deep]
    for value in (deep, [0] * 200_001):
        with pytest.raises(TooLarge):
            validate({**document, "notice": value})
