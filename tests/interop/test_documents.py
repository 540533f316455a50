"""Our documents in others' hands, without the service: another issuer can sign what we build, and no judge objects."""

from typing import Any

import pytest

from tests.interop.judges import DigitalBazaar, LearnCardTypes, OfficialSchema, run_node
from tests.vc import badge_examples

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def sealed(node_modules: None) -> dict[str, Any]:
    """Our badge, without status, signed by Digital Bazaar's issuer, whose JSON-LD processor refuses undefined terms."""
    unsigned = {name: value for name, value in badge_examples.badge().items() if name != "credentialStatus"}
    credential = run_node("issue.mjs", {"unsigned": unsigned})["credential"]
    return credential | {"proof": [credential["proof"]]}


def test_another_issuer_can_sign_our_document(digital_bazaar: DigitalBazaar, sealed: dict[str, Any]):
    verdict = digital_bazaar.judge(sealed, {})
    assert (verdict.accepted, verdict.revoked) == (True, None), verdict.reason


@pytest.mark.parametrize("term", ["euWorkload", "euCredit", "euAssessmentType", "euQualityAssurance"])
def test_the_european_elements_are_signed(digital_bazaar: DigitalBazaar, sealed: dict[str, Any], term: str):
    achievement = sealed["credentialSubject"]["achievement"]
    without = {name: value for name, value in achievement.items() if name != term}
    assert without != achievement
    twin = sealed | {"credentialSubject": sealed["credentialSubject"] | {"achievement": without}}
    assert "Invalid signature" in digital_bazaar.judge(twin, {}).reason


def test_learncard_has_no_objection_to_our_structure(learn_card: LearnCardTypes, sealed: dict[str, Any]):
    assert learn_card.errors(sealed) == []


@pytest.mark.may_skip("the schema is in no package registry")
def test_the_official_schema_has_no_objection_to_our_structure(official_schema: OfficialSchema, sealed: dict[str, Any]):
    assert official_schema.errors(sealed) == []
    assert official_schema.errors(sealed | {"credentialStatus": [{"id": "urn:x", "type": "x"}]}) != []
