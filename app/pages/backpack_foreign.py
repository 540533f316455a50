"""/me/foreign: badges from elsewhere that a learner keeps here."""

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from app.errors import BadInput, Problem
from app.pages.backpack import PRIVATE, private
from app.pages.translations import LanguageOf
from app.pages.trouble import PersonsRoute
from app.pages.verdict import is_proved, verdict
from app.pages.verify import report_page
from app.ports import Services
from app.texts import N_, translations
from app.wallet import foreign
from app.wallet.sessions import ActingLearnerOf, LearnerOf, SignedIn
from app.web import problem
from app.web.context import ServicesOf
from app.web.forms import FormOf
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, prefix="/me/foreign", route_class=PersonsRoute)


@router.get("")
def get_foreign(services: ServicesOf, who: LearnerOf, language: LanguageOf) -> Response:
    """All of them."""
    return _list(services, who, language)


@router.post("", dependencies=[Depends(open_to_anyone)])
def post_foreign(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, form: FormOf) -> Response:
    """Bring one: a file, or its text."""
    text = form.one("text").strip()
    content, media_type = form.files.get("file", (text.encode(), "text/plain" if text else ""))
    try:
        if not content:
            raise BadInput(N_("There is nothing in it."), remedy=N_("Choose a file, or paste the badge's text."))
        row = foreign.bring(services, who, content, media_type)
    except Problem as trouble:
        return _list(services, who, language, trouble)
    return RedirectResponse(f"/me/foreign/{row.id}{language.kept}", 303, PRIVATE)


def _list(services: Services, who: SignedIn, language: LanguageOf, trouble: Problem | None = None) -> Response:
    said = translations(str(language)).gettext
    told = [] if trouble is None else [said(text) for text in (trouble.detail, trouble.remedy) if text]
    status = 200 if trouble is None else problem.status_of(trouble)
    shown = {"badges": foreign.kept(services, who), "told": told, "own": trouble and trouble.members.get("award")}
    return private("backpack_foreign.html", who, language, status, **shown, switch_at="/me/foreign")


@router.get("/{badge_id}", dependencies=[Depends(open_to_anyone)])
def get_one(services: ServicesOf, who: LearnerOf, language: LanguageOf, badge_id: str) -> Response:
    """One, judged again now."""
    found = foreign.look(services, who, badge_id)
    answer = verdict(found.row.report)
    said = translations(str(language)).gettext
    told = (said(answer.title), said(answer.text))
    proved = is_proved(found.row.report)
    return private("backpack_foreign_one.html", who, language, found=found, told=told, is_proved=proved)


@router.get("/{badge_id}/report")
def get_report(services: ServicesOf, who: LearnerOf, language: LanguageOf, badge_id: str) -> Response:
    """Everything that was checked last."""
    answer = report_page(foreign.found_last(services, who, badge_id).report, language, robots="noindex")
    answer.headers.update(PRIVATE)
    return answer


@router.get("/{badge_id}/badge")
def get_badge(services: ServicesOf, who: LearnerOf, badge_id: str) -> Response:
    """The bytes as she brought them."""
    content, _ = foreign.content_of(services, who, badge_id)
    name = {"Content-Disposition": f'attachment; filename="badge{foreign.suffix(content)}"'}
    return Response(content, 200, PRIVATE | name, "application/octet-stream")


@router.post("/{badge_id}/hand-over", dependencies=[Depends(open_to_anyone)])
def post_hand_over(
    services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, form: FormOf, badge_id: str
) -> Response:
    """Give it to a training provider of hers."""
    foreign.hand_over(services, who, badge_id, form.one("learner"))
    return RedirectResponse(f"/me/results{language.kept}", 303, PRIVATE)


@router.post("/{badge_id}/remove")
def post_remove(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, badge_id: str) -> Response:
    """Forget it."""
    foreign.remove(services, who, badge_id)
    return RedirectResponse(f"/me/foreign{language.kept}", 303, PRIVATE)
