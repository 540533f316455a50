"""The pages in a real browser: axe finds nothing. What /verify does is in test_verify.py."""

import json
import shutil
from pathlib import Path

import pytest

from app.competency import framework as frameworks
from tests import npm
from tests.competency.test_competency_map import RESOURCES
from tests.live import serving
from tests.service import DATA

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent


def _with_gaps(shared):
    """The id of a framework with gaps and learning resources."""
    document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    document["framework"] |= {"id": "with-gaps", "uuid": "00000000-0000-4000-8000-000000000001"}
    document["learning_resources"] = RESOURCES
    for name in ("micro_credentials", "certifications", "equivalences"):
        del document[name]
    document["courses"][1]["learning_outcomes"] = document["courses"][1]["learning_outcomes"][:1]
    content, headers = json.dumps(document), shared.headers | {"Content-Type": "application/json"}
    return shared.client.post("/api/v1/frameworks", content=content, headers=headers).json()["id"]


@pytest.fixture(scope="module")
def seen(shared):
    """What the browser saw."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing (Debian: apt-get install chromium)")
    npm.install(HERE)
    body = {"achievement": "MC-02", "learner": "p-ana"}
    award = shared.client.post("/api/v1/credentials", json=body, headers=shared.headers).json()
    achievement = shared.client.get("/api/v1/achievements/MC-02", headers=shared.headers).json()["id"]
    version = shared.client.get("/api/v1/frameworks", headers=shared.headers).json()["frameworks"][0]["id"]
    gaps = _with_gaps(shared)
    pages = [
        "/",
        "/verify",
        "/docs",
        f"/credentials/{award['id']}",
        f"/achievements/{achievement}",
        f"/frameworks/{version}",
        f"/frameworks/{version}?lang=bg",
        f"/frameworks/{version}/competencies/PRJ.1",
        f"/frameworks/{version}/map?lang=bg",
        f"/frameworks/{gaps}/map",
        f"/frameworks/{gaps}/courses/C01",
        f"/achievements/{achievement}?lang=el",
        "/codes/GreenComp/2022/2.1",
        "/issuers/main",
        "/problems/rules-not-met",
        "/match",
        "/checks/status?lang=el",
        "/nothing?lang=bg",
        "/api/v1/credentials",
    ]
    with serving(shared.client.app) as address:
        request = {"chromium": chromium, "base": address, "pages": pages}
        return npm.run_node(HERE, "pages.mjs", request)


def test_axe_has_no_objection_in_light_dark_and_on_a_phone(seen):
    assert len(seen["pages"]) == 19
    assert {f"{path} {way}": said for path, ways in seen["pages"].items() for way, said in ways.items() if said} == {}


def test_the_pages_ask_nobody_else(seen):
    assert seen["foreign"] == []
    assert seen["errors"] == []
