"""How the Verifiable Credential API answers over HTTP: exactly 400 for bad input, 413 for too many bytes.

https://w3c-ccg.github.io/vc-api/#error-handling
"""

import json
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from app.errors import BadInput, TooLarge, Unsupported
from app.ports import Services
from app.web.context import media_type, parse_json, read_up_to, services

JSON = "application/json"


async def content(request: Request, found: Annotated[Services, Depends(services)]) -> bytes:
    """The bytes of a request, at most as many as a document to verify may have; raises TooLarge."""
    return await read_up_to(request, found.settings.verify_max_bytes)


Content = Annotated[bytes, Depends(content)]


def body(request: Request, content: Content) -> Any:
    """The JSON value of a request; raises BadInput."""
    try:
        return parse_json(content, media_type(request))
    except (TooLarge, Unsupported) as problem:
        raise exactly_bad_input(problem) from None


Body = Annotated[Any, Depends(body)]


def exactly_bad_input(problem: BadInput) -> BadInput:
    """The same problem as 400: this API knows no 413 for depth and no 415."""
    return BadInput(
        problem.detail, pointer=problem.pointer, remedy=problem.remedy, faults=problem.faults, **problem.members
    )


def answer(value: Any, status_code: int = 200) -> Response:
    """A JSON answer, byte for byte what was signed when it is a credential: no escapes, members in their order."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status_code, media_type=JSON)


def takes(*members: str) -> dict[str, Any]:
    """`openapi_extra`: a JSON object with these members, and options."""
    properties: dict[str, Any] = {name: {} for name in members} | {"options": {"type": "object"}}
    schema = {"type": "object", "required": list(members), "properties": properties}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}
