"""Every judge is tried both ways on badges that are not ours: one that says yes, or no, to everything is noticed."""

import base64
import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from openbadgeslib.ob3 import Achievement, Issuer, OB3Signer, OpenBadgeCredential, did_jwk_from_jwk, did_key_from_pem

from tests.interop.judges import DigitalBazaar, LearnCardTypes, OfficialSchema, OpenBadgesLib

pytestmark = pytest.mark.interop

ANYTIME = datetime(2026, 9, 1, tzinfo=UTC)
LIST_URL = "https://issuer.example.org/status-lists/1"


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """The same badge with one character changed."""
    twin = copy.deepcopy(document)
    twin["name"] = twin["name"][:-1] + chr(ord(twin["name"][-1]) + 1)
    return twin


def test_digital_bazaar_accepts_the_reference_badge(digital_bazaar: DigitalBazaar, reference: dict[str, Any]):
    verdict = digital_bazaar.judge(reference["credential"], reference["documents"])
    assert (verdict.accepted, verdict.revoked) == (True, False), verdict.reason


def test_digital_bazaar_refuses_a_changed_character(digital_bazaar: DigitalBazaar, reference: dict[str, Any]):
    verdict = digital_bazaar.judge(changed(reference["credential"]), reference["documents"])
    assert not verdict.accepted
    assert "Invalid signature" in verdict.reason


def test_digital_bazaar_refuses_an_undefined_term(digital_bazaar: DigitalBazaar, reference: dict[str, Any]):
    verdict = digital_bazaar.judge(reference["credential"] | {"undefinedTerm": "x"}, reference["documents"])
    assert not verdict.accepted
    assert "undefinedTerm" in verdict.reason


def test_digital_bazaar_refuses_a_revoked_index(digital_bazaar: DigitalBazaar, reference: dict[str, Any]):
    verdict = digital_bazaar.judge(reference["revoked"], reference["documents"])
    assert (verdict.accepted, verdict.revoked) == (False, True)


def test_digital_bazaar_refuses_a_changed_status_list(digital_bazaar: DigitalBazaar, reference: dict[str, Any]):
    documents = copy.deepcopy(reference["documents"])
    documents[LIST_URL]["validFrom"] = "2026-09-02T00:00:00Z"
    verdict = digital_bazaar.judge(reference["credential"], documents)
    assert not verdict.accepted
    assert "not verified" in verdict.reason


def test_digital_bazaar_never_asks_the_network(digital_bazaar: DigitalBazaar, reference: dict[str, Any]):
    verdict = digital_bazaar.judge(reference["credential"], {})
    assert not verdict.accepted
    assert f"closed loader was asked for {LIST_URL}" in verdict.reason


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _badge(issuer: str, index: int = 2) -> OpenBadgeCredential:
    return OpenBadgeCredential(
        issuer=Issuer(id=issuer, name="Example Workshop"),
        recipient_id="urn:uuid:6f0b8a3e-5f1d-4f43-9d32-6c0f8f0f6a11",
        achievement=Achievement(
            id="https://issuer.example.org/achievements/soldering",
            name="Soldering, first steps",
            description="Joins two wires so that they stay joined.",
            criteria_narrative="Ten joints, none of them cold.",
        ),
        issuance_date=ANYTIME,
        expiration_date=ANYTIME + timedelta(days=3650),
        credential_status=[
            {
                "id": f"{LIST_URL}#{index}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": str(index),
                "statusListCredential": LIST_URL,
            }
        ],
    )


@pytest.fixture(scope="module", params=["ES256", "RS256"])
def signer(request: pytest.FixtureRequest) -> tuple[OB3Signer, str]:
    """The library as issuer, and its name: did:key where the library knows the key type, else did:jwk."""
    if request.param == "ES256":
        key: Any = ec.generate_private_key(ec.SECP256R1())
        return OB3Signer(_pem(key), "ES256"), did_key_from_pem(_public_pem(key))
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signer = OB3Signer(_pem(key), "RS256")
    return signer, did_jwk_from_jwk(signer._public_jwk())


def test_openbadgeslib_accepts_its_own_badge(
    openbadgeslib: OpenBadgesLib, signer: tuple[OB3Signer, str], reference: dict[str, Any]
):
    token = signer[0].sign(_badge(signer[1]))
    verdict = openbadgeslib.judge_jwt(token, reference["documents"])
    assert (verdict.accepted, verdict.revoked) == (True, False), verdict.reason


def test_openbadgeslib_refuses_a_changed_payload(
    openbadgeslib: OpenBadgesLib, signer: tuple[OB3Signer, str], reference: dict[str, Any]
):
    header, payload, signature = signer[0].sign(_badge(signer[1])).split(".")
    claims = changed(json.loads(base64.urlsafe_b64decode(payload + "==")))
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    verdict = openbadgeslib.judge_jwt(f"{header}.{payload}.{signature}", reference["documents"])
    assert (verdict.accepted, verdict.reason) == (False, "Invalid signature")


def test_openbadgeslib_refuses_another_issuers_name(
    openbadgeslib: OpenBadgesLib, signer: tuple[OB3Signer, str], reference: dict[str, Any]
):
    other = did_key_from_pem(_public_pem(ec.generate_private_key(ec.SECP256R1())))
    assert not openbadgeslib.judge_jwt(signer[0].sign(_badge(other)), reference["documents"]).accepted


def test_openbadgeslib_refuses_a_revoked_index(
    openbadgeslib: OpenBadgesLib, signer: tuple[OB3Signer, str], reference: dict[str, Any]
):
    verdict = openbadgeslib.judge_jwt(signer[0].sign(_badge(signer[1], index=5)), reference["documents"])
    assert (verdict.accepted, verdict.revoked) == (False, True), verdict.reason


@pytest.mark.parametrize("token", ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é"])
def test_openbadgeslib_refuses_what_is_no_badge(openbadgeslib: OpenBadgesLib, token: str):
    assert not openbadgeslib.judge_jwt(token, {}).accepted


def test_learncard_accepts_the_reference_structure_and_refuses_its_twin(
    learn_card: LearnCardTypes, reference: dict[str, Any]
):
    assert learn_card.errors(reference["credential"]) == []
    assert learn_card.errors(_without_criteria(reference["credential"])) != []


@pytest.mark.may_skip("the schema is in no package registry")
def test_the_official_schema_accepts_the_reference_structure_and_refuses_its_twin(
    official_schema: OfficialSchema, reference: dict[str, Any]
):
    # Digital Bazaar writes one proof as an object; the schema wants an array.
    good = reference["credential"] | {"proof": [reference["credential"]["proof"]]}
    assert official_schema.errors(good) == []
    assert official_schema.errors(reference["credential"]) != []
    assert official_schema.errors(_without_criteria(good)) != []
    assert official_schema.errors(good | {"validFrom": "yesterday"}) != []


def _without_criteria(credential: dict[str, Any]) -> dict[str, Any]:
    twin = copy.deepcopy(credential)
    del twin["credentialSubject"]["achievement"]["criteria"]
    return twin
