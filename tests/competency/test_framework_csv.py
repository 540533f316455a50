import pytest

from app.competency import framework as frameworks
from app.competency.framework_csv import read, write
from app.errors import BadInput
from tests.service import DATA

TABLE = """\
kind,id,parent,version,name,name.bg,statement,level.L1,level.L1.bg,level.L.2
framework,gardens,,2,Gardens,Градини,About gardens,,,
level,L1,,,First,,With help,,,
level,L.2,,,Second,,Alone,,,
area,A,,,Soil,,,,,
competency,A.1,A,,Digging,Копаене,Digs well.,Digs.,Копае.,Digs deep.
,A.1.1,A.1,,,,Digs with a spade.,,,
criterion,A.1.1.a,A.1.1,,,,The spade is clean.,,,
role,R,,,Gardener,,Gardens.,,,
"""


def take(text, known=None, today="2026-01-01"):
    document = read(text.encode(), known, today=today).document
    frameworks.validate(document)
    return document


@pytest.fixture(scope="module")
def reference():
    return frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())


def test_a_table_becomes_a_framework():
    document = take(TABLE)
    assert document["framework"]["languages"] == ["en", "bg"]
    assert document["framework"]["title"] == {"en": "Gardens", "bg": "Градини"}
    digging, spade = document["competencies"]
    assert digging["level_descriptors"] == {"L1": {"en": "Digs.", "bg": "Копае."}, "L.2": {"en": "Digs deep."}}
    assert (digging["area"], spade["area"], spade["parent"]) == ("A", "A", "A.1")
    assert spade["name"] == spade["statement"] == {"en": "Digs with a spade."}
    assert spade["performance_criteria"] == [{"id": "A.1.1.a", "text": {"en": "The spade is clean."}}]
    assert take(TABLE) == document, "identifiers are always the same"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_tabs_and_a_mark_in_front_are_read(separator):
    assert take("\ufeff" + TABLE.replace(",", separator)) == take(TABLE)


def test_out_and_in_again_is_the_same():
    document = take(TABLE)
    assert take(write(document).decode(), document) == document
    assert take(write(document).decode()) == document


def test_the_reference_framework_out_and_in_again_changes_nothing(reference):
    assert read(write(reference), reference, today="2026-01-01").document == reference


def test_what_is_gone_is_retired_and_rules_stay(reference):
    lines = write(reference).decode().replace("Smart city context and maturity", "Context").splitlines()
    text = "\n".join(line for line in lines if ",SUS.4" not in line)
    document = take(text, reference, today="2026-05-05")
    things = {each["id"]: each for each in document["competencies"]}
    assert things["SUS.4"]["retired"] == "2026-05-05"
    assert things["GOV.1"]["name"]["en"] == "Context"
    assert document["micro_credentials"] == reference["micro_credentials"]
    assert "retired,2026" not in write(document).decode()
    assert take(write(document).decode(), document) == document


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("thing,X,,,Name", "'thing' is no kind"),
        ("competency,,,,Name", "id is empty"),
        ("competency,X,Z,,Name", "parent 'Z'"),
        ("criterion,X,A,,Name", "parent must be a competency"),
        ("competency,X,A,,", "both empty"),
    ],
)
def test_a_wrong_row_is_named(line, told):
    with pytest.raises(BadInput, match=told) as refused:
        take(TABLE + line + "\n")
    assert refused.value.faults[0].pointer == "row 10"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "id and name"),
        (b"id,name\nA,Name\n", "framework"),
        (b"id,name,name\n", "Two columns"),
        (b"id,name\n\xff,x\n", "UTF-8"),
        (b'id,name\n"A,x\n', "CSV"),
        (b"id,name\nA," + b"x" * 10_001, "10000"),
        (b"id,name\n" + b"A,b\n" * 50_001, "50000"),
    ],
)
def test_what_is_no_such_table_is_refused(data, told):
    with pytest.raises(BadInput, match=told):
        read(data, None, today="2026-01-01")
