"""`attesta verify` of what holds several credentials."""

import json

import pytest

from app.vc import did
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
