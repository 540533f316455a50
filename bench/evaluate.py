"""How many awards a second are judged: `attesta evaluate` on a folder of invented people, in a process of its own.

`python -m bench.evaluate --learners 10000 --results 50`. An evaluation is one learner judged by one award of the
reference framework, with the reasons; reading the file is timed apart. Prints one JSON object.
"""

import argparse
import csv
import itertools
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.cli import evaluating
from app.cli.gathered import gathering
from app.competency.framework import Framework
from bench.processes import ROOT, environment

AS_OF = date(2026, 9, 1)
SEED = 7  # the same people in every run
COLUMNS = (
    "source_system",
    "source_record_id",
    "person_id",
    "assessment",
    "section",
    "attempt",
    "score",
    "max",
    "performed_on",
    "status",
    "assessor_id",
    "signed_off_by",
    "signed_off_on",
)


def main() -> None:
    """Make the people, judge them, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--learners", type=int, default=10_000)
    parser.add_argument("--results", type=int, default=50, help="results of each learner")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attesta-bench-") as folder:
        framework = evaluating.read_framework(Path(folder), None)
        write_results(Path(folder), framework, chosen.learners, chosen.results)
        print(json.dumps({"learners": chosen.learners, "results": chosen.results} | judge(Path(folder), framework)))


def write_results(folder: Path, framework: Framework, learners: int, results: int) -> None:
    """Write the results of invented people, as `attesta evaluate` reads them."""
    with (folder / evaluating.RESULTS).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows(framework, learners, results))


def rows(framework: Framework, learners: int, results: int) -> Iterator[tuple[Any, ...]]:
    """Yield the results of everybody: sections in the order of the framework, from a place that differs by learner."""
    dice = random.Random(SEED)  # noqa: S311 - nothing depends on it
    sections = [
        (assessment["id"], section["id"], section["max"])
        for assessment in framework.document["assessments"]
        for section in assessment["sections"]
    ]
    for learner in range(learners):
        start = dice.randrange(len(sections))
        chosen = itertools.islice(itertools.cycle(sections), start, start + results)
        for number, (assessment, section, most) in enumerate(chosen):
            score = dice.randint(int(most) // 2, int(most))
            person = f"p-{learner:06}"
            attempt = 1 + number // len(sections)
            head = ("bench", f"{learner}-{number}", person, assessment, section, attempt, score, most)
            yield (*head, "2026-03-01", "final", "a-1", "a-2", "2026-03-02")


def judge(folder: Path, framework: Framework) -> dict[str, Any]:
    """Read the folder and judge everybody by every award."""
    with gathering(framework) as gathered:
        started, cpu = time.perf_counter(), time.process_time()
        evaluating.gather(folder, gathered, AS_OF)
        read_s, read_cpu_s = time.perf_counter() - started, time.process_time() - cpu
        before_mib = peak_mib()
        started, cpu = time.perf_counter(), time.process_time()
        outcomes: dict[str, int] = {}
        for case in evaluating.cases(gathered, AS_OF):
            outcomes[case["outcome"]] = outcomes.get(case["outcome"], 0) + 1
        wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
        evaluations = sum(outcomes.values())
        return {
            "awards": len(framework.awards),
            "evaluations": evaluations,
            "outcomes": outcomes,
            "refused": len(gathered.misread),
            "evaluations_per_s": evaluations / wall_s,
            "evaluations_per_cpu_s": evaluations / cpu_s,
            "read_s": read_s,
            "read_cpu_s": read_cpu_s,
            "peak_mib_after_reading": before_mib,
            "peak_mib": peak_mib(),
        }


def peak_mib() -> float:
    """Return the largest resident size of this process so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "linux" else peak / 1024 / 1024  # kilobytes here, bytes on macOS


def in_a_process(learners: int) -> dict[str, Any]:
    """Run this module in a process of its own, so that the peak of memory is its own."""
    command = [sys.executable, "-m", "bench.evaluate", "--learners", str(learners)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    main()
