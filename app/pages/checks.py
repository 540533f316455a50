"""/checks/{id}: what one check of a report does. A page for people, JSON for programs."""

from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse

from app.pages.check_words import CHECKS
from app.pages.render import page
from app.pages.translations import LanguageOf
from app.verifier.check_routes import CACHED, explained
from app.web import negotiation

router = APIRouter(tags=["verifier"])
HTML, JSON = "text/html", "application/json"


@router.get("/checks/{check_id}")
def get_check(language: LanguageOf, check_id: str, accept: Annotated[str | None, Header()] = None) -> Response:
    """What one check does, and the specification that asks for it."""
    check = explained(check_id)
    if negotiation.choose(accept, (JSON, HTML)) == HTML:
        return page("check.html", language=language, check=check, question=CHECKS[check.id][0])
    return JSONResponse(check.to_json(), headers=CACHED | {"Vary": "Accept"})
