"""A public xAPI client posts to us as to a Learning Record Store."""

import pytest

from app.asgi import create_app
from tests.interop import judges
from tests.live import serving
from tests.service import ADMIN_KEY

pytestmark = pytest.mark.interop

STATEMENT = {
    "actor": {"objectType": "Agent", "account": {"homePage": "https://lms.example.org", "name": "p-ana"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}},
    "object": {"objectType": "Activity", "id": "https://framework.example.org/smart-city/assessment/C02-T/PRJ.3"},
    "result": {"score": {"scaled": 0.8, "raw": 24, "min": 0, "max": 30}, "success": True},
    "timestamp": "2026-05-10T10:00:00Z",
}


@pytest.mark.parametrize(("version", "spoken"), [("1.0.3", ["1.0.3"]), ("2.0.0", ["2.0.0"])])
def test_xapi_js_sends_results_and_voids_them(loaded, node_modules, version, spoken):
    with serving(create_app(loaded.services)) as url:
        request = {"endpoint": f"{url}/xapi/", "version": version, "user": "lms", "password": ADMIN_KEY}
        told = judges.run_node("statements.mjs", request | {"statement": STATEMENT})
    assert {name: each["status"] for name, each in told.items()} == {
        "about": 200,
        "one": 200,
        "again": 200,
        "changed": 409,
        "list": 200,
        "void": 200,
        "wrong": 401,
    }
    assert told["about"]["data"]["version"] == spoken
    assert (len(told["one"]["data"]), len(told["list"]["data"])) == (1, 2)
    shown = loaded.client.get("/api/v1/learners/p-ana/results", headers=loaded.headers).json()["results"]
    mine = [row for row in shown if row["source_system"] == "https://lms.example.org" and row["replaced_at"] is None]
    assert sorted((row["score"], row["status"]) for row in mine) == [("24", "voided"), ("27", "final"), ("27", "final")]
