"""No form and no address of the learner's pages breaks the service, whatever is in it."""

import pytest

from tests.backpacks import ANA, issue, signed_in

NASTY = [
    "",
    "\0",
    "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"),
    "x" * 5000,
    "'; DROP TABLE learner; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%00%ff",
    "00000000-0000-4000-8000-000000000000",
    "\u202e\u0000\uffff",
    "-1",
    "٣",
    "9" * 400,
]
FIELDS = (
    "title",
    "days",
    "badge",
    "foreign",
    "part",
    "do",
    "name",
    "indexed",
    "learner",
    "text",
    "word",
    "credentials",
)
PATHS = (
    "/me/badges/{}", "/me/badges/{}/file/{}", "/me/badges/{}/choose", "/me/next/{}/{}", "/me/foreign/{}",
    "/me/foreign/{}/report", "/me/foreign/{}/badge", "/shared/{}", "/shared/{}/{}", "/shared/{}/{}/badge",
)  # fmt: skip


@pytest.fixture
def ana(backend):
    from tests import service

    world = service.build(backend.fresh("loaded", service.load))
    yield world, signed_in(world, ANA), issue(world, "MC-02", "p-ana")
    world.services.database.close()


def test_no_address_breaks_it(ana):
    from urllib.parse import quote

    world, _, _ = ana
    for nasty in NASTY:
        for path in PATHS:
            url = path.format(*(quote(nasty or " ", safe="") for _ in range(path.count("{}"))))
            assert world.client.get(url).status_code < 500, url
        for url, name in (("/me/shares/new", "badge"), ("/me/sign-in", "next"), ("/me/sign-in/link", "token")):
            assert world.client.get(url, params={name: nasty}).status_code < 500, (url, nasty)
        for language in ("/me", "/me/next", "/shared/x"):
            assert world.client.get(language, params={"lang": nasty}).status_code < 500


@pytest.mark.long
def test_no_form_breaks_it(ana):
    world, who, award = ana
    good = {"csrf": who.csrf, "title": "T", "days": "9", "consent": "yes", "badge": award, "do": "share"}
    for nasty in NASTY:
        for url in ("/me/shares", f"/me/badges/{award}/choose", "/me/foreign", "/me/foreign/x/hand-over", "/me/erase"):
            for field in FIELDS:
                if (url, field) != ("/me/erase", "word"):
                    answer = world.client.post(url, data=good | {field: nasty}, follow_redirects=False)
                    assert answer.status_code < 500, (url, field, nasty, answer.text[:300])
        for field in ("email", "next", "token"):
            data = {"email": ANA, "token": "x"} | {field: nasty}
            for url in ("/me/sign-in", "/me/sign-in/link"):
                assert world.client.post(url, data=data, follow_redirects=False).status_code < 500, (url, field, nasty)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=\xff", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=%d" % number for number in range(2000)), "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 100_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"", ""),
    ],
)
def test_no_body_breaks_it(ana, body, kind):
    world, _, _ = ana
    for url in ("/me/sign-in", "/me/shares", "/me/foreign", "/me/erase", "/me/sign-out"):
        answer = world.client.post(url, content=body, headers={"Content-Type": kind}, follow_redirects=False)
        assert 400 <= answer.status_code < 500, (url, answer.status_code)


def test_what_she_writes_is_shown_as_text(ana):
    world, who, award = ana
    data = {"csrf": who.csrf, "title": "<script>alert(1)</script>", "days": "9", "consent": "yes", "badge": award}
    world.client.post("/me/shares", data=data)
    page = world.client.get("/me/shares").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
