"""Routes whose problems are told as pages: a person who follows a link or sends a form gets no JSON."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from app.errors import BadInput, Problem, Unauthenticated
from app.pages.render import page
from app.pages.translations import LANG, language, language_here
from app.texts import translations
from app.web import negotiation, problem

SIGN_IN = "/me/sign-in"
HTML = "text/html"
NOT_RIGHT = "A parameter of this address is not right."
PROGRAMS_FIRST = (problem.MEDIA_TYPE, "application/json", HTML)


def sign_in_first(path: str) -> RedirectResponse:
    """To the sign-in page in the language that this path of ours (with its query) names, and from there on to it."""
    query = [("next", path)] + [(LANG, each) for each in parse_qs(urlsplit(path).query).get(LANG, [])[:1]]
    return RedirectResponse(f"{SIGN_IN}?{urlencode(query)}", 303)


def trouble_page(request: Request, trouble: Problem) -> Response:
    """The problem as a page, in the reader's language as far as its texts are translated."""
    query = request.query_params.get(LANG)
    chosen = language_here(request, language(query and query[:50], request.headers.get("accept-language")))
    said = translations(str(chosen)).gettext
    answer = page(
        "trouble.html",
        problem.status_of(trouble),
        language=chosen if request.method == "GET" else str(chosen),  # no address to switch at
        robots="noindex",
        detail=said(trouble.detail),
        remedy=said(trouble.remedy) if trouble.remedy else None,
    )
    answer.headers.update({**problem.response(trouble).headers, **answer.headers})
    return answer


class PersonsRoute(APIRoute):
    """A route for a person's browser. Who must sign in first is led there, and back to what she wanted to see."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that tells problems as pages."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except Unauthenticated:
                wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return sign_in_first(wanted if request.method == "GET" else "")
            except RequestValidationError:
                return trouble_page(request, BadInput(NOT_RIGHT))
            except Problem as trouble:
                return trouble_page(request, trouble)

        return handler


class ReadersRoute(APIRoute):
    """A route for people and programs alike: problems are pages for who would rather have HTML than JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that tells a browser's problems as pages."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except (Problem, RequestValidationError) as trouble:
                if negotiation.choose(request.headers.get("accept"), PROGRAMS_FIRST) != HTML:
                    raise
                answer = trouble_page(request, trouble if isinstance(trouble, Problem) else BadInput(NOT_RIGHT))
                answer.headers["Vary"] = "Accept, Accept-Language"
                return answer

        return handler
