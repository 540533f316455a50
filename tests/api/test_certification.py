"""Applications, officers' decisions and appeals over the API (journeys J6 and J10)."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.errors import Conflict
from app.issuer.certification.decide import Sent, decide
from app.issuer.credential.issue import resume
from app.issuer.tenancy import SCOPES, add_api_key, add_tenant
from app.store import assessment
from tests import service
from tests.certification import applied, badge, decided, get, granted, post, recognise, verified

# Deciding (journey J6)


def test_an_application_tells_tree_sentences_evidence_and_history_on_one_page(house):
    made = applied(house)
    assert made["outcome"] == "ready_for_decision"
    assert made["evaluation"]["tree"]["id"] == "SCPM"
    assert made["evaluation"]["explanation"]
    assert len(made["evidence"]["results"]) > 10
    assert [act["kind"] for act in made["history"]] == ["apply"]
    assert get(house, f"applications/{made['id']}")["evaluation"] == made["evaluation"]


def test_with_the_examples_evidence_ana_becomes_ready_as_the_page_says(loaded):
    for kind, name in (("experience", "experience"), ("attestations", "attestations"), ("rpl-claims", "rpl")):
        headers = loaded.headers | {"Content-Type": "text/csv"}
        content = (service.DATA / f"{name}.csv").read_bytes()
        taken = loaded.client.post(f"/api/v1/{kind}", content=content, headers=headers)
        assert taken.json()["counts"]["refused"] == 0
    for code in ("MC-01", "MC-02", "MC-05", "MC-06", "MC-07", "MC-08"):
        assert post(loaded, "credentials", achievement=code, learner="p-ana")["status"] == "valid"
    assert applied(loaded)["outcome"] == "ready_for_decision"


@pytest.mark.parametrize(
    ("learner", "outcome"),
    [
        ("p-ana", "ready_for_decision"),
        ("p-boris", "not_met"),
        ("p-eleni", "pending"),
        ("p-iosif", "ready_for_decision"),
    ],
)
def test_the_rules_say_what_an_application_has_come_to(house, learner, outcome):
    assert applied(house, learner)["outcome"] == outcome


def test_applying_again_gives_the_open_application(house):
    first = house.client.post(
        "/api/v1/applications", json={"learner": "p-ana", "achievement": "RC-SCPM"}, headers=house.headers
    )
    again = house.client.post(
        "/api/v1/applications", json={"learner": "p-ana", "achievement": "RC-SCPM"}, headers=house.headers
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    listed = get(house, "applications", learner="p-ana")["applications"]
    assert [one["id"] for one in listed] == [first.json()["id"]]


def test_nobody_applies_for_what_rules_alone_award(house):
    answer = post(house, "applications", 409, learner="p-ana", achievement="MC-02")
    assert answer["reason"] == "NO_DECISION_NEEDED"


def test_ana_is_granted_a_certificate_until_2029_08_15(house):
    application, made = granted(house)
    assert (made["outcome"], made["valid_until"]) == ("granted", "2029-08-15")
    assert made["officer"] == "off-1"
    document = badge(house, made["award"]["id"])
    subject = document["credentialSubject"]
    assert subject["achievement"]["achievementType"] == "Certification"
    assert subject["licenseNumber"] == made["licence_number"]
    assert len(subject["result"]) == 9
    assert len(subject["achievement"]["related"]) >= 4
    assert document["validUntil"] == "2029-08-15T23:59:59Z"
    assert isinstance(document["credentialStatus"], dict)
    assert document["credentialStatus"]["statusPurpose"] == "suspension"
    assert verified(house, document)[0] == "valid"
    shown = get(house, f"applications/{application}")
    assert shown["outcome"] == "granted"
    assert [act["kind"] for act in shown["history"]] == ["apply", "grant"]
    assert get(house, "learners/p-ana/evaluation", achievement="RC-SCPM")["outcome"] == "granted"


def test_an_officer_who_assessed_the_learner_may_not_decide(house):
    application = applied(house)["id"]
    answer = decided(house, application, "grant", 409, officer="as-1")
    assert answer["reason"] == "CONFLICT_OF_INTEREST"
    assert {act["role"] for act in answer["acts"]} <= {"assessor", "examiner", "rpl_signer"}
    assert all(act["on"] for act in answer["acts"])
    answer = decided(house, application, "refuse", 409, officer="p-ana", reason="I am the learner")
    assert answer["acts"][0]["role"] == "learner"
    assert get(house, f"applications/{application}")["outcome"] == "ready_for_decision"


MANDATORY = ("GOV.1", "GOV.2", "GOV.3", "PRJ.1", "PRJ.3", "PRJ.4", "PRJ.5", "CIT.3", "SEC.2")
ELECTIVE = ("PRJ.2", "PRO.1", "DAT.1")


def void_all_but_the_exam(world, learner):
    with world.services.database.writing(world.principal.tenant_id) as session:
        for row in assessment.results_of(session, assessment.learner(session, learner).id):
            if not row.assessment.startswith("EX-"):
                row.status = "voided"


def test_too_much_prior_learning_is_blocked_with_the_count(house):
    recognise(house, "p-ana", MANDATORY + ELECTIVE)
    void_all_but_the_exam(house, "p-ana")
    application = applied(house)
    assert (application["outcome"], application["evaluation"]["block"]) == ("blocked", "RPL_SHARE_EXCEEDED")
    answer = decided(house, application["id"], "grant", 409)
    assert answer["reason"] == "RPL_SHARE_EXCEEDED"
    assert answer["blocking"][0]["numbers"] == {"have": "12", "most": "6", "of": "12"}


def test_who_signed_prior_learning_may_not_decide(house):
    recognise(house, "p-ana", ["GOV.1"])
    answer = decided(house, applied(house)["id"], "grant", 409, officer="as-7")
    assert answer["acts"] == [{"role": "rpl_signer", "on": "2026-06-01"}]


def test_a_refusal_needs_a_reason_and_tells_until_when_an_appeal_is_possible(house):
    application = applied(house, "p-boris")["id"]
    answer = decided(house, application, "refuse", 400)
    assert answer["pointer"] == "/reason"
    refused = decided(house, application, "refuse", reason="Privacy by design is open.")
    assert (refused["outcome"], refused["appeal_until"]) == ("refused", "2026-09-14")
    assert decided(house, application, "grant", 409, officer="off-2")["reason"] == "NOT_NOW"


def test_a_grant_needs_the_evaluation_that_was_seen_and_met_rules(house):
    application = applied(house, "p-boris")["id"]
    answer = post(house, "decisions", 400, application=application, officer="off-1", decision="grant")
    assert answer["pointer"] == "/evaluation_hash"
    answer = decided(house, application, "grant", 409)
    assert (answer["type"], answer["reason"]) == ("/problems/rules-not-met", "RULES_NOT_MET")


def test_nothing_is_granted_on_stale_evidence(house):
    application = applied(house)
    seen = application["evaluation"]["hash"]
    recognise(house, "p-ana", ["GOV.1"])
    body = {"application": application["id"], "officer": "off-1", "decision": "grant", "evaluation_hash": seen}
    answer = post(house, "decisions", 409, **body)
    assert answer["reason"] == "EVALUATION_CHANGED"
    new = answer["evaluation"]["hash"]
    assert new == get(house, f"applications/{application['id']}")["evaluation"]["hash"] != seen
    assert post(house, "decisions", 201, **(body | {"evaluation_hash": new}))["outcome"] == "granted"


def test_the_same_decision_again_changes_nothing(house):
    application, first = granted(house)
    body = {"application": application, "officer": "off-1", "decision": "grant", "evaluation_hash": "sha256-any"}
    again = post(house, "decisions", 200, **body)
    assert (again["id"], again["award"]["id"]) == (first["id"], first["award"]["id"])
    assert len(get(house, "awards", achievement="RC-SCPM")["awards"]) == 1


def test_two_officers_at_once_exactly_one_decides(house):
    application = applied(house)
    sent = [
        Sent(application["id"], officer, "grant", None, application["evaluation"]["hash"])
        for officer in ("off-1", "off-2", "off-3", "off-4")
    ]
    outcomes, start = [], threading.Barrier(len(sent))

    def work(one):
        start.wait()
        try:
            outcomes.append(decide(house.services, house.principal, one).act.person)
        except Conflict as conflict:
            outcomes.append(conflict.members["reason"])

    threads = [threading.Thread(target=work, args=(one,)) for one in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[:3] == ["NOT_NOW"] * 3
    assert sorted(outcomes)[3].startswith("off-")
    assert len(get(house, "awards", achievement="RC-SCPM")["awards"]) == 1


def test_a_crash_before_sealing_leaves_a_decision_whose_credential_is_sealed_later(house):
    application = applied(house)
    broken = replace(house.services, keys=service.MemoryKeys())  # as if the process had died: nothing can be signed
    sent = Sent(application["id"], "off-1", "grant", None, application["evaluation"]["hash"])
    made = decide(broken, house.principal, sent)
    assert get(house, f"applications/{application['id']}")["outcome"] == "granted"
    house.clock.move(minutes=5)
    assert resume(house.services) == 1
    assert verified(house, badge(house, made.act.award_id))[0] == "valid"
    assert resume(house.services) == 0


def test_another_tenant_finds_nothing(house):
    application, made = granted(house)
    other = add_tenant(house.services, "other", {"name": "Other", "country_code": "ES"})
    _, clear = add_api_key(house.services, other.id, "key", SCOPES)
    headers = {"Authorization": f"Bearer {clear}"}
    award = made["award"]["id"]
    for path in (f"applications/{application}", f"awards/{award}", f"awards/{award}/replay", f"awards/{award}/export"):
        assert house.client.get(f"/api/v1/{path}", headers=headers).status_code == 404
    assert house.client.get("/api/v1/applications", headers=headers).json() == {"applications": []}
    assert house.client.get("/api/v1/awards", headers=headers).json() == {"awards": []}
    body = {"application": application, "officer": "off-2", "decision": "withdraw", "reason": "not ours"}
    post(house, "decisions", 404, headers=headers, **body)
    post(house, "appeals", 404, headers=headers, decision=made["id"], reason="not ours")


def test_scopes_keep_applying_and_deciding_apart(house):
    _, clear = add_api_key(house.services, house.principal.tenant_id, "desk", ["read", "certification:apply"])
    headers = {"Authorization": f"Bearer {clear}"}
    application = post(house, "applications", 201, headers=headers, learner="p-ana", achievement="RC-SCPM")
    body = {"application": application["id"], "officer": "off-1", "decision": "refuse", "reason": "no"}
    post(house, "decisions", 403, headers=headers, **body)


NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("changed", "status", "pointer"),
    [
        ({"application": NOBODY}, 404, None),
        ({"application": "../etc"}, 404, None),
        ({"decision": "promote"}, 400, "/decision"),
        ({"officer": "  "}, 400, "/officer"),
        ({"officer": "off\u0000"}, 400, "/officer"),
        ({"officer": 7}, 400, "/officer"),
        ({"reason": "x" * 2001}, 400, "/reason"),
        ({"evaluation_hash": "h" * 81}, 400, "/evaluation_hash"),
        ({"evaluation_hash": "sha256-0"}, 409, "/evaluation_hash"),
        ({"reason": None}, 400, "/reason"),
        ({"more": 1}, 400, "/more"),
    ],
)
def test_a_wrong_decision_is_told_where_and_stores_nothing(house, changed, status, pointer):
    application = applied(house)["id"]
    body = {"application": application, "officer": "off-1", "decision": "refuse", "reason": "open"} | changed
    answer = post(house, "decisions", status, **body)
    assert answer.get("pointer") == pointer
    assert len(get(house, f"applications/{application}")["history"]) == 1


def test_what_is_not_there_is_not_found(house):
    post(house, "applications", 404, learner="p-nobody", achievement="RC-SCPM")
    post(house, "applications", 404, learner="p-ana", achievement="RC-NONE")
    post(house, "appeals", 404, decision=NOBODY, reason="x")
    post(house, f"appeals/{NOBODY}/decision", 404, officer="off-1", decision="uphold", reason="x")
    for path in (f"applications/{NOBODY}", "applications/x", f"awards/{NOBODY}/replay", f"appeals/{NOBODY}"):
        assert house.client.get(f"/api/v1/{path}", headers=house.headers).status_code == 404


def test_an_idempotency_key_answers_the_same_decision(house):
    application = applied(house)
    body = {"application": application["id"], "officer": "off-1", "decision": "grant"}
    body["evaluation_hash"] = application["evaluation"]["hash"]
    headers = house.headers | {"Idempotency-Key": "decision-1"}
    first, again = (house.client.post("/api/v1/decisions", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)


# Appeals (journey J10)


def refused(world, learner="p-ana"):
    application = applied(world, learner)["id"]
    return application, decided(world, application, "refuse", reason="identity was not checked")["id"]


def test_an_appeal_is_possible_within_its_window_only(house):
    application, decision = refused(house)
    house.clock.now = datetime(2026, 9, 15, 0, 0, 1, tzinfo=UTC)
    answer = post(house, "appeals", 409, decision=decision, reason="It was checked.")
    assert (answer["reason"], answer["appeal_until"]) == ("APPEAL_TOO_LATE", "2026-09-14")
    house.clock.now = datetime(2026, 9, 14, 23, 59, tzinfo=UTC)
    appeal = post(house, "appeals", 201, decision=decision, reason="It was checked.")
    assert post(house, "appeals", 200, decision=decision, reason="It was checked.")["id"] == appeal["id"]
    assert post(house, "appeals", 409, decision=decision, reason="Something else.")["reason"] == "NOT_NOW"
    assert get(house, f"applications/{application}")["open_appeal"] == appeal["id"]
    assert post(house, "applications", 409, learner="p-ana", achievement="RC-SCPM")["reason"] == "UNDER_APPEAL"
    assert [one["id"] for one in get(house, "appeals")["appeals"]] == [appeal["id"]]


def test_an_appeal_is_decided_by_somebody_else_and_both_decisions_stay(house):
    application, decision = refused(house)
    appeal = post(house, "appeals", 201, decision=decision, reason="It was checked.")["id"]
    path = f"appeals/{appeal}/decision"
    answer = post(house, path, 409, officer="off-1", decision="overturn", reason="I think so now")
    assert answer["reason"] == "CONFLICT_OF_INTEREST"
    assert post(house, path, 409, officer="as-1", decision="overturn", reason="x")["reason"] == "CONFLICT_OF_INTEREST"
    done = post(house, path, 201, officer="off-2", decision="overturn", reason="The record shows the check.")
    assert done["outcome"] == "ready_for_decision"
    assert done["evaluation"]["rule_version"] == "1.0.0"
    assert post(house, path, 200, officer="off-2", decision="overturn", reason="The record shows the check.")
    assert post(house, path, 409, officer="off-3", decision="uphold", reason="late")["reason"] == "NOT_NOW"
    assert decided(house, application, "grant", officer="off-3")["outcome"] == "granted"
    kinds = [act["kind"] for act in get(house, f"applications/{application}")["history"]]
    assert kinds == ["apply", "refuse", "appeal", "overturn", "grant"]
    assert get(house, f"appeals/{appeal}")["decision"]["person"] == "off-2"


def test_an_upheld_refusal_stands(house):
    application, decision = refused(house)
    appeal = post(house, "appeals", 201, decision=decision, reason="It was checked.")["id"]
    done = post(house, f"appeals/{appeal}/decision", 201, officer="off-2", decision="uphold", reason="It was not.")
    assert done["outcome"] == "refused"
    again = applied(house)
    assert again["id"] != application
    assert post(house, "appeals", 409, decision=decision, reason="Once more.")["reason"] == "NOT_NOW"


@pytest.mark.parametrize("decision", ["suspend", "withdraw"])
def test_an_overturned_suspension_or_withdrawal_puts_the_certificate_back_in_force(house, decision):
    application, made = granted(house)
    document = badge(house, made["award"]["id"])
    against = decided(house, application, decision, reason="a complaint")["id"]
    assert verified(house, document)[0] == "invalid"
    appeal = post(house, "appeals", 201, decision=against, reason="The complaint is unfounded.")["id"]
    done = post(house, f"appeals/{appeal}/decision", 201, officer="off-2", decision="overturn", reason="It is.")
    assert done["outcome"] == "granted"
    assert verified(house, document)[0] == "valid"
    assert get(house, f"awards/{made['award']['id']}")["status"] == "valid"


def test_a_grant_cannot_be_appealed_against(house):
    _, made = granted(house)
    assert post(house, "appeals", 409, decision=made["id"], reason="x")["reason"] == "NOT_APPEALABLE"


def test_the_rules_are_those_of_the_day_of_the_application(house):
    application = applied(house)
    document = service.frameworks.read_yaml((service.DATA / "smart-city-framework.yaml").read_bytes())
    document["framework"]["version"] = "9.0.0"
    scheme = next(one for one in document["certifications"] if one["id"] == "RC-SCPM")
    scheme["rule_version"] = "2.0.0"
    scheme["validity"] = {"period": "P12M"}
    service.import_framework(house.services, house.principal, document)
    shown = get(house, f"applications/{application['id']}")
    assert shown["evaluation"]["rule_version"] == "1.0.0"
    assert decided(house, application["id"], "grant")["valid_until"] == "2029-08-15"
    assert applied(house, "p-iosif")["evaluation"]["rule_version"] == "2.0.0"
