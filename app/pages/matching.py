"""The page /match: a few badges against a role of a framework. Needs no script and no account; nothing is stored."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import BadInput, Problem
from app.pages.problem_words import problem_view
from app.pages.render import page
from app.pages.translations import Language, LanguageOf
from app.pages.trouble import PersonsRoute
from app.pages.verify_view import SIGNS
from app.pages.wording import Wording
from app.ports import Services
from app.texts import N_
from app.verifier import match_routes
from app.verifier.case import Policy
from app.verifier.match import Role
from app.verifier.matching import framework_of, match_documents
from app.verifier.options import read_options
from app.web import problem
from app.web.context import ServicesOf, services
from app.web.limits import open_to_anyone

router = APIRouter(include_in_schema=False, route_class=PersonsRoute)
STATUSES = {  # of a competency that the role needs -> (sign, words)
    "met": (SIGNS["valid"], N_("shown")),
    "level_too_low": (SIGNS["invalid"], N_("shown, but not high enough")),
    "level_unknown": (SIGNS["unknown"], N_("shown, but the level is not known")),
    "missing": (SIGNS["invalid"], N_("not shown")),
}
OUTCOMES = {
    "met": ("valid", N_("The badges show everything that the role needs")),
    "not_met": ("unknown", N_("The badges do not show everything that the role needs")),
}
PERSONS = {  # of several badges
    "different": N_("The badges are about different people, so each person stands alone."),
    "unknown": N_(
        "Nothing shows that the badges are about one person, so each stands alone. Compare them again and name the"
        " person."
    ),
    "none": N_("No badge counts, so nothing is shown."),
}
Name = Annotated[str, Query(max_length=500)]


@router.get("/match")
def get_match(language: LanguageOf, framework: Name = "", role: Name = "") -> HTMLResponse:
    """The form. `framework`: its code, id or address; `role`: the id of one of its roles."""
    return form(language, {"framework": framework, "role": role})


async def submitted(request: Request) -> dict[str, Any] | Problem:
    """What the form brought, or why it could not be read: a person gets a page, not JSON."""
    try:
        return await match_routes.asked(request, await services(request))
    except Problem as trouble:
        return trouble


@router.post("/match", dependencies=[Depends(open_to_anyone)])
def post_match(
    services: ServicesOf, language: LanguageOf, asked: Annotated[dict[str, Any] | Problem, Depends(submitted)]
) -> HTMLResponse:
    """What the badges show of the role, as a page."""
    try:
        if isinstance(asked, Problem):
            raise asked
        told = matched(services, language, asked)
    except Problem as trouble:
        kept = asked if isinstance(asked, dict) else {}
        return form(language, kept, problem.status_of(trouble), problem_view(trouble, Wording(language)))
    return page(
        "matched.html", language=language, switch_at="/match", asked=asked, **match_view(told, Wording(language))
    )


def form(language: Language, given: dict[str, Any], status: int = 200, told: Any = None) -> HTMLResponse:
    """The form, with what was given and what was wrong with it."""
    kept = {name: value if isinstance(value := given.get(name), str) else "" for name in ("framework", "role")}
    return page("match.html", status, language=language, switch_at="/match" if told else "", problem=told, **kept)


def matched(services: Services, language: Language, asked: dict[str, Any]) -> dict[str, Any]:
    """Match what the form brought; raises Problem."""
    role = asked.get("role")
    if not isinstance(role, str) or not role.strip():
        raise BadInput("Name the role.", pointer="/role", remedy="It is the id of a role of the framework.")
    options = read_options({"recipient": asked.get("recipient")})
    wanted = Role.of(framework_of(asked.get("framework"), services), role.strip())
    policy = Policy(recipient=options.recipient)
    return match_documents(asked["credentials"], wanted, services, policy, language=str(language))


def match_view(told: dict[str, Any], words: Wording) -> dict[str, Any]:
    """Return the values of matched.html. `told`: app.verifier.match_shape.MatchShape as JSON value."""
    names = {badge["badge"]: badge["name"] or file_name(badge["badge"], words) for badge in told["badges"]}
    tone, title = OUTCOMES[told["outcome"]]
    return {
        "tone": tone,
        "sign": SIGNS[tone],
        "title": words.say(title),
        "about": words.say(PERSONS[told["same_person"]]) if told["same_person"] in PERSONS else None,
        "role": told["role"],
        "framework": told["framework"],
        "persons": [person_view(each, names, words) for each in told["persons"]],
        "badges": [badge_view(each, names, words) for each in told["badges"]],
        "unreadable": [each | {"name": file_name(each["badge"], words)} for each in told["unreadable"]],
        "verified_at": words.minute(told["verified_at"]),
    }


def file_name(pointer: str, words: Wording) -> str:
    """Say which of the files it was; parts of a file have the number of the file."""
    number = next((int(part) + 1 for part in pointer.split("/") if part.isdigit()), 1)
    return words.say(N_("File %(number)s")) % {"number": number}


def person_view(person: dict[str, Any], names: dict[str, str], words: Wording) -> dict[str, Any]:
    """Return what the badges of one person show."""
    electives = person["electives"]
    return {
        "badges": ", ".join(names[each] for each in person["badges"]),
        "mandatory": [line_view(each, names, words) for each in person["mandatory"]],
        "elective": [line_view(each, names, words) for each in electives["competencies"]],
        "at_least": electives["at_least"],
    }


def line_view(line: dict[str, Any], names: dict[str, str], words: Wording) -> dict[str, Any]:
    """Return one competency that the role needs."""
    sign, status = STATUSES[line["status"]]
    shown = [
        {"badge": names[each["badge"]], "level": each["level"]["name"] if each["level"] else each["level_as_told"]}
        for each in line["shown_by"]
    ]
    return line | {"sign": sign, "said": words.say(status), "shown": shown}


def badge_view(badge: dict[str, Any], names: dict[str, str], words: Wording) -> dict[str, Any]:
    """Return one badge: whether it counts, and why not."""
    issuer = badge["issuer"] or {}
    return {
        "name": names[badge["badge"]],
        "sign": SIGNS[badge["outcome"]],
        "tone": badge["outcome"],
        "issuer": issuer.get("name") or issuer.get("id") or "",
        "said": words.say(N_("counts") if badge["counts"] else N_("does not count")),
        "why_not": badge["why_not"],
    }


@router.get("/verify/match")
def get_api_match(language: LanguageOf) -> Response:
    """Who opens the address of the API gets the form."""
    return RedirectResponse(f"/match{language.kept}", 303)
