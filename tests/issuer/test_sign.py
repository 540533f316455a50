"""What goes wrong between the two ways to canonicalize is never signed."""

import pytest

from app.vc import pinned_contexts
from app.vc.walk_states import States
from tests import service


def issue(world, achievement):
    body = {"achievement": achievement, "learner": "p-ana"}
    return world.client.post("/api/v1/credentials", json=body, headers=world.headers)


@pytest.fixture
def watched(backend):
    """A service that checks every third document."""
    with service.lent(backend, "loaded", service.load, walk_check_one_in=3) as made:
        yield made


@pytest.fixture
def _a_wrong_state(watched):
    """The walk is made to take one term for another, as a bug would."""
    states = pinned_contexts.issuing().once(States)
    assert issue(watched, "MC-02").status_code == 201
    wrong = [scope.members["narrative"] for scope in states.scopes.values() if "narrative" in scope.members]
    assert wrong
    for member in wrong:
        member.before = member.before.replace("narrative", "story")
    yield
    states.forget()


@pytest.mark.usefixtures("_a_wrong_state")
def test_a_difference_stops_signing_and_is_counted(watched):
    check = watched.services.walk_check
    while not check.is_due():  # one of the documents that are checked
        pass
    for _ in range(check.every - 1):  # until the one before the next
        check.is_due()
    answer = issue(watched, "MC-01")
    assert answer.status_code == 503
    assert "ATTESTA_WALK_CHECK_ONE_IN=1" in answer.json()["remedy"]
    assert check.differences == 1
    assert "attesta_canonical_differences_total 1" in watched.client.get("/metrics").text
    answer = issue(watched, "MC-01")
    assert answer.status_code == 503
    assert "stopped" in answer.json()["detail"]


def test_how_often_the_general_path_stepped_in_is_counted(loaded):
    assert issue(loaded, "MC-02").status_code == 201
    states = pinned_contexts.issuing().once(States)
    text = loaded.client.get("/metrics").text
    assert f'attesta_canonicalized_total{{side="issuing",path="walk"}} {states.walked}\n' in text
    assert f'attesta_canonicalized_total{{side="issuing",path="general"}} {states.fell_back}\n' in text
