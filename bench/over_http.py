"""Over HTTP: each participant behind a server, and one after the other under load, round after round.

- verify: `POST /verify` of Attesta, two processes, the status list at hand; the peers behind the smallest server of
  their ecosystem, two processes too.
- issue: `POST /api/v1/credentials` of Attesta, one process, the whole durable flow on SQLite; the peers, one process,
  sign a badge of about that size and keep nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench import material, service
from bench.load import load, post
from bench.peers import attesta
from bench.processes import PARTICIPANTS, Participant, Server, free_port, serving
from bench.summary import Case

VERIFYING_PROCESSES = 2
CONNECTIONS = 16  # connections stay with a process, and with few of them one process would get more than its share
SERVED = tuple(
    participant
    for participant in PARTICIPANTS
    if participant.name not in {"floor", "pyld"} and "data-integrity" in participant.securings
)
Tell = Callable[[Case], None]


@dataclass(frozen=True, slots=True)
class Target:
    """One that is under load, and what it is sent."""

    name: str
    server: Server
    requests: Iterator[bytes]


def measure(
    folder: Path, told: Path, rounds: int, seconds: float, warm_up_s: float, learners: int, tell: Tell
) -> list[Case]:
    """Measure verifying and issuing. `folder`: for databases and logs; `told`: see bench.material."""
    verified = _verify(folder, told, rounds, seconds, warm_up_s, tell)
    return [*verified, _issue(folder, told, rounds, seconds, warm_up_s, learners, tell)]


def _verify(folder: Path, told: Path, rounds: int, seconds: float, warm_up_s: float, tell: Tell) -> list[Case]:
    done = []
    with ExitStack() as stack:
        servers = {one.name: stack.enter_context(_server(one, VERIFYING_PROCESSES, folder, told)) for one in SERVED}
        for badge, with_status in (("big", True), ("big", False), ("small", False)):
            status = "with its status" if with_status else "without status"
            case = Case(
                f"http/verify/{badge}/{'status' if with_status else 'bare'}", f"POST /verify, {badge} badge {status}"
            )
            unsigned = material.unsigned(badge, with_status=with_status)
            bodies = [attesta.issue(text, "data-integrity").encode() for text in unsigned]
            case.notes["bytes"] = len(bodies[0])
            sent = [post("/verify", body, {"Content-Type": "application/json"}) for body in bodies]
            targets = [Target(name, server, cycle(sent)) for name, server in servers.items()]
            _take_turns(case, targets, rounds, seconds, warm_up_s)
            tell(case)
            done.append(case)
    return done


def _issue(folder: Path, told: Path, rounds: int, seconds: float, warm_up_s: float, learners: int, tell: Tell) -> Case:
    case = Case("http/issue/big", "POST /api/v1/credentials, the whole durable flow, beside bare signing")
    with ExitStack() as stack:
        ours = stack.enter_context(service.running(folder, learners))
        targets = [Target("attesta", ours, service.requests(learners))]
        sent = [
            post("/issue", text.encode(), {"Content-Type": "application/json"}) for text in material.unsigned("big")
        ]
        targets += [
            Target(one.name, stack.enter_context(_server(one, 1, folder, told)), cycle(sent)) for one in SERVED[1:]
        ]
        _take_turns(case, targets, rounds, seconds, warm_up_s)
        case.notes["bytes"] = service.size_of_a_badge(ours.port)
    tell(case)
    return case


@contextmanager
def _server(participant: Participant, processes: int, folder: Path, told: Path) -> Iterator[Server]:
    """Run the participant behind its server."""
    port = free_port()
    more = {material.MATERIAL: str(told), "BENCH_PEER": participant.module}
    log = folder / f"{participant.name}-{processes}.log"
    with serving(participant.server(port, processes), port, log, more) as server:
        yield server


def _take_turns(case: Case, targets: list[Target], rounds: int, seconds: float, warm_up_s: float) -> None:
    for target in targets * 2:  # twice: a process that began late gets none of the first connections
        load(target.server.port, target.requests, CONNECTIONS, warm_up_s / 2)
    for number in range(rounds):
        first = number % len(targets)
        for target in targets[first:] + targets[:first]:
            _take_turn(case, target, seconds)


def _take_turn(case: Case, target: Target, seconds: float) -> None:
    cpu_s = target.server.cpu_s()
    done = load(target.server.port, target.requests, CONNECTIONS, seconds)
    case.add(target.name, done.a_second, 1000 * (target.server.cpu_s() - cpu_s) / done.answered)
