"""The page "ask the holder" in a real browser: axe finds nothing, and it works with and without script."""

import os
import shutil
from pathlib import Path

import pytest

from tests import npm
from tests.live import serving
from tests.pages.test_ask import asked, shown

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def seen(shared):
    """What the browser saw. ATTESTA_TEST_SHOTS names a folder for pictures of it, for people to look at."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing (Debian: apt-get install chromium)")
    npm.install(HERE)
    page, request = asked(shared.client)
    assert shown(shared.client, request).status_code == 200
    with serving(shared.client.app) as address:
        sent = {"chromium": chromium, "base": address, "answered": f"{page.url.path}?lang=de"}
        return npm.run_node(HERE, "ask.mjs", sent | {"shots": os.environ.get("ATTESTA_TEST_SHOTS")})


def test_axe_has_no_objection_in_light_dark_and_on_a_phone(seen):
    assert set(seen["pages"]) == {"begin", "code", "declined", "answered"}
    assert [told for looks in seen["pages"].values() for told in looks.values() if told] == []


def test_the_page_hears_of_the_answer_by_itself_and_without_script_by_a_link(seen):
    assert seen["declined"].endswith("No badge was shown")
    assert seen["looked"].endswith("No badge was shown")


def test_what_was_answered_can_be_read(seen):
    assert seen["verdict"] == "valid"


def test_the_pages_ask_nobody_else_and_no_script_fails(seen):
    assert (seen["foreign"], seen["errors"]) == ([], [])
