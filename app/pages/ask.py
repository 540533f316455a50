"""/verify/ask: have a badge shown by its holder's wallet. Needs no database, and no script."""

from typing import Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from app.pages.render import page
from app.pages.translations import Language, LanguageOf
from app.pages.trouble import PersonsRoute
from app.pages.verify_view import report_view
from app.verifier import ask
from app.web.context import ServicesOf
from app.web.limits import open_to_anyone
from app.web.qr_code import qr_svg

router = APIRouter(include_in_schema=False, prefix="/verify/ask", route_class=PersonsRoute)
OPEN = [Depends(open_to_anyone)]
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@router.get("")
def get_ask(language: LanguageOf) -> Response:
    """What it is, and the button to begin."""
    return page("ask.html", language=language)


@router.post("", dependencies=OPEN)
def post_ask(services: ServicesOf, language: LanguageOf) -> Response:
    """Make a request, and lead to it."""
    return RedirectResponse(f"/verify/ask/{ask.ask(services)}{language.kept}", 303)


@router.get("/{ticket}", dependencies=OPEN)
def get_asked(services: ServicesOf, ticket: str, language: LanguageOf) -> Response:
    """The code to scan; once there is an answer, that."""
    found = ask.reply(services, ticket)
    if found.report is not None:
        return _private("asked_report.html", language, shown=report_view(found.report, language))
    qr = "" if found.link is None else qr_svg(found.link, error="l")
    other = "" if found.invitation is None else qr_svg(found.invitation)
    return _private("asked.html", language, asked=found, qr=qr, other_qr=other, ticket=ticket)


@router.get("/{ticket}/state", dependencies=OPEN)
def get_state(services: ServicesOf, ticket: str) -> dict[str, bool | str | None]:
    """Whether it still waits, and what came that was no answer: for the script of the page."""
    found = ask.reply(services, ticket)
    return {"waits": found.link is not None, "notice": found.notice}


def _private(template: str, language: Language, **values: Any) -> Response:
    answer = page(template, language=language, robots="noindex", **values)
    answer.headers.update(PRIVATE)
    return answer
