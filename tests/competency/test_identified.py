"""UUIDs for those who write a framework by hand, and the page that tells how to write one."""

import re
from datetime import date
from pathlib import Path

import pytest

from app.competency import framework as frameworks
from app.competency import framework_csv
from app.competency.evaluate import KINDS, evaluate
from app.competency.evidence import Evidence
from app.competency.explain import explain
from app.competency.framework import Framework
from app.competency.identified import identified
from app.competency.lint_warnings import warnings
from app.competency.messages import ENGLISH
from tests.service import DATA

PAGE = (Path(__file__).parents[2] / "docs" / "write-a-framework.md").read_text()
WRITTEN = frameworks.read_yaml(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1].encode())


def test_the_framework_of_the_page_is_whole_and_says_why_not_yet():
    document = identified(WRITTEN)
    frameworks.validate(document)
    assert {each.code for each in warnings(document)} == {"ANNEX_INCOMPLETE"}
    framework = Framework.of(document)
    evaluation = evaluate(framework, "MC-SOIL", Evidence(), as_of=date(2026, 9, 1))
    assert any("Тест за почвата (TEST)" in each for each in explain(evaluation, framework, "bg"))


def test_the_page_names_every_kind_of_node_and_every_code():
    codes = {key.partition(".")[0] for key in ENGLISH if key == key.upper() or key.partition(".")[0].isupper()}
    told = set(re.findall(r"`([A-Z_]+)`", PAGE))
    assert {"MET", "RETAKE", "N_OF_M_SHORT"} < told
    assert not {code for code in codes if re.fullmatch("[A-Z_]+", code)} - told - {"LEFT_OUT"}
    assert not {kind for kind in KINDS if f"| `{kind}: " not in PAGE}


def test_the_same_codes_have_the_same_uuids_as_in_a_table():
    table = b"kind,id,parent,name\nframework,gardens,,Gardens\narea,SOIL,,Soil\ncompetency,SOIL.1,SOIL,Digging\n"
    read = framework_csv.read(table, None, today="2026-01-01").document
    made = identified(WRITTEN)
    for name in ("areas", "competencies"):
        assert [each["uuid"] for each in made[name]] == [each["uuid"] for each in read[name]]
    assert made["framework"]["uuid"] == read["framework"]["uuid"]


def test_what_is_known_keeps_its_uuid_and_what_has_one_keeps_that():
    known = identified(WRITTEN)
    known["framework"]["uuid"] = "00000000-0000-4000-8000-000000000001"
    known["areas"][0]["uuid"] = "00000000-0000-4000-8000-000000000002"
    own = WRITTEN | {
        "micro_credentials": [WRITTEN["micro_credentials"][0] | {"uuid": "00000000-0000-4000-8000-00000000000a"}]
    }
    made = identified(own, known)
    assert made["framework"]["uuid"].endswith("01")
    assert made["areas"][0]["uuid"].endswith("02")
    assert made["micro_credentials"][0]["uuid"].endswith("0a")


def test_a_framework_with_all_its_uuids_comes_back_as_it_is():
    reference = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    assert identified(reference) is reference


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "x",
        {},
        {"framework": 1},
        {"framework": {"id": 5}},
        {"framework": {"title": {}}, "areas": [{"id": "A"}]},
    ],
)
def test_what_is_no_framework_comes_back_as_it_is(value):
    assert identified(value) == value


def test_things_that_are_no_things_are_left_to_be_refused():
    broken = WRITTEN | {"areas": [1, {"id": 2}, {"id": "A"}], "courses": {"id": "C"}}
    made = identified(broken)
    assert made["areas"][:2] == [1, {"id": 2}]
    assert made["courses"] == {"id": "C"}
