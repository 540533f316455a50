"""The pieces of evidence that a rule counted, as their learner knows them: what each is called, and where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.issuer.assessment import results
from app.issuer.award.evidence import PRIOR
from app.issuer.catalogue.published import Said
from app.ports import Services
from app.store import assessment
from app.store import award as awards
from app.store import evidence as store
from app.store.session import TenantSession
from app.store.tables import Learner, RecognitionRecord, RplClaimRecord
from app.wallet.named import Named, as_it_stands
from app.wallet.notices import day
from app.wallet.records import anchor

RESULTS = "/me/results"


@dataclass(frozen=True, slots=True)
class Counted:
    """One piece. `name`: in her language, with `day`, when it was shown; `path`, `anchor`: the place on her pages."""

    name: Said
    day: str
    path: str
    anchor: str = ""


def counted_of(services: Services, session: TenantSession, learner: Learner, language: str) -> Mapping[str, Counted]:
    """Everything of hers that a rule may have counted, by the reference that an evaluation has of it."""
    named = Named.of(services, session, language)
    return dict(_own(session, learner, named)) | dict(_brought(session, learner, named))


def unnamed(reference: str) -> Counted:
    """A piece that is not there any more."""
    return Counted(as_it_stands(reference), "", RESULTS)


def _own(session: TenantSession, learner: Learner, named: Named) -> Iterator[tuple[str, Counted]]:
    for row in assessment.results_of(session, learner.id):
        reference = results.as_record(row, learner.code).ref
        title = named.assessment(row.assessment)
        yield reference, Counted(title, day(row.performed_on, named.language), RESULTS, anchor(reference))
    for award, _ in awards.awards_of(session, [learner.id]):
        awarded_on = day(award.awarded_at.date(), named.language)
        path = f"/me/badges/{award.id}"
        yield f"credential:{award.id}", Counted(named.award(award.achievement_code), awarded_on, path)


def _brought(session: TenantSession, learner: Learner, named: Named) -> Iterator[tuple[str, Counted]]:
    for held in store.counting(session, RecognitionRecord, [learner.id]):
        reference = f"credential:{held.record_id or held.item_id}"
        issued_on = day(held.issued_on, named.language)
        yield reference, Counted(as_it_stands(held.achievement), issued_on, RESULTS, anchor(reference))
    for claim in store.counting(session, RplClaimRecord, [learner.id]):
        reference = f"{PRIOR}{claim.record_id or claim.item_id}"
        shown_on = day(claim.evidenced_on, named.language) if claim.evidenced_on else ""
        yield reference, Counted(named.competency(claim.competency), shown_on, RESULTS, anchor(reference))
