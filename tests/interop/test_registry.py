"""Digital Bazaar's verifier on our signed registry of issuers: it accepts it, and refuses every broken twin."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.interop.attesta_service import Service, running
from tests.interop.judges import DigitalBazaar

pytestmark = pytest.mark.interop

ENTRY = {
    "issuer": "did:web:partner.example",
    "name": "Partner X",
    "url": "https://partner.example",
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "scope": [{"framework": "Smart City Framework", "competencies": ["C01", "C02"]}],
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("attesta"), None) as started:
        yield started


@pytest.fixture
def registry(service: Service) -> dict[str, Any]:
    answer = service.client.put("/api/v1/registry", json={"entries": [ENTRY, {"issuer": "did:web:other.example"}]})
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = service.get("/issuers/main/registry").json()
    return document


def test_digital_bazaar_accepts_our_registry(digital_bazaar: DigitalBazaar, registry: dict[str, Any]):
    verdict = digital_bazaar.judge(registry, {})
    assert verdict.accepted, verdict.reason


@pytest.mark.parametrize(
    "breaking",
    [
        lambda one: one["credentialSubject"][0].update(id="did:web:mallory.example"),
        lambda one: one["credentialSubject"][0]["recognizedTo"][0].update(validUntil="2037-12-31T23:59:59Z"),
        lambda one: one["credentialSubject"][0]["recognizedTo"][0].pop("recognizedFor"),
        lambda one: one["credentialSubject"][0]["recognizedTo"][0]["recognizedFor"][0]["targetCode"].append("C03"),
        lambda one: one["credentialSubject"].append({"id": "did:web:mallory.example", "type": "RecognizedEntity"}),
    ],
    ids=["issuer", "end", "no limit", "one more competency", "one more issuer"],
)
def test_digital_bazaar_refuses_a_broken_twin(digital_bazaar: DigitalBazaar, registry: dict[str, Any], breaking: Any):
    twin = copy.deepcopy(registry)
    breaking(twin)
    assert not digital_bazaar.judge(twin, {}).accepted
