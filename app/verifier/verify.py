"""The use case: bytes in, report out. receive -> plan -> gather, again for what that named -> judge -> report."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from app.ports import Services
from app.verifier.case import Policy
from app.verifier.evidence import EvidenceSet, recall
from app.verifier.gather import NotAtHand, Tell, at_hand, gather, unheard
from app.verifier.intake import read_document
from app.verifier.judge import judge
from app.verifier.need import Need
from app.verifier.plan import plan
from app.verifier.receive import Gathering, Received, Source, receive
from app.verifier.report import Report

DEFAULT = Policy()
ROUNDS = 3  # the second is for what a status list, or an issuer's metadata, names; the third when both do

log = structlog.get_logger()


def verify(
    data: bytes,
    media_type: str | None,
    services: Services,
    *,
    policy: Policy | None = None,
    replayed: EvidenceSet | None = None,
    tell: Tell = unheard,
    monotonic: Callable[[], float] = time.monotonic,
) -> Report:
    """Verify one credential or presentation as it was sent.

    Uses settings, clock, local_documents and fetcher of the services, never the database. `replayed`: evidence to judge
    by instead of fetching any. `tell`: see gather. Invalid and unknown are answers. Raises errors.BadInput (TooLarge,
    Unsupported) for what cannot be read as a credential at all.
    """
    source = source_of(services, replayed, monotonic, tell)
    received = receive(data, media_type, source, max_bytes=services.settings.verify_max_bytes)
    return verify_received(received, services, policy or DEFAULT, source)


def verify_at_once(
    data: bytes, media_type: str | None, services: Services, *, policy: Policy | None = None
) -> Report | None:
    """Do the same for what needs nothing, or what is at hand; None when something has to be waited for."""
    if services.settings.trust_sources:
        return None
    source = Source(partial(at_hand, services=services), EvidenceSet(gathered_at=services.clock()))
    try:
        received = receive(data, media_type, source, max_bytes=services.settings.verify_max_bytes)
        return verify_received(received, services, policy or DEFAULT, source)
    except NotAtHand:
        return None


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
    source = source_of(services, None, monotonic, unheard)
    return verify_received(Received(read_document(document), (), source.nothing), services, policy or DEFAULT, source)


def source_of(services: Services, replayed: EvidenceSet | None, monotonic: Callable[[], float], tell: Tell) -> Source:
    """Return where evidence comes from: other servers, until the deadline that begins now, or `replayed`."""
    deadline = monotonic() + services.settings.verify_timeout_s
    if replayed is not None:
        return Source(replaying(replayed), replace(replayed, items={}), is_replay=True)
    return fetching(services, lambda: deadline - monotonic(), tell)


def fetching(services: Services, remaining_s: Callable[[], float], tell: Tell = unheard) -> Source:
    """Return what fetches from other servers. `remaining_s`: seconds left for the whole verification."""
    gathering = partial(gather, services=services, remaining_s=remaining_s, tell=tell)
    return Source(gathering, EvidenceSet(gathered_at=services.clock()), remaining_s=remaining_s)


def replaying(evidence: EvidenceSet) -> Gathering:
    """Return what gathers out of saved evidence instead of fetching."""
    return lambda needs: recall(evidence, (need.url for need in needs))


def verify_received(received: Received, services: Services, policy: Policy, source: Source) -> Report:
    """Fetch what a document needs (or take it from saved evidence), judge it, and report."""
    if policy.trust is None and services.trust_choice is not None:
        chosen = services.trust_choice.policy(source.remaining_s)
        policy = policy if chosen is None else replace(policy, trust=chosen)
    needs, evidence = collect(received, policy, source.gathering)
    now = services.clock()
    submission = received.submission
    judgement = judge(submission, evidence, policy, policy.as_of or now)
    for failure in judgement.failures:
        log.error("check_failed", sha256=submission.sha256, exc_info=failure)
    if judgement.document is not submission.document:  # a badge of Open Badges 2.0, completed
        submission = submission._replace(document=judgement.document)
    return Report(judgement, submission, needs, evidence, now, policy, is_replay=source.is_replay)


def collect(received: Received, policy: Policy, gathering: Gathering) -> tuple[tuple[Need, ...], EvidenceSet]:
    """Have what is needed, in at most ROUNDS rounds; returns what was asked for and what came."""
    asked, evidence = received.needs, received.evidence
    for _ in range(ROUNDS):
        needs = plan(received.submission, evidence, bind_issuer=policy.bind_issuer)
        if not needs:
            break
        asked += needs
        evidence = evidence.with_more(gathering(needs))
    return asked, evidence
