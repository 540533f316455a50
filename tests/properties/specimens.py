"""One signed document of every kind that Attesta reads, and whether it holds: by the pure functions, and judged."""

import copy
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from app.errors import BadInput
from app.vc import cryptosuite, ecdsa_sd, enveloped, jose, keys, proof, sd_jwt, strict_json
from app.vc.multiformats import multibase_encode
from app.vc.outcome import Outcome, Unsound
from app.vc.pinned_contexts import issuing
from app.verifier.verify import verify
from tests.verifier.badges import (
    CONTEXTS,
    DID_DOCUMENT,
    KEY,
    NOW,
    P256,
    P384,
    RSA,
    UNIVERSITY,
    Web,
    did_document,
    ec_key,
    method_of,
    services,
)

P521 = ec_key(ec.SECP521R1(), "P-521")
CREATED = "2026-01-01T00:00:00Z"
AUDIENCE, NONCE = "https://verifier.example", "n-0S6_WzA2Mj"
HOLDER = KEY
# As small as a badge can be and still have every kind of value, since every byte of it is changed in turn.
BADGE: dict[str, Any] = {
    "@context": list(CONTEXTS),
    "id": "urn:uuid:0b3c1f0e-5b4e-4c7e-9f57-2f3c6a1a7a11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Stadtökologie",
    "issuer": {"id": UNIVERSITY, "type": ["Profile"]},
    "validFrom": CREATED,
    "validUntil": "2028-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "urn:uuid:7d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c22",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://u.example/a/1",
            "type": ["Achievement"],
            "name": "A",
            "description": 'Say "a"\\\n',
            "criteria": {"narrative": "C"},
            "creditsAvailable": 12.5,
        },
    },
}


@dataclass(frozen=True)
class Specimen:
    """`data`: what is sent. `holds`: whether the pure functions find it sound. `read`: what the data mean."""

    data: bytes
    holds: Callable[[bytes], bool]
    read: Callable[[bytes], Any]


# The university's document, with a key of every kind.
DOCUMENTS = {DID_DOCUMENT: did_document(KEY, P256, P384, P521, RSA)}


def is_valid(data: bytes) -> bool:
    """Whether the verifier calls it valid; it must never stumble."""
    try:
        report = verify(data, None, services(Web(DOCUMENTS)))
    except BadInput:
        return False
    assert all(finding.code != "internal_error" for check in report.checks for finding in check.findings), data
    return report.outcome is Outcome.VALID


def as_json(data: bytes) -> Any:
    """The JSON value with every number told apart from every other type; None when there is none."""
    try:
        return json.loads(data, parse_int=float)
    except (ValueError, RecursionError):
        return None


def as_text(data: bytes) -> Any:
    """The token: white space around it is not part of it."""
    return data.strip()


def embedded(key: keys.PrivateKey, document: dict[str, Any], prepare: Callable[[Any], Any] | None = None) -> Specimen:
    """A specimen with an embedded proof; `prepare`: what its holder does with it first."""

    def holds(data: bytes) -> bool:
        try:
            value = strict_json.loads(data)
            value = prepare(value) if prepare else value
            (one,) = proof.proofs_of(value)
        except (BadInput, Unsound, ValueError):
            return False
        return isinstance(one, dict) and proof.verify_proof(value, one, key.public, now=NOW) == ()

    return Specimen(json.dumps(document, ensure_ascii=False).encode(), holds, as_json)


def signed(suite: str, key: keys.PrivateKey, credits_available: float = 12.5) -> Specimen:
    options = proof.proof_options(suite, method_of(key, UNIVERSITY), CREATED)
    document = copy.deepcopy(BADGE)
    document["credentialSubject"]["achievement"]["creditsAvailable"] = credits_available
    return embedded(key, proof.add_proof(document, key, options))


def signed_in_2020() -> Specimen:
    """Ed25519Signature2020 is read and not made: here it is made as its specification has it."""
    document = {**BADGE, "@context": [*CONTEXTS, "https://w3id.org/security/suites/ed25519-2020/v1"]}
    options = {"type": "Ed25519Signature2020", "created": CREATED, "verificationMethod": method_of(KEY, UNIVERSITY)}
    options["proofPurpose"] = "assertionMethod"
    suite = cryptosuite.SUITES["Ed25519Signature2020"]
    configuration = {**options, "@context": document["@context"]}
    data = b"".join(suite.digest(part, "Ed25519", issuing()) for part in (configuration, document))
    return embedded(KEY, {**document, "proof": [{**options, "proofValue": multibase_encode("z", KEY.sign(data))}]})


def based(key: keys.PrivateKey) -> dict[str, Any]:
    options = proof.proof_options(ecdsa_sd.CRYPTOSUITE, method_of(key, UNIVERSITY), CREATED)
    mandatory = ["/issuer", "/validFrom", "/validUntil", "/type"]
    material = {"hmac_key": bytes(range(32)), "proof_key": ec_key(ec.SECP256R1(), "P-256", 2)}
    return ecdsa_sd.add_base_proof(BADGE, key, options, mandatory_pointers=mandatory, **material)


def shown(document: dict[str, Any]) -> dict[str, Any]:
    """All of a document with a base proof, as its holder shows it."""
    (one,) = proof.proofs_of(document)
    if not isinstance(one, dict):
        raise TypeError
    content = [f"/{name}" for name in document if name not in ("proof", "@context") and "/" not in name]
    return ecdsa_sd.derive(document, one, content)


def token(text: str, holds: Callable[[str], bool]) -> Specimen:
    def holds_as_bytes(data: bytes) -> bool:
        try:
            return holds(data.decode())
        except (UnicodeDecodeError, Unsound):
            return False

    return Specimen(text.encode(), holds_as_bytes, as_text)


def jwt(alg: str, key: keys.PrivateKey, *, vc_jose_cose: bool) -> Specimen:
    kid = method_of(key, UNIVERSITY)

    def holds(text: str) -> bool:
        jws = jose.decode(text)
        return jose.verify(jws, key.public) == () and jose.credential_of(jws)[1] == ()

    if vc_jose_cose:
        return token(enveloped.secure(BADGE, key, kid=kid), holds)
    signing_input = jose.signing_input(jose.badge_header(alg, kid=kid), jose.badge_claims(BADGE))
    return token(jose.compact(signing_input, key.sign(signing_input)), holds)


def sd_jwt_vc(alg: str, key: keys.PrivateKey, typ: str) -> Specimen:
    """An SD-JWT with key binding; of the W3C's data model when `typ` is vc+sd-jwt."""
    salts = map(str, itertools.count())
    w3c = typ == "vc+sd-jwt"
    own = BADGE if w3c else {"iss": UNIVERSITY, "vct": "https://u.example/badge", "name": "A"}
    claims = {**own, "cnf": {"jwk": HOLDER.public_jwk}}
    header = sd_jwt.header(alg, typ=typ, kid=method_of(key, UNIVERSITY))
    text = sd_jwt.issue(claims, ["/name"], key, header, new_salt=lambda: next(salts))

    def holds(text: str) -> bool:
        whole = sd_jwt.decode(text)
        bound = sd_jwt.verify_binding(whole, audience=AUDIENCE, nonce=NONCE, now=NOW)
        return (*sd_jwt.verify(whole, key.public, now=NOW), *sd_jwt.check_vc(whole), *bound) == ()

    return token(sd_jwt.bind(text, HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW), holds)


JWT_KEYS = {"EdDSA": KEY, "ES256": P256, "ES384": P384, "ES512": P521, "RS256": RSA}
assert JWT_KEYS.keys() == jose.ALGORITHMS.keys()
SPECIMENS: dict[str, Specimen] = {
    **{f"{suite} Ed25519": signed(suite, KEY) for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022")},
    **{
        f"{suite} {key.key_type}": signed(suite, key)
        for suite in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019")
        for key in (P256, P384)
    },
    "Ed25519Signature2020": signed_in_2020(),
    **{f"ecdsa-sd-2023 base {key.key_type}": embedded(key, based(key), shown) for key in (P256, P384)},
    **{f"ecdsa-sd-2023 derived {key.key_type}": embedded(key, shown(based(key))) for key in (P256, P384)},
    **{f"Open Badges JWT {alg}": jwt(alg, key, vc_jose_cose=False) for alg, key in JWT_KEYS.items()},
    **{f"vc+jwt {alg}": jwt(alg, key, vc_jose_cose=True) for alg, key in JWT_KEYS.items()},
    **{f"dc+sd-jwt {alg}": sd_jwt_vc(alg, key, "dc+sd-jwt") for alg, key in JWT_KEYS.items()},
    **{f"vc+sd-jwt {alg}": sd_jwt_vc(alg, key, "vc+sd-jwt") for alg, key in JWT_KEYS.items()},
}
# What the verifier never calls valid: a base proof is for the holder alone.
NOT_JUDGED = ("ecdsa-sd-2023 base P-256", "ecdsa-sd-2023 base P-384")
JUDGED = {name: one for name, one in SPECIMENS.items() if name not in NOT_JUDGED}
