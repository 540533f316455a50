"""attesta learners erase: asks first, tells what is gone and what stays."""

import json

import pytest
from typer.testing import CliRunner

from app.cli import command_line
from tests.cli.conftest import FRAMEWORK_AND_LEARNERS


@pytest.fixture
def home(tmp_path, monkeypatch, prepared):
    monkeypatch.setenv("ATTESTA_DATA_DIR", str(tmp_path / "data"))
    prepared(tmp_path, FRAMEWORK_AND_LEARNERS)
    return tmp_path


def run(*arguments, typed=""):
    return CliRunner().invoke(command_line(), [str(each) for each in arguments], input=typed)


def test_it_asks_and_does_nothing_without_a_yes(home):
    assert run("learners", "erase", "p-ana", typed="n\n").exit_code == 1
    assert run("learners", "erase", "p-ana", typed="y\n").exit_code == 0


def test_it_tells_what_was_done_and_once_is_enough(home):
    done = run("learners", "erase", "p-ana", "--yes", "--revoke")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["credentials"] == "revoked"
    assert told["kept"] == {"awards_without_a_person": 0, "licence_numbers": [], "records_until": {}}
    again = run("learners", "erase", "p-ana", "--yes")
    assert again.exit_code != 0
