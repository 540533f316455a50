"""A learner sends a badge to another service in a real browser, without script; axe finds nothing on the way."""

import os
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from app.wallet import foreign, pushing, sessions
from app.wallet.pushing import Chosen
from tests import npm, service
from tests.backpacks import ANA, issue, signed_in
from tests.https import certify, guarded, serving_https
from tests.live import serving

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent


def at_home(house, name):
    """A service that knows its https address, and the socket for it."""
    listener = socket.create_server(("127.0.0.1", 0))
    base_url = f"https://{name}:{listener.getsockname()[1]}"
    return service.build(house.fresh("loaded", service.load), base_url=base_url), listener


def cookie(world, who):
    url = world.services.settings.public_url
    return {"name": sessions.cookie_name(world.services), "value": who.token, "url": url, "secure": True}


def begun(here, who, award, there, stage):
    push_id = pushing.begin(here.services, who, there, [Chosen(award_id=award)], "en")
    with here.services.database.everywhere(why="a test", writes=True) as session:
        row = pushing.store.push(session, who.email, push_id)
        row.stage, row.changed_at = stage, row.changed_at - pushing.SENDING_LASTS
        row.why, row.told = pushing.protocol.NOT_ALLOWED, "access_denied: The learner did not allow it." + "x" * 250
    return push_id


@pytest.fixture(scope="module")
def seen(sqlite_house, tmp_path_factory):
    """What the browser saw. ATTESTA_TEST_SHOTS names a folder for pictures of it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing (Debian: apt-get install chromium)")
    npm.install(HERE)
    certified = certify(tmp_path_factory.mktemp("https"), ["here.example", "there.example"])
    (here, at_here), (there, at_there) = (at_home(sqlite_house, name) for name in ("here.example", "there.example"))
    here.services = replace(here.services, sender=guarded(certified[0]))
    here.client.app.state.services = here.services
    ana, hers = signed_in(here, ANA), signed_in(there, ANA)
    award, base, far = issue(here, "MC-02", "p-ana"), *(each.services.settings.public_url for each in (here, there))
    with (
        serving_https(here.client.app, at_here, certified),
        serving_https(there.client.app, at_there, certified),
        serving(here.client.app) as plain,
    ):
        stages = {stage: begun(here, ana, award, far, stage) for stage in ("found", "sending", "refused")}
        request = {
            "chromium": chromium,
            "base": base,
            "there": far,
            "plain": plain.replace("127.0.0.1", "plain.example"),
            "cookies": [cookie(here, ana), cookie(there, hers)],
            "pages": {"form": "/me/push", "form-el": "/me/push?lang=el", "badge": f"/me/badges/{award}"}
            | {stage: f"/me/push/{push_id}" for stage, push_id in stages.items()}
            | {"found-de": f"/me/push/{stages['found']}?lang=de"},
            "shots": os.environ.get("ATTESTA_TEST_SHOTS"),
        }
        found = npm.run_node(HERE, "push.mjs", request)
    found["kept"] = len(foreign.kept(there.services, hers))
    found["plain_address"] = request["plain"]
    for world in (here, there):
        world.services.database.close()
    return found


def test_there_and_back_without_a_script(seen):
    there = seen["steps"][1].removeprefix("To another service: ")
    assert seen["steps"] == [
        "To another service",
        f"To another service: {there}",
        "A service asks for your badges",
        f"To another service: {there}",
    ]
    assert there.startswith("there.example:")
    assert "has arrived" in seen["arrived"]
    assert "code=" not in seen["address"]
    assert seen["kept"] == 1


def test_axe_has_no_objection_in_light_dark_and_on_a_phone(seen):
    assert {name: told for name, told in seen["pages"].items() if told} == {}
    assert len(seen["pages"]) == 3 * 9


def test_the_pages_ask_nobody_else(seen):
    assert seen["foreign"] == []


def test_over_plain_http_a_form_of_ours_is_known_by_its_origin(seen):
    assert (seen["origin"], seen["site"]) == (seen["plain_address"], None)
