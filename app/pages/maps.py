"""The public pages of a framework's competency map and of its courses; JSON for programs."""

import json
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response

from app.competency.competency_map import competency_map
from app.issuer import names
from app.issuer.catalogue import mapped, published
from app.issuer.catalogue.published import Shown
from app.pages.catalogue import HTML, JSON, JSON_LD_KINDS, VARY, Wanted, WantedOf, more_tongues
from app.pages.map_view import course_view, map_view
from app.pages.render import page
from app.web import negotiation
from app.web.context import ServicesOf
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, dependencies=[Depends(open_to_anyone)])


@router.get("/frameworks/{version_id}/map")
def get_map(services: ServicesOf, version_id: str, wanted: WantedOf) -> Response:
    """What each role needs, what teaches and shows it, and where nothing does: as a picture and as a table."""
    shown = wanted.shown(*published.framework_of(services, names.known_uuid(version_id, "framework")))
    told = competency_map(shown.framework)
    if _wants_json(wanted.accept):
        return _json(told)
    return _page("map.html", wanted, shown, map_view(told, shown))


@router.get("/frameworks/{version_id}/courses/{code}")
def get_course(services: ServicesOf, version_id: str, code: str, wanted: WantedOf) -> Response:
    """A course with its learning outcomes, European elements, learning resources, and the roles that need it."""
    row, framework = published.framework_of(services, names.known_uuid(version_id, "framework"))
    shown = wanted.shown(row, framework)
    told = mapped.course(services, row.id, code, shown.language)
    if _wants_json(wanted.accept):
        return _json(told)
    here = f"{shown.url()}/courses/{quote(code, safe='')}"
    return _page("course.html", wanted, shown, course_view(told, shown) | {"here": here})


def _wants_json(accept: str | None) -> bool:
    """Whether a program asks; one that knows JSON-LD alone gets the JSON, which is all that a map has for programs."""
    return negotiation.choose(accept, (HTML, JSON, *JSON_LD_KINDS)) not in (HTML, None)


def _json(told: Any) -> Response:
    return Response(json.dumps(told, ensure_ascii=False), 200, VARY, JSON)


def _page(template: str, wanted: Wanted, shown: Shown, values: dict[str, Any]) -> Response:
    answer = page(template, language=wanted.language, more_tongues=more_tongues(shown.languages), **values)
    answer.headers.update(VARY)
    return answer
