"""The page /verify: a badge in, the verdict and what the badge means out. Needs no database, and no script."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse

from app.errors import Problem
from app.pages.ask import router as ask
from app.pages.checks import router as checks
from app.pages.matching import router as matching
from app.pages.meaning_view import web_address
from app.pages.problem_words import problem_view
from app.pages.render import page
from app.pages.translations import Language, LanguageOf
from app.pages.trouble import PersonsRoute
from app.pages.verify_progress import NDJSON, lines
from app.pages.verify_view import report_view
from app.pages.wording import Wording
from app.ports import Services
from app.verifier import qr
from app.verifier.case import Policy
from app.verifier.gather import Tell, unheard
from app.verifier.options import Options, read_options
from app.verifier.receipt import receipt_or_none
from app.verifier.routes import PARTS, judged
from app.web import problem, upload
from app.web.context import ServicesOf, read_up_to, services
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, route_class=PersonsRoute)
router.include_router(checks)
router.include_router(matching)
router.include_router(ask)
FORM = "/verify"
MAX_PICTURE_BYTES = 4_194_304  # ours: the page sends pictures 800 pixels wide, which have a tenth of that


@router.get("/verify")
def get_verify(language: LanguageOf, url: Annotated[str, Query(max_length=2000)] = "") -> HTMLResponse:
    """The page for dropping a badge. `url`: an address to fill in, as the code on a certificate names it."""
    return page("verify.html", language=language, problem=None, url=url if web_address(url) else "")


Sent = tuple[tuple[bytes, str], Options]  # the document with its media type, and what was asked beside it


async def submitted(request: Request) -> Sent | Problem:
    """What the form brought, or why it could not be read: a person gets a page, not JSON."""
    fields: dict[str, str] = {}
    try:
        limit = (await services(request)).settings.verify_max_file_bytes
        document = await upload.document_and_fields(request, limit, PARTS, fields)
        return document, read_options({name: fields[name] for name in ("recipient",) if name in fields})
    except Problem as trouble:
        return trouble


Submitted = Annotated[Sent | Problem, Depends(submitted)]


@router.get("/verify/report")
@router.get("/verify/progress")
def get_report(language: LanguageOf) -> Response:
    """Nothing is stored, so an answer has no address of its own: whoever opens it gets the form."""
    return RedirectResponse(f"{FORM}{language.kept}", 303)


@router.post("/verify/report", dependencies=[Depends(open_to_anyone)])
def post_report(services: ServicesOf, language: LanguageOf, sent: Submitted) -> HTMLResponse:
    """The report as a page."""
    return answer(services, language, sent, unheard)


@router.post("/verify/progress", dependencies=[Depends(open_to_anyone)])
def post_progress(request: Request, services: ServicesOf, language: LanguageOf, sent: Submitted) -> StreamingResponse:
    """The same, line by line, so that a person sees who is asked for what (app.pages.verify_progress)."""

    def made(tell: Tell) -> str:
        return bytes(answer(services, language, sent, tell).body).decode()

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # the latter for nginx, which would hold it back
    told = lines(made, Wording(language), request.app.state.tellers, services.aside)
    return StreamingResponse(told, headers=headers, media_type=NDJSON)


async def picture(request: Request) -> bytes:
    """A picture of the camera."""
    return await read_up_to(request, MAX_PICTURE_BYTES)


@router.post("/verify/qr", dependencies=[Depends(open_to_anyone)])
def post_qr(data: Annotated[bytes, Depends(picture)]) -> Response:
    """What the QR code in a picture says, for browsers that cannot read it themselves; 204 when there is none."""
    found = qr.texts(data)
    headers = {"Cache-Control": "no-store"}
    return JSONResponse({"text": found[0]}, headers=headers) if found else Response(status_code=204, headers=headers)


def answer(services: Services, language: Language, sent: Sent | Problem, tell: Tell) -> HTMLResponse:
    """The page with the report, or with the form and why there is none."""
    try:
        if isinstance(sent, Problem):
            raise sent
        document, asked = sent
        report = judged(services, document, Policy(recipient=asked.recipient), tell)
        receipt = receipt_or_none(report, services)
    except Problem as trouble:
        told = problem_view(trouble, Wording(language))
        return page("verify.html", problem.status_of(trouble), language=language, problem=told, url="", switch_at=FORM)
    return report_page(report.to_json() | {"receipt": receipt}, language, switch_at=FORM)


def report_page(report: dict[str, Any], language: Language, **values: Any) -> HTMLResponse:
    """A report (app.verifier.report_shape) as a page."""
    return page("report.html", language=language, shown=report_view(report, language), **values)
