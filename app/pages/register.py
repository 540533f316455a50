"""The page of the public register: whether a certificate is valid."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from app.issuer.certification import register
from app.issuer.credential import forms
from app.pages.render import page
from app.pages.translations import LanguageOf
from app.pages.wording import Wording
from app.web import negotiation
from app.web.context import ServicesOf
from app.web.limits import open_to_anyone

router = APIRouter(tags=["public"])
HTML = "text/html"


@router.get("/register/{number}", dependencies=[Depends(open_to_anyone)])
def get_register(
    services: ServicesOf, number: str, language: LanguageOf, accept: Annotated[str | None, Header()] = None
) -> Response:
    """Whether a certificate is valid, by its licence number, and nothing about the person; a page with `text/html`."""
    headers = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex", "Vary": "Accept, Accept-Language"}
    if negotiation.choose(accept, (forms.JSON, HTML)) != HTML:
        found = register.look_up(services, number)
        return Response(json.dumps(found, ensure_ascii=False), 200, headers, forms.JSON)
    found = register.look_up(services, number, language)
    answer = page("register.html", language=language, robots="noindex", day=Wording(language).day, **found)
    answer.headers.update(headers)
    return answer
