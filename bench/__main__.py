"""`make bench`: Attesta beside its peers, in turn, in one run. See docs/performance.md."""

import argparse
import json
import math
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import evaluate, in_process, material, over_http, plots, processes, report
from bench.peers import attesta
from bench.summary import Case

HERE = Path(__file__).parent
LATEST, REFERENCE = HERE / "results" / "latest.json", HERE / "results" / "reference.json"
PAGE, PICTURES = processes.ROOT / "docs" / "performance.md", processes.ROOT / "docs" / "performance"
PARTS = ("process", "http", "evaluate")
MOST_ISSUED_PER_S = 1000  # over HTTP, by Attesta: as many learners are made as could be asked for


def main() -> None:
    """Measure, tell, write, draw."""
    chosen = arguments()
    processes.refuse_missing_peers()
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rounds": chosen.rounds,
        "seconds_per_turn": chosen.seconds,
        "machine": report.machine(),
        "versions": report.versions(),
        "cases": [],
    }
    with tempfile.TemporaryDirectory(prefix="attesta-bench-") as folder:
        found["cases"] = [case.to_json() for case in measure(Path(folder), chosen)]
    if "evaluate" in chosen.only:
        found["evaluate"] = evaluate.in_a_process(chosen.learners)
        print(*report.evaluation_lines(found["evaluate"]), sep="\n", flush=True)
    write(found, publish=chosen.publish)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Attesta beside its peers.")
    parser.add_argument("--rounds", type=int, default=7, help="how often everybody takes a turn")
    parser.add_argument("--seconds", type=float, default=0.4, help="of one turn in process; over HTTP one half more")
    parser.add_argument("--warm-up", type=float, default=1.5, help="seconds before the first turn")
    parser.add_argument("--learners", type=int, default=10_000, help="people to judge")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--publish", action="store_true", help="also write the reference result and the page's figures")
    return parser.parse_args()


def measure(folder: Path, chosen: argparse.Namespace) -> list[Case]:
    """Measure what was chosen, in process and over HTTP."""
    told, done = folder / "material.json", []
    material.write(told, attesta.status_list())
    os.environ[material.MATERIAL] = str(told)
    if "process" in chosen.only:
        with processes.workers(told) as workers:
            done += in_process.measure(workers, chosen.rounds, chosen.seconds, chosen.warm_up, tell)
    if "http" in chosen.only:
        seconds = 1.5 * chosen.seconds
        learners = math.ceil((chosen.warm_up + chosen.rounds * seconds) * MOST_ISSUED_PER_S)
        done += over_http.measure(folder, told, chosen.rounds, seconds, chosen.warm_up, learners, tell)
    return done


def tell(case: Case) -> None:
    """Print a case as soon as it is done."""
    print(*report.lines(case.to_json()), sep="\n", flush=True)


def write(found: dict[str, Any], *, publish: bool) -> None:
    """Write the result and the pictures; with `publish` also those of the documentation."""
    LATEST.parent.mkdir(exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    LATEST.write_text(text, encoding="utf-8")
    drawn = plots.draw(found, LATEST.parent)
    if publish:
        REFERENCE.write_text(text, encoding="utf-8")
        drawn += plots.draw(found, PICTURES)
        report.write_into(PAGE, found)
    print("\nwritten:", *(path.relative_to(processes.ROOT) for path in (LATEST, *drawn)))


if __name__ == "__main__":
    main()
