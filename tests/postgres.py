"""A throw-away PostgreSQL server for the tests: its own data folder, a Unix socket only, gone afterwards.

`find_binaries()` says where the server programs are; `cluster()` runs one and gives its SQLAlchemy URL. initdb refuses
to run as root, so root hands the data folder to an unprivileged account and runs the programs as that one.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
START_TIMEOUT_S = 60


def find_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl: of the PATH, else the newest of Debian's; None where there is none."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    versions = sorted(DEBIAN_FOLDER.glob("*/bin/initdb"), key=lambda found: float(found.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def cluster() -> Iterator[str]:
    """`postgresql+psycopg://...` of a fresh server, empty, in UTF-8; raises RuntimeError without binaries."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL server binaries are missing (Debian: apt-get install postgresql-15)")
    account = _account()
    # A short path: a Unix socket's name may have 107 bytes (sun_path in unix(7)).
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=scratch.folder()))
    try:
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        yield from _running(binaries, folder, account)
    finally:
        shutil.rmtree(folder)


def _running(binaries: Path, folder: Path, account: pwd.struct_passwd | None) -> Iterator[str]:
    data = str(folder / "data")
    _run(account, binaries / "initdb", "-D", data, "-U", "attesta", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    options = f"{FAST_AND_LOCAL} -k {folder}"
    start = ("-D", data, "-l", str(folder / "log"), "-w", "-t", str(START_TIMEOUT_S), "-o", options)
    _run(account, binaries / "pg_ctl", *start, "start")
    try:
        yield f"postgresql+psycopg://attesta@/postgres?host={quote(str(folder))}"
    finally:
        _run(account, binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


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
