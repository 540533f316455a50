"""What an achievement looks like: for anyone to see, for its provider to change."""

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.issuer import names
from app.issuer.catalogue import find
from app.issuer.credential.document import picture_url
from app.issuer.credential.render import pictures
from app.ports import Principal, Services
from app.store import tenancy
from app.texts import LANGUAGES, SOURCE
from app.web import caching
from app.web.context import Body, ServicesOf, caller, takes
from app.web.limits import open_to_anyone
from app.web.negotiation import choose_language

router = APIRouter()
Designer = Annotated[Principal, caller("frameworks:write")]
MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
MAX_AGE_S = 3600  # the issuer may change her name or bring another picture


@router.get("/achievements/{achievement_id}/image.{kind}", dependencies=[Depends(open_to_anyone)], tags=["public"])
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
    with services.database.everywhere(why="badges name the pictures of their achievements") as session:
        found = find.achievement_as_awarded(services, session, achievement_id)
        issuer = tenancy.tenant(session, found.row.tenant_id).profile["name"]
        own = pictures.brought(session, found)
    return pictures.shown(own, found, issuer, language, kind)


@router.put(
    "/api/v1/achievements/{code}/image",
    openapi_extra=takes("image/png", "image/jpeg", "image/webp"),
    tags=["catalogue"],
)
def put_picture(services: ServicesOf, principal: Designer, code: str, body: Body, response: Response) -> dict[str, Any]:
    """Use a picture of your own for an achievement, in all its versions; it becomes a square PNG of 600 pixels at most.

    201 when it had none of yours, 200 when this one is in its place now.
    """
    kept = pictures.bring(services, principal, code, body)
    response.status_code = 201 if kept.is_new else 200
    url = f"{services.settings.public_url}/achievements/{kept.achievement.row.id}"
    return {"achievement": code, "image": picture_url(url), "sha256": kept.sha256}


@router.delete("/api/v1/achievements/{code}/image", status_code=204, tags=["catalogue"])
def delete_picture(services: ServicesOf, principal: Designer, code: str) -> None:
    """Go back to the picture that is drawn."""
    pictures.remove(services, principal, code)
