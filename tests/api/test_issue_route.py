"""What awards is answered the same, whether the framework or our own shorter way reads the request."""

import asyncio
import json
import sqlite3

import pytest
from fastapi.security import HTTPAuthorizationCredentials
from sqlalchemy.exc import OperationalError

from app.errors import Conflict, Forbidden, Unauthenticated, Unavailable
from app.issuer import idempotency, tenancy
from app.issuer.credential import issue_route
from app.issuer.credential.issue_route import Sent
from app.issuer.idempotency import Answer
from tests.api.test_evidence import PROFILE

URL = "/api/v1/credentials"
MC02 = {"achievement": "MC-02", "learner": "p-ana"}
SHORT, FRAMEWORK = "our own way", "the framework's way"
CASES = {
    "awarded": (MC02, {}, 201),
    "as JWT": (MC02, {"Accept": "application/vc+jwt"}, 201),
    "no such form": (MC02, {"Accept": "image/gif"}, 406),
    "under a key for repeating": (MC02, {"Idempotency-Key": "k-1"}, 201),
    "a key that is not printable": (MC02, {"Idempotency-Key": b"\xc3\xa4"}, 400),
    "such a key, and no API key": (MC02, {"Idempotency-Key": b"\xc3\xa4", "Authorization": ""}, 401),
    "too long a key": (MC02, {"Idempotency-Key": "k" * 256}, 400),
    "no API key": (MC02, {"Authorization": ""}, 401),
    "another kind of authorization": (MC02, {"Authorization": "Basic YTpi"}, 401),
    "an unknown API key": (MC02, {"Authorization": "Bearer att_unknown"}, 401),
    "a member that there is not": (MC02 | {"colour": "red"}, {}, 400),
    "rules that are not met": ({"achievement": "MC-08", "learner": "p-boris"}, {}, 409),
    "an unknown learner": (MC02 | {"learner": "nobody"}, {}, 404),
    "not JSON": (MC02, {"Content-Type": "text/csv"}, 415),
    "compressed": (MC02, {"Content-Encoding": "gzip"}, 415),
}


@pytest.fixture(params=[SHORT, FRAMEWORK])
def way(request, monkeypatch):
    if request.param == FRAMEWORK:
        monkeypatch.setattr(issue_route, "QUICK_BYTES", 0)
    return request.param


@pytest.mark.parametrize("name", CASES)
def test_both_ways_answer_the_same(loaded, way, name):
    body, headers, status = CASES[name]
    answer = loaded.client.post(URL, content=json.dumps(body), headers=loaded.headers | headers)
    assert answer.status_code == status, (way, answer.text)
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
    if status == 201:
        assert answer.headers["location"].startswith("http://127.0.0.1:8000/api/v1/credentials/")


def test_a_large_body_is_not_read_before_its_sender_is_known(loaded):
    body = json.dumps(MC02 | {"learner": "p" * issue_route.QUICK_BYTES})
    assert loaded.client.post(URL, content=body, headers={"Authorization": "Bearer att_no"}).status_code == 401
    assert loaded.client.post(URL, content=body, headers=loaded.headers).status_code == 404


def test_a_body_of_untold_length_is_taken(loaded):
    whole = json.dumps(MC02).encode()
    answer = loaded.client.post(URL, content=iter([whole[:5], whole[5:]]), headers=loaded.headers)
    assert answer.status_code == 201, answer.text


def sent(token, learner="p-ana", key=None, achievement="MC-02"):
    credentials = token and HTTPAuthorizationCredentials(scheme="Bearer", credentials=token)
    body = json.dumps({"achievement": achievement, "learner": learner}).encode()
    return Sent(credentials, body, "application/json", None, key, f"http://127.0.0.1:8000{URL}")


def token_of(world, scopes, tenant_id=None):
    return tenancy.add_api_key(world.services, tenant_id or world.principal.tenant_id, "k", scopes)[1]


def test_requests_at_once_are_answered_each_by_its_own_key(loaded):
    ours = loaded.headers["Authorization"].removeprefix("Bearer ")
    other = tenancy.add_tenant(loaded.services, "other", PROFILE)
    theirs, reads = token_of(loaded, tenancy.SCOPES, other.id), token_of(loaded, ["read"])
    asked = [(theirs,), (ours,), (None,), (reads,), ("att_no",), (ours, "p-boris"), (ours,)]

    async def ask():
        lane = issue_route.lane(loaded.services)
        return await asyncio.gather(*(lane.do(sent(*each), each[0]) for each in asked), return_exceptions=True)

    told = asyncio.run(ask())
    assert [type(each) for each in told[2:5]] == [Unauthenticated, Forbidden, Unauthenticated]
    assert "There is no achievement MC-02." in str(told[0])  # in the other tenant
    assert sorted(told[number].status_code for number in (1, 5, 6)) == [200, 201, 201]
    assert json.loads(told[1].body)["learner"] == "p-ana"
    assert json.loads(told[5].body)["learner"] == "p-boris"
    assert told[1].body == told[6].body


@pytest.mark.parametrize("step", ["_remember", "_remembered"])
def test_trouble_with_the_keys_of_some_is_not_that_of_the_others(loaded, monkeypatch, step):
    def locked(*_given):
        raise OperationalError("SELECT", None, sqlite3.OperationalError("database is locked"))

    ours = loaded.headers["Authorization"].removeprefix("Bearer ")
    monkeypatch.setattr(idempotency, step, locked)
    keyed, plain = issue_route._answers(loaded.services, [sent(ours, key="k-1"), sent(ours, "p-boris")])
    assert isinstance(keyed, OperationalError if step == "_remember" else Unavailable)
    assert plain.status_code == 201


def test_equal_requests_at_once_under_one_key_get_one_answer(loaded):
    ours = loaded.headers["Authorization"].removeprefix("Bearer ")
    asked = [sent(ours, key="k-1"), sent(ours, key="k-1"), sent(ours, "p-boris", key="k-2"), sent(ours, "p-carmen")]
    first = issue_route._answers(loaded.services, asked)
    again = issue_route._answers(loaded.services, asked)
    assert [each.status_code for each in first] == [201, 201, 201, 201]
    assert first[0].body == first[1].body
    assert "Idempotent-Replayed" not in first[0].headers
    assert [each.body for each in again] == [each.body for each in first]
    assert ["Idempotent-Replayed" in each.headers for each in again] == [True, True, True, False]


def test_one_key_for_other_requests_at_once_is_refused(loaded):
    ours = loaded.headers["Authorization"].removeprefix("Bearer ")
    asked = [sent(ours, key="k-1"), sent(ours, "p-boris", key="k-1")]
    first, second = issue_route._answers(loaded.services, asked)
    assert isinstance(first, Answer)
    assert isinstance(second, Conflict)
    assert "was used for another request" in str(second)
