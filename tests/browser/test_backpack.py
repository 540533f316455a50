"""The backpack in a real browser: sign in, look, share, show a part, bring a badge, erase; axe finds nothing."""

import os
import shutil
from pathlib import Path

import pytest

from tests import npm, service
from tests.backpacks import ANA, issue, link_for
from tests.live import serving

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def seen(sqlite_house):
    """What the browser saw. ATTESTA_TEST_SHOTS names a folder for pictures of it, for people to look at."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing (Debian: apt-get install chromium)")
    npm.install(HERE)
    world = service.build(sqlite_house.fresh("loaded", service.load))
    award = issue(world, "MC-02", "p-ana")
    revoked = issue(world, "MC-01", "p-ana")
    world.client.post(f"/api/v1/credentials/{revoked}/revoke", json={"reason": "x"}, headers=world.headers)
    badge = world.client.get(f"/credentials/{issue(world, 'MC-01', 'p-boris')}", headers={"Accept": "application/vc"})
    role = world.client.get("/api/v1/achievements/RC-SCPM", headers=world.headers).json()["id"]
    pages = {
        "badges": "/me",
        "badges-el": "/me?lang=el",
        "badge": f"/me/badges/{award}",
        "next": "/me/next?lang=bg",
        "next-one": f"/me/next/{_learner(world)}/{role}",
        "results": "/me/results",
        "foreign": "/me/foreign?lang=de",
        "data-ro": "/me/data?lang=ro",
        "choose-el": f"/me/badges/{award}/choose?lang=el",
        "share-bg": "/me/shares/new?lang=bg",
        "badge-es": f"/me/badges/{award}?lang=es",
        "report": f"/credentials/{award}",
    }
    with serving(world.client.app) as address:
        request = {
            "chromium": chromium,
            "base": address,
            "link": f"/me/sign-in/link?token={link_for(world, ANA)}",
            "pages": pages,
            "badge": badge.text,
            "award": award,
            "shots": os.environ.get("ATTESTA_TEST_SHOTS"),
        }
        found = npm.run_node(HERE, "backpack.mjs", request)
    world.services.database.close()
    return found


def _learner(world):
    with world.services.database.reading(world.principal.tenant_id) as session:
        from app.store import assessment

        found = assessment.learner(session, "p-ana")
        assert found is not None
        return found.id


def test_axe_has_no_objection_in_light_dark_and_on_a_phone(seen):
    assert len(seen["pages"]) == 3 * 23
    assert {name: found for name, found in seen["pages"].items() if found} == {}


def test_she_signs_in_by_the_link(seen):
    assert (seen["asked"], seen["after"]) == ("Look into your mailbox", "Your badges")


def test_what_she_shares_is_seen_until_she_ends_it(seen):
    assert seen["shared"] == "Smart City Project Design and Delivery"
    assert "not shown any more" in seen["ended"]


def test_a_part_is_saved_and_a_badge_from_elsewhere_is_judged(seen):
    assert seen["part"] == "MC-02-part.json"
    assert "This badge is valid" in seen["kept"]


def test_on_a_phone_no_level_is_broken_in_the_middle_of_a_word(seen):
    assert seen["levels"] == [1] * 5


def test_erased_she_is_signed_out(seen):
    assert (seen["erased"], seen["gone"]) == ("You are erased", "/me/sign-in")


def test_the_pages_ask_nobody_else(seen):
    assert seen["foreign"] == []
