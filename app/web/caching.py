"""Public answers that may be kept for a while, and asked for again by their entity tag (RFC 9111, RFC 9110 8.8.3).

What is changed by who read it before can be guarded by the tag too (`If-Match`).
"""

from fastapi import Request, Response

from app.errors import Outdated


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


def refuse_outdated(if_match: str | None, etag: str) -> None:
    """Raise Outdated unless one of the tags of `If-Match` is that of what there is now (RFC 9110 section 13.1.1).

    `if_match`: the header, None when there is none, and then anything goes. `etag`: with its quotes.
    """
    wanted = [one.strip() for one in (if_match or "*").split(",")]
    if etag not in wanted and "*" not in wanted:
        message = "It was changed since you read it, so nothing was changed now."
        raise Outdated(message, remedy="Read it again, make your change there, and send it with the new ETag.")
