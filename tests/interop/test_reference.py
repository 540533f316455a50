"""Every judge is tried both ways on badges that are not ours: one that says yes, or no, to everything is noticed."""

import base64
import copy
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from openbadgeslib.ob3 import (
    Achievement,
    Issuer,
    OB3Signer,
    OpenBadgeCredential,
    build_status_list_credential,
    did_jwk_from_jwk,
    did_key_from_pem,
    sign_status_list_credential,
    status_entry,
)

from tests.interop.judges import DigitalBazaar, LearnCardTypes, OfficialSchema, OpenBadgesLib

pytestmark = pytest.mark.interop

ANYTIME = datetime(2026, 9, 1, tzinfo=UTC)
LIST_URL = "https://issuer.example.org/status-lists/1"
GOOD_INDEX, REVOKED_INDEX = 2, 5


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


def _badge(issuer: str, index: int = GOOD_INDEX) -> OpenBadgeCredential:
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
        credential_status=[status_entry(LIST_URL, "revocation", index)],
    )


@dataclass(frozen=True, slots=True)
class Workshop:
    """openbadgeslib as the reference issuer of VC-JWT: its key, algorithm and name."""

    pem: bytes
    algorithm: str
    name: str

    def sign(self, badge: OpenBadgeCredential) -> str:
        return OB3Signer(self.pem, self.algorithm).sign(badge)

    def documents(self) -> dict[str, str]:
        """Its status list as VC-JWT, in which one index is set."""
        status_list = build_status_list_credential(self.name, LIST_URL, "revocation", [REVOKED_INDEX])
        return {LIST_URL: sign_status_list_credential(status_list, self.pem, self.algorithm)}


def _workshop(algorithm: str) -> Workshop:
    """Its name is did:key where the library knows the type of the key, else did:jwk."""
    if algorithm == "ES256":
        curve_key = ec.generate_private_key(ec.SECP256R1())
        return Workshop(_pem(curve_key), algorithm, did_key_from_pem(_public_pem(curve_key)))
    pem = _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return Workshop(pem, algorithm, did_jwk_from_jwk(OB3Signer(pem, algorithm)._public_jwk()))


@pytest.fixture(scope="module", params=["ES256", "RS256"])
def workshop(request: pytest.FixtureRequest) -> Workshop:
    return _workshop(request.param)


def test_openbadgeslib_accepts_its_own_badge(openbadgeslib: OpenBadgesLib, workshop: Workshop):
    verdict = openbadgeslib.judge_jwt(workshop.sign(_badge(workshop.name)), workshop.documents())
    assert (verdict.accepted, verdict.revoked) == (True, False), verdict.reason


def test_openbadgeslib_refuses_a_changed_payload(openbadgeslib: OpenBadgesLib, workshop: Workshop):
    header, payload, signature = workshop.sign(_badge(workshop.name)).split(".")
    claims = changed(json.loads(base64.urlsafe_b64decode(payload + "==")))
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    verdict = openbadgeslib.judge_jwt(f"{header}.{payload}.{signature}", workshop.documents())
    assert (verdict.accepted, verdict.reason) == (False, "Invalid signature")


def test_openbadgeslib_refuses_another_issuers_name(openbadgeslib: OpenBadgesLib, workshop: Workshop):
    token = workshop.sign(_badge(_workshop(workshop.algorithm).name))
    assert openbadgeslib.judge_jwt(token, workshop.documents()).reason == "Invalid signature"


def test_openbadgeslib_refuses_a_revoked_index(openbadgeslib: OpenBadgesLib, workshop: Workshop):
    token = workshop.sign(_badge(workshop.name, REVOKED_INDEX))
    verdict = openbadgeslib.judge_jwt(token, workshop.documents())
    assert (verdict.accepted, verdict.revoked) == (False, True), verdict.reason


def test_openbadgeslib_refuses_a_list_of_somebody_else(openbadgeslib: OpenBadgesLib, workshop: Workshop):
    verdict = openbadgeslib.judge_jwt(workshop.sign(_badge(workshop.name)), _workshop("ES256").documents())
    assert not verdict.accepted
    assert "does not match the badge issuer" in verdict.reason


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
