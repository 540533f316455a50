"""The golden learners, loaded over the API with all their evidence, come to the outcomes written by hand."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden"
EXPECTED = yaml.safe_load((GOLDEN / "expected.yaml").read_text())["cases"]
FILES = {
    "experience": "experience.csv",
    "attestations": "attestations.csv",
    "rpl-claims": "rpl.csv",
    "recognitions/records": "credentials.csv",
}


def send(world, path, name, **parameters):
    content = (GOLDEN / name).read_bytes()
    headers = world.headers | {"Content-Type": "text/csv"}
    answer = world.client.post(f"/api/v1/{path}", content=content, headers=headers, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def evaluation(world, learner, **parameters):
    answer = world.client.get(
        f"/api/v1/learners/{learner}/evaluation", headers=world.headers, params={"as_of": "2026-09-01"} | parameters
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def golden(loaded):
    for path, name in FILES.items():
        done = send(loaded, path, name)
        assert done["counts"]["refused"] == 0, done
    for row in csv.DictReader((GOLDEN / "decisions.csv").read_text().splitlines()):
        decide(loaded, row)
    return loaded


def decide(world, row):
    """Let an officer decide, on the day of the file."""
    today, world.clock.now = world.clock.now, datetime.fromisoformat(f"{row['decided_on']}T09:00:00+00:00")
    body = {"learner": row["person_id"], "achievement": row["award"]}
    application = world.client.post("/api/v1/applications", json=body, headers=world.headers)
    assert application.status_code == 201, application.text
    seen = application.json()["evaluation"]["hash"]
    body = {
        "application": application.json()["id"],
        "officer": row["officer_id"],
        "decision": row["decision"],
        "evaluation_hash": seen,
    }
    decision = world.client.post("/api/v1/decisions", json=body, headers=world.headers)
    assert decision.status_code == 201, decision.text
    world.clock.now = today


def test_every_case(golden):
    for case in EXPECTED:
        as_of = str(case.get("as_of", date(2026, 9, 1)))
        found = evaluation(golden, case["person"], achievement=case["award"], as_of=as_of)
        assert found["outcome"] == case["outcome"], case
        if "why" in case:
            assert found["why"] == case["why"], case
        if "competencies" in case:
            assert found["competencies"] == case["competencies"], case
        if "also" in case:
            assert found["valid_until"] == case["also"]["valid_until"], case
        for competency, level in case.get("reached", {}).items():
            assert found["levels"][competency] == level, case


def test_all_awards_in_short_say_the_same(golden):
    told = {award["achievement"]: award for award in evaluation(golden, "p-boris")["awards"]}
    assert len(told) == 15
    assert told["RC-SCPM"]["why"] == evaluation(golden, "p-boris", achievement="RC-SCPM")["why"]
    assert told["MC-08"]["competencies"] == ["SEC.2 LEVEL_TOO_LOW"]


def test_sent_again_everything_is_the_same(golden):
    for path, name in FILES.items():
        counts = send(golden, path, name)["counts"]
        assert (counts["new"], counts["correction"], counts["refused"]) == (0, 0, 0), path


def test_a_dry_run_stores_nothing(loaded):
    for path, name in FILES.items():
        assert send(loaded, path, name, dry_run=True)["counts"]["new"] > 0
        kind = path.partition("/")[0]
        assert loaded.client.get(f"/api/v1/{kind}", headers=loaded.headers).json() == {kind: []}


def test_attainments_name_every_competency(golden):
    answer = golden.client.get("/api/v1/learners/p-eleni/attainments?as_of=2026-09-01", headers=golden.headers).json()
    (framework,) = answer["frameworks"]
    assert len(framework["levels"]) == 36
    assert framework["levels"]["GOV.1"] == "L2"  # by prior learning, which two assessors have signed
    assert framework["levels"]["PRJ.5"] != "L3"  # one signature is missing


def test_where_an_officer_decides_nothing_is_issued_by_the_rules_alone(golden):
    body = {"learner": "p-carmen", "achievement": "RC-SCPM"}
    answer = golden.client.post("/api/v1/credentials", json=body, headers=golden.headers)
    assert (answer.status_code, answer.json()["reason"]) == (409, "NEEDS_DECISION")
