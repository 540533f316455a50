"""A provider's own picture for an achievement."""

import io
import json

import pytest
from PIL import Image, PngImagePlugin

from app.issuer import tenancy
from app.store import audit
from app.vc import png, svg

URL = "/api/v1/achievements/MC-02/image"


def picture(size=(800, 400), kind="PNG", mode="RGB", **options):
    Image.effect_noise(size, 60).convert(mode).save(written := io.BytesIO(), kind, **options)
    return written.getvalue()


def bring(world, content, path=URL, headers=None):
    return world.client.put(path, content=content, headers=headers or world.headers)


def public(world, kind="png"):
    achievement = world.client.get("/api/v1/achievements/MC-02", headers=world.headers).json()
    return world.client.get(f"{achievement['url']}/image.{kind}").content


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGB"), ("PNG", "P"), ("PNG", "LA"), ("JPEG", "CMYK"), ("WEBP", "RGB")]
)
def test_a_picture_becomes_a_square_png_and_is_shown_everywhere(loaded, kind, mode):
    drawn = public(loaded)
    assert bring(loaded, picture(kind=kind, mode=mode)).status_code == 201
    own = Image.open(io.BytesIO(public(loaded)))
    assert (own.format, own.mode, own.size) == ("PNG", "RGBA", (600, 600))
    assert own.getpixel((300, 10))[3] == 0  # it was twice as wide as high
    assert public(loaded) != drawn
    assert b"data:image/png;base64," in public(loaded, "svg")
    badge = {"achievement": "MC-02", "learner": "p-ana"}
    issued = loaded.client.post("/api/v1/credentials", json=badge, headers=loaded.headers).json()
    for name, unbake in (("png", png.unbake), ("svg", svg.unbake)):
        content = loaded.client.get(f"/credentials/{issued['id']}", params={"format": name}).content
        assert json.loads(unbake(content).text) == issued["credential"]
    assert loaded.client.get(f"/credentials/{issued['id']}", params={"format": "pdf"}).content.startswith(b"%PDF-")


def test_the_same_again_changes_nothing_another_takes_its_place_and_none_is_the_drawn_one(loaded):
    drawn, first, second = public(loaded), picture(), picture(mode="L")
    made = bring(loaded, first)
    assert (made.status_code, made.json()["achievement"]) == (201, "MC-02")
    assert made.json()["image"].endswith("/image.png")
    assert bring(loaded, first).status_code == 200
    assert bring(loaded, second).json()["sha256"] != made.json()["sha256"]
    assert loaded.client.delete(URL, headers=loaded.headers).status_code == 204
    assert public(loaded) == drawn
    assert loaded.client.delete(URL, headers=loaded.headers).status_code == 404
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        actions = [entry.action for entry in audit.entries(session)]
    assert (actions.count("pictured"), actions.count("unpictured")) == (2, 1)


def test_what_else_the_file_held_is_gone(loaded):
    told = PngImagePlugin.PngInfo()
    told.add_itxt("openbadgecredential", "{}")
    told.add_text("Author", "Somebody")
    bring(loaded, picture(pnginfo=told))
    assert b"Somebody" not in public(loaded)
    assert b"openbadgecredential" not in public(loaded)


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (lambda: b"", 400),
        (lambda: b"hello", 400),
        (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 400),
        (lambda: picture((80, 600)), 400),
        (lambda: picture()[:900], 400),
        (lambda: picture(kind="GIF", mode="L"), 400),
        (lambda: picture((5000, 5000), mode="1"), 413),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_changes(loaded, made, status):
    drawn = public(loaded)
    refused = bring(loaded, made())
    assert refused.status_code in (status, 415)
    assert refused.json()["remedy"]
    assert public(loaded) == drawn


def test_a_picture_is_its_tenants_and_needs_the_scope(loaded):
    assert bring(loaded, picture(), "/api/v1/achievements/MC-99/image").status_code == 404
    assert bring(loaded, picture(), headers={"Authorization": "Bearer att_wrong"}).status_code == 401
    other = tenancy.add_tenant(loaded.services, "other", {"name": "Other", "country_code": "RO"})
    for tenant, scopes, status in ((loaded.principal.tenant_id, ["read"], 403), (other.id, tenancy.SCOPES, 404)):
        _, clear = tenancy.add_api_key(loaded.services, tenant, "k", scopes)
        assert bring(loaded, picture(), headers={"Authorization": f"Bearer {clear}"}).status_code == status
