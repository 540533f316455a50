"""Evidence under many hands at once, and what an award of our own says of prior learning."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import Conflict
from app.issuer.award.evidence import rests_on_prior_learning
from app.issuer.evidence import rpl, sign_offs
from app.issuer.evidence.record import record
from app.issuer.evidence.rpl import RPL_CLAIMS, Decided

AT_ONCE = 6
CLAIM = {
    "learner": "p-eleni",
    "competency": "PRJ.5",
    "level": "L3",
    "evidence": "https://evidence.example.org/1",
    "evidence_date": "2025-11-01",
}


def at_once(work):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, range(AT_ONCE)))


def test_an_assessor_decides_once_however_many_requests_come_at_once(loaded):
    (claim,) = record(loaded.services, loaded.principal, RPL_CLAIMS, [CLAIM])["rows"]

    def decide(_):
        try:
            rpl.decide(loaded.services, loaded.principal, claim["id"], Decided("as-2", "accepted"))
        except Conflict as problem:
            return problem.members["reason"]
        return "decided"

    assert sorted(at_once(decide)) == ["SAME_ASSESSOR"] * (AT_ONCE - 1) + ["decided"]


def test_a_result_is_signed_by_one_of_those_who_sign_at_once(loaded):
    (result,) = sign_offs.waiting(loaded.services, loaded.principal, learner="p-kiril")

    def sign(number):
        (row,) = sign_offs.sign(loaded.services, loaded.principal, [result["id"]], by=f"as-{number}")
        return row.get("reason", row["outcome"])

    assert sorted(at_once(sign)) == ["RESULT_CHANGED"] * (AT_ONCE - 1) + ["signed"]


def test_the_same_rows_sent_at_once_are_one_record(loaded):
    rows = [CLAIM | {"competency": competency} for competency in ("GOV.1", "GOV.2", "PRJ.5")]
    done = at_once(lambda _: record(loaded.services, loaded.principal, RPL_CLAIMS, rows))
    assert sum(each["counts"]["new"] for each in done) == 3
    assert sum(each["counts"]["same"] for each in done) == 3 * (AT_ONCE - 1)


def node(*evidence, kind="competency", children=()):
    return {"kind": kind, "evidence": list(evidence), "children": list(children)}


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({}, False),
        (node(kind="all", children=[node("rpl:1"), node("rpl:2")]), True),
        (node(kind="all", children=[node("rpl:1"), node("moodle:r1")]), False),
        (node(kind="all", children=[node("rpl:1", "moodle:r1")]), False),
        (node(kind="all", children=[node()]), False),
        (node("rpl:1", kind="assessment"), False),
    ],
)
def test_an_award_rests_on_prior_learning_when_nothing_else_shows_a_competency(tree, expected):
    assert rests_on_prior_learning(tree) is expected
