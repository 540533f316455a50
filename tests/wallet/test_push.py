"""A badge is pushed to another host: which is our own service here, asked as any host is."""

import json
import re
from dataclasses import dataclass, field
from html import unescape

import pytest

from app.errors import BadInput, Forbidden, Unavailable
from app.ports import Answered, FetchFailed
from app.wallet import foreign
from app.wallet.oauth import scopes
from app.wallet.ob_api import push as pushing
from tests.backpacks import ANA, issue, signed_in
from tests.service import BASE_URL, World
from tests.wallet.oauth import Service

BACK = "http://127.0.0.1:9999/back"


@dataclass
class Web:
    """The Sender port: that service, and what it is made to answer instead by path."""

    world: World
    instead: dict[str, Answered] = field(default_factory=dict)

    def send(self, method, url, *, headers, content=b""):
        path = url.removeprefix(BASE_URL)
        if path == url:
            raise FetchFailed("unreachable", f"{url} could not be reached.")
        if path in self.instead:
            return self.instead[path]
        answer = self.world.client.request(method, path, headers=dict(headers), content=content)
        return Answered(answer.status_code, answer.headers.get("content-type", "").split(";")[0], answer.content)


@pytest.fixture
def ana(loaded):
    return signed_in(loaded, ANA)


@pytest.fixture
def web(loaded):
    return Web(loaded)


@pytest.fixture
def badge(loaded):
    award = issue(loaded, "MC-01", "p-boris")
    return loaded.client.get(
        f"/api/v1/credentials/{award}", headers=loaded.headers | {"Accept": "application/vc"}
    ).content


def browser(world, choice="allow", change=lambda url: url):
    def ask(url):
        page = world.client.get(url.removeprefix(BASE_URL))
        assert page.status_code == 200, page.text
        named = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
        fields = {name: unescape(value) for name, value in named}
        answer = world.client.post("/oauth/authorize", data=fields | {"choice": choice}, follow_redirects=False)
        return change(answer.headers["location"])

    return pushing.Browser(BACK, ask)


def connect(world, web, **changed):
    host = pushing.discover(web, BASE_URL)
    return host, pushing.connect(
        web, world.services.settings, host, browser(world, **changed), world.services.new_secret
    )


def test_a_badge_is_pushed_after_she_said_yes(loaded, ana, web, badge):
    host, token = connect(loaded, web)
    assert pushing.push(web, host, token, badge, "").outcome == "added"
    assert pushing.push(web, host, token, badge, "").outcome == "replaced"
    assert [each.row.credential_id for each in foreign.kept(loaded.services, ana)] == [json.loads(badge)["id"]]


def test_the_address_of_the_api_itself_will_do(web):
    assert pushing.discover(web, f"{BASE_URL}/ims/ob/v3p0/") == pushing.discover(web, BASE_URL)


def test_she_says_no(loaded, ana, web):
    with pytest.raises(Forbidden, match="access_denied"):
        connect(loaded, web, choice="deny")


def test_an_answer_to_another_question_is_not_taken(loaded, ana, web):
    with pytest.raises(BadInput, match="does not belong"):
        connect(loaded, web, change=lambda url: url.replace("state=", "state=x"))


def test_a_token_that_is_not_good_is_told(web, badge):
    host = pushing.discover(web, BASE_URL)
    with pytest.raises(BadInput, match="401"):
        pushing.push(web, host, "nobody's", badge, "")


def test_a_token_of_hers_will_do(loaded, ana, web, badge):
    token = Service.register(loaded).tokens(scopes.UPSERT)["access_token"]
    assert pushing.push(web, pushing.discover(web, BASE_URL), token, badge, "").outcome == "added"


def test_what_is_no_badge_is_not_sent(web):
    host = pushing.discover(web, BASE_URL)
    for content in (b"{}", b"https://host.example/badge", b"\xff"):
        with pytest.raises(BadInput, match="no badge"):
            pushing.push(web, host, "token", content, "")


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b"<html>",
        b'{"components": []}',
        (
            b'{"components": {"securitySchemes": {"OAuth2ACG": {"x-imssf-registrationUrl": 1, '
            b'"flows": {"authorizationCode": {"authorizationUrl": 1, "tokenUrl": 1}}}}}}'
        ),
    ],
)
def test_a_host_that_describes_itself_wrongly(web, content):
    web.instead["/ims/ob/v3p0/discovery"] = Answered(200, "application/json", content)
    with pytest.raises(BadInput):
        pushing.discover(web, BASE_URL)


@pytest.mark.parametrize("path", ["/oauth/register", "/oauth/token"])
@pytest.mark.parametrize("answer", [(400, b'{"error": "no\\u0007"}'), (200, b"{}"), (200, b'{"client_id": "a\\nb"}')])
def test_a_host_that_answers_wrongly(loaded, ana, web, path, answer):
    web.instead[path] = Answered(answer[0], "application/json", answer[1])
    with pytest.raises(BadInput, match="host"):
        connect(loaded, web)


def test_a_host_that_is_away(web):
    with pytest.raises(Unavailable):
        pushing.discover(web, "https://away.example")
