"""A throw-away PostgreSQL server for the tests: its own data folder, a Unix socket only, gone afterwards.

`find_binaries()` says where the server programs are; `cluster()` runs one and gives its SQLAlchemy URL, `server()` one
that can be stopped in every way. initdb refuses to run as root, so root hands the data folder to an unprivileged
account and runs the programs as that one.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests import scratch

DEBIAN_FOLDER = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")
# A test cluster loses nothing by a crash; without the syncs the suite runs several times faster.
FAST_AND_LOCAL = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c timezone=UTC "
    "-c shared_buffers=32MB -c max_wal_size=96MB"
)
KEEPS_COMMITS = "-c synchronous_commit=on"  # also when it is killed; the later of two settings counts
START_TIMEOUT_S = 60


def find_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl: of the PATH, else the newest of Debian's; None where there is none."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    versions = sorted(DEBIAN_FOLDER.glob("*/bin/initdb"), key=lambda found: float(found.parts[-3]))
    return versions[-1].parent if versions else None


@dataclass(frozen=True)
class Server:
    """A server with a data folder. `url`: `postgresql+psycopg://...`."""

    binaries: Path
    folder: Path
    account: pwd.struct_passwd | None
    options: str

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://attesta@/postgres?host={quote(str(self.folder))}"

    def create(self) -> None:
        ways = ("-U", "attesta", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        _run(self.account, self.binaries / "initdb", "-D", str(self.folder / "data"), *ways)

    def start(self) -> None:
        options = f"{FAST_AND_LOCAL} {self.options} -k {self.folder}"
        self._control("-l", str(self.folder / "log"), "-t", str(START_TIMEOUT_S), "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        """`how`: immediate, or fast, which ends all connections and then writes what there is to write."""
        self._control("-m", how, "stop")

    def _control(self, *words: str) -> None:
        _run(self.account, self.binaries / "pg_ctl", "-D", str(self.folder / "data"), "-w", *words)

    def signal(self, number: signal.Signals) -> None:
        """Send it to each of its processes, the first one first."""
        for process in self._processes():
            os.kill(process, number)

    def kill(self) -> None:
        """As the system does when there is no memory left."""
        processes = self._processes()
        self.signal(signal.SIGKILL)
        while any(Path(f"/proc/{process}").exists() for process in processes):
            threading.Event().wait(0.01)

    def _processes(self) -> list[int]:
        first = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        others = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [int(process) for process in (first, *others)]


@contextmanager
def server(options: str = "") -> Iterator[Server]:
    """A fresh server, empty, in UTF-8; raises RuntimeError without binaries. `options`: of `postgres`."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL server binaries are missing (Debian: apt-get install postgresql-15)")
    account = _account()
    # A short path: a Unix socket's name may have 107 bytes (sun_path in unix(7)).
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=scratch.folder()))
    made = Server(binaries, folder, account, options)
    try:
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        made.create()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a fresh server."""
    with server() as made:
        yield made.url


def _account() -> pwd.struct_passwd | None:
    """Whom to run the server as: None means as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED if name in known)


def _run(account: pwd.struct_passwd | None, program: Path, *arguments: str) -> None:
    identity = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # pg_ctl's server inherits the pipes and would keep them open, so the output goes to a file.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [program, *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd="/",
            check=False,
            **identity,
        )
        output.seek(0)
        said = output.read().decode(errors="replace")
    if done.returncode != 0:
        raise RuntimeError(f"{program.name} failed: {said}")
