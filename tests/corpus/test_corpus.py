"""Every document of the corpus gets its verdict through `POST /verify`, and nothing is fetched but what it needs."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.asgi import create_app
from app.verifier.checks import CHECKS
from app.verifier.verify import verify, verify_at_once
from tests import service
from tests.corpus.cases import CASES, FOLDER, INDEX, files
from tests.corpus.kit import NOW, REFUSED, CorpusWeb

WRITTEN = json.loads((FOLDER / INDEX).read_bytes())
SIDECAR = ".web.json"


@pytest.fixture(scope="module")
def web():
    return CorpusWeb({})


@pytest.fixture(scope="module")
def client(sqlite_house, web):
    world = service.build(sqlite_house.fresh("empty", lambda _: None), now=NOW)
    app = create_app(replace(world.services, fetcher=web))
    with TestClient(app, base_url=service.BASE_URL, raise_server_exceptions=False) as made:
        yield made
    world.services.database.close()


def codes_of(report):
    """Codes of all findings, also about the documents inside."""
    own = {finding["code"] for check in report["checks"] for finding in check["findings"]}
    return own.union(*(codes_of(part) for part in inside(report)))


def credentials_of(report):
    """The report itself and those in it, but presentations: all have the same checks."""
    own = [report] if report["kind"] == "credential" else []
    return own + [one for part in inside(report) for one in credentials_of(part)]


def inside(report):
    return [*report["credentials"], *report["endorsements"]]


def test_the_folder_holds_what_is_made_and_nothing_else():
    made = files()
    here = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert here.keys() == made.keys()
    assert {name for name, data in made.items() if here[name] != data} == set()


def test_the_corpus_is_large_and_of_every_kind():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 250
    assert all(count >= 10 for count in Counter(case.outcome for case in CASES).values())
    codes = {code for case in CASES for code in case.codes}
    assert len(codes) > 50
    assert {"expired", "revoked", "suspended", "not_yet_valid", "bad_signature", "issuer_mismatch"} <= codes


@pytest.mark.parametrize("name", sorted(WRITTEN["expected"]))
def test_each_gets_its_verdict(client, web, name):
    expected = WRITTEN["expected"][name]
    beside = FOLDER / f"{name}{SIDECAR}"
    web.answers = json.loads(beside.read_bytes()) if beside.exists() else {}
    web.asked.clear()
    answer = client.post("/verify", content=(FOLDER / name).read_bytes())
    told = answer.json()
    assert len(web.asked) == len(set(web.asked))
    if expected["outcome"] == REFUSED:
        assert 400 <= answer.status_code < 500
        assert [told["code"]] == expected["codes"]
        assert told["remedy"]
        return
    assert (answer.status_code, told["outcome"]) == (200, expected["outcome"]), told.get("summary")
    assert set(expected.get("codes", [])) <= codes_of(told)
    assert [part["outcome"] for part in inside(told)] == expected.get("parts", [])
    assert "internal_error" not in codes_of(told)
    for one in credentials_of(told):
        assert [check["id"] for check in one["checks"]][: len(CHECKS)] == [check_id for check_id, _ in CHECKS]
    assert told["summary"].endswith((".", ". "))


def test_what_is_at_hand_gets_the_same_verdict_at_once(client, web):
    found = client.app.state.services
    at_once = []
    for name, expected in WRITTEN["expected"].items():
        beside = FOLDER / f"{name}{SIDECAR}"
        web.answers = json.loads(beside.read_bytes()) if beside.exists() else {}
        data = (FOLDER / name).read_bytes()
        if expected["outcome"] == REFUSED or any("status" in answer for answer in web.answers.values()):
            continue
        report = verify_at_once(data, None, replace(found, kept=kept_by(web)))
        if report is not None:
            at_once.append(name)
            assert report.to_json() == verify(data, None, found).to_json(), name
    assert len(at_once) > 200


def kept_by(web):
    """What is served, as if it had been fetched before."""
    return lambda url, *, accept: web.get(url, accept=accept) if url in web.answers else None
