"""A learner sends badges from her pages to another service: two services of ours over https, and hosts that do not
keep to the rules."""

import json
import re
import socket
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import func, select

from app.errors import Conflict, Gone, NotFound
from app.ports import Answered, FetchFailed
from app.store import audit
from app.store import push as store
from app.store.tables import Push, PushItem
from app.wallet import erasure, export, foreign, pushing
from app.wallet.pushing import Chosen
from tests import service
from tests.backpacks import ANA, add_learner, issue, signed_in
from tests.https import certify, guarded, serving_https
from tests.wallet.hosts import Web, answers_there

HERE, THERE = "https://here.example", "https://there.example"
CREDENTIALS = "/ims/ob/v3p0/credentials"


def sends_by(world, sender):
    """The world with another way to others."""
    world.services = replace(world.services, sender=sender)
    world.client.app.state.services = world.services
    return world


@pytest.fixture
def there(sqlite_house):
    """The other host."""
    with service.lent(sqlite_house, "loaded", service.load, base_url=THERE) as made:
        signed_in(made, ANA)
        yield made


@pytest.fixture
def web(there):
    return Web(there, THERE)


@pytest.fixture
def here(backend, web):
    """The learner's own service."""
    with service.lent(backend, "loaded", service.load, base_url=HERE) as made:
        yield sends_by(made, web)


@pytest.fixture
def ana(here):
    return signed_in(here, ANA)


@pytest.fixture
def award(here):
    return issue(here, "MC-02", "p-ana")


def begun(world, who, *awards, host=THERE):
    chosen = [Chosen(award_id=each) for each in awards]
    return pushing.begin(world.services, who, host, chosen, "en")


def path_of(url):
    return url.removeprefix(HERE)


def pushed(here, there, who, push_id, choice="allow", change=lambda url: url):
    """The whole way of her browser; the answer at its end."""
    asked = pushing.ask(here.services, who, push_id)
    back = change(answers_there(there, THERE, asked, choice))
    return here.client.get(path_of(back), follow_redirects=False)


def outcomes(world, who, push_id):
    return [each.outcome for each in pushing.look(world.services, who, push_id).items]


def credential_id(world, award):
    return world.client.get(f"/credentials/{award}", headers={"Accept": "application/vc"}).json()["id"]


def test_over_real_https_from_one_service_to_another(sqlite_house, tmp_path):
    certified = certify(tmp_path, ["there.example"])
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"{THERE}:{listener.getsockname()[1]}"
    there = service.build(sqlite_house.fresh("loaded", service.load), base_url=address)
    here = service.build(sqlite_house.fresh("loaded", service.load), base_url=HERE)
    sends_by(here, guarded(certified[0], own_url=HERE))
    hers, ana = signed_in(there, ANA), signed_in(here, ANA)
    award = issue(here, "MC-02", "p-ana")
    with serving_https(there.client.app, listener, certified):
        push_id = begun(here, ana, award, host=address)
        asked = pushing.ask(here.services, ana, push_id)
        back = here.client.get(path_of(answers_there(there, address, asked)), follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, f"/me/push/{push_id}")
    assert outcomes(here, ana, push_id) == ["added"]
    assert [each.row.credential_id for each in foreign.kept(there.services, hers)] == [credential_id(here, award)]
    for world in (here, there):
        world.services.database.close()


def test_she_sees_each_step_and_what_became_of_each_badge(here, there, ana, award):
    second = issue(here, "MC-01", "p-ana")
    page = here.client.get(f"/me/push?badge={award}")
    assert page.status_code == 200
    assert f'value="{award}" checked' in page.text
    sent = {"csrf": ana.csrf, "host": "there.example", "badge": [award, second]}
    found = here.client.post("/me/push", data=sent, follow_redirects=False)
    assert found.status_code == 303, found.text
    page = here.client.get(found.headers["location"])
    assert "Nothing is sent yet. You go to there.example now" in page.text
    assert "form-action 'self' https:" in page.headers["content-security-policy"]
    asked = here.client.post(f"{found.headers['location']}/ask", data={"csrf": ana.csrf}, follow_redirects=False)
    assert urlsplit(asked.headers["location"]).netloc == "there.example"
    assert "You have not come back from there.example" in here.client.get(found.headers["location"]).text
    back = answers_there(there, THERE, asked.headers["location"])
    page = here.client.get(path_of(back), follow_redirects=True)
    assert page.text.count("has arrived") == 2
    assert "code=" not in str(page.url)
    assert "Go to there.example" not in page.text
    assert "done" in here.client.get("/me/push").text


def test_nothing_that_opens_anything_is_kept(here, there, ana, award, web):
    push_id = begun(here, ana, award)
    pushed(here, there, ana, push_id)
    row = pushing.look(here.services, ana, push_id).row
    assert (row.stage, row.locked, row.state_hash) == ("done", None, None)
    assert ("POST", "/oauth/revoke") in web.asked
    assert "let no service" in there.client.get("/me/services").text


def test_what_waits_opens_with_her_session_alone(here, ana, award, web):
    push_id = begun(here, ana, award)
    pushing.ask(here.services, ana, push_id)
    row = pushing.look(here.services, ana, push_id).row
    assert b"client_id" not in row.locked
    other = signed_in(here, ANA)
    with pytest.raises(Gone):
        pushing.come_back(here.services, other, push_id, [("state", "x"), ("code", "c")])
    assert ("POST", "/oauth/token") not in web.asked


def test_the_same_badge_again_takes_its_own_place(here, there, ana, award):
    for expected in ("added", "replaced"):
        push_id = begun(here, ana, award)
        pushed(here, there, ana, push_id)
        assert outcomes(here, ana, push_id) == [expected]


def test_a_badge_from_elsewhere_goes_on(here, there, ana):
    content = here.client.get(f"/credentials/{issue(here, 'MC-01', 'p-boris')}", headers={"Accept": "application/vc"})
    row = foreign.bring(here.services, ana, content.content, "application/json")
    push_id = pushing.begin(here.services, ana, THERE, [Chosen(foreign_badge_id=row.id)], "en")
    pushed(here, there, ana, push_id)
    assert outcomes(here, ana, push_id) == ["added"]
    foreign.remove(here.services, ana, row.id)
    assert outcomes(here, ana, push_id) == ["added"]


def test_the_way_back_works_once(here, there, ana, award, web):
    push_id = begun(here, ana, award)
    back = path_of(answers_there(there, THERE, pushing.ask(here.services, ana, push_id)))
    assert here.client.get(back, follow_redirects=False).status_code == 303
    asked = len(web.asked)
    assert here.client.get(back, follow_redirects=False).status_code == 410
    assert len(web.asked) == asked


def test_a_way_back_that_somebody_made_up_changes_nothing(here, there, ana, award):
    push_id = begun(here, ana, award)
    back = path_of(answers_there(there, THERE, pushing.ask(here.services, ana, push_id)))
    forged = re.sub(r"state=[^&]+", "state=forged", back)
    assert here.client.get(forged).status_code == 410
    assert here.client.get(forged.partition("?")[0]).status_code == 410
    assert here.client.get(back, follow_redirects=False).status_code == 303
    assert outcomes(here, ana, push_id) == ["added"]


def test_the_way_back_of_one_sending_is_none_of_another(here, there, ana, award):
    first, second = begun(here, ana, award), begun(here, ana, award)
    pushing.ask(here.services, ana, second)
    back = path_of(answers_there(there, THERE, pushing.ask(here.services, ana, first)))
    assert here.client.get(back.replace(first, second)).status_code == 410


class Meanwhile:
    """The Sender port: another one, which is asked to register only after something else was done."""

    def __init__(self, web, done):
        self.web, self.done = web, done

    def send(self, method, url, **sent):
        if url.endswith("/register"):
            self.done()
        return self.web.send(method, url, **sent)


def test_what_is_sent_in_one_tab_is_not_asked_for_once_more_in_another(here, there, ana, award, web):
    push_id = begun(here, ana, award)
    back = path_of(answers_there(there, THERE, pushing.ask(here.services, ana, push_id)))

    def send_it():
        sends_by(here, web)
        assert here.client.get(back, follow_redirects=False).status_code == 303

    sends_by(here, Meanwhile(web, send_it))
    with pytest.raises(Conflict):
        pushing.ask(here.services, ana, push_id)
    assert (pushing.look(here.services, ana, push_id).stage, outcomes(here, ana, push_id)) == ("done", ["added"])


def test_the_way_back_ends(here, there, ana, award):
    push_id = begun(here, ana, award)
    back = path_of(answers_there(there, THERE, pushing.ask(here.services, ana, push_id)))
    here.clock.move(minutes=15)
    assert here.client.get(back).status_code == 410
    assert pushing.look(here.services, ana, push_id).can_go_on


def test_without_a_session_the_code_goes_nowhere(here, there, ana, award):
    push_id = begun(here, ana, award)
    back = path_of(answers_there(there, THERE, pushing.ask(here.services, ana, push_id)))
    here.client.cookies.clear()
    answer = here.client.get(back, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/me/sign-in?next=%2Fme%2Fpush%2F{push_id}")


def test_she_says_no_there(here, there, ana, award):
    push_id = begun(here, ana, award)
    pushed(here, there, ana, push_id, choice="deny")
    page = here.client.get(f"/me/push/{push_id}").text
    assert "It was not allowed there, so nothing was sent." in page
    assert "access_denied" in page
    assert foreign.kept(there.services, signed_in(there, ANA)) == []
    pushed(here, there, ana, push_id)
    assert outcomes(here, ana, push_id) == ["added"]


@pytest.mark.parametrize(
    "change", [lambda url: url.replace("iss=", "iss=x"), lambda url: re.sub(r"&iss=[^&]*", "", url)]
)
def test_an_answer_of_another_server_gets_no_code_from_us(here, there, ana, award, web, change):
    push_id = begun(here, ana, award)
    pushed(here, there, ana, push_id, change=change)
    assert "The answer came from another service" in here.client.get(f"/me/push/{push_id}").text
    assert ("POST", "/oauth/token") not in web.asked


def test_a_host_that_takes_no_registration_is_quoted_and_its_words_are_no_page_of_ours(here, ana, award, web):
    push_id = begun(here, ana, award)
    body = json.dumps({"error": "invalid_client_metadata", "error_description": "<script>x</script>"}).encode()
    web.instead["/oauth/register"] = Answered(400, "application/json", body)
    answer = here.client.post(f"/me/push/{push_id}/ask", data={"csrf": ana.csrf})
    assert "does not let this one register" in answer.text
    assert "400 &lt;script&gt;" in answer.text
    assert "<script>" not in answer.text


def test_a_host_that_refuses_one_badge_gets_the_others(here, there, ana, award, web):
    second = issue(here, "MC-01", "p-ana")
    push_id = begun(here, ana, award, second)
    asked = pushing.ask(here.services, ana, push_id)
    back = answers_there(there, THERE, asked)
    refusals = iter([Answered(400, "", b'{"imsx_description": "Full."}')])
    real = web.send

    def send(method, url, **told):
        return next(refusals, None) or real(method, url, **told) if CREDENTIALS in url else real(method, url, **told)

    web.send = send
    here.client.get(path_of(back))
    assert outcomes(here, ana, push_id) == ["refused", "added"]
    assert "400 Full." in here.client.get(f"/me/push/{push_id}").text
    pushed(here, there, ana, push_id)
    assert outcomes(here, ana, push_id) == ["added", "added"]
    assert len(foreign.kept(there.services, signed_in(there, ANA))) == 2


def test_a_host_that_falls_silent_is_not_asked_for_each(here, there, ana, award, web):
    push_id = begun(here, ana, award, issue(here, "MC-01", "p-ana"))
    web.instead[CREDENTIALS] = FetchFailed("timeout", "It did not answer within 5 s.")
    pushed(here, there, ana, push_id)
    assert outcomes(here, ana, push_id) == ["not_sent", "not_sent"]
    assert web.asked.count(("POST", CREDENTIALS)) == 1


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_a_host_that_falls_silent_at_the_token(here, there, ana, award, web, path):
    push_id = begun(here, ana, award)
    web.instead[path] = FetchFailed("too_large", "Too large.")
    pushed(here, there, ana, push_id)
    assert outcomes(here, ana, push_id) == ([None] if path == "/oauth/token" else ["added"])


class Killed(BaseException):
    """What no code catches."""


@pytest.mark.parametrize("path", ["/oauth/token", CREDENTIALS])
def test_killed_in_the_middle_it_is_told_and_can_go_on(here, there, ana, award, web, path):
    push_id = begun(here, ana, award)
    asked = pushing.ask(here.services, ana, push_id)
    back = answers_there(there, THERE, asked)
    web.instead[path] = Killed()
    with pytest.raises(Killed):
        pushing.come_back(here.services, ana, push_id, parse_qsl(urlsplit(back).query))
    web.instead.clear()
    assert "It is being sent" in here.client.get(f"/me/push/{push_id}").text
    with pytest.raises(Conflict):
        pushing.ask(here.services, ana, push_id)
    here.clock.move(minutes=15)
    assert "It was interrupted" in here.client.get(f"/me/push/{push_id}").text
    pushed(here, there, ana, push_id)
    assert outcomes(here, ana, push_id) == ["added"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("http://there.example", "begin with https"),
        ("https://169.254.169.254", "begin with https"),
        ("https://localhost:8000", "begin with https"),
        (HERE, "begin with https"),
        ("file:///etc/passwd", "begin with https"),
        ("", "not the address"),
        ("https://there.example/<script>", "begin with https"),
    ],
)
def test_where_nobody_is_sent_to(here, ana, award, tmp_path, typed, told):
    certificate, _ = certify(tmp_path, ["there.example"])
    guard = guarded(certificate, own_url=HERE, is_allowed=lambda address: address.is_global)
    sends_by(here, guard)
    answer = here.client.post("/me/push", data={"csrf": ana.csrf, "host": typed, "badge": award})
    assert answer.status_code == 400
    assert told in answer.text
    assert "<script>" not in answer.text
    assert pushing.all_of(here.services, ana) == []


def test_a_host_that_is_away_is_told_and_what_she_typed_stays(here, ana, award):
    answer = here.client.post("/me/push", data={"csrf": ana.csrf, "host": "away.example", "badge": award})
    assert answer.status_code == 503
    assert "The other service does not answer." in answer.text
    assert 'value="away.example"' in answer.text


def test_two_names_are_told(here, ana, award, web):
    described = web.send("GET", f"{THERE}/ims/ob/v3p0/discovery", headers={})
    content = described.content.replace(f"{THERE}/oauth".encode(), b"https://login.example/oauth")
    web.instead["/ims/ob/v3p0/discovery"] = Answered(200, "application/json", content)
    push_id = begun(here, ana, award)
    page = here.client.get(f"/me/push/{push_id}").text
    assert "You are asked at login.example, but the badges go to there.example." in page


def test_what_is_not_hers_or_does_not_count_is_not_sent(here, ana, award, web):
    theirs = issue(here, "MC-01", "p-boris")
    with pytest.raises(NotFound):
        begun(here, ana, theirs)
    here.client.post(f"/api/v1/credentials/{award}/revoke", json={"reason": "x"}, headers=here.headers)
    with pytest.raises(Conflict):
        begun(here, ana, award)
    assert web.asked == []


def test_nobody_else_sees_or_moves_a_sending(here, ana, award):
    push_id = begun(here, ana, award)
    with here.services.database.everywhere(why="a test") as session:
        assert store.push(session, "boris.ivanov@example.org", push_id) is None
    add_learner(here, here.principal.tenant_id, "p-x", "x@example.org")
    other = signed_in(here, "x@example.org")
    for path in ("", "/back?state=x&code=c"):
        assert here.client.get(f"/me/push/{push_id}{path}").status_code == 404
    for act in ("ask", "remove"):
        assert here.client.post(f"/me/push/{push_id}/{act}", data={"csrf": other.csrf}).status_code == 404


@pytest.mark.parametrize("act", ["", "/{}/ask", "/{}/remove"])
def test_forms_of_other_sites_are_refused(here, ana, award, act):
    push_id = begun(here, ana, award)
    sent = {"host": "there.example", "badge": award}
    assert here.client.post(f"/me/push{act.format(push_id)}", data=sent).status_code == 403
    foreign_site = {"Sec-Fetch-Site": "cross-site"}
    answer = here.client.post(f"/me/push{act.format(push_id)}", data=sent | {"csrf": ana.csrf}, headers=foreign_site)
    assert answer.status_code == 403


def test_what_she_did_is_in_the_audit_log(here, there, ana, award):
    push_id = begun(here, ana, award)
    pushed(here, there, ana, push_id)
    pushing.remove(here.services, ana, push_id)
    with here.services.database.reading(here.principal.tenant_id) as session:
        actions = [each.action for each in audit.entries(session, limit=1000)]
    wanted = ["another service asked to take badges", "badges sent to another service", "sending of badges removed"]
    assert [each for each in actions if each in wanted] == wanted


def test_what_is_old_is_forgotten(here, ana, award):
    begun(here, ana, award)
    assert pushing.forget_old(here.services) == 0
    here.clock.move(days=91)
    assert pushing.forget_old(here.services) == 1
    assert rows(here) == 0


def test_erasing_her_takes_her_sendings(here, there, ana, award):
    pushed(here, there, ana, begun(here, ana, award))
    assert rows(here) == 2
    erasure.erase_herself(here.services, ana, revoke=False)
    assert rows(here) == 0


def test_her_archive_tells_them(here, there, ana, award):
    pushed(here, there, ana, begun(here, ana, award))
    (told,) = export.collect(here.services, ana).data["sent_elsewhere"]
    assert (told["to"], told["stage"]) == (f"{THERE}/ims/ob/v3p0", "done")
    assert [each["outcome"] for each in told["badges"]] == ["added"]


def rows(world):
    with world.services.database.everywhere(why="a test") as session:
        return sum(session.scalar(select(func.count()).select_from(table)) for table in (Push, PushItem))
