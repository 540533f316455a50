"""Evidence as JSON and back: nothing is lost, the order does not matter, and every change changes the hash."""

import json
from dataclasses import replace
from datetime import date

import pytest

from app.competency.evaluate import Evaluator
from app.competency.evidence import Decision
from app.competency.evidence_json import from_json, judged_hash, to_json

DAY = date(2026, 9, 1)


@pytest.mark.parametrize("person", ["p-ana", "p-boris", "p-dimi", "p-eleni", "p-iosif", "p-lena"])
def test_frozen_evidence_replays_to_the_same_tree(framework, golden_people, person):
    evidence = golden_people[person]
    again = from_json(json.loads(json.dumps(to_json(evidence))))
    assert to_json(again) == to_json(evidence)
    for award in framework.awards:
        before, after = (Evaluator(framework, each).evaluate(award, DAY).to_json() for each in (evidence, again))
        assert after == before


def test_the_order_does_not_matter(golden_people):
    evidence = golden_people["p-ana"]
    turned = replace(evidence, results=evidence.results[::-1], credentials=evidence.credentials[::-1])
    assert to_json(turned) == to_json(evidence)


def test_decisions_keep_what_they_gave(golden_people):
    made = Decision("RC-SCPM", "off-1", DAY, "grant", 2, checked=True, valid_until=date(2029, 9, 1))
    evidence = replace(golden_people["p-ana"], decisions=(made,))
    assert from_json(to_json(evidence)).decisions == (made,)


def test_the_hash_is_of_answer_evidence_and_history_and_not_of_the_day(framework, golden_people):
    evidence = golden_people["p-ana"]
    evaluator = Evaluator(framework, evidence)
    seen = judged_hash(evaluator.evaluate("RC-SCPM", DAY), to_json(evidence), acts=1)
    assert seen == judged_hash(evaluator.evaluate("RC-SCPM", date(2026, 9, 2)), to_json(evidence), acts=1)
    assert seen != judged_hash(evaluator.evaluate("RC-SCPM", DAY), to_json(evidence), acts=2)
    assert seen != judged_hash(evaluator.evaluate("RC-SCPD", DAY), to_json(evidence), acts=1)
    less = replace(evidence, results=evidence.results[1:])
    assert seen != judged_hash(evaluator.evaluate("RC-SCPM", DAY), to_json(less), acts=1)
