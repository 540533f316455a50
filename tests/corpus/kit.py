"""What the cases are made with: keys from fixed seeds, a clock, and what a made-up web serves."""

import base64
import json
import random
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from math import gcd, prod
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.ports import Fetched, FetchFailed
from app.vc import did, jose, proof
from app.vc.keys import PrivateKey
from tests.verifier.badges import (
    DID_DOCUMENT,
    KEY,
    MALLORY,
    NOW,
    P256,
    P384,
    UNIVERSITY,
    badge,
    ec_key,
    method_of,
    stamp,
)

__all__ = ["KEY", "MALLORY", "NOW", "P256", "P384", "UNIVERSITY", "badge", "method_of", "stamp"]

P521 = ec_key(ec.SECP521R1(), "P-521")
REFUSED = "refused"  # an outcome: no report, but a sentence that says what it is
OLD_ED25519 = "https://w3id.org/security/suites/ed25519-2020/v1"
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
OB_3_0_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CREATED = "2026-01-01T00:00:00Z"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """One document with its verdict.

    `name`: of the file. `outcome`: valid, invalid, unknown or REFUSED. `codes`: of findings that it must have, in the
    document or in one inside it; of a refusal its code. `parts`: outcomes of the documents in it, in their order.
    `web`: what is served, by URL.
    """

    name: str
    data: bytes
    outcome: str = "valid"
    codes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    web: dict[str, Any] = field(default_factory=dict)

    @property
    def expected(self) -> dict[str, Any]:
        """What is expected, as it is written down."""
        told = {"outcome": self.outcome, "codes": list(self.codes), "parts": list(self.parts)}
        return {name: value for name, value in told.items() if value}

    @property
    def files(self) -> dict[str, bytes]:
        """The document, and beside it what is served for it."""
        beside = {f"{self.name}.web.json": as_file(self.web)} if self.web else {}
        return {self.name: self.data} | beside


def as_file(value: Any) -> bytes:
    """JSON for people."""
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def served(document: Any = None, media_type: str = "application/json", status: int = 200) -> dict[str, Any]:
    """One thing that a server answers: JSON, a text or bytes; or a status and nothing."""
    if status != 200:
        return {"status": status}
    if isinstance(document, bytes):
        return {"type": media_type, "base64": base64.b64encode(document).decode()}
    return (
        {"type": media_type, "text": document} if isinstance(document, str) else {"type": media_type, "json": document}
    )


@dataclass
class CorpusWeb:
    """A Fetcher of what a case says is served; everything else cannot be reached."""

    answers: dict[str, Any]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, *, accept: str) -> Fetched:
        assert accept
        self.asked.append(url)
        answer = self.answers.get(url)
        if answer is None:
            raise FetchFailed("unreachable", f"{url} could not be reached.")
        if "status" in answer:
            code = "gone" if answer["status"] == 410 else "status"
            raise FetchFailed(code, f"{url} answered with status {answer['status']}.")
        if "base64" in answer:
            return Fetched(url, answer["type"], base64.b64decode(answer["base64"]))
        text = answer["text"] if "text" in answer else json.dumps(answer["json"])
        return Fetched(url, answer["type"], text.encode())


ODD = range(3, 2000, 2)
SMALL = prod(each for each in ODD if all(each % other for other in ODD[:21] if other < each))  # the odd primes to 2,000


@cache
def rsa_key(number: int = 1) -> PrivateKey:
    """An RSA key of 2048 bits out of a seed. For tests only: everybody has it."""
    source = random.Random(number)
    p, q = _prime(source), _prime(source)
    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return PrivateKey("RSA", numbers.private_key())


def _prime(source: random.Random) -> int:
    while True:
        number = source.getrandbits(1024) | (3 << 1022) | 1
        if gcd(number, SMALL) != 1:  # most are done with here: powers take long
            continue
        if number % 65537 != 1 and pow(2, number - 1, number) == 1 and _is_prime(number, source):
            return number


def _is_prime(number: int, source: random.Random) -> bool:
    """Miller and Rabin, ten times."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(10):
        value = pow(source.randrange(2, number - 1), odd, number)
        if value in (1, number - 1):
            continue
        for _ in range(twos - 1):
            value = value * value % number
            if value == number - 1:
                break
        else:
            return False
    return True


def identifiers(controller: str = UNIVERSITY, *keys: PrivateKey, **more: Any) -> dict[str, Any]:
    """The document about an issuer's keys; by default the university's."""
    listed = keys or (KEY, P256, P384, P521, rsa_key())
    methods = [did.Method(key.public.multikey(), key.public) for key in listed]
    return did.controlled_identifier_document(controller, methods) | more


@cache
def _university_text() -> str:
    return json.dumps(identifiers())


def university(**more: Any) -> dict[str, Any]:
    """What is served where nothing is wrong; `more` by path under https://university.example/."""
    paths = {f"https://university.example/{path}": answer for path, answer in more.items()}
    return {DID_DOCUMENT: served(json.loads(_university_text()), "application/did+json")} | paths


def signed(
    document: dict[str, Any], key: PrivateKey = KEY, method: str | None = None, suite: str = "", **options: Any
) -> dict[str, Any]:
    """Sign; by default as the university, with the suite that its key has."""
    suite = suite or ("eddsa-rdfc-2022" if key.key_type == "Ed25519" else "ecdsa-rdfc-2019")
    made = proof.proof_options(suite, method or method_of(key, UNIVERSITY), options.pop("created", CREATED), **options)
    return proof.add_proof(document, key, made)


def jwt(claims: dict[str, Any], key: PrivateKey = KEY, **header: Any) -> str:
    """A JWT of these claims; by default of the university's key."""
    algs = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "RSA": "RS256"}
    made = {"alg": algs[key.key_type], "typ": "JWT", "kid": method_of(key, UNIVERSITY)} | header
    made = {name: value for name, value in made.items() if value is not None}
    unsigned = jose.signing_input(made, claims)
    return jose.compact(unsigned, key.sign(unsigned))


def badge_jwt(document: dict[str, Any], key: PrivateKey = KEY, **header: Any) -> str:
    """A badge as VC-JWT of Open Badges 3.0."""
    return jwt(jose.badge_claims(document), key, **header)


def changed(document: Any, *path: str | int, to: Any) -> Any:
    """A copy with one value changed; None takes it away."""
    copy = json.loads(json.dumps(document))
    place = copy
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return copy


def case(name: str, document: Any, outcome: str = "valid", *codes: str, **more: Any) -> Case:
    """A case; by default the university's keys are served."""
    data = (
        document
        if isinstance(document, bytes)
        else document.encode()
        if isinstance(document, str)
        else as_file(document)
    )
    return Case(name, data, outcome, codes, **({"web": university()} | more))
