"""All golden cases: micro-credentials and role certificates."""

from datetime import date

import pytest

from app.competency.evaluate import Evaluator
from app.competency.trial import case

AS_OF = date(2026, 9, 1)


def test_the_golden_cases(framework, golden_people, expected):
    assert len(expected["cases"]) == 13
    for one in expected["cases"]:
        found = case(Evaluator(framework, golden_people[one["person"]]), one["award"], one.get("as_of", AS_OF))
        wanted = {**one, **one.get("also", {})}
        reached = wanted.pop("reached", {})
        assert {name: found["reached"][name] for name in reached} == reached
        compared = {name: value for name, value in wanted.items() if name in found and name != "person"}
        assert {name: found[name] for name in compared} == compared


@pytest.mark.parametrize("who", ["p-ana", "p-boris", "p-carmen", "p-dimi", "p-eleni", "p-iosif", "p-kiril", "p-lena"])
def test_nobody_is_open_who_is_met(framework, golden_people, who):
    for award in framework.awards:
        found = case(Evaluator(framework, golden_people[who]), award, AS_OF)
        assert bool(found["why"]) is (found["outcome"] not in ("met", "granted", "ready_for_decision"))
        assert found["why"] or not found["competencies"]
