"""Everything of hers in one file, which reads without this service; her badges as files; and the page that erases."""

import io
import json
import zipfile

import pytest

from tests.backpacks import ANA, issue, signed_in


@pytest.fixture
def ana(loaded):
    award = issue(loaded, "MC-02", "p-ana")
    return loaded, signed_in(loaded, ANA), award


def exported(world):
    answer = world.client.get("/me/export.zip")
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_the_archive_has_data_badges_and_a_page_to_read(ana):
    world, who, award = ana
    world.client.get(f"/me/badges/{award}/file/jwt")
    world.client.get(f"/me/badges/{award}/choose")
    content = world.client.get(f"/credentials/{award}", headers={"Accept": "application/vc"}).content
    content = content.replace(b"Delivery", b"Delivering")  # her own award as it is would not be kept twice
    world.client.post("/me/foreign", data={"csrf": who.csrf}, files={"file": ("b", content, "application/json")})
    world.client.post(
        "/me/shares", data={"csrf": who.csrf, "title": "For you", "days": "9", "consent": "yes", "badge": award}
    )
    packed = exported(world)
    names = packed.namelist()
    assert {name.split("/")[2].split("-", 1)[1] for name in names if name.startswith(f"badges/{award}/")} >= {
        "eddsa-rdfc-2022-issued.json", "ES256-issued.jwt", "ecdsa-sd-2023-issued.json",
    }  # fmt: skip
    assert packed.read(next(name for name in names if name.startswith("from-elsewhere/"))) == content
    data = json.loads(packed.read("data.json"))
    (here,) = data["organisations"]
    assert here["learner"]["email"] == ANA
    assert here["results"]
    assert here["awards"][0]["evaluation"]["tree"]
    assert [share["title"] for share in data["shares"]] == ["For you"]
    assert "learner signed in" in {entry["action"] for entry in here["audit_log"]}
    index = packed.read("index.html").decode()
    links = [part.split('"')[0] for part in index.split('href="')[1:]]
    assert set(links) == set(names) - {"index.html"}


def test_it_holds_nothing_of_others(ana):
    world, _, _ = ana
    issue(world, "MC-01", "p-boris")
    packed = exported(world)
    whole = b"".join(packed.read(name) for name in packed.namelist())
    assert b"p-boris" not in whole
    assert b"Boris" not in whole


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("json", b"{"), ("jwt", b"ey"), ("png", b"\x89PNG"), ("svg", b"<"), ("pdf", b"%PDF")],
)
def test_her_badge_as_a_file_is_the_badge(ana, kind, begins):
    world, _, award = ana
    answer = world.client.get(f"/me/badges/{award}/file/{kind}")
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"].startswith("attachment;")
    if kind != "pdf":
        assert world.services.judge.judge(answer.content, "").outcome == "valid"


def test_an_unknown_kind_of_file_is_told(ana):
    world, _, award = ana
    assert world.client.get(f"/me/badges/{award}/file/exe").status_code == 404


def test_into_a_wallet_leads_to_the_claim_page(ana):
    world, who, award = ana
    answer = world.client.post(f"/me/badges/{award}/offer", data={"csrf": who.csrf}, follow_redirects=False)
    assert answer.headers["location"].startswith("/claim/")
    assert world.client.get(answer.headers["location"]).status_code == 200


def test_without_the_word_nothing_is_erased(ana):
    world, who, _ = ana
    for word in ("", "yes", "ERAS"):
        data = {"csrf": who.csrf, "word": word, "credentials": "keep"}
        assert world.client.post("/me/erase", data=data).status_code == 400
    assert world.client.post("/me/erase", data={"csrf": who.csrf, "word": "ERASE"}).status_code == 400
    assert world.client.get("/me").status_code == 200


@pytest.mark.parametrize("language", ["en", "el"])
def test_with_the_word_she_is_erased_and_signed_out(ana, language):
    from app.texts import translations

    world, who, award = ana
    word = translations(language).gettext("ERASE").lower()
    data = {"csrf": who.csrf, "word": f" {word} ", "credentials": "revoke"}
    answer = world.client.post(f"/me/erase?lang={language}", data=data)
    assert answer.status_code == 200
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert world.client.get(f"/api/v1/credentials/{award}", headers=world.headers).status_code == 410
    assert world.client.get("/me", follow_redirects=False).status_code == 303
