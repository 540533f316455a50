"""/me/data: everything of hers as a file, and erasing her."""

from fastapi import APIRouter, Response

from app.errors import BadInput
from app.pages.backpack import PRIVATE, private
from app.pages.render import page
from app.pages.sign_in import without_cookie
from app.pages.translations import LanguageOf
from app.pages.trouble import PersonsRoute
from app.texts import N_, translations
from app.wallet import backpack, erasure, export, retention
from app.wallet.notices import day
from app.wallet.sessions import ActingLearnerOf, LearnerOf
from app.web.context import ServicesOf
from app.web.forms import FormOf

router = APIRouter(include_in_schema=False, prefix="/me", route_class=PersonsRoute)
WORD = N_("ERASE")


@router.get("/data")
def get_data(services: ServicesOf, who: LearnerOf, language: LanguageOf) -> Response:
    """What she can do with her data, and what would stay."""
    badges = backpack.badges(services, who, language)
    numbers = [each.licence_number for each in badges if each.licence_number]
    records = retention.foreseen(services, who)
    return private("backpack_data.html", who, language, numbers=numbers, held=len(badges), records=records)


@router.get("/export.zip")
def get_export(services: ServicesOf, who: LearnerOf, language: LanguageOf) -> Response:
    """Everything of hers."""
    found = export.collect(services, who)
    index = page("backpack_export.html", language=str(language), data=found.data, files=sorted(found.files))
    headers = PRIVATE | {"Content-Disposition": 'attachment; filename="my-badges.zip"'}
    return Response(export.archive(found, bytes(index.body)), 200, headers, "application/zip")


@router.post("/erase")
def post_erase(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, form: FormOf) -> Response:
    """Erase her."""
    said = translations(str(language)).gettext
    if form.one("word").strip().upper() not in (WORD, said(WORD).upper()):
        raise BadInput(N_("The word was not typed, so nothing was erased."), remedy=N_("Go back and type it."))
    if form.one("credentials") not in ("keep", "revoke"):
        raise BadInput(N_("Choose what happens to your badges."), remedy=N_("Go back and choose."))
    done = erasure.erase_herself(services, who, revoke=form.one("credentials") == "revoke")
    numbers = [number for each in done for number in each.licence_numbers]
    answer = page("backpack_erased.html", language=str(language), robots="noindex", done=done, numbers=numbers, day=day)
    answer.headers.update(PRIVATE)
    return without_cookie(answer, services)
