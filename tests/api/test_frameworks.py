"""Frameworks in every form over the API: in, out, drafts, differences."""

import csv
import io
import json

import pytest

from app.competency import framework as frameworks
from app.competency import framework_csv
from app.competency.case_reader import export as to_case
from app.competency.case_writer import Publication
from app.issuer import tenancy
from tests.competency.test_case import ROOT, association, item
from tests.competency.test_identified import WRITTEN
from tests.service import DATA

YAML = (DATA / "smart-city-framework.yaml").read_bytes()
CODE = "smart-city-reference"


def case_package(**document):
    head = {"identifier": ROOT, "uri": f"https://x.example/CFDocuments/{ROOT}", "creator": "G", "title": "Gardens"}
    items = [item(1, humanCodingScheme="G.1"), item(2)]
    return {
        "CFDocument": head | {"lastChangeDateTime": "2025-01-01T00:00:00Z", "version": "3"} | document,
        "CFItems": items,
        "CFAssociations": [association(1, 1, ROOT), association(2, 2, 1)],
    }


def post(world, content, media_type="application/json", **parameters):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = world.headers | {"Content-Type": media_type}
    return world.client.post("/api/v1/frameworks", content=body, headers=headers, params=parameters)


def get(world, path, accept=None, **parameters):
    headers = world.headers | ({"Accept": accept} if accept else {})
    return world.client.get(f"/api/v1/frameworks/{path}", headers=headers, params=parameters)


def test_a_case_package_is_taken_updated_and_retired(world):
    package = case_package(CFPackageURI="x")
    first = post(world, package)
    assert first.status_code == 201
    assert first.json()["source"] == {"format": "case", "items": 2, "associations": 2, "rubrics": 0}
    assert {each["code"] for each in first.json()["warnings"]} == {"NOT_IN_A_PACKAGE"}
    assert post(world, package).json()["outcome"] == "unchanged"
    del package["CFItems"][1]
    package["CFDocument"]["lastChangeDateTime"] = "2025-02-02T00:00:00Z"
    second = post(world, package)
    assert (second.status_code, second.json()["version"]) == (201, "3+r2")
    assert "NEW_VERSION" in {each["code"] for each in second.json()["warnings"]}
    assert post(world, package).json()["outcome"] == "unchanged"
    kept = get(world, ROOT).json()["document"]["competencies"]
    assert [each.get("retired") for each in kept] == [None, "2025-02-02"]
    old = get(world, ROOT, version="3").json()["document"]["competencies"]
    assert [each.get("retired") for each in old] == [None, None]


def test_a_case_package_of_the_reference_framework_changes_only_what_case_says(loaded):
    document = frameworks.read_yaml(YAML)
    package = to_case(document, Publication("https://x.example/ims/case/v1p1", "2026-02-02T00:00:00Z", "Main"))
    assert post(loaded, package).json()["outcome"] == "unchanged"
    del package["extensions"]
    next(each for each in package["CFItems"] if each["humanCodingScheme"] == "GOV.1")["fullStatement"] = "New."
    done = post(loaded, package, dry_run="true").json()
    assert (done["outcome"], done["framework"], done["version"]) == ("would_create", CODE, "0.1.0+r2")
    assert done["counts"]["certifications"] == 5
    assert done["changes"]["removed"] == []


@pytest.mark.parametrize("form", ["yaml", "case", "csv", "moodle", "json"])
def test_what_goes_out_comes_in_again_unchanged(loaded, form):
    out = get(loaded, CODE, format=form)
    assert out.status_code == 200
    again = post(loaded, out.content, out.headers["content-type"].split(";")[0], format=form)
    assert again.status_code == 200, again.text
    assert again.json()["outcome"] == "unchanged"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/yaml", "application/yaml"),
        ("text/csv", "text/csv"),
        ("application/ld+json", "application/ld+json"),
        ("text/html, */*", "application/json"),
    ],
)
def test_the_form_may_be_asked_for_by_accept(loaded, accept, kind):
    assert get(loaded, CODE, accept).headers["content-type"].split(";")[0] == kind


def test_tables_are_told_apart_by_their_header(world):
    document = frameworks.read_yaml(YAML)
    assert post(world, framework_csv.write(document), "text/csv").json()["source"]["format"] == "csv"
    moodle = get(world, CODE, format="moodle", language="bg")
    assert "Основи" in moodle.text
    lines = list(csv.reader(io.StringIO(moodle.text)))
    assert len(lines) == 46
    told = post(world, moodle.content, "text/csv", dry_run="true", language="bg").json()
    assert told["source"] == {"format": "moodle", "items": 44}
    assert {"kind": "roles", "id": "SCPM"} not in told["changes"]["changed"]


def test_who_writes_by_hand_needs_no_uuids_and_things_keep_theirs(world):
    written = WRITTEN | {"competencies": [*WRITTEN["competencies"]]}
    assert post(world, written).status_code == 201
    assert post(world, written).json()["outcome"] == "unchanged"
    first = get(world, "gardens").json()["document"]
    written["framework"] = WRITTEN["framework"] | {"version": "1.1.0", "uuid": first["framework"]["uuid"]}
    written["competencies"].append(WRITTEN["competencies"][0] | {"id": "SOIL.2"})
    assert post(world, written).json()["changes"]["added"] == [{"kind": "competencies", "id": "SOIL.2"}]
    second = get(world, "gardens").json()["document"]
    assert [each["uuid"] for each in second["competencies"]][:1] == [each["uuid"] for each in first["competencies"]]
    assert len({each["uuid"] for each in second["competencies"]}) == 2


def test_of_skos_is_told_what_to_send_in_its_place(loaded):
    refused = post(loaded, get(loaded, CODE, format="skos").content, "application/ld+json")
    assert (refused.status_code, refused.json()["detail"].split(",")[0]) == (400, "This is JSON-LD")
    assert refused.json()["remedy"].startswith("Send it as CSV: ")
    assert post(loaded, b"{}", format="skos").json()["detail"] == "'skos' is written, but not read."


def test_a_draft_is_not_published_until_it_is(loaded):
    document = frameworks.read_yaml(YAML)
    document["framework"]["version"] = "0.2.0"
    document["competencies"][0]["statement"]["en"] = "Another sentence."
    body = json.dumps(document).encode()
    told = post(loaded, body, draft="true")
    assert (told.status_code, told.json()["outcome"]) == (201, "draft")
    assert len(loaded.client.get("/api/v1/frameworks", headers=loaded.headers).json()["frameworks"]) == 1
    drafts = loaded.client.get("/api/v1/framework-drafts", headers=loaded.headers).json()["drafts"]
    assert [(each["framework"], each["version"]) for each in drafts] == [(CODE, "0.2.0")]
    assert get(loaded, CODE).json()["version"] == "0.1.0"
    assert get(loaded, CODE, version="draft").json()["document"] == document
    changed = get(loaded, f"{CODE}/diff", to="draft").json()
    assert changed["changed"][1]["places"][0]["to"] == "Another sentence."
    done = loaded.client.post(f"/api/v1/framework-drafts/{CODE}/publish", headers=loaded.headers)
    assert (done.status_code, done.json()["version"]) == (201, "0.2.0")
    assert get(loaded, CODE).json()["version"] == "0.2.0"
    gone = loaded.client.post(f"/api/v1/framework-drafts/{CODE}/publish", headers=loaded.headers)
    assert gone.status_code == 404
    assert loaded.client.get("/api/v1/framework-drafts", headers=loaded.headers).json() == {"drafts": []}
    told = get(loaded, f"{CODE}/diff").json()
    assert (told["from"], told["to"], told["rules"]) == ("0.1.0", "0.2.0", [])
    assert get(loaded, f"{CODE}/diff", **{"from": "0.2.0", "to": "0.1.0"}).json()["to"] == "0.1.0"


def test_a_rule_that_asks_for_credits_that_do_not_exist_stays_a_draft(world):
    document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    rule = {"id": "c", "label": {"en": "Credits"}, "credits": {"system": "ECTS", "min": 500}}
    document["micro_credentials"][0]["requirements"] = rule
    refused = world.client.post("/api/v1/frameworks", json=document, headers=world.headers)
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/micro_credentials/0/requirements/credits/min")
    draft = world.client.post("/api/v1/frameworks?draft=true", json=document, headers=world.headers)
    assert draft.status_code == 201
    code = document["framework"]["id"]
    path = f"/api/v1/framework-drafts/{code}/publish"
    assert world.client.post(path, headers=world.headers).status_code == 400


def test_a_draft_with_a_fault_is_refused_too(world):
    document = frameworks.read_yaml(YAML)
    document["competencies"][0]["area"] = "NONE"
    assert post(world, document, draft="true").status_code == 400
    assert loaded_drafts(world) == []


def loaded_drafts(world):
    return world.client.get("/api/v1/framework-drafts", headers=world.headers).json()["drafts"]


def test_a_version_is_found_by_its_own_id(loaded):
    version = loaded.client.get("/api/v1/frameworks", headers=loaded.headers).json()["frameworks"][0]["id"]
    assert get(loaded, version).json()["framework"] == CODE
    assert get(loaded, version, format="csv").status_code == 200


@pytest.mark.parametrize(
    ("content", "media_type", "parameters", "status"),
    [
        ({"CFDocument": {}}, "application/json", {}, 400),
        ({"CFDocument": 1}, "application/json", {}, 400),
        (case_package() | {"CFItems": [item(1), item(1)]}, "application/json", {}, 400),
        (
            case_package() | {"CFAssociations": [association(1, 1, 2), association(2, 2, 1)]},
            "application/json",
            {},
            400,
        ),
        (b'{"CFDocument": {"title": "a", "title": "b"}}', "application/json", {}, 400),
        (b'{"CFDocument":' + b"[" * 5000 + b"]" * 5000 + b"}", "application/json", {}, 413),
        (b"kind,id,name\nwhat,a,b\n", "text/csv", {}, 400),
        (b"\x00\x01", "text/csv", {}, 400),
        (b"{}", "application/json", {"format": "xlsx"}, 400),
        (b"a: 1", "application/yaml", {"format": "case"}, 400),
        (b" " * 5_000_000, "text/csv", {}, 413),
    ],
)
def test_what_cannot_be_read_is_a_clear_refusal(world, content, media_type, parameters, status):
    refused = post(world, content, media_type, **parameters)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"]


def test_formats_and_versions_that_are_not_there(loaded):
    assert get(loaded, CODE, format="pdf").status_code == 400
    assert get(loaded, CODE, version="draft").status_code == 404
    assert get(loaded, f"{CODE}/diff").status_code == 404, "there is one version only"
    assert get(loaded, f"{CODE}/diff", **{"from": "7"}).status_code == 404


def test_one_tenant_sees_nothing_of_another(loaded):
    other = tenancy.add_tenant(loaded.services, "other", {"name": "Other", "country_code": "EL"})
    _, key = tenancy.add_api_key(loaded.services, other.id, name="k", scopes=["read", "frameworks:write"])
    loaded.headers = {"Authorization": f"Bearer {key}"}
    assert get(loaded, CODE).status_code == 404
    assert post(loaded, YAML, "application/yaml").status_code == 201
