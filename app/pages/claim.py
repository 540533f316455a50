"""/claim/{token}: what is offered to a learner, and every way to take it. Looking uses nothing up."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from app.errors import Forbidden, NotFound
from app.pages.claim_ways import ways
from app.pages.render import POLICY, page
from app.pages.translations import Language, LanguageOf
from app.pages.trouble import PersonsRoute
from app.ports import Services
from app.texts import N_
from app.wallet import claims, offers
from app.wallet.notices import day, language_of
from app.wallet.offers import Offered
from app.web import problem
from app.web.context import ServicesOf
from app.web.forms import FormOf, from_ourselves
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, prefix="/claim/{token}", route_class=PersonsRoute)
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
GONE = 410
LASTS_MS = int(offers.CODE_LASTS.total_seconds() * 1000)  # how long a page waits for the wallet
OPEN = [Depends(open_to_anyone)]
OURS_ONLY = [*OPEN, Depends(from_ourselves)]


@router.get("", dependencies=OPEN)
def get_claim(services: ServicesOf, token: str, language: LanguageOf) -> Response:
    """What is offered, or why it is not any more."""
    return _claim(services, offers.look(services, token), token, language)


@router.get("/state", dependencies=OPEN)
def get_state(services: ServicesOf, token: str) -> Response:
    """For a page that waits for a wallet: how the offer stands."""
    return JSONResponse({"state": claims.state(offers.look(services, token))}, headers=PRIVATE)


@router.post("/handed-over", status_code=204, dependencies=OURS_ONLY)
def post_handed_over(services: ServicesOf, token: str) -> None:
    """A wallet in the browser says that it has stored what the page handed to it."""
    claims.handed_over(services, offers.look(services, token))


@router.post("/file", dependencies=OURS_ONLY)
def post_file(services: ServicesOf, token: str, language: LanguageOf, form: FormOf) -> Response:
    """One of the files; the page once more when the transaction code was wrong."""
    found = offers.look(services, token)
    if found.ended is not None:
        return _claim(services, found, token, language)
    try:
        made = claims.download(services, found, form.one("kind"), form.one("tx_code"), _hers(found, language))
    except Forbidden as wrong:
        return _claim(services, offers.look(services, token), token, language, wrong)
    return Response(made.content, 200, PRIVATE | made.headers, made.media_type)


@router.post("/again", dependencies=OURS_ONLY)
def post_again(request: Request, services: ServicesOf, token: str, language: LanguageOf) -> Response:
    """Have a new link sent to the address that the provider has."""
    found = offers.look(services, token)
    claims.ask_again(services, found)
    request.app.state.post.set()  # she waits for it
    return _private("claim_sent.html", found, token, language)


@router.get("/{way}")
def get_way(token: str, way: str, language: LanguageOf) -> Response:
    """Back to the ways: a tab that is opened again asks for the page of a button (`way`) without its form."""
    del way
    return RedirectResponse(f"/claim/{token}{language.kept}", 303, PRIVATE)


@router.post("/{way}", dependencies=OURS_ONLY)
def post_way(services: ServicesOf, token: str, way: str, language: LanguageOf) -> Response:
    """Begin to take it into a wallet."""
    chosen = ways(services).get(way)
    if chosen is None:
        raise NotFound(N_("There is no such way to take it."), remedy=N_("Choose one of the ways of the page."))
    found = offers.look(services, token)
    if found.ended is not None or found.is_claimed:
        return _claim(services, found, token, language)
    return _private(chosen.template, found, token, language, **claims.begin(services, found, chosen))


def _claim(
    services: Services, found: Offered, token: str, language: Language, wrong: Forbidden | None = None
) -> Response:
    if found.ended is not None:
        return _private("claim_ended.html", found, token, language, GONE, can_ask=claims.can_ask_again(found))
    badge = claims.offered_badge(services, found, _hers(found, language))
    status_code = 200 if wrong is None else problem.status_of(wrong)
    is_guarded = found.offer.tx_code_hash is not None
    listed = [way for way in ways(services).values() if way.is_listed and (way.asks_for_code or not is_guarded)]
    return _private("claim.html", found, token, language, status_code, badge=badge, ways=listed, wrong=wrong)


def _private(
    template: str, found: Offered, token: str, language: Language, status_code: int = 200, **values: Any
) -> Response:
    """A page of this offer, in her language; its links to the other languages lead to the page of the offer."""
    answer = page(
        template,
        status_code,
        language=_hers(found, language),
        robots="noindex",
        found=found,
        issuer=found.tenant.profile,
        token=token,
        switch_at=f"/claim/{token}",
        day=day,
        lasts_ms=LASTS_MS,
        **values,
    )
    answer.headers.update(PRIVATE)
    if "mediator" in values:  # a page of the third party may be framed here, and nowhere else
        answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src {values['mediator']}"
    return answer


def _hers(found: Offered, language: Language) -> Language:
    """The language that the reader chose on the page, else the one that her provider has of her, else her browser's."""
    if language.is_asked_for or found.learner.language is None:
        return language
    return Language(language_of(found.learner), query=language.query)
