import copy

from hypothesis import given
from hypothesis import strategies as st

from app.competency import framework as frameworks
from app.competency.differences import differences
from app.competency.framework import Framework
from app.competency.yaml_text import write_yaml
from tests.examples import examples
from tests.service import DATA

REFERENCE = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())


def test_places_and_rules_are_told_apart():
    changed = copy.deepcopy(REFERENCE)
    changed["competencies"][0]["statement"]["en"] = "x" * 600
    changed["micro_credentials"][0]["rule_version"] = "9"
    changed["micro_credentials"][0]["requirements"]["all"].pop()
    del changed["roles"][4]["origin"]
    told = differences(Framework.of(REFERENCE), Framework.of(changed))
    assert (told["added"], told["removed"]) == ([], [])
    first = told["changed"][0]
    assert (first["id"], first["places"][0]["pointer"], len(first["places"][0]["to"])) == (
        "GOV.1",
        "/statement/en",
        501,
    )
    old = REFERENCE["micro_credentials"][0]["rule_version"]
    assert told["rules"] == [{"id": "MC-01", "from": old, "to": "9", "rule_changed": True}]


def test_the_reference_framework_as_yaml_reads_back():
    assert frameworks.read_yaml(write_yaml(REFERENCE)) == REFERENCE


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


@examples(300)
@given(
    st.dictionaries(st.text("abcé-1. ", min_size=1, max_size=5), TEXT | st.integers(-999, 999) | st.none(), min_size=1)
)
def test_any_text_as_yaml_reads_back(document):
    assert frameworks.read_yaml(write_yaml(document)) == document
