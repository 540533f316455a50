"""Award, seal, give, verify, revoke, issue anew."""

import base64
import gzip
import json
import threading

import pytest

from app.store import credential as store
from app.vc import jose
from tests import service

MC02 = {"achievement": "MC-02", "learner": "p-ana"}
URL = "/api/v1/credentials"


def _issue(world, body=None, **headers):
    return world.client.post(URL, json=body or MC02, headers=world.headers | headers)


def _verify(world, document):
    answer = world.client.post("/verify", json=document)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _checks(report):
    return {check["id"]: check["outcome"] for check in report["checks"]}


def test_anas_badge_is_issued_once_and_verifies(loaded):
    first = _issue(loaded)
    assert first.status_code == 201, first.text
    body = first.json()
    again = _issue(loaded)
    assert again.status_code == 200
    assert again.content == first.content
    report = _verify(loaded, body["credential"])
    assert report["outcome"] == "valid", report
    assert set(_checks(report).values()) == {"valid"}
    shown = loaded.client.get(f"/credentials/{body['id']}")
    assert shown.json() == body["credential"]
    assert first.content.endswith(b'"credential":' + shown.content + b"}")  # the very text that was signed
    assert body["url"] == f"{service.BASE_URL}/credentials/{body['id']}"
    assert loaded.web.asked == []  # nothing of our own is fetched over the network


def test_what_the_badge_says(loaded):
    document = _issue(loaded).json()["credential"]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["issuer"]["id"].startswith("did:key:z6Mk")
    assert document["issuer"]["address"]["addressCountryCode"] == "BG"
    subject = document["credentialSubject"]
    identity = subject["identifier"][0]
    assert identity["hashed"] is True
    assert "ana@" not in json.dumps(document)
    achievement = subject["achievement"]
    assert achievement["achievementType"] == "MicroCredential"
    assert {each["targetCode"] for each in achievement["alignment"] if "targetCode" in each} >= {"PRJ.1", "E.2", "2.3"}
    frameworks = {each["targetFramework"] for each in achievement["alignment"]}
    assert any(name.startswith("ESCO 1.2.0") for name in frameworks)
    assert any(name.startswith("DigComp 2.2") for name in frameworks)
    assert len(achievement["resultDescription"]) == 5
    assert len(subject["result"]) == 5
    assert all(each["achievedLevel"].endswith("L3") for each in subject["result"])
    assert achievement["euWorkload"] == "PT100H"
    assert achievement["euCredit"]["points"] == "4"
    assert achievement["euLevel"] == "http://data.europa.eu/snb/eqf/6"
    for told in ("Professional", "2/3", "100 hours", "EQF", "indicative", "project work"):
        assert told in achievement["criteria"]["narrative"], told
    rule = json.dumps(document["evidence"])
    assert "1.0.0" in rule
    assert "sha256-" in rule
    assert document["credentialStatus"]["type"] == "BitstringStatusListEntry"
    assert document["proof"][0]["cryptosuite"] == "eddsa-rdfc-2022"


def test_any_changed_value_is_noticed(loaded):
    document = _issue(loaded).json()["credential"]
    document["credentialSubject"]["achievement"]["name"] += "!"
    report = _verify(loaded, document)
    assert report["outcome"] == "invalid"
    assert _checks(report)["proof"] == "invalid"


@pytest.mark.parametrize(
    ("accept", "algorithm"), [("application/vc+jwt", "ES256"), ("application/vc+jwt;alg=RS256", "RS256")]
)
def test_the_same_award_as_jwt(loaded, accept, algorithm):
    award = _issue(loaded).json()
    answer = _issue(loaded, Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vc+jwt"
    token = jose.decode(answer.text)
    assert token.header["alg"] == algorithm
    assert token.payload["id"] == award["credential"]["id"] == token.payload["jti"]
    report = loaded.client.post("/verify", content=answer.content, headers={"Content-Type": "text/plain"}).json()
    assert report["outcome"] == "valid", report
    assert loaded.client.get(f"{URL}/{award['id']}", headers=loaded.headers | {"Accept": accept}).text == answer.text


def test_a_form_that_does_not_exist_is_refused(loaded):
    assert _issue(loaded, Accept="application/vc+jwt;alg=HS256").status_code == 400
    assert _issue(loaded, Accept="image/gif").status_code == 406


def test_rules_that_are_not_met_are_explained_and_nothing_is_stored(loaded):
    refused = _issue(loaded, {"achievement": "MC-08", "learner": "p-boris"})
    assert refused.status_code == 409
    told = refused.json()
    assert told["evaluation"]["status"] == "not_met"
    assert any("17/30" in sentence for sentence in told["explanation"])
    assert loaded.client.get(URL, headers=loaded.headers).json() == {"credentials": []}
    assert _issue(loaded, {"achievement": "MC-02", "learner": "p-kiril"}).json()["evaluation"]["status"] == "pending"


@pytest.mark.parametrize(
    "body", [{"achievement": "MC-99", "learner": "p-ana"}, {"achievement": "MC-02", "learner": "p-x"}]
)
def test_unknown_codes(loaded, body):
    assert _issue(loaded, body).status_code == 404


def test_revoking_is_seen_at_once_in_every_form(loaded):
    award = _issue(loaded).json()
    token = _issue(loaded, Accept="application/vc+jwt").text
    assert _verify(loaded, award["credential"])["outcome"] == "valid"
    path = f"{URL}/{award['id']}/revoke"
    revoked = loaded.client.post(path, json={"reason": "issued in error"}, headers=loaded.headers)
    assert revoked.status_code == 200
    assert revoked.json()["status"] == "revoked"
    for sent in (json.dumps(award["credential"]), token):
        report = loaded.client.post("/verify", content=sent.encode()).json()
        assert report["outcome"] == "invalid"
        assert _checks(report)["status"] == "invalid"
        assert _checks(report)["proof"] == "valid"
    again = loaded.client.post(path, json={"reason": "another"}, headers=loaded.headers).json()
    assert (again["reason"], again["revoked_at"]) == ("issued in error", revoked.json()["revoked_at"])
    assert loaded.client.get(f"{URL}/{award['id']}", headers=loaded.headers).json()["status"] == "revoked"
    unknown = loaded.client.post(f"{URL}/{award['id'][:-1]}0/revoke", json={"reason": "x"}, headers=loaded.headers)
    assert unknown.status_code in (404, 200)


def test_after_a_revocation_the_award_can_be_made_again(loaded):
    first = _issue(loaded).json()
    loaded.client.post(f"{URL}/{first['id']}/revoke", json={"reason": "wrong date"}, headers=loaded.headers)
    second = _issue(loaded)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]
    assert _verify(loaded, second.json()["credential"])["outcome"] == "valid"


def test_the_status_list_is_a_credential_with_caching(loaded):
    award = _issue(loaded).json()
    path = award["status_list"].removeprefix(service.BASE_URL)
    answer = loaded.client.get(path)
    document = answer.json()
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["issuer"] == award["credential"]["issuer"]["id"]
    encoded = document["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    assert len(bits) * 8 >= 131_072
    assert not any(bits)
    assert _verify(loaded, document)["outcome"] == "valid"
    assert answer.headers["cache-control"] == "public, max-age=300"
    unchanged = loaded.client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    loaded.client.post(f"{URL}/{award['id']}/revoke", json={"reason": "x"}, headers=loaded.headers)
    changed = loaded.client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert changed.status_code == 200
    encoded = changed.json()["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    index = award["status_list_index"]
    assert bits[index // 8] == 0x80 >> index % 8 | 1 << index % 8  # and what mirrors it
    assert sum(byte != 0 for byte in bits) == 1
    token = loaded.client.get(path, headers={"Accept": "application/vc+jwt"})
    assert token.headers["content-type"] == "application/vc+jwt"
    assert jose.decode(token.text).payload["issuer"] == document["issuer"]


def test_a_status_list_that_grows_old_is_signed_anew(loaded):
    award = _issue(loaded).json()
    path = award["status_list"].removeprefix(service.BASE_URL)
    first = loaded.client.get(path).json()
    loaded.clock.move(days=8)
    second = loaded.client.get(path).json()
    assert second["validUntil"] > first["validUntil"]
    assert _verify(loaded, award["credential"])["outcome"] == "valid"


def test_others_get_a_list_that_is_signed_once_a_second_and_our_verifier_sees_each_bit(loaded):
    awards = [_issue(loaded, MC02 | {"achievement": code}).json() for code in ("MC-01", "MC-02", "MC-05")]
    (path,) = {award["status_list"].removeprefix(service.BASE_URL) for award in awards}
    assert {_verify(loaded, award["credential"])["outcome"] for award in awards} == {"valid"}

    def listed_after_revoking(award):
        loaded.client.post(f"{URL}/{award['id']}/revoke", json={"reason": "x"}, headers=loaded.headers)
        return loaded.client.get(path).content

    first = listed_after_revoking(awards[0])
    assert listed_after_revoking(awards[1]) == first
    loaded.clock.move(seconds=1)
    second = loaded.client.get(path).content
    assert second != first
    assert listed_after_revoking(awards[2]) == second
    assert [_verify(loaded, award["credential"])["outcome"] for award in awards] == ["invalid"] * 3


def test_a_corrected_learner_gets_the_same_credential_anew(loaded):
    first = _issue(loaded).json()
    loaded.client.put(
        "/api/v1/learners/p-ana", json={"name": "Ana Corrected", "email": "new@example.org"}, headers=loaded.headers
    )
    second = loaded.client.post(f"{URL}/{first['id']}/reissue", headers=loaded.headers)
    assert second.status_code == 200
    old, new = first["credential"], second.json()["credential"]
    assert new["id"] == old["id"]
    assert new["validFrom"] > old["validFrom"]
    assert new["awardedDate"] == old["awardedDate"]
    assert new["credentialSubject"]["identifier"] != old["credentialSubject"]["identifier"]
    assert _checks(_verify(loaded, old))["status"] == "invalid"
    assert _verify(loaded, new)["outcome"] == "valid"
    assert _issue(loaded).json()["credential"] == new
    loaded.client.post(f"{URL}/{first['id']}/revoke", json={"reason": "x"}, headers=loaded.headers)
    assert loaded.client.post(f"{URL}/{first['id']}/reissue", headers=loaded.headers).status_code == 409


def test_an_idempotency_key_keeps_the_status(loaded):
    first = _issue(loaded, **{"Idempotency-Key": "k1"})
    again = _issue(loaded, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    other = _issue(loaded, {"achievement": "MC-01", "learner": "p-ana"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 409


def test_many_callers_at_once_get_one_award(loaded):
    answers = []

    def ask():
        answers.append(_issue(loaded))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers)[:-1] != []
    assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text[:200] for answer in answers]
    assert len({answer.content for answer in answers}) == 1
    assert len(loaded.client.get(URL, headers=loaded.headers).json()["credentials"]) == 1


def test_every_mc_of_every_golden_learner_that_is_met_can_be_issued(loaded):
    issued = 0
    for number in range(1, 11):
        for learner in ("p-ana", "p-carmen"):
            answer = _issue(loaded, {"achievement": f"MC-{number:02}", "learner": learner})
            assert answer.status_code in (201, 409)
            if answer.status_code == 201:
                issued += 1
                assert _verify(loaded, answer.json()["credential"])["outcome"] == "valid"
    assert issued >= 10


def test_validity_is_carried_and_judged(loaded):
    award = _issue(loaded, {"achievement": "MC-08", "learner": "p-ana"}).json()
    assert award["valid_until"] == "2029-09-01"
    assert award["credential"]["validUntil"] == "2029-09-01T23:59:59Z"
    loaded.clock.move(days=1100)
    report = _verify(loaded, award["credential"])
    assert report["outcome"] == "invalid"
    assert _checks(report)["validity_period"] == "invalid"


def test_the_frozen_evaluation_and_the_audit_log(loaded):
    award = _issue(loaded).json()
    frozen = loaded.client.get(f"/api/v1/awards/{award['id']}", headers=loaded.headers).json()
    assert frozen["evaluation"]["status"] == "met"
    assert frozen["evaluation"]["levels"]["PRJ.1"] == "L3"
    assert frozen["evaluation"]["framework_hash"].startswith("sha256-")
    log = loaded.client.get(f"/api/v1/audit?check=true&subject={award['id']}", headers=loaded.headers).json()
    assert log["intact"] is True
    assert [entry["action"] for entry in log["entries"]] == ["awarded", "will sign", "signed"]


def test_a_crash_before_sealing_is_finished_later(loaded, monkeypatch):
    from app.issuer.credential import issue, seal

    with monkeypatch.context() as patched:
        patched.setattr(seal, "signed", _die)
        with pytest.raises(KeyboardInterrupt):
            issue.issue(loaded.services, loaded.principal, issue.Order("MC-02", "p-ana", issue.DEFAULT))
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        award = store.awards(session)[0]
        assert [row.state for row in store.renditions(session, award.id)] == ["reserved"]
    assert issue.resume(loaded.services) == 0  # it might be another process's work in hand
    loaded.clock.move(minutes=2)
    assert issue.resume(loaded.services) == 1
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        assert [row.state for row in store.renditions(session, award.id)] == ["abandoned", "issued"]
    answer = _issue(loaded)
    assert answer.status_code == 200
    assert answer.json()["id"] == award.id


def _die(*_args):
    raise KeyboardInterrupt


def test_text_that_cannot_be_signed_is_refused_and_leaves_no_award(loaded):
    profile = {"name": "A}{B", "country_code": "BG", "country": "Bulgaria"}
    assert loaded.client.put("/api/v1/profile", json=profile, headers=loaded.headers).status_code == 200
    answer = _issue(loaded)
    assert answer.status_code in (201, 400)
    if answer.status_code == 400:
        log = loaded.client.get("/api/v1/audit?limit=1000", headers=loaded.headers).json()
        assert log["entries"][-1]["action"] == "not signed"
    listed = loaded.client.get(URL, headers=loaded.headers).json()["credentials"]
    assert {each["status"] for each in listed} <= ({"valid"} if answer.status_code == 201 else {"revoked"})


def test_under_a_public_address_the_issuer_is_one_did_web(backend):
    base = "https://badges.example.org"
    world = service.build(backend.fresh("loaded", service.load), base_url=base)
    award = _issue(world).json()
    issuer = "did:web:badges.example.org:issuers:main"
    assert award["credential"]["issuer"]["id"] == issuer
    document = world.client.get("/issuers/main/did.json").json()
    assert document["id"] == issuer
    assert award["credential"]["proof"][0]["verificationMethod"] in document["assertionMethod"]
    for accept in ("application/vc+jwt", "application/vc+jwt;alg=RS256"):
        token = _issue(world, Accept=accept).text
        assert jose.decode(token).payload["iss"] == issuer
        report = world.client.post("/verify", content=token.encode()).json()
        assert report["outcome"] == "valid", report
    assert _verify(world, award["credential"])["outcome"] == "valid"
    assert world.client.get("/issuers/nobody/did.json").status_code == 404
    assert {key["kty"] for key in world.client.get("/issuers/main/jwks.json").json()["keys"]} == {"OKP", "EC", "RSA"}
    world.services.database.close()


def test_another_tenant_cannot_touch_it(loaded):
    from app.issuer import tenancy

    award = _issue(loaded).json()
    tenant = tenancy.add_tenant(loaded.services, "b", {"name": "B", "country_code": "EL"})
    _, clear = tenancy.add_api_key(loaded.services, tenant.id, "k", tenancy.SCOPES)
    other = {"Authorization": f"Bearer {clear}"}
    assert loaded.client.get(f"{URL}/{award['id']}", headers=other).status_code == 404
    assert loaded.client.get(f"/api/v1/awards/{award['id']}", headers=other).status_code == 404
    revoke = loaded.client.post(f"{URL}/{award['id']}/revoke", json={"reason": "x"}, headers=other)
    assert revoke.status_code == 404
    assert loaded.client.get("/api/v1/audit", headers=other).json()["entries"][0]["action"] == "tenant added"
    assert _verify(loaded, award["credential"])["outcome"] == "valid"


def test_a_rule_that_was_published_never_changes_under_its_version(loaded):
    document = service.frameworks.read_yaml((service.DATA / "smart-city-framework.yaml").read_bytes())
    document["framework"]["version"] = "0.2.0"
    document["micro_credentials"][1]["requirements"] |= {"all": document["micro_credentials"][2]["requirements"]["all"]}
    refused = loaded.client.post("/api/v1/frameworks", json=document, headers=loaded.headers)
    assert refused.status_code == 409
    assert refused.json()["achievements"] == ["MC-02"]
    document["micro_credentials"][1]["rule_version"] = "1.1.0"
    assert loaded.client.post("/api/v1/frameworks", json=document, headers=loaded.headers).status_code == 201
    older = document | {"framework": document["framework"] | {"version": "0.1.5"}}
    assert loaded.client.post("/api/v1/frameworks", json=older, headers=loaded.headers).status_code == 409


def test_an_expired_award_is_told_and_can_be_made_again(loaded):
    first = _issue(loaded, {"achievement": "MC-08", "learner": "p-ana"}).json()
    loaded.clock.now = loaded.clock.now.replace(year=2029, month=9, day=2)
    listed = loaded.client.get(URL, headers=loaded.headers).json()["credentials"]
    assert [each["status"] for each in listed] == ["expired"]
    again = _issue(loaded, {"achievement": "MC-08", "learner": "p-ana"})
    assert again.status_code == 409  # the evidence of 2026 is too old by now
    loaded.clock.now = loaded.clock.now.replace(month=1, year=2028)
    assert _issue(loaded, {"achievement": "MC-08", "learner": "p-ana"}).json()["id"] == first["id"]


def test_an_expired_award_whose_rule_is_still_met_is_replaced(loaded):
    document = service.frameworks.read_yaml((service.DATA / "smart-city-framework.yaml").read_bytes())
    document["framework"]["version"] = "0.2.0"
    document["micro_credentials"][1] |= {"rule_version": "2.0.0", "validity": {"period": "P1Y"}}
    assert loaded.client.post("/api/v1/frameworks", json=document, headers=loaded.headers).status_code == 201
    first = _issue(loaded).json()
    loaded.clock.move(days=400)
    second = _issue(loaded)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]
    assert second.json()["status"] == "valid"
    listed = loaded.client.get(URL, headers=loaded.headers).json()["credentials"]
    assert sorted(each["status"] for each in listed) == ["expired", "valid"]


def test_reissuing_without_a_change_changes_nothing(loaded):
    first = _issue(loaded).json()
    path = f"{URL}/{first['id']}/reissue"
    for _ in range(3):
        assert loaded.client.post(path, headers=loaded.headers).json()["credential"] == first["credential"]
    loaded.client.put("/api/v1/learners/p-ana", json={"name": "A", "email": "b@example.org"}, headers=loaded.headers)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(loaded.client.post(path, headers=loaded.headers).json()))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    documents = {json.dumps(answer.get("credential")) for answer in answers}
    assert len(documents) == 1, answers
    assert _verify(loaded, json.loads(documents.pop()))["outcome"] == "valid"


def test_a_reissue_takes_all_forms_along(loaded):
    first = _issue(loaded).json()
    old = _issue(loaded, Accept="application/vc+jwt").text
    loaded.client.put("/api/v1/learners/p-ana", json={"name": "A", "email": "b@example.org"}, headers=loaded.headers)
    new = loaded.client.post(f"{URL}/{first['id']}/reissue", headers=loaded.headers).json()["credential"]
    token = loaded.client.get(f"/credentials/{first['id']}", headers={"Accept": "application/vc+jwt"}).text
    assert token != old
    assert jose.decode(token).payload["validFrom"] == new["validFrom"]
    assert jose.decode(token).payload["credentialSubject"]["identifier"] == new["credentialSubject"]["identifier"]
    assert loaded.client.post("/verify", content=token.encode()).json()["outcome"] == "valid"
    assert loaded.client.post("/verify", content=old.encode()).json()["outcome"] == "invalid"


def test_a_form_asked_for_after_a_correction_tells_the_corrected_data(loaded):
    first = _issue(loaded).json()
    loaded.client.put("/api/v1/learners/p-ana", json={"name": "A", "email": "b@example.org"}, headers=loaded.headers)
    token = _issue(loaded, Accept="application/vc+jwt")
    assert token.status_code == 200
    told = jose.decode(token.text).payload["credentialSubject"]["identifier"]
    assert told != first["credential"]["credentialSubject"]["identifier"]
    assert loaded.client.post("/verify", content=token.content).json()["outcome"] == "valid"
    assert _verify(loaded, first["credential"])["outcome"] == "valid"


def test_a_form_sealed_while_a_reissue_ran_is_sealed_again(loaded, monkeypatch):
    from app.issuer.credential import seal

    award = _issue(loaded).json()
    really = seal.signed

    def overtaken(services, work, row_award, row):
        sealed = really(services, work, row_award, row)
        monkeypatch.setattr(seal, "signed", really)
        loaded.clock.move(seconds=5)
        body = {"name": "A", "email": "b@example.org"}
        loaded.client.put("/api/v1/learners/p-ana", json=body, headers=loaded.headers)
        loaded.client.post(f"{URL}/{award['id']}/reissue", headers=loaded.headers)
        return sealed

    monkeypatch.setattr(seal, "signed", overtaken)
    token = _issue(loaded, Accept="application/vc+jwt").text
    current = _issue(loaded).json()["credential"]
    told = jose.decode(token).payload["credentialSubject"]["identifier"]
    assert told == current["credentialSubject"]["identifier"]


def test_a_key_that_may_only_read_seals_nothing(loaded):
    from app.issuer import tenancy

    award = _issue(loaded).json()
    _, clear = tenancy.add_api_key(loaded.services, loaded.principal.tenant_id, "reader", ["read"])
    reader = {"Authorization": f"Bearer {clear}"}
    path = f"{URL}/{award['id']}"
    assert loaded.client.get(path, headers=reader).status_code == 200
    assert loaded.client.get(path, headers=reader | {"Accept": "application/vc+jwt"}).status_code == 403


def test_the_list_of_a_did_web_is_readable_by_all_whatever_form_came_first(backend):
    world = service.build(backend.fresh("loaded", service.load), base_url="https://badges.example.org")
    assert _issue(world, Accept="application/vc+jwt;alg=RS256").status_code == 201
    award = _issue(world).json()
    path = award["status_list"].removeprefix("https://badges.example.org")
    served = world.client.get(path, headers={"Accept": "application/vc"})
    assert served.headers["content-type"] == "application/vc"
    assert served.json()["proof"][0]["cryptosuite"] == "eddsa-rdfc-2022"
    world.services.database.close()


def test_a_sweep_never_hides_a_badge_from_its_revocation(loaded, monkeypatch):
    """The sweep takes a slow sealer for dead; what the sealer then gives out must still be revocable."""
    from app.issuer.credential import issue, seal

    really = seal.signed

    def slowly(services, work, award, row):
        sealed = really(services, work, award, row)
        loaded.clock.move(minutes=5)
        with services.database.everywhere(why="the sweep", writes=True) as session:
            store.abandon_reserved(session, loaded.clock())
        monkeypatch.setattr(seal, "signed", really)
        return sealed

    monkeypatch.setattr(seal, "signed", slowly)
    award = _issue(loaded).json()
    assert _verify(loaded, award["credential"])["outcome"] == "valid"
    loaded.client.post(f"{URL}/{award['id']}/revoke", json={"reason": "x"}, headers=loaded.headers)
    assert _verify(loaded, award["credential"])["outcome"] == "invalid"
    assert issue.resume(loaded.services) == 0


def test_reasons_stay_out_of_the_audit_log(loaded):
    award = _issue(loaded).json()
    loaded.client.post(f"{URL}/{award['id']}/revoke", json={"reason": "Ana cheated"}, headers=loaded.headers)
    assert "cheated" not in loaded.client.get("/api/v1/audit?limit=1000", headers=loaded.headers).text


def test_a_missing_key_makes_the_status_unknown_and_nothing_else(loaded):
    award = _issue(loaded).json()
    held = dict(service.KEYS.held)
    try:
        service.KEYS.held.clear()
        report = _verify(loaded, award["credential"])
    finally:
        service.KEYS.held.update(held)
    assert report["outcome"] == "unknown"
    assert _checks(report)["proof"] == "valid"
