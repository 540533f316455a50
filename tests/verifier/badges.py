"""Badges, keys and a small web to verify them in: plain values and callables, no network."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from app.ports import Fetched, FetchFailed, Services, nothing_kept
from app.settings import Settings
from app.vc import did, jose, proof, status
from app.vc.keys import PrivateKey
from app.verifier.judgement import Check
from app.verifier.report import Report
from app.verifier.verify import verify

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UNIVERSITY = "did:web:university.example"
DID_DOCUMENT = "https://university.example/.well-known/did.json"
LIST_URL = "https://university.example/status-lists/1"
INDEX = 77_777
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]


def ed25519_key(number: int = 1) -> PrivateKey:
    return PrivateKey("Ed25519", ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def ec_key(curve: ec.EllipticCurve, key_type: str, number: int = 1) -> PrivateKey:
    return PrivateKey(key_type, ec.derive_private_key(number + 1000, curve))


P256 = ec_key(ec.SECP256R1(), "P-256")
P384 = ec_key(ec.SECP384R1(), "P-384")
RSA = PrivateKey("RSA", rsa.generate_private_key(65537, 2048))
KEY = ed25519_key(1)
MALLORY = ed25519_key(66)
ALL_VALID = dict.fromkeys(
    (
        "form",
        "structure",
        "context",
        "proof",
        "issuer_binding",
        "key_status",
        "validity_period",
        "status",
        "refresh",
        "schema",
        "endorsements",
    ),
    "valid",
)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def badge(issuer: str = UNIVERSITY, **members: Any) -> dict[str, Any]:
    """An unsigned badge; `members` replace its own, None takes one away."""
    document = {
        "@context": list(CONTEXTS),
        "id": "urn:uuid:0b3c1f0e-5b4e-4c7e-9f57-2f3c6a1a7a11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Urban data analyst",
        "issuer": {"id": issuer, "type": ["Profile"], "name": "University of Example"},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2028-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:7d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c22",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://university.example/achievements/1",
                "type": ["Achievement"],
                "achievementType": "MicroCredential",
                "name": "Urban data analyst",
                "description": "Reads sensor data of a city.",
                "criteria": {"narrative": "Pass the examination."},
                "resultDescription": [
                    {
                        "id": "urn:uuid:11111111-1111-4111-8111-111111111111",
                        "type": ["ResultDescription"],
                        "name": "Data analysis",
                        "resultType": "RubricCriterionLevel",
                        "rubricCriterionLevel": [
                            {
                                "id": "urn:uuid:22222222-2222-4222-8222-222222222222",
                                "type": ["RubricCriterionLevel"],
                                "name": "Proficient",
                            }
                        ],
                    }
                ],
            },
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": "urn:uuid:11111111-1111-4111-8111-111111111111",
                    "achievedLevel": "urn:uuid:22222222-2222-4222-8222-222222222222",
                    "status": "Completed",
                }
            ],
        },
    } | members
    return {name: value for name, value in document.items() if value is not None}


def method_of(key: PrivateKey, controller: str | None = None) -> str:
    """Name the verification method: in the controller's document, or in the did:key of the key."""
    return f"{controller or did.did_key(key.public)}#{key.public.multikey()}"


def signed(
    document: dict[str, Any],
    key: PrivateKey = KEY,
    method: str | None = None,
    suite: str = "eddsa-rdfc-2022",
    **options: Any,
) -> dict[str, Any]:
    """Sign; by default with the university's method. `options`: more members of the proof."""
    options = proof.proof_options(suite, method or method_of(key, UNIVERSITY), "2026-01-01T00:00:00Z", **options)
    return proof.add_proof(document, key, options)


def token(document: dict[str, Any], key: PrivateKey, alg: str, **header: Any) -> bytes:
    """Make a VC-JWT; by default with the university's method as `kid`."""
    made = jose.badge_header(alg, kid=method_of(key, UNIVERSITY)) if not header else {"alg": alg, "typ": "JWT"} | header
    signing_input = jose.signing_input(made, jose.badge_claims(document))
    return jose.compact(signing_input, key.sign(signing_input)).encode()


def did_document(*keys: PrivateKey, controller: str = UNIVERSITY, **more: Any) -> dict[str, Any]:
    methods = [did.Method(key.public.multikey(), key.public) for key in keys]
    return did.controlled_identifier_document(controller, methods) | more


def status_list(*indexes: int, issuer: str = UNIVERSITY, purpose: str = "revocation", **members: Any) -> dict[str, Any]:
    """An unsigned status list in force whose bits at `indexes` are set."""
    bits = status.new_bits(status.MIN_ENTRIES)
    for index in indexes:
        bits = status.set_bit(bits, index, True)
    until = stamp(NOW + timedelta(days=1))
    made = status.list_credential(LIST_URL, issuer, purpose, status.encode(bits), stamp(NOW), until, 300_000)
    return made | members


def revocable(purpose: str = "revocation", issuer: str = UNIVERSITY) -> dict[str, Any]:
    return badge(issuer, credentialStatus=status.entry(LIST_URL, INDEX, purpose))


@dataclass
class Web:
    """A Fetcher whose web is a dict: URL -> document, bytes or an exception to raise; `asked` in order."""

    documents: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, *, accept: str) -> Fetched:
        assert accept
        self.asked.append(url)
        document = self.documents.get(url, FetchFailed("unreachable", f"{url} could not be reached."))
        if isinstance(document, Exception):
            raise document
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        return Fetched(url, "application/json", content)


@dataclass
class Local:
    documents: dict[str, Any] = field(default_factory=dict)

    def get(self, url: str) -> Fetched | None:
        document = self.documents.get(url)
        return None if document is None else Fetched(url, "application/vc", json.dumps(document).encode())


def university(**more: Any) -> Web:
    """The web in which the university's did:web is served; `more` by path under https://university.example/."""
    paths = {f"https://university.example/{path}": document for path, document in more.items()}
    return Web({DID_DOCUMENT: did_document(KEY, P256, P384, RSA)} | paths)


def with_list(document: Any) -> Web:
    web = university()
    web.documents[LIST_URL] = document
    return web


@cache
def settings_of(**chosen: Any) -> Settings:
    """Settings, which are frozen: reading them takes as long as judging a document."""
    return Settings(base_url="https://attesta.example", **chosen)


def services(web: Web | None = None, local: Local | None = None, now: datetime = NOW, **settings: Any) -> Services:
    """What a verification uses; everything else that a Services record holds is not there."""
    used = {
        "settings": settings_of(**settings),
        "clock": lambda: now,
        "fetcher": web if web is not None else university(),
        "local_documents": local or Local(),
        "aside": nullcontext,
        "kept": nothing_kept,
    }
    return Services(**dict.fromkeys((one.name for one in fields(Services)), None) | used)


def verified(document: Any, web: Web | None = None, **more: Any) -> Report:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    media_type = more.pop("media_type", None)
    return verify(data, media_type, services(web, **more))


def outcomes(report: Report) -> dict[str, str | None]:
    return {check.id: check.outcome.value if check.outcome else None for check in report.checks}


def made(report: Report, check_id: str) -> Check:
    """The check of that id."""
    return next(check for check in report.checks if check.id == check_id)


def codes(report: Report, check_id: str) -> list[str]:
    return [finding.code for check in report.checks if check.id == check_id for finding in check.findings]


def spoiled(document: dict[str, Any], *path: str | int, by: Callable[[Any], Any]) -> dict[str, Any]:
    """A copy with one value changed."""
    copy = json.loads(json.dumps(document))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = by(place[path[-1]])
    return copy
