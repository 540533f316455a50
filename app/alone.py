"""The verifier as a program of its own: `attesta serve --only verifier`. No database, no sweep, nothing is written.

It answers POST /verify, POST /verify/match, the verifying endpoints of VC-API, and has the page /verify; whatever else
the whole service answers is a 404 that says so.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse

from app import services as composition
from app.errors import NotFound, Unavailable
from app.health import process
from app.logs import configure
from app.pages.routes import get_api, get_problem, static
from app.pages.trouble import install as tell_readers
from app.pages.verify import router as page
from app.ports import Services
from app.settings import Settings
from app.verifier.match_routes import router as match
from app.verifier.receipt import issuer_of, signer_of
from app.verifier.routes import answer_at_once
from app.verifier.routes import router as verifier
from app.verifier.vc_api import router as vc_api
from app.web.application import answer_by, application
from app.web.context import ServicesOf

SUMMARY = "A verifier of Open Badges that never guesses."
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

router = APIRouter(tags=["operators"])
nothing_else = APIRouter(include_in_schema=False)


@router.get("/", include_in_schema=False)
def get_start() -> RedirectResponse:
    """The page for checking is the start page."""
    return RedirectResponse("/verify", 307)


@router.get("/health/ready")
def get_ready(services: ServicesOf) -> dict[str, Any]:
    """The verifier needs nothing but itself; told is who signs its receipts, if anybody does."""
    try:
        signs_as = issuer_of(signer_of(services))
    except Unavailable:
        signs_as = None
    return {"status": "ready", "only": "verifier", "receipts_signed_by": signs_as}


@nothing_else.api_route("/{path:path}", methods=METHODS)
def refuse(request: Request) -> None:
    """Whatever the whole service answers beside."""
    raise NotFound(
        f"There is nothing at {request.url.path[:200]}: this service only verifies.",
        remedy="Check badges at /verify. Issuing needs the whole service: `attesta serve`.",
    )


def create_app(services: Services) -> FastAPI:
    """The verifier on these services."""
    configure()
    app = application(services, "Attesta verifier", SUMMARY, _lifespan, {"/verify": answer_at_once})
    tell_readers(app)
    answer_by(app, (verifier,))  # first, since routes are tried in this order
    app.mount("/static", static, name="static")
    app.add_api_route("/docs", get_api, include_in_schema=False)
    app.add_api_route("/problems/{kind}", get_problem, include_in_schema=False)
    answer_by(app, (router, page, match, vc_api, process, nothing_else))
    return app


def from_environment() -> FastAPI:
    """The verifier on the settings of the environment: for several processes, which share no memory."""
    return create_app(replace(composition.build_alone(Settings()), memory=None))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    anyio.to_thread.current_default_thread_limiter().total_tokens = services.settings.threads
    yield
