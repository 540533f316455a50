"""Badges that other people's libraries sign here: one Sample for each of them and each form."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from openbadgeslib import baking
from openbadgeslib.ob3 import (
    OB3LdpSigner,
    OB3Signer,
    build_status_list_credential,
    did_jwk_from_jwk,
    did_key_from_pem,
)
from openbadgeslib.ob3.credential import OpenBadgeCredential

from app.vc import pinned_contexts
from tests import npm
from tests.interop.judges import BADGE_WALLETS, HERE
from tests.interop.matrix import openvc_environment
from tests.interop.matrix.sample import Sample, tampered
from tests.vc.pictures import PNG, SVG

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
SUITE_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
LIST_URL = "https://issuer.example.org/status-lists/1"
GOOD, REVOKED, EXPIRED = 2, 5, 9  # 5 mirrors 2 in its byte: who counts bits from the wrong end is noticed
WEB_ISSUER, WEB_DOCUMENT = "did:web:issuer.example.org", "https://issuer.example.org/.well-known/did.json"
SHOWN = ["/name", "/credentialSubject/achievement"]
FAR, PAST = "2099-01-01T00:00:00Z", "2026-10-01T00:00:00Z"
SINCE = datetime(2026, 9, 1, tzinfo=UTC)
VCT = "https://issuer.example.org/types/badge"


def badge(index: int, until: str = FAR) -> dict[str, Any]:
    """An unsigned badge whose status stands at the index of the list."""
    return {
        "@context": CONTEXTS,
        "id": f"https://issuer.example.org/credentials/{index}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Soldering, first steps",
        "issuer": {"id": "", "type": ["Profile"], "name": "Example Workshop"},
        "validFrom": "2026-09-01T00:00:00Z",
        "validUntil": until,
        "credentialSubject": {
            "id": "urn:uuid:6f0b8a3e-5f1d-4f43-9d32-6c0f8f0f6a11",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://issuer.example.org/achievements/soldering",
                "type": ["Achievement"],
                "name": "Soldering, first steps",
                "description": "Joins two wires so that they stay joined.",
                "criteria": {"narrative": "Ten joints, none of them cold."},
            },
        },
        "credentialStatus": {
            "id": f"{LIST_URL}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": LIST_URL,
        },
    }


def badges() -> list[dict[str, Any]]:
    """A good one, a revoked one, an expired one."""
    return [badge(GOOD), badge(REVOKED), badge(EXPIRED, PAST)]


def status_list(issuer: str = "") -> dict[str, Any]:
    """An unsigned status list, whose bits openbadgeslib sets."""
    return build_status_list_credential(issuer, LIST_URL, "revocation", [REVOKED], issued=SINCE)


def sample(by: str, form: str, made: list[Any], documents: dict[str, Any]) -> Sample:
    good, revoked, expired = made
    return Sample(by, form, good, tampered(good), revoked, expired, documents)


def digital_bazaar(kind: str, issuer: str | None = None) -> Sample:
    """`issuer`: a did:web to sign as, instead of the did:key."""
    unsigned = badges()
    if kind == "Ed25519Signature2020":
        unsigned = [one | {"@context": [*CONTEXTS, SUITE_2020]} for one in unsigned]
    listed = status_list()
    if kind == "Ed25519Signature2020":
        listed["@context"] = [*listed["@context"], SUITE_2020]
    request = {"role": "issuer", "kind": kind, "documents": [*unsigned, listed], "issuer": issuer, "show": SHOWN}
    answer = npm.run_node(HERE / "matrix", "digital_bazaar.mjs", request)
    *made, signed_list = answer["documents"]
    documents = {LIST_URL: signed_list} | ({WEB_DOCUMENT: answer["cid"], issuer: answer["cid"]} if issuer else {})
    return sample("Digital Bazaar", f"{kind}, {'did:web' if issuer else 'did:key'}", made, documents)


def learncard() -> Sample:
    """LearnCard signs with the suite that its library takes first for the data model 2.0."""
    answer = npm.run_node(BADGE_WALLETS, "judge.mjs", {"by": "LearnCard", "unsigned": [*badges(), status_list()]})
    *made, signed_list = answer["documents"]
    return sample("LearnCard", "eddsa-rdfc-2022", made, {LIST_URL: signed_list})


def _pem(key: Any) -> bytes:
    encoding = serialization.Encoding.PEM
    return bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def _did_key(key: Any) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(did_key_from_pem(key.public_key().public_bytes(serialization.Encoding.PEM, form)))


def openbadgeslib_jwt(algorithm: str) -> Sample:
    """Its issuer is a did:key where the library makes one, else a did:jwk."""
    key: Any = {
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
    }[algorithm]()
    signer = OB3Signer(_pem(key), algorithm)
    issuer = did_jwk_from_jwk(signer._public_jwk()) if algorithm == "RS256" else _did_key(key)
    documents = {LIST_URL: signer.sign_payload(status_list(issuer) | {"iss": issuer, "sub": f"{LIST_URL}#list"})}
    return sample("openbadgeslib", f"VC-JWT {algorithm}", [signer.sign(one) for one in _credentials(issuer)], documents)


def openbadgeslib_ldp() -> Sample:
    key = ed25519.Ed25519PrivateKey.generate()
    issuer = _did_key(key)
    signer = OB3LdpSigner(_pem(key))
    # It signs status lists as JWT, for which its own JSON-LD signer has no way.
    listed = {LIST_URL: OB3Signer(_pem(key), "EdDSA").sign_payload(status_list(issuer) | {"iss": issuer})}
    return sample("openbadgeslib", "eddsa-rdfc-2022", [signer.sign(one) for one in _credentials(issuer)], listed)


def _credentials(issuer: str) -> list[OpenBadgeCredential]:
    made = []
    for one in badges():
        one["issuer"]["id"] = issuer
        made.append(OpenBadgeCredential.from_vc_document(one))
    return made


def in_png(document: Any) -> bytes:
    text = document if isinstance(document, str) else json.dumps(document)
    return bytes(baking.bake_png(PNG, text, keyword=baking.ITXT_KEYWORD_OB3))


def in_svg(document: Any) -> bytes:
    as_text = not isinstance(document, str)
    text = json.dumps(document) if as_text else document
    names = {"element": baking.SVG_ELEMENT_OB3, "namespace": baking.SVG_NS_OB3}
    return bytes(baking.bake_svg(SVG, text, as_text=as_text, **names))


def jose(algorithm: str) -> Sample:
    request = {"role": "issuer", "alg": algorithm, "documents": [*badges(), status_list()]}
    answer = npm.run_node(HERE / "matrix", "jose.mjs", request)
    *made, signed_list = answer["tokens"]
    return sample("jose", f"VC-JWT {algorithm}", made, {LIST_URL: signed_list})


def claims() -> list[dict[str, Any]]:
    """Of SD-JWT VCs: a good one, a revoked one, an expired one."""
    now = int(SINCE.timestamp())
    ends = int((SINCE + timedelta(days=30)).timestamp())
    achievement = badge(GOOD)["credentialSubject"]["achievement"]
    common = {"vct": VCT, "iat": now, "nbf": now, "achievement": achievement, "given_name": "Ana"}
    return [
        common | {"status": {"status_list": {"idx": index, "uri": LIST_URL}}} | more
        for index, more in ((GOOD, {}), (REVOKED, {}), (EXPIRED, {"exp": ends}))
    ]


def sd_jwt_vc() -> Sample:
    listed = {"uri": LIST_URL, "size": 1000, "revoked": [REVOKED], "iat": int(SINCE.timestamp())}
    request = {"claims": claims(), "disclosable": ["given_name"], "list": listed}
    answer = npm.run_node(HERE / "wallets", "issue_sd_jwt.mjs", request)
    return sample("@sd-jwt/sd-jwt-vc", "dc+sd-jwt", answer["texts"], {LIST_URL: answer["list"]})


def openvc_core(kind: str) -> Sample:
    is_claims = kind == "dc+sd-jwt"
    listed = {"uri": LIST_URL, "size": 1000, "revoked": [REVOKED]} if is_claims else status_list()
    request = {
        "role": "issuer",
        "kind": kind,
        "documents": claims() if is_claims else badges(),
        "list": listed,
        "contexts": contexts(),
        "show": ["given_name"] if is_claims else SHOWN,
    }
    answer = openvc_environment.run(request)
    made = sample("openvc-core", kind, answer["documents"], {LIST_URL: answer["list"]})
    return replace(made, expired=None) if kind == "VC-JWT" else made  # it dates what it signs today


def contexts() -> dict[str, Any]:
    """The JSON-LD contexts of badges, for judges that have not got them."""
    known = pinned_contexts.issuing().documents
    return {url: known[url] for url in (CONTEXTS[1], "https://w3id.org/security/data-integrity/v2") if url in known}


def samples() -> list[Sample]:
    """Every one of them, anew."""
    jwt = openbadgeslib_jwt("ES256")
    ldp = openbadgeslib_ldp()
    return [
        digital_bazaar("eddsa-rdfc-2022"),
        digital_bazaar("eddsa-rdfc-2022", WEB_ISSUER),
        digital_bazaar("ecdsa-rdfc-2019, P-256"),
        digital_bazaar("ecdsa-rdfc-2019, P-384"),
        digital_bazaar("ecdsa-sd-2023"),
        digital_bazaar("Ed25519Signature2020"),
        learncard(),
        ldp,
        ldp.baked("eddsa-rdfc-2022 in a PNG", in_png),
        ldp.baked("eddsa-rdfc-2022 in an SVG", in_svg),
        jwt,
        openbadgeslib_jwt("RS256"),
        openbadgeslib_jwt("EdDSA"),
        jwt.baked("VC-JWT ES256 in a PNG", in_png),
        jwt.baked("VC-JWT ES256 in an SVG", in_svg),
        openvc_core("eddsa-rdfc-2022"),
        openvc_core("ecdsa-sd-2023"),
        openvc_core("VC-JWT"),
        openvc_core("dc+sd-jwt"),
        jose("ES256"),
        jose("EdDSA"),
        jose("RS256"),
        sd_jwt_vc(),
    ]
