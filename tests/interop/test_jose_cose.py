"""vc-jose-cose in others' hands: npm `jose` and `@sd-jwt/core` verify what we secure, and we what they secure."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.vc import jose_cose, sd_jwt
from app.vc.multiformats import base64url_decode, base64url_encode
from tests.interop.judges import run_node
from tests.vc.test_jose_cose import CREDENTIAL, EC_AND_ED, FORMS, ISSUER, SD_PATHS, document_for, method, secure

pytestmark = pytest.mark.interop

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALGORITHMS = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


def judge(text: str, key_type: str) -> dict[str, Any]:
    jwk = {**method(key_type)["publicKeyJwk"], "alg": ALGORITHMS[key_type]}
    answer: dict[str, Any] = run_node("jose_cose.mjs", {"text": text, "jwk": jwk})
    return answer


@pytest.mark.usefixtures("node_modules")
@pytest.mark.parametrize("feature", FORMS)
@pytest.mark.parametrize("key_type", EC_AND_ED)
def test_others_verify_what_we_secure(feature: str, key_type: str):
    text = secure(document_for(feature), feature, method(key_type))
    answer = judge(text, key_type)
    assert answer.get("document") == document_for(feature), answer
    assert answer["header"]["alg"] == ALGORITHMS[key_type]


@pytest.mark.usefixtures("node_modules")
def test_others_see_what_we_disclose_and_no_more():
    text = secure(CREDENTIAL, "credential_sdjwt", method("P-521"), SD_PATHS)
    assert judge(text, "P-521").get("document") == CREDENTIAL
    shown = judge(sd_jwt.present(text, ["/credentialSubject/salary"]), "P-521")["document"]["credentialSubject"]
    assert shown == {
        "id": "did:example:123",
        "salary": "100000",
        "address": {"city": "Anytown"},
        "phoneNumbers": [{"number": "+2", "type": "mobile"}],
    }


@pytest.mark.usefixtures("node_modules")
@pytest.mark.parametrize("feature", ["credential_jose", "credential_sdjwt"])
def test_others_refuse_what_was_changed(feature: str):
    token, tilde, rest = secure(CREDENTIAL, feature, method("P-521")).partition("~")
    unsigned, _, signature = token.rpartition(".")
    changed = bytearray(base64url_decode(signature))
    changed[7] ^= 1
    assert "error" in judge(f"{unsigned}.{base64url_encode(bytes(changed))}{tilde}{rest}", "P-521")


@pytest.mark.usefixtures("node_modules")
@pytest.mark.parametrize("disclosable", [None, {"credentialSubject": {"_sd": ["salary", "address"]}}])
@pytest.mark.parametrize("key_type", EC_AND_ED)
def test_we_verify_what_others_secure(key_type: str, disclosable: dict[str, Any] | None):
    typ, feature = ("vc+jwt", "credential_jose") if disclosable is None else ("vc+sd-jwt", "credential_sdjwt")
    header = {"alg": ALGORITHMS[key_type], "typ": typ, "cty": "vc", "kid": f"{ISSUER}#key-1"}
    request = {"document": CREDENTIAL, "header": header, "jwk": method(key_type)["secretKeyJwk"]}
    text = run_node("jose_cose.mjs", request | ({} if disclosable is None else {"disclosable": disclosable}))["text"]
    verified = jose_cose.verify(text, jose_cose.FORMS[feature], method(key_type), now=NOW, in_time=True)
    assert (verified.document, verified.findings) == (CREDENTIAL, ())
