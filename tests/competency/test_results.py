"""Results are read exactly or refused with a reason; nothing is guessed, scaled or dropped."""

import csv
import io
import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency.result_record import Accepted, Refused, ResultRecord
from app.competency.results import MAX_BYTES, MAX_ROWS, check_against, compare, read_csv, read_json
from app.errors import BadInput, TooLarge

TODAY = date(2026, 9, 1)
HEADER = (
    "source_system,source_record_id,person_id,assessment,section,attempt,score,max,performed_on,status,"
    "assessor_id,signed_off_by,signed_off_on"
)
LINE = "moodle-a,r1,p-ana,C02-P,PRJ.1,1,3,3,2025-12-12,final,as-1,as-1,2025-12-13"
RECORD = ResultRecord(
    source_system="moodle-a", source_record_id="r1", learner="p-ana", assessment="C02-P", section="PRJ.1", attempt=1,
    score="3", max="3", performed_on=date(2025, 12, 12), status="final", assessor="as-1", signed_off_by="as-1",
    signed_off_on=date(2025, 12, 13),
)  # fmt: skip


def line(**changes):
    cells = dict(zip(HEADER.split(","), LINE.split(","), strict=True)) | changes
    out = io.StringIO()
    csv.writer(out).writerow(cells.values())
    return out.getvalue()


def read(text):
    return read_csv(text.encode(), today=TODAY)


def changed(**changes):
    fields = {name: getattr(RECORD, name) for name in RECORD.__slots__ if name != "share"}
    return ResultRecord(**fields | changes)


def test_a_row_becomes_a_record():
    assert read(f"{HEADER}\n{LINE}\n") == [Accepted(2, RECORD)]
    assert RECORD.share == 1


def test_the_golden_file_is_read_whole_and_its_duplicate_and_correction_are_told(golden_csv, framework, expected):
    stored, log = {}, {}
    rows = read_csv(golden_csv, today=TODAY)
    assert len(rows) == 319
    for row in rows:
        assert isinstance(row, Accepted)
        assert check_against(framework, row.record) is None
        outcome = compare(row.record, stored.get(row.record.key))
        log[outcome] = log.get(outcome, 0) + 1
        stored[row.record.key] = row.record
    names = {"same": "DUPLICATE", "correction": "CORRECTION"}
    assert {names[outcome]: count for outcome, count in log.items() if outcome != "new"} == expected["import_log"]
    again = {compare(row.record, stored[row.record.key]) for row in read_csv(golden_csv, today=TODAY)[1:]}
    assert again == {"same", "correction"}  # the file itself holds two versions of r0489


def test_semicolon_byte_order_mark_and_decimal_comma():
    text = f"{HEADER}\n{LINE}\n".replace(",", ";").replace(";3;3;", ";24,00;30,0;")
    (row,) = read_csv(b"\xef\xbb\xbf" + text.encode(), today=TODAY)
    assert (row.record.score, row.record.max, row.record.share) == ("24", "30", Fraction(4, 5))


def test_a_decimal_comma_needs_the_semicolon():
    (row,) = read(f"{HEADER}\n{line(score='3,5')}")
    assert (row.reason_code, row.raw["score"]) == ("BAD_SCORE", "3,5")
    (row,) = read(f"{HEADER}\n{LINE.replace(',3,3,', ',3,5,30,')}")
    assert row.reason_code == "WRONG_COLUMN_COUNT"
    assert "14 values for 13 columns" in row.message


def test_empty_rows_are_skipped_and_numbers_are_those_of_a_spreadsheet():
    rows = read(f"{HEADER}\r\n{LINE}\r\n\r\n,,,,,,,,,,,,\r\n{line(source_record_id='r2')}")
    assert [(row.number, row.record.source_record_id) for row in rows] == [(2, "r1"), (5, "r2")]


@pytest.mark.parametrize("score", ["", "-", " - "])
def test_no_score_is_no_result_and_not_zero(score):
    (row,) = read(f"{HEADER}\n{line(score=score)}")
    assert (row.record.score, row.record.share) == (None, None)


def test_19_99_of_30_is_less_than_two_thirds_and_20_is_not():
    for score, passes in (("19.99", False), ("20", True), ("20.00", True)):
        (row,) = read(f"{HEADER}\n{line(score=score, max='30')}")
        assert (row.record.share >= Fraction(2, 3)) is passes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"score": "-1"}, "BAD_SCORE"),
        ({"score": "NaN"}, "BAD_SCORE"),
        ({"score": "1e999"}, "BAD_SCORE"),
        ({"score": "1e1"}, "BAD_SCORE"),
        ({"score": "inf"}, "BAD_SCORE"),
        ({"score": "2/3"}, "BAD_SCORE"),
        ({"score": "+2"}, "BAD_SCORE"),
        ({"score": ".5"}, "BAD_SCORE"),
        ({"score": "٣"}, "BAD_SCORE"),
        ({"score": "9" * 10}, "BAD_SCORE"),
        ({"score": "3.01"}, "SCORE_OUT_OF_RANGE"),
        ({"max": "0"}, "BAD_MAX"),
        ({"max": "-3"}, "BAD_MAX"),
        ({"max": ""}, "MISSING_VALUE"),
        ({"person_id": " "}, "MISSING_VALUE"),
        ({"assessment": ""}, "MISSING_VALUE"),
        ({"source_system": ""}, "MISSING_VALUE"),
        ({"attempt": "0"}, "BAD_ATTEMPT"),
        ({"attempt": "1.0"}, "BAD_ATTEMPT"),
        ({"attempt": "-1"}, "BAD_ATTEMPT"),
        ({"attempt": "1001"}, "BAD_ATTEMPT"),
        ({"performed_on": "12.12.2025"}, "BAD_DATE"),
        ({"performed_on": "2025-02-30"}, "BAD_DATE"),
        ({"performed_on": "20251212"}, "BAD_DATE"),
        ({"performed_on": "2025-12-12T10:00:00Z"}, "BAD_DATE"),
        ({"performed_on": "1899-12-31"}, "BAD_DATE"),
        ({"performed_on": "2026-09-02"}, "DATE_IN_FUTURE"),
        ({"signed_off_on": "2026-09-02"}, "DATE_IN_FUTURE"),
        ({"signed_off_on": ""}, "SIGN_OFF_INCOMPLETE"),
        ({"signed_off_by": ""}, "SIGN_OFF_INCOMPLETE"),
        ({"status": "Final"}, "BAD_STATUS"),
        ({"status": "passed"}, "BAD_STATUS"),
        ({"person_id": "x" * 201}, "TOO_LONG"),
        ({"person_id": "a\nb"}, "BAD_VALUE"),
        ({"person_id": "a\u2028b"}, "BAD_VALUE"),
    ],
)
def test_a_bad_value_refuses_its_row_and_no_other(changes, code):
    bad, good = read(f"{HEADER}\n{line(**changes)}{line(source_record_id='r2')}")
    assert isinstance(bad, Refused)
    assert (bad.reason_code, bad.number) == (code, 2)
    assert bad.message.endswith(".")
    assert isinstance(good, Accepted)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (HEADER.encode() + b",colour\n", 'column "colour" is not known'),
        (HEADER.encode() + b",score\n", 'column "score" stands more than once'),
        (HEADER.encode() + b",learner\n", "stands more than once"),
        (HEADER.replace(",score", "").encode(), "lacks the column score"),
        (HEADER.replace(",score", "").replace(",status", "").encode(), "lacks the columns score, status"),
        (HEADER.encode() + b"\n\x00", "NUL"),
        (HEADER.encode() + b"\n\xff", "Line 2 of the file is not UTF-8"),
        ((HEADER + "\n" + LINE).encode("utf-16"), "NUL"),
        (b'"' + HEADER.encode() + b"\n", "first line is not CSV"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_as_a_whole(data, words):
    with pytest.raises(BadInput, match=words):
        read_csv(data, today=TODAY)


@pytest.mark.parametrize("broken", ['"never closed', 'x"y"', '"x"y', "x" * 200_000, '"' * 3])
def test_broken_quotes_cost_their_own_row_only(broken):
    bad, good = read(f"{HEADER}\n{broken}\n{LINE}\n")
    assert (bad.number, bad.reason_code in {"BAD_QUOTES", "WRONG_COLUMN_COUNT"}) == (2, True)
    assert good == Accepted(3, RECORD)


def test_rows_are_bounded():
    with pytest.raises(TooLarge):
        read(HEADER + "\n" + "x\n" * (MAX_ROWS + 1))
    with pytest.raises(TooLarge):
        read_json([0] * (MAX_ROWS + 1), today=TODAY)
    with pytest.raises(TooLarge):
        read_csv(b" " * (MAX_BYTES + 1), today=TODAY)


def test_a_record_without_id_gets_the_same_one_each_time():
    lines = [line(source_record_id="", **changes) for changes in ({}, {"score": "2"}, {"attempt": "2"})]
    first, second, other = read(f"{HEADER}\n{''.join(lines)}")
    assert first.record.source_record_id.startswith("sha256-")
    assert first.record.source_record_id == second.record.source_record_id
    assert first.record.source_record_id != other.record.source_record_id
    assert compare(second.record, first.record) == "correction"


def test_json_records_take_numbers_and_texts():
    item = {
        "source_system": "api", "learner": "p-ana", "assessment": "C02-P", "section": "PRJ.1", "attempt": 1,
        "score": 19.99, "max": 30, "performed_on": "2025-12-12", "status": "final", "assessor_id": None,
    }  # fmt: skip
    (row,) = read_json([item], today=TODAY)
    assert (row.number, row.record.score, row.record.share) == (1, "19.99", Fraction(1999, 3000))
    assert row.record.assessor is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"score": True}, "BAD_VALUE"),
        ({"score": [3]}, "BAD_VALUE"),
        ({"score": float("nan")}, "BAD_SCORE"),
        ({"score": 1e300}, "BAD_SCORE"),
        ({"score": 10**5000}, "BAD_VALUE"),
        ({"attempt": 2**64}, "BAD_VALUE"),
        ({"score": "\ud83d"}, "BAD_VALUE"),
        ({"colour": "red"}, "UNKNOWN_MEMBER"),
        ({"\ud83d": 1}, "UNKNOWN_MEMBER"),
        ({"learner": "p-ana", "person_id": "p-ana"}, "BAD_VALUE"),
        ({"max": None}, "MISSING_VALUE"),
    ],
)
def test_json_rows_are_refused_one_by_one(changes, code):
    item = {
        "source_system": "api", "learner": "p-ana", "assessment": "C02-P", "section": "PRJ.1", "attempt": 1,
        "score": 3, "max": 3, "performed_on": "2025-12-12", "status": "final",
    }  # fmt: skip
    bad, good = read_json([item | changes, item], today=TODAY)
    assert (bad.reason_code, bad.number) == (code, 1)
    json.dumps(bad.raw, allow_nan=False)
    assert isinstance(good, Accepted)
    assert read_json([None, 5, [item]], today=TODAY)[2].reason_code == "BAD_VALUE"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (RECORD, None),
        (changed(assessment="C99-P"), "UNKNOWN_ASSESSMENT"),
        (changed(section="GOV.1"), "UNKNOWN_SECTION"),
        (changed(score="60", max="100"), "SCALE_MISMATCH"),
        (changed(max="3.0"), None),
        (changed(attempt=2), None),
        (changed(attempt=3), "ATTEMPT_OVER_LIMIT"),
        (changed(signed_off_by="p-ana"), "SELF_SIGN_OFF"),
        (changed(assessor="p-ana"), "SELF_ASSESSED"),
        (changed(signed_off_on=date(2025, 12, 11)), "SIGN_OFF_TOO_EARLY"),
        (changed(signed_off_on=date(2025, 12, 12)), None),
    ],
)
def test_records_are_checked_against_the_framework(framework, record, code):
    refusal = check_against(framework, record)
    assert (refusal and refusal.reason_code) == code


def test_a_scheme_may_forbid_the_assessor_to_sign(document):
    from app.competency.framework import Framework

    document["policy"]["sign_off"]["by_other_than"] = ["assessor"]
    strict = Framework.of(document)
    assert check_against(strict, RECORD).reason_code == "SELF_SIGN_OFF"
    assert check_against(strict, changed(signed_off_by="p-ana")).reason_code == "SELF_SIGN_OFF"
    assert check_against(strict, changed(signed_off_by="as-2")) is None


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        (RECORD, "same"),
        (changed(score="3.0", max="3.00"), "same"),
        (changed(score="2"), "correction"),
        (changed(score="6", max="6"), "correction"),
        (changed(status="voided"), "correction"),
        (changed(score=None), "correction"),
        (changed(signed_off_by=None, signed_off_on=None), "correction"),
        (changed(performed_on=date(2025, 12, 11)), "correction"),
    ],
)
def test_compare(record, outcome):
    assert compare(record, RECORD) == outcome
    assert compare(record, None) == "new"


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(data):
    for content in (data, HEADER.encode() + b"\n" + data):
        try:
            rows = read_csv(content, today=TODAY)
        except BadInput:
            continue
        assert all(isinstance(row, Accepted | Refused) for row in rows)
