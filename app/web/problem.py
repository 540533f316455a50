"""The one place that turns problems into RFC 9457 responses."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.errors import (
    BadInput,
    Conflict,
    Fault,
    Forbidden,
    Gone,
    NotAcceptable,
    NotFound,
    Outdated,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from app.web.headers import SAFE

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[Problem], int] = {
    TooLarge: 413,
    Unsupported: 415,
    NotAcceptable: 406,
    BadInput: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Gone: 410,
    Conflict: 409,
    Outdated: 412,
    TooMany: 429,
    Unavailable: 503,
}
MAX_FAULTS = 50
LISTED = "GET /docs is a page with all addresses and their methods, GET /openapi.json the same for programs."

log = structlog.get_logger()


def status_of(problem: Problem) -> int:
    """The HTTP status of the problem's nearest kind."""
    return next((STATUS[kind] for kind in type(problem).__mro__ if kind in STATUS), 500)


def document(problem: Problem) -> dict[str, Any]:
    """The problem document (RFC 9457, section 3) with our members: pointer, remedy, errors."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.kind}",
        "title": problem.title,
        "status": status_of(problem),
        "detail": problem.detail,
    }
    if problem.pointer is not None:
        body["pointer"] = problem.pointer
    if problem.remedy is not None:
        body["remedy"] = problem.remedy
    if problem.faults:
        body["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in problem.faults[:MAX_FAULTS]]
    return problem.members | body


def headers_of(problem: Problem) -> dict[str, str]:
    """What its HTTP answer says in headers: how to name oneself, when to come back."""
    if isinstance(problem, Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="attesta"'}
    if isinstance(problem, TooMany):
        return {"Retry-After": str(problem.retry_after_s)}
    return {"Retry-After": "2"} if isinstance(problem, Unavailable) else {}


def response(problem: Problem) -> JSONResponse:
    """The HTTP answer for a problem."""
    return JSONResponse(document(problem), status_of(problem), headers_of(problem), MEDIA_TYPE)


def _plain(
    status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, remedy: str | None = None
) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if remedy is not None:
        body["remedy"] = remedy
    return JSONResponse(body, status, headers, MEDIA_TYPE)


async def _on_problem(_request: Request, problem: Exception) -> JSONResponse:
    if not isinstance(problem, Problem):  # FastAPI calls us for Problem only; mypy cannot know
        raise problem
    return response(problem)


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    status = getattr(error, "status_code", 500)
    headers = getattr(error, "headers", None)
    if status == 404:  # noqa: PLR2004 - an HTTP status is its own name
        return _plain(404, "There is no such thing", f"There is nothing at {request.url.path}.", headers, LISTED)
    if status == 405:  # noqa: PLR2004
        detail = f"{request.url.path} does not answer to {request.method}."
        return _plain(405, "Not this method", detail, headers, LISTED)
    return _plain(status, "The request could not be answered", str(getattr(error, "detail", "")), headers)


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    faults = tuple(Fault("/".join(str(part) for part in each["loc"]), each["msg"]) for each in errors)
    named = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults[:3])
    return response(BadInput(f"A parameter is not right: {named}", faults=faults))


async def _on_anything(request: Request, error: Exception) -> JSONResponse:
    route = getattr(request.scope.get("route"), "path", None)  # not the path itself: it may hold the token of a link
    log.error("unexpected failure", route=route, error=type(error).__name__, exc_info=error)
    said = "The failure was logged. Nothing half-done was stored."
    safe = {name.decode(): text.decode() for name, text in SAFE}  # it is made outside of what adds these headers
    return _plain(500, "Something broke on our side", said, safe)


def install(app: FastAPI) -> None:
    """Make every error answer of this app a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_anything)
