"""The xAPI endpoint: authentication, versions, ids, conflicts, and voiding in any order."""

import base64
import itertools
import json
import uuid
from pathlib import Path

import pytest

from tests.service import ADMIN_KEY

STATEMENTS = json.loads((Path(__file__).parents[1] / "fixtures" / "sources" / "xapi-statements.json").read_bytes())
PASSED = STATEMENTS[0]
SYSTEM = "https://lms.example.org"


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


HEADERS = basic("a-client", ADMIN_KEY) | {"X-Experience-API-Version": "1.0.3"}


def post(world, statements, headers=HEADERS):
    return world.client.post("/xapi/statements", json=statements, headers=headers)


def voiding(statement):
    return {
        "id": str(uuid.uuid4()),
        "actor": {"objectType": "Agent", "mbox": "mailto:nadia@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": statement["id"]},
    }


def current(world, learner="p-ana"):
    shown = world.client.get(f"/api/v1/learners/{learner}/results", headers=world.headers).json()["results"]
    mine = [row for row in shown if row["source_system"] in (SYSTEM, "xapi") and row["replaced_at"] is None]
    return sorted((row["assessment"], row["section"], row["score"], row["status"]) for row in mine)


def test_about_needs_no_key(shared):
    answer = shared.client.get("/xapi/about")
    assert (answer.status_code, answer.json()["version"]) == (200, ["1.0.3", "2.0.0"])
    older = shared.client.get("/xapi/about", headers={"X-Experience-API-Version": "1.0.1"})
    assert (older.json()["version"], older.headers["X-Experience-API-Version"]) == (["1.0.3"], "1.0.3")


def test_statements_are_taken_and_their_ids_answered(loaded):
    answer = post(loaded, STATEMENTS)
    assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (200, "1.0.3")
    assert answer.json() == [each["id"] for each in STATEMENTS]  # also of those that tell no result
    assert current(loaded) == [("C02-P", "PRJ.3", "3", "final"), ("C02-T", "PRJ.3", "24", "final")]
    assert current(loaded, "p-boris") == [("C08-T", "SEC.2", "17", "final")]
    assert post(loaded, STATEMENTS).status_code == 200
    assert len(current(loaded)) == 2


def test_one_statement_without_id_gets_one(loaded):
    sent = {name: value for name, value in PASSED.items() if name != "id"}
    (given,) = post(loaded, sent).json()
    assert str(uuid.UUID(given)) == given
    assert current(loaded) == [("C02-T", "PRJ.3", "24", "final")]


def test_a_statement_without_timestamp_is_of_the_day_when_it_came(loaded):
    undated = {name: value for name, value in PASSED.items() if name != "timestamp"}
    post(loaded, undated)
    came = loaded.clock().date().isoformat()
    loaded.clock.move(days=3)
    assert post(loaded, undated).status_code == 200
    shown = loaded.client.get("/api/v1/learners/p-ana/results", headers=loaded.headers).json()["results"]
    assert [row["performed_on"] for row in shown if row["source_system"] == SYSTEM] == [came]


def test_put_answers_nothing(loaded):
    url = f"/xapi/statements?statementId={PASSED['id']}"
    assert loaded.client.put(url, json=PASSED, headers=HEADERS).status_code == 204
    assert current(loaded) == [("C02-T", "PRJ.3", "24", "final")]
    other = f"/xapi/statements?statementId={uuid.uuid4()}"
    assert loaded.client.put(other, json=PASSED, headers=HEADERS).status_code == 400


def test_a_statement_never_changes(loaded):
    post(loaded, PASSED)
    better = json.loads(json.dumps(PASSED))
    better["result"]["score"]["raw"] = 30
    answer = post(loaded, [STATEMENTS[1], better])
    assert (answer.status_code, PASSED["id"] in answer.json()["detail"]) == (409, True)
    assert current(loaded) == [("C02-T", "PRJ.3", "24", "final")]  # the other one of the batch is not there either
    headers = loaded.headers | {"Content-Type": "application/json"}
    rows = loaded.client.post("/api/v1/results?format=xapi", content=json.dumps([better]), headers=headers).json()[
        "rows"
    ]
    assert rows[0]["reason"] == "STATEMENT_CHANGED"
    assert post(loaded, [better | {"id": STATEMENTS[2]["id"]}, STATEMENTS[2]]).status_code == 409
    assert post(loaded, PASSED | {"stored": "2026-01-01T00:00:00Z", "version": "1.0.3"}).status_code == 200


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_voided_statement_counts_no_more_whichever_came_first(loaded, order):
    statements = [PASSED, voiding(PASSED), STATEMENTS[1]]
    for at in order:
        assert post(loaded, statements[at]).status_code == 200
    assert current(loaded) == [("C02-P", "PRJ.3", "3", "final"), ("C02-T", "PRJ.3", "24", "voided")]
    post(loaded, PASSED)
    assert current(loaded)[1][3] == "voided"


def test_voiding_a_voiding_statement_changes_nothing(loaded):
    first = voiding(PASSED)
    post(loaded, [PASSED, first, voiding(first)])
    assert current(loaded) == [("C02-T", "PRJ.3", "24", "voided")]


def test_a_voided_statement_of_an_unknown_learner_waits_for_nobody(loaded):
    stranger = PASSED | {"actor": {"mbox": "mailto:nobody@example.org"}}
    post(loaded, stranger)
    url = "/api/v1/results/review"
    assert loaded.client.get(url, headers=loaded.headers).json()["open"] == 1
    post(loaded, voiding(stranger))
    assert loaded.client.get(url, headers=loaded.headers).json()["open"] == 0


def test_a_mailbox_is_an_address(loaded):
    address = loaded.client.get("/api/v1/learners/p-ana", headers=loaded.headers).json()["email"]
    post(loaded, PASSED | {"actor": {"mbox": f"mailto:{address.upper()}"}})
    assert current(loaded) == [("C02-T", "PRJ.3", "24", "final")]


def _with_score(**score):
    return PASSED | {"result": {"score": score}}


@pytest.mark.parametrize(
    "statement",
    [
        "passed",
        PASSED | {"id": "5"},
        _with_score(raw=1e300, max=1e300),
        _with_score(raw=10**30, max=30),
        _with_score(raw="24", max="30"),
        _with_score(raw=31, max=30),
        _with_score(raw=-1, max=30),
        _with_score(raw=24, max=0),
        _with_score(raw=24, max=30, scaled=24),
        _with_score(raw=True, max=30),
        _with_score(raw=[24], max=30),
        PASSED | {"timestamp": "soon"},
        PASSED | {"timestamp": "2099-01-01T00:00:00Z"},
        voiding({"id": "x"}),
    ],
)
def test_absurd_statements_are_refused_whole(loaded, statement):
    answer = post(loaded, [STATEMENTS[1], statement])
    assert (answer.status_code, bool(answer.json()["detail"])) == (400, True), answer.text
    assert current(loaded) == []


@pytest.mark.parametrize("score", [{}, {"scaled": 0.8}, {"raw": 24}, {"raw": 24, "min": 6, "max": 30}])
def test_scores_without_exact_points_are_no_mistake_and_no_result(loaded, score):
    assert post(loaded, _with_score(**score)).status_code == 200
    assert current(loaded) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (basic("client", "att_wrong"), 401),
        ({"Authorization": "Bearer att_wrong"}, 401),
        ({"Authorization": "Basic ???"}, 401),
        (basic("client", ADMIN_KEY) | {"X-Experience-API-Version": "0.95"}, 400),
        (basic(ADMIN_KEY, ""), 200),
        ({"Authorization": f"Bearer {ADMIN_KEY}"}, 200),
        (basic("client", ADMIN_KEY) | {"X-Experience-API-Version": "2.0.0"}, 200),
    ],
)
def test_who_may_post(loaded, headers, status):
    answer = post(loaded, PASSED, {"X-Experience-API-Version": "1.0.3"} | headers)
    assert answer.status_code == status, answer.text


def test_the_version_header_and_the_scope_are_needed(loaded):
    from app.issuer import tenancy

    assert post(loaded, PASSED, basic("client", ADMIN_KEY)).status_code == 400
    _, key = tenancy.add_api_key(loaded.services, loaded.principal.tenant_id, "r", ["read"])
    assert post(loaded, PASSED, HEADERS | basic("client", key)).status_code == 403
