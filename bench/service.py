"""The real service, with an SQLite database that is gone afterwards, and learners who have earned a badge."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import post
from bench.processes import Server, free_port, serving

KEY = "a-key-for-the-benchmark-only-0123456789"
FRAMEWORK = Path(__file__).parent / "flow" / "framework.yaml"
ACHIEVEMENT = "AIR"
ROWS_AT_ONCE = 2000
LEARNERS_HEAD = "id,name,email,language"
RESULTS_HEAD = "source_system,source_record_id,person_id,assessment,section,attempt,score,max,performed_on,status"
AUTHORIZED = {"Authorization": f"Bearer {KEY}"}


@contextmanager
def running(folder: Path, learners: int) -> Iterator[Server]:
    """Start it in one process, and fill it."""
    port = free_port()
    settings = {"ATTESTA_PORT": str(port), "ATTESTA_DATA_DIR": str(folder / "data"), "ATTESTA_ADMIN_KEY": KEY}
    command = [str(Path(sys.executable).parent / "attesta"), "serve"]
    with serving(command, port, folder / "attesta.log", settings) as server:
        _send(port, "/api/v1/frameworks", FRAMEWORK.read_bytes(), "application/yaml")
        for first in range(0, learners, ROWS_AT_ONCE):
            _fill(port, range(first, min(first + ROWS_AT_ONCE, learners)))
        yield server


def _fill(port: int, numbers: range) -> None:
    _send(port, "/api/v1/learners", roster(numbers), "text/csv")
    _send(port, "/api/v1/results", results(numbers), "text/csv")


def roster(numbers: range) -> bytes:
    """Return the learners of these numbers as CSV."""
    return _csv(LEARNERS_HEAD, [f"b-{number},Learner {number},learner-{number}@example.org,en" for number in numbers])


def results(numbers: range) -> bytes:
    """Return a good result of each as CSV."""
    return _csv(
        RESULTS_HEAD, [f"bench,r-{number},b-{number},C1-T,AIR.1,1,27,30,2026-06-01,final" for number in numbers]
    )


def _csv(head: str, rows: list[str]) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def _send(port: int, path: str, body: bytes, media_type: str) -> bytes:
    headers = {"Content-Type": media_type, **AUTHORIZED}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 - this machine
        content: bytes = answer.read()
    return content


def size_of_a_badge(port: int) -> int:
    """Return how many bytes the first learner's badge has."""
    told = json.loads(_send(port, "/api/v1/credentials", _wanted(0), "application/json"))
    with urllib.request.urlopen(told["url"], timeout=60) as answer:  # noqa: S310 - this machine
        return len(answer.read())


def requests(learners: int) -> Iterator[bytes]:
    """Yield a request for a badge of each learner; what is asked for twice would only be looked up."""
    headers = {"Content-Type": "application/json", **AUTHORIZED}
    for number in range(learners):
        yield post("/api/v1/credentials", _wanted(number), headers)


def _wanted(number: int) -> bytes:
    return json.dumps({"achievement": ACHIEVEMENT, "learner": f"b-{number}"}).encode()
