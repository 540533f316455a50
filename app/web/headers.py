"""Headers that every answer carries: no sniffing, no framing, no referrer for others; what needs a key is not kept.

And cookies that no request may carry: Python before 3.11.10 and 3.12.6 takes seconds to read some kilobytes of quoted
backslashes (CVE-2024-7592), and the framework reads the cookies of each request.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# same-origin: others learn nothing, and forms of ours say where they come from, which they would not under no-referrer
# (Fetch, section 3.2, "append a request Origin header"); app/web/forms.py relies on it.
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
NOT_KEPT = (b"cache-control", b"no-store")
COOKIE, BACKSLASH = b"cookie", b"\\"


class SafeHeaders:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to whatever the application answers."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server itself leaves the body out
        if any(name == COOKIE and BACKSLASH in value for name, value in scope.get("headers", ())):
            scope = {**scope, "headers": [_without_backslashes(header) for header in scope["headers"]]}
        wanted = (NOT_KEPT, *SAFE) if scope.get("path", "").startswith("/api/") else SAFE

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = list(message.get("headers", ()))
                names = {name.lower() for name, _ in there}
                message["headers"] = there + [header for header in wanted if header[0] not in names]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _without_backslashes(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """The header; of cookies those that have none, as RFC 6265 section 4.1.1 has it."""
    name, value = header
    if name != COOKIE:
        return header
    return name, b";".join(each for each in value.split(b";") if BACKSLASH not in each)
