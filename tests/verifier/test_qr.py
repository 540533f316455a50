import json

import pytest
from PIL import Image

from app.errors import BadInput, TooLarge, Unsupported
from app.vc import png
from app.verifier import qr
from app.verifier.intake import intake
from app.verifier.link import Link
from tests.vc.pictures import PNG
from tests.verifier.badges import P256, badge, signed, token
from tests.verifier.files import as_file, full_of_finder_patterns, photographed, qr_code

URL = "https://badges.example.org/credentials/0cc76e18-41ef-4816-b678-a4e580a66fe7"
TOKEN = token(badge(), P256, "ES256").decode()


def read(data):
    return intake(data, "image/jpeg", max_bytes=1_048_576)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("scene", [lambda code: code, photographed])
def test_the_address_in_a_code_is_followed(kind, scene):
    found = read(as_file(scene(qr_code(URL)), kind))
    assert found == Link(URL, "The QR code in the picture says that the document is there.")


def test_a_token_in_a_code_is_the_credential():
    assert read(as_file(qr_code(TOKEN, error="l"), "PNG")).secured.form == "vc_jwt"


def test_a_code_on_nothing_is_read_as_on_paper():
    code = qr_code(URL).convert("L")
    clear = Image.new("LA", code.size, (0, 0))
    clear.paste((0, 255), mask=code.point(lambda grey: 255 - grey))
    assert read(as_file(clear, "PNG")).url == URL


def test_what_is_baked_in_goes_before_what_is_drawn():
    drawn = as_file(qr_code(URL), "PNG")
    text = json.dumps(signed(badge()))
    assert read(png.bake(drawn, text)).credential == json.loads(text)


def test_of_several_codes_the_first_that_says_something_counts():
    both = Image.new("RGB", (900, 400), "white")
    both.paste(qr_code("WIFI:S:cafe;;").resize((380, 380)), (5, 5))
    both.paste(qr_code(URL).resize((380, 380)), (500, 5))
    assert read(as_file(both, "PNG")).url == URL


@pytest.mark.parametrize(
    ("image", "kind", "what", "code"),
    [
        (Image.new("RGB", (300, 300), "white"), "JPEG", "no QR code", "no_qr_code"),
        (Image.new("RGB", (300, 300), "white"), "PNG", "no Open Badges credential", "no_baked_credential"),
        (qr_code("WIFI:S:cafe;;"), "JPEG", "neither a credential nor", "no_credential"),
        (qr_code("hello"), "PNG", "neither a credential nor", "no_credential"),
        (
            qr_code("openid-credential-offer://?credential_offer_uri=x"),
            "PNG",
            "an offer of a credential",
            "for_a_wallet",
        ),
        (qr_code("dccrequest://request?issuer=x"), "JPEG", "for", "for_a_wallet"),
    ],
)
def test_a_picture_without_credential_is_refused_with_what_to_do(image, kind, what, code):
    with pytest.raises(Unsupported) as refusal:
        read(as_file(image, kind))
    assert what in refusal.value.detail or code == "for_a_wallet"
    assert refusal.value.members["code"] == code
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"RIFF\x10\0\0\0WEBPVP8 ",
        as_file(photographed(qr_code(URL)), "JPEG")[:4000],
        as_file(photographed(qr_code(URL)), "WEBP")[:400],
    ],
)
def test_a_broken_picture_is_told(data):
    with pytest.raises(BadInput) as refusal:
        read(data)
    assert refusal.value.members["code"] == "malformed_picture"


def test_a_picture_of_too_many_pixels_is_not_decoded():
    with pytest.raises(TooLarge) as refusal:
        qr.texts(as_file(Image.new("1", (5000, 5000)), "PNG"))
    assert refusal.value.members["code"] == "picture_too_large"
    with pytest.raises(BadInput):  # so many that Pillow itself refuses
        qr.texts(as_file(Image.new("1", (20_000, 20_000)), "PNG"))


def test_a_picture_that_makes_decoders_work_is_reduced_first():
    assert qr.texts(as_file(full_of_finder_patterns(), "PNG")) == ()
    assert qr.SIDE <= 1000  # what is found in it grows with the square


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_read(mode):
    image = Image.new(mode, (40, 40))
    assert qr.texts(as_file(image, "JPEG" if mode == "CMYK" else "PNG")) == ()


def test_a_plain_picture_of_which_only_chunks_are_there_is_told_as_before():
    with pytest.raises(BadInput) as refusal:
        read(PNG)
    assert refusal.value.members["code"] in ("no_baked_credential", "malformed_picture")
