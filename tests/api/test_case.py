"""The CASE 1.1 provider API."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from app.competency import framework as frameworks
from app.competency.case_reader import read
from app.issuer import tenancy
from tests.api.test_frameworks import case_package, post
from tests.competency.test_case import ROOT, rubric, uuid
from tests.service import DATA

BASE = "/ims/case/v1p1"
REFERENCE = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
UUID = REFERENCE["framework"]["uuid"]


def get(world, path, **parameters):
    return world.client.get(f"{BASE}/{path}", params=parameters or None)


@pytest.fixture
def two(loaded):
    """The reference framework, and one that came as CASE package."""
    package = case_package(language="en", subject=["gardens"])
    package["CFRubrics"] = [rubric(2, ["Low", "High"], ["a", "b"])]
    concept = {"identifier": uuid(71), "uri": "x:1", "title": "T", "hierarchyCode": "1"}
    concept["lastChangeDateTime"] = "2025-01-01T00:00:00Z"
    package["CFDefinitions"] = {
        "CFConcepts": [concept],
        "CFSubjects": [concept | {"identifier": uuid(72)}],
        "CFLicenses": [concept | {"identifier": uuid(73), "licenseText": "CC0"}],
        "CFItemTypes": [concept | {"identifier": uuid(74)}],
        "CFAssociationGroupings": [concept | {"identifier": uuid(75)}],
    }
    loaded.clock.move(seconds=1)
    assert post(loaded, package).status_code == 201
    return loaded


def test_a_package_reads_back_as_the_same_framework(loaded):
    package = get(loaded, f"CFPackages/{UUID}")
    assert package.status_code == 200
    assert read(package.json()).document == REFERENCE
    assert package.json()["CFDocument"]["uri"] == f"http://127.0.0.1:8000{BASE}/CFDocuments/{UUID}"


def test_a_browser_is_led_to_the_page_about_it_and_programs_are_not(two):
    items = {each["humanCodingScheme"]: each["identifier"] for each in get(two, f"CFPackages/{UUID}").json()["CFItems"]}
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    titles = {f"CFDocuments/{UUID}": "Smart City Skills", f"CFItems/{items['SEC.2']}": "Privacy by design"}
    titles |= {f"CFItems/{items['SEC']}": "Smart City Skills", f"CFItems/{uuid(1)}": "G.1"}
    for path, title in titles.items():
        led = two.client.get(f"{BASE}/{path}", headers=browser, follow_redirects=False)
        assert (led.status_code, led.headers["vary"]) == (303, "Accept")
        page = two.client.get(led.headers["location"], headers=browser)
        assert (page.status_code, title in page.text) == (200, True), path
        for accept in ("*/*", "application/json", "application/json, text/html;q=0.9"):
            told = two.client.get(f"{BASE}/{path}", headers={"Accept": accept}, follow_redirects=False)
            assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    unknown = two.client.get(f"{BASE}/CFItems/{uuid(99)}", headers=browser)
    assert unknown.json()["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == "unknownobject"


def test_every_object_has_an_address_of_its_own(two):
    package = get(two, f"CFPackages/{UUID}").json()
    for kind in ("CFItems", "CFAssociations", "CFRubrics"):
        one = package[kind][3]
        assert one.items() <= get(two, f"{kind}/{one['identifier']}").json().items()
    item = package["CFItems"][8]
    told = get(two, f"CFItemAssociations/{item['identifier']}").json()
    assert told["CFItem"]["CFDocumentURI"]["identifier"] == UUID
    assert {each["associationType"] for each in told["CFAssociations"]} == {"isChildOf", "isRelatedTo"}
    item_type = package["CFDefinitions"]["CFItemTypes"][0]
    assert get(two, f"CFItemTypes/{item_type['identifier']}").json() == {"CFItemTypes": [item_type]}
    assert get(two, f"CFDocuments/{UUID}").json()["CFPackageURI"]["identifier"] == UUID


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"CFConcepts/{uuid(71)}", lambda body: body["CFConcepts"][0]["title"]),
        (f"CFSubjects/{uuid(72)}", lambda body: body["CFSubjects"][0]["title"]),
        (f"CFLicenses/{uuid(73)}", lambda body: body["title"]),
        (f"CFItemTypes/{uuid(74)}", lambda body: body["CFItemTypes"][0]["title"]),
        (f"CFAssociationGroupings/{uuid(75)}", lambda body: body["title"]),
    ],
)
def test_definitions(two, path, told):
    assert told(get(two, path).json()) == "T"


def test_pages_of_documents(two):
    first = get(two, "CFDocuments", limit=1, sort="title")
    assert [each["title"] for each in first.json()["CFDocuments"]] == ["Gardens"]
    assert first.headers["x-total-count"] == "2"
    links = {name: url for url, name in re.findall(r'<([^>]+)>; rel="(\w+)"', first.headers["link"])}
    assert set(links) == {"first", "next", "last"}
    second = two.client.get(links["next"])
    seen = [*first.json()["CFDocuments"], *second.json()["CFDocuments"]]
    assert {each["identifier"] for each in seen} == {UUID, ROOT}
    assert 'rel="prev"' in second.headers["link"]
    assert get(two, "CFDocuments", offset=99).json() == {"CFDocuments": []}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"filter": "title='Gardens'"}, [ROOT]),
        ({"filter": "title~'GARD'"}, [ROOT]),
        ({"filter": "title!='Gardens'"}, [UUID]),
        ({"filter": "language='en' AND subject~'garden'"}, [ROOT]),
        ({"filter": "title='x' OR title='Gardens'"}, [ROOT]),
        ({"filter": "title='a AND b'"}, []),
        ({"sort": "title", "orderBy": "asc"}, [ROOT, UUID]),
        ({"sort": "title", "orderBy": "desc"}, [UUID, ROOT]),
        ({"sort": "colour"}, [UUID, ROOT]),
        ({"fields": "identifier"}, [UUID, ROOT]),
    ],
)
def test_choosing_and_sorting(two, parameters, found):
    answer = get(two, "CFDocuments", **parameters)
    assert [each["identifier"] for each in answer.json()["CFDocuments"]] == found


def test_fields_are_all_that_is_given(two):
    answer = get(two, "CFDocuments", fields="title,identifier").json()["CFDocuments"]
    assert [set(each) for each in answer] == [{"title", "identifier"}] * 2


@pytest.mark.parametrize(
    ("path", "status", "minor"),
    [
        ("CFDocuments?fields=colour", 400, "invalid_selection_field"),
        ("CFDocuments?filter=colour%3D'x'", 400, "invalid_selection_field"),
        ("CFDocuments?filter=title", 400, "invalid_selection_field"),
        ("CFDocuments?filter=title%3D'a'%20AND%20title%3D'b'%20OR%20title%3D'c'", 400, "invalid_selection_field"),
        ("CFDocuments?limit=0", 400, "invaliddata"),
        ("CFDocuments?limit=many", 400, "invaliddata"),
        ("CFDocuments?offset=-1", 400, "invaliddata"),
        ("CFDocuments?orderBy=up", 400, "invaliddata"),
        ("CFItems/7", 404, "invalid_uuid"),
        (f"CFItems/{ROOT}", 404, "unknownobject"),
        (f"CFItemAssociations/{ROOT}", 404, "unknownobject"),
        (f"CFPackages/{ROOT}", 404, "unknownobject"),
        ("CFThings", 404, "unknownobject"),
    ],
)
def test_errors_are_status_infos(loaded, path, status, minor):
    answer = get(loaded, path)
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert (told["imsx_codeMajor"], told["imsx_severity"]) == ("failure", "error")
    assert told["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == minor
    assert told["imsx_description"]


def test_only_reading(loaded):
    assert loaded.client.post(f"{BASE}/CFDocuments").status_code == 405


def test_the_newest_version_is_given_and_drafts_and_private_ones_are_not(two):
    package = case_package(language="en", version="4", title="Better gardens")
    assert post(two, package, draft="true").status_code == 201
    assert get(two, f"CFDocuments/{ROOT}").json()["title"] == "Gardens"
    assert post(two, package).status_code == 201
    assert get(two, f"CFDocuments/{ROOT}").json()["title"] == "Better gardens"
    package["CFDocument"] |= {"adoptionStatus": "Private Draft", "version": "5"}
    assert post(two, package).status_code == 201
    assert get(two, f"CFDocuments/{ROOT}").status_code == 404
    assert get(two, f"CFPackages/{ROOT}").status_code == 404


def test_the_same_framework_of_two_tenants_is_one(loaded):
    other = tenancy.add_tenant(loaded.services, "other", {"name": "Other", "country_code": "EL"})
    _, key = tenancy.add_api_key(loaded.services, other.id, name="k", scopes=["frameworks:write"])
    loaded.headers = {"Authorization": f"Bearer {key}"}
    loaded.clock.move(seconds=1)
    assert post(loaded, REFERENCE).status_code == 201
    assert len(get(loaded, "CFDocuments").json()["CFDocuments"]) == 1
    assert get(loaded, f"CFDocuments/{UUID}").json()["creator"] == "Other"


def test_discovery_describes_what_there_is(loaded):
    told = get(loaded, "discovery/imscasev1p1_openapi3_v1p0.json").json()
    assert told["openapi"].startswith("3.")
    assert told["servers"] == [{"url": f"http://127.0.0.1:8000{BASE}"}]
    assert "/CFPackages/{identifier}" in told["paths"]
    assert json.dumps(told)
    Draft202012Validator({"required": ["paths", "info"]}).validate(told)
