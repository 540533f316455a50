"""The command line as a person uses it: its output and its exit codes."""

import contextlib
import io
import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import dataclass

import pytest

from app.cli import main
from tests.cli.conftest import DATA, DEMO


@pytest.fixture(scope="module")
def home(tmp_path_factory, prepared):
    """A folder in which the demonstration was run."""
    folder = tmp_path_factory.mktemp("home")
    prepared(folder, DEMO)
    return folder


@dataclass
class Done:
    """What a command came to."""

    returncode: int
    stdout: bytes
    stderr: bytes


def _run(home, *arguments, stdin=b"", **environment):
    """Run a command in this process: starting Python anew costs a second each time."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTA_")}
    variables |= {"ATTESTA_DATA_DIR": str(home / "data"), **environment}
    out, err = (io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patched, contextlib.chdir(home):
        patched.setattr(os, "environ", variables)
        patched.setattr(sys, "argv", ["attesta", *arguments])
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        patched.setattr(sys, "stdout", out)
        patched.setattr(sys, "stderr", err)
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
    return Done(code, out.buffer.getvalue(), err.buffer.getvalue())


def _process(home, *arguments, stdin=None, **environment):
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTA_")}
    variables |= {"ATTESTA_DATA_DIR": str(home / "data"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        env=variables,
        capture_output=True,
        check=False,
        input=stdin,
        timeout=600,
        cwd=home,
    )


def _json(done):
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout[done.stdout.index(b"{") :])


def test_a_whole_day_at_the_keyboard(tmp_path):
    home = tmp_path
    imported = _json(_run(home, "framework", "import", str(DATA / "smart-city-framework.yaml")))
    assert imported["counts"]["micro_credentials"] == 10
    assert _json(_run(home, "learners", "import", str(DATA / "learners.csv")))["counts"]["new"] == 8
    counts = _json(_run(home, "results", "import", str(DATA / "results.csv")))["counts"]
    assert counts == {"new": 317, "same": 1, "correction": 1, "refused": 0}
    told = _run(home, "learners", "evaluate", "p-boris", "MC-08", "--as-of", "2026-09-01")
    assert told.stdout.decode().startswith("not_met")
    assert "17/30" in told.stdout.decode()
    issued = _json(_run(home, "issue", "MC-02", "p-ana"))
    badge = home / "badge.json"
    badge.write_text(json.dumps(issued["credential"]))
    good = _run(home, "verify", str(badge))
    assert (good.returncode, good.stdout.split(b":")[0]) == (0, b"valid")
    broken = json.dumps(issued["credential"]).replace("Sofia", "Sofja").replace("Delivery", "Delivers").encode()
    assert _run(home, "verify", "-", stdin=broken).returncode == 1
    assert _run(home, "revoke", issued["id"], "--reason", "test").returncode == 0
    revoked = _run(home, "verify", str(badge), "--json")
    assert revoked.returncode == 1
    assert json.loads(revoked.stdout)["outcome"] == "invalid"
    jwt = _run(home, "issue", "MC-01", "p-ana", "--form", "ES256", "--document-only")
    assert _run(home, "verify", "-", stdin=jwt.stdout).returncode == 0


def test_elsewhere_the_status_list_cannot_be_reached_so_nothing_is_called_valid(home, tmp_path):
    issued = _json(_run(home, "issue", "MC-05", "p-ana"))
    badge = tmp_path / "badge.json"
    badge.write_text(json.dumps(issued["credential"]))
    done = _run(tmp_path, "verify", str(badge))
    assert done.returncode == 3, done.stdout
    assert b"unknown" in done.stdout
    assert sorted(each.name for each in tmp_path.iterdir()) == ["badge.json"]  # verifying leaves nothing behind


def test_tenants_and_keys(home):
    added = _json(
        _run(home, "tenant", "add", "b", "--name", "Provider B", "--country-code", "EL", "--locality", "Volos")
    )
    assert added["api_key"].startswith("att_")
    changed = _json(_run(home, "tenant", "set", "locality=Athens", "--tenant", "b"))
    assert changed["locality"] == "Athens"
    assert _json(_run(home, "tenant", "set", "country=Hellas", "--tenant", "b"))["country"] == "Hellas"
    moved = _json(_run(home, "tenant", "set", "country_code=CY", "--tenant", "b"))
    assert (moved["country_code"], moved.get("country")) == ("CY", None)
    key = _json(
        _run(home, "key", "add", "moodle", "--scope", "results:write", "--expires", "2027-01-31", "--tenant", "b")
    )
    listed = _run(home, "key", "list", "--tenant", "b").stdout.decode()
    assert key["api_key"] not in listed
    assert key["id"] in listed
    assert _run(home, "key", "revoke", key["id"], "--tenant", "b").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["verify"], 2),
        (["nonsense"], 2),
        (["verify", "not-there.json"], 1),
        (["learners", "evaluate", "p-nobody", "MC-02"], 1),
        (["learners", "evaluate", "p-ana", "MC-02", "--as-of", "soon"], 1),
        (["framework", "import", "not-there.yaml"], 1),
        (["verify", "http://127.0.0.1:1/x"], 3),
        (["key", "add", "k", "--scope", "all"], 1),
        (["tenant", "set", "x"], 1),
        (["issue", "MC-02", "p-ana", "--form", "HS256"], 1),
    ],
)
def test_mistakes_are_told_in_plain_words(home, arguments, code):
    done = _run(home, *arguments)
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_process_of_its_own_says_the_same(home):
    done = _process(home, "verify", "not-there.json")
    assert done.returncode == 1
    assert b"not-there.json cannot be read" in done.stderr
    issued = _process(home, "issue", "MC-02", "p-ana", "--document-only")
    assert _process(home, "verify", "-", stdin=issued.stdout).returncode == 0


def test_settings_that_there_are_not_are_told(home):
    done = _run(home, "tenant", "list", ATTESTA_KEYS_PATH="keys", ATTESTA_QQQ="1", attesta_host="127.0.0.1")
    assert done.returncode == 0
    assert done.stderr.decode().splitlines() == [
        "ATTESTA_KEYS_PATH is no setting; did you mean ATTESTA_KEYS_DIR? docs/settings.md lists them.",
        "ATTESTA_QQQ is no setting. docs/settings.md lists them.",
    ]


def test_wrong_settings_are_named(home):
    done = _run(home, "tenant", "list", ATTESTA_PORT="eighty")
    assert done.returncode == 1
    assert b"ATTESTA_PORT" in done.stderr


def test_backup_and_restore_bring_back_badges_and_keys(home, tmp_path):
    issued = _json(_run(home, "issue", "MC-06", "p-ana"))
    archive = tmp_path / "backup.tar"
    written = _run(home, "backup", str(archive))
    assert written.returncode == 0, written.stderr
    assert archive.stat().st_mode & 0o777 == 0o600
    again = _run(home, "backup", str(archive))
    assert (again.returncode, again.stderr.split(b":")[0]) == (1, b"Something is there already")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    restored = _run(elsewhere, "restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    again = _json(_run(elsewhere, "issue", "MC-06", "p-ana"))
    assert again["credential"] == issued["credential"]
    fresh = _json(_run(elsewhere, "issue", "MC-07", "p-ana"))
    assert fresh["credential"]["issuer"]["id"] == issued["credential"]["issuer"]["id"]
    assert _run(elsewhere, "restore", str(archive)).returncode == 1
    # A process of its own: it replaces a file that nobody may have open.
    assert _process(elsewhere, "restore", str(archive), "--replace").returncode == 0
    archive.write_bytes(b"no tar")
    assert _run(elsewhere, "restore", str(archive), "--replace").returncode == 1


def test_the_demo_prepares_the_same_twice(tmp_path):
    first = _run(tmp_path, "demo", "--issue-only").stdout.decode()
    second = _run(tmp_path, "demo", "--issue-only").stdout.decode()
    assert "MC-02 for p-ana: issued." in first
    assert "MC-02 for p-ana: issued before." in second
    found = [re.search(r"Credential +(\S+)", text).group(1) for text in (first, second)]
    assert found[0] == found[1]
    keys = [re.search(r"API key +(\S+)", text).group(1) for text in (first, second)]
    assert keys[0] != keys[1]


@pytest.mark.parametrize("command", [["serve"], ["demo"], ["serve", "--only", "verifier"]])
def test_a_taken_port_is_told_as_such(tmp_path, command):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = _run(tmp_path, *command, ATTESTA_PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.decode() == (
        f"The service was not started: 127.0.0.1 port {port} cannot be listened on: Address already in use.\n"
        "Stop what runs there, or choose another port: ATTESTA_PORT=8001.\n"
    )
    assert list(tmp_path.iterdir()) == []  # nothing was begun


def test_an_address_of_another_machine_is_told_as_such(tmp_path):
    done = _run(tmp_path, "serve", ATTESTA_HOST="192.0.2.1")
    assert done.returncode == 1
    assert b"The service was not started: 192.0.2.1 port 8000" in done.stderr
    assert b"ATTESTA_HOST must be a name or address of this machine." in done.stderr
