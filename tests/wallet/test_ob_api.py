"""The Open Badges 3.0 API: what another host reads of a learner's badges, and adds to them."""

import json
import re
from datetime import timedelta

import pytest

from app.store import backpack
from app.wallet import export, foreign
from app.wallet.oauth import scopes
from tests.backpacks import ANA, issue, signed_in
from tests.service import ADMIN_KEY
from tests.wallet.oauth import Service

API = "/ims/ob/v3p0"
JWT = "application/vc+jwt"


@pytest.fixture
def ana(loaded):
    return signed_in(loaded, ANA)


@pytest.fixture
def service(loaded, ana):
    return Service.register(loaded)


@pytest.fixture
def bearer(service):
    return service.bearer()


def sealed(world, award, accept="application/vc"):
    answer = world.client.get(f"/api/v1/credentials/{award}", headers=world.headers | {"Accept": accept})
    assert answer.status_code == 200, answer.text
    return answer.content


def signed(world, **changed):
    """A badge of an issuer that is not us in her eyes: signed over VC-API, so no award of ours."""
    subject = {
        "id": "urn:uuid:0f0f3a0e-7a2e-4a7b-9d0c-0c1c2d3e4f50",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://elsewhere.example/achievements/1",
            "type": ["Achievement"],
            "name": "Welding",
            "description": "Can weld.",
            "criteria": {"narrative": "Welded."},
        },
    }
    issuers = world.client.get("/api/v1/profile", headers=world.headers).json()["issuers"]
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "https://elsewhere.example/credentials/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Welding",
        "issuer": {"id": issuers["Ed25519"], "type": ["Profile"], "name": "Elsewhere"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": subject,
    } | changed
    answer = world.client.post("/credentials/issue", json={"credential": document}, headers=world.headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["verifiableCredential"]


def listed(world, headers, query=""):
    answer = world.client.get(f"{API}/credentials{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def put_badge(world, headers, badge, kind="application/json"):
    content = badge if isinstance(badge, bytes) else json.dumps(badge).encode()
    return world.client.post(f"{API}/credentials", content=content, headers=headers | {"Content-Type": kind})


def refused(answer, status, minor):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert (told["imsx_codeMajor"], told["imsx_severity"]) == ("failure", "error")
    assert told["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == minor
    assert set(told) == {"imsx_codeMajor", "imsx_severity", "imsx_description", "imsx_codeMinor"}
    return told["imsx_description"]


def test_the_service_describes_itself_to_anyone(world):
    answer = world.client.get(f"{API}/discovery")
    told = answer.json()
    security = told["components"]["securitySchemes"]["OAuth2ACG"]
    base = world.services.settings.public_url
    assert security["x-imssf-registrationUrl"] == f"{base}/oauth/register"
    assert security["flows"]["authorizationCode"]["tokenUrl"] == f"{base}/oauth/token"
    assert {"termsOfService", "x-imssf-privacyPolicyUrl", "title", "version"} <= set(told["info"])
    assert set(told["paths"]) == {"/discovery", "/credentials", "/profile"}
    again = world.client.get(f"{API}/discovery", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_her_own_badges_are_given_as_they_were_sealed(loaded, bearer):
    award = issue(loaded, "MC-02", "p-ana")
    issue(loaded, "MC-01", "p-boris")
    answer = listed(loaded, bearer)
    assert answer.json() == {"credential": [json.loads(sealed(loaded, award))], "compactJwsString": []}
    assert answer.headers["x-total-count"] == "1"
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_revoked_is_still_hers_and_what_was_replaced_is_not(loaded, bearer):
    award = issue(loaded, "MC-02", "p-ana")
    answer = loaded.client.post(f"/api/v1/credentials/{award}/revoke", json={"reason": "r"}, headers=loaded.headers)
    assert answer.status_code == 200
    assert listed(loaded, bearer).headers["x-total-count"] == "1"


def test_badges_come_page_by_page(loaded, bearer):
    for number in range(5):
        day = f"2026-01-0{number + 1}T00:00:00Z"
        badge = signed(loaded, id=f"https://elsewhere.example/credentials/{number}", validFrom=day)
        assert put_badge(loaded, bearer, badge).status_code == 201
    url, seen = f"{API}/credentials?limit=2", []
    while url:
        answer = loaded.client.get(url, headers=bearer)
        assert answer.headers["x-total-count"] == "5"
        seen += [each["id"][-1] for each in answer.json()["credential"]]
        links = {rel: link for link, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])}
        assert {"first", "last"} <= set(links)
        assert ("prev" in links) == (len(seen) > 2)
        url = links.get("next")
    assert seen == list("01234")
    assert links["last"].endswith("offset=4")
    assert links["first"].endswith("offset=0")


def test_only_badges_that_were_issued_since_then(loaded, bearer):
    for number in (1, 2):
        badge = signed(loaded, id=f"https://e.example/{number}", validFrom=f"2026-01-0{number}T00:00:00Z")
        put_badge(loaded, bearer, badge)
    for since in ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T01:00:00+01:00"):
        answer = loaded.client.get(f"{API}/credentials", params={"since": since}, headers=bearer)
        assert [each["id"][-1] for each in answer.json()["credential"]] == ["2"]
        assert answer.headers["x-total-count"] == "1"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=x", "offset=-1", "since=yesterday", "limit=99999999999", "since=%00"]
)
def test_wrong_parameters_are_told(loaded, bearer, query):
    refused(loaded.client.get(f"{API}/credentials?{query}", headers=bearer), 400, "invalid_query_parameter")


def test_a_badge_is_added_once_and_given_back_as_it_was(loaded, bearer):
    badge = signed(loaded)
    content = json.dumps(badge, indent=2).encode()
    answer = put_badge(loaded, bearer, content)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (201, content, "application/json")
    assert put_badge(loaded, bearer, content).status_code == 200
    assert listed(loaded, bearer).json()["credential"] == [badge]


def test_a_jwt_is_added_as_text_and_given_back_as_text(loaded, bearer):
    token = sealed(loaded, issue(loaded, "MC-01", "p-boris"), JWT)
    answer = put_badge(loaded, bearer, token, "text/plain")
    assert (answer.status_code, answer.content) == (201, token)
    assert answer.headers["content-type"].startswith("text/plain")
    assert listed(loaded, bearer).json() == {"credential": [], "compactJwsString": [token.decode()]}


def test_the_newer_one_takes_the_place_of_the_older(loaded, ana, bearer):
    spelled = "https://elsewhere.example/credentials/%31"  # as the other one, for the comparison
    old, new = signed(loaded), signed(loaded, id=spelled, validFrom="2026-02-01T00:00:00Z", name="Welding, again")
    assert put_badge(loaded, bearer, old).status_code == 201
    assert put_badge(loaded, bearer, new).status_code == 200
    assert listed(loaded, bearer).json()["credential"] == [new]
    late = put_badge(loaded, bearer, old)
    assert (late.status_code, late.content) == (304, b"")
    assert listed(loaded, bearer).json()["credential"] == [new]
    assert [each.name for each in foreign.kept(loaded.services, ana)] == ["Welding, again"]


def test_ids_are_compared_unescaped_and_trimmed(loaded, bearer):
    put_badge(loaded, bearer, signed(loaded, id="https://elsewhere.example/a%7Eb"))
    assert put_badge(loaded, bearer, signed(loaded, id="https://elsewhere.example/a~b")).status_code == 200
    assert put_badge(loaded, bearer, signed(loaded, id="https://elsewhere.example/ab")).status_code == 201


def test_an_award_of_ours_that_comes_back_is_there_already(loaded, bearer):
    award = issue(loaded, "MC-02", "p-ana")
    content = json.dumps(json.loads(sealed(loaded, award)), indent=1).encode()
    assert put_badge(loaded, bearer, content).status_code == 200
    assert put_badge(loaded, bearer, sealed(loaded, award, JWT), "text/plain").status_code == 200
    assert listed(loaded, bearer).headers["x-total-count"] == "1"


def test_what_was_changed_since_it_was_signed_is_refused(loaded, bearer):
    badge = signed(loaded) | {"name": "Master of Welding"}
    refused(put_badge(loaded, bearer, badge), 400, "invalid_data")
    assert listed(loaded, bearer).headers["x-total-count"] == "0"


def test_an_old_badge_is_still_hers(loaded, ana, bearer):
    badge = signed(loaded, validUntil="2026-01-02T00:00:00Z")
    assert put_badge(loaded, bearer, badge).status_code == 201
    assert [each.row.outcome for each in foreign.kept(loaded.services, ana)] == ["invalid"]
    assert listed(loaded, bearer).json()["credential"] == [badge]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"a.b.c"', "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"type": ["AchievementCredential"]}', "application/json", 400),
        (b'{"type": ["VerifiablePresentation"]}', "application/json", 400),
        (b"{}", "text/plain", 400),
        (b"a.b.c", "text/plain", 400),
        (b"https://elsewhere.example/badge", "text/plain", 400),
        (b"\xff", "text/plain", 400),
        (b"<svg/>", "image/svg+xml", 415),
    ],
)
def test_what_is_no_badge_is_refused(loaded, bearer, body, kind, status):
    refused(put_badge(loaded, bearer, body, kind), status, "invalid_data")


def test_what_could_not_be_checked_takes_no_place(loaded, ana, bearer):
    badge = signed(loaded)
    put_badge(loaded, bearer, badge)
    with loaded.services.database.everywhere(why="as if it were of an issuer that is away", writes=True) as session:
        (row,) = backpack.foreign_badges(session, ana.email)
        row.issuer_id = "https://away.example"
    forged = badge | {"issuer": badge["issuer"] | {"id": "https://away.example"}, "validFrom": "2026-03-01T00:00:00Z"}
    forged["proof"] = badge["proof"] | {"verificationMethod": "https://away.example/keys#1"}
    refused(put_badge(loaded, bearer, forged), 400, "invalid_data")
    assert listed(loaded, bearer).json()["credential"] == [badge]


def test_there_is_an_end_to_what_she_keeps(loaded, bearer, monkeypatch):
    monkeypatch.setattr(foreign, "MOST_KEPT", 1)
    assert put_badge(loaded, bearer, signed(loaded)).status_code == 201
    refused(put_badge(loaded, bearer, signed(loaded, id="https://elsewhere.example/2")), 409, "invalid_data")


def test_her_profile_is_read_and_put(loaded, ana, bearer):
    told = loaded.client.get(f"{API}/profile", headers=bearer).json()
    assert (told["name"], told["email"], told["type"]) == ("Ana Petrova", ANA, ["Profile"])
    wanted = told | {"name": "Ana P.", "url": "https://ana.example", "address": {"type": ["Address"]}}
    answer = loaded.client.put(f"{API}/profile", json=wanted, headers=bearer)
    assert (answer.status_code, answer.json()) == (200, wanted)
    assert loaded.client.get(f"{API}/profile", headers=bearer).json() == wanted
    loaded.client.post("/me/erase", data={"csrf": ana.csrf, "word": "ERASE", "credentials": "keep"})
    with loaded.services.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM learner_profile").scalar() == 0


@pytest.mark.parametrize(
    "changed",
    [{"email": "somebody@else.example"}, {"id": "x"}, {"id": 3}, {"type": "Person"}, {"type": []}, {"name": 3}],
)
def test_a_profile_that_is_none_is_refused(loaded, bearer, changed):
    told = loaded.client.get(f"{API}/profile", headers=bearer).json()
    refused(loaded.client.put(f"{API}/profile", json=told | changed, headers=bearer), 400, "invalid_data")


def test_who_has_no_token_is_told_so(loaded, bearer):
    for path in ("/credentials", "/profile"):
        answer = loaded.client.get(f"{API}{path}")
        refused(answer, 401, "unauthorizedrequest")
        assert answer.headers["www-authenticate"] == 'Bearer realm="attesta"'
        for wrong in ("Bearer x", "Basic x", f"Bearer {ADMIN_KEY}"):
            answer = loaded.client.get(f"{API}{path}", headers={"Authorization": wrong})
            refused(answer, 401, "unauthorizedrequest")
            assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/credentials", scopes.READ),
        ("POST", "/credentials", scopes.UPSERT),
        ("GET", "/profile", scopes.READ_PROFILE),
        ("PUT", "/profile", scopes.UPDATE_PROFILE),
    ],
)
def test_each_scope_opens_its_own_door(loaded, service, method, path, scope):
    others = " ".join(each for each in scopes.WORDS if each != scope)
    answer = loaded.client.request(method, f"{API}{path}", headers=service.bearer(others), json={})
    refused(answer, 403, "forbidden")
    assert f'error="insufficient_scope", scope="{scope}"' in answer.headers["www-authenticate"]
    answer = loaded.client.request(method, f"{API}{path}", headers=service.bearer(scope), json={})
    assert answer.status_code in (200, 400)


def test_an_hour_later_the_token_is_over(loaded, bearer):
    loaded.clock.move(hours=1)
    refused(loaded.client.get(f"{API}/credentials", headers=bearer), 401, "unauthorizedrequest")


def test_one_learner_never_reads_anothers_badges(loaded, bearer):
    put_badge(loaded, bearer, signed(loaded))
    issue(loaded, "MC-02", "p-ana")
    signed_in(loaded, "boris.ivanov@example.org")
    other = Service.register(loaded).bearer()
    assert listed(loaded, other).headers["x-total-count"] == "0"


@pytest.mark.parametrize(
    ("method", "path", "status", "minor"),
    [
        ("DELETE", "/credentials", 405, "not_allowed"),
        ("POST", "/profile", 405, "not_allowed"),
        ("PUT", "/discovery", 405, "not_allowed"),
        ("GET", "/nothing", 404, "not_found"),
    ],
)
def test_what_there_is_not_is_told_in_the_same_words(loaded, method, path, status, minor):
    answer = loaded.client.request(method, f"{API}{path}")
    refused(answer, status, minor)
    assert ("allow" in answer.headers) == (status == 405)


def test_a_badge_that_she_brought_herself_is_given_too(loaded, ana, bearer):
    badge = signed(loaded)
    foreign.bring(loaded.services, ana, json.dumps(badge).encode(), "application/json")
    loaded.clock.now += timedelta(days=1)
    assert listed(loaded, Service.register(loaded).bearer()).json()["credential"] == [badge]


def test_what_a_service_put_and_may_is_in_her_export(loaded, ana, bearer):
    told = loaded.client.get(f"{API}/profile", headers=bearer).json()
    loaded.client.put(f"{API}/profile", json=told | {"name": "Ana P."}, headers=bearer)
    data = export.collect(loaded.services, ana).data
    assert data["profile"]["name"] == "Ana P."
    assert [(each["name"], scopes.READ in each["may"]) for each in data["services"]] == [("Badge Host", True)]
