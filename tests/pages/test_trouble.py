"""Refusals: a page for people, the problem document for programs, in the whole service and in a verifier alone."""

import html
import re

import pytest
from fastapi import APIRouter

from app.pages.problems import KINDS
from app.pages.trouble_words import STEPS, TITLES
from app.texts import LANGUAGES, translations

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PROGRAMS = ["application/json", "*/*", "application/ld+json, application/json;q=0.9", "application/json, text/html"]
JSON = "application/problem+json"


def heading(page):
    return html.unescape(re.search(r"<h1>(.+)</h1>", page.text)[1])


def links(page):
    return re.findall(r'(?:href|src)="([^"]+)"', page.text)


@pytest.mark.parametrize("path", ["/nothing", "/static/nothing.css", "/api/v1/nothing", "/me/x/y", "/<b>x</b>"])
def test_an_unknown_address_is_a_page_for_people(client, path):
    page = client.get(path, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["vary"] == "Accept, Accept-Language"
    assert "/" in links(page)
    assert all(link.startswith(("/", "#", "?")) for link in links(page)), "nobody else is asked"
    assert "<b>x" not in page.text
    assert '<p class="lead">' in page.text, "what to do next"


@pytest.mark.parametrize("accept", PROGRAMS)
def test_programs_get_the_problem_document(client, accept):
    for path, status in (("/nothing", 404), ("/static/nothing.css", 404)):
        answer = client.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"], answer.json()["status"]) == (status, JSON, status)
        assert answer.headers["vary"] == "Accept, Accept-Language"
    answer = client.post("/verify", content=b"x", headers={"Accept": accept, "Content-Type": "application/x-nothing"})
    assert answer.headers["content-type"] == JSON


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_readers_language(world, language):
    said = translations(language).gettext
    for page in (
        world.client.get("/nothing", headers=BROWSER | {"Accept-Language": language}),
        world.client.get(f"/nothing?lang={language}", headers=BROWSER),
    ):
        assert heading(page) == said("There is nothing at this address")
        assert f'<html lang="{language}">' in page.text
        assert page.headers["content-language"] == language
        assert said("To the start page") in html.unescape(page.text)
        assert said(STEPS[404]) in html.unescape(page.text)


def test_a_wrong_method_says_which_are_right(world):
    page = world.client.delete("/verify", headers=BROWSER)
    assert (page.status_code, heading(page)) == (405, "There is no page at this address")
    assert page.headers["allow"]
    assert world.client.delete("/verify").json()["title"] == "Not this method"


def test_a_page_of_the_api_says_whom_it_is_for(world):
    page = world.client.get("/api/v1/credentials?lang=de", headers=BROWSER)
    assert page.status_code == 401
    assert heading(page) == "Dafür braucht es einen API-Schlüssel"
    assert "Startseite" in page.text
    assert page.headers["www-authenticate"].startswith("Bearer")
    assert world.client.get("/api/v1/credentials").headers["content-type"] == JSON


def test_what_cannot_be_translated_is_marked_as_english(world):
    page = world.client.get("/credentials/00000000-0000-4000-8000-000000000000?lang=de", headers=BROWSER)
    assert page.status_code == 404
    assert heading(page) == "Das gibt es hier nicht"
    assert '<p lang="en">' in page.text


def test_a_parameter_that_is_not_right(world):
    page = world.client.get(f"/verify?lang={'x' * 60}", headers=BROWSER | {"Accept-Language": "de"})
    assert (page.status_code, heading(page)) == (400, "Ein Parameter dieser Adresse stimmt nicht.")


def test_what_breaks_is_told_without_its_reasons(world):
    broken = APIRouter()

    @broken.get("/broken")
    def break_down():
        raise RuntimeError("the secret reason")

    world.client.app.router.routes.extend(broken.routes)
    page = world.client.get("/broken?lang=es", headers=BROWSER)
    assert (page.status_code, heading(page)) == (500, "Algo ha fallado en nuestro servicio")
    assert "secret" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"
    answer = world.client.get("/broken")
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (JSON, "nosniff")
    assert "secret" not in answer.text


def test_every_kind_of_problem_has_a_title_for_people():
    assert {kind.title for kind in KINDS.values()} == set(TITLES)
