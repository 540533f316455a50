"""/me/push: badges that a learner sends to another service."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.errors import Problem
from app.pages.backpack import PRIVATE, private
from app.pages.consent import ANSWERS_GO_TO
from app.pages.render import POLICY
from app.pages.translations import LanguageOf
from app.pages.trouble import PersonsRoute, sign_in_first
from app.ports import Services
from app.texts import translations
from app.wallet import backpack, foreign, pushing
from app.wallet.pushing import PATH, Chosen
from app.wallet.sessions import ActingLearnerOf, LearnerOf, MaybeLearnerOf, SignedIn
from app.web import problem
from app.web.context import ServicesOf
from app.web.forms import FormOf
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, prefix=PATH, route_class=PersonsRoute)
COSTS_WORK = [Depends(open_to_anyone)]


@router.get("")
def get_pushes(
    services: ServicesOf, who: LearnerOf, language: LanguageOf, badge: Annotated[str, Query(max_length=50)] = ""
) -> Response:
    """What she sent, and what she can send. `badge`: one that she came from."""
    return _list(services, who, language, {badge})


@router.post("", dependencies=COSTS_WORK)
def post_push(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, form: FormOf) -> Response:
    """Find out whether the other service takes badges; nothing is sent yet."""
    own, others = _once(form.many("badge")), _once(form.many("foreign"))
    chosen = [*(Chosen(award_id=each) for each in own), *(Chosen(foreign_badge_id=each) for each in others)]
    try:
        push_id = pushing.begin(services, who, form.one("host"), chosen, language)
    except Problem as trouble:
        return _list(services, who, language, {*own, *others}, trouble, form.one("host"))
    return RedirectResponse(f"{PATH}/{push_id}{language.kept}", 303, PRIVATE)


def _once(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _list(
    services: Services,
    who: SignedIn,
    language: LanguageOf,
    ticked: set[str],
    trouble: Problem | None = None,
    typed: str = "",
) -> Response:
    said = translations(str(language)).gettext
    told = [] if trouble is None else [said(text) for text in (trouble.detail, trouble.remedy) if text]
    return private(
        "backpack_push.html",
        who,
        language,
        200 if trouble is None else problem.status_of(trouble),
        sent=pushing.all_of(services, who),
        own=[each for each in backpack.badges(services, who, language) if each.is_in_force],
        foreign=[each for each in foreign.kept(services, who) if pushing.can_be_sent(each)],
        ticked=ticked,
        told=told,
        typed=typed[:500],
        switch_at=PATH,
    )


@router.get("/{push_id}")
def get_push(services: ServicesOf, who: LearnerOf, language: LanguageOf, push_id: str) -> Response:
    """What is sent whereto, and what became of it."""
    answer = private("backpack_push_one.html", who, language, sent=pushing.look(services, who, push_id))
    # Browsers hold a form's whole way against form-action, and this one leads to the host (CSP 3 section 6.4.2).
    answer.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", ANSWERS_GO_TO)
    return answer


@router.post("/{push_id}/ask", dependencies=COSTS_WORK)
def post_ask(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, push_id: str) -> Response:
    """To the other service, where she is asked."""
    there = pushing.ask(services, who, push_id)
    return RedirectResponse(there or f"{PATH}/{push_id}{language.kept}", 303, PRIVATE)


@router.get("/{push_id}/back", dependencies=COSTS_WORK)
def get_back(request: Request, services: ServicesOf, who: MaybeLearnerOf, push_id: str) -> Response:
    """Back from there: what she allowed is sent. The address is left at once, since it has the code."""
    page = f"{PATH}/{push_id}"
    if who is None:
        return sign_in_first(page)
    pushing.come_back(services, who, push_id, request.query_params.multi_items())
    return RedirectResponse(page, 303, PRIVATE)


@router.post("/{push_id}/remove")
def post_remove(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, push_id: str) -> Response:
    """Forget it here."""
    pushing.remove(services, who, push_id)
    return RedirectResponse(f"{PATH}{language.kept}", 303, PRIVATE)
