"""The measure of tests.hostile.cost, taken once in `make test-all`: `pytest -m long -s tests/hostile` shows it."""

import subprocess
import sys
from pathlib import Path

import pytest

MOST_MB = 200


@pytest.mark.long
def test_no_document_takes_much_memory():
    """CPU time is told and not judged: it depends on the machine and on what else it does. The counters judge it."""
    command = [sys.executable, "-m", "tests.hostile.cost"]
    told = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True).stdout
    *lines, summary = told.splitlines()
    sys.stdout.write("\n".join([*lines[:5], summary, ""]))
    peaks = {line.split("  ")[3]: int(line.split("  ")[1].removesuffix(" MB")) for line in lines}
    assert len(peaks) > 300
    assert {name: peak for name, peak in peaks.items() if peak > MOST_MB} == {}
