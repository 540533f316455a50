"""The life of a certificate, what an auditor sees of it, and the register (journeys J9 and J12)."""

import json
from datetime import UTC, datetime

import pytest

from app.issuer.certification.consequences import enforce
from app.issuer.credential import signing_keys
from app.store import assessment, audit, tenancy
from app.store import certification as store
from app.store.tables import CertificationAct
from tests import service
from tests.certification import GRANT_DAY, applied, badge, decided, get, granted, load, post, verified

# The life of a certificate (journey J9)


def test_a_certificate_is_reissued_with_corrected_data_and_suspended_in_all_its_forms(house):
    application, made = granted(house)
    award = made["award"]["id"]
    old = badge(house, award)
    changed = {"name": "Ana Petrova", "email": "ana@example.net"}
    answer = house.client.put("/api/v1/learners/p-ana", json=changed, headers=house.headers)
    assert answer.status_code == 200, answer.text
    post(house, f"credentials/{award}/reissue", 200)
    new = badge(house, award)
    accept = house.headers | {"Accept": "application/vc+jwt"}
    token = house.client.get(f"/api/v1/credentials/{award}", headers=accept).text
    assert verified(house, old)[0] == "invalid"
    assert verified(house, new)[0] == "valid"
    decided(house, application, "suspend", reason="a complaint")
    assert verified(house, new)[0] == "invalid"
    as_jwt = {"Content-Type": "application/vc+jwt"}
    assert house.client.post("/verify", content=token, headers=as_jwt).json()["outcome"] == "invalid"
    decided(house, application, "reinstate")
    assert verified(house, new)[0] == "valid"
    assert verified(house, old)[0] == "invalid"
    assert house.client.post("/verify", content=token, headers=as_jwt).json()["outcome"] == "valid"


def test_a_certificate_outlives_the_revocation_of_its_key_when_it_is_issued_again(house):
    application, made = granted(house)
    award = made["award"]["id"]
    old = badge(house, award)
    with house.services.database.reading(house.principal.tenant_id) as session:
        key = tenancy.active_signing_key(session, "Ed25519")
    signing_keys.revoke(house.services, house.principal.tenant_id, key.name)
    house.clock.move(minutes=1)
    assert verified(house, old)[0] == "invalid"
    post(house, f"credentials/{award}/reissue", 200)
    new = badge(house, award)
    assert new["credentialStatus"]["statusPurpose"] == "suspension"
    assert verified(house, new)[0] == "valid"
    decided(house, application, "suspend", reason="a complaint")
    decided(house, application, "reinstate")
    assert (verified(house, old)[0], verified(house, new)[0]) == ("invalid", "valid")


def test_a_suspension_is_seen_at_once_and_lifting_it_restores(house):
    application, made = granted(house)
    document = badge(house, made["award"]["id"])
    assert decided(house, application, "suspend", 400)["pointer"] == "/reason"
    suspended = decided(house, application, "suspend", reason="complaint under investigation")
    assert (suspended["outcome"], suspended["appeal_until"]) == ("suspended", "2026-09-14")
    outcome, codes = verified(house, document)
    assert (outcome, "suspended" in codes) == ("invalid", True)
    assert get(house, f"awards/{made['award']['id']}")["status"] == "suspended"
    assert get(house, "awards", status="suspended")["awards"][0]["id"] == made["award"]["id"]
    answer = house.client.post(f"/api/v1/credentials/{made['award']['id']}/reissue", headers=house.headers)
    assert answer.status_code == 409
    assert decided(house, application, "reinstate")["outcome"] == "granted"
    assert verified(house, document)[0] == "valid"
    assert get(house, "awards", status="valid", achievement="RC-SCPM")["awards"]


def test_a_withdrawal_is_final(house):
    application, made = granted(house)
    document = badge(house, made["award"]["id"])
    assert decided(house, application, "withdraw", reason="fraud")["outcome"] == "withdrawn"
    assert verified(house, document)[0] == "invalid"
    for decision in ("reinstate", "renew", "suspend", "grant"):
        assert decided(house, application, decision, 409, reason="again")["reason"] == "NOT_NOW"
    assert get(house, f"awards/{made['award']['id']}")["status"] == "revoked"
    again = applied(house)
    assert again["id"] != application
    assert again["outcome"] == "ready_for_decision"
    assert get(house, f"applications/{application}")["outcome"] == "withdrawn"


def test_only_an_officer_withdraws_a_certificate(house):
    _, made = granted(house)
    answer = post(house, f"credentials/{made['award']['id']}/revoke", 409, reason="by the back door")
    assert answer["reason"] == "NEEDS_DECISION"
    assert verified(house, badge(house, made["award"]["id"]))[0] == "valid"


def practised(world, since="2026-08-16", until="2028-12-31"):
    row = {"learner": "p-ana", "from": since, "to": until, "verified_by": "hr-1", "verified_on": until}
    answer = world.client.post("/api/v1/experience", json=[row], headers=world.headers)
    assert answer.json()["counts"]["refused"] == 0, answer.text


def learned(world, on="2028-05-01"):
    row = {
        "record_id": "cpd-1",
        "learner": "p-ana",
        "issuer": "https://consortium.example.org/issuer",
        "achievement": "MC-09",
        "issued_on": on,
        "status": "valid",
    }
    answer = world.client.post("/api/v1/recognitions/records", json=[row], headers=world.headers)
    assert answer.json()["counts"]["refused"] == 0, answer.text


def test_a_renewal_in_its_window_extends_from_the_old_end(house):
    application, made = granted(house)
    number = made["licence_number"]
    assert decided(house, application, "renew", 409)["opens_on"] == "2029-02-15"
    house.clock.now = datetime(2029, 6, 1, 9, tzinfo=UTC)
    practised(house)
    assert get(house, f"applications/{application}")["evaluation"]["basis"] == "renewal"
    assert decided(house, application, "renew", 409)["reason"] == "RULES_NOT_MET"
    learned(house)
    renewed = decided(house, application, "renew")
    assert (renewed["outcome"], renewed["valid_until"]) == ("granted", "2032-08-15")
    assert renewed["licence_number"] == number
    document = badge(house, renewed["award"]["id"])
    assert len(document["credentialSubject"]["result"]) == 9
    assert verified(house, document)[0] == "valid"
    assert get(house, f"awards/{renewed['award']['id']}/replay")["same"] is True
    # the certificate before stays valid to its own date, and falls with the application
    old = badge(house, made["award"]["id"])
    assert verified(house, old)[0] == "valid"
    decided(house, application, "withdraw", reason="holder asks")
    assert verified(house, old)[0] == "invalid"
    assert verified(house, document)[0] == "invalid"


def test_after_the_grace_the_whole_rule_is_judged_again(house):
    application, _ = granted(house)
    house.clock.now = datetime(2029, 11, 16, 9, tzinfo=UTC)
    practised(house)
    learned(house)
    shown = get(house, f"applications/{application}")
    assert (shown["outcome"], shown["evaluation"]["basis"]) == ("expired", "requirements")
    assert decided(house, application, "renew", 409)["type"] == "/problems/rules-not-met"


def test_when_a_part_expires_the_certificate_stays_and_a_warning_is_listed(house):
    _, made = granted(house)
    assert get(house, "awards", warnings=True) == {"awards": []}
    house.clock.now = datetime(2029, 3, 21, 9, tzinfo=UTC)  # MC-08 ended on 2029-03-20
    (award,) = get(house, "awards", warnings=True)["awards"]
    assert award["status"] == "valid"
    (warning,) = award["warnings"]
    assert (warning["code"], warning["part"], warning["reason"]) == ("PART_LOST", "MC-08", "CREDENTIAL_EXPIRED")
    house.clock.now = datetime(2029, 6, 1, 9, tzinfo=UTC)
    (award,) = get(house, "awards", warnings=True)["awards"]
    assert {one["code"] for one in award["warnings"]} == {"PART_LOST", "EXPIRES_SOON"}
    assert verified(house, badge(house, made["award"]["id"]))[0] == "valid"


def test_a_renewal_is_looked_at_by_its_own_tree_when_evidence_is_taken_back(house):
    application, _ = granted(house)
    house.clock.now = datetime(2029, 6, 1, 9, tzinfo=UTC)
    practised(house)
    learned(house)
    renewed = decided(house, application, "renew")["award"]["id"]

    with house.services.database.writing(house.principal.tenant_id) as session:
        assessment.learner(session, "p-ana").to_recheck = True
    assert get(house, "awards/review")["reviews"] == []
    (lesson,) = (
        row for row in get(house, "recognitions", learner="p-ana")["recognitions"] if row["achievement"] == "MC-09"
    )
    post(house, f"recognitions/{lesson['id']}/withdraw", 200, reason="recorded by mistake")
    assert [one["award"] for one in get(house, "awards/review")["reviews"]] == [renewed]


@pytest.fixture
def strict(backend):
    """A house whose scheme suspends a certificate that loses a part."""

    def fill(world):
        load(world)
        document = service.frameworks.read_yaml((service.DATA / "smart-city-framework.yaml").read_bytes())
        document["framework"]["version"] = "9.0.0"
        scheme = next(one for one in document["certifications"] if one["id"] == "RC-SCPM")
        scheme["maintenance"]["on_part_lost"] = "suspend"
        service.import_framework(world.services, world.principal, document)

    made = service.build(backend.fresh("strict", fill), now=GRANT_DAY)
    yield made
    made.services.database.close()


def test_where_the_scheme_says_so_a_lost_part_suspends_once(strict):
    application, made = granted(strict)
    document = badge(strict, made["award"]["id"])
    assert enforce(strict.services) == 0
    strict.clock.now = datetime(2029, 3, 21, 9, tzinfo=UTC)
    assert (enforce(strict.services), enforce(strict.services)) == (1, 0)
    assert verified(strict, document)[0] == "invalid"
    shown = get(strict, f"applications/{application}")
    assert shown["outcome"] == "suspended"
    assert (shown["history"][-1]["person"], shown["history"][-1]["appeal_until"]) == ("scheme", "2029-04-20")
    assert decided(strict, application, "reinstate", reason="MC-08 is being renewed")["outcome"] == "granted"
    assert enforce(strict.services) == 0  # the officer has the last word
    assert verified(strict, document)[0] == "valid"


def test_where_the_scheme_does_not_nothing_is_suspended(house):
    granted(house)
    house.clock.now = datetime(2029, 3, 21, 9, tzinfo=UTC)
    assert enforce(house.services) == 0


def test_a_suspension_that_lasts_too_long_is_told(house):
    application, _ = granted(house)
    decided(house, application, "suspend", reason="missing surveillance evidence")
    house.clock.now = datetime(2027, 2, 16, 9, tzinfo=UTC)
    (warning,) = get(house, f"applications/{application}")["warnings"]
    assert warning["code"] == "SUSPENDED_TOO_LONG"


# What an auditor sees (journey J12)


def test_an_award_tells_everything_on_one_page_and_replays(house):
    _, made = granted(house)
    award = made["award"]["id"]
    told = get(house, f"awards/{award}")
    assert told["evaluation"]["framework_version"]
    assert told["rule_version"] == "1.0.0"
    assert told["evidence"]["results"]
    assert {"as-1"} <= {one["person"] for one in told["persons"] if one["role"] == "assessor"}
    assert [act["person"] for act in told["history"]] == ["p-ana", "off-1"]
    assert (told["history_is_intact"], told["is_as_awarded"]) == (True, True)
    assert [entry["action"] for entry in told["audit"]] == ["awarded", "will sign", "signed"]
    replayed = get(house, f"awards/{award}/replay")
    assert replayed["same"] is True
    assert replayed["replayed"]["tree"] == told["evaluation"]["tree"]
    exported = house.client.get(f"/api/v1/awards/{award}/export", headers=house.headers)
    assert "attachment" in exported.headers["content-disposition"]
    assert exported.json()["rule"]["award"]["id"] == "RC-SCPM"
    assert exported.json()["credentials"] == [badge(house, award)]


def test_a_micro_credential_replays_too(house):
    award = post(house, "credentials", 201, learner="p-ana", achievement="MC-02")["id"]
    house.clock.move(days=400)
    assert get(house, f"awards/{award}/replay")["same"] is True
    told = get(house, f"awards/{award}")
    assert (told["history"], told["is_as_awarded"]) == ([], True)


@pytest.mark.parametrize("achievement", ["MC-02", "RC-SCPM"])
def test_tampering_with_what_is_frozen_is_noticed(house, achievement):
    if achievement == "RC-SCPM":
        award = granted(house)[1]["award"]["id"]
    else:
        award = post(house, "credentials", 201, learner="p-ana", achievement=achievement)["id"]
    with house.services.database.writing(house.principal.tenant_id) as session:
        row = store.award_with_evidence(session, award)
        row.evidence = row.evidence | {"results": row.evidence["results"][1:]}
    assert get(house, f"awards/{award}")["is_as_awarded"] is False


@pytest.mark.parametrize("member", ["person", "reason", "kind"])
def test_tampering_with_history_is_noticed(house, member):
    _, made = granted(house)
    assert get(house, f"awards/{made['award']['id']}")["history_is_intact"] is True
    with house.services.database.writing(house.principal.tenant_id) as session:
        act = session.query(CertificationAct).filter(CertificationAct.id == made["id"]).one()
        setattr(act, member, "other")
    assert get(house, f"awards/{made['award']['id']}")["history_is_intact"] is False
    with house.services.database.reading(house.principal.tenant_id) as session:
        assert audit.first_broken(session) is None


# the register


def test_the_register_tells_the_status_and_nothing_about_the_person(house):
    application, made = granted(house)
    url = f"/register/{made['licence_number']}"
    told = house.client.get(url).json()
    assert (told["status"], told["valid_until"]) == ("valid", "2029-08-15")
    assert not any(word in json.dumps(told) for word in ("Ana", "Petrova", "p-ana"))
    page = house.client.get(url, headers={"Accept": "text/html"})
    assert "This certificate is valid." in page.text
    german = house.client.get(f"{url}?lang=de", headers={"Accept": "text/html"})
    assert "Dieses Zertifikat ist gültig." in german.text
    assert "15. August 2029" in german.text
    assert german.headers["content-language"] == "de"
    decided(house, application, "suspend", reason="a complaint")
    assert house.client.get(url).json()["status"] == "suspended"
    decided(house, application, "withdraw", reason="fraud")
    assert house.client.get(url).json()["status"] == "withdrawn"
    assert house.client.get("/register/RC-SCPM-2026-00000000").status_code == 404
