"""Errors as Open Badges 3.0 prescribes them: Imsx_StatusInfo (section 6.1.3 and appendix B.8)."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from app.errors import BadInput, Forbidden, Problem, TooMany, Unauthenticated, Unavailable
from app.web import problem

SYSTEM = "attesta"
BY_STATUS = {
    401: "unauthorizedrequest",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    406: "not_acceptable",
    429: "server_busy",
    503: "server_busy",
}
# `Imsx_StatusInfo` of the specification, for the description of our API.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["imsx_codeMajor", "imsx_severity"],
    "properties": {
        "imsx_codeMajor": {"type": "string", "enum": ["failure", "processing", "success", "unsupported"]},
        "imsx_severity": {"type": "string", "enum": ["error", "status", "warning"]},
        "imsx_description": {"type": "string"},
        "imsx_codeMinor": {"type": "object"},
    },
}


def status_info(status: int, minor: str, description: str, headers: dict[str, str] | None = None) -> Response:
    """The answer for a failure; `minor`: one of the specification's minor codes."""
    field = {"imsx_codeMinorFieldName": SYSTEM, "imsx_codeMinorFieldValue": minor}
    body = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": description,
        "imsx_codeMinor": {"imsx_codeMinorField": [field]},
    }
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status, {"Cache-Control": "no-store"} | (headers or {}), "application/json")


def told(trouble: Problem, *, has_token: bool) -> Response:
    """A problem in these words; `has_token`: whether there was one, so that its error is named (RFC 6750 section 3)."""
    status = problem.status_of(trouble)
    description = trouble.detail if trouble.pointer is None else f"{trouble.pointer}: {trouble.detail}"
    if trouble.remedy:
        description = f"{description} {trouble.remedy}"
    headers = {}
    if isinstance(trouble, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="attesta"' + (', error="invalid_token"' if has_token else "")
    elif isinstance(trouble, Forbidden):
        scope = trouble.members.get("scope", "")
        headers["WWW-Authenticate"] = f'Bearer realm="attesta", error="insufficient_scope", scope="{scope}"'
    elif isinstance(trouble, TooMany | Unavailable):
        headers["Retry-After"] = str(getattr(trouble, "retry_after_s", 2))
    return status_info(status, BY_STATUS.get(status, "invalid_data"), description, headers)


class StatusInfoRoute(APIRoute):
    """A route of this API: every problem is told as Imsx_StatusInfo."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that tells problems so."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except RequestValidationError as error:
                named = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors()[:3])
                return status_info(400, "invalid_query_parameter", f"A parameter is not right: {named}")
            except Problem as trouble:
                is_query = isinstance(trouble, BadInput) and "parameter" in trouble.members
                if is_query:
                    return status_info(400, "invalid_query_parameter", trouble.detail)
                return told(trouble, has_token="authorization" in request.headers)

        return handler
