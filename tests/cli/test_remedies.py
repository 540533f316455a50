"""`attesta verify` says what to do when something could not be had."""

import json

import pytest

from app.cli.remedies import remedy
from app.vc import did
from tests.cli.test_cli import _run
from tests.verifier.badges import KEY, badge, method_of, signed


def verified(folder, *arguments, **changes):
    document = signed(badge(did.did_key(KEY.public), validUntil=None, **changes), KEY, method_of(KEY))
    return _run(folder, "verify", "-", *arguments, stdin=json.dumps(document).encode())


def entry(url):
    return {"credentialStatus": {"id": f"{url}#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
                                 "statusListIndex": "7", "statusListCredential": url}}  # fmt: skip


def told(done):
    return [line for line in done.stdout.decode().splitlines() if line.startswith("what to do: ")]


def test_a_badge_of_a_service_on_this_machine_is_for_that_service(tmp_path):
    done = verified(tmp_path, **entry("http://127.0.0.1:18000/status-lists/1"))
    assert done.returncode == 3
    (line,) = told(done)
    assert "open http://127.0.0.1:18000/verify" in line
    assert "ATTESTA_BASE_URL=http://127.0.0.1:18000, and its ATTESTA_DATA_DIR" in line


def test_nothing_is_advised_where_nothing_is_unknown(tmp_path):
    assert told(verified(tmp_path)) == []
    assert told(verified(tmp_path, "--as-of", "2020-01-01", **entry("http://127.0.0.1:18000/status-lists/1"))) == []


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("timeout", "Try again later: badges.example did not"),
        ("unreachable", "Try again later"),
        ("not_in_evidence", "without --evidence"),
        ("refused", ""),
        ("gone", ""),
    ],
)
def test_each_reason_has_its_advice(code, advice):
    sentence = remedy("https://badges.example/1", code)
    assert sentence.startswith(advice) or advice in sentence
    assert bool(sentence) is bool(advice)
