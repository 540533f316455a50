"""Who would get it (journey J5, and issue 4: try rules over the API before publishing them)."""

from copy import deepcopy

import pytest

from app.competency import framework as frameworks
from tests.api.test_evidence import get, post
from tests.service import DATA

CODE = "MC-02"


def test_every_learner_with_the_outcome(loaded):
    page = get(loaded, f"achievements/{CODE}/candidates", as_of="2026-09-01")
    assert page["examined"] == 8
    by_learner = {one["learner"]: one for one in page["candidates"]}
    assert by_learner["p-ana"]["outcome"] == "met"
    assert by_learner["p-kiril"]["competencies"] == ["PRJ.3 NEEDS_SIGN_OFF"]
    assert sum(page["counts"].values()) == 8


def test_only_one_outcome_and_page_by_page(loaded):
    seen, after = [], ""
    while True:
        page = get(loaded, f"achievements/{CODE}/candidates", outcome="met", after=after, limit=3)
        assert {one["outcome"] for one in page["candidates"]} <= {"met"}
        seen += [one["learner"] for one in page["candidates"]]
        after = page.get("next")
        if after is None:
            break
    assert seen == sorted(seen)
    assert "p-ana" in seen


def test_who_has_it_already_is_told(loaded):
    issued = post(loaded, "credentials", {"achievement": CODE, "learner": "p-ana"}).json()
    page = get(loaded, f"achievements/{CODE}/candidates")
    assert {one["learner"]: one["award"] for one in page["candidates"]}["p-ana"] == issued["id"]
    assert {one["learner"]: one["award"] for one in page["candidates"]}["p-kiril"] is None


@pytest.fixture(scope="module")
def reference():
    return frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())


def test_a_framework_that_is_not_published_can_be_tried(loaded, reference):
    stricter = deepcopy(reference)
    (award,) = [one for one in stricter["micro_credentials"] if one["id"] == CODE]
    award["requirements"] = {
        "id": "x",
        "label": {"en": "Two years of practice"},
        "experience": {"months": 24, "verified": True},
    }
    before = get(loaded, "frameworks")
    page = post(loaded, f"achievements/{CODE}/candidates", stricter)
    assert page.status_code == 200, page.text
    assert page.json()["counts"] == {"not_met": 8}
    assert page.json()["candidates"][0]["why"] == ["x EXPERIENCE_SHORT"]
    assert get(loaded, "frameworks") == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("achievements/MC-99/candidates", 404),
        ("achievements/%00/candidates", 404),
        (f"achievements/{CODE}/candidates?outcome=x", 400),
        (f"achievements/{CODE}/candidates?after=%00", 400),
        (f"achievements/{CODE}/candidates?limit=1001", 400),
        (f"achievements/{CODE}/candidates?as_of=x", 400),
    ],
)
def test_what_cannot_be_asked(shared, path, status):
    assert shared.client.get(f"/api/v1/{path}", headers=shared.headers).status_code == status


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"a: [", b'{"framework": 7}'])
def test_what_is_no_framework(shared, body):
    headers = shared.headers | {"Content-Type": "application/yaml"}
    answer = shared.client.post(f"/api/v1/achievements/{CODE}/candidates", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
