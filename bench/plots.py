"""Bars as SVG, by the standard library: rates on a logarithmic axis, and lines from the 10th to the 90th percentile.

Each picture brings its own background and follows the reader's light or dark preference, so text and background always
fit together. `<title>` and `<desc>` are read to those who do not see it.
"""

import math
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from bench.report import TITLES, figure, share, times

WIDTH, LEFT, RIGHT = 760, 180, 190  # pixels: the picture, the names, and the figures after the bars
BAR, GAP, HEAD, GROUP = 18, 7, 54, 34
STYLE = """
.card{fill:#ffffff}.text{fill:#24292f}.soft{fill:#57606a}.line{stroke:#24292f}.grid{stroke:#d0d7de}
.attesta{fill:#1f6feb}.peer{fill:#8c959f}.floor{fill:#bc8c00}
text{font:13px system-ui,sans-serif}.head{font-weight:600;font-size:15px}.group{font-weight:600}
@media (prefers-color-scheme:dark){.card{fill:#0d1117}.text{fill:#e6edf3}.soft{fill:#9da7b3}.line{stroke:#e6edf3}
.grid{stroke:#30363d}.attesta{fill:#388bfd}.peer{fill:#6e7681}.floor{fill:#d29922}}
"""
PICTURES = {
    "issue": ("Issuing, eddsa-rdfc-2022, in process", ("data-integrity/issue/big", "data-integrity/issue/small")),
    "verify": ("Verifying, eddsa-rdfc-2022, in process", ("data-integrity/verify/big", "data-integrity/verify/small")),
    "jwt": ("VC-JWT with EdDSA, the big badge, in process", ("jwt/issue/big", "jwt/verify/big")),
    "http": (
        "Over HTTP",
        ("http/verify/big/status", "http/verify/big/bare", "http/verify/small/bare", "http/issue/big"),
    ),
}

Json = dict[str, Any]


def draw(found: Json, folder: Path) -> list[Path]:
    """Write the pictures for which the run has cases; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    by_id = {case["id"]: case for case in found["cases"]}
    drawn = []
    for name, (title, wanted) in PICTURES.items():
        cases = [by_id[case_id] for case_id in wanted if case_id in by_id]
        if cases:
            path = folder / f"{name}.svg"
            path.write_text(picture(title, cases), encoding="utf-8")
            drawn.append(path)
    return drawn


def picture(title: str, cases: list[Json]) -> str:
    """Return one picture: a group of bars per case."""
    height = HEAD + sum(GROUP + (BAR + GAP) * len(case["per_second"]) for case in cases) + GAP
    axis = Axis(
        [value for case in cases for rate in case["per_second"].values() for value in (rate["p10"], rate["p90"])]
    )
    body = [*_frame(title, cases, height), *axis.grid(height)]
    top = HEAD
    for case in cases:
        body.append(f'<text class="text group" x="12" y="{top + 20}">{escape(case["title"])}</text>')
        top += GROUP
        for name, rate in case["per_second"].items():
            body += _bar(axis, case, name, rate, top)
            top += BAR + GAP
    return "\n".join([*body, "</svg>", ""])


class Axis:
    """Where a rate stands: logarithmic, from a power of ten to the next beyond the largest."""

    def __init__(self, values: list[float]) -> None:
        """`values`: all that have to find room."""
        self._low = math.floor(math.log10(min(values)))
        self._high = max(math.ceil(math.log10(max(values))), self._low + 1)

    def x(self, value: float) -> float:
        """Return the place of a rate, in pixels from the left."""
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def grid(self, height: int) -> Iterator[str]:
        """Yield a line and a label for each power of ten."""
        for power in range(self._low, self._high + 1):
            x = self.x(10**power)
            yield f'<line class="grid" x1="{x:.1f}" y1="{HEAD - 6}" x2="{x:.1f}" y2="{height - 4}"/>'
            label = f"{10**power:,}/s"
            yield f'<text class="soft" x="{x:.1f}" y="{HEAD - 10}" text-anchor="middle">{label}</text>'


def _frame(title: str, cases: list[Json], height: int) -> Iterator[str]:
    head = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    yield f'<svg {head} role="img" aria-labelledby="t d">'
    yield f'<title id="t">{escape(title)}</title>'
    yield f'<desc id="d">{escape(" ".join(sentence(case) for case in cases))}</desc>'
    yield f"<style>{STYLE}</style>"
    yield f'<rect class="card" width="{WIDTH}" height="{height}" rx="6"/>'
    yield f'<text class="text head" x="12" y="24">{escape(title)}: operations a second</text>'


def sentence(case: Json) -> str:
    """Say in words what a group of bars shows."""
    told = ", ".join(f"{TITLES[name]} {figure(rate['median'])}" for name, rate in case["per_second"].items())
    return f"{case['title']}: {told} a second."


def _bar(axis: Axis, case: Json, name: str, rate: Json, top: int) -> Iterator[str]:
    kind = name if name in {"attesta", "floor"} else "peer"
    end, low, high = axis.x(rate["median"]), axis.x(rate["p10"]), axis.x(rate["p90"])
    middle = top + BAR / 2
    told = figure(rate["median"])
    if name in case["ratio"]:
        ratio = case["ratio"][name]["median"]
        told += f" (Attesta: {share(ratio) if name == 'floor' else times(ratio)})"
    yield f'<text class="text" x="{LEFT - 8}" y="{middle + 4.5}" text-anchor="end">{escape(TITLES[name])}</text>'
    yield f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{max(end - LEFT, 1):.1f}" height="{BAR}" rx="2"/>'
    yield f'<line class="line" x1="{low:.1f}" y1="{middle}" x2="{high:.1f}" y2="{middle}" stroke-width="2"/>'
    yield f'<text class="text" x="{max(end, high) + 8:.1f}" y="{middle + 4.5}">{escape(told)}</text>'
