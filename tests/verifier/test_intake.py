import base64
import json

import pytest

from app.errors import BadInput, TooLarge, Unsupported
from app.vc import png, svg
from app.verifier.intake import intake
from tests.vc.pictures import HOSTILE, HOSTILE_PNG, HOSTILE_SVG, PNG, SVG, itxt, svg_with, with_text
from tests.verifier.badges import P256, badge, signed, token

BADGE = signed(badge())
TOKEN = token(badge(), P256, "ES256")


def read(data, media_type=None, max_bytes=1_000_000):
    return intake(data if isinstance(data, bytes) else json.dumps(data).encode(), media_type, max_bytes=max_bytes)


@pytest.mark.parametrize(
    "data",
    [
        BADGE,
        {"credential": BADGE},
        {"verifiableCredential": BADGE, "options": {}},
        b"\xef\xbb\xbf \n" + json.dumps(BADGE).encode(),
    ],
)
@pytest.mark.parametrize("media_type", [None, "application/vc", "text/plain; charset=utf-8", "image/png"])
def test_json_credential_alone_or_wrapped(data, media_type):
    submission = read(data, media_type)
    assert submission.secured.form == "data_integrity"
    assert submission.credential == BADGE


@pytest.mark.parametrize(
    "data",
    [
        TOKEN,
        b"\n " + TOKEN + b"\r\n",
        TOKEN.decode(),
        {"jwt": TOKEN.decode()},
        {"credential": TOKEN.decode()},
        {"verifiableCredential": TOKEN.decode()},
        {
            "@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiableCredential",
            "id": "data:application/vc+jwt," + TOKEN.decode(),
        },
        {
            "credential": {
                "@context": ["https://www.w3.org/ns/credentials/v2"],
                "type": ["EnvelopedVerifiableCredential"],
                "id": f"data:application/vc+ld+json+jwt,{TOKEN.decode()}",
            }
        },
    ],
)
def test_jwt_as_text_string_wrapped_or_enveloped(data):
    submission = read(data)
    assert submission.secured.form == "vc_jwt"
    assert submission.secured.jws.header["alg"] == "ES256"
    assert submission.credential["name"] == "Urban data analyst"
    assert submission.secured.findings == ()


@pytest.mark.parametrize(
    "data",
    [
        [BADGE],
        {"credentials": [{"credential": BADGE}], "notification_id": "1"},
        {"format": "ldp_vc", "credential": BADGE},
        {"vp_token": [BADGE]},
        {"verifiableCredential": [BADGE]},
        json.dumps(BADGE),
        b"data:application/json," + json.dumps(BADGE).encode(),
        b"data:;base64," + base64.b64encode(json.dumps(BADGE).encode()),
        b"DATA:application/vc;base64," + base64.urlsafe_b64encode(json.dumps(BADGE).encode()),
        b"data:image/png;base64," + base64.b64encode(png.bake(PNG, json.dumps(BADGE))),
        {"credential": "data:application/json," + json.dumps(BADGE)},
        with_text(b"tEXt", b"openbadges\0" + json.dumps(BADGE).encode()),
    ],
)
def test_what_people_wrap_it_into_is_taken_off(data):
    assert read(data).credential == BADGE


@pytest.mark.parametrize(
    ("data", "url", "is_baked"),
    [
        (b"https://a.example/1", "https://a.example/1", False),
        (b"\xef\xbb\xbf https://a.example/1?a=b#c \r\n", "https://a.example/1?a=b#c", False),
        ("http://a.example/1", "http://a.example/1", False),
        ({"url": "https://a.example/1"}, "https://a.example/1", False),
        (with_text(b"tEXt", b"openbadges\0https://a.example/1"), "https://a.example/1", True),
        (
            svg_with(b'<a:assertion xmlns:a="http://openbadges.org" verify="https://a.example/1"/>'),
            "https://a.example/1",
            True,
        ),
    ],
)
def test_the_address_of_a_document(data, url, is_baked):
    link = read(data)
    assert (link.url, link.is_baked) == (url, is_baked)


@pytest.mark.parametrize("bake", [lambda text: png.bake(PNG, text), lambda text: svg.bake(SVG, text)])
@pytest.mark.parametrize("media_type", [None, "image/png", "application/json"])
def test_credential_baked_into_a_picture(bake, media_type):
    in_picture = read(bake(json.dumps(BADGE)), media_type)
    assert (in_picture.secured.form, in_picture.credential) == ("data_integrity", BADGE)
    assert read(bake(TOKEN.decode()), media_type).secured == read(TOKEN).secured


@pytest.mark.parametrize("name", sorted(HOSTILE_PNG | HOSTILE_SVG))
def test_hostile_picture_is_refused_with_a_sentence(name):
    with pytest.raises(BadInput) as refusal:
        read((HOSTILE / name).read_bytes(), "image/png")
    assert refusal.value.detail.endswith(".")
    assert "\n" not in refusal.value.detail


def test_sha256_is_that_of_the_bytes_as_they_came():
    assert read(BADGE).sha256 != read({"credential": BADGE}).sha256


def test_too_large():
    with pytest.raises(TooLarge):
        read(BADGE, max_bytes=100)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (PNG, "holds no Open Badges credential"),
        (SVG, "holds no Open Badges credential"),
        (PNG[:-1], "This PNG cannot be read"),
        (b"\x89PNG\r\n\x1a\n....", "This PNG cannot be read"),
        (SVG[:-10], "This SVG cannot be read"),
        (with_text(b"tEXt", b"openbadges\0hello"), "no compact JWS"),
        (svg_with(b'<a:assertion xmlns:a="http://openbadges.org" verify="a b"/>'), "no compact JWS"),
        (with_text(b"iTXt", itxt(b"a.b~")), "SD-JWT"),
        (with_text(b"iTXt", itxt(b"hello")), "no compact JWS"),
        (with_text(b"iTXt", itxt(b'{"credential": {}}')), "no credential"),
        (with_text(b"iTXt", itxt(b'{"@context": "https://w3id.org/openbadges/v2"}')), "Open Badges 2.0"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x1f\x8b\x08....", "gzip"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>', "web page"),
        (b"  <!doctype html><title>x</title>", "web page"),
        ({"@context": "https://w3id.org/openbadges/v2", "type": "BadgeClass"}, "Open Badges 2.0"),
        ({"@context": "https://w3id.org/openbadges/v2", "type": "Profile"}, "Open Badges 2.0"),
        ({"hello": "world"}, "no credential"),
        ({"credential": {"hello": "world"}}, "no credential"),
        ({"credential": {"credential": {"credential": {"credential": BADGE}}}}, "no credential"),
        ([[[[BADGE]]]], "no object"),
        ({}, "no credential"),
        ([BADGE, BADGE], "array of 2"),
        ([], "array of 0"),
        ({"url": 7}, "no object"),
        ({"url": "javascript:alert(1)"}, "no compact JWS"),
        (b"file:///etc/passwd", "no compact JWS"),
        (b"openid-credential-offer://?credential_offer=%7B%7D", "an offer of a credential"),
        (b"OPENID4VP://authorize?client_id=x", "a request to a wallet"),
        (b"data:application/json;base64,!!!", "no base64"),
        (b"data:application/json", "no comma"),
        (b"data:text/plain,data:text/plain,hello.", "holds another one"),
        ({"jwt": "data:image/png;base64,iVBORw0KGgo="}, "is no text"),
        (b"12.5", "no compact JWS"),
        (b"hello", "neither JSON nor a JWT"),
        (b"\xff\xfe{\x00}.\x00", "UTF-16"),
        ("{}".encode("utf-16-le"), "UTF-16"),
        (b"caf\xe9.", "neither JSON nor a JWT"),
        (b"a.b.c.d.e", "encrypted"),
    ],
)
def test_what_is_not_read_is_named_with_what_is(data, what):
    with pytest.raises(BadInput) as refusal:
        read(data)
    assert what in refusal.value.detail
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"@context": NaN}',
        b'{"@context": 1, "@context": 2}',
        b'{"@context": "\\ud800"}',
        b'{"@context": "\xff"}',
        b'{"@context":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b"[" * 1_000_000,
        b'"not a jwt"',
        b"two.parts",
        b"a b.c.d",
        json.dumps(BADGE).encode("utf-16"),
        b"\x00\x01\x02.",
        with_text(b"iTXt", itxt(b'{"@context": 1, "@context": 2}')),
        with_text(b"iTXt", itxt(b"{")),
    ],
)
def test_bad_input_is_refused_with_a_sentence(data):
    with pytest.raises(BadInput) as refusal:
        read(data, "application/json" if data == b"" else None)
    assert refusal.value.detail.endswith(".")


def test_other_jwt_payloads_are_named():
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    head = part({"alg": "ES256"})
    for claims, what in (
        ({"sub": "me", "iss": "https://login.example"}, "no credential"),
        ({"type": "BadgeClass"}, "Open Badges 2.0"),
    ):
        with pytest.raises(Unsupported) as refusal:
            read(b".".join([head, part(claims), part("x")]))
        assert what in refusal.value.detail
