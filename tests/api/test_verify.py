"""POST /verify in all its forms, and the pages."""

import json

import pytest

from app.vc import png, svg
from tests.api.test_credentials import _issue
from tests.vc.pictures import PNG, SVG


@pytest.fixture
def badge(loaded):
    return _issue(loaded).json()["credential"]


def test_every_way_to_send_a_badge(loaded, badge):
    text = json.dumps(badge).encode()
    ways = [
        {"json": badge},
        {"json": {"credential": badge}},
        {"content": text, "headers": {"Content-Type": "application/vc"}},
        {"content": text, "headers": {"Content-Type": "application/octet-stream"}},
        {"content": b"\xef\xbb\xbf" + text},
        {"files": {"file": ("badge.json", text, "application/json")}},
        {"data": {"text": text.decode()}, "files": {"file": ("", b"")}},
    ]
    for way in ways:
        answer = loaded.client.post("/verify", **way)
        assert answer.status_code == 200, (way, answer.text)
        assert answer.json()["outcome"] == "valid"


@pytest.mark.parametrize("part", [b"", b"\x89PNG\r\n\x1a\n0000", b"%PDF-1.7", b"<svg/>", b"hello"])
def test_files_that_are_no_badge_are_told_what_is_taken(shared, part):
    answer = shared.client.post("/verify", files={"file": ("x", part)})
    assert 400 <= answer.status_code < 500
    assert answer.json()["remedy"]


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"]
)
def test_broken_forms(shared, content_type):
    answer = shared.client.post("/verify", content=b"--y\r\n", headers={"Content-Type": content_type})
    assert answer.status_code == 400


def test_a_document_that_is_too_large(shared):
    answer = shared.client.post("/verify", content=b"{" + b" " * 1_100_000 + b"}")
    assert answer.status_code == 413


def test_the_page_shows_the_verdict_first(loaded, badge):
    assert "Check a badge" in loaded.client.get("/verify").text
    files = {"file": ("badge.json", json.dumps(badge).encode(), "application/json")}
    page = loaded.client.post("/verify/report", files=files)
    assert page.status_code == 200
    assert page.text.index("This badge is valid") < page.text.index("Every check")
    assert (
        "script-src" in page.headers["content-security-policy"]
        or "default-src" in page.headers["content-security-policy"]
    )
    badge["name"] = "<script>alert(1)</script>"
    page = loaded.client.post("/verify/report", files={"file": ("b.json", json.dumps(badge).encode())})
    assert "This badge was changed" in page.text
    assert "<script>alert" not in page.text
    for broken, status in ((b"PK\x03\x04", 415), (b"\x89PNG\r\n\x1a\n", 400)):
        unread = loaded.client.post("/verify/report", files={"file": ("b.png", broken)})
        assert 'data-verdict="unread"' in unread.text
        assert unread.status_code == status


def test_a_presentation_shows_each_credential(loaded, badge):
    changed = badge | {"name": "<b>Changed</b>"}
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:<i>alice</i>",
        "verifiableCredential": [badge, changed],
    }
    told = loaded.client.post("/verify", json={"verifiablePresentation": presentation}).json()
    assert (told["kind"], [one["outcome"] for one in told["credentials"]]) == ("presentation", ["valid", "invalid"])
    files = {"file": ("presentation.json", json.dumps(presentation).encode(), "application/json")}
    page = loaded.client.post("/verify/report", files=files).text
    assert "Not everything in it is valid" in page
    assert page.count("Says it was issued by") == 2
    assert "did:example:&lt;i&gt;alice" in page
    assert "<b>Changed" not in page


def test_a_badge_with_a_broken_endorsement_shows_it(loaded, badge):
    endorsed = badge | {"endorsement": [badge]}
    page = loaded.client.post("/verify/report", files={"file": ("b.json", json.dumps(endorsed).encode())}).text
    assert "<h2>Endorsements</h2>" in page
    assert "not of the type EndorsementCredential" in page


def test_a_badge_in_a_picture(loaded, badge):
    for picture, kind in (
        (png.bake(PNG, json.dumps(badge)), "image/png"),
        (svg.bake(SVG, json.dumps(badge)), "image/svg+xml"),
    ):
        plain = loaded.client.post("/verify", content=picture, headers={"content-type": kind})
        in_form = loaded.client.post("/verify", files={"file": ("badge", picture, kind)})
        assert plain.json()["outcome"] == in_form.json()["outcome"] == "valid"
    empty = loaded.client.post("/verify", content=PNG, headers={"content-type": "image/png"})
    assert (empty.status_code, "no Open Badges credential" in empty.json()["detail"]) == (415, True)


def test_a_credentials_address_is_a_page_for_people(loaded, badge):
    path = f"/credentials/{badge['id'].removeprefix('urn:uuid:')}"
    page = loaded.client.get(path, headers={"Accept": "text/html"})
    assert "This badge is valid" in page.text
    assert page.headers["x-robots-tag"] == "noindex"


def test_every_problem_type_has_its_page(shared):
    from app.pages.problems import KINDS

    for kind in KINDS:
        assert shared.client.get(f"/problems/{kind}").status_code == 200
    assert shared.client.get("/problems/none").status_code == 404


def test_the_api_page_needs_nobody_else(shared):
    page = shared.client.get("/docs").text
    assert "POST /api/v1/credentials" in page
    assert "Code of the achievement" in page
    for text in (page, shared.client.get("/").text, shared.client.get("/verify").text):
        assert 'src="http' not in text
        assert 'href="http' not in text


def test_health(shared):
    assert shared.client.get("/health/live").json() == {"status": "live"}
    assert shared.client.get("/health/ready").json() == {"status": "ready", "signing": "tested"}


def test_a_badge_of_our_own_by_its_address(loaded):
    address = f"{loaded.services.settings.public_url}/credentials/{_issue(loaded).json()['id']}"
    answers = [
        loaded.client.post("/verify", json={"url": address}),
        loaded.client.post("/verify", content=address),
        loaded.client.post("/verify", data={"url": address}),
        loaded.client.post("/verify", data={"url": address, "text": ""}, files={"file": ("", b"")}),
        loaded.client.post("/verify", json={"url": f"{address}?from=wallet#top"}),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert report["outcome"] == "valid"
        assert report["fetched"][0]["kind"] == "document"
        assert report["fetched"][0]["ok"] is True
    assert loaded.web.asked == []  # never over the network


def test_an_address_at_which_nothing_is(loaded):
    for url in ("https://nowhere.example/badge", "https://127.0.0.1/badge", f"{loaded.services.settings.public_url}/x"):
        answer = loaded.client.post("/verify", json={"url": url})
        assert answer.status_code == 400
        assert answer.json()["code"] == "address_unavailable"
        assert answer.json()["remedy"]
