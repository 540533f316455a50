"""Operations of every kind, each told by a number: the same number is the same input, and must give the same answer."""

import copy
import itertools
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from app.errors import BadInput
from app.vc import did, ecdsa_sd, enveloped, jose, jsonld, keys, png, proof, sd_jwt, status, svg
from app.vc.cryptosuite import SUITES
from app.vc.outcome import Unsound
from app.verifier.verify import verify
from tests.properties.specimens import AUDIENCE, BADGE, CREATED, DOCUMENTS, HOLDER, JWT_KEYS, NONCE, SPECIMENS
from tests.vc import pictures
from tests.verifier.badges import (
    INDEX,
    KEY,
    NOW,
    P256,
    P384,
    UNIVERSITY,
    Web,
    ec_key,
    method_of,
    revocable,
    services,
    status_list,
    with_list,
)
from tests.verifier.badges import signed as signed_badge

KEYS = {key.key_type: key for key in JWT_KEYS.values()}
MADE = [(name, key_type) for name, suite in SUITES.items() if suite.is_made for key_type in suite.key_types]
LISTS = [status_list(*indexes) for indexes in ((), (INDEX,), (1, INDEX, 131_071))]


def badge(number: int) -> dict[str, Any]:
    """A badge unlike any other, with nodes that only canonicalization can tell apart."""
    document = copy.deepcopy(BADGE)
    document["name"] = f"Badge {number} é"
    subject: Any = document["credentialSubject"]
    subject["result"] = [{"type": ["Result"], "value": str(number % 7)} for _ in range(number % 5)]
    return document


def issue_and_verify(number: int) -> Any:
    suite, key_type = MADE[number % len(MADE)]
    key = KEYS[key_type]
    options = proof.proof_options(suite, method_of(key), CREATED)
    document = proof.add_proof(badge(number), key, options)
    others = proof.verify_proof({**document, "name": "Another"}, document["proof"][0], key.public, now=NOW)
    return document, proof.verify_proof(document, document["proof"][0], key.public, now=NOW), others


def disclose(number: int) -> Any:
    key = (P256, P384)[number % 2]
    options = proof.proof_options(ecdsa_sd.CRYPTOSUITE, method_of(key), CREATED)
    document = ecdsa_sd.add_base_proof(
        badge(number),
        key,
        options,
        mandatory_pointers=["/issuer", "/validFrom"],
        hmac_key=number.to_bytes(32, "big"),
        proof_key=ec_key(ec.SECP256R1(), "P-256", number),
    )
    shown = ecdsa_sd.derive(document, document["proof"][0], ["/name", "/credentialSubject/achievement"])
    return document, shown, proof.verify_proof(shown, shown["proof"][0], key.public, now=NOW)


def jwt(number: int) -> Any:
    alg, key = list(JWT_KEYS.items())[number % len(JWT_KEYS)]
    signing_input = jose.signing_input(jose.badge_header(alg, jwk=key.public_jwk), jose.badge_claims(badge(number)))
    token = jose.compact(signing_input, key.sign(signing_input))
    wrapped = enveloped.open_credential(enveloped.envelope(enveloped.secure(badge(number), key, kid=method_of(key))))
    return token, jose.credential_of(jose.decode(token)), jose.verify(jose.decode(token), key.public), wrapped


def sd_jwt_vc(number: int) -> Any:
    alg, key = list(JWT_KEYS.items())[number % len(JWT_KEYS)]
    salts = map(str, itertools.count(number))
    claims = {**badge(number), "vct": "https://u.example/badge", "cnf": {"jwk": HOLDER.public_jwk}}
    pointers = ["/name", "/credentialSubject/achievement"]
    text = sd_jwt.issue(claims, pointers, key, sd_jwt.header(alg), new_salt=lambda: next(salts))
    shown = sd_jwt.present(text, pointers[number % 2 :])
    bound = sd_jwt.decode(sd_jwt.bind(shown, HOLDER, audience=AUDIENCE, nonce=NONCE, now=NOW))
    checks = sd_jwt.verify_binding(bound, audience=AUDIENCE, nonce=str(number), now=NOW)
    return bound, sd_jwt.verify(bound, key.public, now=NOW), [finding.code for finding in checks]


def bake(number: int) -> Any:
    text = json.dumps(badge(number))
    drawing, picture = svg.bake(pictures.SVG, text), png.bake(pictures.PNG, text)
    return drawing, picture, svg.unbake(drawing), png.unbake(picture)


def read_list(number: int) -> Any:
    bits = status.new_bits(status.MIN_ENTRIES)
    for step in range(number % 4):
        bits = status.set_bit(bits, (number * 7919 + step) % status.MIN_ENTRIES, True)
    encoded = status.encode(bits)
    back = status.decode(encoded)
    return encoded, back == bits, status.get_bit(back, number * 7919 % status.MIN_ENTRIES)


def canonicalize(number: int) -> Any:
    return jsonld.canonicalize(badge(number), hash_name=("sha256", "sha384")[number % 2])


def resolve(number: int) -> Any:
    key = keys.PrivateKey("P-256", ec.derive_private_key(number + 2, ec.SECP256R1())).public
    name = did.did_key(key) if number % 2 else did.did_jwk(key)
    return name, did.self_described(name), did.document_url(f"did:web:a.example:{number}")


def judged(data: bytes, web: Any = None) -> Any:
    try:
        return verify(data, None, services(web or Web(DOCUMENTS))).to_json()
    except BadInput as problem:
        return type(problem).__name__, problem.detail


def judge(number: int) -> Any:
    """A specimen as it is, or with a byte changed."""
    data = list(SPECIMENS.values())[number % len(SPECIMENS)].data
    at = number * 31 % len(data)
    return judged(data if number % 3 else data[:at] + b"?" + data[at + 1 :])


def judge_status(number: int) -> Any:
    return judged(json.dumps(signed_badge(revocable())).encode(), with_list(signed_badge(LISTS[number % len(LISTS)])))


def refuse(number: int) -> Any:
    """What cannot be signed is refused alike, too."""
    options = proof.proof_options("eddsa-rdfc-2022", f"{UNIVERSITY}#k", CREATED)
    faults: list[dict[str, Any]] = [{"foo": 1}, {"id": "relative"}, {"@context": ["https://u.example/c"]}, {"name": {}}]
    try:
        return proof.add_proof({**badge(number), **faults[number % len(faults)]}, KEY, options)
    except Unsound as problem:
        return problem.finding


OPERATIONS: tuple[Callable[[int], Any], ...] = (
    issue_and_verify,
    disclose,
    jwt,
    sd_jwt_vc,
    bake,
    read_list,
    canonicalize,
    resolve,
    judge,
    judge_status,
    refuse,
)
