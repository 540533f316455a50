"""Where the time of `POST /verify` goes, but for the server that reads HTTP: `python -m bench.verify_parts [small]`.

CPU time of the badge with its status, parts in turn. The request goes through the whole application.
"""

import asyncio
import hashlib
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from app.alone import create_app
from app.vc import proof, shape, strict_json
from app.verifier.verify import verify, verify_at_once
from bench import material, parts
from bench.peers import attesta

HEADERS = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]


def main() -> None:
    """Measure, tell."""
    parts.tell(_parts("small" if "small" in sys.argv else "big"))


def _parts(badge: str) -> dict[str, Callable[[int], object]]:
    services = attesta.verifying_services({material.LIST_URL: attesta.status_list()})
    texts = material.unsigned(badge, with_status=True)[: parts.BADGES]
    sent = [attesta.issue(each, "data-integrity").encode() for each in texts]
    documents = [strict_json.loads(each) for each in sent]
    reports = [verify(each, "application/json", services) for each in sent]
    told = [each.to_json() for each in reports]
    app, loop, now = create_app(services), asyncio.new_event_loop(), datetime.now(UTC)
    return {
        "everything": lambda number: loop.run_until_complete(_post(app, sent[number])),
        "verifying": lambda number: verify_at_once(sent[number], "application/json", services),
        "  strict reading": lambda number: strict_json.loads(sent[number]),
        "  the shape check": lambda number: shape.check_shape(documents[number]),
        "  the proof": lambda number: proof.verify_proof(
            documents[number], documents[number]["proof"][0], attesta.PUBLIC, now=now
        ),
        "  SHA-256 of what was sent": lambda number: hashlib.sha256(sent[number]).hexdigest(),
        "the report": lambda number: reports[number].to_json(),
        "writing JSON": lambda number: orjson.dumps(told[number]),
    }


async def _post(app: Any, body: bytes) -> None:
    """Send one request to the application as a server does; raises RuntimeError for another answer than 200."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/verify",
        "raw_path": b"/verify",
        "root_path": "",
        "query_string": b"",
        "headers": [*HEADERS, (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message.get("status", 200) != 200:  # noqa: PLR2004 - an HTTP status is its own name
            raise RuntimeError(f"it answered {message['status']}")

    await app(scope, receive, send)


if __name__ == "__main__":
    main()
