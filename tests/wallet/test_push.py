"""A badge is pushed to another host: which is our own service here, asked as any host is."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.errors import BadInput, Forbidden, Unavailable
from app.ports import Answered
from app.store import oauth
from app.wallet import foreign
from app.wallet.oauth import scopes
from app.wallet.ob_api import push as pushing
from app.wallet.ob_api.host import discover
from tests.backpacks import ANA, issue, signed_in
from tests.service import BASE_URL
from tests.wallet.hosts import Web, answers_there
from tests.wallet.oauth import Service

BACK = "http://127.0.0.1:9999/back"


@pytest.fixture
def ana(loaded):
    return signed_in(loaded, ANA)


@pytest.fixture
def web(loaded):
    return Web(loaded, BASE_URL)


@pytest.fixture
def badge(loaded):
    award = issue(loaded, "MC-01", "p-boris")
    return loaded.client.get(
        f"/api/v1/credentials/{award}", headers=loaded.headers | {"Accept": "application/vc"}
    ).content


def connect(world, web, choice="allow", change=lambda url: url):
    host = discover(web, BASE_URL)
    registration = pushing.register(web, world.services.settings, host, BACK)

    def ask(url):
        return change(answers_there(world, BASE_URL, url, choice))

    return host, registration, pushing.connect(web, host, registration, ask, world.services.new_secret)


def test_a_badge_is_pushed_after_she_said_yes(loaded, ana, web, badge):
    host, _, access = connect(loaded, web)
    assert pushing.push(web, host, access.token, badge, "") == pushing.ADDED
    assert pushing.push(web, host, access.token, badge, "") == pushing.REPLACED
    assert [each.row.credential_id for each in foreign.kept(loaded.services, ana)] == [json.loads(badge)["id"]]


def test_a_token_that_is_given_back_counts_no_more(loaded, ana, web, badge):
    host, registration, access = connect(loaded, web)
    pushing.give_back(web, host, registration, access)
    with pytest.raises(BadInput) as refused:
        pushing.push(web, host, access.token, badge, "")
    assert refused.value.members["details"].startswith("401 ")
    with loaded.services.database.everywhere(why="a test") as session:
        assert oauth.lasting_grants(session, ANA, loaded.clock()) == []


@pytest.mark.parametrize(
    "typed", [BASE_URL, f"{BASE_URL}/", f"{BASE_URL}/ims/ob/v3p0/", f" {BASE_URL}/ims/ob/v3p0/discovery"]
)
def test_every_address_of_it_will_do(web, typed):
    host = discover(web, typed)
    assert (host.api, host.issuer, host.tells_issuer) == (f"{BASE_URL}/ims/ob/v3p0", BASE_URL, True)


@pytest.mark.parametrize("typed", ["", "   ", "a b", "x" * 501, "https://host.example/?a=b", "host\x07", "host#x"])
def test_what_is_no_address_is_not_asked(web, typed):
    with pytest.raises(BadInput, match="not the address"):
        discover(web, typed)
    assert web.asked == []


def test_without_scheme_it_is_https(web):
    with pytest.raises(Unavailable) as away:
        discover(web, "host.example")
    assert away.value.members["details"].startswith("https://host.example/ims/ob/v3p0/discovery")


def test_she_says_no(loaded, ana, web):
    with pytest.raises(Forbidden, match="not allowed") as refused:
        connect(loaded, web, choice="deny")
    assert refused.value.members["details"].startswith("access_denied")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda url: url.replace("state=", "state=x"), "does not belong"),
        (lambda url: url + "&state=" + dict(parse_qsl(urlsplit(url).query))["state"], "does not belong"),
        (lambda url: url.replace("iss=", "iss=x"), "another service"),
        (lambda url: url.partition("&iss=")[0], "another service"),
        (lambda url: url.replace("code=", "kode="), "not allowed"),
    ],
)
def test_an_answer_that_is_not_the_one_to_our_question_is_not_taken(loaded, ana, web, change, why):
    with pytest.raises((BadInput, Forbidden), match=why):
        connect(loaded, web, change=change)
    assert ("POST", "/oauth/token") not in web.asked


def test_without_metadata_an_issuer_must_be_the_server_that_was_asked(loaded, ana, web):
    web.instead["/.well-known/oauth-authorization-server"] = Answered(404, "text/html", b"<html>")
    assert connect(loaded, web)[0].issuer is None
    assert connect(loaded, web, change=lambda url: url.partition("&iss=")[0])[2].token
    with pytest.raises(BadInput, match="another service"):
        connect(loaded, web, change=lambda url: url.replace("iss=", "iss=https%3A%2F%2Fevil.example%2F"))


@pytest.mark.parametrize("issuer", ["https://evil.example", f"{BASE_URL}/tenant", None, 1])
def test_metadata_of_another_server_count_for_nothing(web, issuer):
    told = {"issuer": issuer, "revocation_endpoint": f"{BASE_URL}/oauth/revoke"}
    web.instead["/.well-known/oauth-authorization-server"] = Answered(200, "", json.dumps(told).encode())
    host = discover(web, BASE_URL)
    assert (host.issuer, host.revoke) == (None, None)


def test_a_token_is_given_back_to_the_server_that_gave_it_alone(web):
    told = {"issuer": BASE_URL, "revocation_endpoint": "https://evil.example/revoke"}
    web.instead["/.well-known/oauth-authorization-server"] = Answered(200, "", json.dumps(told).encode())
    assert discover(web, BASE_URL).revoke is None


def test_a_token_that_is_not_good_is_told(web, badge):
    with pytest.raises(BadInput) as refused:
        pushing.push(web, discover(web, BASE_URL), "nobody's", badge, "")
    assert refused.value.members["details"].startswith("401 ")


def test_a_token_of_hers_will_do(loaded, ana, web, badge):
    token = Service.register(loaded).tokens(scopes.UPSERT)["access_token"]
    assert pushing.push(web, discover(web, BASE_URL), token, badge, "") == pushing.ADDED


def test_what_is_no_badge_is_not_sent(web):
    host = discover(web, BASE_URL)
    for content in (b"{}", b"https://host.example/badge", b"\xff"):
        with pytest.raises(BadInput, match="no badge"):
            pushing.push(web, host, "token", content, "")


def description(register="/r", authorize="/a", token="/t"):  # noqa: S107 - an address
    """A service description with these addresses; a path is one of the host itself."""

    def at(url):
        return BASE_URL + url if isinstance(url, str) and url.startswith("/") else url

    flow = {"authorizationUrl": at(authorize), "tokenUrl": at(token)}
    security = {"x-imssf-registrationUrl": at(register), "flows": {"authorizationCode": flow}}
    return json.dumps({"components": {"securitySchemes": {"OAuth2ACG": security}}}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b"<html>",
        b'{"components": []}',
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        description(1, 1, 1),
        description(authorize="javascript:alert(1)"),
        description(authorize=f"{BASE_URL}/a#b"),
        description(authorize="http://user@127.0.0.1:8000/a"),
        description(authorize="http://127.0.0.1:x/a"),
        description(authorize=f"{BASE_URL}/{'a' * 2000}"),
        description(token=f"{BASE_URL}/\u00e9"),
    ],
)
def test_a_host_that_describes_itself_wrongly(web, content):
    web.instead["/ims/ob/v3p0/discovery"] = Answered(200, "application/json", content)
    with pytest.raises(BadInput, match="no service at this address"):
        discover(web, BASE_URL)


@pytest.mark.parametrize("status", [204, 301, 302, 307, 404, 500])
def test_a_host_that_answers_otherwise_is_none(web, status):
    web.instead["/ims/ob/v3p0/discovery"] = Answered(status, "application/json", description())
    with pytest.raises(BadInput, match="no service at this address"):
        discover(web, BASE_URL)


@pytest.mark.parametrize("place", ["register", "authorize", "token"])
def test_a_host_that_names_somebody_elses_page_gets_nothing(web, place):
    content = description(**{place: "https://good.example/oauth"})
    web.instead["/ims/ob/v3p0/discovery"] = Answered(200, "application/json", content)
    with pytest.raises(BadInput, match="several others"):
        discover(web, BASE_URL)


@pytest.mark.parametrize("path", ["/oauth/register", "/oauth/token"])
@pytest.mark.parametrize(
    "answer",
    [(400, b'{"error": "no\\u0007"}'), (200, b"{}"), (200, b'{"client_id": "a\\nb"}'), (302, b""), (200, b"\xff")],
)
def test_a_host_that_answers_wrongly(loaded, ana, web, path, answer):
    web.instead[path] = Answered(answer[0], "application/json", answer[1])
    with pytest.raises(BadInput, match="other service") as refused:
        connect(loaded, web)
    assert refused.value.members["details"].isprintable()


@pytest.mark.parametrize(
    "told",
    [
        {"access_token": "t", "token_type": "mac"},
        {"access_token": "t", "token_type": "Bearer", "scope": scopes.READ},
        {"access_token": "t", "token_type": "Bearer", "scope": [scopes.UPSERT]},
        {"access_token": "a b\r\nx: y", "token_type": "Bearer"},
        {"access_token": "t" * 9000, "token_type": "Bearer"},
        {"access_token": "", "token_type": "Bearer"},
        {"access_token": ["t"], "token_type": "Bearer"},
    ],
)
def test_a_token_that_is_none_is_not_used(loaded, ana, web, told):
    web.instead["/oauth/token"] = Answered(200, "application/json", json.dumps(told).encode())
    with pytest.raises((BadInput, Forbidden)):
        connect(loaded, web)


@pytest.mark.parametrize(
    ("answer", "details"),
    [
        ((400, b'{"imsx_codeMajor": "failure", "imsx_description": "No <b>room</b>."}'), "400 No <b>room</b>."),
        ((302, b""), "302"),
        ((500, b"x" * 100_000), "500 " + "x" * 296),
        ((202, b"{}"), "202 {}"),
    ],
)
def test_a_host_that_refuses_a_badge_is_quoted(web, badge, answer, details):
    host = discover(web, BASE_URL)
    web.instead["/ims/ob/v3p0/credentials"] = Answered(answer[0], "", answer[1])
    with pytest.raises(BadInput, match="did not take") as refused:
        pushing.push(web, host, "token", badge, "")
    assert refused.value.members["details"] == details


def test_a_host_that_is_away(web):
    with pytest.raises(Unavailable):
        discover(web, "https://away.example")
