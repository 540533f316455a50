"""Foreign judges before and after a key of ours is rotated and revoked, while the service runs."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.adapters.keys_file import KeyFiles, passphrase
from app.vc import issuance, jose
from tests.interop.attesta_service import VC_JWT, Service, running
from tests.interop.judges import DigitalBazaar, OpenBadgesLib, Verdict

pytestmark = pytest.mark.interop
WEB = "https://badges.example.org"


@dataclass(frozen=True, slots=True)
class Operated:
    """A running service, and the folder in which its operator types commands."""

    service: Service
    folder: Path

    def run(self, *arguments: str) -> dict[str, Any]:
        """What a command printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTA_")} | {
            "ATTESTA_DATA_DIR": str(self.folder / "data"),
            "ATTESTA_BASE_URL": self.service.public_url,
        }
        command = [sys.executable, "-m", "app", *arguments]
        done = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, check=True, timeout=120)
        return json.loads(done.stdout[done.stdout.index(b"{") :])

    def active(self, key_type: str) -> str:
        """The name of the key of that type which signs now."""
        keys = self.run("key", "list")["signing_keys"]
        (name,) = [key["name"] for key in keys if (key["type"], key["state"]) == (key_type, "active")]
        return name

    def badge(self, achievement: str) -> dict[str, Any]:
        return self.service.issue(achievement, "p-ana").json()["credential"]

    def forged(self, badge: dict[str, Any], key_name: str) -> dict[str, Any]:
        """What a thief of the key makes of a badge: dated back, another name on it, and no status."""
        twin = {name: value for name, value in badge.items() if name not in ("proof", "credentialStatus")}
        twin["name"] = "Forged"
        method, when = badge["proof"][0]["verificationMethod"], datetime(2026, 9, 1, tzinfo=UTC)
        keys = self.folder / "data" / "keys"
        signer = KeyFiles(keys, passphrase(self.folder / "data" / "key-passphrase", may_create=False)).signer(key_name)
        securing = issuance.DataIntegrity("eddsa-rdfc-2022", method, when)
        return json.loads(issuance.seal(issuance.prepare(twin, securing, "Ed25519"), signer).content)


@pytest.fixture(params=[None, WEB], ids=["did:key", "did:web"])
def operated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Operated]:
    with running(tmp_path, request.param) as service:
        yield Operated(service, tmp_path)


def _judge(judge: DigitalBazaar, operated: Operated, badge: dict[str, Any], example: dict[str, Any]) -> Verdict:
    """The verdict on a badge with the documents that a verifier fetches for `example`, which may be the badge."""
    return judge.judge(copy.deepcopy(badge), operated.service.documents(example))


def test_digital_bazaar_follows_a_rotation_and_a_revocation(digital_bazaar: DigitalBazaar, operated: Operated):
    name, before = operated.active("Ed25519"), operated.badge("MC-02")
    forged = operated.forged(before, name)
    operated.run("key", "rotate", "--type", "Ed25519")
    after = operated.badge("MC-01")
    assert after["proof"][0]["verificationMethod"] != before["proof"][0]["verificationMethod"]
    for badge in (before, after):
        verdict = _judge(digital_bazaar, operated, badge, badge)
        assert (verdict.accepted, verdict.revoked) == (True, False), verdict.reason
    assert _judge(digital_bazaar, operated, forged, before).accepted  # nobody knows yet

    operated.run("key", "revoke", name, "--reissue")
    old = _judge(digital_bazaar, operated, before, before)
    assert not old.accepted
    fresh = operated.badge("MC-02")
    assert fresh["id"] == before["id"]
    for badge in (fresh, after):
        verdict = _judge(digital_bazaar, operated, badge, badge)
        assert (verdict.accepted, verdict.revoked) == (True, False), verdict.reason
    thief = _judge(digital_bazaar, operated, forged, before)
    if operated.service.public_url == WEB:
        assert "not authorized" in old.reason
        assert not thief.accepted
    else:  # under did:key the bit is all that there is, and a forgery without a status has none (docs/keys.md)
        assert (old.revoked, thief.accepted) == (True, True)


@pytest.mark.parametrize(("key_type", "algorithm"), [("P-256", "ES256"), ("RSA", "RS256")])
def test_openbadgeslib_follows_a_rotation_and_a_revocation(
    openbadgeslib: OpenBadgesLib, operated: Operated, key_type: str, algorithm: str
):
    def token(achievement: str) -> str:
        answer = operated.service.issue(achievement, "p-ana").json()
        url = f"/api/v1/credentials/{answer['id']}"
        return operated.service.get(url, accept=f"{VC_JWT};alg={algorithm}").text

    def verdict(text: str) -> Verdict:
        claims = jose.decode(text).payload
        return openbadgeslib.judge_jwt(text, operated.service.documents(claims, accept=VC_JWT))

    name, before = operated.active(key_type), token("MC-02")
    operated.run("key", "rotate", "--type", key_type)
    after = token("MC-01")
    for text in (before, after):
        assert verdict(text).accepted, verdict(text).reason
    operated.run("key", "revoke", name)
    assert not verdict(before).accepted
    assert verdict(after).accepted, verdict(after).reason
