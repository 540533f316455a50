"""/achievements/{id}/image.svg and image.png: what an achievement looks like, for anyone."""

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.issuer import names
from app.issuer.catalogue import published
from app.issuer.credential.render import face
from app.ports import Services
from app.texts import LANGUAGES, SOURCE
from app.web import caching
from app.web.context import ServicesOf
from app.web.limits import open_to_anyone
from app.web.negotiation import choose_language

router = APIRouter(tags=["public"])
MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
MAX_AGE_S = 3600  # the issuer may change her name; then the picture shows the new one


@router.get("/achievements/{achievement_id}/image.{kind}", dependencies=[Depends(open_to_anyone)])
def get_picture(
    request: Request,
    services: ServicesOf,
    achievement_id: str,
    kind: Annotated[Literal["svg", "png"], Path()],
    lang: Annotated[str | None, Query(max_length=50)] = None,
) -> Response:
    """The picture of an achievement, in English or in one of the languages of `lang` that the service speaks."""
    language = choose_language(lang, tuple(LANGUAGES)) or SOURCE
    content = picture(services, names.known_uuid(achievement_id, "achievement"), kind, language)
    etag = hashlib.sha256(content).hexdigest()
    return caching.answer(request, content, MEDIA_TYPES[kind], etag=etag, max_age_s=MAX_AGE_S)


def picture(services: Services, achievement_id: str, kind: Literal["svg", "png"], language: str) -> bytes:
    """The picture of an achievement; raises NotFound."""
    row, _, framework, issuer = published.achievement_of(services, achievement_id)
    return face.picture(framework, framework.awards[row.code], issuer, language, kind)
