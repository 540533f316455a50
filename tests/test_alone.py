"""The verifier as a program of its own: no database, no files, and nothing but verifying."""

import json

import pytest
from fastapi.testclient import TestClient

from app import services as composition
from app.alone import create_app
from app.settings import Settings
from app.vc import did
from app.web.quick_turns import QuickTurns
from tests.verifier.badges import KEY, badge, method_of, signed
from tests.verifier.test_match import SMALL, sealed, shows

BADGE = signed(badge(did.did_key(KEY.public), validUntil=None), KEY, method_of(KEY))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def client(folder):
    settings = Settings(data_dir=folder / "data")
    with TestClient(create_app(composition.build_alone(settings)), follow_redirects=False) as found:
        yield found


def test_it_verifies_and_writes_nothing(client, folder):
    answer = client.post("/verify", json=BADGE)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "valid")
    answer = client.post("/credentials/verify", json={"verifiableCredential": BADGE})
    assert (answer.status_code, answer.json()["verified"]) == (200, True)
    broken = json.dumps(BADGE | {"name": "Changed"})
    assert client.post("/verify", content=broken).json()["outcome"] == "invalid"
    assert list(folder.iterdir()) == []


def test_in_a_pause_after_something_costly_it_answers_the_same(client):
    at_once = client.post("/verify", json=BADGE).json()
    worked = iter([0.0, 60.0])
    client.app.state.quick_turns = turns = QuickTurns(lambda: 0.0, lambda: next(worked))
    turns.do(lambda: "something that took a minute")
    later = client.post("/verify", json=BADGE).json()
    assert at_once | {"verified_at": ""} == later | {"verified_at": ""}
    assert turns.do(lambda: "done") is None


def test_its_pages_are_those_of_checking(client):
    assert client.get("/").headers["location"] == "/verify"
    for path in ("/verify", "/docs", "/problems/bad-input", "/static/style.css", "/openapi.json", "/metrics"):
        assert client.get(path).status_code == 200, path
    answer = client.post("/verify/report", files={"file": ("badge.json", json.dumps(BADGE))})
    assert answer.status_code == 200


def test_it_tells_that_it_is_ready(client):
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready", "only": "verifier", "receipts_signed_by": None}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/frameworks"),
        ("POST", "/api/v1/credentials"),
        ("POST", "/credentials/issue"),
        ("GET", "/credentials/11111111-1111-4111-8111-111111111111"),
        ("GET", "/issuers/x/did.json"),
        ("GET", "/ims/case/v1p1/CFDocuments"),
        ("DELETE", "/anything"),
    ],
)
def test_whatever_else_is_not_there_in_plain_words(client, method, path):
    answer = client.request(method, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "this service only verifies" in answer.json()["detail"]
    assert "attesta serve" in answer.json()["remedy"]


def test_it_signs_receipts_when_it_has_a_key(client, folder):
    answer = client.post("/verify?receipt=true", json=BADGE)
    assert answer.status_code == 503
    assert "attesta verifier-key" in answer.json()["remedy"]
    composition.receipt_key(Settings(data_dir=folder / "data")).create()
    told = client.post("/verify?receipt=true", json=BADGE).json()
    checked = client.post("/verify", content=told["receipt"]).json()
    assert checked["outcome"] == "valid"
    assert checked["meaning"]["receipt_of"]["sha256"] == told["sha256"]
    assert checked["issuer"]["id"] == client.get("/health/ready").json()["receipts_signed_by"]


def test_it_matches_against_the_frameworks_of_its_operator(folder):
    (folder / "small.json").write_text(json.dumps(SMALL.document))
    settings = Settings(data_dir=folder / "data", framework_files=str(folder / "small.json"))
    with TestClient(create_app(composition.build_alone(settings))) as client:
        body = {"credentials": [sealed(shows(A_1="L2", A_2="L1", A_3="L1"))], "framework": "small", "role": "R"}
        assert client.post("/verify/match", json=body).json()["outcome"] == "met"
        answer = client.post("/verify/match", json=body | {"framework": "other"})
        assert (answer.status_code, "There are: small." in answer.json()["detail"]) == (404, True)
