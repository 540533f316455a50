"""JWTs: algorithms and keys confused, headers that lead elsewhere, claims that say two things."""

import hmac
import json
import zlib
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from app.vc import did, jose, keys
from tests.hostile.trick import REFUSED, document, part, token
from tests.vc.test_jose import RFC_EXAMPLES
from tests.verifier.badges import DID_DOCUMENT, KEY, MALLORY, P256, UNIVERSITY, badge, ec_key, method_of
from tests.verifier.badges import P384 as OTHER_CURVE

KID = method_of(P256, UNIVERSITY)
BADGE = badge()
CLAIMS = jose.badge_claims(BADGE)
FORGER = ec_key(P256.key.curve, "P-256", 66)  # a key of the right type, of a stranger
PUBLIC_PEM = P256.public.key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
RSA_PUBLIC = keys.from_jwk(RFC_EXAMPLES[1][0])  # its private half is published: RFC 7515 appendix A.2
RSA_METHOD = did.Method("rsa", RSA_PUBLIC, "JsonWebKey")
WITH_RSA = {DID_DOCUMENT: did.controlled_identifier_document(UNIVERSITY, [RSA_METHOD])}
EVIL = "https://evil.example/jwks.json"


def made(header: Any, payload: Any = CLAIMS, sign: Any = P256.sign) -> str:
    """A JWT of any header and payload, signed by the university when nothing else is said."""
    unsigned = f"{part(header)}.{part(payload)}"
    return f"{unsigned}.{part(sign(unsigned.encode()))}"


def header(**members: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "JWT", "kid": KID} | members


def without_key(**members: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "JWT", **members}


def with_claims(**members: Any) -> str:
    return made(header(), CLAIMS | members)


def hmac_with(secret: bytes) -> Any:
    return lambda data: hmac.digest(secret, data, "sha256")


def der(data: bytes) -> bytes:
    signature = P256.sign(data)
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def stray_bits(text: str) -> str:
    """The same bytes in other letters: the last letter of an ES256 signature has four bits that mean nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + letters[letters.index(text[-1]) ^ 1]


def flattened(text: str) -> dict[str, str]:
    """The JSON serialization of a JWS (RFC 7515 section 7.2.2)."""
    protected, payload, signature = text.split(".")
    return {"protected": protected, "payload": payload, "signature": signature}


HONEST = made(header())
BOMB = zlib.compress(json.dumps(CLAIMS | {"description": "x" * 20_000_000}).encode(), 9)[2:-4]
TWICE = json.dumps(CLAIMS).encode().replace(b'"iss"', b'"iss": "did:web:evil.example", "iss"', 1)
DEEP = json.dumps(CLAIMS).encode().replace(b'"name"', b'"x": ' + b"[" * 10_000 + b"]" * 10_000 + b', "name"', 1)

ALG_TRICKS = (
    token("jwt_alg_none", made({"alg": "none"}, sign=lambda _: b""), "forbidden_alg"),
    token("jwt_alg_none_in_capitals", made(header(alg="nOnE"), sign=lambda _: b""), "forbidden_alg"),
    token("jwt_hmac_with_the_public_key", made(header(alg="HS256"), sign=hmac_with(PUBLIC_PEM)), "forbidden_alg"),
    token(
        "jwt_hmac_with_a_key_it_brings",
        made(without_key(alg="HS256", jwk={"kty": "oct", "k": "AAAA"}), sign=hmac_with(bytes(3))),
        "forbidden_alg",
    ),
    token("jwt_rs256_with_p256_key", made(header(alg="RS256")), "key_type_does_not_fit"),
    token("jwt_es256_with_rsa_key", made(header(kid=f"{UNIVERSITY}#rsa")), "key_type_does_not_fit", web=WITH_RSA),
    token("jwt_es384_with_p256_key", made(header(alg="ES384"), sign=OTHER_CURVE.sign), "key_type_does_not_fit"),
    token("jwt_eddsa_with_p256_key", made(header(alg="EdDSA"), sign=KEY.sign), "key_type_does_not_fit"),
    token("jwt_alg_is_a_list", made(header(alg=["ES256"])), "malformed_jwt"),
    token("jwt_alg_unknown", made(header(alg="XX999")), "unsupported_alg", outcome="unknown"),
    token("jwt_signature_of_zeros", made(header(), sign=lambda _: bytes(64)), "bad_signature"),
    token("jwt_signature_empty", made(header(), sign=lambda _: b""), "bad_signature"),
    token("jwt_signature_as_der", made(header(), sign=der), "bad_signature"),
    token("jwt_signature_with_stray_bits", stray_bits(HONEST), "malformed_jwt"),
    token(
        "jwt_signature_of_another_badge",
        HONEST.rpartition(".")[0] + "." + with_claims(jti="urn:x").rpartition(".")[2],
        "bad_signature",
    ),
    token("jwt_signature_padded", HONEST + "==", "malformed_jwt"),
)
HEADER_TRICKS = (
    token("jwt_crit_header", made(header(crit=["exp"], exp=1)), "critical_header"),
    token("jwt_crit_unencoded_payload", made(header(crit=["b64"], b64=False)), "critical_header"),
    token("jwt_crit_empty", made(header(crit=[])), "critical_header"),
    token("jwt_jku_of_a_stranger", made(header(jku=EVIL), sign=FORGER.sign), "bad_signature"),
    token("jwt_jku_alone", made(without_key(jku=EVIL), sign=FORGER.sign), "no_key"),
    token("jwt_x5u_alone", made(without_key(x5u=EVIL), sign=FORGER.sign), "no_key"),
    token("jwt_x5c_alone", made(without_key(x5c=["MIIB"]), sign=FORGER.sign), "no_key"),
    token(
        "jwt_jwk_of_a_stranger",
        made(without_key(jwk=FORGER.public_jwk), sign=FORGER.sign),
        "issuer_mismatch",
        check="issuer_binding",
    ),
    token(
        "jwt_jwk_with_private_half_of_another_type",
        made(without_key(jwk={**FORGER.public_jwk, "crv": "P-384"}), sign=FORGER.sign),
        "malformed_public_key",
    ),
    token(
        "jwt_jwk_not_on_the_curve",
        made(without_key(jwk={**FORGER.public_jwk, "y": FORGER.public_jwk["x"]}), sign=FORGER.sign),
        "malformed_public_key",
    ),
    token(
        "jwt_jwk_with_a_huge_exponent",
        made(without_key(alg="RS256", jwk={**RSA_PUBLIC.jwk(), "e": "_" * 2_000}), sign=FORGER.sign),
        "malformed_public_key",
    ),
    token(
        "jwt_kid_of_a_stranger",
        made(header(kid=method_of(FORGER)), sign=FORGER.sign),
        "issuer_mismatch",
        check="issuer_binding",
    ),
    token(
        "jwt_kid_is_a_path",
        made(header(kid="../../../../dev/null"), sign=hmac_with(b"")),
        "malformed_verification_method",
    ),
    token("jwt_kid_is_sql", made(header(kid="x' UNION SELECT 'AAAA")), "malformed_verification_method"),
    token("jwt_kid_is_a_file", made(header(kid="file:///dev/null")), "malformed_verification_method"),
    token(
        "jwt_kid_is_an_internal_address",
        made(header(kid="https://169.254.169.254/jwks.json#1")),
        "key_unavailable",
        outcome="unknown",
    ),
    token(
        "jwt_kid_of_a_hundred_thousand_characters",
        made(header(kid=f"{UNIVERSITY}#{'k' * 100_000}")),
        "malformed_verification_method",
    ),
    token(
        "jwt_header_nested_deep", made(b'{"alg":"ES256","x":' + b"[" * 10_000 + b"]" * 10_000 + b"}"), "malformed_jwt"
    ),
    token("jwt_header_is_a_list", made([]), "malformed_jwt"),
    token("jwt_header_with_member_twice", made(b'{"alg":"none","alg":"ES256","typ":"JWT"}'), "malformed_jwt"),
    token("jwt_compressed", made(header(zip="DEF"), zlib.compress(json.dumps(CLAIMS).encode())[2:-4]), "malformed_jwt"),
    token("jwt_compressed_bomb", made(header(zip="DEF"), BOMB), "malformed_jwt"),
    token("jwt_for_access", made(header(typ="at+jwt")), "unexpected_typ", check="structure"),
)
CLAIM_TRICKS = (
    token("jwt_in_jwt", made(header(cty="JWT"), HONEST.encode()), "malformed_jwt"),
    token(
        "jwt_in_claim",
        made(header(), {"iss": UNIVERSITY, "vc": HONEST}),
        "no_credential",
        check=REFUSED,
        outcome=REFUSED,
    ),
    token("jwt_two_credentials", with_claims(vc=badge(name="Another")), "ambiguous_credential", check="structure"),
    token("jwt_claims_twice", made(header(), TWICE), "malformed_jwt"),
    token("jwt_payload_nested_deep", made(header(), DEEP), "malformed_jwt"),
    token("jwt_payload_is_a_list", made(header(), [CLAIMS]), "malformed_jwt"),
    token("jwt_payload_empty", made(header(), b""), "malformed_jwt"),
    token("jwt_of_another_issuer", with_claims(iss="did:web:other.example"), "contradicting_claim", check="structure"),
    token("jwt_of_another_learner", with_claims(sub="urn:uuid:other"), "contradicting_claim", check="structure"),
    token("jwt_end_put_off", with_claims(exp=9_999_999_999), "contradicting_claim", check="structure"),
    token("jwt_end_beyond_all_dates", with_claims(exp=1e300), "malformed_claim", check="structure"),
    token("jwt_end_is_a_text", with_claims(exp="never"), "malformed_claim", check="structure"),
    token(
        "jwt_expired",
        made(header(), jose.badge_claims(badge(validUntil="2026-02-01T00:00:00Z"))),
        "expired",
        check="validity_period",
    ),
    token(
        "jwt_expired_by_the_older_member",
        made(header(), jose.badge_claims(badge(expirationDate="2026-02-01T00:00:00Z"))),
        "expired",
        check="validity_period",
    ),
    token(
        "jwt_encrypted",
        ".".join([part({"alg": "dir", "enc": "A256GCM"}), "", "AAAA", "AAAA", "AAAA"]),
        "encrypted_jwt",
        check=REFUSED,
        outcome=REFUSED,
    ),
    token("jwt_of_four_parts", HONEST + ".AAAA", "no_jwt", check=REFUSED, outcome=REFUSED),
    token("jwt_with_a_line_break", HONEST.replace(".", ".\n", 1), "no_jwt", check=REFUSED, outcome=REFUSED),
    document("jwt_in_json_serialization", flattened(HONEST), "no_credential", check=REFUSED, outcome=REFUSED),
    token(
        "jwt_of_a_stranger",
        made({"alg": "EdDSA", "typ": "JWT", "kid": method_of(MALLORY, UNIVERSITY)}, sign=MALLORY.sign),
        "malformed_verification_method",
    ),
)
TRICKS = (*ALG_TRICKS, *HEADER_TRICKS, *CLAIM_TRICKS)
