"""Who takes part, and their processes: workers on stdin and stdout, servers on a port."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NODE = ROOT / "bench" / "node"
PEERS_PYTHON = ROOT / "bench" / ".venv-peers" / "bin" / "python"
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 20
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Participant:
    """One that is measured. `home`: attesta (this environment), pypi (the peers' environment) or npm.

    `reads_only_own_jwts`: it verifies JWTs that it made itself, because it reads no Open Badge as JWT.
    """

    name: str
    title: str
    home: str
    module: str
    securings: tuple[str, ...]
    reads_only_own_jwts: bool = False

    def worker(self) -> list[str]:
        """Return the command of its worker."""
        if self.home == "npm":
            return [node(), str(NODE / "worker.mjs"), self.module]
        return [self._python(), "-m", "bench.worker", self.module]

    def _python(self) -> str:
        return sys.executable if self.home == "attesta" else str(PEERS_PYTHON)

    def server(self, port: int, processes: int) -> list[str]:
        """Return the command of the smallest server around it."""
        if self.home == "npm":
            return [node(), str(NODE / "server.mjs"), self.module, str(port), str(processes)]
        module = "bench.attesta_verifier" if self.home == "attesta" else "bench.server"
        return [self._python(), "-m", module, str(port), str(processes)]


DATA_INTEGRITY, JWT = ("data-integrity",), ("jwt",)
PARTICIPANTS = (
    Participant("attesta", "Attesta", "attesta", "attesta", DATA_INTEGRITY + JWT),
    Participant("digital-bazaar", "Digital Bazaar vc", "npm", "digital_bazaar", DATA_INTEGRITY),
    Participant("dcc", "DCC vc, verifier-core", "npm", "dcc", DATA_INTEGRITY),
    Participant("jose", "jose (Node)", "npm", "jose", JWT),
    Participant("pyld", "plain pyld", "pypi", "plain_pyld", DATA_INTEGRITY),
    Participant("openbadgeslib", "openbadgeslib", "pypi", "openbadgeslib_", DATA_INTEGRITY + JWT),
    Participant("openvc", "openvc-core", "pypi", "openvc_core", DATA_INTEGRITY + JWT, reads_only_own_jwts=True),
    Participant("floor", "floor", "attesta", "floor", DATA_INTEGRITY + JWT),
)


def node() -> str:
    """Return the path of node; ends the program when there is none."""
    found = shutil.which("node")
    if found is None:
        raise SystemExit("node 20 is needed (Debian: apt-get install nodejs npm)")
    return found


def refuse_missing_peers() -> None:
    """End the program where `make bench` has not installed the peers."""
    for place in (NODE / "node_modules", PEERS_PYTHON):
        if not place.exists():
            raise SystemExit(f"{place.relative_to(ROOT)} is missing: `make bench` installs the peers")


def environment(**more: str) -> dict[str, str]:
    """Return what a process needs, and no setting of the developer's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTA_")}
    return kept | {"PYTHONPATH": str(ROOT)} | more


class Worker:
    """A participant's worker: asks it, line by line."""

    def __init__(self, participant: Participant, material: Path) -> None:
        """`material`: see bench.material."""
        self.participant = participant
        self._process = subprocess.Popen(
            participant.worker(),
            cwd=ROOT,
            env=environment(BENCH_MATERIAL=str(material)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **command: Any) -> dict[str, Any]:
        """Return its answer; raises RuntimeError with what it says when it cannot."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the worker was started without pipes")
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "it ended"}
        if "error" in answer:
            raise RuntimeError(f"{self.participant.title}: {answer['error']}")
        return answer

    def stop(self) -> None:
        """End it."""
        self._process.communicate(timeout=STOP_TIMEOUT_S)


@contextmanager
def workers(material: Path) -> Iterator[list[Worker]]:
    """Start the workers of all participants."""
    started: list[Worker] = []
    try:
        started.extend(Worker(participant, material) for participant in PARTICIPANTS)
        yield started
    finally:
        for worker in started:
            worker.stop()


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs. `group`: the process group of all of its processes."""

    port: int
    group: int

    def cpu_s(self) -> float:
        """Return how much CPU time its processes have used so far, in seconds (proc(5), /proc/pid/stat)."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it ended meanwhile
                _, _, group, *others = stat.read_text().rpartition(")")[2].split()
                ticks += sum(map(int, others[8:10])) if int(group) == self.group else 0
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(command: list[str], port: int, log: Path, more: Mapping[str, str]) -> Iterator[Server]:
    """Start a server, wait until it listens, and end it with all of its processes."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(**more),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its processes can be told, and ended with it
        )
        try:
            _await(process, port)
            yield Server(port, process.pid)
        except RuntimeError as error:
            error.add_note(f"{log.name} ends with:\n{log.read_text(errors='replace')[-2000:]}")
            raise
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and all of its processes, by force when it does not listen."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(int(START_TIMEOUT_S / POLL_S)):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(POLL_S)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not start")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
