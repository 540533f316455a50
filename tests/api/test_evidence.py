"""Practice, attestations, prior learning and signatures over the API (journeys J3, J4)."""

import pytest

from app.competency.framework import read_yaml
from app.issuer import tenancy
from app.issuer.evidence.record import CHUNK
from app.issuer.evidence.rows import MAX_ROWS
from tests.service import DATA

PROFILE = {"name": "Other", "country_code": "EL", "country": "Greece"}
AWARD = "RC-SCPM"


def post(world, path, body, **options):
    return world.client.post(f"/api/v1/{path}", json=body, headers=world.headers, **options)


def get(world, path, **parameters):
    answer = world.client.get(f"/api/v1/{path}", headers=world.headers, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def one(world, path, **members):
    """Record one row; returns the answer for it."""
    answer = post(world, path, members)
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["rows"]
    return row


def refused(world, path, **members):
    row = one(world, path, **members)
    assert row["outcome"] == "refused", row
    return row["reason"]


def evaluation(world, learner, achievement):
    return get(world, f"learners/{learner}/evaluation", achievement=achievement, as_of="2026-09-01")


def leaf(found, node_id):
    """The reason at a node of the tree, by its id."""

    def walk(node):
        yield node
        for child in node["children"]:
            yield from walk(child)

    return next(node for node in walk(found["tree"]) if node["id"] == node_id)


# --- practice


PRACTICE = {"learner": "p-ana", "from": "2024-03-01", "role": "project manager"}


def test_practice_counts_once_somebody_else_has_verified_it(loaded):
    recorded = one(loaded, "experience", **PRACTICE)
    assert recorded["outcome"] == "new"
    months = leaf(evaluation(loaded, "p-ana", AWARD), "SCPM.experience")
    assert (months["status"], months["reason"]) == ("pending", "EXPERIENCE_UNVERIFIED")
    path = f"experience/{recorded['id']}/verify"
    own = post(loaded, path, {"verified_by": "p-ana"})
    assert (own.status_code, own.json()["reason"]) == (409, "SELF_VERIFIED")
    verified = post(loaded, path, {"verified_by": "hr-1", "verified_on": "2026-08-20"}).json()
    assert (verified["verified_by"], verified["id"]) == ("hr-1", recorded["id"])
    assert leaf(evaluation(loaded, "p-ana", AWARD), "SCPM.experience")["status"] == "met"
    shown = get(loaded, f"experience/{recorded['id']}")
    assert [version["verified_by"] for version in shown["history"]] == [None]


def test_sending_it_again_does_not_take_the_verification_away_but_another_end_does(loaded):
    recorded = one(loaded, "experience", **PRACTICE)
    post(loaded, f"experience/{recorded['id']}/verify", {"verified_by": "hr-1"})
    assert one(loaded, "experience", **PRACTICE)["outcome"] == "same"
    ended = one(loaded, "experience", **PRACTICE, to="2026-07-31")
    assert (ended["outcome"], ended["id"]) == ("correction", recorded["id"])
    assert get(loaded, f"experience/{recorded['id']}")["verified_by"] is None


def test_what_was_withdrawn_stays_withdrawn_and_can_be_seen(loaded):
    recorded = one(loaded, "experience", **PRACTICE, verified=True)
    path = f"experience/{recorded['id']}/withdraw"
    assert post(loaded, path, {"reason": "The letter was forged."}).status_code == 200
    assert post(loaded, path, {"reason": "Once more."}).json()["withdrawal_reason"] == "The letter was forged."
    assert leaf(evaluation(loaded, "p-ana", AWARD), "SCPM.experience")["reason"] == "EXPERIENCE_SHORT"
    assert refused(loaded, "experience", **PRACTICE, verified=True) == "WITHDRAWN"
    assert one(loaded, "experience", **PRACTICE, record_id="hr-17")["outcome"] == "new"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"learner": "p-nobody"}, "UNKNOWN_LEARNER"),
        ({"from": "2024-02-30"}, "BAD_DATE"),
        ({"from": 20240301}, "BAD_DATE"),
        ({"to": "2024-02-01"}, "BAD_DATE"),
        ({"from": "2031-01-01"}, "DATE_IN_FUTURE"),
        ({"verified_by": "p-ana"}, "SELF_VERIFIED"),
        ({"verified": "perhaps"}, "BAD_VALUE"),
        ({"role": "x" * 301}, "BAD_VALUE"),
        ({"role": "a\nb"}, "BAD_VALUE"),
        ({"salary": 1}, "UNKNOWN_MEMBER"),
    ],
)
def test_rows_of_practice_that_are_refused(shared, changed, reason):
    assert refused(shared, "experience", **PRACTICE | changed) == reason


def test_a_bad_row_does_not_stop_the_others(loaded):
    rows = [PRACTICE, {"learner": "p-ana"}, PRACTICE | {"learner": "p-boris"}]
    done = post(loaded, "experience", {"experience": rows}).json()
    assert [row["outcome"] for row in done["rows"]] == ["new", "refused", "new"]
    assert done["rows"][1]["message"] == "from: it is missing."


def test_rows_beyond_one_transaction_are_numbered_on(loaded):
    signature = {"learner": "p-ana", "type": "code-of-conduct", "signed_on": "2026-06-01"}
    rows = [signature | {"signed_by": f"s-{number}"} for number in range(CHUNK)]
    done = post(loaded, "attestations", [*rows, {}, rows[0]]).json()
    assert [(row["row"], row["outcome"]) for row in done["rows"][-2:]] == [(CHUNK + 1, "refused"), (CHUNK + 2, "same")]


def test_csv_with_semicolons_and_columns_of_others(loaded):
    content = "\ufeffperson_id;from;to;verified;shoe size\np-ana;2024-03-01;;yes;42\n".encode()
    headers = loaded.headers | {"Content-Type": "text/csv"}
    done = loaded.client.post("/api/v1/experience", content=content, headers=headers).json()
    assert done["counts"]["new"] == 1
    (row,) = get(loaded, "experience", learner="p-ana")["experience"]
    assert (row["since"], row["until"], row["verified_by"]) == ("2024-03-01", None, "provider")


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"person_id,from,from\n", b"person_id,from\n\xff\xfe,x\n", b"person_id,from\n\0,x\n"],
)
def test_files_that_cannot_be_read_as_a_whole(shared, content):
    headers = shared.headers | {"Content-Type": "text/csv"}
    answer = shared.client.post("/api/v1/experience", content=content, headers=headers)
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("body", [1, "x", [1], {"experience": 1}, [[]]])
def test_bodies_that_hold_no_rows(shared, body):
    assert post(shared, "experience", body).status_code == 400


def test_too_many_rows_are_refused_at_once(shared):
    assert post(shared, "attestations", [{}] * (MAX_ROWS + 1)).status_code == 413


# --- attestations


def test_an_attestation_counts_for_each_who_signed(loaded):
    signature = {"learner": "p-eleni", "type": "code-of-conduct", "signed_by": "p-eleni", "signed_on": "2026-06-01"}
    recorded = one(loaded, "attestations", **signature)
    assert one(loaded, "attestations", **signature) == recorded | {"outcome": "same"}
    assert leaf(evaluation(loaded, "p-eleni", AWARD), "SCPM.conduct")["status"] == "met"
    post(loaded, f"attestations/{recorded['id']}/withdraw", {"reason": "signed for somebody else"})
    assert leaf(evaluation(loaded, "p-eleni", AWARD), "SCPM.conduct")["reason"] == "ATTESTATION_MISSING"
    later = one(loaded, "attestations", **signature | {"signed_on": "2026-07-01"})
    assert later["outcome"] == "new"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"type": "code-of-conducts"}, "UNKNOWN_TYPE"),
        ({"signed_on": "2030-01-01"}, "DATE_IN_FUTURE"),
        ({"signed_by": ""}, "BAD_VALUE"),
    ],
)
def test_attestations_that_are_refused(shared, changed, reason):
    row = {"learner": "p-ana", "type": "code-of-conduct", "signed_by": "p-ana", "signed_on": "2026-06-01"}
    assert refused(shared, "attestations", **row | changed) == reason


# --- prior learning (J3.3, J3.4)


CLAIM = {"learner": "p-eleni", "competency": "PRJ.5", "level": "L3", "record_id": "rpl-1"}
DOCUMENTED = CLAIM | {"evidence": "https://evidence.example.org/1", "evidence_date": "2025-11-01"}


def decide(world, claim_id, assessor, decision="accepted", **members):
    return post(world, f"rpl-claims/{claim_id}/decisions", {"assessor": assessor, "decision": decision} | members)


def phase(world, claim_id):
    return get(world, f"rpl-claims/{claim_id}")["phase"]


def test_a_claim_is_identified_documented_and_accepted_by_two_assessors(loaded):
    claim = one(loaded, "rpl-claims", **CLAIM)["id"]
    assert phase(loaded, claim) == "identification"
    early = decide(loaded, claim, "as-2")
    assert (early.status_code, early.json()["reason"]) == (409, "NOT_DOCUMENTED")
    assert one(loaded, "rpl-claims", **DOCUMENTED) == {"row": 1, "outcome": "correction", "id": claim}
    assert phase(loaded, claim) == "documentation"
    assert decide(loaded, claim, "as-2").status_code == 201
    assert phase(loaded, claim) == "assessment"
    again = decide(loaded, claim, "as-2")
    assert (again.status_code, again.json()["reason"]) == (409, "SAME_ASSESSOR")
    own = decide(loaded, claim, "p-eleni")
    assert (own.status_code, own.json()["reason"]) == (409, "SELF_ASSESSED")
    done = decide(loaded, claim, "as-3").json()
    assert (done["phase"], {each["assessor"] for each in done["decisions"]}) == ("accepted", {"as-2", "as-3"})
    levels = get(loaded, "learners/p-eleni/attainments", as_of="2026-09-01")["frameworks"][0]["levels"]
    assert levels["PRJ.5"] == "L3"


def test_a_decision_sent_twice_under_one_key_is_one(loaded):
    claim = one(loaded, "rpl-claims", **DOCUMENTED)["id"]
    headers = loaded.headers | {"Idempotency-Key": "d1"}
    body = {"assessor": "as-2", "decision": "accepted"}
    path = f"/api/v1/rpl-claims/{claim}/decisions"
    first, again = (loaded.client.post(path, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert len(get(loaded, f"rpl-claims/{claim}")["decisions"]) == 1


def test_what_an_assessor_has_judged_does_not_change(loaded):
    claim = one(loaded, "rpl-claims", **DOCUMENTED)["id"]
    decide(loaded, claim, "as-2")
    assert refused(loaded, "rpl-claims", **DOCUMENTED | {"level": "L4"}) == "DECIDED_ALREADY"
    assert one(loaded, "rpl-claims", **DOCUMENTED)["outcome"] == "same"


def test_a_rejection_needs_a_reason_and_is_shown_to_the_learner(loaded):
    claim = one(loaded, "rpl-claims", **DOCUMENTED)["id"]
    assert decide(loaded, claim, "as-2", "rejected").status_code == 400
    reason = "The letter does not say what you did yourself."
    assert decide(loaded, claim, "as-2", "rejected", reason=reason).json()["phase"] == "rejected"
    after = decide(loaded, claim, "as-3")
    assert (after.status_code, after.json()["reason"]) == (409, "CLAIM_REJECTED")
    (told,) = evaluation(loaded, "p-eleni", AWARD)["rejected_claims"]
    assert (told["competency"], told["reason"], told["assessor"]) == ("PRJ.5", reason, "as-2")


def test_a_withdrawn_claim_is_not_decided(loaded):
    claim = one(loaded, "rpl-claims", **DOCUMENTED)["id"]
    post(loaded, f"rpl-claims/{claim}/withdraw", {"reason": "the learner changed her mind"})
    answer = decide(loaded, claim, "as-2")
    assert (answer.status_code, answer.json()["reason"]) == (409, "WITHDRAWN")
    assert phase(loaded, claim) == "withdrawn"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"competency": "PRJ.99"}, "UNKNOWN_COMPETENCY"),
        ({"level": "L9"}, "UNKNOWN_LEVEL"),
        ({"evidence_date": "2030-01-01"}, "DATE_IN_FUTURE"),
        ({"decision": "accepted"}, "MISSING_VALUE"),
        ({"decision": "accepted", "assessor": "p-eleni", "decided_on": "2026-05-01"}, "SELF_ASSESSED"),
        ({"decision": "perhaps"}, "BAD_VALUE"),
    ],
)
def test_claims_that_are_refused(shared, changed, reason):
    assert refused(shared, "rpl-claims", **DOCUMENTED | changed) == reason


@pytest.mark.parametrize(
    "members",
    [
        {"decided_on": "2030-01-01"},
        {"decision": "perhaps"},
        {"assessor": ""},
        {"assessor": "a\u0000b"},
        {"assessor": 7},
        {"reason": "x" * 1001},
    ],
)
def test_decisions_that_are_no_decisions(loaded, members):
    claim = one(loaded, "rpl-claims", **DOCUMENTED)["id"]
    body = {"assessor": "as-2", "decision": "accepted"} | members
    assert post(loaded, f"rpl-claims/{claim}/decisions", body).status_code == 400


# --- sign-off (J3.1, J3.2)


def waiting(world, **parameters):
    return get(world, "sign-offs", **parameters)["results"]


def test_kirils_result_waits_and_counts_once_it_is_signed(loaded):
    (result,) = waiting(loaded, learner="p-kiril", assessor="as-1")
    assert (result["section"], result["signed_off_by"]) == ("PRJ.3", None)
    assert evaluation(loaded, "p-kiril", "MC-02")["outcome"] == "pending"
    own = post(loaded, "sign-offs", {"signed_by": "p-kiril", "results": [result["id"]]}).json()["rows"]
    assert [row["reason"] for row in own] == ["SELF_SIGN_OFF"]
    (signed,) = post(loaded, "sign-offs", {"signed_by": "as-1", "results": [result["id"]]}).json()["rows"]
    assert signed["outcome"] == "signed"
    assert evaluation(loaded, "p-kiril", "MC-02")["outcome"] == "met"
    assert waiting(loaded, learner="p-kiril") == []
    rows = get(loaded, "learners/p-kiril/results")["results"]
    history = [row for row in rows if row["source_record_id"] == result["source_record_id"]]
    assert [row["signed_off_by"] for row in history] == [None, "as-1"]
    (entry,) = [each for each in get(loaded, "audit", limit=1000)["entries"] if each["action"] == "results signed off"]
    assert '"by":"as-1"' in entry["detail"]


def test_the_same_record_sent_again_does_not_take_the_signature_away_but_another_score_does(loaded):
    (result,) = waiting(loaded, learner="p-kiril")
    (signed,) = post(loaded, "sign-offs", {"signed_by": "as-1", "results": [result["id"]]}).json()["rows"]
    record = {name: value for name, value in result.items() if name != "id" and value is not None}
    answer = post(loaded, "results", [record]).json()
    assert answer["counts"]["same"] == 1, answer
    again = post(loaded, "sign-offs", {"signed_by": "as-1", "results": [signed["id"]]}).json()["rows"]
    assert [row["outcome"] for row in again] == ["same"]
    other = post(loaded, "sign-offs", {"signed_by": "as-2", "results": [signed["id"]]}).json()["rows"]
    assert [row["reason"] for row in other] == ["SIGNED_ALREADY"]
    assert post(loaded, "results", [record | {"score": "2"}]).json()["counts"]["correction"] == 1
    assert [row["score"] for row in waiting(loaded, learner="p-kiril")] == ["2"]


def test_a_signature_sent_twice_is_the_same(loaded):
    (result,) = waiting(loaded, learner="p-kiril")
    body = {"signed_by": "as-1", "results": [result["id"], result["id"]]}
    first, twice = post(loaded, "sign-offs", body).json()["rows"]
    assert (first["outcome"], twice["outcome"], twice["id"]) == ("signed", "same", first["id"])
    again = post(loaded, "sign-offs", body).json()["rows"]
    assert [row["outcome"] for row in again] == ["same", "same"]


def test_where_the_policy_says_so_the_assessor_may_not_sign(loaded):
    document = read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    document["framework"]["version"] = "9.9.9"
    document["policy"]["sign_off"]["by_other_than"] = ["learner", "assessor"]
    for award in (*document["micro_credentials"], *document["certifications"]):
        award["rule_version"] = "9.9.9"
    answer = post(loaded, "frameworks", document)
    assert answer.status_code == 201, answer.text
    (result,) = waiting(loaded, learner="p-kiril")
    own = post(loaded, "sign-offs", {"signed_by": result["assessor"], "results": [result["id"]]}).json()["rows"]
    assert [row["reason"] for row in own] == ["SELF_SIGN_OFF"]
    other = post(loaded, "sign-offs", {"signed_by": "as-9", "results": [result["id"]]}).json()["rows"]
    assert [row["outcome"] for row in other] == ["signed"]


def test_what_was_corrected_since_must_be_looked_at_again(loaded):
    (result,) = waiting(loaded, learner="p-kiril")
    record = {name: value for name, value in result.items() if name != "id" and value is not None}
    post(loaded, "results", [record | {"score": "1"}])
    rows = post(loaded, "sign-offs", {"signed_by": "as-1", "results": [result["id"]]}).json()["rows"]
    assert [row["reason"] for row in rows] == ["RESULT_CHANGED"]


def test_results_that_are_not_there_or_need_no_signature(loaded):
    rows = get(loaded, "learners/p-ana/results")["results"]
    assert rows
    ids = ["00000000-0000-4000-8000-000000000000", "x\u0000", "y" * 300]
    answer = post(loaded, "sign-offs", {"signed_by": "as-1", "results": ids}).json()["rows"]
    assert [row["reason"] for row in answer] == ["UNKNOWN_RESULT"] * 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"signed_by": "as-1", "results": []},
        {"signed_by": "as-1", "results": ["x"] * 501},
        {"signed_by": "", "results": ["x"]},
        {"signed_by": "as-1", "results": "x"},
        {"signed_by": "as-1", "results": ["x"], "signed_on": "2030-01-01"},
    ],
)
def test_sign_offs_that_are_refused_as_a_whole(shared, body):
    assert post(shared, "sign-offs", body).status_code == 400


# --- tenants, scopes, strange paths


KINDS = ("experience", "attestations", "rpl-claims", "recognitions")


def test_another_tenant_sees_and_changes_nothing(loaded):
    mine = one(loaded, "experience", **PRACTICE)["id"]
    (result,) = waiting(loaded, learner="p-kiril")
    other = tenancy.add_tenant(loaded.services, "other", PROFILE)
    _, key = tenancy.add_api_key(loaded.services, other.id, "k", tenancy.SCOPES)
    loaded.headers = {"Authorization": f"Bearer {key}"}
    for kind in KINDS:
        assert get(loaded, kind) == {kind: []}
    assert waiting(loaded) == []
    assert loaded.client.get("/api/v1/sign-offs?learner=p-kiril", headers=loaded.headers).status_code == 404
    assert loaded.client.get(f"/api/v1/experience/{mine}", headers=loaded.headers).status_code == 404
    assert post(loaded, f"experience/{mine}/withdraw", {"reason": "r"}).status_code == 404
    assert post(loaded, f"experience/{mine}/verify", {"verified_by": "x"}).status_code == 404
    rows = post(loaded, "sign-offs", {"signed_by": "as-1", "results": [result["id"]]}).json()["rows"]
    assert [row["reason"] for row in rows] == ["UNKNOWN_RESULT"]
    assert refused(loaded, "experience", **PRACTICE) == "UNKNOWN_LEARNER"


def test_who_may_record_may_not_sign(loaded):
    _, key = tenancy.add_api_key(loaded.services, loaded.principal.tenant_id, "lms", ["read", "evidence:write"])
    claim = one(loaded, "rpl-claims", **DOCUMENTED)["id"]
    loaded.headers = {"Authorization": f"Bearer {key}"}
    assert one(loaded, "experience", **PRACTICE)["outcome"] == "new"
    for path, body in (
        ("sign-offs", {"signed_by": "as-1", "results": ["x"]}),
        (f"rpl-claims/{claim}/decisions", {"assessor": "as-1", "decision": "accepted"}),
        (f"experience/{claim}/verify", {"verified_by": "as-1"}),
        (f"recognitions/{claim}/settlement", {"action": "accept", "by": "as-1", "reason": "r"}),
    ):
        answer = post(loaded, path, body)
        assert (answer.status_code, answer.json()["scope"]) == (403, "evidence:sign")


@pytest.mark.parametrize("strange", ["x", "p%00", "%ff", "00000000-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("kind", KINDS)
def test_records_that_are_not_there(shared, kind, strange):
    assert shared.client.get(f"/api/v1/{kind}/{strange}", headers=shared.headers).status_code in (400, 404)
    assert post(shared, f"{kind}/{strange}/withdraw", {"reason": "r"}).status_code in (400, 404)


def test_pages_go_on_where_the_last_one_ended(loaded):
    rows = [PRACTICE | {"role": f"role {number}"} for number in range(5)]
    assert post(loaded, "experience", rows).json()["counts"]["new"] == 5
    seen, after = [], ""
    while True:
        page = get(loaded, "experience", learner="p-ana", limit=2, after=after)
        seen += [row["role"] for row in page["experience"]]
        after = page.get("next")
        if after is None:
            break
    assert sorted(seen) == [f"role {number}" for number in range(5)]


def test_an_idempotency_key_gives_the_same_answer(loaded):
    headers = loaded.headers | {"Idempotency-Key": "k1"}
    first = loaded.client.post("/api/v1/experience", json=PRACTICE, headers=headers)
    again = loaded.client.post("/api/v1/experience", json=PRACTICE, headers=headers)
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
