"""The page /docs: the OpenAPI document as a page of our own, without scripts or styles from third parties."""

from typing import Any

METHODS = ("get", "post", "put", "delete")


def parts(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations of an OpenAPI document by their first tag, for the template api.html."""
    by_tag: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                by_tag.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return [{"name": name, "operations": operations} for name, operations in by_tag.items()]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    description = operation.get("description", operation["summary"])
    content = operation.get("requestBody", {}).get("content", {})
    return {
        "method": method.upper(),
        "path": path,
        "first_line": description.split("\n")[0],
        "description": description,
        "parameters": [{"description": None, "required": False} | each for each in operation.get("parameters", [])],
        "media_types": list(content),
        "members": _members(content.get("application/json", {}).get("schema", {})),
    }


def _members(schema: dict[str, Any]) -> list[tuple[str, str]]:
    needed = schema.get("required", [])
    return [
        (f"{name} *" if name in needed else name, each.get("description", each.get("title", "")))
        for name, each in schema.get("properties", {}).items()
    ]
