"""The claim page in a real browser: axe finds nothing, and what is offered can be taken without script."""

import os
import shutil
from pathlib import Path

import pytest

from tests import npm
from tests.live import serving

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent


def offered(world, achievement, learner, **how):
    """The path of the claim page for a new award."""
    body = {"achievement": achievement, "learner": learner}
    award = world.client.post("/api/v1/credentials", json=body, headers=world.headers).json()
    made = world.client.post(f"/api/v1/credentials/{award['id']}/offers", json=how, headers=world.headers).json()
    return made["link"].removeprefix(world.services.settings.public_url), made


@pytest.fixture(scope="module")
def seen(shared):
    """What the browser saw. ATTESTA_TEST_SHOTS names a folder for pictures of it, for people to look at."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing (Debian: apt-get install chromium)")
    npm.install(HERE)
    path, _ = offered(shared, "MC-02", "p-ana")
    with_code, _ = offered(shared, "MC-02", "p-carmen", tx_code=True)
    ended, made = offered(shared, "MC-01", "p-ana")
    shared.client.post(f"/api/v1/offers/{made['id']}/withdraw", headers=shared.headers)
    pages = {"offer": f"{path}?lang=en", "code": f"{with_code}?lang=de", "greek": f"{path}?lang=el", "ended": ended}
    with serving(shared.client.app) as address:
        request = {"chromium": chromium, "base": address, "pages": pages, "wallet": f"{path}?lang=en"}
        return npm.run_node(HERE, "claim.mjs", request | {"shots": os.environ.get("ATTESTA_TEST_SHOTS")})


def test_axe_has_no_objection_in_light_dark_and_on_a_phone(seen):
    assert len(seen["pages"]) == 15
    assert {name: found for name, found in seen["pages"].items() if found} == {}


def test_what_is_offered_is_taken_without_script_and_staysoffered(seen):
    assert seen["file"] == "MC-02.pdf"
    assert seen["opened"].startswith("openid-credential-offer://?credential_offer=")
    assert seen["stillThere"] == "Smart City Project Design and Delivery"


def test_the_pages_ask_nobody_else(seen):
    assert seen["foreign"] == []
