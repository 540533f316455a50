"""What one run found: told on the terminal, as tables in Markdown, and what it was run on."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.processes import NODE, PARTICIPANTS, ROOT, node

TITLES = {participant.name: participant.title for participant in PARTICIPANTS}
PINNED = ROOT / "bench" / "requirements-peers.txt"
BUSY = 1.0  # load average before the run
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"

Json = dict[str, Any]


def machine() -> Json:
    """Return what the figures depend on. No name of the machine."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "system": platform.system(),
        "python": platform.python_version(),
        "node": _output([node(), "--version"]),
        "commit": _output(["git", "rev-parse", "--short", "HEAD"]),
        "changed": _output(["git", "status", "--porcelain", "--", "app"]) != "",
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _output(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def versions() -> Json:
    """Return what is installed of the peers: every Python package, and the npm packages that were asked for."""
    pinned = PINNED.read_text(encoding="utf-8").splitlines()
    npm: Json = json.loads((NODE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return {"pypi": [line for line in pinned if "==" in line], "npm": npm}


def lines(case: Json) -> Iterator[str]:
    """Yield what a case found, for the terminal."""
    yield f"\n{case['title']}" + (f" ({case['bytes']} bytes)" if "bytes" in case else "")
    for name, rate in case["per_second"].items():
        told = f"  {TITLES[name]:24}{figure(rate['median']):>8}/s  [{figure(rate['p10'])} - {figure(rate['p90'])}]"
        if name in case["cpu_ms"]:
            told += f"{case['cpu_ms'][name]['median']:8.3g} ms of CPU"
        if name in case["ratio"]:
            told += "   Attesta: " + relation(name, case["ratio"][name])
        yield told


def evaluation_lines(told: Json) -> Iterator[str]:
    """Yield what bench.evaluate found, for the terminal."""
    yield f"\n{told['learners']:,} learners with {told['results']} results each, judged by {told['awards']} awards"
    yield f"  {figure(told['evaluations_per_s'])}/s, {figure(told['evaluations_per_cpu_s'])} per second of CPU time"
    yield f"  reading the file {told['read_s']:.1f} s; peak memory {told['peak_mib']:.0f} MiB"


def figure(value: float) -> str:
    """Write a rate with as many digits as it deserves."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"  # noqa: PLR2004 - three digits say enough


def relation(name: str, ratio: Json) -> str:
    """Write how Attesta stands to another: so many times as fast, or which part of the floor it reaches."""
    write = share if name == "floor" else times
    return f"{write(ratio['median'])} ({write(ratio['p10'])} to {write(ratio['p90'])})"


def share(ratio: float) -> str:
    """Write a ratio below one."""
    return f"{100 * ratio:.0f} %"


def times(ratio: float) -> str:
    """Write how many times as fast."""
    return f"{ratio:.0f} ×" if ratio >= 10 else f"{ratio:.2g} ×"  # noqa: PLR2004 - two digits say enough


def tables(found: Json) -> str:
    """Return the figures of a run in Markdown."""
    about = found["machine"]
    changed = ", with changes" if about["changed"] else ""
    intro = (
        f"One run of {found['at']}, commit {about['commit']}{changed}, {found['rounds']} rounds; {about['cpu']}, "
        f"{about['cores']} cores, {about['system']}, Python {about['python']}, Node {about['node']}; load before the "
        f"run {about['load_before']:.1f}. Medians, with the 10th and 90th percentile of the rounds in brackets.\n"
    )
    if about["load_before"] > BUSY:
        intro += "\nThe machine was busy with other things: rates are too low, and ratios rough.\n"
    parts = [intro]
    parts += [_table(case) for case in found["cases"]]
    if found.get("evaluate"):
        parts.append(_evaluation(found["evaluate"]))
    return "\n".join(parts)


def _table(case: Json) -> str:
    size = f", {case['bytes']:,} bytes" if "bytes" in case else ""
    rows = [f"**{case['title']}**{size}\n", "| | a second | Attesta |", "|---|---|---|"]
    for name, rate in case["per_second"].items():
        told = relation(name, case["ratio"][name]) if name in case["ratio"] else ""
        rows.append(
            f"| {TITLES[name]} | {figure(rate['median'])} ({figure(rate['p10'])} to {figure(rate['p90'])}) | {told} |"
        )
    return "\n".join([*rows, ""])


def _evaluation(told: Json) -> str:
    people = f"{told['learners']:,} learners with {told['results']} results each"
    rows = [
        f"**Judging {people} by {told['awards']} awards**\n",
        "| | |",
        "|---|---|",
        f"| evaluations a second, one process | {figure(told['evaluations_per_s'])} |",
        f"| evaluations a second of CPU time | {figure(told['evaluations_per_cpu_s'])} |",
        f"| reading the file before | {told['read_s']:.0f} s |",
        f"| peak memory | {told['peak_mib']:.0f} MiB |",
    ]
    return "\n".join([*rows, ""])


def write_into(page: Path, found: Json) -> None:
    """Put the figures between the marks of the page."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{tables(found)}{END}{after}", encoding="utf-8")
