"""Our verifier on badges of foreign issuers: it accepts theirs, and refuses each broken twin for the right reason."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from app.verifier.case import Policy
from app.verifier.report import Report
from app.verifier.verify import verify_document
from tests.interop import judges
from tests.interop.test_reference import REVOKED_INDEX, Workshop, _badge, _workshop, changed
from tests.verifier.badges import Web, codes, outcomes, services, verified

pytestmark = pytest.mark.interop


def judged(document: Any, documents: dict[str, Any]) -> Report:
    served = {url: one.encode() if isinstance(one, str) else one for url, one in documents.items()}
    return verified(document.encode() if isinstance(document, str) else document, Web(served), now=datetime.now(UTC))


def test_badge_of_digital_bazaar(reference: dict[str, Any]):
    report = judged(reference["credential"], reference["documents"])
    assert set(outcomes(report).values()) == {"valid"}, report.summary
    for twin in (changed(reference["credential"]), reference["credential"] | {"undefinedTerm": "x"}):
        report = judged(twin, reference["documents"])
        assert (report.outcome, outcomes(report)["proof"]) == ("invalid", "invalid")


def test_status_of_digital_bazaar(reference: dict[str, Any]):
    revoked = judged(reference["revoked"], reference["documents"])
    assert (revoked.outcome, codes(revoked, "status")) == ("invalid", ["revoked"])
    documents = copy.deepcopy(reference["documents"])
    for one in documents.values():
        one["validFrom"] = "2026-09-02T00:00:00Z"
    changed_list = judged(reference["revoked"], documents)
    assert (changed_list.outcome, codes(changed_list, "status")) == ("unknown", ["status_list_unproven"])
    assert codes(judged(reference["credential"], {}), "status") == ["status_list_unavailable"]


def test_presentation_of_digital_bazaar(reference: dict[str, Any]):
    asked = {"challenge": "c1", "domain": "employer.example"}
    credentials = [reference["credential"], reference["revoked"]]
    document = judges.run_node("present.mjs", {"credentials": credentials[:1], **asked})

    def presented(document: dict[str, Any], **policy: Any) -> Report:
        served = services(Web(reference["documents"]), now=datetime.now(UTC))
        return verify_document(document, served, policy=Policy(**policy))

    report = presented(document, **asked)
    assert set(outcomes(report).values()) == {"valid"}, report.summary
    assert codes(presented(document, challenge="c2"), "proof") == ["wrong_challenge"]
    assert codes(presented(document, domain="other.example"), "proof") == ["wrong_domain"]
    assert codes(presented(document | {"id": "urn:x:1"}), "proof") == ["bad_signature"]
    both = presented(judges.run_node("present.mjs", {"credentials": credentials, **asked}))
    assert ([inner.outcome for inner in both.credentials], outcomes(both)["proof"]) == (["valid", "invalid"], "valid")


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_jwt_of_openbadgeslib(algorithm: str):
    workshop = _workshop(algorithm)
    report = judged(workshop.sign(_badge(workshop.name)), workshop.documents())
    assert set(outcomes(report).values()) == {"valid"}, report.summary
    revoked = judged(workshop.sign(_badge(workshop.name, REVOKED_INDEX)), workshop.documents())
    assert (revoked.outcome, codes(revoked, "status")) == ("invalid", ["revoked"])
    stranger: Workshop = _workshop(algorithm)
    assert judged(stranger.sign(_badge(workshop.name)), workshop.documents()).outcome == "invalid"
    of_a_stranger = judged(workshop.sign(_badge(workshop.name)), stranger.documents())
    assert (of_a_stranger.outcome, outcomes(of_a_stranger)["status"]) == ("unknown", "unknown")
