"""The pages anyone can open: start, check a badge, and the public URLs that badges point to."""

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from app.issuer.catalogue import published
from app.issuer.credential import forms, public
from app.issuer.credential import identity as identities
from app.issuer.credential.render import downloads
from app.issuer.credential.routes import Format
from app.pages.api import parts
from app.pages.catalogue import router as catalogue
from app.pages.maps import router as maps
from app.pages.problems import KINDS
from app.pages.render import page
from app.pages.translations import LanguageOf
from app.pages.verify import report_page
from app.pages.verify import router as verify
from app.texts import translations
from app.verifier.routes import judged
from app.web import negotiation
from app.web.context import ServicesOf
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False)
router.include_router(catalogue)
router.include_router(maps)
router.include_router(verify)
static = StaticFiles(directory=str(files("app.pages") / "static"))
HTML = "text/html"
Accept = Annotated[str | None, Header()]


@router.get("/")
def get_start(services: ServicesOf, language: LanguageOf) -> HTMLResponse:
    """The start page."""
    return page("start.html", language=language, frameworks=published.frameworks(services, language))


@router.get("/docs")
def get_api(request: Request, language: LanguageOf) -> HTMLResponse:
    """The API, for people."""
    return page("api.html", language=language, parts=parts(request.app.openapi()))


@router.get("/credentials/{credential_id}", dependencies=[Depends(open_to_anyone)])
def get_credential(
    services: ServicesOf, credential_id: str, language: LanguageOf, accept: Accept = None, wanted: Format = None
) -> Response:
    """A credential, for whoever was given its random address: the signed bytes, or the report on them as a page."""
    accept = forms.FORMATS[wanted] if wanted else accept
    offered = (*forms.JSON_LD_KINDS, forms.JSON, forms.JWT, HTML, *forms.DRAWN)
    kind = negotiation.choose(accept, offered) or forms.JSON_LD
    headers = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex", "Vary": "Accept, Accept-Language"}
    if kind in forms.DRAWN:
        drawn = downloads.for_anyone(services, credential_id, kind, language)
        return Response(drawn.content, 200, headers | drawn.headers, kind)
    form = forms.asked_for(accept)[0] if kind == forms.JWT else forms.DEFAULT
    content, media_type = public.credential_content(services, credential_id, form.name)
    if kind == HTML:
        report = judged(services, (content, media_type)).to_json()
        answer: Response = report_page(report, language, robots="noindex")
        answer.headers.update(headers)
        return answer
    return Response(content, 200, headers, kind)


@router.get("/issuers/{slug}")
def get_issuer(services: ServicesOf, slug: str, language: LanguageOf) -> HTMLResponse:
    """An issuing organisation."""
    _ = translations(language).gettext
    found = identities.tenant_and_keys(services, slug)
    if found is None:
        return page("plain.html", 404, language=language, title=_("No such issuer"), paragraphs=[], links=[])
    profile = found[0].profile
    paragraphs = [profile[name] for name in ("description", "locality", "country", "url") if name in profile]
    links = [{"url": f"/issuers/{slug}/jwks.json", "text": _("Public keys")}]
    return page("plain.html", language=language, title=profile["name"], paragraphs=paragraphs, links=links)


@router.get("/problems/{kind}")
def get_problem(kind: str) -> HTMLResponse:
    """What a problem type means (RFC 9457, section 3.1.1: the type should lead to a page for people)."""
    found = KINDS.get(kind)
    if found is None:
        return page("plain.html", 404, title="No such problem type", paragraphs=[], links=[])
    return page("plain.html", title=found.title, paragraphs=[found.__doc__ or ""], links=[])
