"""The page /verify: a badge in, the verdict and what the badge means out. Needs no database, and no script."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import Problem
from app.pages.checks import router as checks
from app.pages.render import page
from app.pages.translations import Language, LanguageOf
from app.pages.verify_view import report_view
from app.verifier.routes import PARTS, judged
from app.web import problem, upload
from app.web.context import ServicesOf, services
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False)
router.include_router(checks)
FORM = "/verify"


@router.get("/verify")
def get_verify(language: LanguageOf) -> HTMLResponse:
    """The page for dropping a badge."""
    return page("verify.html", language=language, problem=None)


async def submitted(request: Request) -> tuple[bytes, str] | Problem:
    """What the form brought, or why it could not be read: a person gets a page, not JSON."""
    try:
        return await upload.document(request, services(request).settings.verify_max_bytes, PARTS)
    except Problem as trouble:
        return trouble


@router.get("/verify/report")
def get_report(language: LanguageOf) -> Response:
    """Nothing is stored, so an answer has no address of its own: whoever opens it gets the form."""
    return RedirectResponse(f"{FORM}{language.kept}", 303)


@router.post("/verify/report", dependencies=[Depends(open_to_anyone)])
def post_report(
    services: ServicesOf, language: LanguageOf, document: Annotated[tuple[bytes, str] | Problem, Depends(submitted)]
) -> HTMLResponse:
    """The report as a page."""
    try:
        if isinstance(document, Problem):
            raise document
        report = judged(services, document)
    except Problem as trouble:
        return page("verify.html", problem.status_of(trouble), language=language, problem=trouble, switch_at=FORM)
    return report_page(report.to_json(), language, switch_at=FORM)


def report_page(report: dict[str, Any], language: Language, **values: Any) -> HTMLResponse:
    """A report (app.verifier.report_shape) as a page."""
    return page("report.html", language=language, shown=report_view(report, language), **values)
