"""The six methods, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency.aggregate import METHODS, aggregate
from app.competency.rules import Aggregation, aggregation

values = st.lists(st.fractions(min_value=0, max_value=1, max_denominator=100), min_size=1, max_size=12)


def test_the_golden_vectors(expected):
    assert len(expected["vectors"]) == 5
    for vector in expected["vectors"]:
        value, _ = aggregate([Fraction(item) for item in vector["oldest_first"]], aggregation(vector["aggregation"]))
        wanted = vector["result"]
        assert (value if wanted is None else round(value, 2)) == (wanted and Fraction(str(wanted)))


@pytest.mark.parametrize(
    ("how", "oldest_first", "value", "used"),
    [
        ({"method": "highest"}, ["1/2", "2/3", "2/3", "1/3"], "2/3", (1,)),
        ({"method": "latest"}, ["1/2", "2/3", "1/3"], "1/3", (2,)),
        ({"method": "average"}, ["1/2", "2/3", "1/3"], "1/2", (0, 1, 2)),
        ({"method": "weighted_average", "weights": ["1", "2", "3"]}, ["1", "1/2", "0"], "1/3", (0, 1, 2)),
        ({"method": "weighted_average", "weights": ["1", "2", "3"]}, ["1", "1/2"], "2/3", (0, 1)),
        ({"method": "decaying_average", "weight_latest": "65/100"}, ["2", "3", "4"], "3.475", (0, 1, 2)),
        ({"method": "decaying_average", "weight_latest": "65/100"}, ["4"], "4", (0,)),
        ({"method": "decaying_average", "weight_latest": "65/100", "min_results": 3}, ["4", "4"], None, (0, 1)),
        ({"method": "n_times", "n": 3, "threshold": "2/3"}, ["8/10", "5/10", "7/10", "6/10", "3/10"], None, (0, 2)),
        ({"method": "n_times", "n": 3, "threshold": "2/3"}, ["8/10", "2/3", "7/10"], "13/18", (0, 1, 2)),
        ({"method": "n_times", "n": 1, "threshold": "3"}, ["3", "2", "1"], "3", (0,)),
        ({"method": "highest"}, [], None, ()),
    ],
)
def test_each_method(how, oldest_first, value, used):
    found = aggregate([Fraction(item) for item in oldest_first], aggregation(how))
    assert found == (None if value is None else Fraction(value), used)


@given(values, st.sampled_from(sorted(METHODS)))
def test_a_value_lies_between_the_lowest_and_the_highest_result(results, method):
    how = Aggregation(method, weight_latest=Fraction(1, 3), weights=(Fraction(1), Fraction(5)) * 6, n=1)
    value, used = aggregate(results, how)
    assert min(results) <= value <= max(results)
    assert set(used) <= set(range(len(results)))
