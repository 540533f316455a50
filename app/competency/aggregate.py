"""Several results of one section to one value, exactly.

The six methods are those of framework.schema.json (`aggregation.method`); values are oldest first and in the unit of
the section (shares, or points):

    highest, latest     one of them
    average             their mean
    weighted_average    sum(weight * value) / sum(weight), the first weight for the oldest; spare weights lapse
    decaying_average    latest * p + mean(older) * (1 - p), p = weight_latest; a single result stands as it is
    n_times             the mean of the results at or above `threshold` if there are at least `n` of them, else nothing

With fewer than `min_results` results there is no value.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from app.competency.rules import Aggregation

Combined = tuple[Fraction | None, tuple[int, ...]]
"""The value, or None for none, and the positions of the results that made it."""


def aggregate(values: Sequence[Fraction], how: Aggregation) -> Combined:
    """Combine `values` (oldest first); see the module for the methods."""
    if len(values) < max(how.min_results, 1):
        return None, tuple(range(len(values)))
    return METHODS[how.method](values, how)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _highest(values: Sequence[Fraction], _how: Aggregation) -> Combined:
    best = max(values)
    return best, (values.index(best),)


def _latest(values: Sequence[Fraction], _how: Aggregation) -> Combined:
    return values[-1], (len(values) - 1,)


def _average(values: Sequence[Fraction], _how: Aggregation) -> Combined:
    return _mean(values), tuple(range(len(values)))


def _weighted_average(values: Sequence[Fraction], how: Aggregation) -> Combined:
    pairs = list(zip(how.weights, values, strict=False))  # attempts.max bounds the values; see lint.py
    total = sum((weight * value for weight, value in pairs), Fraction(0))
    return total / sum((weight for weight, _ in pairs), Fraction(0)), tuple(range(len(pairs)))


def _decaying_average(values: Sequence[Fraction], how: Aggregation) -> Combined:
    *older, latest = values
    if not older:
        return latest, (0,)
    value = latest * how.weight_latest + _mean(older) * (1 - how.weight_latest)
    return value, tuple(range(len(values)))


def _n_times(values: Sequence[Fraction], how: Aggregation) -> Combined:
    good = [position for position, value in enumerate(values) if value >= how.threshold]
    if len(good) < how.n:
        return None, tuple(good)
    return _mean([values[position] for position in good]), tuple(good)


METHODS: dict[str, Callable[[Sequence[Fraction], Aggregation], Combined]] = {
    "highest": _highest,
    "latest": _latest,
    "average": _average,
    "weighted_average": _weighted_average,
    "decaying_average": _decaying_average,
    "n_times": _n_times,
}
