"""The employer's journey (J8) at /verify in a real browser: each answer, each way in, each language, judged by axe."""

import shutil
from pathlib import Path

import pytest

from app.texts import LANGUAGES, translations
from app.vc import status
from tests import npm
from tests.browser.states import LINKED, RELEASE, SLOW, STATES, employers_world, film_of_code, text_of
from tests.live import serving
from tests.verifier.badges import INDEX, badge, signed

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def seen(sqlite_house, tmp_path_factory):
    """What the browser saw."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing (Debian: apt-get install chromium)")
    npm.install(HERE)
    world = employers_world(sqlite_house)
    award = {"achievement": "MC-02", "learner": "p-ana"}
    issued = world.client.post("/api/v1/credentials", json=award, headers=world.headers).json()["credential"]
    with serving(world.client.app) as address:
        request = {
            "chromium": chromium,
            "base": address,
            "states": {name: text_of(document) for name, (document, _) in STATES.items()},
            "languages": [*LANGUAGES],
            "issued": text_of(issued),
            "slow": text_of(signed(badge(credentialStatus=status.entry(SLOW, INDEX, "revocation")))),
            "release": RELEASE,
            "linked": LINKED,
            "camera": str(film_of_code(LINKED, tmp_path_factory.mktemp("camera") / "code.y4m")),
        }
        answers, journey = (npm.run_node(HERE, script, request) for script in ("answers.mjs", "verify.mjs"))
    yield (
        journey
        | {name: answers[name] for name in ("states", "languages")}
        | {name: [*answers[name], *journey[name]] for name in ("foreign", "errors")}
    )
    world.services.database.close()


@pytest.mark.parametrize("name", STATES)
def test_each_document_gets_its_own_answer(seen, name):
    state = seen["states"][name]
    assert state["verdict"] == STATES[name][1]
    assert state["title"].endswith(": Attesta")
    assert state["focused"].lstrip("✓✗?").strip() in state["title"], "a screen reader is led to the answer"
    assert state["axe"] == {"light": [], "dark": [], "phone": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_has_no_objection_in_any_language(seen, language):
    told = seen["languages"][language]
    assert told["said"] == language
    assert (told["form"], told["report"]) == ({"light": [], "dark": [], "phone": []},) * 2


def test_what_is_asked_of_whom_is_shown_while_it_goes_on(seen):
    progress = seen["progress"]
    assert progress["axe"] == {"light": [], "dark": [], "phone": []}
    assert progress["steps"][0] == "Reading what you gave."
    assert "Asking university.example: whether it was revoked" in progress["steps"]
    assert progress["verdict"] == "revoked"


def test_an_answer_can_be_had_in_another_language_and_back_is_the_form(seen):
    assert translations("de").gettext("This badge was revoked") in seen["switched"]
    assert seen["back"] is True


def test_a_dropped_file_is_checked(seen):
    assert seen["dropped"] == "valid"


def test_by_keyboard_alone_on_a_phone(seen):
    assert seen["skip"] == "Skip to the content"
    keyboard = seen["keyboard"]
    assert keyboard["verdict"] == "valid"
    assert "This badge is valid" in keyboard["focused"]
    assert keyboard["unfolded"] is True
    assert keyboard["checks"] is True


def test_without_script(seen):
    assert seen["plain"] == {"camera": False, "verdict": "valid", "said": "es", "linked": "valid"}


def test_a_code_before_the_camera(seen):
    camera = seen["camera"]
    assert camera["before"] is True, "the camera is not opened before it is asked for"
    assert camera["axe"] == []
    assert camera["verdict"] == "valid"
    assert camera["able"] == {"verdict": "valid", "asksService": False}
    assert "camera cannot be used" in camera["denied"]


def test_it_can_be_kept_as_receipt_and_on_paper_as_one_page_with_every_fold_open(seen):
    assert seen["receipt"] == "receipt.jwt"
    assert seen["printable"] is True
    assert seen["sheets"] == 1
    assert seen["unfolded"] == 0


def test_badges_against_a_role(seen):
    match = seen["match"]
    assert (match["form"], match["report"]) == ({"light": [], "dark": [], "phone": []},) * 2
    assert match["badges"] == 3


def test_the_page_asks_nobody_else_and_its_scripts_do_not_stumble(seen):
    assert seen["foreign"] == []
    assert seen["errors"] == []
