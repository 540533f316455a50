"""What a learner still needs, for every role and micro-credential, in sentences; what is nearest comes first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from app.competency.certification import Outcome, Standing, standing
from app.competency.evaluate import Evaluator
from app.competency.explain import explain, reason_in_words
from app.competency.framework import Framework
from app.competency.nodes import Node, Status
from app.competency.open_leaves import open_leaves
from app.errors import NotFound
from app.issuer.award.answers import rejected_claims
from app.issuer.award.evidence import evidence_of
from app.issuer.catalogue import find
from app.issuer.catalogue.published import Said
from app.ports import Services
from app.store import assessment, catalogue
from app.store.session import TenantSession
from app.store.tables import Learner
from app.texts import N_
from app.wallet.backpack import by_tenant
from app.wallet.counted import Counted, counted_of, unnamed
from app.wallet.named import Named
from app.wallet.sessions import OwnLearner, SignedIn


@dataclass(frozen=True, slots=True)
class Way:
    """How far she is with one award. `is_role`: a certificate. `open`: how many parts of the rule are open."""

    owner: OwnLearner
    achievement_id: str
    code: str
    title: Said
    is_role: bool
    outcome: str
    met: int
    open: int

    @property
    def is_done(self) -> bool:
        """Whether there is nothing that she still needs."""
        return self.outcome in (Outcome.MET, Outcome.GRANTED, Outcome.READY_FOR_DECISION)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the rule with its answer. `depth`: how deep it stands; `evidence`: what counted.

    `competency_url`: where the competency is told, or None for a line about something else.
    """

    depth: int
    label: Said
    status: str
    reason: str
    competency_url: str | None
    evidence: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A claim of prior learning that an assessor rejected."""

    competency: Said
    level: Said
    decided_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Explained:
    """The whole answer for one award. `rejected`: claims of prior learning that count for nothing in it."""

    way: Way
    rule_url: str
    as_of: date
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    rejected: tuple[Rejected, ...]


def ways(services: Services, who: SignedIn, language: str) -> list[Way]:
    """Every award of the newest frameworks of her tenants: roles first, then the nearest first, what is done last."""
    found: list[Way] = []
    for tenant_id, learners in by_tenant(who).items():
        with services.database.reading(tenant_id) as session:
            for owner in learners:
                found += _ways_of(services, session, owner, language)
    return sorted(found, key=lambda way: (way.is_done, not way.is_role, way.open, -way.met, way.title))


def _ways_of(services: Services, session: TenantSession, owner: OwnLearner, language: str) -> Iterator[Way]:
    learner, today = assessment.learner_by_id(session, owner.id), services.clock().date()
    rows = {(version.code, row.code): row.id for row, version in catalogue.achievements(session)}
    for framework in find.newest_frameworks(services, session):
        evaluator = Evaluator(framework, evidence_of(services, session, framework, learner))
        for code in framework.awards:
            if (framework.id, code) in rows:
                yield _way(owner, rows[framework.id, code], framework, standing(evaluator, code, today), language)


def _way(owner: OwnLearner, achievement_id: str, framework: Framework, found: Standing, language: str) -> Way:
    code = found.evaluation.achievement
    award = framework.awards[code]
    leaves = [node for node in found.evaluation.nodes() if not node.children]
    return Way(
        owner=owner,
        achievement_id=achievement_id,
        code=code,
        title=Said.of(framework, award["title"], language),
        is_role="process" in award,
        outcome=found.outcome.value,
        met=sum(leaf.status is Status.MET for leaf in leaves),
        open=len(open_leaves(found.evaluation.root)),
    )


def explained(services: Services, who: SignedIn, learner_id: str, achievement_id: str, language: str) -> Explained:
    """Why she has reached an award or not yet, and what comes next; raises NotFound for what is not hers."""
    owner = next((each for each in who.learners if each.id == learner_id), None)
    if owner is None:
        raise NotFound(N_("There is no such page."), remedy=N_("Look at the list of what you can reach."))
    today = services.clock().date()
    with services.database.reading(owner.tenant_id) as session:
        found = find.achievement_as_awarded(services, session, achievement_id)
        learner = assessment.learner_by_id(session, owner.id)
        framework = found.framework
        evaluator = Evaluator(framework, evidence_of(services, session, framework, learner))
        now = standing(evaluator, found.row.code, today)
        rejected = tuple(_rejected(session, learner, set(now.evaluation.levels), framework, language))
        counted = counted_of(services, session, learner, language)
    version_url = f"/frameworks/{found.version.id}"
    return Explained(
        way=_way(owner, achievement_id, framework, now, language),
        rule_url=f"/achievements/{achievement_id}",
        as_of=now.evaluation.as_of,
        sentences=tuple(explain(now.evaluation, framework, language)),
        lines=tuple(_lines(now.evaluation.root, framework, version_url, language, counted)),
        rejected=rejected,
    )


def _rejected(
    session: TenantSession, learner: Learner, competencies: set[str], framework: Framework, language: str
) -> Iterator[Rejected]:
    named = Named((framework,), language)
    for claim in rejected_claims(session, learner, competencies):
        level = named.level(claim["competency"], claim["level"])
        decided_on = date.fromisoformat(claim["decided_on"])
        yield Rejected(named.competency(claim["competency"]), level, decided_on, claim["reason"])


def _lines(
    node: Node, framework: Framework, version_url: str, language: str, counted: Mapping[str, Counted], depth: int = 0
) -> Iterator[Line]:
    competency = node.ref if node.kind == "competency" else None
    yield Line(
        depth=depth,
        label=_label(node, framework, language),
        status=node.status.value,
        reason=reason_in_words(node, framework, language),
        competency_url=f"{version_url}/competencies/{competency}" if competency else None,
        evidence=tuple(counted.get(reference) or unnamed(reference) for reference in node.evidence),
    )
    for child in node.children:
        yield from _lines(child, framework, version_url, language, counted, depth + 1)


def _label(node: Node, framework: Framework, language: str) -> Said:
    """What the rule calls the line; the credential's own title, where that alone is in her language."""
    label = Said.of(framework, node.label, language)
    if node.kind != "credential" or label.lang == language or node.ref not in framework.awards:
        return label
    return Said.of(framework, framework.awards[node.ref]["title"], language)
