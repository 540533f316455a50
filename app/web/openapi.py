"""The OpenAPI document, told as the service really answers: errors are problem documents, never FastAPI's 422."""

from typing import Any

from app.web.problem import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "RFC 9457; docs/problems.md lists the types.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong."},
        "pointer": {"type": "string", "description": "Where: a JSON Pointer, a column or a line."},
        "remedy": {"type": "string", "description": "What to do."},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "Every wrong place."},
    },
}


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Put the problem document in the place of FastAPI's own validation errors."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for own in ("HTTPValidationError", "ValidationError"):
        schemas.pop(own, None)
    schemas["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            whole = {"description": "What was wrong, where, and what to do.", "content": content}
            operation["responses"].setdefault("4XX", whole)  # a route tells what is prescribed elsewhere
    return document
