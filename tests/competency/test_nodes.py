"""How statuses combine, and the JSON of a node."""

from datetime import date

import pytest

from app.competency.nodes import Node, Status, Step, at_least, worst

MET, PENDING, NOT_MET, EXPIRED, BLOCKED = Status


@pytest.mark.parametrize(
    ("statuses", "combined"),
    [
        ([MET, MET], MET),
        ([MET, PENDING], PENDING),
        ([PENDING, EXPIRED], EXPIRED),
        ([EXPIRED, NOT_MET, PENDING], NOT_MET),
        ([NOT_MET, BLOCKED], BLOCKED),
        ([], MET),
    ],
)
def test_all_is_as_bad_as_its_worst(statuses, combined):
    assert worst(statuses) is combined


@pytest.mark.parametrize(
    ("number", "statuses", "combined"),
    [
        (1, [NOT_MET, MET], MET),
        (2, [PENDING, MET, NOT_MET], PENDING),
        (2, [NOT_MET, MET, NOT_MET], NOT_MET),
        (1, [EXPIRED, EXPIRED], EXPIRED),
        (1, [EXPIRED, NOT_MET], NOT_MET),
        (0, [], MET),
    ],
)
def test_at_least_counts_the_met_and_hopes_for_the_pending(number, statuses, combined):
    assert at_least(number, statuses) is combined


def test_the_json_of_a_node_is_stable():
    below = Node("b", "competency", {"en": "B"}, MET, "MET", "X.1", met_on=date(2026, 3, 10))
    node = Node(
        id="a",
        kind="all",
        label={"en": "A"},
        status=PENDING,
        reason="N_OF_M_SHORT",
        numbers={"have": "0"},
        evidence=("s:1",),
        next_step=Step("RETAKE", {"attempt": "2"}),
        children=(below,),
    )
    assert node.to_json() == {
        "id": "a",
        "kind": "all",
        "label": {"en": "A"},
        "status": "pending",
        "reason": "N_OF_M_SHORT",
        "ref": None,
        "numbers": {"have": "0"},
        "evidence": ["s:1"],
        "next_step": {"code": "RETAKE", "params": {"attempt": "2"}},
        "met_on": None,
        "children": [
            {
                "id": "b",
                "kind": "competency",
                "label": {"en": "B"},
                "status": "met",
                "reason": "MET",
                "ref": "X.1",
                "numbers": {},
                "evidence": [],
                "next_step": None,
                "met_on": "2026-03-10",
                "children": [],
            }
        ],
    }
