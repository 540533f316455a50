"""Answers for wallets: programs on phones and in other sites' web pages. They may be read from anywhere (CORS)."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Response

FROM_ANYWHERE = {"Access-Control-Allow-Origin": "*"}
ASKED_FIRST = FROM_ANYWHERE | {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "3600",
}
NO_STORE = {"Cache-Control": "no-store"}


def to_anyone(body: Any, status: int = 200, headers: Mapping[str, str] = NO_STORE) -> Response:
    """A JSON value as answer."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content, status, {**FROM_ANYWHERE, **headers}, "application/json")


def asked_first() -> Response:
    """What a browser is told before another site's page may POST."""
    return Response(status_code=204, headers=ASKED_FIRST)
