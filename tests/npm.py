"""npm projects of the tests: installed once from their lock file, their scripts run with JSON in and out."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

INSTALL_TIMEOUT_S = 300
NODE_TIMEOUT_S = 180


def install(folder: Path) -> None:
    """Install what the lock file names where it is missing; one of several processes does it. Skips without npm."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node 20 and npm are needed (Debian: apt-get install nodejs npm)")
    with (folder / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed(folder):
            subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=folder, check=True, timeout=INSTALL_TIMEOUT_S)


def _is_installed(folder: Path) -> bool:
    """npm writes node_modules/.package-lock.json last, so an interrupted or outdated install is noticed."""
    done = folder / "node_modules" / ".package-lock.json"
    return done.is_file() and done.stat().st_mtime >= (folder / "package-lock.json").stat().st_mtime


def run_node(folder: Path, script: str, request: Any = None, *, authority: Path | None = None) -> Any:
    """What a script of the folder answers to a JSON request. `authority`: a certificate that it is to trust."""
    node = shutil.which("node")
    assert node is not None, "node is missing; install() should have skipped this test"
    text = "" if request is None else json.dumps(request)
    done = subprocess.run(
        [node, script],
        cwd=folder,
        env=os.environ | ({"NODE_EXTRA_CA_CERTS": str(authority)} if authority else {}),
        input=text,
        capture_output=True,
        text=True,
        timeout=NODE_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
