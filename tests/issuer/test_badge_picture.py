"""The picture of an achievement: drawn from the framework, the same for the same data, whatever the texts hold."""

import io
import json
from importlib.resources import files

import pytest
from lxml import etree
from PIL import Image

from app.competency.framework import Framework, read_yaml
from app.issuer.credential.render.face import FAMILIES, SYMBOLS, face, picture, shortened
from app.issuer.credential.render.typeset import typeset
from tests import service

DATA = files("app.demo") / "data"
FRAMEWORK = Framework.of(read_yaml((DATA / "smart-city-framework.yaml").read_bytes()))
HOSTILE = '#panic("x") $1/0$ @a <b> </svg><script>alert(1)</script> \\u{0} #read("/typeset.py") *_`"{}[]'


def drawn(title="Smart City Foundations", issuer="Riverbend Academy", **changes):
    data = face(FRAMEWORK, FRAMEWORK.awards["MC-01"], issuer, "en") | {"title": title} | changes
    return typeset("badge.typ", json.dumps(data), "svg")


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_area_level_name_and_issuer_are_in_the_picture():
    shown = face(FRAMEWORK, FRAMEWORK.awards["MC-02"], "Riverbend Academy", "bg")
    assert shown["title"] == "Проектиране и изпълнение на проекти за интелигентни градове"
    assert shown["level"] == {"rank": 3, "of": 4, "name": "Професионално ниво"}
    assert shown["kind"] == "Микроквалификация"
    assert shown["symbol"] == "flag"
    assert shown["colours"] == dict(zip(("dark", "main", "light"), FAMILIES[1], strict=True))


def test_a_role_certificate_has_another_shape_and_other_colours():
    shown = face(FRAMEWORK, FRAMEWORK.awards["RC-SCPM"], "Riverbend Academy", "en")
    assert (shown["shape"], shown["kind"], shown["level"]) == ("seal", "Role certificate", None)
    assert shown["colours"]["main"] not in {main for _, main, _ in FAMILIES}


def test_every_area_of_the_reference_framework_has_its_own_symbol():
    told = {
        next(symbol for symbol, words in SYMBOLS.items() if any(word in area["name"]["en"].lower() for word in words))
        for area in FRAMEWORK.areas.values()
    }
    assert told == set(SYMBOLS)


@pytest.mark.parametrize("family", FAMILIES)
def test_white_is_readable_on_every_colour(family):
    for colour in family[:2]:
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_the_picture_is_square_with_nothing_around_it_and_the_same_again():
    award = FRAMEWORK.awards["MC-01"]
    content = picture(FRAMEWORK, award, "Riverbend Academy", "en", "png")
    image = Image.open(io.BytesIO(content))
    assert (image.size, image.mode) == ((600, 600), "RGBA")
    assert [image.getpixel(corner)[3] for corner in ((0, 0), (599, 0), (0, 599), (599, 599))] == [0, 0, 0, 0]
    assert image.getpixel((300, 230))[3] == 255
    assert len(content) < 150_000
    typeset.cache_clear()
    assert picture(FRAMEWORK, award, "Riverbend Academy", "en", "png") == content


@pytest.mark.parametrize(
    "text", [HOSTILE, "", " ", "\u202e\u0000\u0007", "Ω" * 140, "字" * 100, "a b " * 35, "W" * 140]
)
def test_no_text_breaks_out_of_the_picture(text):
    content = drawn(title=text, issuer=text, kind=text, level={"rank": 1, "of": 4, "name": text})
    root = etree.fromstring(content)
    assert root.get("viewBox") == "0 0 600 600"
    names = {etree.QName(element).localname for element in root.iter()}
    assert not names & {"script", "foreignObject", "a", "image", "style"}
    hrefs = [value for element in root.iter() for name, value in element.attrib.items() if name.endswith("href")]
    assert all(value.startswith("#") for value in hrefs)


def test_long_names_are_cut():
    assert shortened("  much   too long\na name ", 12) == "much too lo…"
    assert shortened("short", 12) == "short"


def test_anyone_gets_the_picture_and_may_keep_it(shared):
    achievement = shared.client.post(
        "/api/v1/credentials", json={"achievement": "MC-02", "learner": "p-ana"}, headers=shared.headers
    ).json()["credential"]["credentialSubject"]["achievement"]
    assert "image" not in achievement  # nobody can fetch it from this address
    answer = shared.client.get(f"{achievement['id']}/image.svg", params={"lang": "el"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    again = shared.client.get(
        f"{achievement['id']}/image.svg", params={"lang": "el"}, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert shared.client.get(f"{achievement['id']}/image.png").headers["content-type"] == "image/png"
    assert shared.client.get(f"{achievement['id']}/image.gif").status_code == 400
    assert shared.client.get("/achievements/0d4f6cbb-5b0e-4d0e-9c0e-8f3e3a0c0f11/image.svg").status_code == 404


def test_a_badge_of_a_public_service_names_its_picture_and_is_valid(sqlite_house):
    world = service.build(sqlite_house.fresh("loaded", service.load), base_url="https://badges.example.org")
    issued = world.client.post(
        "/api/v1/credentials", json={"achievement": "MC-02", "learner": "p-ana"}, headers=world.headers
    ).json()["credential"]
    achievement = issued["credentialSubject"]["achievement"]
    assert achievement["image"] == {
        "id": f"{achievement['id']}/image.png",
        "type": "Image",
        "caption": "Smart City Project Design and Delivery",
    }
    assert world.client.get(achievement["image"]["id"]).status_code == 200
    assert world.client.post("/verify", json=issued).json()["outcome"] == "valid"
    world.services.database.close()


def test_the_page_of_an_achievement_shows_its_picture(shared):
    achievement = shared.client.get("/api/v1/achievements/MC-02", headers=shared.headers).json()
    page = shared.client.get(achievement["url"], headers={"Accept": "text/html", "Accept-Language": "el"}).text
    assert f'<img src="/achievements/{achievement["id"]}/image.svg?lang=el" alt=""' in page
    as_json_ld = shared.client.get(achievement["url"], headers={"Accept": "application/ld+json"}).json()
    assert as_json_ld["image"]["id"] == f"{achievement['url']}/image.png"
