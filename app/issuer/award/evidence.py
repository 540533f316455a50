"""Gather all that is known of learners, as the evidence that the rules judge (app.competency.evidence).

Results, awards of our own and credentials of others, practice, attestations, claims of prior learning. For many
learners at once in a handful of queries.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.competency.evidence import (
    REVOKED,
    SUSPENDED,
    VALID,
    Attestation,
    Evidence,
    Experience,
    HeldCredential,
    RplDecision,
)
from app.competency.framework import Framework
from app.issuer.assessment.results import as_record
from app.issuer.certification import history
from app.ports import Services
from app.store import assessment
from app.store import award as awards
from app.store import evidence as store
from app.store.session import TenantSession
from app.store.tables import (
    Application,
    AttestationRecord,
    Award,
    ExperienceRecord,
    Learner,
    RecognitionRecord,
    RplClaimRecord,
    RplDecisionRecord,
)

BESIDES_RESULTS = (Award, RecognitionRecord, ExperienceRecord, AttestationRecord, RplClaimRecord, Application)
PRIOR = "rpl:"  # how the evaluator's references to prior learning begin


def evidence_of(services: Services, session: TenantSession, framework: Framework, learner: Learner) -> Evidence:
    """All that is known of one learner, for a framework."""
    return evidence_of_many(services, session, framework, [learner])[learner.id]


def evidence_of_many(
    services: Services, session: TenantSession, framework: Framework, learners: Sequence[Learner]
) -> dict[str, Evidence]:
    """All that is known of each learner (by our own id), for a framework: its own awards, its own competencies."""
    ids = [learner.id for learner in learners]
    there = store.known(session, BESIDES_RESULTS, ids)
    results = assessment.results_of_many(session, ids)
    recognised = _recognised(session, ids) if RecognitionRecord in there else ()
    own = _own_awards(services, session, framework, ids) if Award in there else ()
    credentials = _grouped((*own, *recognised))
    practice = store.counting(session, ExperienceRecord, ids) if ExperienceRecord in there else ()
    experience = _grouped(_experience(row) for row in practice)
    signed = store.counting(session, AttestationRecord, ids) if AttestationRecord in there else ()
    attestations = _grouped(_attestation(row) for row in signed)
    prior = _grouped(_prior_learning(session, framework, ids) if RplClaimRecord in there else ())
    decided = _grouped(history.decisions_of(session, framework, ids) if Application in there else ())
    return {
        learner.id: Evidence(
            results=tuple(as_record(row, learner.code) for row in results.get(learner.id, ())),
            credentials=tuple(credentials.get(learner.id, ())),
            experience=tuple(experience.get(learner.id, ())),
            attestations=tuple(attestations.get(learner.id, ())),
            prior_learning=tuple(prior.get(learner.id, ())),
            decisions=tuple(decided.get(learner.id, ())),
            learner=learner.code,
        )
        for learner in learners
    }


def _grouped(items: Any) -> dict[str, list[Any]]:
    """Values by learner, in their order."""
    found: dict[str, list[Any]] = {}
    for learner_id, item in items:
        found.setdefault(learner_id, []).append(item)
    return found


def _own_awards(
    services: Services, session: TenantSession, framework: Framework, ids: Sequence[str]
) -> Iterator[tuple[str, HeldCredential]]:
    for award, framework_code in awards.awards_of(session, ids):
        if framework_code == framework.id:
            yield award.learner_id, held(award, services.settings.public_url)


def held(award: Award, issuer: str) -> HeldCredential:
    """An award of our own as a credential that its learner holds."""
    return HeldCredential(
        id=award.id,
        issuer=issuer,
        achievement=award.achievement_code,
        issued_on=award.awarded_at.date(),
        expires_on=award.valid_until,
        status=REVOKED if award.revoked_at else SUSPENDED if award.suspended_at else VALID,
        by_rpl=rests_on_prior_learning(award.evaluation.get("tree", {})),
    )


def rests_on_prior_learning(tree: dict[str, Any]) -> bool:
    """Whether every competency of a frozen evaluation was shown by prior learning alone."""
    shown = [node["evidence"] for node in _competencies(tree) if node.get("evidence")]
    return bool(shown) and all(ref.startswith(PRIOR) for refs in shown for ref in refs)


def _competencies(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node.get("kind") == "competency":
        yield node
    for child in node.get("children", ()):
        yield from _competencies(child)


def _recognised(session: TenantSession, ids: Sequence[str]) -> Iterator[tuple[str, HeldCredential]]:
    for row in store.counting(session, RecognitionRecord, ids):
        if row.state == "recognised":
            yield (
                row.learner_id,
                HeldCredential(
                    id=row.record_id or row.item_id,
                    issuer=row.issuer,
                    achievement=row.achievement,
                    issued_on=row.issued_on,
                    expires_on=row.expires_on,
                    status=row.status,
                    by_rpl=row.by_rpl,
                ),
            )


def _experience(row: ExperienceRecord) -> tuple[str, Experience]:
    return row.learner_id, Experience(row.since, row.until, row.verified_by is not None, row.role or "")


def _attestation(row: AttestationRecord) -> tuple[str, Attestation]:
    return row.learner_id, Attestation(row.type, row.signed_by, row.signed_on)


def _prior_learning(
    session: TenantSession, framework: Framework, ids: Sequence[str]
) -> Iterator[tuple[str, RplDecision]]:
    """The documented claims of the framework's competencies: a row for each decision, or one for an open claim."""
    claims = [row for row in store.counting(session, RplClaimRecord, ids) if row.competency in framework.competencies]
    made = store.rpl_decisions(session, (row.item_id for row in claims))
    for claim in claims:
        if claim.evidenced_on is not None:
            for decision in made.get(claim.item_id, [None]):
                yield claim.learner_id, _decision(claim, claim.evidenced_on, decision)


def _decision(claim: RplClaimRecord, evidenced_on: date, made: RplDecisionRecord | None) -> RplDecision:
    return RplDecision(
        claim=claim.record_id or claim.item_id,
        competency=claim.competency,
        level=claim.level,
        evidenced_on=evidenced_on,
        assessor=made.assessor if made else "",
        decision=made.decision if made else None,
        decided_on=made.decided_on if made else None,
    )
