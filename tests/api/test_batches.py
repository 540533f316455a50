"""Many awards at once (journey J5)."""

import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from app.issuer import tenancy
from app.issuer.credential import batches, together
from tests.api.test_evidence import PROFILE, get, post
from tests.service import MemoryKeys


def ask(world, **body):
    answer = post(world, "batches", {"achievement": "MC-02"} | body)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"].endswith(answer.json()["id"])
    return answer.json()


def outcomes(world, batch):
    return {row["learner"]: row["outcome"] for row in get(world, f"batches/{batch}/rows")["rows"]}


def test_selected_learners_and_one_bad_row(loaded):
    batch = ask(loaded, learners=["p-ana", "p-nobody", "p-kiril", "p-boris", "p-ana"])
    assert (batch["state"], batch["total"], batch["settled"]) == ("working", 4, 0)
    assert batches.work_off(loaded.services) == 4
    done = get(loaded, f"batches/{batch['id']}")
    assert (done["state"], done["settled"]) == ("done", 4)
    assert outcomes(loaded, batch["id"]) == {
        "p-ana": "issued",
        "p-nobody": "refused",
        "p-kiril": "not_met",
        "p-boris": "issued",
    }
    (refused,) = get(loaded, f"batches/{batch['id']}/rows", outcome="refused")["rows"]
    assert "PUT /api/v1/learners/p-nobody" in refused["remedy"]
    (kiril,) = get(loaded, f"batches/{batch['id']}/rows", outcome="not_met")["rows"]
    assert "signed off" in kiril["message"]
    assert "is shown at" not in kiril["message"]  # what he has reached does not keep him from it
    (ana,) = get(loaded, "credentials", learner="p-ana")["credentials"]
    rows = get(loaded, f"batches/{batch['id']}/rows")["rows"]
    assert rows[0]["credential"] == ana["id"]


def test_everybody_who_is_eligible_and_nobody_twice(loaded):
    first = ask(loaded, eligible=True)
    batches.work_off(loaded.services)
    counts = get(loaded, f"batches/{first['id']}")["counts"]
    assert sum(counts.values()) == 8
    again = ask(loaded, eligible=True)
    batches.work_off(loaded.services)
    assert get(loaded, f"batches/{again['id']}")["counts"] == {
        "already": counts["issued"],
        "not_met": counts["not_met"],
    }


def test_run_again_tries_only_what_was_not_issued(loaded):
    batch = ask(loaded, learners=["p-ana", "p-kiril"])["id"]
    early = post(loaded, f"batches/{batch}/run-again", None)
    assert early.status_code == 409
    batches.work_off(loaded.services)
    (result,) = get(loaded, "sign-offs", learner="p-kiril")["results"]
    post(loaded, "sign-offs", {"signed_by": "as-1", "results": [result["id"]]})
    assert post(loaded, f"batches/{batch}/run-again", None).status_code == 202
    assert batches.work_off(loaded.services) == 1
    assert outcomes(loaded, batch) == {"p-ana": "issued", "p-kiril": "issued"}


class Crash(BaseException):
    """The process dies."""


class DyingKeys:
    """The Keys port of a process that dies when it signs for the second time."""

    def __init__(self, keys):
        self._keys, self._signed = keys, 0

    def signer(self, name):
        self._signed += 1
        if self._signed == 2:
            raise Crash
        return self._keys.signer(name)


def test_what_a_crash_interrupted_goes_on(loaded):
    batch = ask(loaded, learners=["p-ana", "p-boris"])["id"]
    with pytest.raises(Crash):
        batches.work_off(replace(loaded.services, keys=DyingKeys(loaded.services.keys)))
    assert get(loaded, f"batches/{batch}")["state"] == "working"
    assert batches.work_off(loaded.services) == 0  # still leased to the one that died
    loaded.clock.move(minutes=3)
    assert batches.work_off(loaded.services) == 2
    assert outcomes(loaded, batch) == {"p-ana": "already", "p-boris": "already"}
    for learner in ("p-ana", "p-boris"):
        (credential,) = get(loaded, "credentials", learner=learner)["credentials"]
        assert get(loaded, f"awards/{credential['id']}")["renditions"][-1]["state"] == "issued"


def test_keys_that_cannot_be_opened_refuse_the_rows_until_they_can(loaded):
    batch = ask(loaded, learners=["p-ana", "p-boris"])["id"]
    batches.work_off(replace(loaded.services, keys=MemoryKeys()))
    assert set(outcomes(loaded, batch).values()) == {"refused"}
    post(loaded, f"batches/{batch}/run-again", None)
    batches.work_off(loaded.services)
    assert not set(outcomes(loaded, batch).values()) & {"refused", "failed"}


def test_another_tenant_sees_nothing_of_it(loaded):
    batch = ask(loaded, learners=["p-ana"])["id"]
    other = tenancy.add_tenant(loaded.services, "other", PROFILE)
    _, key = tenancy.add_api_key(loaded.services, other.id, "k", tenancy.SCOPES)
    loaded.headers = {"Authorization": f"Bearer {key}"}
    assert get(loaded, "batches") == {"batches": []}
    for path in (f"batches/{batch}", f"batches/{batch}/rows"):
        assert loaded.client.get(f"/api/v1/{path}", headers=loaded.headers).status_code == 404
    assert post(loaded, f"batches/{batch}/run-again", None).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"achievement": "MC-02"}, 400),
        ({"achievement": "MC-02", "learners": []}, 400),
        ({"achievement": "MC-02", "learners": ["p-ana"], "eligible": True}, 400),
        ({"achievement": "MC-02", "learners": ["a\u0000b"]}, 400),
        ({"achievement": "MC-02", "learners": ["p-ana"], "form": "rot13"}, 400),
        ({"achievement": "MC-99", "learners": ["p-ana"]}, 404),
        ({"achievement": "MC-02", "learners": ["x"] * 50_001}, 413),
    ],
)
def test_batches_that_are_refused(shared, body, status):
    answer = post(shared, "batches", body)
    assert answer.status_code == status, answer.text
    assert get(shared, "batches") == {"batches": []}


def test_rows_wait_while_the_database_does_not_answer(loaded, monkeypatch):
    batch = ask(loaded, learners=["p-ana", "p-boris"])["id"]

    def record(*_given):
        raise OperationalError("UPDATE", None, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as patched:
        patched.setattr(together, "record", record)
        assert batches.work_off(loaded.services) == 0
    assert get(loaded, f"batches/{batch}")["counts"] == {"waiting": 2}
    loaded.clock.move(minutes=2)
    assert batches.work_off(loaded.services) == 2
    assert len(get(loaded, "credentials", learner="p-ana")["credentials"]) == 1
