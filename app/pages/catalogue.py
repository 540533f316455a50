"""The public pages of frameworks, competencies, achievements and external codes; JSON and JSON-LD for programs.

In the languages that the framework has: `?lang=` says which, else Accept-Language (RFC 9110, section 12.5.4). The
page's own words are in the language of app/texts.py that fits best, which may be another one.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response

from app.competency.framework import Framework
from app.competency.skos import CONTEXT
from app.issuer import names
from app.issuer.catalogue import published
from app.issuer.catalogue.published import UNDETERMINED, Shown
from app.pages.outline import outline
from app.pages.render import LANGUAGE, page
from app.pages.translations import Language, LanguageOf
from app.store.tables import FrameworkVersion
from app.texts import LANGUAGES
from app.web import negotiation
from app.web.context import ServicesOf
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False)
HTML, JSON, JSON_LD = "text/html", "application/json", "application/ld+json"
JSON_LD_KINDS = (JSON_LD, "application/vc+ld+json", "application/vc")
VARY = {"Vary": "Accept, Accept-Language"}


class Wanted:
    """What the caller would like: which form, which language."""

    def __init__(
        self,
        language: LanguageOf,
        accept: Annotated[str | None, Header()] = None,
        accept_language: Annotated[str | None, Header()] = None,
        lang: Annotated[str | None, Query(max_length=50)] = None,
    ) -> None:
        self.language = language  # of the page's own words
        self.accept, self.accept_language, self.lang = accept, accept_language, lang

    def shown(self, row: FrameworkVersion, framework: Framework) -> Shown:
        """The framework in the language that fits best; English, else its own, when none was asked for."""
        about = framework.document["framework"]
        own = about.get("language", LANGUAGE)
        listed = [each for each in about["languages"] if each != UNDETERMINED]
        first = LANGUAGE if LANGUAGE in listed or not listed else own
        offered = sorted(listed, key=lambda each: each != first)
        chosen = negotiation.choose_language(self.lang or self.accept_language, offered)
        return Shown(row, framework, chosen or first)

    def answer(self, first: str, html: Callable[[], Response], plain: Any, linked: Callable[[], Any]) -> Response:
        """A page, JSON or JSON-LD; `first`: what is given to who does not care."""
        offered = sorted((HTML, JSON, *JSON_LD_KINDS), key=lambda kind: kind != first)
        kind = negotiation.choose(self.accept, offered) or first
        if kind == HTML:
            answer = html()
            answer.headers.update(VARY)
            return answer
        content = plain if kind == JSON else linked()
        return Response(json.dumps(content, ensure_ascii=False), 200, VARY, kind)


def more_tongues(languages: list[str]) -> list[str]:
    """The languages of a framework that the page itself does not speak."""
    return [each for each in languages if each not in LANGUAGES]


def _page(template: str, language: Language, here: str, found: dict[str, Any]) -> Response:
    """The page; its own words are in `language`, the framework's in the one that was chosen."""
    values = {name: value for name, value in found.items() if name not in ("language", "languages", "retired")}
    more = more_tongues(found["languages"])
    return page(template, language=language, here=here, more_tongues=more, retired_on=found.get("retired"), **values)


WantedOf = Annotated[Wanted, Depends()]


@router.get("/frameworks/{version_id}")
def get_framework(services: ServicesOf, version_id: str, wanted: WantedOf) -> Response:
    """A published framework."""
    shown = wanted.shown(*published.framework_of(services, names.known_uuid(version_id, "framework")))
    found = published.framework(services, shown)
    return wanted.answer(
        HTML,
        lambda: _page("framework.html", wanted.language, shown.url(), found),
        found,
        lambda: published.concepts(services, shown),
    )


@router.get("/frameworks/{version_id}/competencies/{code}")
def get_competency(services: ServicesOf, version_id: str, code: str, wanted: WantedOf) -> Response:
    """A competency of a published framework."""
    shown = wanted.shown(*published.framework_of(services, names.known_uuid(version_id, "framework")))
    found = published.competency(shown, code)
    return wanted.answer(
        HTML,
        lambda: _page("competency.html", wanted.language, shown.url(code), found),
        found,
        lambda: published.concepts(services, shown, code),
    )


@router.get("/achievements/{achievement_id}")
def get_achievement(services: ServicesOf, achievement_id: str, wanted: WantedOf) -> Response:
    """An achievement with its rule in words; JSON when nothing else is asked for, since badges name this address."""
    row, version, framework, issuer = published.achievement_of(
        services, names.known_uuid(achievement_id, "achievement")
    )
    shown = wanted.shown(version, framework)
    found = published.achievement(services, row, shown, issuer)
    here = f"/achievements/{row.id}"
    return wanted.answer(
        JSON,
        lambda: _page("achievement.html", wanted.language, here, found | {"blocks": outline(found["narrative"])}),
        found,
        lambda: published.achievement_as_json_ld(found),
    )


@router.get("/codes/{framework}/{version}/{code}", dependencies=[Depends(open_to_anyone)])
def get_code(services: ServicesOf, framework: str, version: str, code: str, wanted: WantedOf) -> Response:
    """A code of a framework that has no public page per code (e-CF, DigComp, GreenComp)."""
    found = published.external_code(services, framework, version, code)
    address = published.code_address(services, framework, version, code)

    def linked() -> dict[str, Any]:
        label = {"prefLabel": {LANGUAGE: found["name"]}} if found["name"] else {}
        return {"@context": CONTEXT, "id": address, "type": "Concept", "notation": code, **label}

    return wanted.answer(
        HTML, lambda: page("code.html", language=wanted.language, robots="noindex", **found), found, linked
    )
