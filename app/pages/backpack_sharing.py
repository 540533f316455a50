"""/me/shares and /shared/{id}: pages that a learner makes for others; and choosing what of a badge is shown."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import RedirectResponse

from app.errors import BadInput
from app.issuer.credential.render.downloads import file_name
from app.pages.backpack import PRIVATE, private
from app.pages.render import page
from app.pages.translations import LanguageOf
from app.pages.trouble import PersonsRoute
from app.pages.verify import report_page
from app.texts import N_
from app.verifier.routes import judged
from app.wallet import backpack, foreign, selective, sharing
from app.wallet.notices import day
from app.wallet.sessions import ActingLearnerOf, LearnerOf
from app.wallet.sharing import Chosen, Wish
from app.web.context import ServicesOf
from app.web.forms import Form, FormOf
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, route_class=PersonsRoute)
SHARES = "/me/shares"
DAYS = (7, 30, 90, 365, 730)
JSON_LD = "application/vc+ld+json"
OPEN = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}  # it can be ended at any moment


@router.get(SHARES)
def get_shares(services: ServicesOf, who: LearnerOf, language: LanguageOf) -> Response:
    """All her pages for others."""
    shares = sharing.pages_of(services, who)
    return private("backpack_shares.html", who, language, shares=shares, public_url=services.settings.public_url)


@router.get(f"{SHARES}/new")
def get_new_share(
    services: ServicesOf, who: LearnerOf, language: LanguageOf, badge: Annotated[str, Query(max_length=50)] = ""
) -> Response:
    """What to put on a new page."""
    own = [each for each in backpack.badges(services, who, language) if each.is_in_force]
    return private(
        "backpack_share.html",
        who,
        language,
        own=own,
        foreign=foreign.kept(services, who),
        ticked=badge,
        days=DAYS,
        title=next((str(each.title) for each in own if each.id == badge), ""),
    )


@router.post(SHARES)
def post_share(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, form: FormOf) -> Response:
    """Make a page."""
    items = (
        *(Chosen(award_id=each) for each in _once(form.many("badge"))),
        *(Chosen(foreign_badge_id=each) for each in _once(form.many("foreign"))),
    )
    sharing.create(services, who, _wish(form, items))
    return RedirectResponse(f"{SHARES}{language.kept}", 303, PRIVATE)


def _once(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _wish(form: Form, items: tuple[Chosen, ...]) -> Wish:
    if form.one("consent") != "yes":
        raise BadInput(N_("Without your consent nothing is shown to others."), pointer="/consent")
    days = form.one("days")
    return Wish(
        title=form.one("title"),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,  # noqa: PLR2004 - see MOST_DAYS
        names_her=form.one("name") == "yes",
        indexed=form.one("indexed") == "yes",
        items=items,
    )


@router.post(f"{SHARES}/{{share_id}}/end")
def post_end(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, share_id: str) -> Response:
    """Nobody sees it any more."""
    sharing.end(services, who, share_id)
    return RedirectResponse(f"{SHARES}{language.kept}", 303, PRIVATE)


@router.post(f"{SHARES}/{{share_id}}/delete")
def post_delete(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, share_id: str) -> Response:
    """Forget it."""
    sharing.delete(services, who, share_id)
    return RedirectResponse(f"{SHARES}{language.kept}", 303, PRIVATE)


@router.get("/me/badges/{award_id}/choose")
def get_choices(services: ServicesOf, who: LearnerOf, language: LanguageOf, award_id: str) -> Response:
    """What of a badge can be shown."""
    badge = backpack.badge(services, who, award_id, language)
    parts = selective.choices(services, badge)
    return private("backpack_choose.html", who, language, badge=badge, parts=parts, days=DAYS)


@router.post("/me/badges/{award_id}/choose")
def post_choice(
    services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, form: FormOf, award_id: str
) -> Response:
    """The chosen part: to keep as a file, or on a page for others."""
    badge = backpack.badge(services, who, award_id, language)
    content = selective.chosen(services, badge, _once(form.many("part")))
    if form.one("do") != "share":
        name = f'attachment; filename="{file_name(badge.code, "-part.json")}"'
        return Response(content, 200, PRIVATE | {"Content-Disposition": name}, JSON_LD)
    sharing.create(services, who, _wish(form, (Chosen(award_id=badge.id, content=content),)))
    return RedirectResponse(f"{SHARES}{language.kept}", 303, PRIVATE)


@router.get("/shared/{share_id}", dependencies=[Depends(open_to_anyone)])
def get_shared(services: ServicesOf, language: LanguageOf, share_id: str) -> Response:
    """What somebody shared."""
    found = sharing.open_page(services, share_id, language)
    robots = "index" if found.share.indexed else "noindex"
    answer = page("shared.html", language=language, robots=robots, found=found, day=day)
    answer.headers.update(OPEN | {"X-Robots-Tag": robots})
    return answer


@router.get("/shared/{share_id}/{item_id}", dependencies=[Depends(open_to_anyone)])
def get_shared_badge(services: ServicesOf, language: LanguageOf, share_id: str, item_id: str) -> Response:
    """Whether the badge, or the part of it, is valid, and what it means."""
    content = sharing.content_of(services, share_id, item_id)
    answer = report_page(judged(services, (content, "")).to_json(), language, robots="noindex")
    answer.headers.update(OPEN)
    return answer


@router.get("/shared/{share_id}/{item_id}/badge", dependencies=[Depends(open_to_anyone)])
def get_shared_bytes(services: ServicesOf, share_id: str, item_id: str) -> Response:
    """The badge, or the part of it, as it was signed: to check it anywhere."""
    content = sharing.content_of(services, share_id, item_id)
    is_json = content.lstrip().startswith(b"{")
    name = {"Content-Disposition": f'attachment; filename="badge{".json" if is_json else ""}"'}
    return Response(content, 200, OPEN | name, JSON_LD if is_json else "application/octet-stream")
