"""What a learner holds: her badges and certificates of every tenant that has her address, as plain values for pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from app.competency.framework import Framework
from app.errors import NotFound
from app.issuer import names
from app.issuer.award.shown import status_of
from app.issuer.catalogue import find
from app.issuer.catalogue.published import Said
from app.issuer.credential.issue import find_award
from app.ports import Principal, Services
from app.store import award as store
from app.store import credential as credentials
from app.store.session import TenantSession
from app.store.tables import Award
from app.texts import N_
from app.wallet import offers
from app.wallet.sessions import OwnLearner, SignedIn

CERTIFIED = ("Certification", "Certificate", "License")  # achievement types of Open Badges 3.0 that certify a person
LINKEDIN = "https://www.linkedin.com/profile/add"


@dataclass(frozen=True, slots=True)
class Badge:
    """An award as its learner sees it. `status`: valid, suspended, expired, revoked; `levels`: (competency, level)."""

    id: str
    code: str
    achievement_id: str
    title: Said
    is_certificate: bool
    issuer: str
    status: str
    awarded_on: date
    valid_until: date | None
    licence_number: str | None
    levels: tuple[tuple[Said, Said], ...]
    owner: OwnLearner

    @property
    def is_in_force(self) -> bool:
        """Whether it counts today."""
        return self.status == "valid"

    def linkedin_url(self, public_url: str) -> str:
        """The address that puts it into her LinkedIn profile.

        https://addtoprofile.linkedin.com/ (name, organizationName, issueYear, issueMonth, expirationYear,
        expirationMonth, certUrl, certId).
        """
        told = {
            "startTask": "CERTIFICATION_NAME",
            "name": str(self.title),
            "organizationName": self.issuer,
            "issueYear": self.awarded_on.year,
            "issueMonth": self.awarded_on.month,
            "certUrl": f"{public_url}/credentials/{self.id}",
            "certId": self.licence_number or self.id,
        }
        if self.valid_until is not None:
            told |= {"expirationYear": self.valid_until.year, "expirationMonth": self.valid_until.month}
        return f"{LINKEDIN}?{urlencode(told)}"


def by_tenant(who: SignedIn) -> dict[str, list[OwnLearner]]:
    """Her learners by tenant."""
    found: dict[str, list[OwnLearner]] = {}
    for each in who.learners:
        found.setdefault(each.tenant_id, []).append(each)
    return found


def badges(services: Services, who: SignedIn, language: str) -> list[Badge]:
    """All her badges, the newest first; what was replaced by a renewal is left out."""
    found = [
        badge
        for tenant_id, learners in by_tenant(who).items()
        for badge in _badges_of(services, tenant_id, {each.id: each for each in learners}, language)
    ]
    return sorted(found, key=lambda each: (each.awarded_on, each.id), reverse=True)


def _badges_of(services: Services, tenant_id: str, learners: dict[str, OwnLearner], language: str) -> Iterator[Badge]:
    with services.database.reading(tenant_id) as session:
        for award, _ in store.awards_of(session, learners):
            if award.replaced_at is None and _was_sealed(session, award):
                yield badge_of(services, session, award, learners[award.learner_id], language)


def _was_sealed(session: TenantSession, award: Award) -> bool:
    """Whether there is anything of it to hold: a crash may have left one that the sweep seals in a minute."""
    return any(row.sha256 for row in credentials.renditions(session, award.id))


def badge(services: Services, who: SignedIn, award_id: str, language: str) -> Badge:
    """One of her badges; raises NotFound for anybody else's."""
    learners = {each.id: each for each in who.learners}
    names.known_uuid(award_id, "badge")
    for tenant_id in by_tenant(who):
        with services.database.reading(tenant_id) as session:
            award = credentials.award(session, award_id)
            if award is not None and award.learner_id in learners and _was_sealed(session, award):
                return badge_of(services, session, award, learners[award.learner_id], language)
    raise NotFound(N_("You have no such badge."), remedy=N_("Look at the list of your badges."))


def badge_of(services: Services, session: TenantSession, award: Award, owner: OwnLearner, language: str) -> Badge:
    """An award as its learner sees it, in an open session."""
    found = find.achievement_as_awarded(services, session, award.achievement_id)
    framework, definition = found.framework, found.framework.awards[found.row.code]
    return Badge(
        id=award.id,
        code=award.achievement_code,
        achievement_id=award.achievement_id,
        title=Said.of(framework, definition["title"], language),
        is_certificate=award.application_id is not None or definition["achievement_type"] in CERTIFIED,
        issuer=owner.tenant_name,
        status=status_of(award, services.clock()),
        awarded_on=award.awarded_at.date(),
        valid_until=award.valid_until,
        licence_number=award.licence_number,
        levels=tuple(_levels(framework, award.evaluation.get("levels", {}), language)),
        owner=owner,
    )


def _levels(framework: Framework, reached: dict[str, Any], language: str) -> Iterator[tuple[Said, Said]]:
    """The competencies that were shown, with the level reached; those below the lowest level are left out."""
    for code, level_id in reached.items():
        if level_id is not None and code in framework.competencies:
            name = framework.competencies[code]["name"]
            level = framework.level(level_id)["name"]
            yield Said.of(framework, name, language), Said.of(framework, level, language)


def acting_for(owner: OwnLearner) -> Principal:
    """The learner as the one who has something of hers sealed in another form. She may nothing else."""
    scopes = frozenset({"read", "credentials:issue"})
    return Principal(owner.tenant_id, owner.tenant_slug, owner.actor, scopes)


def offer_herself(services: Services, badge: Badge) -> str:
    """The token of a fresh offer that the learner makes to herself. Raises Conflict when it is not in force."""
    with services.database.writing(badge.owner.tenant_id) as session:
        award = find_award(session, badge.id, lock=True)
        return offers.make(services, session, award, actor=badge.owner.actor).token
