"""What a learner shows of a badge is accepted by Digital Bazaar's ecdsa-sd-2023, and its broken twin is refused."""

import json

import pytest

from app.wallet import backpack, selective
from tests import service
from tests.backpacks import ANA, issue, signed_in
from tests.interop.test_selective_disclosure import they_say

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("node_modules")]


@pytest.fixture(scope="module")
def shown(sqlite_house):
    """Parts of a badge that a learner chose, by what they show."""
    world = service.build(sqlite_house.fresh("loaded", service.load))
    badge = backpack.badge(world.services, signed_in(world, ANA), issue(world, "MC-02", "p-ana"), "en")
    parts = [part.id for part in selective.choices(world.services, badge)]
    chosen = {"nothing": [], "one result": ["result-1"], "identity": ["identity", "date"], "all": parts}
    yield {name: json.loads(selective.chosen(world.services, badge, some)) for name, some in chosen.items()}
    world.services.database.close()


@pytest.mark.parametrize("name", ["nothing", "one result", "identity", "all"])
def test_a_part_is_accepted_and_its_twin_refused(shown, name):
    assert they_say(shown[name]) == (True, "")
    twin = json.loads(json.dumps(shown[name]))
    twin["credentialSubject"]["achievement"]["name"] += "!"
    assert they_say(twin)[0] is False
    assert they_say({**shown[name], "validFrom": "2020-01-01T00:00:00Z"})[0] is False
