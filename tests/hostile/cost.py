"""What each hostile document costs in a process of its own: `python -m tests.hostile.cost` prints it, worst first.

A line is: CPU time in seconds, peak memory in MB (of the whole process, Python and the libraries too), outcome, name.
Every document is judged in a fresh child of a process that has read the program and judged nothing yet.
"""

import json
import os
import resource
import sys
from typing import Any

from tests.hostile.corpus import FOUND, MADE, judged

KIBIBYTES_OF_A_MEGABYTE = 1_000_000 / 1024


def measured(name: str) -> dict[str, Any]:
    """Judge one document in a child process."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        outcome = judged(name).outcome
        usage = resource.getrusage(resource.RUSAGE_SELF)
        told = {"cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / KIBIBYTES_OF_A_MEGABYTE}
        os.write(writing, json.dumps(told | {"outcome": outcome, "name": name}).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    result: dict[str, Any] = json.loads(told)
    return result


def costs() -> list[dict[str, Any]]:
    """Measure every document; the one that takes most CPU time first."""
    names = [*FOUND, *(trick.name for trick in MADE)]
    return sorted((measured(name) for name in names), key=lambda one: -one["cpu_s"])


if __name__ == "__main__":
    found = costs()
    for one in found:
        sys.stdout.write("{cpu_s:.2f} s  {peak_mb:.0f} MB  {outcome}  {name}\n".format(**one))
    most = max(one["peak_mb"] for one in found)
    sys.stdout.write(f"{len(found)} documents; most CPU {found[0]['cpu_s']:.2f} s, most memory {most:.0f} MB\n")
