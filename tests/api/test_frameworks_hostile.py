"""Framework files that mean harm, or only went wrong: refused in plain words, with bounded work."""

import json

import pytest

from app.competency import framework as frameworks
from tests.api.test_frameworks import case_package, post
from tests.competency.test_case import association, item
from tests.service import DATA

REFERENCE = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())


def with_rule(requirements):
    document = json.loads(json.dumps(REFERENCE))
    document["micro_credentials"][0]["requirements"] = requirements
    return document


def node(**kind):
    return {"id": "n", "label": {"en": "N"}} | kind


def deep(levels):
    rule = node(credential={"ref": "MC-02"})
    for number in range(levels):
        rule = {"id": f"n{number}", "label": {"en": "N"}, "all": [rule]}
    return rule


@pytest.mark.parametrize(
    ("requirements", "status", "told"),
    [
        (node(assessment={"ref": "C01-T", "total_min": 0.667}), 400, "total_min"),
        (node(competencies={"list": [{"competency": "GOV.1", "min_level": "L1"}], "rpl_max_share": 0.5}), 400, "rpl"),
        (node(credential={"ref": "MC-99"}), 400, "MC-99"),
        (node(credential={"ref": "MC-01"}), 400, "MC-01 needs MC-01"),
        (node(at_least={"n": 3, "of": [node(credential={"ref": "MC-02"})]}), 400, "3 of 1"),
        (node(all=[]), 400, "empty"),
        (deep(60), 413, "deep"),
    ],
)
def test_rules_that_can_never_be_or_never_end(world, requirements, status, told):
    refused = post(world, with_rule(requirements))
    assert refused.status_code == status
    assert told in json.dumps(refused.json())
    assert world.client.get("/api/v1/frameworks", headers=world.headers).json() == {"frameworks": []}


@pytest.mark.parametrize("media_type", ["application/json", "application/yaml", "text/csv"])
def test_fifty_megabytes_are_not_read(world, media_type):
    refused = post(world, b"a" * 50_000_000, media_type)
    assert refused.status_code == 413


def test_keys_that_stand_twice(world):
    text = json.dumps(REFERENCE).replace('"levels":', '"levels": [], "levels":', 1)
    assert post(world, text.encode()).status_code == 400
    assert post(world, b"format: a\nformat: b\n", "application/yaml").status_code == 400


def test_a_package_of_3000_items_one_below_the_other_and_2000_alignments(world):
    package = case_package(language="en")
    package["CFItems"] = [item(number, lastChangeDateTime="x") for number in range(1, 3001)]
    package["CFAssociations"] = [association(number, number, number - 1) for number in range(2, 3001)]
    package["CFAssociations"] += [
        association(10_000 + number, 1, 1, "isRelatedTo", destinationNodeURI=f"https://x.example/{number}")
        for number in range(2000)
    ]
    body = json.dumps(package, separators=(",", ":")).encode()
    assert len(body) < 4_194_304
    done = post(world, body)
    assert done.status_code == 201, done.text[:500]
    assert world.client.get("/ims/case/v1p1/CFPackages/" + package["CFDocument"]["identifier"]).status_code == 200


def test_a_loop_of_parents_in_our_own_format(world):
    document = json.loads(json.dumps(REFERENCE))
    document["competencies"][0]["parent"] = "GOV.2"
    document["competencies"][1]["parent"] = "GOV.1"
    refused = post(world, document)
    assert refused.status_code == 400
    assert "below itself" in refused.json()["detail"]


def test_parts_of_case_that_are_not_of_case(world):
    document = json.loads(json.dumps(REFERENCE))
    document["case"] = {"associations": [{}], "rubrics": [{"CFRubricCriteria": 7}], "definitions": {"x": 1}}
    refused = post(world, document)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"].startswith("/case/")
