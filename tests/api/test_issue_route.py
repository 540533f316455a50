"""What awards is answered the same, whether the framework or our own shorter way reads the request."""

import json

import pytest

from app.issuer.credential import issue_route

URL = "/api/v1/credentials"
MC02 = {"achievement": "MC-02", "learner": "p-ana"}
SHORT, FRAMEWORK = "our own way", "the framework's way"
CASES = {
    "awarded": (MC02, {}, 201),
    "as JWT": (MC02, {"Accept": "application/vc+jwt"}, 201),
    "no such form": (MC02, {"Accept": "image/gif"}, 406),
    "under a key for repeating": (MC02, {"Idempotency-Key": "k-1"}, 201),
    "a key that is not printable": (MC02, {"Idempotency-Key": b"\xc3\xa4"}, 400),
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
