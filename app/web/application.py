"""What our web applications begin with: their description, problems as RFC 9457, safe headers, a throttle."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import APIRouter, FastAPI

from app import __version__
from app.ports import Services
from app.web import problem
from app.web.at_once import Answer, AtOnce
from app.web.headers import SafeHeaders
from app.web.limits import Throttle
from app.web.openapi import with_problems
from app.web.quick_turns import QuickTurns

# Threads for work that is told of while it goes on, beside those of the requests. Ours: most of them wait for other
# servers, which costs memory only; more than foreign servers are asked at once (app/adapters/fetch.py) help nobody.
TELLERS = 32


def application(services: Services, title: str, summary: str, lifespan: Any, at_once: Mapping[str, Answer]) -> FastAPI:
    """An application on these services, without routes.

    `lifespan`: an async context manager of the application. `at_once`: see app.web.at_once.
    """
    app = FastAPI(
        title=title,
        version=__version__,
        summary=summary,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        telemetry={"tracing": False, "metrics": False, "logs": False},  # asked for anew with each request else
    )
    describe = app.openapi
    app.openapi = lambda: app.openapi_schema or with_problems(describe())  # type: ignore[method-assign]
    app.state.services = services
    app.state.throttle = Throttle(services.settings.open_requests_per_minute)
    app.state.quick_turns = QuickTurns()
    app.state.tellers = ThreadPoolExecutor(TELLERS, thread_name_prefix="telling")
    problem.install(app)
    app.add_middleware(AtOnce, answers=at_once)
    app.add_middleware(SafeHeaders)  # around what was added before
    return app


def answer_by(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let the application answer by the routes of these routers, the first one that fits.

    The routes are taken as they are, which several applications can share. `include_router` would make each of them
    anew when the first request comes (200 routes: 0.13 s), and look for the route of every request twice.
    """
    for router in routers:
        app.router.routes.extend(router.routes)
