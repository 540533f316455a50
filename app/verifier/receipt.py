"""A receipt of a verification: a signed statement for an HR file, and what `verify` says when it is shown one.

A receipt is a Verifiable Credential (VCDM 2.0) of the type VerificationReceiptCredential, secured as `vc+jwt`
(https://www.w3.org/TR/vc-jose-cose/#securing-with-jose) by the verifier's own key, under its did:key. It says which
document was judged (SHA-256 of the bytes as they came), at what time, by which checks and evidence, with what outcome.

No personal data: neither names nor addresses of the subject, no id of the badge, no messages that could repeat them.
What it does repeat of the document is the issuer's id and what kind of achievement it is.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from app import __version__
from app.errors import Unavailable
from app.ports import Fetched, Services, Signer
from app.vc import did, jose, keys, timestamps
from app.verifier.evidence import EvidenceSet
from app.verifier.foreign import text
from app.verifier.meaning_receipt import TYPE
from app.verifier.need import Need
from app.verifier.report import Report

CONTEXT_V2 = "https://www.w3.org/ns/credentials/v2"
# Made once, at random: absolute, registered (RFC 9562 section 4), and nobody has to host it.
OWN = "urn:uuid:6e7c8f0e-52b6-4d37-9d0a-7a4f5a1f2f0b#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TIMES = ("verifiedAt", "asOf", "evidenceOf")
WORDS = (
    *("documentSha256", "documentForm", "documentKind", "documentName", "outcome", "trust", "check", "code"),
    *("pointer", "need", "url", "sha256", "notFetched", "software", "recipientAsked", "everyProof"),
    *("clockSkewSeconds", "isReplay"),
)
PARTS = ("checks", "credentials", "evidence", "policy")
RECEIPT_CONTEXT: dict[str, Any] = {
    "@protected": True,
    TYPE: OWN + TYPE,
    "VerificationReceipt": OWN + "VerificationReceipt",
    "documentIssuer": {"@id": OWN + "documentIssuer", "@type": "@id"},
    **{name: OWN + name for name in (*WORDS, *PARTS)},
    **{name: {"@id": OWN + name, "@type": XSD + "dateTime"} for name in TIMES},
}
# Whose URLs name an organisation and never a learner; of other documents only the digest is told.
PUBLIC_KINDS = frozenset({"controlled_identifier", "issuer_metadata", "key", "status_list", "status_list_token"})
MAX_NAME = 200  # characters of a foreign text
MAX_ID = 500


def receipt(report: Report, issuer: str, receipt_id: str) -> dict[str, Any]:
    """Return the unsecured receipt. `issuer`: the verifier's DID; `receipt_id`: a urn:uuid."""
    told = report.to_json()
    meaning, achievement = told["meaning"] or {}, told["achievement"] or {}
    subject = {
        "type": ["VerificationReceipt"],
        "documentSha256": told["sha256"],
        "documentForm": told["kind"],
        "documentKind": meaning.get("kind", "presentation"),
        "documentName": text(achievement.get("name"), MAX_NAME),
        "documentIssuer": text((told["issuer"] or {}).get("id"), MAX_ID),
        "outcome": told["outcome"],
        "trust": told["trust"]["outcome"],
        "verifiedAt": told["verified_at"],
        "asOf": told["as_of"],
        "evidenceOf": told["evidence_of"],
        "isReplay": told["is_replay"],
        "checks": list(checks(told)),
        "credentials": list(parts(told)),
        "evidence": [evidence(need, report.evidence) for need in report.needs],
        "policy": policy(report),
        "software": f"Attesta {__version__}",
    }
    return {
        "@context": [CONTEXT_V2, RECEIPT_CONTEXT],
        "id": receipt_id,
        "type": ["VerifiableCredential", TYPE],
        "issuer": issuer,
        "validFrom": timestamps.write(report.verified_at),
        "credentialSubject": {name: value for name, value in subject.items() if value not in (None, [])},
    }


def checks(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each check of a report with its outcome and the codes of its findings; no messages."""
    for check in told["checks"]:
        codes = list(dict.fromkeys(finding["code"] for finding in check["findings"]))
        yield {"check": check["id"], "outcome": check["outcome"] or "skipped"} | ({"code": codes} if codes else {})


def parts(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the outcome of each credential in a presentation or a learner's record."""
    for part in told["credentials"]:
        yield {"pointer": part["pointer"], "outcome": part["outcome"], "checks": list(checks(part))}


def evidence(need: Need, had: EvidenceSet) -> dict[str, str]:
    """Tell one document that was asked for: its digest, or why it was not had."""
    found = had.get(need.url)
    named = {"need": need.kind} | ({"url": need.url[:MAX_ID]} if need.kind in PUBLIC_KINDS else {})
    if isinstance(found, Fetched):
        return named | {"sha256": hashlib.sha256(found.content).hexdigest()}
    return named | {"notFetched": found.code if found else "not_asked"}


def policy(report: Report) -> dict[str, Any]:
    """Tell what the caller chose; whom she asked for is not told, only that she did."""
    chosen = report.policy
    return {
        "recipientAsked": chosen.recipient is not None,
        "everyProof": chosen.every_proof,
        "clockSkewSeconds": chosen.clock_skew_s,
    }


def signer_of(services: Services) -> Signer:
    """Return the verifier's key; raises Unavailable when it has none."""
    if services.receipt_key is None:
        raise Unavailable("This service signs no receipts.", remedy="Ask without `receipt`.")
    return services.receipt_key.signer()


def signed_receipt(report: Report, signer: Signer, services: Services) -> str:
    """Return the receipt of a report, as VC-JWT."""
    return sign(receipt(report, issuer_of(signer), f"urn:uuid:{services.new_id()}"), signer)


def receipt_or_none(report: Report, services: Services) -> str | None:
    """Return the receipt to keep beside a report; None where the verifier has no key for that."""
    try:
        return signed_receipt(report, signer_of(services), services)
    except Unavailable:
        return None


def issuer_of(signer: Signer) -> str:
    """Return the did:key that a verifier's key signs under."""
    return did.did_key(keys.from_jwk(signer.public_jwk))


def sign(credential: Mapping[str, Any], signer: Signer) -> str:
    """Return the receipt as VC-JWT. The key is an Ed25519 one."""
    issuer = str(credential["issuer"])
    header = {"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": f"{issuer}#{issuer.removeprefix('did:key:')}"}
    signing_input = jose.signing_input(header, credential)
    return jose.compact(signing_input, signer.sign(signing_input))
