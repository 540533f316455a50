"""`attesta verify` of what holds several credentials."""

import hashlib
import json
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app.vc import did
from tests.adapters.loopback import loopback, send
from tests.cli.test_cli import _run
from tests.verifier.badges import KEY, badge, method_of, signed, spoiled
from tests.verifier.test_endorsements import endorsement
from tests.verifier.test_presented import presentation, presented, vp_jwt

BADGE = signed(badge(did.did_key(KEY.public), validUntil=None, endorsement=[endorsement()]), KEY, method_of(KEY))
BROKEN = spoiled(BADGE, "name", by=lambda _: "Changed")


def checked(folder, document):
    text = document if isinstance(document, str) else json.dumps(document)
    done = _run(folder, "verify", "-", stdin=text.encode())
    return done.returncode, done.stdout.decode().splitlines()


@pytest.mark.parametrize("made", [presented, vp_jwt], ids=["embedded", "jwt"])
def test_presentation_shows_each_credential_and_endorsement(tmp_path, made):
    code, lines = checked(tmp_path, made(presentation(BADGE, BROKEN)))
    assert code == 1
    assert lines[0].startswith("invalid: This presentation is not valid: The credential is not valid:")
    assert any(line.startswith("  credential /verifiableCredential/0: This credential is valid") for line in lines)
    assert any(line.startswith("  credential /verifiableCredential/1: This credential is not valid") for line in lines)
    assert any(line.startswith("    endorsement /endorsement/0: This credential is valid") for line in lines)


def test_exit_codes(tmp_path):
    assert checked(tmp_path, vp_jwt(presentation(BADGE)))[0] == 0
    assert checked(tmp_path, presentation(BADGE))[0] == 3
    assert checked(tmp_path, presentation(BROKEN))[0] == 1


def test_evidence_is_saved_and_judged_again(tmp_path):
    (tmp_path / "badge.json").write_text(json.dumps(BADGE))
    first = _run(tmp_path, "verify", "badge.json", "--evidence", "kept", "--json")
    assert b"The evidence was saved in kept" in first.stderr
    again = _run(tmp_path, "verify", "badge.json", "--evidence", "kept", "--json")
    assert b"nothing was fetched" in again.stderr
    told, retold = json.loads(first.stdout), json.loads(again.stdout)
    assert (told["is_replay"], retold["is_replay"]) == (False, True)
    assert (told["outcome"], told["checks"]) == (retold["outcome"], retold["checks"])


def test_judged_at_another_time(tmp_path):
    (tmp_path / "badge.json").write_text(json.dumps(BADGE))
    assert _run(tmp_path, "verify", "badge.json", "--as-of", "2020-01-01").returncode == 1
    done = _run(tmp_path, "verify", "badge.json", "--as-of", "tomorrow")
    assert (done.returncode, b"2026-09-01T12:00:00Z" in done.stderr) == (1, True)


def test_a_receipt_is_signed_and_checked(tmp_path):
    (tmp_path / "badge.json").write_text(json.dumps(BADGE))
    done = _run(tmp_path, "verify", "badge.json", "--receipt", "receipt.jwt")
    assert (done.returncode, b"attesta verifier-key" in done.stderr) == (3, True)
    made = _run(tmp_path, "verifier-key")
    assert made.stdout.startswith(b"did:key:z6Mk")
    assert _run(tmp_path, "verifier-key").stdout == made.stdout
    assert _run(tmp_path, "verify", "badge.json", "--receipt", "receipt.jwt").returncode == 0
    lines = _run(tmp_path, "verify", "receipt.jwt").stdout.decode().splitlines()
    assert lines[0].startswith("valid: ")
    assert any(line.startswith("receipt: a document was found valid, as of 20") for line in lines)
    digest = hashlib.sha256((tmp_path / "badge.json").read_bytes()).hexdigest()
    assert any(line.endswith(f"SHA-256 {digest}") for line in lines)


def test_an_address_is_followed_and_its_evidence_kept(tmp_path):
    with loopback() as site:
        site.answers["/badge"] = lambda handler: send(
            handler, json.dumps(BADGE).encode(), content_type="application/vc"
        )
        site.answers["/page"] = lambda handler: send(
            handler, b"<!doctype html><html>Ana</html>", content_type="text/html"
        )
        done = _run(tmp_path, "verify", site.url("/badge"), "--evidence", "kept", "--json")
        told = json.loads(done.stdout)
        assert (done.returncode, told["outcome"], told["fetched"][0]["kind"]) == (0, "valid", "document")
        page = _run(tmp_path, "verify", site.url("/page"))
        assert (page.returncode, b"web page" in page.stderr) == (1, True)
        address = site.url("/badge")
    again = _run(tmp_path, "verify", address, "--evidence", "kept", "--json")
    assert (again.returncode, json.loads(again.stdout)["is_replay"]) == (0, True)
    assert _run(tmp_path, "verify", address).returncode == 3


def test_an_address_is_judged_again_without_asking_it(tmp_path):
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "badge.json").write_text(json.dumps(BADGE))
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "www"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/badge.json"
        first = _run(tmp_path, "verify", address, "--evidence", "kept", "--json")
        server.shutdown()
    again = _run(tmp_path, "verify", address, "--evidence", "kept", "--json")
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert json.loads(again.stdout)["sha256"] == json.loads(first.stdout)["sha256"]
    other = _run(tmp_path, "verify", "https://other.example/badge.json", "--evidence", "kept")
    assert (other.returncode, b"is not in the evidence" in other.stderr) == (3, True)
