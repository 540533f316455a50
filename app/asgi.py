"""The web application: routers, middleware, lifespan. Nothing else."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
import structlog
from fastapi import FastAPI

from app import services as composition
from app.adapters.memory_database import DatabaseMemory
from app.conformance import harness
from app.conformance.routes import router as conformance
from app.health import router as health
from app.issuer.assessment.routes import router as assessment
from app.issuer.assessment.source_routes import router as sources
from app.issuer.assessment.xapi_routes import router as xapi
from app.issuer.award import recheck
from app.issuer.award.candidate_routes import router as candidate
from app.issuer.award.routes import router as award
from app.issuer.case import routes as case_provider
from app.issuer.catalogue.formats import CASE_PATH
from app.issuer.catalogue.routes import router as catalogue
from app.issuer.certification import consequences
from app.issuer.certification.award_routes import router as certificates
from app.issuer.certification.routes import router as certification
from app.issuer.credential import batches, issue, issue_route, signing_keys
from app.issuer.credential.batch_routes import router as batch
from app.issuer.credential.public import router as public
from app.issuer.credential.render.routes import router as picture
from app.issuer.credential.routes import router as credential
from app.issuer.evidence.recognition_routes import router as recognition
from app.issuer.evidence.routes import router as evidence
from app.issuer.registry.routes import router as registry
from app.issuer.tenant_routes import router as tenant
from app.issuer.vc_api.routes import router as vc_api_issuer
from app.logs import configure
from app.pages.backpack import router as backpack
from app.pages.backpack_data import router as own_data
from app.pages.backpack_foreign import router as foreign
from app.pages.backpack_push import router as push
from app.pages.backpack_sharing import router as sharing
from app.pages.claim import router as claim
from app.pages.consent import router as consent
from app.pages.register import router as register
from app.pages.routes import router as pages
from app.pages.routes import static
from app.pages.sign_in import router as sign_in
from app.pages.trouble import install as tell_readers
from app.ports import Services
from app.settings import Settings
from app.verifier.match_routes import router as match
from app.verifier.routes import answer_at_once
from app.verifier.routes import router as verifier
from app.verifier.vc_api import router as vc_api_verifier
from app.wallet import erasure as learners_erased
from app.wallet import post, pushing, reminders, sign_in_mails
from app.wallet.exchange_routes import router as exchange
from app.wallet.foreign import Forms
from app.wallet.learner_routes import router as erasure
from app.wallet.oauth import tokens as oauth_tokens
from app.wallet.oauth.routes import router as oauth
from app.wallet.ob_api.routes import router as ob_api
from app.wallet.offer_routes import router as offers
from app.wallet.oid4vci import tokens
from app.wallet.oid4vci.routes import router as oid4vci
from app.web.application import answer_by, application

SWEEP_EVERY_S = 60
POST_EVERY_S = 5  # somebody may wait for a link; looking costs one query on an index
ISSUER = (
    tenant,
    catalogue,
    assessment,
    sources,
    xapi,
    evidence,
    recognition,
    candidate,
    award,
    certification,
    certificates,
    batch,
    public,
    picture,
    vc_api_issuer,
    registry,
)  # a path that another one's parameter would take comes before it
ROUTERS = (
    issue_route.router,  # what is asked for most: routes are tried in this order
    credential,
    verifier,
    pages,
    register,
    sign_in,
    foreign,
    sharing,
    push,
    erasure,
    own_data,
    backpack,
    consent,
    claim,
    offers,
    oauth,
    ob_api,
    oid4vci,
    exchange,
    *ISSUER,
    match,
    vc_api_verifier,
    health,
)

log = structlog.get_logger()


def create_app(services: Services) -> FastAPI:
    """The application on these services."""
    configure()
    summary = "Open Badges 3.0 micro-credentials with explainable rules, and a verifier that never guesses."
    app = application(services, "Attesta", summary, _lifespan, {"/verify": answer_at_once})
    tell_readers(app)
    app.state.work = threading.Event()  # set by who leaves something for the sweep to do
    app.state.post = threading.Event()  # set by who waits for a mail
    app.state.issuing = issue_route.lane(services)
    app.mount("/static", static, name="static")
    app.mount(CASE_PATH, case_provider.build(services, app.state.throttle), name="case")
    answer_by(app, ROUTERS)
    if services.conformance_keys is not None:
        app.state.harness = harness.build(services, services.conformance_keys)
        answer_by(app, [conformance])
    return app


def from_environment() -> FastAPI:
    """The application on the settings of the environment: for several processes."""
    return create_app(composition.build(Settings()))


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document; the same on every machine."""
    chosen = Settings(base_url="https://attesta.example.org", host="127.0.0.1", port=8000)
    return create_app(composition.build_verifier(chosen)).openapi()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    # Threads share one core: more of them only compete (design: the work is CPU).
    anyio.to_thread.current_default_thread_limiter().total_tokens = services.settings.threads
    stopped = threading.Event()
    letters = {
        "links to sign in asked for": lambda: sign_in_mails.answer_requests(services),
        "mails sent": lambda: post.deliver(services, post.resting(services, app.state.post, stopped)),
    }
    rounds = (  # the post has one of its own: a slow mail server holds up nothing else
        ("sweep", _sweep(services, stopped), app.state.work, SWEEP_EVERY_S),
        ("post", letters, app.state.post, POST_EVERY_S),
    )
    threads = [
        threading.Thread(target=_go_round, args=(duties, wake, every_s, stopped), daemon=True, name=name)
        for name, duties, wake, every_s in rounds
    ]
    for thread in threads:
        thread.start()
    yield
    stopped.set()
    app.state.work.set()
    app.state.post.set()
    for thread in threads:
        await asyncio.to_thread(thread.join, 5)
    services.database.close()


def _sweep(services: Services, stopped: threading.Event) -> dict[str, Callable[[], int]]:
    """What waits: what a crash interrupted, batches, awards to look at again, what learners are to be told."""
    return {
        "awards finished": lambda: issue.resume(services),
        "badges of revoked keys revoked": lambda: signing_keys.finish_revocations(services),
        "rows of batches settled": lambda: batches.work_off(services, stopped.is_set),
        "learners looked at again": lambda: recheck.sweep(services),
        "learners erased again": lambda: learners_erased.look_again(services),
        "records of erased learners deleted": lambda: learners_erased.forget_records(services),
        "certificates suspended by their scheme": lambda: consequences.enforce(services),
        "nonces and tokens of wallets forgotten": lambda: tokens.forget_expired(services),
        "tokens and clients of services forgotten": lambda: oauth_tokens.forget_expired(services),
        "forms of badges from elsewhere found": Forms(services),
        "sendings of badges forgotten": lambda: pushing.forget_old(services),
        "texts kept for minutes forgotten": DatabaseMemory(services.database, services.clock).forget_expired,
        "learners to be reminded": reminders.Rounds(services),
    }


def _go_round(
    duties: dict[str, Callable[[], int]], wake: threading.Event, every_s: float, stopped: threading.Event
) -> None:
    """Do the duties at once, then again and again until stopped: when somebody wakes us, or the time has come."""
    while not stopped.is_set():
        wake.clear()
        for duty, do in duties.items():
            try:
                done = do()
                if done:
                    log.info("the sweep", done=duty, count=done)
            except Exception as error:  # noqa: BLE001 - a failing duty must not end the sweeping
                log.warning("the sweep failed", duty=duty, error=type(error).__name__, detail=str(error))
        if not stopped.is_set():  # asked after clear(): what was set before it is not slept over
            wake.wait(every_s)
