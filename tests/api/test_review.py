"""Awards whose evidence is taken back later are put up for review, and nothing is revoked by itself."""

import pytest

from app.issuer import tenancy
from app.issuer.award import recheck
from tests.api.test_evidence import PROFILE, get, post


@pytest.fixture
def awarded(loaded):
    """Ana has MC-02; returns the world and the record of one result that it rests on."""
    issued = post(loaded, "credentials", {"achievement": "MC-02", "learner": "p-ana"})
    assert issued.status_code == 201, issued.text
    (record,) = [
        row
        for row in get(loaded, "learners/p-ana/results")["results"]
        if (row["assessment"], row["section"]) == ("C02-P", "PRJ.1")
    ]
    return loaded, {name: value for name, value in record.items() if name != "replaced_at" and value is not None}


def correct(world, record, score):
    counts = post(world, "results", [record | {"score": score}]).json()["counts"]
    assert counts["correction"] == 1


def reviews(world):
    return get(world, "awards/review")["reviews"]


def test_a_result_corrected_downward_puts_the_award_up_for_review(awarded):
    world, record = awarded
    assert reviews(world) == []
    correct(world, record, "0")
    (told,) = reviews(world)
    assert (told["achievement"], told["learner"], told["reason"]) == ("MC-02", "p-ana", recheck.NO_LONGER_MET)
    assert "the rule is not met" in told["message"]
    assert [row["id"] for row in reviews(world)] == [told["id"]]
    (credential,) = get(world, "credentials", learner="p-ana")["credentials"]
    assert credential["status"] == "valid"


def test_a_correction_that_changes_nothing_for_the_award_does_not(awarded):
    world, record = awarded
    counts = post(world, "results", [record | {"assessor": "as-7"}]).json()["counts"]
    assert counts["correction"] == 1
    assert reviews(world) == []


def test_set_right_again_it_is_resolved(awarded):
    world, record = awarded
    correct(world, record, "0")
    assert len(reviews(world)) == 1
    correct(world, record, record["score"])
    assert reviews(world) == []


def test_a_person_keeps_it_knowing_what_was_found(awarded):
    world, record = awarded
    correct(world, record, "0")
    (told,) = reviews(world)
    body = {"by": "off-1", "reason": "She showed it to me again."}
    assert post(world, f"awards/review/{told['id']}", body).json()["state"] == "kept"
    assert post(world, f"awards/review/{told['id']}", body).status_code == 409
    post(world, "experience", {"learner": "p-ana", "from": "2024-01-01"})
    post(world, "experience", {"learner": "p-ana", "from": "2024-01-01", "to": "2024-02-01"})
    assert recheck.sweep(world.services) == 1  # looked at again, and the same was found
    assert reviews(world) == []


def test_a_revoked_award_is_no_longer_listed(awarded):
    world, record = awarded
    correct(world, record, "0")
    (told,) = reviews(world)
    post(world, f"credentials/{told['award']}/revoke", {"reason": "not met"})
    assert reviews(world) == []


def test_evidence_that_only_grew_old_does_not_count_against_an_award(awarded):
    world, record = awarded
    world.clock.move(days=3650)
    post(world, "results", [record | {"assessor": "as-9"}])
    assert reviews(world) == []


def test_the_sweep_finds_it_too(awarded):
    world, record = awarded
    recheck.sweep(world.services)  # the golden file corrects a result of its own
    correct(world, record, "0")
    assert recheck.sweep(world.services) == 1
    assert recheck.sweep(world.services) == 0
    actions = [each["action"] for each in get(world, "audit", limit=1000)["entries"]]
    assert actions.count("award put up for review") == 1


def test_reviews_are_of_ones_own_tenant(awarded):
    world, record = awarded
    correct(world, record, "0")
    (told,) = reviews(world)
    other = tenancy.add_tenant(world.services, "other", PROFILE)
    _, key = tenancy.add_api_key(world.services, other.id, "k", tenancy.SCOPES)
    world.headers = {"Authorization": f"Bearer {key}"}
    assert reviews(world) == []
    answer = post(world, f"awards/review/{told['id']}", {"by": "x", "reason": "y"})
    assert answer.status_code == 404


@pytest.mark.parametrize("body", [{}, {"by": "", "reason": "r"}, {"by": "b", "reason": ""}, {"by": 1, "reason": "r"}])
def test_keeping_needs_a_person_and_a_reason(awarded, body):
    world, record = awarded
    correct(world, record, "0")
    (told,) = reviews(world)
    assert post(world, f"awards/review/{told['id']}", body).status_code == 400
