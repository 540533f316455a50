"""Problems told as pages: a person who follows a link, mistypes an address or sends a form gets no JSON.

Programs get the problem document (app/web/problem.py) wherever they do not ask for HTML first. The routes of
`PersonsRoute` are for people alone and always answer with a page.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.errors import BadInput, Problem, Unauthenticated
from app.pages.render import page
from app.pages.translations import LANG, language, language_here
from app.pages.trouble_words import NOT_ANSWERED, NOT_RIGHT, SAID, STEPS
from app.texts import SOURCE, translations
from app.web import negotiation, problem

SIGN_IN = "/me/sign-in"
HTML = "text/html"
PROGRAMS_FIRST = (problem.MEDIA_TYPE, "application/json", HTML)


def sign_in_first(path: str) -> RedirectResponse:
    """To the sign-in page in the language that this path of ours (with its query) names, and from there on to it."""
    query = [("next", path)] + [(LANG, each) for each in parse_qs(urlsplit(path).query).get(LANG, [])[:1]]
    return RedirectResponse(f"{SIGN_IN}?{urlencode(query)}", 303)


def trouble_page(request: Request, trouble: Problem, status: int | None = None) -> Response:
    """The problem as a page, in the reader's language as far as its texts are translated.

    `status`: the HTTP status where it is not that of the problem's kind.
    """
    query = request.query_params.get(LANG)
    chosen = language_here(request, language(query and query[:50], request.headers.get("accept-language")))
    status = status or problem.status_of(trouble)
    answer = page(
        "trouble.html",
        status,
        language=chosen if request.method == "GET" else str(chosen),  # no address to switch at
        robots="noindex",
        **_words(trouble, status, str(chosen)),
    )
    answer.headers.update({**problem.response(trouble).headers, **answer.headers})
    return answer


def _words(trouble: Problem, status: int, reader: str) -> dict[str, str | None]:
    """`title`, `step`; `detail`: the English sentence beneath a title, for a reader who cannot be told it otherwise."""
    said = translations(reader).gettext

    def is_told(text: str) -> bool:
        return reader == SOURCE or said(text) != text

    step = trouble.remedy if trouble.remedy and is_told(trouble.remedy) else STEPS.get(status)
    return {
        "title": said(trouble.detail if is_told(trouble.detail) else trouble.title),
        "detail": None if is_told(trouble.detail) else trouble.detail,
        "step": said(step) if step else None,
        "remedy": None if step or not trouble.remedy else trouble.remedy,
    }


def install(app: FastAPI) -> None:
    """Tell whatever this application refuses as a page to who would rather have HTML than JSON; after problem's own."""
    for kind in (Problem, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _for_readers(app.exception_handlers[kind]))


def _for_readers(for_programs: Callable[..., Any]) -> Callable[..., Awaitable[Response]]:
    async def tell(request: Request, error: Exception) -> Response:
        answer: Response = await for_programs(request, error)
        told = answer
        if negotiation.choose(request.headers.get("accept"), PROGRAMS_FIRST) == HTML:
            told = trouble_page(request, _as_problem(error, answer.status_code), answer.status_code)
            kept = {name: text for name, text in answer.headers.items() if not name.startswith("content-")}
            told.headers.update({**kept, **told.headers})
        told.headers["Vary"] = "Accept, Accept-Language"
        return told

    return tell


def _as_problem(error: Exception, status: int) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return BadInput(NOT_RIGHT)
    return Problem(SAID.get(status, NOT_ANSWERED))


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
