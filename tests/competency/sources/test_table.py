"""Grade exports: separators, decimal commas, persons, dates, and scales that per cent contradict."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency.result_record import Refused
from app.competency.sources import suggestion, table
from app.competency.sources.places import Places
from app.competency.sources.reading import MappedItem, SourceMapping
from app.errors import BadInput
from tests.competency.sources.conftest import FIXTURES

HEADER = "Vorname,Nachname,ID-Nummer,E-Mail-Adresse,Test: C02-T PRJ.1 (Punkte),Test: C02-T PRJ.1 (Prozentsatz)"
LINE = "Ana,Ivanova,p-ana,ana@example.org,24.00,80.00 %"
POINTS, PERCENT = HEADER.split(",")[4:]
MAPPING = {
    "id_column": "ID-Nummer",
    "email_column": "E-Mail-Adresse",
    "performed_on": date(2026, 5, 10),
    "items": {POINTS: MappedItem("C02-T", "PRJ.1", "30")},
}


@pytest.fixture
def read(rows):
    def of(*lines, header=HEADER, **changes):
        members = MAPPING | changes
        text = [f"{line}\n" for line in (header, *lines)]
        return rows(table.read(text, SourceMapping(**members)), **members)

    return of


def test_a_row_is_a_result_of_each_mapped_column(read):
    (row,) = read(LINE)
    record = row.record
    assert (record.learner, record.section, record.share) == ("p-ana", "PRJ.1", Fraction(4, 5))
    assert (record.performed_on, row.number) == (date(2026, 5, 10), 2)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_separators_byte_order_mark_and_decimal_comma(read, separator):
    line = LINE.replace(",", separator).replace(".00", ",00")
    (row,) = read(line, header="\ufeff" + HEADER.replace(",", separator))
    assert row.record.score == "24"
    (row,) = read(LINE.replace("24.00", '"24,00"').replace("80.00 %", '"80,00 %"'))
    assert row.record.score == "24"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (LINE.replace("24.00,80.00 %", "-,-"), None),
        (LINE.replace("24.00,80.00 %", ","), None),
        (LINE.replace("24.00,80.00 %", "Good,-"), "BAD_SCORE"),
        (LINE.replace("24.00,80.00 %", "31.00,-"), "SCORE_OUT_OF_RANGE"),
        (LINE.replace(",80.00 %", ""), "WRONG_COLUMN_COUNT"),
        (LINE + ",", "WRONG_COLUMN_COUNT"),
    ],
)
def test_cells(read, line, expected):
    (row,) = read(line)
    assert (row.reason_code if isinstance(row, Refused) else row.record.score) == expected


def test_persons_by_id_then_by_address_never_by_name(read):
    found = read(LINE, LINE.replace("p-ana", ""), LINE.replace("p-ana,ana@example.org", ","))
    assert [row.record.learner for row in found] == ["p-ana", "mailto:ana@example.org", "name:Ana Ivanova"]


@pytest.mark.parametrize(
    ("cells", "most"),
    [
        ("24.00,80.00 %", "30"),
        ("24.00,24.00 %", "100"),  # Moodle's scale is 100: the mapping says 30
        ("8.00,80.00 %", "10"),
        ("20.00,66.67 %", "30"),  # rounded, and right
        ("20,67 %", "30"),
        ("0.01,0.03 %", "30"),
        ("0.00,0.00 %", "30"),
        ("29.99,100.00 %", "29.99"),
    ],
)
def test_per_cent_tell_the_scale(read, cells, most):
    (row,) = read(LINE.replace("24.00,80.00 %", cells))
    assert row.record.max == most


def test_per_cent_alone_are_out_of_100(read):
    (row,) = read(LINE, items={PERCENT: MappedItem("C02-T", "PRJ.1", "30")})
    assert (row.record.score, row.record.max) == ("80", "100")  # which the framework refuses: SCALE_MISMATCH


@pytest.mark.parametrize(
    ("form", "cell", "day"),
    [
        ("YYYY-MM-DD", "2026-05-10", date(2026, 5, 10)),
        ("DD.MM.YYYY", "9.5.2026", date(2026, 5, 9)),
        ("DD/MM/YYYY", "09/05/2026", date(2026, 5, 9)),
        ("MM/DD/YYYY", "09/05/2026", date(2026, 9, 5)),
        ("DD.MM.YYYY", "2026-05-09", date(2026, 5, 9)),  # year-month-day is never unclear
        ("YYYY-MM-DD", "9.5.2026", None),
        ("DD/MM/YYYY", "31/02/2026", None),
        ("YYYY-MM-DD", "", None),
    ],
)
def test_days_are_in_the_form_that_was_told(rows, form, cell, day):
    members = MAPPING | {"date_column": "Datum", "date_form": form, "performed_on": None}
    text = [f"{HEADER},Datum\n", f"{LINE},{cell}\n"]
    found = list(table.read(text, SourceMapping(**members)))
    (row,) = rows(found, **members)
    if day is None or day > date(2026, 9, 1):
        assert row.reason_code in {"BAD_DATE", "MISSING_VALUE", "DATE_IN_FUTURE"}
    else:
        assert row.record.performed_on == day


@pytest.mark.parametrize(
    ("lines", "changes", "words"),
    [
        ([], {}, "names 0 columns"),
        (["x\n"], {}, "names 1 columns"),
        ([HEADER + "\n"], {"items": {}}, "No mapping"),
        ([HEADER + "\n"], {"performed_on": None}, "when it was performed"),
        ([HEADER + "\n"], {"id_column": "ID"}, '"ID" stands 0 times'),
        ([f"{HEADER},{POINTS}\n"], {}, "stands 2 times"),
        ([HEADER + "\n", 'x,"y"z\n'], {}, "near line 2"),
    ],
)
def test_files_that_are_not_the_mapped_one(lines, changes, words):
    with pytest.raises(BadInput, match=words):
        list(table.read(lines, SourceMapping(**MAPPING | changes)))


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_makes_the_reader_fail(header, line):
    for first in (header, HEADER):
        try:
            found = list(table.read([f"{first}\n", f"{line}\n"], SourceMapping(**MAPPING)))
        except BadInput:
            continue
        assert all(each.number >= 2 for each in found)


@pytest.mark.parametrize("name", ["moodle-grade-export-en.csv", "moodle-grade-export-semicolon-decimal-comma.csv"])
def test_a_mapping_is_suggested(framework, name):
    lines = (FIXTURES / name).read_text(encoding="utf-8").splitlines(keepends=True)
    found = suggestion.suggest(lines, Places([framework], SourceMapping()))
    assert (found["mapping"]["id_column"], found["mapping"]["email_column"]) == ("ID number", "Email address")
    assert found["mapping"]["name_columns"] == ["First name", "Last name"]
    assert found["mapping"]["items"] == {
        f"Quiz: C02-T PRJ.{n} (Real)": {"assessment": "C02-T", "section": f"PRJ.{n}", "max": "30"} for n in range(1, 6)
    }
    assert len(found["columns"]) == 20


def test_what_is_not_known_is_not_suggested(framework):
    places = Places([framework], SourceMapping())
    lines = ["Who,PRJ.1,C02-T PRJ.2\n", "p-ana,3,4\n"]
    assert suggestion.suggest(lines, places)["mapping"] == {
        "items": {"C02-T PRJ.2": {"assessment": "C02-T", "section": "PRJ.2"}}
    }
    german = suggestion.suggest([HEADER + "\n", LINE + "\n"], places)["mapping"]
    assert (german["id_column"], german["items"][POINTS]["max"]) == ("ID-Nummer", "30")
