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
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from jsonschema import Draft201909Validator, FormatChecker
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, OpenBadgeCredential, check_credential_status

from tests import npm

HERE = Path(__file__).parent
BADGE_WALLETS = HERE / "wallets" / "badge_wallets"
SCHEMA_NAMES = ("achievementcredential.json", "ob_v3p0_achievementcredential_schema.json")
# Node starts in well under a second; a judge that has not answered in a minute hangs.

Documents = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted`: the proof holds and the status is not set. `revoked`: the status bit, None when it was not read."""

    accepted: bool
    revoked: bool | None
    reason: str


def run_node(script: str, request: Any = None) -> Any:
    """What a script of this folder answers to a JSON request."""
    return npm.run_node(HERE, script, request)


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

    def judge_jwt(self, token: str, documents: Documents) -> Verdict:
        """A status list in `documents` that is itself a VC-JWT (a string) has its proof checked; the library reads, but
        does not check, one that is a JSON object.
        """
        download = _download(documents)
        try:
            verifier, list_key = _verifier(token, download)
            credential = verifier.verify(token, download=download)
            signed = all(isinstance(documents.get(url), str) for url in _list_urls(credential))
            check_credential_status(credential, download=download, verify_list=signed, list_pubkey_pem=list_key)
        except LibOpenBadgesException as wrong:
            return Verdict(accepted=False, revoked="is set at index" in str(wrong) or None, reason=str(wrong))
        return Verdict(accepted=True, revoked=False if credential.credential_status else None, reason="")


def _list_urls(credential: OpenBadgeCredential) -> list[str]:
    return [entry["statusListCredential"] for entry in credential.credential_status]


def _verifier(token: str, download: Any) -> tuple[OB3Verifier, Any]:
    """A verifier bound to the issuer that the token names, and the key of its lists where only we can find it."""
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss", "")
    except jwt.PyJWTError as wrong:
        raise OB3VerificationError(f"not a JWT: {wrong}") from wrong
    if issuer.startswith("did:jwk:"):
        # The library resolves no did:jwk, whose name is the key itself (https://github.com/quartzjer/did-jwk).
        jwk = json.loads(_unpadded(issuer.removeprefix("did:jwk:")))
        algorithm = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}[jwk["kty"]]
        verifier = OB3Verifier(pubkey_pem=jwt.PyJWK(jwk, algorithm=algorithm).key, issuer_did=issuer)
        return verifier, verifier.pubkey_pem
    return OB3Verifier.for_issuer_did(issuer, download=download), None


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _download(documents: Documents) -> Any:
    def fetch(url: str) -> bytes:
        if url not in documents:
            raise OB3VerificationError(f"the closed loader was asked for {url}")
        document = documents[url]
        return (document if isinstance(document, str) else json.dumps(document)).encode()

    return fetch


class LearnCardTypes:
    """Judges the structure of badges."""

    def errors(self, *credentials: dict[str, Any]) -> list[str]:
        """Every objection, with its place; an empty list when there is none."""
        return run_node("shape.mjs", {"credentials": credentials})["errors"]


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
