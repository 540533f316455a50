"""Our own verifier, for the issuer: it judges what a learner brings from elsewhere."""

from collections.abc import Callable

from app.ports import Judged, Services
from app.verifier.report import Report
from app.verifier.verify import verify


class OwnVerifier:
    """The Judge port. The services record holds this and this needs the record, so it asks for it late."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    def judge(self, data: bytes, media_type: str) -> Judged:
        """Verify a credential as it was sent; raises BadInput for what is none."""
        report = verify(data, media_type, self._services())
        return Judged(
            outcome=report.outcome.value,
            summary=report.summary,
            codes=_codes(report),
            is_presentation=report.submission.is_presentation,
            credential=report.submission.credential,
            report=report.to_json(),
        )


def _codes(report: Report) -> frozenset[str]:
    return frozenset(finding.code for check in report.checks for finding in check.findings)
