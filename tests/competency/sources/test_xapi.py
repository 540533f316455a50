"""Statements: which tell results, whose they are, and what is refused."""

from fractions import Fraction

import pytest

from app.competency.result_record import Refused
from app.competency.sources import xapi
from app.competency.sources.reading import Reading

ID = "5f1fb5a3-ea1d-57d3-9028-c97e7d192839"
ADL = "http://adlnet.gov/expapi/verbs/"


def statement(verb="passed", **members):
    return {
        "id": ID,
        "actor": {"account": {"homePage": "https://lms.example", "name": "p-ana"}},
        "verb": {"id": verb if ":" in verb else ADL + verb},
        "object": {"id": "https://framework.example.org/smart-city/assessment/C02-T/PRJ.3"},
        "result": {"score": {"raw": 24, "max": 30}},
        "timestamp": "2026-05-10T10:00:00Z",
    } | members


def test_the_invented_statements(rows, fixture):
    found = rows(xapi.read(fixture("xapi-statements.json")))
    assert [row.reason_code if isinstance(row, Refused) else row.record.share for row in found] == [
        Fraction(4, 5),
        Fraction(1),
        Fraction(17, 30),  # 0.5666667 is not used
        "NOT_A_RESULT",  # completed is not passed
        "WAIVED_IS_PRIOR_LEARNING",
    ]
    assert {row.record.source_system for row in found[:3]} == {"https://lms.example.org"}


@pytest.mark.parametrize("verb", ["passed", "failed", "mastered", "scored"])
def test_verbs_that_tell_results(rows, verb):
    (row,) = rows(xapi.read(statement(verb)))
    assert (row.record.score, row.record.max, row.record.learner) == ("24", "30", "p-ana")


@pytest.mark.parametrize(
    ("actor", "system", "person"),
    [
        ({"mbox": "mailto:Ana@Example.org"}, "xapi", "mailto:ana@example.org"),
        ({"objectType": "Group", "account": {"homePage": "https://x.example", "name": "p"}}, "https://x.example", ""),
        ({"openid": "https://x.example/ana"}, "xapi", ""),
        ({"name": "Ana Ivanova"}, "xapi", ""),
        ("p-ana", "xapi", ""),
        (None, "xapi", ""),
    ],
)
def test_actors(actor, system, person):
    (reading,) = xapi.read(statement(actor=actor))
    assert isinstance(reading, Reading)
    assert (reading.source_system, reading.person) == (system, person)


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        (None, "SCALE_UNKNOWN"),
        ([], "SCALE_UNKNOWN"),
        ({"scaled": 1}, "SCALE_UNKNOWN"),
        ({"raw": 24, "min": -1, "max": 30}, "SCALE_MISMATCH"),
        ({"raw": 24, "max": 30, "scaled": -1.01}, "BAD_SCORE"),
        ({"raw": 1e308, "max": 1e308}, "BAD_SCORE"),
        ({"raw": float("inf"), "max": 30}, "BAD_SCORE"),
        ({"raw": float("nan"), "max": 30}, "BAD_SCORE"),
        ({"raw": 10**400, "max": 30}, "BAD_SCORE"),
        ({"raw": "24", "max": 30}, "BAD_SCORE"),
        ({"raw": True, "max": 30}, "BAD_SCORE"),
        ({"raw": 24, "max": -30}, "BAD_MAX"),
        ({"raw": 30.000001, "max": 30}, "SCORE_OUT_OF_RANGE"),
        ({"raw": 5e-324, "max": 30}, "BAD_SCORE"),
    ],
)
def test_absurd_scores(rows, score, reason):
    (row,) = rows(xapi.read(statement(result={"score": score})))
    assert row.reason_code == reason
    assert row.message.endswith(".")


@pytest.mark.parametrize("own_id", [None, 5, "x", "", ID + "0"])
def test_an_id_is_needed(own_id):
    (refused,) = xapi.read(statement(id=own_id))
    assert refused.reason_code == "BAD_VALUE"


def test_voiding_names_a_statement():
    target = {"objectType": "StatementRef", "id": ID.upper()}
    (found,) = xapi.read({"statements": [statement("voided", object=target)]})
    assert found == xapi.Voiding(1, ID, ID)
    (refused,) = xapi.read([statement("voided", object={"id": ID})])
    assert refused.reason_code == "BAD_VALUE"
