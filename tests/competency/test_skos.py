from app.competency import framework as frameworks
from app.competency.skos import write
from tests.service import DATA

HERE = "https://attesta.example.org/frameworks/1"


def test_every_thing_is_a_concept_with_all_its_languages():
    document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    graph = write(document, HERE)["@graph"]
    by_code = {each["notation"]: each for each in graph[1:]}
    assert len(by_code) == 8 + 36 + 5
    assert by_code["GOV"]["prefLabel"]["bg"] == document["areas"][0]["name"]["bg"]
    assert by_code["GOV.1"]["broader"] == f"{HERE}#GOV"
    assert by_code["GOV.1"]["relatedMatch"][0].startswith("http://data.europa.eu/esco/skill/")
    assert len(graph[0]["hasTopConcept"]) == 8 + 5


def test_nested_and_retired():
    document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    document["competencies"][1] |= {"parent": "GOV.1", "retired": "2026-01-01"}
    by_code = {each.get("notation"): each for each in write(document, HERE)["@graph"]}
    assert by_code["GOV.2"]["broader"] == f"{HERE}/competencies/GOV.1"
    assert by_code["GOV.1"]["narrower"] == [f"{HERE}/competencies/GOV.2"]
    assert by_code["GOV.2"]["deprecated"] is True
