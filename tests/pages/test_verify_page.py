"""The page /verify: an answer of its own for whatever an employer may be handed, in six languages, line by line."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import segno
from fastapi.testclient import TestClient
from PIL import Image

from app.asgi import create_app
from app.texts import LANGUAGES, translations
from tests.browser.states import SITE, STATES, VALID, employers_world, text_of
from tests.service import World
from tests.verifier.badges import badge, signed
from tests.verifier.files import pdf_with


@pytest.fixture(scope="module")
def employer(sqlite_house) -> Iterator[World]:
    world = employers_world(sqlite_house)
    yield world
    world.services.database.close()


def posted(world: World, text: str, path: str = "/verify/report", **fields: str):
    return world.client.post(path, files={"file": ("badge.json", text.encode())}, data=fields)


def verdicts(page: str) -> list[str]:
    return re.findall(r'data-verdict="(\w+)"', page)


@pytest.mark.parametrize("name", STATES)
def test_each_document_has_its_own_answer_and_it_comes_first(employer, name):
    document, wanted = STATES[name]
    page = posted(employer, text_of(document))
    assert verdicts(page.text)[0] == wanted
    main = page.text.split("<main")[1]
    assert main.index("data-verdict") < main.index("<details")
    sign = re.search(r'class="sign" aria-hidden="true">(.)<', main)
    assert sign is not None, "a sign beside the words, so that the colour is never alone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_page_is_in_the_readers_language(employer, language):
    said = translations(language).gettext
    form = employer.client.get(f"/verify?lang={language}")
    assert f'<html lang="{language}">' in form.text
    assert said("Choose the badge file") in form.text
    assert form.headers["content-language"] == language
    for name, wanted in (("valid", "This badge is valid"), ("list-unreachable", "Every check")):
        page = posted(employer, text_of(STATES[name][0]), f"/verify/report?lang={language}").text
        assert f'<html lang="{language}">' in page
        assert said(wanted) in page
    if language != "en":
        assert "could not be had" in page, "the verifier's own sentence stands beneath, marked as English"
        assert re.search(r'<span class="detail" lang="en">[^<]*could not be had', page)


def test_dates_are_said_as_the_reader_says_them(employer):
    said = {
        language: posted(employer, text_of(VALID), f"/verify/report?lang={language}").text for language in LANGUAGES
    }
    assert "January 1, 2028" in said["en"]
    assert "1. Januar 2028" in said["de"]
    assert "1 Ιανουαρίου 2028" in said["el"]
    assert "1 януари 2028" in said["bg"]


def test_the_languages_lead_to_the_same_page_and_keep_the_rest_of_the_address(employer):
    page = employer.client.get("/verify?url=https%3A%2F%2Funiversity.example%2Fbadge&lang=de").text
    assert 'value="https://university.example/badge"' in page
    assert 'href="?url=https%3A%2F%2Funiversity.example%2Fbadge&amp;lang=el" hreflang="el"' in page
    assert 'href="/verify?lang=de"' in page, "links keep the language that was asked for"
    assert 'action="/verify/report?lang=de"' in page
    answered = posted(employer, text_of(VALID)).text
    assert 'href="/verify?lang=el"' in answered, "an answer has no address of its own"
    assert 'value=""' in employer.client.get("/verify?url=javascript:alert(1)").text


def test_an_answer_has_no_address(employer):
    for path in ("/verify/report?lang=ro", "/verify/progress?lang=ro"):
        moved = employer.client.get(path, follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (303, "/verify?lang=ro")


def test_what_it_asks_of_whom_is_told_before_the_answer_comes(employer):
    answer = posted(employer, text_of(STATES["revoked"][0]), "/verify/progress?lang=de")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    asked = [line["text"] for line in lines if "asks" in line]
    assert sorted(asked) == [
        "Frage an university.example: ob es widerrufen wurde",
        "Frage an university.example: welche Schlüssel der Unterzeichner hat",
    ]
    numbers = [line.get("asks") or -line["answers"] for line in lines[:-1]]
    assert sorted(numbers) == [-2, -1, 1, 2]
    assert all(numbers.index(number) < numbers.index(-number) for number in (1, 2))
    assert verdicts(lines[-1]["page"]) == ["revoked"]
    silent = posted(employer, text_of(STATES["issuer-unreachable"][0]), "/verify/progress").text.splitlines()
    assert json.loads(silent[-2]) == {"answers": 1, "is_there": False, "text": "nowhere.example did not answer."}


def test_trouble_comes_as_a_line_too(employer):
    (line,) = posted(employer, "no badge", "/verify/progress").text.splitlines()
    assert verdicts(json.loads(line)["page"]) == ["unread"]
    (line,) = posted(employer, "x" * 2_000_000, "/verify/progress?lang=es").text.splitlines()
    assert "Es más grande de lo que aquí se lee." in json.loads(line)["page"]


def test_a_link_is_followed_and_who_was_asked_is_told(employer):
    page = employer.client.post("/verify/report", data={"url": f"{SITE}/badge"}, files={"file": ("", b"")}).text
    assert verdicts(page) == ["valid"]
    assert "for what stands at this address" in page
    gone = employer.client.post("/verify/report?lang=de", data={"url": f"{SITE}/gone"}, files={"file": ("", b"")})
    assert gone.status_code == 400
    assert "Unter dieser Adresse war nichts zu bekommen." in gone.text


def test_whether_it_is_about_a_certain_person(employer):
    about = signed(badge(credentialSubject=badge()["credentialSubject"] | {"id": "mailto:ana@example.org"}))
    assert verdicts(posted(employer, text_of(about), recipient="ana@example.org").text) == ["valid"]
    assert verdicts(posted(employer, text_of(about), recipient="bob@example.org").text) == ["wrong_recipient"]
    assert verdicts(posted(employer, text_of(STATES["expired"][0]), recipient="").text) == ["expired"]


def test_that_somebody_else_presents_it_is_told_with_the_verdict(employer):
    page = posted(employer, text_of(STATES["of-somebody-else"][0])).text
    attention = "Attention: it was presented by somebody else than the person that it is about."
    assert page.split("</section>")[0].count(attention) == 1
    assert attention not in posted(employer, text_of(STATES["presentation"][0])).text


def test_kinds_of_badges_look_different(employer):
    labels = {"valid": "Micro-credential", "role-certificate": "Role certificate", "attendance": "Attendance only"}
    for name, label in labels.items():
        page = posted(employer, text_of(STATES[name][0])).text
        assert f'<span class="tag">{label}</span>' in page
    assert "It does not say that anything was assessed." in page


def test_what_nothing_proves_stands_behind_a_fold(employer):
    page = posted(employer, text_of(STATES["changed"][0])).text
    assert page.index("What it claims, which nothing proves") < page.index("Micro-credential")
    assert "What it claims" not in posted(employer, text_of(STATES["expired"][0])).text


def test_foreign_text_stays_text(employer):
    evil = '<img src=x onerror="alert(1)">'
    document = badge(name=evil, issuer={"id": "https://e.example", "type": ["Profile"], "name": evil, "url": evil})
    document["credentialSubject"]["achievement"] |= {
        "name": evil,
        "description": evil,
        "inLanguage": '"><script>',
        "criteria": {"id": "javascript:alert(1)", "narrative": evil},
    }
    for language in ("en", "bg"):
        page = posted(employer, json.dumps(document), f"/verify/report?lang={language}").text
        assert "<img src=x" not in page
        assert "<script>" not in page
        assert "javascript:alert" not in page


def test_nothing_of_the_page_comes_from_elsewhere(employer):
    page = posted(employer, text_of(VALID))
    assert not re.findall(r'(?:src|srcset|action|data)="(?:https?:)?//', page.text)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "camera=(self)" in page.headers["permissions-policy"]


def test_a_signed_receipt_can_be_kept_and_checked(employer):
    page = posted(employer, text_of(STATES["revoked"][0])).text
    (receipt,) = re.findall(r'href="data:application/jwt,([^"]+)" download="receipt.jwt"', page)
    checked = posted(employer, receipt).text
    assert verdicts(checked) == ["valid"]
    assert "Receipt of a verification" in checked
    assert "This receipt is valid" in checked
    head, payload, signature = receipt.split(".")
    changed = posted(employer, f"{head}.{payload}.{signature[:-6]}AAAAAA").text
    assert verdicts(changed) == ["changed"]
    assert "This receipt is not valid" in changed
    assert "This badge" not in changed + checked


def test_without_a_key_there_are_no_receipts(employer):
    services = replace(employer.services, receipt_key=None)
    page = TestClient(create_app(services)).post(
        "/verify/report", data={"text": text_of(VALID)}, files={"file": ("", b"")}
    )
    assert verdicts(page.text) == ["valid"]
    assert "receipt" not in page.text


def test_what_came_in_a_pdf_says_that_the_print_was_not_checked(employer):
    pdf = pdf_with(text_of(VALID).encode())
    page = employer.client.post("/verify/report?lang=de", files={"file": ("certificate.pdf", pdf)}).text
    assert verdicts(page) == ["valid"]
    assert "Geprüft wurde nur der Anhang, nicht das Gedruckte." in page
    none = employer.client.post("/verify/report", files={"file": ("certificate.pdf", pdf_with())})
    assert verdicts(none.text) == ["unread"]
    assert "This is not a badge" in none.text


def test_a_code_of_the_camera_is_read(employer):
    drawn = io.BytesIO()
    segno.make("https://university.example/badge").save(drawn, kind="png", scale=8)
    headers = {"Content-Type": "image/png"}
    answer = employer.client.post("/verify/qr", content=drawn.getvalue(), headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"text": "https://university.example/badge"})
    empty = io.BytesIO()
    Image.new("L", (200, 200), 255).save(empty, "PNG")
    assert employer.client.post("/verify/qr", content=empty.getvalue(), headers=headers).status_code == 204
    assert employer.client.post("/verify/qr", content=b"no picture", headers=headers).status_code == 400
    assert employer.client.post("/verify/qr", content=b"x" * 5_000_000, headers=headers).status_code == 413


def test_who_asks_too_often_gets_a_page(sqlite_house):
    world = employers_world(sqlite_house, base_url="https://badges.example.org", open_requests_per_minute=1)
    client = TestClient(create_app(world.services), base_url="https://badges.example.org", client=("203.0.113.7", 1))
    files = {"file": ("badge.json", text_of(VALID).encode())}
    assert verdicts(client.post("/verify/report", files=files).text) == ["valid"]
    for path in ("/verify/report", "/verify/progress", "/match"):
        held = client.post(f"{path}?lang=de", files=files)
        assert held.status_code == 429
        assert int(held.headers["retry-after"]) > 0
        assert '<html lang="de">' in held.text
    world.services.database.close()
