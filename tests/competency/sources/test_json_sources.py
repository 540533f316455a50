"""Moodle's web service, LTI scores, OneRoster, Canvas and Caliper: their shapes, and the traps of each."""

import json
import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency.result_record import Accepted, Refused
from app.competency.sources import caliper, canvas, formats, lti_ags, moodle_ws, oneroster, xapi
from app.competency.sources.members import day, moment
from app.competency.sources.places import Places
from app.competency.sources.reading import MappedItem, SourceMapping
from app.competency.sources.rows import to_rows
from app.errors import BadInput, Problem, TooLarge
from tests.competency.sources.conftest import FIXTURES, TODAY
from tests.examples import examples

SCORE = {
    "userId": "p-ana",
    "scoreGiven": 24,
    "scoreMaximum": 30,
    "timestamp": "2026-05-10T09:00:00Z",
    "activityProgress": "Completed",
    "gradingProgress": "FullyGraded",
    "lineItem": {"id": "https://lms.example/li/7", "resourceId": "C02-T/PRJ.3"},
}


def told(row):
    """What a test is about: (learner, assessment, section, score, status), or the reason of a refusal."""
    if isinstance(row, Refused):
        return row.reason_code
    record = row.record
    return record.learner, record.assessment, record.section, record.score, record.status


def test_moodle_grades_are_matched_by_id_number(rows, fixture):
    found = rows(moodle_ws.read(fixture("moodle-ws-gradereport_user_get_grade_items.json")))
    assert [told(row) for row in found[:2]] == [
        ("p-ana", "C02-T", "PRJ.1", "24", "final"),
        ("p-ana", "C02-T", "PRJ.2", "24", "final"),
    ]
    assert found[0].record.source_record_id == "100:31"
    assert told(found[9]) == "NO_RESULT_YET"  # null is open, not zero, and there is no date either


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"graderaw": None}, ("p-ana", "C02-T", "PRJ.1", None, "provisional")),
        ({"gradeishidden": True}, ("p-ana", "C02-T", "PRJ.1", "24", "provisional")),
        ({"gradeneedsupdate": True}, ("p-ana", "C02-T", "PRJ.1", "24", "provisional")),
        ({"grademin": 6}, "BAD_MAX"),
        ({"graderaw": "F"}, "BAD_SCORE"),
        ({"graderaw": []}, "BAD_SCORE"),
        ({"graderaw": 31}, "SCORE_OUT_OF_RANGE"),
        ({"graderaw": 8.333333333333334}, ("p-ana", "C02-T", "PRJ.1", "8.333333333333334", "final")),
        ({"gradedategraded": 10**14}, ("p-ana", "C02-T", "PRJ.1", "24", "final")),
        ({"gradedategraded": 4_000_000_000}, "DATE_IN_FUTURE"),
        ({"idnumber": "T1"}, ("p-ana", "T1", "T1", "24", "final")),  # waits for a person as UNKNOWN_ASSESSMENT
    ],
)
def test_traps_of_moodle(rows, fixture, changes, expected):
    grades = fixture("moodle-ws-gradereport_user_get_grade_items.json")["usergrades"][:1]
    grades[0]["gradeitems"] = [grades[0]["gradeitems"][0] | changes, {"itemtype": "course", "graderaw": 99}]
    (row,) = rows(moodle_ws.read({"usergrades": grades}))
    assert told(row) == expected


def test_only_fully_graded_scores_of_lti_count(rows, fixture):
    found = rows(lti_ags.read(fixture("lti-ags-scores.json")), "C02-T", section="PRJ.3")
    assert [told(row) for row in found] == [
        ("lti-user-31", "C02-T", "PRJ.3", "24", "final"),
        ("lti-user-32", "C02-T", "PRJ.3", None, "provisional"),
        ("lti-user-31", "C02-T", "PRJ.3", "20", "final"),
        "SCORE_OUT_OF_RANGE",
    ]
    assert found[0].record.key == found[2].record.key
    assert found[0].record.stated_at > found[2].record.stated_at


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("p-ana", "C02-T", "PRJ.3", "24", "final")),
        ({"gradingProgress": "Pending", "scoreGiven": 10}, ("p-ana", "C02-T", "PRJ.3", None, "provisional")),
        ({"gradingProgress": "Nearly"}, "BAD_STATUS"),
        ({"timestamp": None}, "BAD_DATE"),
        ({"timestamp": "10.05.2026"}, "BAD_DATE"),
        ({"timestamp": "2027-01-01T00:00:00Z"}, "DATE_IN_FUTURE"),
        ({"scoreMaximum": None}, "SCALE_UNKNOWN"),
        ({"userId": None}, "MISSING_VALUE"),
        ({"userId": 10**30}, "MISSING_VALUE"),
        ({"lineItem": "C02-T/PRJ.4"}, ("p-ana", "C02-T", "PRJ.4", "24", "final")),
    ],
)
def test_traps_of_lti(rows, changes, expected):
    (row,) = rows(lti_ags.read(SCORE | changes))
    assert told(row) == expected


def test_a_line_item_and_a_person_have_one_score(rows):
    one, other, same = rows(lti_ags.read([SCORE, SCORE | {"userId": "p-boris"}, SCORE | {"scoreGiven": 3}]))
    assert one.record.source_record_id == "https://lms.example/li/7:p-ana"
    assert one.record.key == same.record.key != other.record.key


def test_oneroster_names_case_items(rows, fixture):
    found = rows(oneroster.read(fixture("oneroster-results.json")))
    assert [told(row) for row in found[:5]] == [("p-ana", "C02-P", f"PRJ.{n}", "3", "final") for n in range(1, 6)]
    assert [told(row) for row in found[5:10]] == [("p-kiril", "C02-P", f"PRJ.{n}", None, "voided") for n in range(1, 6)]
    assert {row.record.status for row in found[10:]} == {"voided"}
    assert found[0].record.source_record_id == "r-1/PRJ.1"


@pytest.mark.parametrize(
    ("changes", "line_items", "mapped", "expected"),
    [
        ({"scoreStatus": "fully graded"}, [], {}, "UNKNOWN_SECTION"),  # C02-P has several sections
        ({"scoreStatus": "fully graded"}, [], {"C02-P": MappedItem("C02-P", "PRJ.1", "3")}, "final"),
        ({"scoreStatus": "partially graded"}, [], {"C02-P": MappedItem("C02-P", "PRJ.1", "3")}, "provisional"),
        ({"scoreStatus": "fully graded"}, [], {"C02-P": MappedItem("C02-P", "PRJ.1")}, "SCALE_UNKNOWN"),
        ({"scoreStatus": "late"}, [], {}, "BAD_STATUS"),
    ],
)
def test_totals_of_oneroster_need_a_mapping(rows, changes, line_items, mapped, expected):
    result = {
        "sourcedId": "r-9", "status": "active", "lineItem": {"sourcedId": "C02-P"}, "student": {"sourcedId": "p-ana"},
        "score": 3.0, "scoreDate": "2025-12-12",
    }  # fmt: skip
    document = {"results": [result | changes], "lineItems": line_items}
    (row,) = rows(oneroster.read(document), items=mapped)
    assert (row.record.status if isinstance(row, Accepted) else row.reason_code) == expected


def test_line_items_of_the_same_file_tell_the_scale(rows):
    result = {
        "sourcedId": "r-9", "lineItem": {"sourcedId": "C02-T/PRJ.1"}, "student": {"sourcedId": "p-ana"},
        "score": 20, "scoreDate": "2025-12-12", "scoreStatus": "fully graded",
    }  # fmt: skip
    document = {"results": [result], "lineItems": [{"sourcedId": "C02-T/PRJ.1", "resultValueMax": 30.0}]}
    (row,) = rows(oneroster.read(document))
    assert (told(row), row.record.max) == (("p-ana", "C02-T", "PRJ.1", "20", "final"), "30")


def test_canvas_results_are_of_one_outcome(rows, fixture):
    found = rows(canvas.read(fixture("canvas-outcome_results.json")), "C02-P")
    assert [told(row) for row in found] == [
        ("31", "C02-P", "PRJ.3", "3", "final"),
        ("31", "C02-P", "PRJ.3", "1", "final"),
    ]
    assert [row.record.source_record_id for row in found] == ["42", "43"]
    document = fixture("canvas-outcome_results.json")
    document["linked"]["users"][0]["sis_user_id"] = "p-ana"
    document["outcome_results"][0]["hidden"] = True
    assert told(rows(canvas.read(document), "C02-P")[0]) == ("p-ana", "C02-P", "PRJ.3", "3", "provisional")


def test_a_grade_event_of_caliper(rows, fixture):
    event = fixture("caliper-grade-event.json")
    assert told(rows(caliper.read(event))[0])[0] == "https://lms.example.org/users/p-ana"  # an address is nobody's id
    envelope = {"sensor": "https://x.example", "data": [event, {"type": "ViewEvent"}, 7]}
    found = rows(caliper.read(envelope), person_prefix="https://lms.example.org/users/")
    assert [told(row) for row in found] == [
        ("p-ana", "C02-T", "PRJ.3", "24", "final"),
        "NOT_A_RESULT",
        "BAD_VALUE",
    ]
    assert (found[0].record.attempt, found[0].record.performed_on) == (1, date(2025, 12, 10))
    event["object"] |= {"count": "many", "assignee": {"id": "p-ana"}}
    assert told(rows(caliper.read([event]))[0]) == "BAD_ATTEMPT"
    assert told(rows(caliper.read(event | {"generated": "https://x.example/score/1"}))[0]) == "BAD_VALUE"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-12-10T09:00:00.123+02:00", "2025-12-10"),
        ("2025-12-10T23:30:00-05:00", "2025-12-10"),  # the day where it was, not in UTC
        ("2025-12-10T09:00:00.123456789Z", "2025-12-10"),
        (1765537200, "2025-12-12"),
        (True, ""), (10**30, ""), (-(10**30), ""), ("now", ""), (None, ""), ("0000-01-01T00:00:00Z", ""),
    ],
)  # fmt: skip
def test_moments(value, expected):
    assert day(moment(value)) == expected


def test_a_moment_without_offset_is_in_utc():
    assert moment("2025-12-10T09:00:00") == datetime(2025, 12, 10, 9, tzinfo=UTC)


READERS = {**formats.FROM_JSON, "xapi": xapi.read}


@pytest.mark.parametrize("name", sorted(READERS))
def test_lists_are_bounded(name):
    names = {"moodle-ws": "usergrades", "oneroster": "results", "canvas": "outcome_results"}
    many = [{}] * 50_001
    with pytest.raises(TooLarge):
        list(READERS[name]({names[name]: many} if name in names else many))
    with pytest.raises(BadInput):
        list(READERS[name]("text"))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)


@pytest.mark.parametrize("name", sorted(READERS))
@examples(60)
@given(
    st.integers(0, 2**32), PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text(max_size=4), PLAIN, max_size=2)
)
def test_no_changed_value_makes_a_reader_fail(framework, name, seed, value):

    file = next(
        each
        for each in sorted(FIXTURES.iterdir())
        if each.name.startswith(name.split("-")[0]) and "csv" not in each.name
    )
    document = json.loads(file.read_bytes())
    _put_somewhere(document, random.Random(seed), value)
    try:
        readings = [each for each in READERS[name](document) if not isinstance(each, xapi.Voiding)]
    except Problem:
        return
    mapping = SourceMapping(source_system="there", section="PRJ.3")
    found = list(to_rows(readings, Places([framework], mapping, "C02-T"), mapping, today=TODAY))
    assert all(isinstance(row, Accepted | Refused) for row in found)


def _put_somewhere(document, dice, value):
    """Replace one member or element, at whatever depth."""
    where = document
    while True:
        keys = list(where) if isinstance(where, dict) else list(range(len(where)))
        if not keys:
            return
        key = dice.choice(keys)
        if not isinstance(where[key], dict | list) or not where[key] or dice.random() < 0.2:
            where[key] = value
            return
        where = where[key]


@pytest.mark.parametrize("odd", [True, {}, "x", 7])
def test_learning_objectives_that_are_no_list_say_nothing(odd):
    item = {"sourcedId": "r", "scoreStatus": "fully graded", "score": 3, "learningObjectiveSet": odd}
    (reading,) = READERS["oneroster"]({"results": [item]})
    assert reading.competency is None or reading.competency == ""
