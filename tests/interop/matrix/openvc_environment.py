"""openvc-core in an environment of its own, beside ours: the two need different versions of other packages one day."""

import fcntl
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ENVIRONMENT = HERE / ".venv-openvc"
REQUIREMENTS = HERE / "openvc-requirements.txt"
INSTALL_TIMEOUT_S, RUN_TIMEOUT_S = 300, 120


def install() -> None:
    """Make the environment where it is missing, or older than what it is made of; one of several processes does it."""
    done = ENVIRONMENT / "done"
    with (HERE / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.is_file() and done.stat().st_mtime >= REQUIREMENTS.stat().st_mtime:
            return
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True, timeout=INSTALL_TIMEOUT_S)
        pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS]
        subprocess.run(pip, check=True, timeout=INSTALL_TIMEOUT_S)
        done.touch()


def run(request: dict[str, Any]) -> dict[str, Any]:
    """What `openvc_party.py` answers to a request."""
    command = [ENVIRONMENT / "bin" / "python", HERE / "openvc_party.py"]
    text = json.dumps(request)
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
