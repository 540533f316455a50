"""Of what a receipt of a verification (app.verifier.receipt) is one: the word of who signed it. Pure."""

from collections.abc import Mapping
from typing import Any

from app.verifier.foreign import first_object, objects, text

TYPE = "VerificationReceiptCredential"
MAX_CHECKS = 30  # ours: a receipt has a dozen
MAX_WORD = 200  # characters of a code or a name
MEMBERS = {
    "sha256": "documentSha256",
    "outcome": "outcome",
    "kind": "documentKind",
    "name": "documentName",
    "issuer": "documentIssuer",
    "verified_at": "verifiedAt",
    "as_of": "asOf",
    "trust": "trust",
}


def receipt_of(credential: Mapping[str, Any]) -> dict[str, Any] | None:
    """Tell of what a credential is a receipt; None when it is none."""
    types = credential.get("type")
    if TYPE not in (types if isinstance(types, list) else [types]):
        return None
    subject = first_object(credential.get("credentialSubject"))
    checks = objects(subject.get("checks"))[:MAX_CHECKS]
    told = {name: text(subject.get(member), MAX_WORD) for name, member in MEMBERS.items()}
    return told | {"checks": [{name: text(one.get(name), MAX_WORD) for name in ("check", "outcome")} for one in checks]}
