"""Certification over the API, for tests: the golden learners apply, officers decide."""

from datetime import UTC, datetime
from pathlib import Path

from tests import service

GOLDEN = Path(__file__).parent / "fixtures" / "golden"
FILES = {
    "experience": "experience.csv",
    "attestations": "attestations.csv",
    "rpl-claims": "rpl.csv",
    "recognitions/records": "credentials.csv",
}
GRANT_DAY = datetime(2026, 8, 15, 10, tzinfo=UTC)


def load(world):
    service.load(world)
    for path, name in FILES.items():
        headers = world.headers | {"Content-Type": "text/csv"}
        answer = world.client.post(f"/api/v1/{path}", content=(GOLDEN / name).read_bytes(), headers=headers)
        assert answer.json()["counts"]["refused"] == 0, answer.text


def post(world, path, expect=None, headers=None, **body):
    answer = world.client.post(f"/api/v1/{path}", json=body, headers=headers or world.headers)
    if expect is not None:
        assert answer.status_code == expect, answer.text
    return answer.json()


def get(world, path, **parameters):
    answer = world.client.get(f"/api/v1/{path}", headers=world.headers, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def applied(world, learner="p-ana", achievement="RC-SCPM"):
    return post(world, "applications", learner=learner, achievement=achievement)


def decided(world, application, decision, expect=201, officer="off-1", **members):
    seen = get(world, f"applications/{application}")["evaluation"]["hash"]
    body = {"application": application, "officer": officer, "decision": decision, "evaluation_hash": seen} | members
    return post(world, "decisions", expect, **body)


def granted(world, learner="p-ana"):
    application = applied(world, learner)["id"]
    return application, decided(world, application, "grant")


def badge(world, award):
    return get(world, f"credentials/{award}")["credential"]


def verified(world, document):
    report = world.client.post("/verify", json=document).json()
    return report["outcome"], {found["code"] for check in report["checks"] for found in check["findings"]}


def recognise(world, learner, competencies):
    """Two assessors accept a claim of prior learning of each."""
    rows = [
        {
            "claim_id": f"claim-{competency}",
            "learner": learner,
            "competency": competency,
            "level": "L3",
            "evidence_date": "2026-05-01",
            "assessor": assessor,
            "decision": "accepted",
            "decided_on": "2026-06-01",
        }
        for competency in competencies
        for assessor in ("as-7", "as-8")
    ]
    answer = world.client.post("/api/v1/rpl-claims", json=rows, headers=world.headers)
    assert answer.json()["counts"]["refused"] == 0, answer.text
