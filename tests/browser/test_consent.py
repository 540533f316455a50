"""The page of consent in a real browser: axe finds nothing, and yes leads back to the service that asked."""

import os
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest

from app.wallet import sessions
from tests import npm, service
from tests.backpacks import ANA, signed_in
from tests.live import serving
from tests.wallet.oauth import ALL, HOST, VERIFIER, Service, challenge_of

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
PROGRAM = "http://127.0.0.1:9999/back"


def path_of(client):
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.redirect_uri,
        "scope": ALL,
        "state": "s-1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
    return f"/oauth/authorize?{urlencode(asked)}"


@pytest.fixture(scope="module")
def seen(sqlite_house):
    """What the browser saw. ATTESTA_TEST_SHOTS names a folder for pictures of it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing (Debian: apt-get install chromium)")
    npm.install(HERE)
    world = service.build(sqlite_house.fresh("loaded", service.load))
    who = signed_in(world, ANA)
    host, program = Service.register(world), Service.register(world, redirect_uris=[PROGRAM])
    with serving(world.client.app) as address:
        request = {
            "chromium": chromium,
            "base": address,
            "cookie": {"name": sessions.cookie_name(world.services), "value": who.token},
            "asks": {"host": path_of(host), "program": path_of(program)},
            "pages": {
                "consent": path_of(host),
                "consent-el": path_of(program) + "&lang=el",
                "services": "/me/services",
                "services-bg": "/me/services?lang=bg",
            },
            "shots": os.environ.get("ATTESTA_TEST_SHOTS"),
        }
        found = npm.run_node(HERE, "consent.mjs", request)
    world.services.database.close()
    return found


def test_axe_has_no_objection_in_light_dark_and_on_a_phone(seen):
    assert {name for name, told in seen["pages"].items() if told} == set(), seen["pages"]
    assert len(seen["pages"]) == 12


def test_yes_leads_back_to_who_asked(seen):
    assert seen["back"]["host"].startswith(f"{HOST}/back?code=")
    assert seen["back"]["program"].startswith(f"{PROGRAM}?code=")


def test_the_pages_ask_nobody_else(seen):
    assert seen["foreign"] == []
