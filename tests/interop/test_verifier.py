"""Our verifier on badges of foreign issuers: it accepts theirs, and refuses each broken twin for the right reason."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from app.verifier.report import Report
from tests.interop.test_reference import REVOKED_INDEX, Workshop, _badge, _workshop, changed
from tests.verifier.badges import Web, codes, outcomes, verified

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
