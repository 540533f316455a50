"""The page /match: badges against a role, for people."""

import json
import re

import pytest

from app.texts import LANGUAGES, translations
from tests.api.test_credentials import _issue
from tests.api.test_match import CODE


@pytest.fixture
def badge(loaded):
    return json.dumps(_issue(loaded).json()["credential"]).encode()


def compared(world, *files, path="/match", **fields):
    parts = [("file", (f"{number}.json", content)) for number, content in enumerate(files)]
    return world.client.post(path, files=parts or None, data={"framework": CODE, "role": "SCPM"} | fields)


def test_what_is_shown_and_what_is_missing(loaded, badge):
    page = compared(loaded, badge)
    assert page.status_code == 200
    assert "The badges do not show everything that the role needs" in page.text
    assert "Smart City Project Manager" in page.text
    said = re.findall(r'aria-hidden="true">(.)</span> ([a-z ,]+)', page.text)
    assert ("✗", "not shown") in said
    assert {sign for sign, word in said if word == "shown"} <= {"✓"}
    assert '<span class="word">counts</span>' in page.text


def test_a_badge_that_is_not_valid_does_not_count_and_what_is_none_is_told(loaded, badge):
    page = compared(loaded, badge.replace(b"Delivery", b"Delivering"), b"no badge").text
    assert "does not count" in page
    assert "No badge counts, so nothing is shown." in page
    assert "File 2" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_the_readers_language(loaded, badge, language):
    page = compared(loaded, badge, path=f"/match?lang={language}").text
    assert f'<html lang="{language}">' in page
    assert translations(language).gettext("The badges do not show everything that the role needs") in page


def test_a_role_of_a_framework_leads_to_the_form(loaded):
    version = loaded.client.get("/api/v1/frameworks", headers=loaded.headers).json()["frameworks"][0]["id"]
    page = loaded.client.get(f"/frameworks/{version}", headers={"Accept": "text/html"}).text
    (address,) = set(re.findall(r'href="(/match\?framework=[^"]+role=SCPM)"', page))
    form = loaded.client.get(address.replace("&amp;", "&")).text
    assert f'value="{version}"' in form
    assert 'value="SCPM"' in form
    assert loaded.client.get("/verify/match?lang=de", follow_redirects=False).headers["location"] == "/match?lang=de"


def test_what_is_wrong_is_told_with_the_form(loaded, badge):
    for fields in ({"role": "<b>"}, {"role": ""}, {"framework": "none"}, {"recipient": "x" * 2000}):
        page = compared(loaded, badge, **fields)
        assert 400 <= page.status_code < 500
        assert 'role="alert"' in page.text
        assert "<b>" not in page.text
    assert compared(loaded).status_code == 415
    assert loaded.client.post("/match", content=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
