"""POST /verify/match on the whole service: its own badges against its own framework."""

import json
from importlib.resources import files

import pytest

from app.verifier.match_shape import MatchShape
from tests.api.test_credentials import _issue

CODE = "smart-city-reference"
YAML = (files("app.demo") / "data" / "smart-city-framework.yaml").read_bytes()
URL = "/verify/match"


@pytest.fixture
def badge(loaded):
    return _issue(loaded).json()["credential"]


def met(told):
    (person,) = told["persons"]
    return {one["competency"]: one["status"] for one in person["mandatory"] if one["status"] != "missing"}


def test_by_the_code_of_a_published_framework(loaded, badge):
    body = {"credentials": [badge], "framework": CODE, "role": "SCPM"}
    answer = loaded.client.post(URL, json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    MatchShape.model_validate(told)
    assert told["framework"]["id"] == CODE
    assert told["role"] == {"id": "SCPM", "name": "Smart City Project Manager"}
    assert told["outcome"] == "not_met"
    assert told["badges"][0]["competencies"]
    assert set(met(told)) <= set(told["badges"][0]["competencies"])
    assert set(met(told).values()) <= {"met", "level_too_low"}
    assert met(told)


def test_texts_are_in_the_language_of_the_question(loaded, badge):
    body = {"credentials": [badge], "framework": CODE, "role": "SCPM"}
    told = loaded.client.post(f"{URL}?lang=es", json=body).json()
    assert told["role"]["name"] == "Gestor/a de proyectos de ciudades inteligentes"


def test_as_a_form_with_files(loaded, badge):
    text = json.dumps(badge).encode()
    parts = [
        ("file", ("one.json", text)),
        ("file", ("two.json", text)),
        ("framework", ("f.yaml", YAML)),
        ("role", (None, "SCPM")),
    ]
    answer = loaded.client.post(URL, files=parts)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [one["badge"] for one in told["badges"]] == ["/file/0", "/file/1"]
    many = [("file", (f"{number}.json", text)) for number in range(12)]
    answer = loaded.client.post(URL, files=[*many, *parts[2:]])
    assert (answer.status_code, len(answer.json()["badges"])) == (200, 12)
    assert loaded.client.post(URL, files=[*many * 2, *parts[2:]]).status_code == 413
    assert met(told) == met(
        loaded.client.post(URL, json={"credentials": [badge], "framework": CODE, "role": "SCPM"}).json()
    )


def test_a_list_of_very_many_is_refused_without_reading_each(loaded):
    body = {"credentials": [{}] * 100_000, "framework": CODE, "role": "SCPM"}
    answer = loaded.client.post(URL, json=body)
    assert (answer.status_code, answer.json()["pointer"]) == (413, "/credentials")


def test_whether_the_issuer_is_trusted_is_told_beside(loaded, badge):
    issuer = badge["issuer"]["id"]
    body = {"credentials": [badge], "framework": CODE, "role": "SCPM", "trust": {"issuers": [issuer]}}
    told = loaded.client.post(URL, json=body).json()
    assert told["badges"][0]["trust"]["outcome"] == "trusted"
    told = loaded.client.post(URL, json=body | {"trust": {"issuers": ["did:web:other.example"]}}).json()
    assert (told["badges"][0]["trust"]["outcome"], told["badges"][0]["counts"]) == ("not_trusted", True)


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ([], 400, "/credentials"),
        ({}, 400, "/credentials"),
        ({"credentials": {}}, 400, "/credentials"),
        ({"credentials": [1], "framework": "x", "role": "SCPM"}, 400, "/credentials/0"),
        ({"credentials": [{}], "framework": "x"}, 400, "/role"),
        ({"credentials": [{}], "role": "SCPM"}, 400, "/framework"),
        ({"credentials": [{}], "framework": 7, "role": "SCPM"}, 400, "/framework"),
        ({"credentials": [{}], "framework": {}, "role": "SCPM"}, 400, None),
        ({"credentials": [{}], "framework": "no-such", "role": "SCPM"}, 404, None),
        ({"credentials": [{}], "extra": 1}, 400, "/extra"),
        ({"credentials": [{}] * 13, "framework": CODE, "role": "SCPM"}, 413, "/credentials"),
        ({"credentials": [{}], "framework": CODE, "role": "NOBODY"}, 400, "/role"),
        ({"credentials": [{}], "framework": {"x": "y" * 1_100_000}, "role": "SCPM"}, 413, "/framework"),
        ({"credentials": [], "framework": CODE, "role": "SCPM"}, 400, "/credentials"),
    ],
)
def test_what_is_not_right_is_told_with_its_place(loaded, body, status, pointer):
    answer = loaded.client.post(URL, json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["remedy"]
    if pointer is not None:
        assert answer.json()["pointer"] == pointer
