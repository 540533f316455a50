"""Results of other systems over the API: mappings, previews, who is who, older and newer statements."""

import itertools
import json
import random
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "fixtures" / "sources"
TABLE = (SOURCES / "moodle-grade-export-en.csv").read_bytes()
SEMICOLON = (SOURCES / "moodle-grade-export-semicolon-decimal-comma.csv").read_bytes()
SCORE = {
    "userId": "p-ana",
    "scoreGiven": 24,
    "scoreMaximum": 30,
    "timestamp": "2026-05-10T09:00:00.000Z",
    "activityProgress": "Completed",
    "gradingProgress": "FullyGraded",
}
CALIPER_USERS = "https://lms.example.org/users/"


def source(name):
    return json.loads((SOURCES / name).read_bytes())


def post(world, path, content, media_type="application/json", **parameters):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = world.headers | {"Content-Type": media_type}
    return world.client.post(f"/api/v1/{path}", content=body, headers=headers, params=parameters)


def put_mapping(world, subject, **mapping):
    return world.client.put(f"/api/v1/{subject}/mapping", json=mapping, headers=world.headers)


def counts(answer):
    assert answer.status_code == 200, answer.text
    return {name: number for name, number in answer.json()["counts"].items() if number}


def stored(world, learner, system):
    shown = world.client.get(f"/api/v1/learners/{learner}/results", headers=world.headers).json()["results"]
    mine = [row for row in shown if row["source_system"] == system and row["replaced_at"] is None]
    return sorted((row["assessment"], row["section"], row["score"], row["status"]) for row in mine)


def review(world):
    return world.client.get("/api/v1/results/review", headers=world.headers).json()["items"]


def suggested(world, content=TABLE, subject="courses/C02"):
    answer = post(world, f"{subject}/mapping/suggestion", content, "text/csv")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_grade_export_is_mapped_previewed_and_taken(loaded):
    refused = post(loaded, "courses/C02/results", TABLE, "text/csv", format="moodle-csv", performed_on="2026-05-10")
    assert (refused.status_code, "mapping" in refused.json()["detail"]) == (400, True)
    mapping = suggested(loaded)["mapping"]
    assert (mapping["id_column"], mapping["email_column"]) == ("ID number", "Email address")
    assert mapping["items"]["Quiz: C02-T PRJ.1 (Real)"] == {"assessment": "C02-T", "section": "PRJ.1", "max": "30"}
    assert len(mapping["items"]) == 5  # the total of C02-P is nobody's section
    assert put_mapping(loaded, "courses/C02", **mapping).status_code == 201
    assert put_mapping(loaded, "courses/C02", **mapping).json()["outcome"] == "same"
    undated = post(loaded, "courses/C02/results", TABLE, "text/csv", format="moodle-csv")
    assert (undated.status_code, undated.json()["pointer"]) == (400, "performed_on")
    told = {"format": "moodle-csv", "performed_on": "2026-05-10"}
    preview = post(loaded, "courses/C02/results", TABLE, "text/csv", dry_run="true", **told)
    assert counts(preview) == {"new": 10, "refused": 5}  # Ana of Varna has no id, and nobody has her address
    assert stored(loaded, "p-ana", "moodle-csv") == []
    assert counts(post(loaded, "courses/C02/results", TABLE, "text/csv", **told)) == {"new": 10, "refused": 5}
    assert counts(post(loaded, "courses/C02/results", SEMICOLON, "text/csv", **told)) == {"same": 10, "refused": 5}
    assert stored(loaded, "p-ana", "moodle-csv")[0] == ("C02-T", "PRJ.1", "24", "final")
    day = {"performed_on": "2026-05-10"}  # the saved mapping tells what the file is
    assert counts(post(loaded, "courses/C02/results", TABLE, "text/csv", **day)) == {"same": 10, "refused": 5}
    other = post(loaded, "courses/C02/results", TABLE, "text/csv", format="csv", **day)
    assert (other.status_code, other.json()["pointer"]) == (400, "First name")
    assert {item["reason"] for item in review(loaded)} == {"UNKNOWN_LEARNER"}
    changed = SEMICOLON.replace(
        b"p-kiril;Provider A;Sofia;kiril@example.org;24,00;80,00", b"p-kiril;P;S;k@e.org;27,00;90,00"
    )
    assert counts(post(loaded, "courses/C02/results", changed, "text/csv", **told)) == {
        "same": 9,
        "correction": 1,
        "refused": 5,
    }


def test_settling_one_row_tells_whom_the_source_means(loaded):
    put_mapping(loaded, "courses/C02", **suggested(loaded)["mapping"])
    told = {"format": "moodle-csv", "performed_on": "2026-05-10"}
    post(loaded, "courses/C02/results", TABLE, "text/csv", **told)
    item = review(loaded)[0]
    assert item["record"]["learner"] == "mailto:ana.i@example.org"
    settled = post(loaded, f"results/review/{item['id']}", {"action": "retry", "learner": "p-boris"}).json()
    assert (settled["state"], len(settled["also"])) == ("resolved", 4)
    assert review(loaded) == []
    assert len(stored(loaded, "p-boris", "moodle-csv")) == 5
    assert counts(post(loaded, "courses/C02/results", TABLE, "text/csv", **told)) == {"same": 15}
    aliases = loaded.client.get("/api/v1/learners/p-boris/aliases", headers=loaded.headers).json()["aliases"]
    assert [each["reference"] for each in aliases] == ["mailto:ana.i@example.org"]
    url = f"/api/v1/learners/p-boris/aliases/{aliases[0]['id']}"
    assert loaded.client.delete(url, headers=loaded.headers).status_code == 204
    again = post(loaded, "courses/C02/results", TABLE, "text/csv", **told)
    assert counts(again) == {"same": 10, "refused": 5}


def test_a_name_is_never_matched_or_remembered(loaded):
    mapping = suggested(loaded)["mapping"]
    del mapping["email_column"]
    put_mapping(loaded, "courses/C02", **mapping)
    post(loaded, "courses/C02/results", TABLE, "text/csv", format="moodle-csv", performed_on="2026-05-10")
    items = review(loaded)
    assert {item["record"]["learner"] for item in items} == {"name:Ana Ivanova"}
    settled = post(loaded, f"results/review/{items[0]['id']}", {"action": "retry", "learner": "p-boris"}).json()
    assert (settled["state"], "also" in settled, len(review(loaded))) == ("resolved", False, 4)


def test_an_address_of_two_learners_is_not_guessed(loaded):
    for code in ("p-one", "p-two"):
        body = {"name": "N.", "email": "Both@example.org"}
        loaded.client.put(f"/api/v1/learners/{code}", json=body, headers=loaded.headers)
    row = {
        "source_system": "lms", "source_record_id": "1", "learner": "mailto:both@example.org", "assessment": "C01-T",
        "section": "GOV.1", "attempt": 1, "score": 3, "max": 30, "performed_on": "2026-05-01", "status": "final",
    }  # fmt: skip
    answer = post(loaded, "results", [row]).json()["rows"][0]
    assert answer["reason"] == "AMBIGUOUS_LEARNER"
    loaded.client.put("/api/v1/learners/p-two", json={"name": "N.", "email": "two@example.org"}, headers=loaded.headers)
    assert counts(post(loaded, "results", [row])) == {"new": 1}
    assert review(loaded) == []


def test_points_that_are_not_on_the_scale_of_the_mapping_wait_for_a_person(loaded):
    put_mapping(loaded, "courses/C02", **suggested(loaded)["mapping"])
    of_hundred = TABLE.replace(b"24.00,80.00 %", b"24.00,24.00 %", 1)
    told = {"format": "moodle-csv", "performed_on": "2026-05-10"}
    answer = post(loaded, "courses/C02/results", of_hundred, "text/csv", **told).json()
    assert (answer["rows"][0]["reason"], answer["counts"]["new"]) == ("SCALE_MISMATCH", 9)
    assert "max is 100" in answer["rows"][0]["message"]


@pytest.mark.parametrize(
    ("subject", "mapping", "words"),
    [
        ("assessments/C02-T", {"items": {"x": {"section": "PRJ.9"}}}, 'no section "PRJ.9"'),
        ("assessments/C02-T", {"items": {"x/y": {"section": "PRJ.1", "max": "zero"}}}, "max is a number"),
        ("assessments/C02-T", {"performed_on": "yesterday"}, "a day such as"),
        ("assessments/C02-T", {"date_form": "YY"}, "date_form"),
        ("courses/C02", {"items": {"x": {"section": "PRJ.1"}}}, 'assessment ""'),
    ],
)
def test_a_wrong_mapping_is_refused(loaded, subject, mapping, words):
    answer = put_mapping(loaded, subject, **mapping)
    assert (answer.status_code, words in answer.json()["detail"]) == (400, True), answer.text
    assert loaded.client.get(f"/api/v1/{subject}/mapping", headers=loaded.headers).status_code == 404


def test_mappings_are_of_what_there_is_and_can_be_taken_away(loaded):
    assert put_mapping(loaded, "assessments/C99-T").status_code == 404
    assert put_mapping(loaded, "courses/C99").status_code == 404
    assert put_mapping(loaded, "assessments/C02-T", source_system="lms-1").status_code == 201
    shown = loaded.client.get("/api/v1/assessments/C02-T/mapping", headers=loaded.headers)
    assert shown.json() == {"source_system": "lms-1"}
    assert loaded.client.delete("/api/v1/assessments/C02-T/mapping", headers=loaded.headers).status_code == 204
    assert loaded.client.get("/api/v1/assessments/C02-T/mapping", headers=loaded.headers).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "path", "told", "expected"),
    [
        ("moodle-ws-gradereport_user_get_grade_items.json", "moodle-ws", "results", {}, {"new": 9, "refused": 1}),
        ("oneroster-results.json", "oneroster", "results", {}, {"new": 15}),
        ("canvas-outcome_results.json", "canvas", "assessments/C02-P/results", {}, {"refused": 2}),
        ("caliper-grade-event.json", "caliper", "results", {}, {"refused": 1}),
        ("xapi-statements.json", "xapi", "results", {}, {"new": 3, "refused": 2}),
        ("lti-ags-scores.json", "lti-ags", "assessments/C02-T/results", {"section": "PRJ.3"}, {"refused": 4}),
    ],
)
def test_every_format_goes_in_and_again_is_the_same(loaded, name, kind, path, told, expected):
    first = post(loaded, path, source(name), format=kind, **told)
    assert counts(first) == expected, first.text
    again = post(loaded, path, source(name), format=kind, **told)
    assert counts(again) == {"same" if outcome == "new" else outcome: n for outcome, n in expected.items()}


def test_an_id_that_only_the_platform_knows_is_settled_once(loaded):
    def send():
        return post(
            loaded, "assessments/C02-T/results", source("lti-ags-scores.json"), format="lti-ags", section="PRJ.3"
        )

    send()
    for user, learner in (("lti-user-31", "p-ana"), ("lti-user-32", "p-boris")):
        item = next(each for each in review(loaded) if each["record"]["learner"] == user)
        post(loaded, f"results/review/{item['id']}", {"action": "retry", "learner": learner})
    # The newer of two scores of one person stays, and the pending one is open, not zero; 33 of 30 is refused.
    rows = send().json()["rows"]
    assert [row.get("reason", row["outcome"]) for row in rows][1:] == [
        "same",
        "OLDER_THAN_STORED",
        "SCORE_OUT_OF_RANGE",
    ]
    assert stored(loaded, "p-ana", "lti-ags") == [("C02-T", "PRJ.3", "24", "final")]
    assert stored(loaded, "p-boris", "lti-ags") == [("C02-T", "PRJ.3", None, "provisional")]


def test_the_address_of_persons_is_cut_off_when_the_mapping_says_so(loaded):
    assert put_mapping(loaded, "assessments/C02-T", person_prefix=CALIPER_USERS).status_code == 201
    answer = post(loaded, "assessments/C02-T/results", source("caliper-grade-event.json"), format="caliper")
    assert counts(answer) == {"new": 1}
    assert stored(loaded, "p-ana", "caliper") == [("C02-T", "PRJ.3", "24", "final")]


def test_canvas_numbers_are_settled_and_mapped(loaded):
    post(loaded, "assessments/C02-P/results", source("canvas-outcome_results.json"), format="canvas")
    item = review(loaded)[0]
    assert (item["reason"], item["record"]["learner"]) == ("UNKNOWN_LEARNER", "31")
    settled = post(loaded, f"results/review/{item['id']}", {"action": "retry", "learner": "p-ana"}).json()
    assert len(settled["also"]) == 1
    assert [row[2] for row in stored(loaded, "p-ana", "canvas")] == ["1", "3"]


def test_a_result_that_oneroster_deletes_counts_no_more(loaded):
    first = source("oneroster-results.json")
    post(loaded, "results", first, format="oneroster")
    gone = first["results"][0] | {"status": "tobedeleted", "dateLastModified": "2025-12-20T00:00:00Z"}
    assert counts(post(loaded, "results", {"results": [gone]}, format="oneroster")) == {"correction": 5}
    assert {row[3] for row in stored(loaded, "p-ana", "oneroster")} == {"voided"}
    assert counts(post(loaded, "results", first, format="oneroster")) == {"same": 10, "refused": 5}


def test_an_older_statement_does_not_replace_a_newer_one_that_waits(loaded):
    path, kind = "assessments/C02-T/sections/PRJ.3/scores", "application/vnd.ims.lis.v1.score+json"
    newest = SCORE | {"userId": "lti-31"}
    post(loaded, path, newest, kind)
    post(loaded, path, newest | {"scoreGiven": 20, "timestamp": "2026-05-09T09:00:00Z"}, kind)
    (item,) = review(loaded)
    assert item["record"]["score"] == "24"
    post(loaded, path, newest | {"scoreGiven": 27, "timestamp": "2026-05-11T09:00:00Z"}, kind)
    post(loaded, f"results/review/{item['id']}", {"action": "retry", "learner": "p-ana"})
    assert stored(loaded, "p-ana", "lti-ags") == [("C02-T", "PRJ.3", "27", "final")]


def test_a_tool_publishes_scores_as_to_a_platform(loaded):
    path, kind = "assessments/C02-T/sections/PRJ.3/scores", "application/vnd.ims.lis.v1.score+json"
    assert counts(post(loaded, path, SCORE, kind)) == {"new": 1}
    better = SCORE | {"scoreGiven": 27, "timestamp": "2026-05-11T09:00:00Z"}
    assert counts(post(loaded, path, better, kind)) == {"correction": 1}
    assert post(loaded, path, SCORE, kind).json()["rows"][0]["reason"] == "OLDER_THAN_STORED"
    assert stored(loaded, "p-ana", "lti-ags") == [("C02-T", "PRJ.3", "27", "final")]
    assert post(loaded, "assessments/C02-T/sections/PRJ.9/scores", SCORE, kind).status_code == 404
    assert post(loaded, "assessments/C99-T/sections/PRJ.3/scores", SCORE, kind).status_code == 404


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_in_which_statements_come_does_not_matter(loaded, order):
    path, kind = "assessments/C02-T/sections/PRJ.3/scores", "application/vnd.ims.lis.v1.score+json"
    scores = [SCORE | {"scoreGiven": 10 + day, "timestamp": f"2026-05-0{day + 1}T00:00:00Z"} for day in range(3)]
    for each in order:
        post(loaded, path, scores[each], kind)
    assert stored(loaded, "p-ana", "lti-ags") == [("C02-T", "PRJ.3", "12", "final")]


def test_an_unclear_section_is_settled(loaded):
    event = source("caliper-grade-event.json")
    event["object"] |= {"assignee": "p-ana", "assignable": "quiz-77"}
    answer = post(loaded, "results", event, format="caliper").json()["rows"][0]
    assert answer["reason"] == "UNKNOWN_ASSESSMENT"
    where = {"action": "retry", "assessment": "C02-T", "section": "PRJ.3"}
    assert post(loaded, f"results/review/{answer['review_id']}", where).json()["state"] == "resolved"
    assert counts(post(loaded, "results", event, format="caliper")) == {"refused": 1}
    items = {"quiz-77": {"section": "PRJ.3"}}
    assert put_mapping(loaded, "assessments/C02-T", items=items).status_code == 201
    assert counts(post(loaded, "results", event, format="caliper")) == {"same": 1}
    assert review(loaded) == []


def test_an_unknown_scale_is_settled(loaded):
    score = {name: value for name, value in SCORE.items() if name != "scoreMaximum"}
    told = {"format": "lti-ags", "section": "PRJ.3"}
    answer = post(loaded, "assessments/C02-T/results", score, **told).json()["rows"][0]
    assert (answer["reason"], stored(loaded, "p-ana", "lti-ags")) == ("SCALE_UNKNOWN", [])
    settled = post(loaded, f"results/review/{answer['review_id']}", {"action": "retry"}).json()
    assert (settled["state"], stored(loaded, "p-ana", "lti-ags")) == ("resolved", [("C02-T", "PRJ.3", "24", "final")])
    assert counts(post(loaded, "assessments/C02-T/results", score, **told)) == {"same": 1}
    assert review(loaded) == []


def test_a_qti_report_is_taken_by_its_media_type(loaded):
    report = b"""<assessmentResult xmlns="http://www.imsglobal.org/xsd/imsqti_result_v3p0">
      <context sourcedId="p-ana"><sessionIdentifier sourceID="https://x.example" identifier="s1"/></context>
      <itemResult identifier="C02-T/PRJ.3" datestamp="2026-05-10T10:00:00" sessionStatus="final">
        <outcomeVariable identifier="SCORE"><value>24</value></outcomeVariable>
        <outcomeVariable identifier="MAXSCORE"><value>30.0</value></outcomeVariable>
      </itemResult></assessmentResult>"""
    assert counts(post(loaded, "results", report, "application/xml")) == {"new": 1}
    assert counts(post(loaded, "results", report, "text/xml")) == {"same": 1}


@pytest.mark.parametrize(
    ("content", "parameters", "status"),
    [
        (b"{}", {"format": "moodle-ws"}, 400),
        (b"[]", {"format": "excel"}, 400),
        (b"{", {"format": "oneroster"}, 400),
        (b"<!DOCTYPE x><assessmentResult/>", {"format": "qti"}, 400),
        (b"a,b\n1,2\n", {"format": "moodle-csv"}, 400),
        (b"\xff\xfe", {"format": "moodle-csv"}, 400),
        (b'{"statements": 3}', {"format": "xapi"}, 400),
        (b"null", {"format": "caliper"}, 400),
        (b"[1e999]", {"format": "lti-ags"}, 400),
        (b"[" * 200, {"format": "canvas"}, 413),
    ],
)
def test_what_is_not_the_format_is_told(shared, content, parameters, status):
    answer = post(shared, "results", content, **parameters)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


def test_another_tenants_learners_and_mappings_are_not_there(loaded):
    from app.issuer import tenancy

    other = tenancy.add_tenant(loaded.services, "provider-b", {"name": "B", "country_code": "BG"})
    _, key = tenancy.add_api_key(loaded.services, other.id, "b", ["read", "results:write"])
    put_mapping(loaded, "assessments/C02-T", source_system="lms-1")
    headers = {"Authorization": f"Bearer {key}"}
    assert loaded.client.get("/api/v1/assessments/C02-T/mapping", headers=headers).status_code == 404
    assert loaded.client.get("/api/v1/learners/p-ana/aliases", headers=headers).status_code == 404
    answer = loaded.client.post(
        "/api/v1/results?format=oneroster", json=source("oneroster-results.json"), headers=headers
    )
    assert answer.json()["counts"]["new"] == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_import_does_not_matter(world, loaded, seed):
    """The golden results in any order, in parts, some of them twice: the same is stored, and decided."""
    from tests import service

    document = service.frameworks.read_yaml((service.DATA / "smart-city-framework.yaml").read_bytes())
    service.import_framework(world.services, world.principal, document)
    roster = service.people.read_roster((service.DATA / "learners.csv").read_bytes())
    service.people.put_roster(world.services, world.principal, roster)
    rows = service.results.read_csv((service.DATA / "results.csv").read_bytes(), today=world.clock().date())
    last = list({row.record.key: row for row in rows}.values())  # one file may correct itself: there the order is told
    dice = random.Random(seed)
    for part in range(4):
        sent = [row for number, row in enumerate(last) if number % 3 == part or part == 3]
        dice.shuffle(sent)
        service.take(world.services, world.principal, sent)
    for learner in ("p-ana", "p-boris", "p-carmen"):
        for path in (f"learners/{learner}/evaluation?achievement=RC-SCPM&as_of=2026-09-01",):
            answers = [each.client.get(f"/api/v1/{path}", headers=each.headers).json() for each in (world, loaded)]
            assert answers[0]["status"] == answers[1]["status"]
            assert answers[0]["explanation"] == answers[1]["explanation"]
