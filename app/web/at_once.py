"""What is answered before the framework begins: small requests to a few addresses, where nothing is waited for.

The framework's way to a route and back takes a twentieth of what judging a large badge takes, and a thread more.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Problem
from app.web.quick_turns import QuickTurns

Answer = Callable[[Request, bytes], Response | None]


class AtOnce:
    """ASGI middleware: who has no answer leaves the request to the application, as if nobody had looked at it."""

    def __init__(self, app: ASGIApp, answers: Mapping[str, Answer]) -> None:
        """`answers`: by the path of a POST without a query. Each is asked with a body that came in one piece.

        It returns None, or raises a Problem, where the application has to answer.
        """
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the application do it."""
        ask = self._answers.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if ask is None or scope["query_string"]:
            await self._app(scope, receive, send)
            return
        first = await receive()
        answer = None if first.get("more_body") else answered(ask, Request(scope), first.get("body", b""))
        if answer is None:
            await self._app(scope, again(first, receive), send)
        else:
            await answer(scope, receive, send)


def answered(ask: Answer, request: Request, body: bytes) -> Response | None:
    """Return the answer, when there is one and the time for it."""
    turns: QuickTurns = request.app.state.quick_turns
    with suppress(Problem):  # the application comes to the same, and knows how to tell it
        return turns.do(lambda: ask(request, body))
    return None


def again(first: Message, receive: Receive) -> Receive:
    """Return what receives a message that was taken already, and then the others."""
    taken = [first]

    async def next_one() -> Message:
        return taken.pop() if taken else await receive()

    return next_one
