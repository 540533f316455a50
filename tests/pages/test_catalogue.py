"""The public pages of frameworks, competencies, achievements and codes."""

import json

import pytest
from markupsafe import escape

from app.competency import framework as frameworks
from app.issuer.catalogue.imports import import_framework
from app.vc import jsonld
from app.web.negotiation import choose_language
from tests.api.test_frameworks import case_package, post
from tests.competency.test_case import association, item
from tests.service import DATA

HTML, JSON, LD = "text/html", "application/json", "application/ld+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def paths(shared):
    version = shared.client.get("/api/v1/frameworks", headers=shared.headers).json()["frameworks"][0]["id"]
    achievement = shared.client.get("/api/v1/achievements/MC-02", headers=shared.headers).json()["id"]
    framework = f"/frameworks/{version}"
    return {
        "framework": framework,
        "competency": f"{framework}/competencies/PRJ.1",
        "achievement": f"/achievements/{achievement}",
        "code": "/codes/GreenComp/2022/2.1",
    }


def get(world, path, accept=HTML, **headers):
    return world.client.get(path, headers={"Accept": accept} | headers)


@pytest.mark.parametrize("name", ["framework", "competency", "achievement", "code"])
@pytest.mark.parametrize("accept", [HTML, JSON, LD])
def test_each_is_a_page_json_and_json_ld(shared, paths, name, accept):
    answer = get(shared, paths[name], accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == accept
    assert answer.headers["vary"] == "Accept, Accept-Language"
    if accept == LD:
        context = answer.json()["@context"]
        assert context
        if name != "achievement":
            assert "http://www.w3.org/2004/02/skos/core#" in json.dumps(context)
    if accept == HTML:
        assert "<h1>" in answer.text


def test_without_a_wish_achievements_are_json_and_others_pages(shared, paths):
    kinds = {name: get(shared, path, "*/*").headers["content-type"].split(";")[0] for name, path in paths.items()}
    assert kinds == {"framework": HTML, "competency": HTML, "achievement": JSON, "code": HTML}
    assert get(shared, paths["achievement"], BROWSER).headers["content-type"].startswith(HTML)


@pytest.mark.parametrize(
    "path",
    [
        "{framework}/competencies/XX.9",
        "{framework}/map?lang=" + "x" * 60,
        "{framework}/courses/XX",
        "/achievements/none",
        "/credentials/none",
        "/register/RC-1",
    ],
)
def test_what_is_not_there_is_told_to_people_on_a_page(shared, paths, path):
    path = path.format_map(paths)
    page, problem = get(shared, path, BROWSER), get(shared, path, "*/*")
    assert page.status_code == problem.status_code in (400, 404)
    assert page.headers["content-type"].startswith(HTML)
    assert f"<h1>{escape(problem.json()['detail'])}" in page.text or page.status_code == 400
    assert "Accept" in page.headers["vary"]
    assert problem.headers["content-type"] == "application/problem+json"
    assert get(shared, path, LD).headers["content-type"] == "application/problem+json"


def test_a_program_that_knows_json_ld_alone_gets_the_map_as_json(shared, paths):
    assert get(shared, paths["framework"] + "/map", LD).headers["content-type"] == JSON


def test_the_achievement_as_json_ld_has_no_undefined_term(shared, paths):
    told = get(shared, paths["achievement"], LD).json()
    assert (told["type"], told["humanCode"], told["achievementType"]) == (["Achievement"], "MC-02", "MicroCredential")
    assert told["id"].endswith(paths["achievement"])
    assert len(jsonld.to_quads(told)) >= 9


def test_texts_are_in_the_language_asked_for_and_marked(shared, paths):
    plain = get(shared, paths["framework"]).text
    assert "Strategy, governance and change" in plain
    assert "lang=" not in plain.split("<main")[1].replace("hreflang=", "").replace("?lang=", "")
    for answer in (
        get(shared, paths["framework"] + "?lang=bg"),
        get(shared, paths["framework"], **{"Accept-Language": "bg-BG,bg;q=0.9,en;q=0.5"}),
    ):
        assert '<html lang="bg">' in answer.text
        assert "Стратегия, управление и промяна" in answer.text
        assert '<span lang="en">Smart city context and maturity</span>' in answer.text, "what is not translated"
        assert 'lang="bg" aria-current="true">Български<' in answer.text
    assert get(shared, paths["framework"] + "?lang=xx").text == plain


@pytest.mark.parametrize(
    ("wanted", "offered", "chosen"),
    [
        (None, ["en", "bg"], None),
        ("bg", ["en", "bg"], "bg"),
        ("de-AT, bg;q=0.5", ["en", "bg"], "bg"),
        ("de-AT", ["en", "de"], "de"),
        ("pt", ["en", "pt-BR"], "pt-BR"),
        ("*", ["en", "bg"], "en"),
        ("bg;q=0, en", ["en", "bg"], "en"),
        ("<script>", ["en"], None),
    ],
)
def test_choosing_a_language(wanted, offered, chosen):
    assert choose_language(wanted, offered) == chosen


def test_a_code_tells_which_competencies_are_related_to_it(shared, paths):
    page = get(shared, paths["code"]).text
    assert "Systems thinking" in page
    assert f"{paths['framework']}/competencies/GOV.1" in page
    assert get(shared, "/codes/x/-/%3Cscript%3E").text.count("<script>") == 0


def test_competencies_lead_to_codes_that_have_no_page_elsewhere(shared, paths):
    page = get(shared, f"{paths['framework']}/competencies/GOV.1").text
    assert 'href="/codes/GreenComp/2022/2.1"' in page
    assert 'href="http://data.europa.eu/esco/skill/' in page


def test_a_framework_from_case_is_shown_with_its_tree_and_where_it_came_from(world):
    package = case_package(language="ja", title="園芸")
    package["CFItems"] += [item(3, uri="javascript:alert(1)", fullStatement="<b>x</b>"), item(4)]
    package["CFAssociations"] += [association(3, 3, 2), association(4, 4, 3)]
    target = {"title": "T", "identifier": "9", "uri": "javascript:alert(1)"}
    package["CFAssociations"].append(association(5, 1, 1, "isRelatedTo", destinationNodeURI=target))
    version = post(world, package).json()["id"]
    page = get(world, f"/frameworks/{version}").text
    assert '<h1><span lang="ja">園芸</span></h1>' in page
    assert page.split("<main")[1].count("<ul>") == 4, "one list in another"
    assert "&lt;b&gt;x" in page
    one = get(world, f"/frameworks/{version}/competencies/{package['CFItems'][2]['identifier']}").text
    assert "javascript:" not in one
    other = get(world, f"/frameworks/{version}/competencies/G.1").text
    assert "https://cases.example.org/ims/case/v1p0/CFItems/" in other
    assert get(world, f"/frameworks/{version}/competencies/none").status_code == 404


def test_a_framework_says_who_published_it(shared, paths):
    name = shared.client.get("/api/v1/profile", headers=shared.headers).json()["profile"]["name"]
    told = get(shared, paths["framework"], JSON).json()
    assert (told["publisher"], told["publisher_url"]) == (name, "/issuers/main")
    page = get(shared, paths["framework"], **{"Accept-Language": "de"}).text
    assert f'Veröffentlicht von: <a href="/issuers/main">{name}</a>' in page
    assert f"Veröffentlicht von: {name}" in get(shared, "/", **{"Accept-Language": "de"}).text


def test_a_very_deep_framework_is_shown(world):
    document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    base = {name: document[name] for name in ("format", "framework")} | {"levels": [], "areas": []}
    base["competencies"] = [
        {
            "id": f"C{number}",
            "uuid": f"a2222222-0000-4000-8000-{number:012d}",
            **({"parent": f"C{number + 1}"} if number < 2000 else {}),
            "name": {"en": f"Competency {number}"},
            "statement": {"en": "x"},
            "level_descriptors": {},
        }
        for number in range(1, 2001)
    ]
    done = import_framework(world.services, world.principal, base)
    page = get(world, f"/frameworks/{done.version_id}").text
    assert page.count("/competencies/C") == 2000


def test_retired_things_stay_and_say_so(world):
    package = case_package(language="en")
    post(world, package)
    del package["CFItems"][1], package["CFAssociations"][1]
    package["CFDocument"]["lastChangeDateTime"] = "2025-02-02T00:00:00Z"
    version = post(world, package).json()["id"]
    assert "retired from 2025-02-02" in get(world, f"/frameworks/{version}").text
    code = item(2)["identifier"]
    assert "retired from 2025-02-02" in get(world, f"/frameworks/{version}/competencies/{code}").text
