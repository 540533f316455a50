"""Attesta's own verifier (`attesta serve --only verifier`), whose web is at hand, in several processes.

It is served as the command does it. Only the fetcher is exchanged, for one that finds the status list in memory: the
real one refuses addresses of this machine.
"""

import sys

from fastapi import FastAPI

from app.alone import create_app
from app.web import processes
from app.web.bounded_http import BoundedHttp
from bench import material
from bench.peers.attesta import verifying_services


def create() -> FastAPI:
    """Return the application."""
    told = material.read()
    return create_app(verifying_services({told["list_url"]: told["status_list"]}))


if __name__ == "__main__":
    port, workers = map(int, sys.argv[1:])
    processes.serve(
        "bench.attesta_verifier:create",
        workers,
        port=port,
        http=BoundedHttp,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
