"""The use case: bytes in, report out. intake -> plan -> gather, again for what that named -> judge -> report."""

import time
from collections.abc import Callable
from typing import Any

import structlog

from app.ports import Services
from app.verifier.case import Policy
from app.verifier.evidence import EvidenceSet
from app.verifier.gather import gather
from app.verifier.intake import Submission, intake, read_document
from app.verifier.judge import judge
from app.verifier.plan import Need, plan
from app.verifier.report import Report

ROUNDS = 3  # the second is for what a status list, or an issuer's metadata, names; the third when both do

log = structlog.get_logger()


def verify(
    data: bytes,
    media_type: str | None,
    services: Services,
    *,
    policy: Policy | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Report:
    """Verify one credential or presentation as it was sent.

    Uses settings, clock, local_documents and fetcher of the services, never the database. Invalid and unknown are
    answers. Raises errors.BadInput (TooLarge, Unsupported) for what cannot be read as a credential at all.
    """
    submission = intake(data, media_type, max_bytes=services.settings.verify_max_bytes)
    return verify_submission(submission, services, policy or Policy(), monotonic)


def verify_document(
    document: dict[str, Any] | str,
    services: Services,
    *,
    policy: Policy | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Report:
    """Verify a JSON value that is parsed already: an object, or the text of a JWT or SD-JWT.

    The caller has parsed it with strict_json, and bounded its size. Unlike `verify`, it looks into no wrapper and takes
    any object for a credential (or presentation): what is none is invalid. Raises errors.BadInput for a text that is no
    token. See `verify`; `report.submission.is_presentation` tells which of the two it was.
    """
    return verify_submission(read_document(document), services, policy or Policy(), monotonic)


def verify_submission(
    submission: Submission, services: Services, policy: Policy, monotonic: Callable[[], float]
) -> Report:
    """Fetch what a submission needs, judge it, and report."""
    deadline = monotonic() + services.settings.verify_timeout_s
    needs, evidence = collect(submission, services, policy, lambda: deadline - monotonic())
    now = services.clock()
    judgement = judge(submission, evidence, policy, now)
    for failure in judgement.failures:
        log.error("check_failed", sha256=submission.sha256, exc_info=failure)
    return Report(judgement, submission, needs, evidence, now)


def collect(
    submission: Submission, services: Services, policy: Policy, remaining_s: Callable[[], float]
) -> tuple[tuple[Need, ...], EvidenceSet]:
    """Fetch what is needed, in at most ROUNDS rounds; returns what was asked for and what came."""
    asked: tuple[Need, ...] = ()
    evidence = EvidenceSet()
    for _ in range(ROUNDS):
        needs = plan(submission, evidence, bind_issuer=policy.bind_issuer)
        if not needs:
            break
        asked += needs
        evidence = evidence.with_more(gather(needs, services, remaining_s=remaining_s))
    return asked, evidence
