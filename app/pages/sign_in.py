"""Signing in to the backpack: ask for a link, open it, sign out. Looking at a link does not use it up."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.errors import BadInput
from app.pages.render import page
from app.pages.translations import LanguageOf
from app.pages.trouble import SIGN_IN, PersonsRoute
from app.ports import Services
from app.wallet import sessions
from app.wallet.sessions import ActingLearnerOf, MaybeLearnerOf
from app.web.context import ServicesOf
from app.web.forms import FormOf, from_ourselves
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, route_class=PersonsRoute)
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
OURS_ONLY = [Depends(open_to_anyone), Depends(from_ourselves)]


@router.get(SIGN_IN)
def get_sign_in(
    language: LanguageOf, who: MaybeLearnerOf, goes_on_to: Annotated[str, Query(alias="next", max_length=2000)] = ""
) -> Response:
    """Where to ask for a link."""
    path = sessions.local_path(goes_on_to)
    if who is not None:
        return RedirectResponse(path, 303, PRIVATE)
    return _asking(language, path)


@router.post(SIGN_IN, dependencies=OURS_ONLY)
def post_sign_in(request: Request, services: ServicesOf, language: LanguageOf, form: FormOf) -> Response:
    """Ask for a link; the answer is the same for everybody."""
    goes_on_to = sessions.local_path(form.one("next"))
    try:
        sessions.ask(services, form.one("email"), language, goes_on_to)
    except BadInput as problem:
        return _asking(language, goes_on_to, email=form.one("email")[:320], problem=problem)
    request.app.state.post.set()  # which finds out whether there is a mail to write
    return _private(page("sign_in_sent.html", language=language, robots="noindex", switch_at=SIGN_IN))


def _asking(language: LanguageOf, goes_on_to: str, email: str = "", problem: BadInput | None = None) -> Response:
    return _private(
        page(
            "sign_in.html",
            400 if problem else 200,
            language=language,
            robots="noindex",
            switch_at=SIGN_IN,
            goes_on_to=goes_on_to,
            email=email,
            problem=problem,
        )
    )


@router.get(f"{SIGN_IN}/link", dependencies=[Depends(open_to_anyone)])
def get_link(services: ServicesOf, language: LanguageOf, token: Annotated[str, Query(max_length=100)] = "") -> Response:
    """What a link in a mail leads to: a button."""
    email = sessions.looked_at(services, token)
    return _private(page("sign_in_link.html", language=language, robots="noindex", email=email, token=token))


@router.post(f"{SIGN_IN}/link", dependencies=OURS_ONLY)
def post_link(services: ServicesOf, language: LanguageOf, form: FormOf) -> Response:
    """Sign in."""
    cookie, goes_on_to = sessions.sign_in(services, form.one("token"))
    path = goes_on_to if "?" in goes_on_to else f"{goes_on_to}{language.kept}"
    answer = RedirectResponse(path, 303, PRIVATE)
    _set_cookie(answer, services, cookie, int(sessions.SESSION_LASTS.total_seconds()))
    return answer


@router.post("/me/sign-out")
def post_sign_out(services: ServicesOf, who: ActingLearnerOf, language: LanguageOf, form: FormOf) -> Response:
    """Sign this browser out, or all of them."""
    sessions.sign_out(services, who, everywhere=form.one("everywhere") == "yes")
    return without_cookie(RedirectResponse(f"{SIGN_IN}{language.kept}", 303, PRIVATE), services)


def without_cookie(answer: Response, services: Services) -> Response:
    """An answer after which the browser is not signed in."""
    _set_cookie(answer, services, "", 0)
    return answer


def _set_cookie(answer: Response, services: Services, value: str, max_age_s: int) -> None:
    """Set or end the cookie (RFC 6265bis): no script reads it, no other site's form brings it."""
    name = sessions.cookie_name(services)
    secure = name.startswith("__Host-")
    answer.set_cookie(name, value, max_age_s, path="/", secure=secure, httponly=True, samesite="lax")


def _private(answer: Response) -> Response:
    answer.headers.update(PRIVATE)
    return answer
