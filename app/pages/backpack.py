"""/me: a learner's badges, one badge, her results, and what she still needs."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from app.issuer.assessment import learners
from app.pages.render import page
from app.pages.translations import LanguageOf
from app.pages.trouble import PersonsRoute
from app.pages.wording import Wording
from app.store import assessment
from app.wallet import backpack, next_steps, records
from app.wallet.files import file_of
from app.wallet.notices import day
from app.wallet.sessions import ActingLearnerOf, LearnerOf, SignedIn
from app.web.context import ServicesOf

router = APIRouter(include_in_schema=False, prefix="/me", route_class=PersonsRoute)
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def private(template: str, who: SignedIn, language: LanguageOf, status_code: int = 200, **values: Any) -> Response:
    """A page that is hers alone."""
    answer = page(template, status_code, language=language, robots="noindex", who=who, day=day, **values)
    answer.headers.update(PRIVATE)
    return answer


@router.get("")
def get_backpack(services: ServicesOf, who: LearnerOf, language: LanguageOf) -> Response:
    """All her badges."""
    return private("backpack.html", who, language, badges=backpack.badges(services, who, language))


@router.get("/badges/{award_id}")
def get_badge(services: ServicesOf, who: LearnerOf, language: LanguageOf, award_id: str) -> Response:
    """One badge, and what can be done with it."""
    badge = backpack.badge(services, who, award_id, language)
    public_url = services.settings.public_url
    return private("backpack_badge.html", who, language, badge=badge, linkedin=badge.linkedin_url(public_url))


@router.get("/badges/{award_id}/file/{kind}")
def get_file(services: ServicesOf, who: LearnerOf, language: LanguageOf, award_id: str, kind: str) -> Response:
    """A badge as a file."""
    badge = backpack.badge(services, who, award_id, language)
    made = file_of(services, badge.owner, badge.id, kind, language)
    return Response(made.content, 200, PRIVATE | made.headers, made.media_type)


@router.post("/badges/{award_id}/offer")
def post_offer(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, award_id: str) -> Response:
    """To the ways into a wallet, by a fresh offer of hers."""
    badge = backpack.badge(services, who, award_id, language)
    token = backpack.offer_herself(services, badge)
    return RedirectResponse(f"/claim/{token}{language.kept}", 303, PRIVATE)


@router.get("/next")
def get_ways(services: ServicesOf, who: LearnerOf, language: LanguageOf) -> Response:
    """What she can reach."""
    return private("backpack_ways.html", who, language, ways=next_steps.ways(services, who, language))


@router.get("/next/{learner_id}/{achievement_id}")
def get_next(
    services: ServicesOf, who: LearnerOf, language: LanguageOf, learner_id: str, achievement_id: str
) -> Response:
    """What she still needs for one of them, and why."""
    found = next_steps.explained(services, who, learner_id, achievement_id, language)
    return private("backpack_next.html", who, language, found=found)


@router.get("/results")
def get_results(services: ServicesOf, who: LearnerOf, language: LanguageOf) -> Response:
    """Everything that counts for her."""
    found = []
    for owner in who.learners:
        with services.database.reading(owner.tenant_id) as session:
            learner = assessment.learner_by_id(session, owner.id)
            told = records.counting(services, session, learner, language)
            found.append((owner, learners.to_json(learner), told))
    told_day = Wording(language).day  # of a day as text
    return private("backpack_results.html", who, language, found=found, told_day=told_day)
