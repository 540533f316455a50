"""Learners and results (journey J2): per row new, same, correction or refused, and nobody is created by accident."""

import pytest

from tests.service import DATA

CSV = (DATA / "results.csv").read_bytes()
ROW = {
    "source_system": "lms",
    "source_record_id": "r1",
    "learner": "p-ana",
    "assessment": "C01-T",
    "section": "GOV.1",
    "attempt": 1,
    "score": "24",
    "max": "30",
    "performed_on": "2026-08-01",
    "status": "final",
}


def _put(world, code, **members):
    body = {"name": "N. N.", "email": f"{code}@example.org"} | members
    return world.client.put(f"/api/v1/learners/{code}", json=body, headers=world.headers)


def _send(world, rows, path="results", **parameters):
    return world.client.post(f"/api/v1/{path}", json=rows, headers=world.headers, params=parameters)


def _outcomes(answer):
    assert answer.status_code == 200, answer.text
    return [row["outcome"] for row in answer.json()["rows"]]


def test_a_learner_is_added_corrected_and_read(world):
    assert _put(world, "p-1").status_code == 201
    same = _put(world, "p-1")
    assert (same.status_code, same.json()["outcome"]) == (200, "same")
    corrected = _put(world, "p-1", name="Ána", did="did:key:z6Mkabc")
    assert corrected.json()["outcome"] == "correction"
    shown = world.client.get("/api/v1/learners/p-1", headers=world.headers).json()
    assert shown == {"id": "p-1", "name": "Ána", "email": "p-1@example.org", "did": "did:key:z6Mkabc"}
    assert world.client.get("/api/v1/learners/p-2", headers=world.headers).status_code == 404


def test_a_roster_goes_in_but_for_its_wrong_rows(world):
    roster = b"id,name,email\np-1,A,a@example.org\np-2,B,nobody\np-3,C,c@example.org\n"
    headers = world.headers | {"Content-Type": "text/csv"}
    done = world.client.post("/api/v1/learners", content=roster, headers=headers).json()
    assert done["counts"] == {"new": 2, "same": 0, "correction": 0, "refused": 1}
    assert "nobody" in done["rows"][1]["message"]
    page = world.client.get("/api/v1/learners?limit=1", headers=world.headers).json()
    assert page["next"] == "p-1"
    rest = world.client.get("/api/v1/learners?after=p-1", headers=world.headers).json()
    assert [each["id"] for each in rest["learners"]] == ["p-3"]


def test_the_golden_file_reports_its_duplicate_and_its_correction(loaded):
    headers = loaded.headers | {"Content-Type": "text/csv"}
    again = loaded.client.post("/api/v1/results", content=CSV, headers=headers)
    counts = again.json()["counts"]
    # Sent a second time, the record that the file itself corrects is not corrected back and forth once more.
    assert counts == {"new": 0, "same": 319, "correction": 0, "refused": 0}


def test_a_file_that_corrects_itself_otherwise_than_before_is_taken(loaded):
    first, second = ROW | {"score": "20"}, ROW | {"score": "25"}
    assert _outcomes(_send(loaded, [first, second])) == ["new", "correction"]
    assert _outcomes(_send(loaded, [first, second])) == ["same", "same"]
    assert _outcomes(_send(loaded, [second, first])) == ["same", "correction"]
    assert _outcomes(_send(loaded, [second])) == ["correction"]


def test_the_first_import_of_the_golden_file(world, loaded):
    del loaded
    from tests import service

    document = service.frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    service.import_framework(world.services, world.principal, document)
    roster = service.people.read_roster((DATA / "learners.csv").read_bytes())
    service.people.put_roster(world.services, world.principal, roster)
    headers = world.headers | {"Content-Type": "text/csv"}
    counts = world.client.post("/api/v1/results", content=CSV, headers=headers).json()["counts"]
    assert counts == {"new": 317, "same": 1, "correction": 1, "refused": 0}


def test_new_same_and_correction_with_history(loaded):
    assert _outcomes(_send(loaded, [ROW])) == ["new"]
    assert _outcomes(_send(loaded, [ROW])) == ["same"]
    assert _outcomes(_send(loaded, [ROW | {"score": "24.0"}])) == ["same"]
    assert _outcomes(_send(loaded, [ROW | {"score": "25"}])) == ["correction"]
    shown = loaded.client.get("/api/v1/learners/p-ana/results", headers=loaded.headers).json()["results"]
    mine = [row for row in shown if row["source_system"] == "lms"]
    assert [(row["score"], row["replaced_at"] is None) for row in mine] == [("24", False), ("25", True)]


def test_a_file_that_corrects_itself_far_below_changes_nothing_when_sent_again(loaded, monkeypatch):
    monkeypatch.setattr("app.issuer.assessment.results.CHUNK", 2)
    lines = [row(number, "20") for number in range(5)] + [row(0, "24"), row(1, "25"), row(1, "20")]
    content = "\n".join([HEADER, *lines])
    told = [sent(loaded, content), sent(loaded, content)]
    assert told[0] == {"new": 5, "same": 2, "correction": 1, "refused": 0}
    assert told[1] == {"new": 0, "same": 8, "correction": 0, "refused": 0}


HEADER = "source_system,source_record_id,person_id,assessment,section,attempt,score,max,performed_on,status"


def row(number, score):
    return f"bulk,x{number},p-ana,C02-T,PRJ.1,1,{score},30,2026-03-10,final"


def sent(world, content):
    answer = world.client.post("/api/v1/results", content=content, headers=world.headers | {"Content-Type": "text/csv"})
    return answer.json()["counts"]


def test_a_csv_may_be_four_times_as_large_as_another_body(loaded):
    headers = loaded.headers | {"Content-Type": "text/csv"}
    most = 4 * loaded.services.settings.max_body_bytes
    line = "x" * 99 + "\n"
    taken = loaded.client.post("/api/v1/results", content=HEADER + "\n" + line * (most // 200), headers=headers)
    assert taken.json()["counts"]["refused"] == most // 200
    refused = loaded.client.post("/api/v1/results", content=HEADER + "\n" + line * (most // 100), headers=headers)
    assert refused.status_code == 413
    assert "attesta results import" in refused.json()["remedy"]


def test_an_unknown_learner_goes_to_the_review_list_and_is_settled(loaded):
    unknown = ROW | {"learner": "p-new"}
    answer = _send(loaded, [unknown, ROW | {"source_record_id": "r2"}]).json()
    assert [(row["outcome"], row.get("reason")) for row in answer["rows"]] == [
        ("refused", "UNKNOWN_LEARNER"),
        ("new", None),
    ]
    assert loaded.client.get("/api/v1/learners/p-new", headers=loaded.headers).status_code == 404
    _send(loaded, [unknown])
    listed = loaded.client.get("/api/v1/results/review", headers=loaded.headers).json()
    assert listed["open"] == 1
    item = f"/api/v1/results/review/{listed['items'][0]['id']}"
    still = loaded.client.post(item, json={"action": "retry"}, headers=loaded.headers).json()
    assert (still["state"], still["result"]["reason"]) == ("open", "UNKNOWN_LEARNER")
    _put(loaded, "p-new")
    done = loaded.client.post(item, json={"action": "retry"}, headers=loaded.headers).json()
    assert (done["state"], done["result"]["outcome"]) == ("resolved", "new")
    assert loaded.client.post(item, json={"action": "retry"}, headers=loaded.headers).status_code == 409
    assert loaded.client.get("/api/v1/results/review", headers=loaded.headers).json()["open"] == 0


def test_what_was_sent_again_rightly_needs_no_review_any_more(loaded):
    _send(loaded, [ROW | {"learner": "p-late", "score": "5"}])
    item = loaded.client.get("/api/v1/results/review", headers=loaded.headers).json()["items"][0]["id"]
    wrong = {"action": "retry", "learner": "p-nobody"}
    loaded.client.post(f"/api/v1/results/review/{item}", json=wrong, headers=loaded.headers)
    assert loaded.client.get("/api/v1/results/review", headers=loaded.headers).json()["open"] == 1
    _put(loaded, "p-late")
    assert _outcomes(_send(loaded, [ROW | {"learner": "p-late", "score": "20"}])) == ["new"]
    assert loaded.client.get("/api/v1/results/review", headers=loaded.headers).json()["open"] == 0
    stale = loaded.client.post(f"/api/v1/results/review/{item}", json={"action": "retry"}, headers=loaded.headers)
    assert stale.status_code == 409
    shown = loaded.client.get("/api/v1/learners/p-late/results", headers=loaded.headers).json()["results"]
    assert [row["score"] for row in shown] == ["20"]


def test_a_roster_leaves_alone_what_it_does_not_have(loaded):
    _put(loaded, "p-1", did="did:key:z6Mkabc", language="el")
    rows = [{"id": "p-1", "name": "New", "email": "n@example.org"}, {"id": None}, {"id": True, "name": "A"}, {}]
    done = loaded.client.post("/api/v1/learners", json=rows, headers=loaded.headers).json()
    assert done["counts"] == {"new": 0, "same": 0, "correction": 1, "refused": 3}
    shown = loaded.client.get("/api/v1/learners/p-1", headers=loaded.headers).json()
    assert (shown["name"], shown["did"], shown["language"]) == ("New", "did:key:z6Mkabc", "el")


def test_too_many_rows_are_refused_before_any_work(loaded):
    for path in ("learners", "results"):
        answer = loaded.client.post(f"/api/v1/{path}", content=b"[" + b"{}," * 50_000 + b"{}]", headers=loaded.headers)
        assert answer.status_code == 413


def test_a_review_item_can_be_given_to_the_right_learner_or_dismissed(loaded):
    _send(loaded, [ROW | {"learner": "p-who"}, ROW | {"learner": "p-nobody", "source_record_id": "r9"}])
    items = loaded.client.get("/api/v1/results/review", headers=loaded.headers).json()["items"]
    by_learner = {item["record"]["learner"]: f"/api/v1/results/review/{item['id']}" for item in items}
    given = loaded.client.post(
        by_learner["p-who"], json={"action": "retry", "learner": "p-boris"}, headers=loaded.headers
    ).json()
    assert given["result"]["outcome"] == "new"
    dismissed = loaded.client.post(by_learner["p-nobody"], json={"action": "dismiss"}, headers=loaded.headers).json()
    assert dismissed["state"] == "dismissed"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"assessment": "C99-T"}, "UNKNOWN_ASSESSMENT"),
        ({"section": "GOV.9"}, "UNKNOWN_SECTION"),
        ({"max": "100", "score": "80"}, "SCALE_MISMATCH"),
        ({"attempt": 9}, "ATTEMPT_OVER_LIMIT"),
    ],
)
def test_rows_that_do_not_fit_are_refused_with_the_reason(loaded, changed, reason):
    row = _send(loaded, [ROW | changed]).json()["rows"][0]
    assert (row["outcome"], row["reason"]) == ("refused", reason)
    assert row["message"]


def test_one_assessment_takes_its_own_results_only(loaded):
    path = "assessments/C01-T/results"
    without = {name: value for name, value in ROW.items() if name != "assessment"}
    assert _outcomes(_send(loaded, {"results": [without]}, path)) == ["new"]
    refused = _send(loaded, [ROW | {"assessment": "C02-T", "section": "PRJ.1"}], path).json()["rows"][0]
    assert refused["reason"] == "OTHER_ASSESSMENT"
    assert _send(loaded, [without], "assessments/C99/results").status_code == 404


def test_a_dry_run_stores_nothing(loaded):
    told = _send(loaded, [ROW, ROW | {"learner": "p-new", "source_record_id": "r2"}], dry_run="true")
    assert _outcomes(told) == ["new", "refused"]
    assert _outcomes(_send(loaded, [ROW])) == ["new"]
    assert loaded.client.get("/api/v1/results/review", headers=loaded.headers).json()["open"] == 0


def test_a_record_does_not_wander_to_another_learner(loaded):
    assert _outcomes(_send(loaded, [ROW])) == ["new"]
    refused = _send(loaded, [ROW | {"learner": "p-boris"}]).json()["rows"][0]
    assert (refused["outcome"], refused["reason"]) == ("refused", "OTHER_LEARNER")


def test_an_idempotency_key_replays_the_answer_and_refuses_another_request(loaded):
    headers = loaded.headers | {"Idempotency-Key": "import-1"}
    first = loaded.client.post("/api/v1/results", json=[ROW], headers=headers)
    again = loaded.client.post("/api/v1/results", json=[ROW], headers=headers)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = loaded.client.post("/api/v1/results", json=[ROW | {"score": "1"}], headers=headers)
    assert other.status_code == 409


def test_one_provider_never_sees_another_ones_learners(loaded):
    from app.issuer import tenancy

    tenant = tenancy.add_tenant(loaded.services, "b", {"name": "B", "country_code": "EL"})
    _, clear = tenancy.add_api_key(loaded.services, tenant.id, "k", tenancy.SCOPES)
    other = {"Authorization": f"Bearer {clear}"}
    assert loaded.client.get("/api/v1/learners", headers=other).json()["learners"] == []
    for path in ("learners/p-ana", "learners/p-ana/results", "frameworks/smart-city-reference", "achievements/MC-02"):
        assert loaded.client.get(f"/api/v1/{path}", headers=other).status_code == 404
    refused = loaded.client.post("/api/v1/results", json=[ROW], headers=other).json()["rows"][0]
    assert refused["reason"] == "UNKNOWN_ASSESSMENT"
