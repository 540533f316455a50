"""`attesta evidence import`: a folder of files into the data folder."""

import json
import shutil
from pathlib import Path

from tests.cli.test_cli import DATA, _run

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden"


def _ready(folder):
    assert _run(folder, "framework", "import", str(DATA / "smart-city-framework.yaml")).returncode == 0
    assert _run(folder, "learners", "import", str(DATA / "learners.csv")).returncode == 0


def _counts(done):
    assert done.returncode == 0, done.stderr
    return {name: told["counts"] for name, told in json.loads(done.stdout).items()}


def test_a_folder_goes_in_once(tmp_path):
    _ready(tmp_path)
    dry = _counts(_run(tmp_path, "evidence", "import", str(GOLDEN), "--dry-run"))
    first = _counts(_run(tmp_path, "evidence", "import", str(GOLDEN)))
    assert dry == first
    assert {name: counts["new"] for name, counts in first.items()} == {
        "experience.csv": 6,
        "attestations.csv": 8,
        "rpl.csv": 5,
        "credentials.csv": 29,
    }
    again = _counts(_run(tmp_path, "evidence", "import", str(GOLDEN)))
    assert {name: counts["same"] for name, counts in again.items()} == {
        name: counts["new"] for name, counts in first.items()
    }


def test_refused_rows_are_told(tmp_path):
    _ready(tmp_path)
    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(GOLDEN / "attestations.csv", folder)
    with (folder / "attestations.csv").open("a") as file:
        file.write("p-nobody,code-of-conduct,p-nobody,2026-06-01\n")
    told = json.loads(_run(tmp_path, "evidence", "import", str(folder)).stdout)["attestations.csv"]
    assert [(row["row"], row["reason"]) for row in told["refused"]] == [(9, "UNKNOWN_LEARNER")]


def test_a_folder_without_any_of_the_files(tmp_path):
    done = _run(tmp_path, "evidence", "import", str(tmp_path))
    assert (done.returncode, b"evidence.md" in done.stderr) == (1, True)
