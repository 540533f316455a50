"""Badges as VC-JWT and as SD-JWT."""

import zlib
from typing import Any

from app.vc import did, enveloped, jose, sd_jwt
from app.vc.multiformats import base64url_decode, base64url_encode
from tests.corpus.kit import (
    KEY,
    MALLORY,
    NOW,
    OB_3_0_3,
    P256,
    P384,
    P521,
    UNIVERSITY,
    V1,
    badge,
    badge_jwt,
    case,
    identifiers,
    jwt,
    method_of,
    rsa_key,
    served,
    university,
)
from tests.verifier.badges import ed25519_key

MOMENT = int(NOW.timestamp())
DAY = 86_400
HTTPS_ISSUER = "https://academy.example/issuer"
METADATA = "https://academy.example/.well-known/jwt-vc-issuer/issuer"
TOKEN_LIST = "https://university.example/token-status/1"
HOLDER = ed25519_key(9)
DID_KEY = did.did_key(KEY.public)
V1_BADGE = badge(validFrom=None, validUntil=None, issuanceDate="2026-01-01T00:00:00Z", **{"@context": [V1, OB_3_0_3]})
CLAIMS = {
    "iss": UNIVERSITY,
    "vct": "https://university.example/types/urban-data-analyst",
    "nbf": MOMENT - DAY,
    "exp": MOMENT + DAY,
    "cnf": {"jwk": HOLDER.public_jwk},
    "name": "Urban data analyst",
    "level": "proficient",
}


def spoiled(token: str, part: int, old: str, new: str) -> str:
    """A token in which a text of its header (0) or payload (1) is replaced after signing."""
    parts = token.split(".")
    decoded = base64url_decode(parts[part]).decode()
    assert old in decoded
    parts[part] = base64url_encode(decoded.replace(old, new).encode())
    return ".".join(parts)


def unsigned(alg: str) -> str:
    signing_input = jose.signing_input({"alg": alg, "typ": "JWT"}, jose.badge_claims(badge()))
    return f"{signing_input.decode()}.{'' if alg == 'none' else base64url_encode(b'0' * 32)}"


def in_claim(**claims: Any) -> str:
    """A badge of VCDM 1.1 as claim `vc`."""
    told = {"iss": UNIVERSITY, "jti": V1_BADGE["id"], "sub": V1_BADGE["credentialSubject"]["id"], "nbf": MOMENT - DAY}
    return jwt(told | {"vc": V1_BADGE | {"issuanceDate": "2026-11-19T12:00:00Z"}} | claims)


def sd(key: Any = KEY, typ: str = "dc+sd-jwt", kid: str | None = None, **claims: Any) -> str:
    """An SD-JWT VC whose level can be left out."""
    told = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    alg = "EdDSA" if key.key_type == "Ed25519" else "ES256"
    header = sd_jwt.header(alg, typ=typ, kid=kid or method_of(key, UNIVERSITY))
    return sd_jwt.issue(told, ["/level"], key, header, new_salt=lambda: "c2FsdA")


def token_list(value: int) -> dict[str, Any]:
    """A Token Status List in which index 7 has this value, two bits each."""
    bits = bytearray(64)
    bits[1] = value << 6
    listed = {"bits": 2, "lst": base64url_encode(zlib.compress(bytes(bits), 9))}
    claims = {"iss": UNIVERSITY, "sub": TOKEN_LIST, "iat": MOMENT - 60, "exp": MOMENT + DAY, "status_list": listed}
    return {TOKEN_LIST: served(jwt(claims, typ="statuslist+jwt"), "application/statuslist+jwt")}


WITH_STATUS = sd(status={"status_list": {"idx": 7, "uri": TOKEN_LIST}})
GOOD, GOOD_SD = badge_jwt(badge()), sd()
RSA = rsa_key()

TOKENS = (
    case("jwt_valid_eddsa.txt", GOOD),
    case("jwt_valid_es256.txt", badge_jwt(badge(), P256)),
    case("jwt_valid_es384.txt", badge_jwt(badge(), P384)),
    case("jwt_valid_es512.txt", badge_jwt(badge(), P521)),
    case("jwt_valid_rs256.txt", badge_jwt(badge(), RSA)),
    case("jwt_valid_issuer_did_key.txt", badge_jwt(badge(DID_KEY), kid=method_of(KEY)), web={}),
    case("jwt_valid_vc_jose_cose.txt", enveloped.secure(badge(), P256, kid=method_of(P256, UNIVERSITY))),
    case("jwt_valid_data_model_1_1.txt", in_claim()),
    case("jwt_valid_in_json_string.json", {"jwt": GOOD}),
    case(
        "jwt_valid_key_in_header_and_listed_by_issuer.txt",
        badge_jwt(badge(HTTPS_ISSUER), P256, kid=None, jwk=P256.public_jwk),
        web={HTTPS_ISSUER: served(identifiers(HTTPS_ISSUER, P256))},
    ),
    case(
        "jwt_valid_kid_is_the_url_of_a_key_set.txt",
        badge_jwt(badge(HTTPS_ISSUER), P256, kid="https://academy.example/keys.json"),
        web={
            HTTPS_ISSUER: served(identifiers(HTTPS_ISSUER, P256)),
            "https://academy.example/keys.json": served({"keys": [P256.public_jwk]}, "application/jwk-set+json"),
        },
    ),
    case("jwt_expired.txt", badge_jwt(badge(validUntil="2026-11-19T12:00:00Z")), "invalid", "expired"),
    case("jwt_not_yet_valid.txt", badge_jwt(badge(validFrom="2027-01-01T00:00:00Z")), "invalid", "not_yet_valid"),
    case(
        "jwt_expired_by_claim_alone.txt",
        jwt({**jose.badge_claims(badge(validUntil=None)), "exp": MOMENT - 60}),
        "invalid",
        "expired",
    ),
    case(
        "jwt_end_contradicts_its_claim.txt",
        jwt({**jose.badge_claims(badge()), "exp": MOMENT + 99 * DAY}),
        "invalid",
        "contradicting_claim",
    ),
    case(
        "jwt_tampered_name.txt",
        spoiled(GOOD, 1, '"Urban data analyst","issuer"', '"Professor","issuer"'),
        "invalid",
        "bad_signature",
    ),
    case("jwt_tampered_header.txt", spoiled(GOOD, 0, '"JWT"', '"jwt"'), "invalid", "bad_signature"),
    case("jwt_tampered_signature.txt", f"{GOOD[:-8]}AAAAAAAA", "invalid", "bad_signature"),
    case(
        "jwt_signed_with_another_key_in_the_issuers_name.txt",
        badge_jwt(badge(), MALLORY, kid=method_of(KEY, UNIVERSITY)),
        "invalid",
        "bad_signature",
    ),
    case(
        "jwt_signed_by_another_issuer.txt",
        badge_jwt(badge(), MALLORY, kid=method_of(MALLORY)),
        "invalid",
        "issuer_mismatch",
    ),
    case(
        "jwt_of_another_subject.txt",
        jwt({**jose.badge_claims(badge()), "sub": "did:example:mallory"}),
        "invalid",
        "contradicting_claim",
    ),
    case("jwt_without_algorithm.txt", unsigned("none"), "invalid", "forbidden_alg"),
    case("jwt_with_shared_secret.txt", unsigned("HS256"), "invalid", "forbidden_alg"),
    case("jwt_data_model_1_1_expired.txt", in_claim(exp=MOMENT - 60), "invalid", "expired"),
    case("jwt_unknown_algorithm.txt", unsigned("PS256"), "unknown", "unsupported_alg"),
    case("jwt_unknown_issuer_unreachable.txt", GOOD, "unknown", "key_unavailable", web={}),
    case(
        "jwt_unknown_key_in_header_and_nothing_of_the_issuer.txt",
        badge_jwt(badge(HTTPS_ISSUER), P256, kid=None, jwk=P256.public_jwk),
        "unknown",
        "issuer_unconfirmed",
        web={},
    ),
    case("jwt_that_is_no_credential.txt", jwt({"iss": UNIVERSITY, "sub": "ana"}), "refused", "no_credential"),
    case("jwt_encrypted.txt", "eyJhbGciOiJSU0EifQ.a.b.c.d", "refused", "encrypted_jwt"),
)
SD_JWTS = (
    case("sd_jwt_valid_dc.txt", GOOD_SD),
    case("sd_jwt_valid_vc.txt", sd(typ="vc+sd-jwt")),
    case("sd_jwt_valid_es256.txt", sd(P256)),
    case("sd_jwt_valid_level_left_out.txt", sd_jwt.present(GOOD_SD, [])),
    case(
        "sd_jwt_valid_presented_by_its_holder.txt",
        sd_jwt.bind(GOOD_SD, HOLDER, audience="https://employer.example", nonce="n1", now=NOW),
    ),
    case(
        "sd_jwt_valid_metadata_of_https_issuer.txt",
        sd(iss=HTTPS_ISSUER, kid="k1"),
        web={METADATA: served({"issuer": HTTPS_ISSUER, "jwks": {"keys": [KEY.public_jwk | {"kid": "k1"}]}})},
    ),
    case(
        "sd_jwt_valid_key_whose_name_is_no_text.txt",
        sd(iss=HTTPS_ISSUER, kid="k1"),
        web={METADATA: served({"issuer": HTTPS_ISSUER, "jwks": {"keys": [KEY.public_jwk | {"kid": {}}]}})},
    ),
    case("sd_jwt_valid_by_status_list.txt", WITH_STATUS, web=university() | token_list(0)),
    case("sd_jwt_revoked_by_status_list.txt", WITH_STATUS, "invalid", "revoked", web=university() | token_list(1)),
    case("sd_jwt_suspended_by_status_list.txt", WITH_STATUS, "invalid", "suspended", web=university() | token_list(2)),
    case("sd_jwt_unknown_status_list_unreachable.txt", WITH_STATUS, "unknown", "status_list_unavailable"),
    case("sd_jwt_expired.txt", sd(exp=MOMENT - 60), "invalid", "expired"),
    case("sd_jwt_not_yet_valid.txt", sd(nbf=MOMENT + DAY), "invalid", "not_yet_valid"),
    case(
        "sd_jwt_tampered_level.txt",
        GOOD_SD.replace(GOOD_SD.split("~")[1], base64url_encode(b'["c2FsdA", "level", "expert"]')),
        "invalid",
        "unreferenced_disclosure",
    ),
    case("sd_jwt_signed_with_another_key.txt", sd(MALLORY, kid=method_of(KEY, UNIVERSITY)), "invalid", "bad_signature"),
    case(
        "sd_jwt_presented_by_a_thief.txt",
        sd_jwt.bind(GOOD_SD, MALLORY, audience="https://employer.example", nonce="n1", now=NOW),
        "invalid",
        "bad_signature",
    ),
    case("sd_jwt_unknown_issuer_unreachable.txt", GOOD_SD, "unknown", "key_unavailable", web={}),
)

CASES = (*TOKENS, *SD_JWTS)
