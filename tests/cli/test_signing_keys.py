"""`attesta key rotate | revoke | list` for signing keys, as an operator uses them."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import DEMO
from tests.cli.test_cli import _json, _run

AWARDED = [(f"MC-0{number}", learner) for number in (1, 2, 5, 6) for learner in ("p-ana", "p-boris", "p-carmen")]
PUBLIC = {"ATTESTA_BASE_URL": "https://badges.example.org"}


@pytest.fixture
def home(tmp_path, prepared):
    """A folder in which the demonstration was run, which issued MC-02 to p-ana."""
    prepared(tmp_path, DEMO, **PUBLIC)
    return tmp_path


def _keys(home):
    return _json(_run(home, "key", "list", **PUBLIC))["signing_keys"]


def _active(home, key_type="Ed25519"):
    (found,) = [key["name"] for key in _keys(home) if (key["state"], key["type"]) == ("active", key_type)]
    return found


def _issue(home, achievement="MC-02", learner="p-ana"):
    return _json(_run(home, "issue", achievement, learner, **PUBLIC))


def _verdict(home, credential):
    done = _run(home, "verify", "-", stdin=json.dumps(credential).encode(), **PUBLIC)
    return done.stdout.decode().partition(":")[0]


def test_a_routine_rotation(home):
    before, badge = _active(home), _issue(home)["credential"]
    told = _json(_run(home, "key", "rotate", **PUBLIC))
    assert [each["type"] for each in told["rotated"]] == [key["type"] for key in _keys(home)[3:]]
    assert {each["issuer"] for each in told["rotated"]} == {"did:web:badges.example.org:issuers:main"}
    assert "old badges keep verifying" in told["notes"][0]
    (old,) = [key for key in _keys(home) if key["name"] == before]
    assert (old["state"], old["revoked_at"]) == ("retired", None)
    fresh = _issue(home, "MC-01")["credential"]
    assert _active(home) in fresh["proof"][0]["verificationMethod"]
    assert [_verdict(home, each) for each in (badge, fresh)] == ["valid", "valid"]


def test_a_compromise(home):
    name, badge = _active(home), _issue(home)
    considered = _json(_run(home, "key", "revoke", name, "--dry-run", **PUBLIC))
    assert considered["to_issue_again"] == {"before_compromise": 1, "since_compromise": 0}
    assert _verdict(home, badge["credential"]) == "valid"
    done = _run(home, "key", "revoke", name, "--reason", "a stolen laptop", **PUBLIC)
    told = _json(done)
    assert (told["state"], told["reason"], told["successor"]) == ("revoked", "a stolen laptop", _active(home))
    assert told["sealed"] == {"before_compromise": 1, "since_compromise": 0}
    assert any("--reissue" in note for note in told["notes"])
    assert _verdict(home, badge["credential"]) == "invalid"
    again = _json(_run(home, "reissue", badge["id"], **PUBLIC))
    assert (again["id"], _verdict(home, again["credential"])) == (badge["id"], "valid")
    told = _json(_run(home, "key", "revoke", name, "--reissue", **PUBLIC))
    assert told["to_issue_again"] == {"before_compromise": 0, "since_compromise": 0}
    assert told["notes"] == []


def test_what_was_sealed_since_the_compromise_is_left_to_people(home):
    name, badge = _active(home), _issue(home)
    day, next_day = ((datetime.now(UTC) - timedelta(days=ago)).date().isoformat() for ago in (2, 1))
    told = _json(_run(home, "key", "revoke", name, "--since", day, "--reissue", **PUBLIC))
    assert told["compromised_since"] == f"{day}T00:00:00+00:00"
    assert told["sealed"] == {"before_compromise": 0, "since_compromise": 1}
    assert told["awards_since_compromise"] == [badge["id"]]
    assert any("Look at each" in note for note in told["notes"])
    later = _run(home, "key", "revoke", name, "--since", next_day, **PUBLIC)
    assert later.returncode == 1
    assert f"not to be trusted since {day}".encode() in later.stderr


def test_under_did_key_it_is_said_what_cannot_be_done(tmp_path):
    assert _run(tmp_path, "demo", "--issue-only").returncode == 0
    badge = _json(_run(tmp_path, "issue", "MC-02", "p-ana"))
    (name,) = [key["name"] for key in _json(_run(tmp_path, "key", "list"))["signing_keys"] if key["type"] == "Ed25519"]
    told = _json(_run(tmp_path, "key", "revoke", name, "--reissue"))
    assert any("is the key itself" in note and badge["issuer"] in note for note in told["notes"])
    again = _json(_run(tmp_path, "issue", "MC-02", "p-ana"))
    assert (again["id"], again["issuer"] == badge["issuer"]) == (badge["id"], False)
    assert "Keep the old key files" in _json(_run(tmp_path, "key", "rotate"))["notes"][0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["key", "rotate", "--type", "DSA"], b"is not a type of key"),
        (["key", "rotate", "--tenant", "nobody"], b"no tenant nobody"),
        (["key", "revoke", "nothing"], b"no API key nothing"),
        (["key", "revoke", "nothing", "--reissue"], b"no signing key nothing"),
        (["key", "revoke", "KEY", "--since", "yesterday"], b"'yesterday' is no day"),
        (["key", "revoke", "KEY", "--since", "2999-01-01"], b"still to come"),
        (["key", "revoke", "KEY", "--reason", "x" * 1001], b"1000"),
        (["reissue", "nothing"], b"nothing"),
    ],
)
def test_mistakes_are_told_in_plain_words(home, arguments, said):
    name = _active(home)
    done = _run(home, *[name if each == "KEY" else each for each in arguments], **PUBLIC)
    assert done.returncode == 1
    assert said in done.stderr
    assert b"Traceback" not in done.stderr
    assert _active(home) == name


def _start(home, *arguments):
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTA_")}
    variables |= {"ATTESTA_DATA_DIR": str(home / "data"), **PUBLIC}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "app", *arguments], env=variables, stdout=quiet, stderr=quiet, cwd=home
    )


@pytest.mark.long
def test_kill_minus_nine_while_a_key_is_revoked_and_run_again(home):
    badges = [_issue(home, *pair) for pair in AWARDED if _run(home, "issue", *pair, **PUBLIC).returncode == 0]
    assert len(badges) >= 6
    names = []
    for seed in range(8):  # before the transaction, right after it, while badges are issued again, after all
        names.append(_active(home))
        process = _start(home, "key", "revoke", names[-1], "--reissue")
        threading.Event().wait(random.Random(seed).uniform(0.6, 2.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
    for name in names:
        told = _json(_run(home, "key", "revoke", name, "--reissue", **PUBLIC))
        assert (told["state"], told["refused"]) == ("revoked", {})
        assert told["to_issue_again"] == {"before_compromise": 0, "since_compromise": 0}
    states = [key["state"] for key in _keys(home)]
    assert (states.count("active"), states.count("revoked")) == (3, len(set(names)))
    assert {_verdict(home, badge["credential"]) for badge in badges} == {"invalid"}
    fresh = [_issue(home, *pair) for pair in AWARDED[:3]]
    assert [each["id"] for each in fresh] == [badge["id"] for badge in badges[:3]]
    assert {_verdict(home, each["credential"]) for each in fresh} == {"valid"}
