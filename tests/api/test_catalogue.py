"""POST /api/v1/frameworks and what can be read of it (journey J1)."""

import json

import pytest
import yaml

from app.competency import framework as frameworks
from tests.service import DATA

YAML = (DATA / "smart-city-framework.yaml").read_bytes()


def _post(world, content, media_type="application/yaml", **parameters):
    headers = world.headers | {"Content-Type": media_type}
    return world.client.post("/api/v1/frameworks", content=content, headers=headers, params=parameters)


def test_the_reference_framework_is_taken_whole_and_once(world):
    first = _post(world, YAML)
    assert first.status_code == 201
    assert first.json()["counts"] == {
        "levels": 4,
        "areas": 8,
        "competencies": 36,
        "roles": 5,
        "courses": 10,
        "learning_resources": 0,
        "assessments": 26,
        "mappings": 4,
        "micro_credentials": 10,
        "certifications": 5,
        "equivalences": 3,
    }
    again = _post(world, YAML)
    assert again.status_code == 200
    assert again.json()["outcome"] == "unchanged"
    assert again.json()["id"] == first.json()["id"]
    as_json = _post(world, json.dumps(frameworks.read_yaml(YAML)).encode(), "application/json")
    assert as_json.json()["outcome"] == "unchanged"
    assert [told.json()["source"]["format"] for told in (first, as_json)] == ["yaml", "json"]
    shown = world.client.get("/api/v1/frameworks", headers=world.headers).json()["frameworks"]
    assert [each["version"] for each in shown] == ["0.1.0"]
    codes = {
        each["code"] for each in world.client.get("/api/v1/achievements", headers=world.headers).json()["achievements"]
    }
    assert {"MC-01", "MC-10", "RC-SCPM"} <= codes


def test_a_dry_run_tells_and_stores_nothing(world):
    told = _post(world, YAML, dry_run="true")
    assert told.status_code == 200
    assert told.json()["outcome"] == "would_create"
    assert {"kind": "micro_credentials", "id": "MC-02"} in told.json()["changes"]["added"]
    assert world.client.get("/api/v1/frameworks", headers=world.headers).json() == {"frameworks": []}


def test_a_wrong_node_is_named_and_nothing_is_stored(world):
    document = frameworks.read_yaml(YAML)
    document["micro_credentials"][1]["requirements"]["all"][0]["competencies"]["list"][2]["competency"] = "PRJ.9"
    refused = _post(world, yaml.safe_dump(document).encode())
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    told = refused.json()
    assert told["errors"][0]["pointer"] == "/micro_credentials/1/requirements/all/0/competencies/list/2/competency"
    assert "PRJ.9" in told["errors"][0]["detail"]
    assert world.client.get("/api/v1/frameworks", headers=world.headers).json() == {"frameworks": []}


def test_published_versions_never_change_but_new_ones_come(loaded):
    document = frameworks.read_yaml(YAML)
    document["competencies"][0]["statement"]["en"] = "Another sentence."
    refused = _post(loaded, json.dumps(document).encode(), "application/json")
    assert refused.status_code == 409
    assert {"kind": "competencies", "id": "GOV.1"} in refused.json()["changes"]["changed"]
    document["framework"]["version"] = "0.2.0"
    assert _post(loaded, json.dumps(document).encode(), "application/json").status_code == 201
    versions = loaded.client.get("/api/v1/frameworks", headers=loaded.headers).json()["frameworks"]
    assert [(each["version"], each["is_newest"]) for each in versions] == [("0.1.0", False), ("0.2.0", True)]
    old = loaded.client.get("/api/v1/frameworks/smart-city-reference?version=0.1.0", headers=loaded.headers).json()
    assert old["document"]["competencies"][0]["statement"]["en"] != "Another sentence."


@pytest.mark.parametrize(
    ("content", "media_type", "status", "told"),
    [
        (b"", "application/yaml", 400, ""),
        (b"a: [", "application/yaml", 400, "line"),
        (b"a: &x [1]\nb: *x", "application/yaml", 400, "anchor"),
        (b"{", "application/json", 400, ""),
        (b"[]", "application/json", 400, ""),
        (b"{}", "application/json", 400, "format"),
        (YAML, "image/png", 415, "image/png"),
        (b"\xff\xfe\x00", "application/yaml", 400, ""),
    ],
)
def test_unreadable_files_are_told_what_is_wrong(world, content, media_type, status, told):
    refused = _post(world, content, media_type)
    assert refused.status_code == status
    assert told in json.dumps(refused.json())


def test_codes_that_are_not_there(loaded):
    for path in ("frameworks/none", "achievements/MC-99", "frameworks/smart-city-reference?version=9"):
        assert loaded.client.get(f"/api/v1/{path}", headers=loaded.headers).status_code == 404


def test_the_same_code_in_two_frameworks_is_a_conflict(loaded):
    document = frameworks.read_yaml(YAML)
    document["framework"] |= {"id": "another", "uuid": "00000000-0000-4000-8000-000000000001"}
    assert _post(loaded, json.dumps(document).encode(), "application/json").status_code == 201
    refused = loaded.client.get("/api/v1/achievements/MC-02", headers=loaded.headers)
    assert refused.status_code == 409
    assert "another" in refused.json()["detail"]


def test_public_pages_of_what_badges_point_to(loaded):
    found = loaded.client.get("/api/v1/achievements/MC-02", headers=loaded.headers).json()
    page = loaded.client.get(f"/achievements/{found['id']}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "Smart City Project Design and Delivery" in page.text
    assert loaded.client.get(f"/achievements/{found['id']}").json()["rule_hash"] == found["rule_hash"]
    version = loaded.client.get("/api/v1/frameworks", headers=loaded.headers).json()["frameworks"][0]["id"]
    assert "PRJ.1" in loaded.client.get(f"/frameworks/{version}").text
    assert "Needs analysis" in loaded.client.get(f"/frameworks/{version}/competencies/PRJ.1").text
    assert loaded.client.get(f"/frameworks/{version}/competencies/PRJ.99").status_code == 404
    assert "E.2" in loaded.client.get("/codes/e-CF/4.0/E.2").text
    assert loaded.client.get("/").status_code == 200
