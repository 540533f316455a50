"""Errors of the CASE API: imsx_StatusInfo and its codes. https://www.imsglobal.org/spec/case/v1p1 (REST binding)."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.errors import BadInput, NotFound, Problem
from app.web import problem

MINOR = {400: "invaliddata", 403: "forbidden", 404: "unknownobject", 429: "server_busy", 503: "server_busy"}

log = structlog.get_logger()


class BadSelection(BadInput):
    """A filter or field that CASE objects do not have; its code is invalid_selection_field."""


class NotAnIdentifier(NotFound):
    """What stands in the path is no UUID; its code is invalid_uuid."""


def status_info(status: int, description: str, minor: str | None = None) -> JSONResponse:
    """The error answer of that HTTP status."""
    body = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": description,
        "imsx_codeMinor": {
            "imsx_codeMinorField": [
                {
                    "imsx_codeMinorFieldName": "TargetEndSystem",
                    "imsx_codeMinorFieldValue": minor or MINOR.get(status, "internal_server_error"),
                }
            ]
        },
    }
    return JSONResponse(body, status)


async def _on_problem(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Problem):  # FastAPI calls us for Problem only; mypy cannot know
        raise error
    minors = {BadSelection: "invalid_selection_field", NotAnIdentifier: "invalid_uuid"}
    answer = status_info(problem.status_of(error), error.detail, minors.get(type(error)))
    answer.headers.update(problem.headers_of(error))
    return answer


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    status: Any = getattr(error, "status_code", 500)
    return status_info(status, f"{request.method} {request.url.path}: {getattr(error, 'detail', '')}")


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    told = "; ".join(f"{'/'.join(str(part) for part in each['loc'][1:])}: {each['msg']}" for each in found[:3])
    return status_info(400, f"A parameter is not right: {told}")


async def _on_anything(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected failure", path=request.url.path, error=type(error).__name__, exc_info=error)
    return status_info(500, "Something broke on our side. The failure was logged.")


def install(app: FastAPI) -> None:
    """Make every error answer of this app an imsx_StatusInfo."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_anything)
