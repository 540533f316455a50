"""Signing in by a one-time link: for whom, how often, how long, and from which page."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog

from app.errors import Gone
from app.issuer import tenancy
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Order, issue
from app.store import audit, backpack
from app.wallet import mails, post, sessions, sign_in_mails
from tests import backpacks
from tests.backpacks import ANA, link_for, signed_in


def asked(world, email, **headers):
    return world.client.post("/me/sign-in", data={"email": email}, headers=headers)


def rows(world, email):
    with world.services.database.everywhere(why="a test looks") as session:
        return backpack.asked_links(session, email)


def test_known_and_unknown_addresses_get_the_same_answer_and_leave_the_same_behind(loaded):
    known, unknown = asked(loaded, ANA), asked(loaded, "nobody@example.org")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert known.status_code == 200
    assert [len(rows(loaded, email)) for email in (ANA, "nobody@example.org")] == [1, 1]


def test_asking_twice_at_once_is_one_request(loaded):
    asked(loaded, ANA)
    asked(loaded, f" {ANA.upper()} ")
    assert len(rows(loaded, ANA)) == 1


@pytest.mark.parametrize(
    "email", ["", "ana", "a@b", "a b@example.org", "x" * 400 + "@example.org", "a@example.org\r\nBcc: x@y.org"]
)
def test_what_is_no_address_is_told(loaded, email):
    answer = asked(loaded, email)
    assert answer.status_code == 400
    assert "This is not an e-mail address." in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_looking_at_the_link_uses_nothing_up_and_it_works_once(loaded):
    token = link_for(loaded, ANA)
    for _ in range(3):
        page = loaded.client.get("/me/sign-in/link", params={"token": token})
        assert page.status_code == 200
        assert ANA in page.text
    first = loaded.client.post("/me/sign-in/link", data={"token": token}, follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/me")
    cookie = first.headers["set-cookie"]
    assert re.fullmatch(r"attesta=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax", cookie)
    second = loaded.client.post("/me/sign-in/link", data={"token": token})
    assert second.status_code == 410
    assert "used already" in second.text


def test_of_two_at_the_same_instant_exactly_one_wins(loaded):
    token = link_for(loaded, ANA)

    def use(_):
        try:
            return bool(sessions.sign_in(loaded.services, token))
        except Gone:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_old_and_unknown_links_are_told_in_plain_words(loaded):
    token = link_for(loaded, ANA)
    loaded.clock.move(minutes=31)
    assert loaded.client.get("/me/sign-in/link", params={"token": token}).status_code == 410
    answer = loaded.client.get("/me/sign-in/link", params={"token": "x"})
    assert answer.status_code == 404
    assert "This link is not known here." in answer.text


def test_the_cookie_is_kept_as_a_hash_and_ends_after_a_week(loaded):
    who = signed_in(loaded, ANA)
    with loaded.services.database.everywhere(why="a test looks") as session:
        row = backpack.learner_session(session, sessions.hash_of(who.token), loaded.clock())
    assert row is not None
    assert who.token not in (row.token_hash, row.id)
    assert [each.code for each in who.learners] == ["p-ana"]
    loaded.clock.move(days=7)
    assert sessions.find(loaded.services, who.token) is None


def test_signing_out_here_and_everywhere(loaded):
    here, there = signed_in(loaded, ANA), signed_in(loaded, ANA)
    loaded.client.cookies.set("attesta", here.token)
    answer = loaded.client.post("/me/sign-out", data={"csrf": here.csrf}, follow_redirects=False)
    assert answer.headers["location"] == "/me/sign-in"
    assert sessions.find(loaded.services, here.token) is None
    assert sessions.find(loaded.services, there.token) is not None
    again = signed_in(loaded, ANA)
    link = link_for(loaded, ANA)
    loaded.client.cookies.set("attesta", again.token)
    loaded.client.post("/me/sign-out", data={"csrf": again.csrf, "everywhere": "yes"})
    assert sessions.find(loaded.services, there.token) is None
    with pytest.raises(sessions.NotFound):
        sessions.sign_in(loaded.services, link)


def test_a_form_without_the_token_or_from_another_site_does_nothing(loaded):
    who = signed_in(loaded, ANA)
    loaded.client.cookies.set("attesta", who.token)
    tries = [
        ({}, {}),
        ({"csrf": "x"}, {}),
        ({"csrf": who.csrf}, {"Sec-Fetch-Site": "cross-site"}),
        ({"csrf": who.csrf}, {"Sec-Fetch-Site": "same-site"}),
        ({"csrf": who.csrf}, {"Origin": "https://evil.example"}),
        ({"csrf": who.csrf}, {"Origin": "null"}),
    ]
    for data, headers in tries:
        assert loaded.client.post("/me/sign-out", data=data, headers=headers).status_code == 403
    assert sessions.find(loaded.services, who.token) is not None
    ours = {"Origin": loaded.services.settings.public_url, "Sec-Fetch-Site": "same-origin"}
    answer = loaded.client.post("/me/sign-out", data={"csrf": who.csrf}, headers=ours, follow_redirects=False)
    assert answer.status_code == 303


def test_another_site_cannot_sign_anybody_in(loaded):
    token = link_for(loaded, ANA)
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert loaded.client.post("/me/sign-in/link", data={"token": token}, headers=headers).status_code == 403
    assert asked(loaded, ANA, **headers).status_code == 403


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/me/badges/1?x=y", True),
        ("/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fx.example%2F", True),
        ("/oauth/authorize?redirect_uri=https://x.example/cb&state=1", True),
        ("https://evil.example/me", False),
        ("//evil.example/me", False),
        ("/me//evil.example", False),
        ("/\\evil.example", False),
        ("/metrics", False),
        ("/me\r\nSet-Cookie: x", False),
        ("/me?" + "x" * 2000, False),
        ("", False),
    ],
)
def test_after_signing_in_she_goes_on_to_paths_of_ours_only(path, kept):
    assert sessions.local_path(path) == (path if kept else "/me")


def test_where_she_wanted_to_go_survives_the_mail(loaded):
    token = link_for(loaded, ANA, goes_on_to="/oauth/authorize?client_id=1")
    answer = loaded.client.post("/me/sign-in/link", data={"token": token}, follow_redirects=False)
    assert answer.headers["location"] == "/oauth/authorize?client_id=1"


def test_one_address_at_two_tenants_is_one_person_and_each_audit_log_tells(loaded):
    other = tenancy.add_tenant(loaded.services, "other", {"name": "Other", "country_code": "EL", "country": "Greece"})
    backpacks.add_learner(loaded, other.id, "x-1", ANA.upper())
    who = signed_in(loaded, ANA)
    assert sorted((each.tenant_slug, each.code) for each in who.learners) == [("main", "p-ana"), ("other", "x-1")]
    for each in who.learners:
        with loaded.services.database.reading(each.tenant_id) as session:
            entry = audit.entries(session, subject=each.id)[-1]
        assert (entry.actor, entry.action) == (f"learner:{each.id}", "learner signed in")


def test_with_https_the_cookie_is_for_this_host_alone(sqlite_house):
    from tests import service

    world = service.build(sqlite_house.fresh("loaded", service.load), base_url="https://badges.example.org")
    token = link_for(world, ANA)
    answer = world.client.post("/me/sign-in/link", data={"token": token}, follow_redirects=False)
    assert answer.headers["set-cookie"].startswith("__Host-attesta=")
    assert "; Secure" in answer.headers["set-cookie"]
    world.services.database.close()


def test_an_address_that_nobody_has_any_more_is_signed_in_no_more(loaded):
    who = signed_in(loaded, ANA)
    body = {"name": "Ana", "email": "new@example.org"}
    assert loaded.client.put("/api/v1/learners/p-ana", json=body, headers=loaded.headers).status_code == 200
    assert sessions.find(loaded.services, who.token) is None


def delivered(world):
    """What the sweep does; the mails that went out."""
    sign_in_mails.answer_requests(world.services)
    before = len(world.mailbox.sent)
    post.deliver(world.services)
    return world.mailbox.sent[before:]


def test_who_asks_while_many_mails_are_sent_does_not_wait_for_all(loaded, monkeypatch):
    monkeypatch.setattr(mails, "CHUNK", 1)
    for code in ("MC-01", "MC-02"):
        issue(loaded.services, loaded.principal, Order(code, "p-ana", DEFAULT))
    wake, stopped, wanted = threading.Event(), threading.Event(), []
    resting = post.resting(loaded.services, wake, stopped)

    def rest(seconds):
        if len(loaded.mailbox.sent) == 1 and not wanted:
            wanted.append(asked(loaded, ANA))
            wake.set()
        return resting(seconds)

    assert post.deliver(loaded.services, rest) == 3
    links = ["/me/sign-in/" in mail.get_body(("plain",)).get_content() for mail in loaded.mailbox.sent]
    assert links == [False, True, False]


def test_the_mail_brings_the_link_and_the_outbox_holds_no_secret(loaded):
    loaded.client.post("/me/sign-in?lang=bg", data={"email": ANA, "next": "/me/next"})
    (mail,) = delivered(loaded)
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == ANA
    assert mail["Subject"] == "Вашата връзка към вашите значки"
    token = re.search(r"token=([\w-]{43})", text).group(1)
    with loaded.services.database.engine.connect() as connection:
        mails = connection.exec_driver_sql("SELECT * FROM mail").all()
        stored = str([*mails, *connection.exec_driver_sql("SELECT * FROM sign_in_link").all()])
    assert token not in stored
    answer = loaded.client.post("/me/sign-in/link", data={"token": token}, follow_redirects=False)
    assert answer.headers["location"] == "/me/next"


def test_an_unknown_address_gets_no_mail_and_leaves_nothing(loaded):
    asked(loaded, "nobody@example.org")
    with structlog.testing.capture_logs() as logged:
        assert delivered(loaded) == []
    assert rows(loaded, "nobody@example.org") == []
    line = {"event": "refused", "log_level": "warning", "protocol": "sign-in", "error": "unknown_address"}
    assert logged == [line], "one line, without the address"
    with structlog.testing.capture_logs() as logged:
        assert delivered(loaded) == []
    assert logged == []


def test_at_most_five_mails_an_hour_to_an_address(loaded):
    sent = 0
    with structlog.testing.capture_logs() as logged:
        for _ in range(8):
            asked(loaded, ANA)
            sent += len(delivered(loaded))
            loaded.clock.move(minutes=5)
    assert sent == sessions.LINKS_AN_HOUR
    assert [line["error"] for line in logged] == ["too_many_links"] * (8 - sent)
    loaded.clock.move(hours=1)
    asked(loaded, ANA)
    assert len(delivered(loaded)) == 1


def test_two_processes_send_one_mail(loaded):
    asked(loaded, ANA)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: sign_in_mails.answer_requests(loaded.services), range(4)))
    assert sum(done) == 1
    post.deliver(loaded.services)
    assert len([mail for mail in loaded.mailbox.sent if mail["To"] == ANA]) == 1


def test_what_has_ended_is_forgotten(loaded):
    signed_in(loaded, ANA)
    loaded.clock.move(days=8)
    sign_in_mails.answer_requests(loaded.services)
    with loaded.services.database.engine.connect() as connection:
        for table in ("learner_session", "sign_in_link"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0  # noqa: S608


def test_the_language_of_the_mail_stays_after_signing_in(loaded):
    token = link_for(loaded, ANA)
    page = loaded.client.get(f"/me/sign-in/link?lang=de&token={token}").text
    assert 'action="/me/sign-in/link?lang=de"' in page
    answer = loaded.client.post("/me/sign-in/link?lang=de", data={"token": token}, follow_redirects=False)
    assert answer.headers["location"] == "/me?lang=de"


def test_who_must_sign_in_first_is_asked_in_the_language_of_the_link(loaded):
    answer = loaded.client.get("/me/data?lang=el", follow_redirects=False)
    assert answer.headers["location"] == "/me/sign-in?next=%2Fme%2Fdata%3Flang%3Del&lang=el"
    assert loaded.client.get(answer.headers["location"]).headers["content-language"] == "el"
