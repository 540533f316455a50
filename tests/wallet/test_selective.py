"""A learner shows a part of a badge: it verifies, and what she withheld is nowhere in it."""

import json

import pytest

from app.errors import BadInput
from app.vc import showing
from app.wallet import backpack, selective
from tests.backpacks import ANA, issue, signed_in


@pytest.fixture(scope="module")
def held(sqlite_house):
    from tests import service

    world = service.build(sqlite_house.fresh("loaded", service.load))
    who = signed_in(world, ANA)
    badge = backpack.badge(world.services, who, issue(world, "MC-02", "p-ana"), "en")
    yield world, badge
    world.services.database.close()


def judged(world, content):
    return world.services.judge.judge(content, "application/vc")


def test_what_can_be_chosen_is_told_in_kinds(held):
    parts = selective.choices(*_of(held))
    assert [part.kind for part in parts if part.kind != "result"] == [
        "narrative", "european", "alignment", "about", "evidence", "date", "identity",
    ]  # fmt: skip
    assert next(part.name for part in parts if part.kind == "result") == "PRJ.1 Needs analysis and prioritisation"


def test_with_nothing_chosen_it_is_still_a_valid_badge(held):
    world, badge = held
    content = selective.chosen(world.services, badge, [])
    found = judged(world, content)
    assert (found.outcome, found.codes) == ("valid", frozenset())
    told = {name: value for name, value in json.loads(content).items() if name != "@context"}
    for withheld in ("identityHash", "narrative", "alignment", "evidence", '"result"', "awardedDate", "euLevel"):
        assert withheld not in json.dumps(told)


def test_each_part_alone_and_all_together_verify(held):
    world, badge = held
    parts = selective.choices(world.services, badge)
    for chosen in (*([part.id] for part in parts), [part.id for part in parts]):
        content = selective.chosen(world.services, badge, chosen)
        assert judged(world, content).outcome == "valid", chosen
        document = json.loads(content)
        shown = {part.id for part in showing.parts(document)}
        kinds = {part.kind for part in parts if part.id in chosen}
        assert {part.kind for part in showing.parts(document)} == kinds
        assert len(shown) == len(chosen)


def test_one_result_shows_its_own_level_and_no_other(held):
    world, badge = held
    content = selective.chosen(world.services, badge, ["result-2"]).decode()
    assert "PRJ.3" in content
    assert "PRJ.1" not in content.replace("PRJ.1 ", "")


def test_a_changed_derived_badge_is_noticed(held):
    world, badge = held
    content = selective.chosen(world.services, badge, ["date"]).replace(b"2026-09-01T", b"2025-09-01T")
    assert judged(world, content).outcome == "invalid"


def test_unknown_parts_are_refused(held):
    world, badge = held
    with pytest.raises(BadInput):
        selective.chosen(world.services, badge, ["result-99"])


def test_revoking_reaches_what_was_derived(loaded):
    who = signed_in(loaded, ANA)
    award = issue(loaded, "MC-02", "p-ana")
    badge = backpack.badge(loaded.services, who, award, "en")
    content = selective.chosen(loaded.services, badge, ["result-0"])
    loaded.client.post(f"/api/v1/credentials/{award}/revoke", json={"reason": "x"}, headers=loaded.headers)
    found = judged(loaded, content)
    assert (found.outcome, "revoked" in found.codes) == ("invalid", True)


def test_issued_anew_it_is_sealed_anew_in_this_form_too(loaded):
    who = signed_in(loaded, ANA)
    award = issue(loaded, "MC-02", "p-ana")
    badge = backpack.badge(loaded.services, who, award, "en")
    old = selective.chosen(loaded.services, badge, [])
    loaded.clock.move(hours=1)
    body = {"name": "Ana", "email": ANA, "did": "did:web:ana.example"}
    loaded.client.put("/api/v1/learners/p-ana", json=body, headers=loaded.headers)
    assert loaded.client.post(f"/api/v1/credentials/{award}/reissue", headers=loaded.headers).status_code == 200
    new = selective.chosen(loaded.services, badge, [])
    assert (judged(loaded, old).outcome, judged(loaded, new).outcome) == ("invalid", "valid")
    assert b"did:web:ana.example" in new


def _of(held):
    world, badge = held
    return world.services, badge
