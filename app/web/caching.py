"""Public answers that may be kept for a while, and asked for again by their entity tag (RFC 9111, RFC 9110 8.8.3)."""

from fastapi import Request, Response


def answer(
    request: Request, content: bytes, media_type: str, *, etag: str, max_age_s: int, vary: str | None = None
) -> Response:
    """The content, or 304 for who has it. `etag`: without quotes; `vary`: request headers that the choice rests on."""
    headers = {
        "ETag": f'"{etag}"',
        "Cache-Control": f"public, max-age={max_age_s}",
        "Access-Control-Allow-Origin": "*",
    }
    if vary is not None:
        headers["Vary"] = vary
    if f'"{etag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, media_type)
