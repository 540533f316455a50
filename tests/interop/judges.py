"""Other people's verifiers behind one question: do you accept this badge?

- `DigitalBazaar`: npm `@digitalbazaar/vc` with eddsa-rdfc-2022 and Bitstring Status List, in `judge.mjs`.
- `OpenBadgesLib`: PyPI `openbadgeslib`, for badges secured as VC-JWT.
- `LearnCardTypes`: npm `@learncard/types`, LearnCard's description of the structure, in `shape.mjs`.
- `OfficialSchema`: 1EdTech's JSON Schema of AchievementCredential. No package registry carries it, and its licence does
  not let us commit it, so it is read from the folder that ATTESTA_OFFICIAL_SCHEMAS names.

All of them work offline: what they may fetch is handed to them as `documents`, a mapping of URL to document.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from jsonschema import Draft201909Validator, FormatChecker
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

HERE = Path(__file__).parent
SCHEMA_NAMES = ("achievementcredential.json", "ob_v3p0_achievementcredential_schema.json")
# Node starts in well under a second; a judge that has not answered in a minute hangs.
NODE_TIMEOUT_S = 60

Documents = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted`: the proof holds and the status is not set. `revoked`: the status bit, None when it was not read."""

    accepted: bool
    revoked: bool | None
    reason: str


def run_node(script: str, request: Any = None) -> Any:
    """What a script of this folder answers to a JSON request."""
    node = shutil.which("node")
    assert node is not None, "node is missing; the fixture node_modules should have skipped this test"
    text = "" if request is None else json.dumps(request)
    done = subprocess.run(
        [node, script], cwd=HERE, input=text, capture_output=True, text=True, timeout=NODE_TIMEOUT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class DigitalBazaar:
    """Judges Data Integrity badges and their status lists."""

    def judge(self, credential: dict[str, Any], documents: Documents) -> Verdict:
        """`documents` holds the status list credential and, for did:web, the controlled identifier document."""
        answer = run_node("judge.mjs", {"credential": credential, "documents": dict(documents)})
        # The library says verified for a revoked badge: the bit stands beside it.
        accepted = answer["verified"] and not answer["status"]
        return Verdict(accepted, answer["status"], answer["error"] or ("revoked" if answer["status"] else ""))


class OpenBadgesLib:
    """Judges badges secured as VC-JWT."""

    def judge_jwt(self, token: str, documents: Documents, *, jwk: dict[str, str] | None = None) -> Verdict:
        """`jwk`: the issuer's key from a trusted place, for names that the library cannot resolve (RSA as did:key)."""
        try:
            verifier = _verifier(token, documents, jwk)
            # The library wants lists as VC-JWT when it checks their proofs; DigitalBazaar judges those of ours.
            credential = verifier.verify(token, download=_download(documents))
            OB3Verifier.check_status(verifier, credential, verify_list=False, download=_download(documents))
        except LibOpenBadgesException as wrong:
            return Verdict(accepted=False, revoked="is set at index" in str(wrong) or None, reason=str(wrong))
        return Verdict(accepted=True, revoked=False if credential.credential_status else None, reason="")


def _verifier(token: str, documents: Documents, jwk: dict[str, str] | None) -> OB3Verifier:
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss", "")
    except jwt.PyJWTError as wrong:
        raise OB3VerificationError(f"not a JWT: {wrong}") from wrong
    if issuer.startswith("did:jwk:"):
        return _anchored(json.loads(_unpadded(issuer.removeprefix("did:jwk:"))), issuer)
    if jwk is not None:
        return _anchored(jwk, issuer)
    return OB3Verifier.for_issuer_did(issuer, download=_download(documents))


def _anchored(jwk: dict[str, str], issuer: str) -> OB3Verifier:
    """A verifier for a key that did not come through the library's resolver, bound to the issuer all the same."""
    return OB3Verifier(pubkey_pem=jwt.PyJWK(jwk, algorithm=_algorithm(jwk)).key, issuer_did=issuer)


def _algorithm(jwk: dict[str, str]) -> str:
    return {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}[jwk["kty"]]


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _download(documents: Documents) -> Any:
    def fetch(url: str) -> bytes:
        if url not in documents:
            raise OB3VerificationError(f"the closed loader was asked for {url}")
        return json.dumps(documents[url]).encode()

    return fetch


class LearnCardTypes:
    """Judges the structure of a badge."""

    def errors(self, credential: dict[str, Any]) -> list[str]:
        """Every objection, with its place; an empty list when there is none."""
        return run_node("shape.mjs", {"credential": credential})["errors"]


def _formats() -> FormatChecker:
    """jsonschema checks these two formats only where further packages are installed; this judge always does."""
    formats = FormatChecker()
    formats.checks("date-time", raises=ValueError)(
        lambda value: not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None
    )
    formats.checks("uri", raises=ValueError)(lambda value: not isinstance(value, str) or bool(urlsplit(value).scheme))
    return formats


class OfficialSchema:
    """Judges the structure of a badge by 1EdTech's JSON Schema (draft 2019-09, formats asserted)."""

    @staticmethod
    def path() -> Path | None:
        """The schema file, or None where this machine has none."""
        folder = os.environ.get("ATTESTA_OFFICIAL_SCHEMAS")
        candidates = [Path(folder) / name for name in SCHEMA_NAMES] if folder else []
        return next((path for path in candidates if path.is_file()), None)

    def __init__(self, path: Path) -> None:
        schema = json.loads(path.read_text(encoding="utf-8"))
        self._validator = Draft201909Validator(schema, format_checker=_formats())

    def errors(self, document: dict[str, Any]) -> list[str]:
        """Every objection, with its place; an empty list when there is none."""
        return [f"{error.json_path}: {error.message}" for error in self._validator.iter_errors(document)]
