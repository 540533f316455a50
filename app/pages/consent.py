"""/oauth/authorize: a learner is asked what a service may do with her badges. /me/services: and ends it again."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from app.pages.backpack import PRIVATE, private
from app.pages.render import POLICY
from app.pages.translations import LANG, LanguageOf
from app.pages.trouble import PersonsRoute, sign_in_first
from app.store.tables import OAuthClient
from app.wallet.oauth import grants
from app.wallet.oauth.scopes import WORDS
from app.wallet.sessions import CSRF, ActingLearnerOf, LearnerOf, MaybeLearnerOf
from app.web.context import ServicesOf
from app.web.forms import FormOf
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, route_class=PersonsRoute, dependencies=[Depends(open_to_anyone)])
# Browsers hold a form's whole way against form-action, and her answer leads to the client (CSP 3 section 6.4.2).
ANSWERS_GO_TO = "form-action 'self' https:"
TO_THIS_MACHINE = f"{ANSWERS_GO_TO} http://127.0.0.1:* http://localhost:*"
CHOICE = "choice"


@router.get(grants.PATH)
def get_consent(request: Request, services: ServicesOf, who: MaybeLearnerOf, language: LanguageOf) -> Response:
    """Ask her, after she has signed in."""
    sent = [(name, value) for name, value in request.query_params.multi_items() if name != LANG]
    try:
        asked = grants.read(services, sent)
    except grants.SentBack as refused:
        return RedirectResponse(refused.url, 303, PRIVATE)
    if who is None:
        return sign_in_first(asked.path)
    answer = private("oauth_consent.html", who, language, asked=asked, told=WORDS, **_named(asked.client))
    goes_to = TO_THIS_MACHINE if asked.is_for_this_machine else ANSWERS_GO_TO
    answer.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", goes_to)
    return answer


def _named(client: OAuthClient) -> dict[str, Any]:
    told: dict[str, str] = client.registered
    return {"client": told, "host": urlsplit(told["client_uri"]).hostname}


@router.post(grants.PATH)
def post_consent(services: ServicesOf, who: ActingLearnerOf, form: FormOf) -> Response:
    """What she decided, sent to the client by her browser. Whoever sent it, the request is read anew."""
    sent = [(name, form.one(name)) for name in form.values if name not in (CSRF, CHOICE)]
    try:
        asked = grants.read(services, sent)
    except grants.SentBack as refused:
        return RedirectResponse(refused.url, 303, PRIVATE)
    allowed = form.one(CHOICE) == "allow"
    url = grants.allow(services, who, asked) if allowed else grants.deny(services, asked)
    return RedirectResponse(url, 303, PRIVATE)


@router.get("/me/services")
def get_services(services: ServicesOf, who: LearnerOf, language: LanguageOf) -> Response:
    """Whom she let at her badges."""
    found = [(one, _named(one.client)) for one in grants.connected(services, who)]
    return private("oauth_services.html", who, language, found=found, told=WORDS)


@router.post("/me/services/{client_id}/end")
def post_end(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, client_id: str) -> Response:
    """Let it at them no more."""
    grants.end(services, who, client_id)
    return RedirectResponse(f"/me/services{language.kept}", 303, PRIVATE)
