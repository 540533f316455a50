"""The smallest web server around a Python peer: POST /issue and POST /verify. BENCH_PEER names the module.

Run by uvicorn in the peers' environment: `python -m bench.server PORT PROCESSES`. One coroutine, because the work is
CPU and nothing waits. Several processes listen as Attesta's do: uvicorn's own leave one of them without work at times.
"""

import importlib
import os
import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.web import processes


def create() -> Starlette:
    """Return the application."""
    peer = importlib.import_module(f"bench.peers.{os.environ['BENCH_PEER']}")
    issue, verify = (peer.operation(kind, "data-integrity", []) for kind in ("issue", "verify"))

    async def post_issue(request: Request) -> Response:
        return Response(issue((await request.body()).decode()), media_type="application/vc")

    async def post_verify(request: Request) -> Response:
        verify((await request.body()).decode())
        return JSONResponse({"outcome": "valid"})

    return Starlette(
        routes=[Route("/issue", post_issue, methods=["POST"]), Route("/verify", post_verify, methods=["POST"])]
    )


if __name__ == "__main__":
    port, workers = map(int, sys.argv[1:])
    processes.serve("bench.server:create", workers, port=port, log_level="warning", access_log=False)
