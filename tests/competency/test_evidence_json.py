"""Evidence as JSON and back: nothing is lost, the order does not matter, and every change changes the hash."""

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.competency.evaluate import Evaluator
from app.competency.evidence import Decision
from app.competency.evidence_json import from_json, frozen_digest, judged_hash, to_json

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


TEXTS = st.text(max_size=20)
FROZEN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


@example({"\x7f": "a"}, None)
@example({"b": "".join(map(chr, range(128))).replace("\x7f", ""), "a": [2**70]}, {"é": "\ud800"})
@given(st.dictionaries(TEXTS, FROZEN), st.none() | st.dictionaries(TEXTS, FROZEN))
def test_the_digest_of_what_is_frozen_stays_the_same_whoever_writes_the_json(evaluation, evidence):
    """Digests of earlier versions stand in audit logs."""
    text = json.dumps([evaluation, evidence], sort_keys=True, separators=(",", ":"))
    assert frozen_digest(evaluation, evidence) == hashlib.sha256(text.encode()).hexdigest()
