"""The competency map and courses over the API and as public pages."""

import json
import re

import pytest
from lxml import etree

from app.competency import framework as frameworks
from app.pages import map_view
from tests.competency.test_competency_map import RESOURCES, by_id
from tests.service import DATA

CODE = "smart-city-reference"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def document():
    """The reference framework with learning resources, and a course that stops below what a role needs."""
    made = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    made["framework"]["version"] = "0.2.0"
    made["learning_resources"] = RESOURCES
    course = by_id(made["courses"], "C02")
    course |= {
        "provider": "Example University",
        "quality_assurance": "http://data.europa.eu/snb/accreditation/820101cba6",
    }
    next(each for each in course["learning_outcomes"] if each["competency"] == "PRJ.5")["level"] = "L2"
    return made


def imported(world, document, **parameters):
    sent = json.dumps(document).encode()
    headers = world.headers | {"Content-Type": "application/json"}
    answer = world.client.post("/api/v1/frameworks", content=sent, headers=headers, params=parameters)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def page_of(world, path, **parameters):
    answer = world.client.get(path, params=parameters, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer.text


def drawn(html):
    """The picture, which is well-formed XML."""
    return etree.fromstring(
        re.search("<svg.*?</svg>", html, re.DOTALL)[0].replace("<svg ", '<svg xmlns="' + SVG[1:-1] + '" ', 1)
    )


def test_learning_resources_are_counted_and_shown(world, document):
    done = imported(world, document)
    assert done["counts"]["learning_resources"] == 2
    shown = world.client.get(f"/api/v1/frameworks/{CODE}", headers=world.headers).json()
    assert shown["document"]["learning_resources"] == RESOURCES
    assert imported(world, document)["outcome"] == "unchanged"


def test_the_map_over_the_api_by_version_and_for_a_draft(world, document):
    imported(world, document)
    told = world.client.get(f"/api/v1/frameworks/{CODE}/map", headers=world.headers).json()
    assert (told["framework"]["version"], len(told["roles"]), len(told["competencies"])) == ("0.2.0", 5, 36)
    assert [each["competency"] for each in told["gaps"] if each["code"] == "NOT_TAUGHT"] == ["PRJ.5"]
    document["framework"]["version"] = "0.3.0"
    document["learning_resources"] = []
    imported(world, document, draft="true")
    parameters = {"version": "draft"}
    draft = world.client.get(f"/api/v1/frameworks/{CODE}/map", headers=world.headers, params=parameters).json()
    assert (draft["framework"]["version"], {each["code"] for each in draft["gaps"]}) == ("0.3.0", {"NOT_TAUGHT"})


@pytest.mark.parametrize("path", ["nothing/map", f"{CODE}/map?version=9.9"])
def test_a_map_that_is_not_there(loaded, path):
    answer = loaded.client.get(f"/api/v1/frameworks/{path}", headers=loaded.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert loaded.client.get(f"/api/v1/frameworks/{path}").status_code == 401


def test_the_public_map_as_json_is_the_map_of_the_api(world, document):
    path = f"/frameworks/{imported(world, document)['id']}/map"
    answer = world.client.get(path, headers={"Accept": "application/json"})
    assert (answer.headers["content-type"], answer.headers["vary"]) == ("application/json", "Accept, Accept-Language")
    assert answer.json() == world.client.get(f"/api/v1/frameworks/{CODE}/map", headers=world.headers).json()
    for missing in ("00000000-0000-4000-8000-000000000000", "x"):
        assert world.client.get(f"/frameworks/{missing}/map").status_code == 404


def test_the_picture_tells_level_need_and_gap_by_text_and_form(world, document):
    html = page_of(world, f"/frameworks/{imported(world, document)['id']}/map")
    picture = drawn(html)
    texts = ["".join(each.itertext()) for each in picture.iter(f"{SVG}text")]
    kinds = [each.get("class") for each in picture.iter(f"{SVG}rect")]
    needs = [each for role in document["roles"] for name in ("mandatory", "elective") for each in role["profile"][name]]
    assert kinds.count("mandatory") + kinds.count("elective") == len(needs) == 97
    assert texts[:8] == ["SCPM", "SCPD", "SCPA", "SCRE", "SCPP", "Taught", "Shown", "Resources"]
    assert "GOV.1" in texts
    assert kinds.count("bar") == sum(
        int(text[1]) for text in texts if re.fullmatch("L[1-4]( !)?", text)
    )  # as many bars as the level is high
    assert texts.count("\N{EN DASH} !") == 34  # competencies with no learning resource at all, of 36 that roles need
    title = picture.find(f"{SVG}title").text
    assert (picture.get("role"), title) == ("img", "Competency map")


def test_the_table_says_the_same(world, document):
    html = page_of(world, f"/frameworks/{imported(world, document)['id']}/map")
    row = re.search(r"<tr><th scope=\"row\"><a [^>]*>PRJ\.5 .*?</tr>", html, re.DOTALL)[0]
    cells = [" ".join(re.sub("<[^>]+>", "", each).split()) for each in re.findall("<td>(.*?)</td>", row, re.DOTALL)]
    assert cells == ["L3 mandatory gap", "", "", "", "", "C02 (L2)", "C02-T (L2), C02-P (L3)", "nothing"]
    assert "SCPM, PRJ.5, L3: no course teaches it (only up to L2)" in html
    assert '<a href="https://example.org/lr/1" rel="external nofollow">LR-1 How to read a maturity model</a>' in html


def test_the_map_in_another_language(world, document):
    path = f"/frameworks/{imported(world, document)['id']}/map"
    html = page_of(world, path, lang="bg")
    assert '<html lang="bg">' in html
    assert "Ръководител на проекти за интелигентни градове" in html
    assert 'href="?lang=de"' in html
    assert '<span lang="bg">' not in page_of(world, path)


def test_texts_of_a_framework_are_no_markup(world, document):
    document["competencies"][0]["name"]["en"] = '"><script>alert(1)</script>'
    document["roles"][0]["name"]["en"] = "</svg><b>"
    html = page_of(world, f"/frameworks/{imported(world, document)['id']}/map")
    assert "<script>" not in html
    assert "</svg><b>" not in html


def test_a_course_page(world, document):
    version = imported(world, document)["id"]
    html = page_of(world, f"/frameworks/{version}/courses/C02")
    text = " ".join(re.sub("<[^>]+>", " ", html).split())
    for sentence in (
        "Offered by Example University.", "Notional workload:", "ECTS", "Level: EQF 6 (indicative).",
        "Form of participation: Blended.", "Quality assurance: Program Quality Assurance.", "MC-02", "C02-T", "C02-P",
    ):  # fmt: skip
        assert sentence in text
    assert f'<a href="/frameworks/{version}/competencies/PRJ.5">PRJ.5</a>' in html
    told = world.client.get(f"/frameworks/{version}/courses/C02", headers={"Accept": "application/json"}).json()
    assert told["course"]["id"] == "C02"
    assert [each["code"] for each in told["achievements"]] == ["MC-02"]
    manager = by_id(told["roles"], "SCPM")
    assert manager["competencies"] == ["PRJ.1", "PRJ.3", "PRJ.4", "PRJ.2"]  # not PRJ.5: it is taught to L2 only
    first = world.client.get(f"/frameworks/{version}/courses/C01", headers={"Accept": "application/json"}).json()
    assert [each["id"] for each in first["learning_resources"]] == ["LR-1"]
    assert world.client.get(f"/frameworks/{version}/courses/C99").status_code == 404


def test_a_framework_without_roles_and_courses_has_an_empty_map(world, document):
    bare = {name: document[name] for name in ("format", "framework", "levels", "areas", "competencies")}
    html = page_of(world, f"/frameworks/{imported(world, bare)['id']}/map")
    assert "<svg" not in html
    assert "there is nothing to draw" in html


def test_a_very_large_map_is_told_and_not_drawn(world, document):
    names = ("format", "framework", "levels", "areas")
    made = {name: document[name] for name in names} | {"competencies": [], "roles": []}
    for number in range(map_view.MAX_CELLS // 5 + 1):
        item = {"id": f"X.{number}", "uuid": f"00000000-0000-4000-8000-{number:012d}", "area": "GOV"}
        made["competencies"].append(document["competencies"][0] | item)
    for number in range(2):
        needs = [{"competency": each["id"], "min_level": "L1"} for each in made["competencies"]]
        item = {"id": f"R{number}", "uuid": f"00000000-0000-4000-9000-{number:012d}", "profile": {"mandatory": needs}}
        made["roles"].append(document["roles"][0] | item)
    for each in made["competencies"]:
        each |= {"level_descriptors": {}, "performance_criteria": [], "alignments": []}
    version = imported(world, made)["id"]
    html = page_of(world, f"/frameworks/{version}/map")
    assert "too large to draw" in html
    assert "A list ends at 1000" in html
    told = world.client.get(f"/frameworks/{version}/map", headers={"Accept": "application/json"}).json()
    assert len(told["gaps"]) == 4 * len(made["competencies"])
