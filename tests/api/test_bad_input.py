"""The worst that a client can send: always a problem document that says what is wrong, never a 500, never half-done."""

import json

import pytest

HUGE = b'{"a":"' + b"x" * 5_000_000 + b'"}'
BODIES = {
    "empty": b"",
    "truncated": b'{"achievement": "MC-02", "lear',
    "not_utf8": b'{"learner": "\xff\xfe"}',
    "utf16": '{"learner": "p-ana"}'.encode("utf-16"),
    "nan": b'{"a": NaN}',
    "infinity": b'[{"score": Infinity}]',
    "duplicate_keys": b'{"reason": "a", "reason": "b"}',
    "lone_surrogate": b'{"reason": "\\ud800", "learner": "\\udfff", "name": "\\ud800"}',
    "deep_arrays": b"[" * 10_000 + b"]" * 10_000,
    "deep_objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "huge": HUGE,
    "huge_number": b'{"a": ' + b"9" * 10_000 + b"}",
    "a_string": b'"text"',
    "null": b"null",
    "a_number": b"17",
    "wrong_types": b'{"achievement": 1, "learner": ["p"], "name": {}, "email": 3, "reason": null, "action": 0}',
    "array_of_nulls": b"[null, null]",
    "array_of_wrong": b'[{"learner": {}, "score": [], "attempt": "x", "performed_on": 12}]',
    "nul_character": b'{"achievement": "MC\\u000002", "learner": "p\\u0000", "reason": "\\u0000", "name": "\\u0000"}',
    "unknown_members": b'{"zzz": 1}',
}
PATHS = [
    ("POST", "/api/v1/frameworks"),
    ("PUT", "/api/v1/learners/p-1"),
    ("POST", "/api/v1/learners"),
    ("POST", "/api/v1/results"),
    ("POST", "/api/v1/assessments/C01-T/results"),
    ("POST", "/api/v1/credentials"),
    ("POST", "/api/v1/credentials/00000000-0000-4000-8000-000000000000/revoke"),
    ("POST", "/api/v1/results/review/00000000-0000-4000-8000-000000000000"),
    ("PUT", "/api/v1/profile"),
    ("POST", "/verify"),
]
# Where the rest goes in, a wrong row is told in a 200.
BY_ROW = {"/api/v1/learners", "/api/v1/results", "/api/v1/assessments/C01-T/results"}


def _is_problem(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:300]
    told = answer.json()
    assert told["title"]
    assert told["detail"]
    assert told["status"] == answer.status_code
    return True


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize(("method", "path"), PATHS)
def test_no_body_breaks_an_endpoint(shared, method, path, name):
    headers = shared.headers | {"Content-Type": "application/json"}
    answer = shared.client.request(method, path, content=BODIES[name], headers=headers)
    if answer.status_code == 200 and path in BY_ROW:
        assert name.startswith("array_of")
        assert {row["outcome"] for row in answer.json()["rows"]} == {"refused"}
    elif answer.status_code == 200:
        assert path == "/verify"
        assert answer.json()["outcome"] != "valid"
    else:
        assert 400 <= answer.status_code < 500, answer.text[:300]
        assert _is_problem(answer)


@pytest.mark.parametrize(
    "media_type", ["image/png", "text/csv", "multipart/form-data", "application/x-www-form-urlencoded"]
)
@pytest.mark.parametrize(("method", "path"), PATHS)
def test_another_media_type_is_refused_plainly(shared, method, path, media_type):
    headers = shared.headers | {"Content-Type": media_type}
    answer = shared.client.request(method, path, content=b"\x89PNG", headers=headers)
    assert 400 <= answer.status_code < 500
    assert _is_problem(answer)


@pytest.mark.parametrize("encoding", ["gzip", "br", "nonsense"])
@pytest.mark.parametrize(("method", "path"), PATHS)
def test_compressed_bodies_are_not_taken(shared, method, path, encoding):
    headers = shared.headers | {"Content-Type": "application/json", "Content-Encoding": encoding}
    answer = shared.client.request(method, path, content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert _is_problem(answer)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/api/v1/learners", "text/csv or application/json. "),
        ("/api/v1/results", "text/csv or application/json, or name a format. "),
        ("/api/v1/experience", "text/csv or application/json. "),
        ("/api/v1/frameworks", "application/yaml, application/json (ours or CASE) or text/csv. "),
    ],
)
def test_what_curl_calls_a_form_is_told_how_to_call_it(shared, path, wanted):
    headers = shared.headers | {"Content-Type": "application/x-www-form-urlencoded"}
    answer = shared.client.post(path, content=b"id,name,email\np-1,Ana,ana@example.org\n", headers=headers)
    assert answer.status_code == 415
    example = wanted.split(maxsplit=1)[0].rstrip(",")
    assert answer.json()["remedy"] == (f"Send {wanted}Say so: curl -H 'Content-Type: {example}' --data-binary @FILE")


STRANGE = ["p%00", "%2e%2e", "a%20b", "%ff%fe", "x" * 300, "%F0%9F%8E%93", "'%3B--", "%3Cscript%3E", "-"]


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/learners/{}",
        "/api/v1/learners/{}/results",
        "/api/v1/learners/{}/evaluation?achievement=MC-02",
        "/api/v1/learners/p-ana/evaluation?achievement={}",
        "/api/v1/frameworks/{}",
        "/api/v1/achievements/{}",
        "/api/v1/credentials/{}",
        "/api/v1/awards/{}",
        "/status-lists/{}",
        "/issuers/{}/did.json",
        "/issuers/{}/jwks.json",
        "/credentials/{}",
        "/achievements/{}",
        "/frameworks/{}/competencies/{}",
        "/problems/{}",
        "/api/v1/learners?after={}",
        "/api/v1/credentials?learner={}",
        "/api/v1/audit?subject={}",
        "/api/v1/frameworks/smart-city-reference?version={}",
    ],
)
def test_strange_names_are_not_found_or_refused(shared, path, strange):
    answer = shared.client.get(path.replace("{}", strange), headers=shared.headers)
    assert 400 <= answer.status_code < 500, answer.text[:200]


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=x", "limit=99999999999999999999", "after=%00"])
def test_wrong_parameters_are_named(shared, query):
    answer = shared.client.get(f"/api/v1/learners?{query}", headers=shared.headers)
    assert answer.status_code == 400
    assert _is_problem(answer)


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0000-00-00", "2026-02-30", "99999-01-01"])
def test_a_wrong_day_is_named(shared, day):
    path = f"/api/v1/learners/p-ana/evaluation?achievement=MC-02&as_of={day}"
    answer = shared.client.get(path, headers=shared.headers)
    assert answer.status_code == 400
    assert "as_of" in answer.text


def test_any_day_can_be_asked_for(shared):
    for day in ("0001-01-01", "9999-12-31"):
        path = f"/api/v1/learners/p-ana/evaluation?achievement=MC-02&as_of={day}"
        assert shared.client.get(path, headers=shared.headers).json()["status"] in ("not_met", "expired")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": b"Bearer \xff\xfe"},
        {"Authorization": "Bearer " + "x" * 8000},
    ],
)
def test_without_a_good_key_nothing_is_told(shared, headers):
    for method, path in PATHS[:-1]:
        answer = shared.client.request(method, path, content=b"{}", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert _is_problem(answer)


def test_a_key_without_the_scope_is_refused(world):
    from app.issuer import tenancy

    _, clear = tenancy.add_api_key(world.services, world.principal.tenant_id, "reader", ["read"])
    headers = {"Authorization": f"Bearer {clear}", "Content-Type": "application/json"}
    for method, path in PATHS[:-1]:
        answer = world.client.request(method, path, content=b"{}", headers=headers)
        assert answer.status_code == 403, path
        assert "scope" in answer.json()["detail"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ä".encode()])
def test_idempotency_keys_have_a_form(shared, key):
    headers = shared.headers | {"Idempotency-Key": key}
    body = json.dumps({"achievement": "MC-99", "learner": "p-ana"}).encode()
    answer = shared.client.post("/api/v1/credentials", content=body, headers=headers)
    assert answer.status_code == 400


def test_methods_and_paths_that_are_not_there(shared):
    for method, path, status in (
        ("DELETE", "/verify", 405),
        ("GET", "/nothing", 404),
        ("POST", "/status-lists/x", 405),
    ):
        answer = shared.client.request(method, path)
        assert answer.status_code == status
        assert _is_problem(answer)


def test_too_many_open_requests_are_told_when_to_come_back(backend):
    from tests import service

    world = service.build(backend.fresh("empty", lambda _: None), open_requests_per_minute=2)
    answers = [world.client.post("/verify", json={}) for _ in range(4)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    world.services.database.close()
