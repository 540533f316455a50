"""The page "ask the holder", in the whole service and in a verifier alone."""

import html
import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from app import services as composition
from app.alone import create_app
from app.settings import Settings
from app.texts import LANGUAGES, translations
from app.verifier.ask import MOST_TRIES
from tests.verifier.test_presented import BADGE, BROKEN, presentation, presented


def asked(client, query=""):
    """The page with the code, and the request in its link."""
    page = client.post(f"/verify/ask{query}")
    link = html.unescape(re.search(r'href="(openid4vp://[^"]+)"', page.text)[1])
    return page, {name: value[0] for name, value in parse_qs(urlsplit(link).query).items()}


def shown(client, request, badge=BADGE, **wrong):
    """The wallet's answer."""
    occasion = {"challenge": request["nonce"], "domain": request["client_id"]} | wrong
    token = json.dumps({"ldp": [presented(presentation(badge), **occasion)]})
    return client.post(urlsplit(request["response_uri"]).path, data={"vp_token": token})


def verdict(page):
    return re.search(r'data-verdict="(\w+)"', page.text)[1]


def test_from_the_button_to_the_verdict(client):
    assert 'href="/verify/ask"' in client.get("/verify").text
    assert 'action="/verify/ask"' in client.get("/verify/ask").text
    page, request = asked(client)
    path = page.url.path
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "<svg" in page.text
    assert client.get(f"{path}/state").json() == {"waits": True, "notice": None}
    answer = shown(client, request)
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert not client.get(f"{path}/state").json()["waits"]
    report = client.get(path)
    assert verdict(report) == "valid"
    assert "Urban data analyst" in report.text
    assert report.headers["cache-control"] == "no-store"
    assert shown(client, request).status_code == 404, "once"


def test_a_wallet_that_knows_only_exchanges(client):
    page, _ = asked(client)
    link = html.unescape(re.search(r'href="(https://lcw.app/request[^"]+)"', page.text)[1])
    exchange = json.loads(parse_qs(urlsplit(link).query)["request"][0])["protocols"]["vcapi"]
    path = urlsplit(exchange).path
    assert client.options(path).headers["access-control-allow-methods"] == "POST"
    assert client.post(path, json=[]).status_code == 400
    begun = client.post(path, json={})
    assert begun.headers["access-control-allow-origin"] == "*"
    request = begun.json()["verifiablePresentationRequest"]
    occasion = {"challenge": request["challenge"], "domain": request["domain"]}
    answer = client.post(path, json={"verifiablePresentation": presented(presentation(BADGE), **occasion)})
    assert (answer.status_code, answer.json()) == (200, {})
    assert verdict(client.get(page.url.path)) == "valid"
    assert client.post(path, json={}).status_code == 404, "once"


def test_badge_that_is_not_valid(client):
    page, request = asked(client)
    assert shown(client, request, BROKEN).status_code == 200
    assert verdict(client.get(page.url.path)) not in ("valid", "unknown")


def test_answer_for_somebody_else(client):
    page, request = asked(client)
    answer = shown(client, request, domain="redirect_uri:https://other.example")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (400, "bad-input")
    told = client.get(page.url.path)
    assert "What came does not prove who holds the badge. The code still counts." in told.text
    assert "openid4vp://" in told.text
    assert client.get(f"{page.url.path}/state").json() == {"waits": True, "notice": "unproved"}
    assert shown(client, request).status_code == 200
    assert verdict(client.get(page.url.path)) == "valid"


def test_so_many_wrong_answers_and_a_fresh_code_is_needed(world):
    page, request = asked(world.client)
    path = urlsplit(request["response_uri"]).path
    answers = [world.client.post(path, data={"error": "x"}).status_code for _ in range(MOST_TRIES + 1)]
    assert answers == [200] * MOST_TRIES + [404]
    told = world.client.get(page.url.path).text
    assert "Ask again with a fresh one." in told
    assert "openid4vp://" not in told


def test_holder_who_declines(client):
    page, request = asked(client)
    path = urlsplit(request["response_uri"]).path
    assert client.post(path, data={"error": "access_denied", "state": "x"}).status_code == 200
    answer = client.get(page.url.path)
    assert 'data-verdict="unread"' in answer.text
    assert "The holder declined" in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_in_the_readers_language(world, language):
    said = translations(language).gettext
    query = f"?lang={language}"
    assert said("Make a code") in html.unescape(world.client.get(f"/verify/ask{query}").text)
    page, request = asked(world.client, query)
    assert said("The code to scan") in html.unescape(page.text)
    assert f"lang={language}" in str(page.url)
    shown(world.client, request)
    told = html.unescape(world.client.get(str(page.url)).text)
    assert said("Ask again") in told
    assert said("This badge is valid") in told or said("Every check") in told


def test_over_or_never_there(world):
    page, request = asked(world.client)
    world.clock.move(minutes=15)
    for path in (page.url.path, "/verify/ask/guessed", f"{page.url.path}/state"):
        assert world.client.get(path).status_code == 410
    assert shown(world.client, request).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/x-www-form-urlencoded", 400),
        (b"vp_token=%FF", "application/x-www-form-urlencoded", 400),
        (b"vp_token=\xff", "application/x-www-form-urlencoded", 400),
        (b"vp_token=" + b"%5B" * 5_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=1" for _ in range(30)), "application/x-www-form-urlencoded", 413),
        (b"vp_token=" + b"x" * 1_048_577, "application/x-www-form-urlencoded", 413),
        (b"vp_token=" + b"x" * 4_000_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
    ],
)
def test_bad_answers_use_nothing_up(world, body, kind, status):
    page, request = asked(world.client)
    path = urlsplit(request["response_uri"]).path
    assert world.client.post(path, content=body, headers={"Content-Type": kind}).status_code == status
    assert world.client.get(f"{page.url.path}/state").json()["waits"]
    assert shown(world.client, request).status_code == 200


def test_several_processes_without_a_database_say_that_they_cannot_ask(tmp_path):
    services = replace(composition.build_alone(Settings(data_dir=tmp_path / "data")), memory=None)
    with TestClient(create_app(services)) as client:
        answer = client.post("/verify/ask", headers={"Accept": "text/html"})
        assert answer.status_code == 503
        assert "share no memory" in answer.text
