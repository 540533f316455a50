"""Medians, spread and ratios of what was measured in turn."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FIRST = "attesta"  # whose rate is divided by that of each other


@dataclass
class Case:
    """One thing that several did in turn. `rates`: by participant, operations a second, one per round."""

    id: str
    title: str
    rates: dict[str, list[float]] = field(default_factory=dict)
    cpu_ms: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, rate: float, cpu_ms: float | None = None) -> None:
        """Take one round of one participant. `cpu_ms`: CPU time of one operation."""
        self.rates.setdefault(name, []).append(rate)
        if cpu_ms is not None:
            self.cpu_ms.setdefault(name, []).append(cpu_ms)

    def to_json(self) -> dict[str, Any]:
        """Return the case with its medians, spreads and ratios."""
        return {
            "id": self.id,
            "title": self.title,
            "per_second": {name: spread(rates) | {"rounds": rates} for name, rates in self.rates.items()},
            "ratio": ratios(self.rates),
            "cpu_ms": {name: spread(times) for name, times in self.cpu_ms.items()},
            **self.notes,
        }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, 10th and 90th percentile (linear between the values)."""
    return {"median": statistics.median(values), "p10": percentile(values, 0.1), "p90": percentile(values, 0.9)}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share lies, linear between the two nearest."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def ratios(rates: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """Return how many times as fast Attesta was as each other, paired: round by round."""
    ours = rates[FIRST]
    return {
        name: spread([mine / other for mine, other in zip(ours, others, strict=True)])
        for name, others in rates.items()
        if name != FIRST
    }
