"""OAuth 2.0 for the learner's badges: registration, consent, tokens, revocation; and what thieves try."""

import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from app.errors import Forbidden, Unauthenticated
from app.store import audit
from app.wallet import sessions
from app.wallet.oauth import scopes, tokens
from tests.backpacks import ANA, link_for, signed_in
from tests.wallet.oauth import ALL, HOST, METADATA, VERIFIER, Service, basic, challenge_of, sent_back

LOOPBACK = "http://127.0.0.1:9999/back"


@pytest.fixture
def ana(loaded):
    return signed_in(loaded, ANA)


@pytest.fixture
def service(loaded, ana):
    return Service.register(loaded)


def actions(world):
    with world.services.database.reading(world.principal.tenant_id) as session:
        return [entry.action for entry in audit.entries(session)]


def whose(world, token, scope=scopes.READ):
    return tokens.learner_of(world.services, f"Bearer {token}", scope)


def test_metadata_names_every_endpoint(world):
    told = world.client.get("/.well-known/oauth-authorization-server").json()
    assert told["issuer"] == world.services.settings.public_url
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert {urlsplit(told[name]).path for name in told if name.endswith("_endpoint")} == {
        "/oauth/authorize",
        "/oauth/token",
        "/oauth/register",
        "/oauth/revoke",
    }


def test_a_learner_lets_a_service_at_her_badges(loaded, ana, service):
    back = service.decided()
    assert back.startswith(f"{HOST}/back?")
    told = sent_back(back)
    assert (told["state"], told["iss"], told["scope"]) == ("s-1", loaded.services.settings.public_url, ALL)
    answer = service.token(told["code"])
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 3600, ALL)
    who = whose(loaded, given["access_token"])
    assert (who.email, who.learner_ids) == (ana.email, ana.learner_ids)
    assert "learner let a service at her badges" in actions(loaded)


def test_only_what_was_asked_for_is_allowed(loaded, service):
    given = service.tokens(scopes.READ_PROFILE)
    assert given["scope"] == scopes.READ_PROFILE
    with pytest.raises(Forbidden):
        whose(loaded, given["access_token"])


def test_who_is_not_signed_in_comes_back_to_the_question(loaded, service):
    loaded.client.cookies.clear()
    answer = service.asks(state="a b/c?d=e&f")
    assert answer.status_code == 303
    path = parse_qs(urlsplit(answer.headers["location"]).query)["next"][0]
    assert sessions.local_path(path) == path
    cookie, goes_on_to = sessions.sign_in(loaded.services, link_for(loaded, ANA, path))
    loaded.client.cookies.set(sessions.cookie_name(loaded.services), cookie)
    page = loaded.client.get(goes_on_to)
    assert "Badge Host" in page.text
    assert 'value="a b/c?d=e&amp;f"' in page.text


def test_she_may_say_no(service):
    told = sent_back(service.decided("deny"))
    assert (told["error"], told["state"]) == ("access_denied", "s-1")
    assert "code" not in told


def test_the_page_may_send_her_back_and_nowhere_else(service):
    policy = service.asks().headers["content-security-policy"]
    assert "form-action 'self' https:;" in policy
    assert "http://127.0.0.1" not in policy


def test_a_program_on_her_own_machine_is_told_as_such(loaded, ana):
    program = Service.register(loaded, redirect_uris=[LOOPBACK])
    page = program.asks()
    assert "http://127.0.0.1:*" in page.headers["content-security-policy"]
    assert "a program on this device" in page.text
    assert program.decided().startswith(f"{LOOPBACK}?code=")


def test_another_site_cannot_say_yes_for_her(loaded, service):
    fields = {"client_id": service.id, "choice": "allow"}
    answer = loaded.client.post("/oauth/authorize", data=fields, follow_redirects=False)
    assert answer.status_code == 403
    answer = loaded.client.post("/oauth/authorize", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://evil.example.com/back"},
        {"redirect_uri": f"{HOST}/back/"},
        {"redirect_uri": f"{HOST}/back?x=1"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": None},
    ],
)
def test_no_browser_is_sent_where_nobody_registered(service, changed):
    with structlog.testing.capture_logs() as logged:
        answer = service.asks(**changed)
    assert answer.status_code == 400
    error = "unknown client" if "client_id" in changed else "foreign redirect address"
    assert logged == [{"event": "refused", "log_level": "warning", "protocol": "OAuth", "error": error}]
    assert "location" not in answer.headers
    assert 'href="https://evil' not in answer.text


def test_a_parameter_that_comes_twice_is_refused_on_the_spot(loaded, service):
    path = f"/oauth/authorize?client_id={service.id}&redirect_uri={HOST}/back&redirect_uri=https://evil.example.com"
    answer = loaded.client.get(path, follow_redirects=False)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"state": "x" * 501}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
    ],
)
def test_a_wrong_question_is_told_to_the_service(service, changed, error):
    answer = service.asks(**changed)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{HOST}/back?")
    assert sent_back(answer.headers["location"])["error"] == error


def test_a_scope_that_was_not_registered_cannot_be_asked_for(loaded, ana):
    reader = Service.register(loaded, scope=scopes.READ)
    assert sent_back(reader.asks().headers["location"])["error"] == "invalid_scope"


def test_a_code_that_comes_again_ends_what_it_gave(loaded, service):
    code = service.code()
    given = service.token(code).json()
    again = service.token(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    with pytest.raises(Unauthenticated):
        whose(loaded, given["access_token"])
    assert service.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"
    assert "code of a service used again" in actions(loaded)


@pytest.mark.parametrize(
    "changed",
    [
        {"verifier": "w" * 50},
        {"verifier": challenge_of(VERIFIER)},
        {"redirect_uri": f"{HOST}/elsewhere"},
    ],
)
def test_a_stolen_code_is_of_no_use_and_used_up(service, changed):
    code = service.code()
    assert service.token(code, **changed).json()["error"] == "invalid_grant"
    assert service.token(code).json()["error"] == "invalid_grant"


def test_another_client_cannot_use_a_code(loaded, service):
    code = service.code()
    thief = Service.register(loaded)
    assert thief.token(code).json()["error"] == "invalid_grant"
    assert service.token(code).status_code == 200


def test_a_code_is_good_for_ten_minutes(loaded, service):
    code = service.code()
    loaded.clock.move(minutes=10)
    assert service.token(code).json()["error"] == "invalid_grant"


def test_of_two_at_the_same_instant_one_gets_tokens(service):
    code, answers, gate = service.code(), [], threading.Barrier(2)

    def ask():
        gate.wait()
        answers.append(service.token(code).status_code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 400]


@pytest.mark.parametrize("name", ["code", "redirect_uri", "code_verifier"])
def test_what_a_token_request_needs(service, name):
    sent = {"grant_type": "authorization_code", "code": service.code(), "redirect_uri": service.redirect_uri}
    sent |= {"code_verifier": VERIFIER, name: ""}
    answer = service.world.client.post("/oauth/token", data=sent, headers=service.auth)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(("kind", "error"), [("password", "unsupported_grant_type"), ("", "invalid_request")])
def test_other_grants_are_not_given(service, kind, error):
    assert service.token("x", grant_type=kind).json()["error"] == error


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic !"},
        {"Authorization": "Basic bm9jb2xvbg=="},
        basic("nobody", "x"),
    ],
)
def test_a_client_shows_who_it_is(loaded, service, headers):
    for path in ("/oauth/token", "/oauth/revoke"):
        answer = loaded.client.post(path, data={"token": "x"}, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")
    answer = loaded.client.post("/oauth/token", headers=basic(service.id, "wrong"))
    assert answer.json()["error"] == "invalid_client"


def test_refresh_tokens_are_exchanged_at_each_use(loaded, service):
    first = service.tokens()
    second = service.refresh(first["refresh_token"]).json()
    assert whose(loaded, second["access_token"]).email == ANA
    loaded.clock.move(hours=1)
    with pytest.raises(Unauthenticated):
        whose(loaded, second["access_token"])
    third = service.refresh(second["refresh_token"], scope=scopes.READ).json()
    assert third["scope"] == scopes.READ
    assert service.refresh(third["refresh_token"]).json()["scope"] == ALL


def test_a_stolen_refresh_token_is_noticed(loaded, service):
    first = service.tokens()
    second = service.refresh(first["refresh_token"]).json()
    assert service.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    with pytest.raises(Unauthenticated):
        whose(loaded, second["access_token"])
    assert service.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert "refresh token of a service used again" in actions(loaded)


def test_a_refresh_token_serves_its_own_client_its_own_scope_and_its_time(loaded, service):
    given = service.tokens(scopes.READ)
    thief = Service.register(loaded)
    assert thief.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"
    assert service.refresh(given["refresh_token"], scope=ALL).json()["error"] == "invalid_scope"
    assert service.refresh(given["access_token"]).json()["error"] == "invalid_grant"
    loaded.clock.move(days=90)
    assert service.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"


def test_tokens_are_given_back(loaded, service):
    given = service.tokens()
    thief = Service.register(loaded)
    assert thief.revoke(given["access_token"]).json()["error"] == "invalid_grant"
    assert service.revoke("unknown").status_code == 200
    assert service.revoke(given["access_token"]).status_code == 200
    with pytest.raises(Unauthenticated):
        whose(loaded, given["access_token"])
    again = service.refresh(given["refresh_token"]).json()
    assert service.revoke(again["refresh_token"]).status_code == 200
    with pytest.raises(Unauthenticated):
        whose(loaded, again["access_token"])


def test_she_sees_and_ends_what_she_allowed(loaded, ana, service):
    given = service.tokens(scopes.READ)
    page = loaded.client.get("/me/services")
    assert "Badge Host" in page.text
    assert "see and copy all your badges" in page.text
    loaded.client.post(f"/me/services/{service.id}/end", data={"csrf": ana.csrf})
    assert "Badge Host" not in loaded.client.get("/me/services").text
    with pytest.raises(Unauthenticated):
        whose(loaded, given["access_token"])
    assert "learner ended what she had allowed a service" in actions(loaded)


def test_who_is_erased_leaves_no_grant(loaded, ana, service):
    given = service.tokens()
    loaded.client.post("/me/erase", data={"csrf": ana.csrf, "word": "ERASE", "credentials": "keep"})
    with pytest.raises(Unauthenticated):
        whose(loaded, given["access_token"])
    assert service.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("name", sorted(METADATA))
def test_registration_needs_all_that_the_specification_asks_for(world, name):
    answer = world.client.post("/oauth/register", json={key: METADATA[key] for key in METADATA if key != name})
    assert answer.status_code == 400
    assert answer.json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"redirect_uris": ["https://evil.example.com/back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{HOST}/back", "https://evil.example.com/back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://host.example.com/back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{HOST}/back#part"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a@host.example.com/back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://127.0.0.1.evil.example.com/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://host.example.com:x/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": [3]}, "invalid_redirect_uri"),
        ({"logo_uri": "https://other.example.com/logo.png"}, "invalid_client_metadata"),
        ({"tos_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({"client_uri": "http://host.example.com"}, "invalid_client_metadata"),
        ({"client_name": "x" * 301}, "invalid_client_metadata"),
        ({"scope": "everything"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
    ],
)
def test_what_is_not_registered(world, changed, error):
    with structlog.testing.capture_logs() as logged:
        answer = world.client.post("/oauth/register", json=METADATA | changed)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert logged == [{"event": "refused", "log_level": "warning", "protocol": "OAuth", "error": error}]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":1,"a":2}'])
def test_registration_takes_an_object(world, body):
    answer = world.client.post("/oauth/register", content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


def test_no_secret_is_stored(loaded, ana, service):
    given = service.tokens()
    secrets = [service.secret, given["access_token"], given["refresh_token"], service.code()]
    with loaded.services.database.engine.connect() as connection:
        for table in ("oauth_client", "oauth_grant", "oauth_token"):
            rows = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608 - names of ours
            assert not [each for each in secrets if each in rows]


def test_the_sweep_forgets_what_counts_no_more(loaded, ana, service):
    service.tokens()
    service.code()
    unused = Service.register(loaded)
    assert tokens.forget_expired(loaded.services) == 0
    loaded.clock.move(days=91)
    assert tokens.forget_expired(loaded.services) == 6  # two tokens, two grants, two clients
    assert unused.asks().status_code == 400
