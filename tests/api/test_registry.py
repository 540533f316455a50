"""Whom a tenant recognises: kept over the API, signed for everybody, and asked by the verifier."""

import json
from dataclasses import replace

import pytest

from app.adapters.trust_files import TrustFiles
from app.issuer import tenancy
from app.issuer.credential import signing_keys
from app.issuer.registry import registry
from app.issuer.registry.entries import EntryBody
from app.store import audit
from tests.service import BASE_URL

URL = f"{BASE_URL}/issuers/main/registry"
PARTNER = "did:web:partner.example"
ENTRY = {
    "issuer": PARTNER,
    "name": "Partner",
    "url": "https://partner.example",
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "scope": [{"framework": "Smart City Framework", "competencies": ["C01", "C01", "C02"]}],
}


def put(world, *entries, headers=None, **parameters):
    return world.client.put(
        "/api/v1/registry", json={"entries": list(entries)}, headers=headers or world.headers, params=parameters
    )


def kept(world):
    return world.client.get("/api/v1/registry", headers=world.headers).json()


def served(world):
    answer = world.client.get("/issuers/main/registry")
    assert answer.status_code == 200, answer.text
    return answer


def log(world):
    with world.services.database.reading(world.principal.tenant_id) as session:
        entries = audit.entries(session, limit=1000)
    return [(one.action, json.loads(one.detail)["issuer"]) for one in entries if "recogni" in one.action]


def test_nothing_recognised_yet(world):
    assert kept(world) == {"url": URL, "updated_at": None, "entries": []}
    assert world.client.get("/issuers/main/registry").status_code == 404
    assert world.client.get("/issuers/nobody/registry").status_code == 404


def test_put_replaces_the_list_and_the_same_again_changes_nothing(world):
    first = put(world, ENTRY, {"issuer": "did:web:other.example"}).json()
    assert (first["outcome"], first["added"]) == ("changed", [PARTNER, "did:web:other.example"])
    assert first["entries"][0]["valid_until"] == "2027-12-31T23:59:59Z"
    assert first["entries"][0]["scope"] == [{"framework": "Smart City Framework", "competencies": ["C01", "C02"]}]
    assert put(world, ENTRY, {"issuer": "did:web:other.example"}).json()["outcome"] == "unchanged"
    second = put(world, ENTRY | {"name": "Partner Ltd"}).json()
    assert (second["added"], second["changed"], second["removed"]) == ([], [PARTNER], ["did:web:other.example"])
    assert kept(world)["entries"] == second["entries"]
    assert log(world) == [
        ("issuer recognised", PARTNER),
        ("issuer recognised", "did:web:other.example"),
        ("recognition changed", PARTNER),
        ("recognition removed", "did:web:other.example"),
    ]


def test_a_list_that_was_changed_since_it_was_read_is_not_overwritten(world):
    read = world.client.get("/api/v1/registry", headers=world.headers).headers["etag"]
    as_read = world.headers | {"If-Match": read}
    written = put(world, ENTRY, headers=as_read)
    assert (written.status_code, written.json()["outcome"]) == (200, "changed")
    late = put(world, {"issuer": "did:web:late.example"}, headers=as_read)
    assert (late.status_code, late.json()["type"]) == (412, "/problems/outdated")
    assert put(world, headers=as_read, dry_run="true").status_code == 412
    assert [one["issuer"] for one in kept(world)["entries"]] == [PARTNER]
    for wanted in (written.headers["etag"], f'"x", {written.headers["etag"]}', "*"):
        again = put(world, ENTRY, headers=world.headers | {"If-Match": wanted})
        assert (again.json()["outcome"], again.headers["etag"]) == ("unchanged", written.headers["etag"])
    assert put(world, ENTRY, headers=world.headers | {"If-Match": f"W/{written.headers['etag']}"}).status_code == 412


def test_dry_run_stores_nothing(world):
    assert put(world, ENTRY, dry_run="true").json()["added"] == [PARTNER]
    assert (kept(world)["entries"], log(world)) == ([], [])


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"issuer": "Partner"}, "/entries/0/issuer"),
        ({"issuer": "http://partner.example"}, "/entries/0/issuer"),
        ({"issuer": 5}, "/entries/0/issuer"),
        ({"valid_from": "tomorrow"}, "/entries/0/valid_from"),
        ({"valid_from": "2028-01-01"}, "/entries/0/valid_until"),
        ({"url": "partner.example"}, "/entries/0/url"),
        ({"name": "a\nb"}, "/entries/0/name"),
        ({"scope": [{"framework": " "}]}, "/entries/0/scope/0/framework"),
        ({"scope": [{"framework": "F", "competencies": [""]}]}, "/entries/0/scope/0/competencies"),
        ({"other": 1}, "/entries/0/other"),
    ],
)
def test_wrong_entries_are_refused_with_their_place(world, wrong, pointer):
    answer = put(world, ENTRY | wrong)
    assert (answer.status_code, answer.json()["pointer"]) == (400, pointer)
    assert kept(world)["entries"] == []


def test_one_issuer_twice_from_the_same_day(world):
    assert put(world, ENTRY, ENTRY | {"name": "Again"}).json()["pointer"] == "/entries/1"
    assert put(world, ENTRY, ENTRY | {"valid_from": "2028-01-01", "valid_until": None}).status_code == 200


def test_key_without_the_scope(world):
    _, clear = tenancy.add_api_key(world.services, world.principal.tenant_id, "reader", ["read"])
    assert put(world, ENTRY, headers={"Authorization": f"Bearer {clear}"}).status_code == 403
    assert world.client.put("/api/v1/registry", json={"entries": []}).status_code == 401


def test_another_tenants_registry_is_its_own(world):
    other = tenancy.add_tenant(world.services, "other", {"name": "Other", "country_code": "BG"})
    _, clear = tenancy.add_api_key(world.services, other.id, "k", tenancy.SCOPES)
    put(world, ENTRY)
    headers = {"Authorization": f"Bearer {clear}"}
    assert world.client.get("/api/v1/registry", headers=headers).json()["entries"] == []
    assert put(world, {"issuer": "did:web:third.example"}, headers=headers).json()["added"] == ["did:web:third.example"]
    assert [one["issuer"] for one in kept(world)["entries"]] == [PARTNER]
    assert PARTNER not in world.client.get("/issuers/other/registry").text


def test_signed_registry_is_a_valid_credential(world):
    put(world, ENTRY)
    answer = served(world)
    assert answer.headers["content-type"] == "application/vc+ld+json"
    document = answer.json()
    assert document["id"] == URL
    assert document["type"] == ["VerifiableCredential", "RecognizedEntityCredential"]
    assert document["proof"][0]["cryptosuite"] == "eddsa-rdfc-2022"
    (subject,) = document["credentialSubject"]
    assert subject["recognizedTo"][0]["validUntil"] == "2027-12-31T23:59:59Z"
    report = world.client.post("/verify", json=document).json()
    assert report["outcome"] == "valid", report["summary"]


def test_it_is_signed_anew_when_changed_when_old_and_by_another_key(world):
    put(world, ENTRY)
    first = served(world)
    assert served(world).content == first.content
    fresh = world.client.get("/issuers/main/registry", headers={"If-None-Match": first.headers["etag"]})
    assert fresh.status_code == 304
    put(world, ENTRY | {"name": "Partner Ltd"})
    second = served(world).content
    assert b"Partner Ltd" in second
    world.clock.move(days=8)
    third = served(world).json()
    assert third["validUntil"] > json.loads(second)["validUntil"]
    signing_keys.rotate(world.services, world.principal.tenant_id, ["Ed25519"])
    assert served(world).json()["issuer"]["id"] != third["issuer"]["id"]  # without a did:web the key is the issuer
    put(world)
    assert world.client.get("/issuers/main/registry").status_code == 404


def recognising(world, source):
    """The same service, whose operator asks this registry."""
    services = replace(world.services, trust_choice=TrustFiles((source,), lambda: services))
    world.client.app.state.services = services


def test_own_registry_is_read_without_the_network_and_tells_of_our_badges(loaded):
    body = {"achievement": "MC-02", "learner": "p-ana"}
    made = loaded.client.post("/api/v1/credentials", json=body, headers=loaded.headers)
    badge = loaded.client.get(f"/credentials/{made.json()['id']}", headers={"Accept": "application/vc+ld+json"}).json()
    recognising(loaded, URL)
    report = loaded.client.post("/verify", json=badge).json()
    assert (report["outcome"], report["trust"]["outcome"]) == ("valid", "unknown")  # there is no registry yet
    loaded.web.asked.clear()
    alignments = badge["credentialSubject"]["achievement"]["alignment"]
    own = [one for one in alignments if one.get("targetType") == "CFItem"]
    framework = own[0]["targetFramework"].rpartition(" ")[0]
    scope = [{"framework": framework, "competencies": [one["targetCode"] for one in own]}]
    put(loaded, {"issuer": badge["issuer"]["id"], "name": "We", "scope": scope})
    recognising(loaded, URL)
    report = loaded.client.post("/verify", json=badge).json()
    assert (report["trust"]["outcome"], report["trust"]["by"]["source"]) == ("trusted", URL), report["trust"]
    assert set(report["trust"]["scope"]["competencies"]) >= {one["targetCode"] for one in own}
    put(loaded, {"issuer": badge["issuer"]["id"], "scope": [{"framework": framework, "competencies": ["C99"]}]})
    recognising(loaded, URL)
    assert loaded.client.post("/verify", json=badge).json()["trust"]["outcome"] == "not_trusted"
    assert loaded.web.asked == []


def test_add_and_end(world):
    principal, services = world.principal, world.services
    added = registry.add(services, principal, EntryBody(issuer=PARTNER, valid_from="2026-01-01"))
    assert (added.added, added.to_json()["outcome"]) == ([PARTNER], "changed")
    assert registry.add(services, principal, EntryBody(issuer=PARTNER, valid_from="2026-01-01")).changed == []
    registry.add(services, principal, EntryBody(issuer=PARTNER, valid_from="2027-01-01"))
    ended = registry.end(services, principal, PARTNER, "2026-06-30")
    assert [one["valid_until"] for one in ended.entries] == ["2026-06-30T23:59:59Z"]  # the one to come is gone
    assert registry.end(services, principal, PARTNER, "2026-06-30").to_json()["outcome"] == "unchanged"
    with pytest.raises(Exception, match="not recognised"):
        registry.end(services, principal, "did:web:nobody.example", "2026-06-30")


def test_thousand_entries(world):
    entries = [{"issuer": f"did:web:partner-{number}.example"} for number in range(1000)]
    assert len(put(world, *entries).json()["added"]) == 1000
    assert put(world, *entries, {"issuer": PARTNER}).status_code == 400
