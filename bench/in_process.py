"""In process: each participant's worker takes its turn, round after round, on the same documents."""

from collections.abc import Callable
from itertools import product
from typing import Any

from bench import material
from bench.peers import attesta
from bench.processes import Worker
from bench.summary import Case

KINDS = ("issue", "verify")
NAMES = {"data-integrity": "eddsa-rdfc-2022", "jwt": "VC-JWT, EdDSA"}
WARM_UP_S = 2.0  # node compiles what it runs often only after a while


def measure(
    workers: list[Worker], rounds: int, seconds: float, warm_up_s: float, tell: Callable[[Case], None]
) -> list[Case]:
    """Measure every case; `tell` is called with each that is done."""
    done = []
    for securing, kind, badge in product(material.SECURINGS, KINDS, reversed(material.BADGES)):
        able = [worker for worker in workers if securing in worker.participant.securings]
        case = Case(f"{securing}/{kind}/{badge}", f"{kind} the {badge} badge, {NAMES[securing]}")
        case.notes["bytes"] = _load(able, securing, kind, badge)
        for worker in able:
            worker.ask(do="run", seconds=warm_up_s)
        for number in range(rounds):
            for worker in _in_turn(able, number):
                _run(case, worker, seconds)
        tell(case)
        done.append(case)
    return done


def _load(workers: list[Worker], securing: str, kind: str, badge: str) -> int:
    """Give everybody the documents; returns the size of a secured badge.

    What a peer issues has to be valid to us, and what we issued to the peers: who says otherwise ends the run.
    """
    unsigned = material.unsigned(badge)
    secured = [attesta.issue(text, securing) for text in unsigned]
    verify = attesta.operation("verify", securing, [])
    for worker in workers:
        given = unsigned if kind == "issue" else secured
        if securing == "jwt" and worker.participant.reads_only_own_jwts:
            if kind == "verify":
                given = _made_by(worker, securing, unsigned)
        elif kind == "issue" and worker.participant.name != "floor":
            verify(*_made_by(worker, securing, unsigned[:1]))
        worker.ask(do="load", kind=kind, securing=securing, documents=given)
    return len(secured[0].encode())


def _made_by(worker: Worker, securing: str, unsigned: list[str]) -> list[str]:
    worker.ask(do="load", kind="issue", securing=securing, documents=unsigned)
    made: list[str] = worker.ask(do="each")["results"]
    return made


def _in_turn(workers: list[Worker], number: int) -> list[Worker]:
    """Let another one begin each round, so that nobody always follows the same one."""
    first = number % len(workers)
    return workers[first:] + workers[:first]


def _run(case: Case, worker: Worker, seconds: float) -> None:
    told: dict[str, Any] = worker.ask(do="run", seconds=seconds)
    case.add(worker.participant.name, told["times"] / told["wall_s"], 1000 * told["cpu_s"] / told["times"])
