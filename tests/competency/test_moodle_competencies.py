import csv
import io

import pytest

from app.competency import framework as frameworks
from app.competency import framework_table
from app.competency.moodle_competencies import HEADER, read, write
from app.errors import BadInput
from tests.service import DATA

SCALE = [
    "1",
    "Not shown,Novice,Master",
    '[{"scaleid":"7"},{"id":2,"scaledefault":1,"proficient":0},{"id":3,"proficient":1}]',
]


def row(parent, code, name, told="", *, scale=("1", "", ""), rule=("", "", ""), related="", head=""):
    return [parent, code, name, told, *scale, *rule, related, "", head, ""]


def table(*further):
    head = row("", "gardens", "Gardens", "All of it", scale=SCALE, head="1")
    items = [
        row("", "A", "Soil", rule=("core_competency\\competency_rule_points", "2", '{"base":{"points":2}}')),
        row("A", "A.1", "Digging", "Digs well."),
        row("A.1", "A 1,1", "Spades", related="A.1"),
        row("", "B", "Alone"),
    ]
    return framework_table.written([HEADER, head, *items, *further])


def take(data, known=None):
    document = read(data, known, today="2026-01-01").document
    frameworks.validate(document)
    return document


@pytest.fixture(scope="module")
def reference():
    return frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())


def test_a_file_of_moodle_becomes_a_framework():
    document = take(table())
    assert [each["id"] for each in document["areas"]] == ["A"]
    assert [(each["id"], each.get("area"), each.get("parent")) for each in document["competencies"]] == [
        ("A.1", "A", None),
        ("A-1-1", "A", "A.1"),
        ("B", None, None),
    ]
    assert [each["name"]["und"] for each in document["levels"]] == ["Novice", "Master"]
    assert document["competencies"][1]["source"] == {"identifier": "A 1,1", "members": {"related": "A.1"}}
    assert document["areas"][0]["source"]["members"]["ruleoutcome"] == "2"
    assert take(table(), document) == document


def test_labels_are_translated_and_older_files_have_fewer_columns():
    lines = list(csv.reader(io.StringIO(table().decode())))
    lines[0] = [f"Spalte {number}" for number, _ in enumerate(lines[0])]
    assert take(framework_table.written(lines)) == take(table())
    older = [line[:10] + line[12:] for line in lines]
    told = take(framework_table.written(older))
    assert [each["id"] for each in told["competencies"]] == ["A.1", "A-1-1", "B"]


def test_the_reference_framework_goes_out_and_back(reference):
    out = write(reference, "en")
    lines = list(csv.reader(io.StringIO(out.decode())))
    assert len(lines) == 46
    assert tuple(lines[0]) == HEADER
    assert {len(line) for line in lines} == {14}
    assert lines[1][5] == "Not shown,Foundation,Practitioner,Professional,Expert"
    known = read(out, reference, today="2026-01-01").document
    told = read(out, None, today="2026-01-01").document
    assert [each["id"] for each in told["areas"]] == [each["id"] for each in reference["areas"]]
    assert [each["id"] for each in told["competencies"]] == [each["id"] for each in reference["competencies"]]
    assert known["competencies"] == reference["competencies"]
    assert known["certifications"] == reference["certifications"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a,b\n", "columns"),
        (framework_table.written([HEADER, row("", "A", "x")]), "0 rows are frameworks"),
        (table(row("Z", "C", "x")), "parent Z"),
        (table(row("", "B", "x")), "second time"),
        (table(row("", "", "x")), "both needed"),
        (table(row("D", "C", "x"), row("C", "D", "x")), "below itself"),
    ],
)
def test_what_is_not_right_is_refused(data, told):
    with pytest.raises(BadInput, match=told):
        take(data)


def test_a_scale_that_cannot_be_read_is_told():
    broken = table().replace(b'""scaleid""', b"scaleid")
    imported = read(broken, None, today="2026-01-01")
    assert [each.code for each in imported.notices] == ["WRONG_VALUE"]
    assert len(imported.document["levels"]) == 3
